//! Payments that their payer asks back: the receiver gives them back, or not. As with requests, the ledger alone decides whether one
//! came back.

mod model;
mod service;
mod store;

pub(crate) use model::ONCE;
pub use model::{Motive, NewRecall, Recall, RecallFilter, RecallSide, RecallState};
pub(crate) use store::erase_notes;
