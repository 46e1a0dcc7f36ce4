//! The queries of moderation.

mod appeal;
mod case;
mod sanction;

pub(super) use appeal::*;
pub(super) use case::*;
pub(super) use sanction::{insert, lift, list, lock, log};
pub(crate) use sanction::{is_hidden, may_not_post};
