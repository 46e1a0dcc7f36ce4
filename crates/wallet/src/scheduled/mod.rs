//! Transfers that are made later, once or again and again.

mod model;
mod service;
mod store;

pub use model::{
    DueTransfer, Frequency, LastTime, NewScheduledTransfer, Schedule, ScheduleState, ScheduledTransfer,
    TimeOutcome,
};
pub(crate) use store::end_all_of;
