//! The ledger on real Postgres.

mod concurrency;
mod guards;
mod restart;
mod rules;
mod statements;
mod tampering;
mod world;
mod writer;
