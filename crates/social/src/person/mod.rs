//! Whom people follow, block and hear nothing of, and what is shown of them.

mod model;
mod service;
pub(crate) mod store;
mod ties;

pub use model::{Counts, NewProfile, Profile, Tie};
pub use ties::{blocked_among, blocked_between, hidden_from, muted_by, unwelcome};
