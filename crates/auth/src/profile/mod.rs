//! What people say of themselves.

mod model;
mod service;
mod store;

pub use model::ProfileChange;
pub(crate) use store::write;
