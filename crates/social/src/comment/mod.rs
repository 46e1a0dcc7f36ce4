//! What people say to publications and to each other's comments.

mod model;
mod service;
pub(crate) mod store;

pub use model::{Comment, NewComment};
