//! Changing what somebody signs in with: with a proof of what stays and of what comes, told to what goes, and taken back by
//! it within three days.

mod model;
mod revert;
mod service;
mod store;

pub use model::{ChangeRequested, IdentifierChanged, Reverted};
pub(crate) use store::{drop_of, purge};
