//! The queries of moderation.

mod appeal;
mod case;
mod sanction;

pub(super) use appeal::*;
pub(super) use case::*;
pub(crate) use sanction::is_hidden;
pub(super) use sanction::{concerned, insert, lift, list, lock, log, may_not_act, may_not_post, reported_by};
