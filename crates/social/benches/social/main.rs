//! The social network, large against small, and many who write at one place.
//!
//! `cargo bench -p hostolink-social --bench social`. First two databases are made, each on a durable cluster of its own: 10,000 publications
//! with 50,000 comments and 200,000 likes, and as many as `HOSTOLINK_BENCH_PUBLICATIONS` says (1,000,000; at least 10,000) with five times as
//! many comments and twenty times as many likes. The large one takes 6.3 GB, its log 1 GB, and sorting some more: have 10 GB free where
//! temporary files lie (`TMPDIR`). How far it is goes to stderr; who kills it in the middle finds its folders there.
//!
//! Then it asks for first pages, of the two sizes in turns: the median of the large one is due to be at most 1.2 times that of the small one.
//! Last, 200 people comment on one publication of the large one, through a pool like a server's: one comment a second each, at some moment of
//! the second. The slowest of twenty is due to take at most five times as long as that of somebody who is alone, none to fail, and the counter
//! to be right. That all write without a pause is measured beside, and nothing is due of it: each of them waits for the 199 others, so it says
//! how many comments a second there are, and hardly what one costs. A due that is missed is printed and ends nothing; a counter that is wrong
//! ends the bench.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "its figures are what the program is for, and they take a while"
)]
#![expect(clippy::unwrap_used, reason = "a bench that can't go on stops")]

mod crowd;
mod figures;
mod fill;
mod pages;
mod place;

use place::Place;
use std::ops::Range;

/// Publications of the small database.
const FEW: i64 = 10_000;
/// Of the large one, unless the environment says otherwise.
const MANY: i64 = 1_000_000;
/// Who publishes much, though not the very most: whom readers follow, and whose pages are read. The lower the key, the more there is.
const AUTHORS: Range<i32> = 13..49;
/// Who reads.
const READERS: Range<i32> = 501..533;

fn main() {
    let many = std::env::var("HOSTOLINK_BENCH_PUBLICATIONS").map_or(MANY, |count| count.parse().unwrap());
    assert!(many >= FEW, "the large database has at least {FEW} publications");
    // Whole hundreds: in each hundred the same few are loved.
    let (few, many) = (Place::filled(FEW), Place::filled(many - many % 100));
    for setting in ["server_version", "fsync", "synchronous_commit", "shared_buffers"] {
        println!("{setting} = {}", many.setting(setting));
    }
    for place in [&few, &many] {
        let count = |table: &str| place.count(&format!("SELECT count(*) AS count FROM {table}"));
        println!(
            "{} people, {} publications, {} comments, {} likes",
            count("utilisateur"),
            count("publication"),
            count("commentaire"),
            count("liker")
        );
    }
    println!();
    pages::compare(&few, &many);
    drop(few);
    println!();
    crowd::measure(&many);
}
