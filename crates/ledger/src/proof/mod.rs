//! The proof of one transaction: what a stranger needs to find it again under a link of the chain, and nothing of the
//! others of its batch but hashes. docs/RECEIPTS.md has the format.

mod model;
mod service;
mod store;
mod tree;

pub use model::{
    Broken, Computed, Digest, FORMAT, Head, Leg, Link, Proof, ProvenHold, ProvenTransaction, Sibling, Side,
};
pub(crate) use service::{head, prove};
