//! Signing in with a password, in three steps: the try is counted and committed, the password compared on threads of
//! its own while no connection is held, the session opened.

mod service;

pub use service::PendingSignIn;
