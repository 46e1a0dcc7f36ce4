//! Savings pots: money that a person puts by, on accounts of the ledger which count under their one ceiling.

mod model;
mod service;
mod store;

pub use model::{MAX_POTS, NewPot, Pot, PotMoveCommand, PotName, PotSettings, PotWay};
pub(crate) use store::erase;
