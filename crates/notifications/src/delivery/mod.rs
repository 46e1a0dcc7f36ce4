//! What leaves by push, e-mail or SMS: kept in a table from the transaction in which it happened until it is known what became of it.

mod failed;
mod service;
mod store;

pub use failed::{Failure, Undelivered};
pub(crate) use service::enqueue;
pub use service::{Delivery, Outcome, Way};
