//! One-time codes: six digits, kept as keyed hashes bound to person, purpose and recipient, five guesses each.

mod guess;
mod model;
mod service;
mod store;

pub(crate) use guess::RightCode;
pub(crate) use model::{DIGITS, LIFE};
pub use model::{Delivery, Generated, Purpose, VerifyOtp};
pub(crate) use store::{consume, invalidate, replace};
