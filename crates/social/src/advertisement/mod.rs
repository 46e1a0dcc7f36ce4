//! Advertisements: shown for a time to who is in some districts, paid from money that was set aside for it, never beyond.

mod model;
mod money;
mod service;
pub(crate) mod store;

pub use model::{
    Advertisement, AdvertisementState, CLICK_PRICE, Funding, NewAdvertisement, Seen, Settling, VIEW_PRICE,
};
