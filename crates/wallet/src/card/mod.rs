//! Closed-loop virtual cards: a number that pays at our merchants, from its owner's main account.

mod authorization;
mod model;
mod number;
mod picture;
mod rules;
mod service;
mod store;

pub use authorization::{
    Authorization, AuthorizationState, AuthorizeCommand, Authorizing, CaptureCommand, HOLD_DAYS,
};
pub use model::{
    Card, CardChange, CardLabel, CardLimits, CardSettings, CardState, MAX_CARDS, NewCard, ShownCard,
    printed_end,
};
pub use number::{CardNumber, SecurityCode};
pub use rules::Decline;
pub use service::Cards;
pub(crate) use store::close_all;
