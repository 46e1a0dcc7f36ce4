//! The ledger on real Postgres.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails in a helper fails its test")]

mod closing;
mod concurrency;
mod erasure;
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
