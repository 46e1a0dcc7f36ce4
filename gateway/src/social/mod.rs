//! The social network.

pub(crate) mod blocks;
