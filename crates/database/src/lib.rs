#![doc = include_str!("../README.md")]

pub mod adoption;
mod error;
pub mod local;
pub mod migrate;
mod pool;
mod prepared;
mod silence;

pub use error::{ERRORS, Error, describe, on_unique};
pub use pool::{Database, Settings, connect};
pub use prepared::{Bind, Binds, Prepared, prepared};
