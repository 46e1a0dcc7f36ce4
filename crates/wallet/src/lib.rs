#![doc = include_str!("../README.md")]

pub mod emv;
pub mod picture;
