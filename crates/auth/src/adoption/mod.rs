//! Taking over the people of the older back end.

mod service;
mod store;

pub use service::{Column, Kept, Report, normalise};
