#![doc = include_str!("../README.md")]

mod error;
mod model;
mod schema;
mod service;
mod store;
mod usage;

pub use error::{ERRORS, Error};
pub use model::{Doomed, File, Media, Nature, Quota, Ticket};
pub use service::Uploads;
pub use usage::{MAX_TOGETHER, claim, claim_of, erase, find, of_objects, release};
