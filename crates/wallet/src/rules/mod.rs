//! Limits and fees as dated data: what is in force, what an order has to keep, what it costs, and who adds to them.

mod book;
mod commission;
mod fee;
mod many;
mod model;
mod names;
mod service;
mod standing;
pub(crate) mod store;

pub use fee::{Band, Fee, NewScale, Scale};
pub use model::{LimitRule, NewLimit, Subject};
pub use names::{Level, Operation, Payer, Side, Span};
pub use standing::{OwnLimit, OwnLimits};
pub(crate) use {
    book::Shelf,
    names::stored_names,
    service::{Levels, Terms, page, refuse_unless_future, taken},
};
