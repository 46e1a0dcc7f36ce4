//! What is kept of people who leave, what they may take along, and whether the counters are right.

mod service;
pub(crate) mod store;

pub use service::Drift;
