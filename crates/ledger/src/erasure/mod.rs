//! Notes that are erased. The leaf stays what it was: the hash of its private half is kept in the note's place.

mod service;
mod store;

pub(crate) use service::erase_notes;
