//! Signing in, from the outside.

mod attacks;
mod bad_input;
mod calls;
mod people;
mod sessions;
