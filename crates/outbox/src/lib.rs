#![doc = include_str!("../README.md")]

mod dispatcher;
mod model;
mod schema;
mod service;
mod store;

pub use dispatcher::{Dispatched, Dispatcher, HandlerError, Settings};
pub use hostolink_database::Error;
pub use model::{Event, NewEvent, Parked, SubscriberStatus};
pub use service::{
    WAKE_UP, last_seq, parked, publish, publish_all, purge, reaches_back_to, read_about, read_after, replay,
    subscribers,
};
