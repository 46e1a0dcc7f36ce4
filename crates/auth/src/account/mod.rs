//! Who there is: accounts, roles, profiles, recipients.

mod invitation;
mod model;
mod operator;
mod role;
mod service;
mod store;

pub(crate) use model::{Account, Channel, Named, masked};
pub use model::{Check, Next, Profile, Recipient, Search};
pub use role::Role;
pub(crate) use service::assert_one;
pub(crate) use store::{
    by_identifier, keep_password, lock, lock_any, prove, resolve, set_password, upgrade_password,
};
