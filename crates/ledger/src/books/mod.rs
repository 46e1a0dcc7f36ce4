//! All accounts at once: what customers, agents and Hostolink hold, with the chain's head, now or at the start of a day.

mod model;
mod service;
pub(crate) mod store;

pub use model::{Books, DailyProof, KindTotal};
