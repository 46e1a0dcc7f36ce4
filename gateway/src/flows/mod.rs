//! What crosses domains.

pub mod bulk;
pub mod departure;
pub mod scheduled;
