//! Payments through HTTP: the writer's batches against one transaction a payment, on the same server, database and load.
//!
//! `cargo bench -p hostolink-gateway --bench wallet -- [seconds a measure] [rounds]`. Then payments at a fixed rate, and a
//! million of them with the server's memory. It ends with a verification of the books; when one invariant is false, no ratio is
//! printed and the run fails.

#![expect(clippy::print_stdout, reason = "its figures are what the program is for")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench that can't go on stops")]

mod http;
mod people;
mod server;

use http::{Measured, closed, open};
use people::People;
use server::{Posting, Server};
use std::time::Duration;

/// Whom the payments go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Load {
    /// Everybody pays one merchant.
    Hot,
    /// Receivers by Zipf's law, s = 1, of 100,000.
    Zipf,
    /// Any of 100,000 receivers.
    Uniform,
    /// Two people pay each other.
    Crossing,
    /// Everybody pays one merchant; of a hundred, five can't, and two are sent again.
    Mixed,
}

const LOADS: [Load; 5] = [Load::Hot, Load::Zipf, Load::Uniform, Load::Crossing, Load::Mixed];
const WAYS: [Posting; 4] =
    [Posting::OneByOne(16), Posting::OneByOne(32), Posting::OneByOne(64), Posting::Batches];
/// Connections of the closed loop.
const CONNECTIONS: usize = 64;
/// Payments a second of the open loop, and for how long.
const RATE: u32 = 5_000;
const OPEN_FOR: Duration = Duration::from_secs(15);
/// Payments while the server's memory is watched.
const MANY: u64 = 1_000_000;

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<u64>().ok());
    let (seconds, rounds) = (numbers.next().unwrap_or(4), numbers.next().unwrap_or(5));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let place = server::Place::new();
    for setting in ["server_version", "fsync", "synchronous_commit", "shared_buffers"] {
        println!("{setting} = {}", place.setting(setting));
    }
    let mut people = People::prepare(&place, CONNECTIONS);
    println!(
        "{} receivers, {CONNECTIONS} payers with a connection each, {seconds} s a measure, {rounds} rounds interleaved; payments/s: median [min–max]\n",
        people.receivers()
    );

    // A database that is new has plans for empty tables until autovacuum has looked, a minute later: here it is shown what a day looks like
    // first, and looks at once.
    let server = Server::start(&place, Posting::Batches);
    runtime.block_on(people.sign_in(&server, true));
    runtime.block_on(closed(&server, &people, Load::Uniform, Duration::from_secs(5)));
    drop(server);
    place.analyze();

    let mut measured: Vec<(Load, Posting, Vec<Measured>)> = Vec::new();
    for _ in 0..rounds {
        for way in WAYS {
            let server = Server::start(&place, way);
            runtime.block_on(people.sign_in(&server, false));
            for load in LOADS {
                let result = runtime.block_on(closed(&server, &people, load, Duration::from_secs(seconds)));
                match measured.iter_mut().find(|row| (row.0, row.1) == (load, way)) {
                    Some(row) => row.2.push(result),
                    None => measured.push((load, way, vec![result])),
                }
            }
        }
    }
    let median = |load, way| {
        let row = measured.iter().find(|row| (row.0, row.1) == (load, way)).unwrap();
        let mut results = row.2.clone();
        results.sort_by(|one, other| one.rate.total_cmp(&other.rate));
        (results[results.len() / 2].clone(), results[0].rate, results[results.len() - 1].rate)
    };
    for load in LOADS {
        for way in WAYS {
            let (middle, least, most) = median(load, way);
            println!("{load:?} {way:?}: {:.0} [{least:.0}–{most:.0}]  {}", middle.rate, middle.times());
        }
    }

    let server = Server::start(&place, Posting::Batches);
    runtime.block_on(people.sign_in(&server, false));
    let result = runtime.block_on(open(&server, &people, Load::Hot, RATE, OPEN_FOR));
    println!("\nat {RATE} a second, all to one merchant, counted from when each was due: {}", result.times());
    let mut done = 0;
    while done < MANY {
        println!("after {done} more payments the server holds {} MB", server.resident() / 1_000_000);
        done += runtime.block_on(closed(&server, &people, Load::Hot, Duration::from_secs(15))).accepted;
        runtime.block_on(people.sign_in(&server, false));
    }
    println!("after {done} more payments the server holds {} MB", server.resident() / 1_000_000);
    drop(server);

    println!("\n{}", place.verify());
    for load in LOADS {
        let one_by_one = WAYS[..3].iter().map(|way| median(load, *way).0.rate).fold(0.0, f64::max);
        println!(
            "{load:?}: batches / best one by one = {:.1}",
            median(load, Posting::Batches).0.rate / one_by_one
        );
    }
}
