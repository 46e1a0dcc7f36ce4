//! Whether what is counted is what there is.

mod service;
mod store;

pub use service::{recount, repair};
pub use store::Drift;
