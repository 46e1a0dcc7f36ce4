//! Asking who receives at an identifier. Whoever may pay may ask, so that asking must not become a way to list who has an
//! account. Every count is in Postgres and holds over all processes.

mod many;
mod name;
mod service;

pub use many::Found;
pub use name::NameMatch;
