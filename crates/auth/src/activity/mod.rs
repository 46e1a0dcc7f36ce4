//! What an account was lately used for, as its owner and administrators may know it.

mod model;
mod service;
mod store;

pub use model::Activity;
