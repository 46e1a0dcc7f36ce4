//! What crosses domains.

pub mod departure;
