//! What vouches for a receipt to somebody who is not signed in: the mark in its address, and the signature of the ledger's
//! chain. Both are made with identity's keys, the only ones that the program has; neither is any other token's.

mod model;
mod service;

pub use model::{InvalidHead, SignedHead, SignedLink};
