//! The built program as an operator runs it: started, stopped, killed, two at a time.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on fails, and shows where")]

mod factors;
mod guesses;
mod history;
mod kill;
mod messages;
mod peers;
mod positions;
mod program;
mod start;
mod storm;
mod streams;
mod two;
