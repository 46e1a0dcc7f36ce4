//! What crosses domains.

pub mod departure;
pub mod scheduled;
