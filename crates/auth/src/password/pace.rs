//! How the threads that hash leave a busy machine to the others.
//!
//! A lower priority is not enough: the kernel lets a thread of low priority fill a whole core while threads that sleep and wake (a
//! request, the database) queue for the remaining ones, and weighs priorities only within one process group (sched(7), "autogroup").

use std::time::Duration;

/// Of a machine where every core is busy, a thread that hashes takes one part in so many of a core.
const ONE_PART_IN: u32 = 4;
/// Less than one part in so many of one core idle: the machine is busy, and what a resting thread left is used by others.
const IDLE_PART_OF_A_CORE: u64 = 2;
/// How long a rest lasts before the machine is looked at again.
const SLICE: Duration = Duration::from_millis(50);
/// The kernel counts in ticks of a hundredth of a second a core: fewer of them tell nothing.
const TELLING: u64 = 4;

/// The pace of one thread. On a machine with an idle core it never rests.
#[derive(Debug)]
pub(super) struct Pace {
    seen: Option<CpuTimes>,
}

/// What all cores together have spent since the machine started, in the kernel's ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CpuTimes {
    cores: u64,
    idle: u64,
    all: u64,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { seen: CpuTimes::now() }
    }

    /// Rests after `worked` for as long as the machine has no idle core, at most until the thread's share is kept.
    pub(super) fn rest(&mut self, worked: Duration) {
        let mut left = worked.saturating_mul(ONE_PART_IN - 1);
        while !left.is_zero() && self.is_machine_busy() {
            let slice = left.min(SLICE);
            std::thread::sleep(slice);
            left -= slice;
        }
    }

    /// Whether the cores were busy since the last time that enough had passed to tell.
    fn is_machine_busy(&mut self) -> bool {
        let (Some(seen), Some(now)) = (self.seen, CpuTimes::now()) else { return false };
        let Some(passed) = now.since(seen) else { return false };
        self.seen = Some(now);
        passed.are_busy()
    }
}

impl CpuTimes {
    /// What passed between the two; `None` where that is too little to tell.
    fn since(self, before: Self) -> Option<Self> {
        let all = self.all.saturating_sub(before.all);
        (all >= TELLING).then(|| Self { cores: self.cores, idle: self.idle.saturating_sub(before.idle), all })
    }

    fn are_busy(self) -> bool {
        self.idle * self.cores * IDLE_PART_OF_A_CORE < self.all
    }

    /// `None` where the system does not say (it is Linux that does, in proc_stat(5)).
    fn now() -> Option<Self> {
        Self::parse(&std::fs::read_to_string("/proc/stat").ok()?)
    }

    /// Reads the first line: user, nice, system, idle, iowait, irq, softirq, steal. What follows is counted in them already.
    /// Then comes a line a core.
    fn parse(stat: &str) -> Option<Self> {
        let mut lines = stat.lines();
        let line = lines.next()?.strip_prefix("cpu ")?;
        let cores = lines.take_while(|line| line.starts_with("cpu")).count();
        let ticks: Vec<u64> = line.split_whitespace().take(8).map_while(|text| text.parse().ok()).collect();
        let (idle, waiting) = (ticks.get(3)?, ticks.get(4)?);
        Some(Self { cores: cores.max(1) as u64, idle: idle + waiting, all: ticks.iter().sum() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_read() {
        let stat = "cpu  100 1 50 800 49 0 0 0 7 0\ncpu0 1 2 3 4\n";
        assert_eq!(CpuTimes::parse(stat), Some(CpuTimes { cores: 1, idle: 849, all: 1_000 }));
        for text in ["", "cpu", "cpu  1 2 3", "cpu0 1 2 3 4 5", "cpu  a b c d e"] {
            assert_eq!(CpuTimes::parse(text), None, "{text}");
        }
        assert_eq!(CpuTimes::now().is_some(), cfg!(target_os = "linux"));
    }

    #[test]
    fn a_machine_is_busy_when_less_than_half_a_core_idles() {
        let before = CpuTimes { cores: 4, idle: 1_000, all: 5_000 };
        let after = |idle: u64, all: u64| CpuTimes { cores: 4, idle: 1_000 + idle, all: 5_000 + all };
        assert!(after(0, 40).since(before).unwrap().are_busy());
        assert!(after(4, 40).since(before).unwrap().are_busy());
        assert!(!after(5, 40).since(before).unwrap().are_busy());
        assert!(!after(20, 40).since(before).unwrap().are_busy());
        assert_eq!(after(0, 3).since(before), None);
        // A counter that went back (a suspended guest) is no reason to stop.
        assert_eq!(before.since(after(0, 40)), None);
    }

    #[test]
    fn where_nothing_is_known_nobody_rests() {
        let mut pace = Pace { seen: None };
        assert!(!pace.is_machine_busy());
        pace.rest(Duration::MAX);
    }
}
