#![doc = include_str!("../README.md")]

mod advertisement;
mod announcement;
mod area;
mod comment;
mod counters;
mod departure;
mod error;
mod feed;
mod moderation;
mod names;
mod person;
mod publication;
pub mod refusals;
mod social;
mod text;

pub use advertisement::{
    Advertisement, AdvertisementState, CLICK_PRICE, Funding, NewAdvertisement, Seen, Settling, VIEW_PRICE,
};
pub use announcement::{Announcement, NewAnnouncement, Period};
pub use area::Area;
pub use comment::{Comment, NewComment};
pub use counters::{Drift, recount, repair};
pub use departure::{Purged, forget};
pub use error::Error;
pub use moderation::{
    Appeal, AppealState, Case, CaseState, Decision, Measure, Reason, Reported, Sanction, Target, TargetKind,
};
pub use person::{
    Counts, NewProfile, Profile, Tie, blocked_among, blocked_between, hidden_from, muted_by, unwelcome,
};
pub use publication::{
    Key, NewPoll, NewPublication, Past, Poll, PollChoice, Publication, Share, State, Visibility,
    themes_of_publications,
};
pub use refusals::{
    ADVERTISEMENT_UNKNOWN, ERRORS, INVALID_PERIOD, KEY_REUSED, OWN_MATTER, PERSON_UNKNOWN, THEME_UNKNOWN,
};
pub use social::{Social, Viewer};
pub use text::{Handle, Link, Words};
