//! Signing in, from the outside.
