//! The wallet over a real ledger and a real Postgres.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what only prepares a test fails it too")]

mod bulk;
mod bulk_stopping;
mod cards;
mod codes;
mod commissions;
mod compliance;
mod contacts;
mod fees;
mod limits;
mod merchants;
mod money;
mod people;
mod tills;
mod together;
