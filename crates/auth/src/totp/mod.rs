//! The second factor: an authenticator app (RFC 6238), and recovery codes for when it is lost. Where it is on, a right
//! password or one-time code opens no session yet: it opens a challenge, which a code of the app turns into one.

mod challenge;
mod model;
mod service;
mod store;

pub use model::{Challenge, Enrolment, Factor};
pub(crate) use store::{drop_challenges, on_of, purge, turn_off};
