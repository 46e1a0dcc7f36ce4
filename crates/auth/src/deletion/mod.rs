//! Leaving: a wish, thirty days to think again, then nothing personal is left.

mod service;
mod store;

pub use service::DeletionRequested;
