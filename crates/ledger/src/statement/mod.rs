//! What happened to an account, and one transaction.

mod model;
pub(crate) mod store;

pub use model::{Direction, Entry, HoldEnd, Recent, Transaction, TransactionKind};
