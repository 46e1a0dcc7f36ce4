//! What somebody wants to be told, by which ways, and when not.

mod service;
mod store;

pub use service::{Choice, Settings, Standing};
pub(crate) use store::standings;
