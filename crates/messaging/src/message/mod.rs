//! What people write: with a number without gaps, once however often it is sent.

mod model;
mod reacting;
mod reading;
mod service;
pub(crate) mod store;

pub use model::{Body, Draft, Message, Place, Reaction, Sent, Text};
pub use reacting::SIGNS;
pub use reading::Reader;
