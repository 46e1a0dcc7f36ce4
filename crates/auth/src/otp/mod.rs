//! One-time codes: six digits, kept as keyed hashes bound to person, purpose and recipient, five guesses each.

mod model;
mod service;
mod store;

pub use model::{Delivery, Generated, Purpose, VerifyOtp};
pub(crate) use store::invalidate;
