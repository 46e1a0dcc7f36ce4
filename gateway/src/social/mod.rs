//! What people are to each other.

pub(crate) mod blocks;
