//! Proving the books from nothing but their rows.

mod model;

pub use model::{Check, Invariant, Report};
