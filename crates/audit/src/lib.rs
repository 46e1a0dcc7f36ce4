#![doc = include_str!("../README.md")]

mod model;
mod schema;
mod service;
mod store;

pub use hostolink_database::Error;
pub use model::{Actor, Discarded, Entry, Head, InvalidHead, Problem, Record, Verification};
pub use service::{
    discard, find_discarded, purge_discarded, record, record_all, records_concerning, records_of_trace, seal,
    verify,
};
