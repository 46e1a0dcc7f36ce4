//! Whom people saved to pay them again.

mod model;
mod service;
mod store;

pub use model::{Contact, ContactName, NewContact};
pub(crate) use store::erase;
