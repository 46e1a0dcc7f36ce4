//! The one door that every proof goes through, whichever route it came by: what is tried is counted and committed before
//! anybody looks whether it is right. How often each kind may be tried is one table, in `model.rs`.

mod card;
mod model;
mod service;

pub use card::CardAttempt;
pub use model::Kind;
pub(crate) use service::Attempt;
