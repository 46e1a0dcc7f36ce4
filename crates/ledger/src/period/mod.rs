//! An account over time: what it held at an instant, what happened between two, and what moved month by month.
//!
//! Time is when an entry was recorded: that never changes afterwards, so what was said of a past instant stays true.

mod model;
mod service;
pub(crate) mod store;

pub use model::{BalanceAt, Flow, MonthFlow, Period};
