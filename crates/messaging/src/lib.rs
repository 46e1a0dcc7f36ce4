#![doc = include_str!("../README.md")]

pub mod codes;
mod conversation;
mod error;
mod keeping;
mod live;
mod marker;
mod member;
mod message;
mod schema;
mod service;
mod words;

pub use codes::ERRORS;
pub use conversation::{
    Conversation, Description, Listing, Membership, NewTheme, Own, ThemeChange, ThemeFilter, Title, themes_of,
};
pub use error::Error;
pub use keeping::Drift;
pub use live::{Facts, Named, Ticket, Typing, Unread};
pub use marker::{Marker, Preferences};
pub use member::Member;
pub use message::{Body, Draft, Message, Place, Reaction, Reader, SIGNS, Sent, Text};
pub use service::{DELETED, EDITED, MARKER, MEMBERSHIP, MESSAGE, Messaging, REACTION};
pub use words::{Category, Kind, Role, Standing};
