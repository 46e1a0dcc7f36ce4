//! A forgotten password: set anew by whoever holds the mailbox or the phone. Nobody learns here who exists.

mod model;
mod service;
mod store;

pub use model::{PasswordReset, PendingReset, ResetDelivery, ResetRequested};
pub(crate) use store::{drop_of, purge};
