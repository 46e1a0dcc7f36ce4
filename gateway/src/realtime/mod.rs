//! Streams that stay open: who listens, how they are woken, how they end. Transport without a business rule: what a stream says, its
//! handler knows.
//!
//! A stream keeps nothing but how far it has come. Whatever wakes it (an event of the outbox, its own pulse) makes it look in the
//! database for what came after that, so that a lost or doubled wake costs nothing, and a slow reader no memory.

mod follow;
mod hub;

pub use follow::catch_up;
pub(crate) use follow::follow;
pub use hub::{Full, Hub, Limits, Seat};
