//! The PIN of a device: a few digits that say, for a few minutes, that the phone is in its owner's hands. It belongs to one
//! session that a one-time code proved; it signs nobody in.

mod model;
mod service;
mod store;

pub use model::{PendingPin, PendingPinCheck, Pin, PinAttempt, PinCheck, PinHash, PinStanding};
