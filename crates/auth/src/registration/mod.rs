//! Registering and defining passwords. Until an identifier is proven everything here is provisional: it lives in
//! `inscription`, and signs nobody in.

mod link;
mod model;
mod person;
mod service;
mod store;

pub use link::LinkDelivery;
pub use model::{Defined, PendingDefinition, PendingRegistration, PersonRegistered, Registered};
pub(crate) use store::{drop_attempt, take_attempt};
