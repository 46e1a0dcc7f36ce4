//! Who there is: accounts, roles, profiles, recipients.

mod channel;
mod invitation;
mod level;
mod model;
mod moderation;
mod operator;
mod permission;
mod photo;
mod role;
mod roles;
mod service;
mod store;

pub use channel::Channel;
pub use level::IdentityLevel;
pub(crate) use model::{Account, Named, masked};
pub use model::{Check, Next, Profile, Recipient, Search};
pub use moderation::{Moderated, ModerationReason};
pub use permission::{Permission, Permissions};
pub use role::Role;
pub use roles::RoleInfo;
pub(crate) use service::assert_one;
pub(crate) use store::{
    by_identifier, by_identifiers, by_key, by_keys, drop_password, keep_password, lock, lock_all, lock_any,
    lock_superadmins, prove, resolve, set_identifier, set_names, set_password, upgrade_password,
};
