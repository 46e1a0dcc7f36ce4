//! What crosses domains.

pub mod departure;
pub(crate) mod merchants;
pub mod scheduled;
