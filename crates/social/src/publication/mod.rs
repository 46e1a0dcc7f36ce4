//! What people publish, and what others do with it.

mod model;
mod poll;
mod reactions;
mod service;
pub(crate) mod store;

pub use model::{
    Key, NewPoll, NewPublication, Past, Poll, PollChoice, Publication, Share, State, Visibility,
};
pub use service::themes_of_publications;
