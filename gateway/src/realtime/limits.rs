use std::time::Duration;

/// How many streams there may be, and how long one may be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Open at a time for one person, in this process: as many devices, and connections that are dead without anybody knowing yet.
    pub of_one: usize,
    /// Open at a time in this process.
    pub of_all: usize,
    /// How often a stream says that it lives, which is also how often it looks without being woken.
    pub pulse: Duration,
    /// Since when nobody has taken anything from a stream: it is given up.
    pub patience: Duration,
    /// How many letters wait for a socket before it is given up: its reader is too slow, and resumes where it was.
    pub letters: usize,
    /// How many sockets may be open that have not said whose they are.
    pub strangers: usize,
    /// How many of them may be of one network: an address, or 64 bits of one of IPv6.
    pub strangers_of_network: usize,
    /// How long one has to say it.
    pub doorstep: Duration,
}

impl Default for Limits {
    /// 8 a person, 20 000 in all; a pulse every 15 seconds, which proxies need to keep the connection, and three of them of patience;
    /// 256 letters; 500 strangers, 20 of one network, for ten seconds.
    fn default() -> Self {
        let (pulse, patience) = (Duration::from_secs(15), Duration::from_secs(45));
        let doorstep = Duration::from_secs(10);
        Self {
            of_one: 8,
            of_all: 20_000,
            pulse,
            patience,
            letters: 256,
            strangers: 500,
            strangers_of_network: 20,
            doorstep,
        }
    }
}

/// There is no room for another stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// This person has as many as one may have.
    OfOne,
    /// This process has as many as it may have.
    OfAll,
}

/// Why a stream is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The program stops.
    Stop,
    /// Nobody takes anything from it, or not fast enough.
    Slow,
}
