//! Who is in a conversation, and who brings or sends whom.

mod service;
pub(crate) mod store;

pub use service::Member;
