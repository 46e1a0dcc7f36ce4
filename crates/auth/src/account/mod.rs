//! Who there is: accounts, roles, profiles, recipients.

mod channel;
mod invitation;
mod model;
mod operator;
mod role;
mod service;
mod store;

pub use channel::Channel;
pub(crate) use model::{Account, Named, masked};
pub use model::{Check, Next, Profile, Recipient, Search};
pub use role::Role;
pub(crate) use service::assert_one;
pub(crate) use store::{
    by_identifier, by_key, drop_password, keep_password, lock, lock_all, lock_any, lock_superadmins, prove,
    resolve, set_identifier, set_password, upgrade_password,
};
