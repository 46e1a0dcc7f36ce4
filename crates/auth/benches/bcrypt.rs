//! How many bcrypt hashes a second this machine makes with as many threads as sign-ins are given, and nothing else to
//! do: what `benches/sign-in.sh` compares sign-ins with.
//!
//! `cargo bench -p hostolink-auth --bench bcrypt -- [cost] [seconds] [threads]`

#![expect(clippy::print_stdout, reason = "its figures are what the program is for")]
#![expect(clippy::unwrap_used, reason = "a bench that can't be prepared stops")]

use std::time::{Duration, Instant};

fn main() {
    let numbers: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let cost = u32::try_from(*numbers.first().unwrap_or(&10)).unwrap();
    let time = Duration::from_secs(*numbers.get(1).unwrap_or(&8));
    // As `PasswordWorkers::start` does.
    let cores = std::thread::available_parallelism().unwrap().get();
    let threads = numbers.get(2).map_or((cores - 1).max(1), |threads| usize::try_from(*threads).unwrap());
    let hash = bcrypt::hash("MonMotDePasse123", cost).unwrap();
    let began = Instant::now();
    let hashes: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let compared = std::iter::from_fn(|| {
                        (began.elapsed() < time).then(|| bcrypt::verify("MonMotDePasse123", &hash).unwrap())
                    });
                    compared.filter(|matches| *matches).count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!(
        "bcrypt cost {cost}, {threads} threads: {:.2} a second",
        hashes as f64 / began.elapsed().as_secs_f64()
    );
}
