//! The API as its callers see it: a real server on a real database. The modules mirror the addresses.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on fails, and shows where"
)]

mod app;
mod audit;
mod auth;
mod doors;
mod guards;
mod health;
mod matrix;
mod messaging;
mod notifications;
mod program;
mod realtime;
mod silence;
mod sms;
mod social;
mod wallet;
