//! What may happen once and is not to happen any more.

mod service;
mod store;

pub(crate) use service::{close, find_done};
