//! What merchants ask of cards: an authorisation is a hold on the owner's main account, which its merchant takes, in part or
//! whole, or lets go.

mod model;
mod place;
mod service;
mod store;

pub use model::{
    Authorization, AuthorizationState, AuthorizeCommand, Authorizing, CaptureCommand, HOLD_DAYS,
};
