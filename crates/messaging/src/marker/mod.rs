//! How far people have come: what their devices have, what they read, and whether they show it.

mod service;
pub(crate) mod store;

pub use service::{Marker, Preferences};
