//! What happened to an account, and one transaction.

mod model;

pub use model::{Direction, Entry, Transaction, TransactionKind};
