//! Passwords: what may be one, how one is kept, and the threads that do the slow part. Nothing here touches the database.

mod hashing;
mod pace;
mod policy;
mod workers;

pub use hashing::PasswordHash;
use hashing::Passwords;
pub(crate) use hashing::{Scheme, StoredPassword};
pub use policy::{Password, PasswordAttempt};
pub use workers::{PasswordWorkers, Place, Verified};
