#![doc = include_str!("../README.md")]

mod counters;
mod delivery;
mod device;
mod error;
mod inbox;
mod model;
mod notifications;
mod preference;
mod quiet;
mod schema;
mod words;

pub use counters::Drift;
pub use delivery::{Delivery, Failure, Outcome, Undelivered, Way};
pub use device::{Device, NewDevice, Platform};
pub use error::{ERRORS, Error};
pub use inbox::{Reads, Shown, forget};
pub use model::{Channel, Fact, Kind, Notification, Recipient};
pub use notifications::Notifications;
pub use preference::{Choice, Settings, Standing};
pub use quiet::QuietHours;
pub use words::Words;

/// The event of somebody who has something new, or read something: its subject is the person, its payload `{}` or `{"read": true}`.
pub const CREATED: &str = "notifications.created";
