#![doc = include_str!("../README.md")]

mod account;
mod books;
mod cap;
mod chain;
mod closing;
mod codes;
mod core;
mod erasure;
mod error;
mod ledger;
mod many;
mod order;
mod outcome;
mod period;
mod posting;
mod proof;
mod schema;
mod statement;
mod stored;
mod verify;
mod writer;

pub use account::{Account, AccountKind, AccountStatus, Holder, NewHolder, Party, Sign};
pub use books::{Books, DailyProof, KindTotal};
pub use cap::{Cap, Count, Counter, Window};
pub use codes::{ERRORS, KEY_REUSED};
pub use error::Error;
pub use ledger::Ledger;
pub use order::{
    Action, Bearer, Charge, Fingerprint, IdempotencyKey, InvalidKey, InvalidNote, Note, Once, Order,
};
pub use outcome::{Outcome, Receipt, Refusal, Reply, StoredOutcome};
pub use period::{BalanceAt, Flow, MonthFlow, Period};
pub use proof::{
    Broken, Computed, Digest, FORMAT, Head, Leg, Link, Proof, ProvenHold, ProvenTransaction, Sibling, Side,
};
pub use statement::{Direction, Entry, HoldEnd, Recent, Transaction, TransactionKind};
pub use verify::{Check, Invariant, Report};
pub use writer::Writer;

/// The event of a movement: its subject is the transaction, its payload `{kind, from, to, amount}` with account ids, and
/// `once: {kind, id}` where it did something that may happen once.
pub const POSTED: &str = "ledger.posted";
