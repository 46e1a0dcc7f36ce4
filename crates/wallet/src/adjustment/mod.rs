//! Corrections of the books: one person asks, another decides, the ledger does it once.

mod model;
mod service;
mod store;

pub use model::{Adjustment, AdjustmentState, NewAdjustment};
