//! What is known of an account beside its profile, as its owner and administrators may know it.

mod model;
mod service;
mod store;

pub use model::{Activity, IdentityStanding};
