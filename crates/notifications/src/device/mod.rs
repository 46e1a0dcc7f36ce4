//! Installed applications that may be written to.

mod service;
mod store;

pub use service::{Device, NewDevice, Platform};
