//! Streams that stay open: who listens, how they are woken, how they end. Transport without a business rule: what a stream says, its
//! handler knows, and `crate::messaging::telling` what a socket is brought.
//!
//! A stream of events keeps nothing but how far it has come: whatever wakes it makes it look in the database for what came after that. A
//! socket has a mailbox of bounded size, filled once for all who hear the same; who has no room for a letter is given up, and resumes from
//! the database where it was.

mod door;
mod doorstep;
mod follow;
mod frames;
mod greeting;
mod hub;
mod limits;
mod mail;
mod peers;
mod socket;

pub(crate) use door::routes;
pub use follow::catch_up;
pub(crate) use follow::follow;
pub use hub::{Hub, Seat};
pub use limits::{Ending, Full, Limits};
pub(crate) use mail::{Text, Told};
pub use peers::Peers;
pub(crate) use peers::keep_in_touch;
