//! The ledger on real Postgres.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails in a helper fails its test")]

mod concurrency;
mod guards;
mod holds;
mod periods;
mod proofs;
mod restart;
mod rules;
mod statements;
mod tampering;
mod world;
mod writer;
