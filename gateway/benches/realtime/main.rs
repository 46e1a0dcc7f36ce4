//! Sockets: what an idle one costs in memory, how many deliveries a second reach a room of a thousand, and how long a message takes to
//! somebody on another server.
//!
//! `cargo bench -p hostolink-gateway --bench realtime -- [idle sockets] [messages a round] [messages to the other server]`. Every delivery is
//! counted where it arrives; one that is lost, or a socket that ends, ends the bench.

#![expect(clippy::print_stdout, reason = "its figures are what the program is for")]
#![expect(clippy::unwrap_used, reason = "a bench that can't go on stops")]

mod apart;
mod bare;
mod crowd;
#[path = "../directory/http.rs"]
#[expect(dead_code, reason = "the directory's bench also measures rates with it")]
mod http;
mod idle;
mod people;
mod place;
mod socket;

use people::People;
use place::{Place, Redis};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How many sockets one person may have open on a server.
const OF_ONE: usize = 8;
/// Files that are open beside the idle sockets, those of the crowd's readers among them.
const OTHER_FILES: u64 = 3_000;

fn main() {
    if std::env::args().nth(1).as_deref() == Some(bare::ARGUMENT) {
        bare::serve();
        return;
    }
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let sockets = numbers.next().unwrap_or(10_000);
    let (messages, samples) = (numbers.next().unwrap_or(700), numbers.next().unwrap_or(1_000));
    allow_files(sockets as u64 + OTHER_FILES);
    let place = Place::new();
    let people = People::prepare(&place, sockets.div_ceil(OF_ONE).max(crowd::MEMBERS));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        idle::measure(&place, &people, sockets).await;
        crowd::measure(&place, &people, messages as u64).await;
        apart::measure(&place, &people, (0, 1), samples, None).await;
        match Redis::start() {
            Some(redis) => apart::measure(&place, &people, (2, 3), samples, Some(&redis)).await,
            None => println!("no redis-server here: the same with it was left out"),
        }
    });
}

/// Lets this process and those that it starts open so many files.
fn allow_files(count: u64) {
    let limit = getrlimit(Resource::Nofile);
    assert!(
        limit.maximum.is_none_or(|most| most >= count),
        "{count} files are to be open and {:?} may be: raise it (`ulimit -n {count}`, as root), or ask for fewer sockets",
        limit.maximum
    );
    // None is no limit.
    let current = limit.current.map(|now| now.max(count));
    setrlimit(Resource::Nofile, Rlimit { current, ..limit }).unwrap();
}

/// The least, the middle and the most.
pub(crate) fn spread(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    [values[0], values[values.len() / 2], values[values.len() - 1]]
}
