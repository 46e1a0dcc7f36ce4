//! Whether somebody is who they say: documents, two reviewers, the level that follows.

mod applicant;
mod document;
mod expiry;
mod model;
mod review;
mod store;

pub use document::{DocumentKind, FileKind, RefusalReason, Typed as TypedIdentity};
pub use model::{Application, OwnIdentity, Queue, State, Summary};
pub(crate) use store::{newest_of, release};
