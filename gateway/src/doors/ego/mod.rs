//! Door B: the calls of EGO Transfert, for its clients as they are. The accounts, sessions and rules are those of every
//! other door; only addresses, bodies and answers are its own.

mod error;

pub(crate) use error::{EgoError, refusal};
