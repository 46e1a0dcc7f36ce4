//! What the house tells everybody, or who is in some districts, for a time.

mod model;
mod service;
mod store;

pub use model::{Announcement, NewAnnouncement, Period};
