//! Sessions: access tokens that are checked without the database, refresh tokens that rotate, how each was proven, on which
//! device, and how they end.

mod door;
mod ending;
mod model;
mod service;
mod store;
mod token;

pub use door::{Device, Door};
pub use ending::Which;
pub(crate) use model::Opening;
pub use model::{Claims, Proof, Session, SessionSummary, SignedIn, TokenPair};
pub(crate) use store::{End, find, renew_devices};
pub(crate) use token::Tokens;
pub use token::{InvalidSigningKey, new_signing_key};
