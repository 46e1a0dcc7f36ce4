#![doc = include_str!("../README.md")]

mod change;
mod claims;
mod codes;
mod country;
mod departure;
mod duty;
mod error;
mod favourites;
mod holidays;
mod hours;
mod import;
mod model;
mod name;
mod number;
mod positions;
mod ratings;
mod refusals;
mod reports;
mod schema;
pub mod seed;
mod service;
mod sms;
mod snapshot;
mod store;
mod suggestions;

pub use change::{Change, ListedNumber};
pub use claims::Claim;
pub use codes::{
    AreaLevel, ClaimState, Confidence, Corrector, EmergencyCategory, EstablishmentType, Fact, Level,
    NumberKind, Ownership, PackPart, PlaceKind, Purpose, Service, Verification,
};
pub use country::Country;
pub use duty::{Duty, NewRota, OnDuty, Rota, RotaState};
pub use error::Error;
pub use favourites::Favourite;
pub use hours::{Calendar, Holiday, Hours, Opening, WhyUnknown};
pub use import::{Counts, Notes, Progress, Refusal, Remark, Report, Source};
pub use model::{Correction, DataSource, EmergencyNumber, Establishment, Number, Position, Rating};
pub use number::{WhyNoNumber, convert_2021, display, tel_uri, whatsapp_link};
pub use positions::{SharedPosition, Whereabouts};
pub use ratings::{ReportedReview, Review};
pub use refusals::{
    AREA_UNKNOWN, ERRORS, INVALID_AREA, INVALID_CHANGE, INVALID_INSTANT, INVALID_POLYGON, INVALID_POSITION,
    INVALID_RADIUS, INVALID_ROTA, INVALID_SINCE, INVALID_ZOOM, PLACE_UNKNOWN, POLYGON_CROSSES,
    POSITION_REQUIRED, SEARCH_REQUIRED, SHARE_UNKNOWN, SOURCE_UNKNOWN, SWAPPED_POSITION, UNKNOWN_FIELD,
    UNKNOWN_TYPE, UNKNOWN_VALUE,
};
pub use reports::{NumberReport, Verdict};
pub use service::{Directory, Import, MinistryList};
pub use sms::MAX_CHARS as MAX_SMS_CHARS;
pub use snapshot::{
    AdministrativeArea, Areas, Changes, Cluster, Clusters, Facet, Filter, Found, FoundPlace, Gazetteer,
    LastChange, Nearby, OpenAt, Place, Snapshot,
};
pub use suggestions::Suggestion;

/// The event of a list of pharmacies on duty that was published: its subject is the list.
pub const ROTA_PUBLISHED: &str = "health.rota_published";
