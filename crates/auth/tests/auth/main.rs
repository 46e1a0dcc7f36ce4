//! The crate as the gateway uses it, on a real database. Names that start with `case_` are the numbered attack cases of
//! docs/SECURITY.md.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be prepared fails")]

mod adopted;
mod codes;
mod passwords;
mod people;
mod registration;
mod sessions;
mod world;
