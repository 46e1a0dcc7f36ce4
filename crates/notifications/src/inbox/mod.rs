//! What somebody is told: written from what happened, listed, read.

mod reading;
mod recording;
mod store;

pub use reading::{Reads, Shown, forget};
pub(crate) use store::{Row, hold_boxes, name_latest, unread_of};
