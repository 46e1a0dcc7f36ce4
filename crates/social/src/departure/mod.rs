//! Who leaves, and what is kept for a while only.

mod service;
mod store;

pub use service::{Purged, forget};
