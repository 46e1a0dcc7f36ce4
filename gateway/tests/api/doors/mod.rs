//! The contracts of others, from the outside.

pub(crate) mod ego;
mod nest;
