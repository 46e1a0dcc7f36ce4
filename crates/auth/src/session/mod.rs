//! Sessions: access tokens that are checked without the database, refresh tokens that rotate, and how each was proven.

mod model;
mod service;
mod store;
mod token;

pub use model::{Claims, Proof, Session, SignedIn, TokenPair};
pub(crate) use store::{End, end, end_all, find};
pub(crate) use token::Tokens;
pub use token::{InvalidSigningKey, new_signing_key};
