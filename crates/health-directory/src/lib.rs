#![doc = include_str!("../README.md")]

mod codes;
mod country;
mod error;
mod hours;
mod import;
mod model;
mod name;
mod number;
mod schema;
pub mod seed;
mod service;
mod snapshot;
mod store;

pub use codes::{
    Confidence, EmergencyCategory, EstablishmentType, NumberKind, Ownership, Purpose, Verification,
};
pub use country::Country;
pub use error::{ERRORS, Error, INVALID_POSITION, INVALID_RADIUS, SWAPPED_POSITION, UNKNOWN_TYPE};
pub use hours::Hours;
pub use import::{Counts, Notes, Progress, Refusal, Remark, Report, Source};
pub use model::{DataSource, EmergencyNumber, Establishment, Number, Position};
pub use number::{convert_2021, display, tel_uri};
pub use service::{Directory, Import};
pub use snapshot::{Filter, Nearby, Snapshot};
