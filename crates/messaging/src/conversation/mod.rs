//! Conversations: of two, of a group, of a theme.

mod model;
mod service;
pub(crate) mod store;
mod themes;

pub(crate) use service::require_moderator;
pub use themes::themes_of;

pub use model::{
    Conversation, Description, Listing, Membership, NewTheme, Own, ThemeChange, ThemeFilter, Title,
};
