//! The crate as the gateway uses it, on a real database. A name that starts with `case_` carries the number of the
//! attack that it tries.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot be prepared fails"
)]

mod adopted;
mod codes;
mod deletion;
mod devices;
mod enumeration;
mod factors;
mod guards;
mod identifiers;
mod identity;
mod lockout;
mod lookups;
mod passwords;
mod people;
mod persons;
mod pins;
mod possession;
mod profile;
mod receipts;
mod registration;
mod resets;
mod sessions;
mod sms;
mod world;
