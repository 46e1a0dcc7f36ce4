//! Aliases of the BCEAO's instant payments (PI-SPI), under which accounts are known to other institutions. Until that rail exists an
//! administrator writes down what the network gave.

mod model;
mod service;
mod store;

pub use model::{NewPiAlias, PiAliasRecord};
pub(crate) use store::{printed, withdraw_all};
