//! Conversations on a real database.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that can't go on fails, and shows where"
)]

mod concurrency;
mod counters;
mod live;
mod messages;
mod rooms;
mod statements;
mod world;
