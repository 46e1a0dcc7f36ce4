//! Merchants: a person's trade, reviewed by an administrator, with an account of its own in the ledger.

mod model;
mod review;
mod service;
mod store;

pub use model::{
    Category, City, DeclineReason, Merchant, MerchantFace, MerchantSettings, MerchantState, OwnMove, OwnWay,
    Registration, TradeName, Verdict,
};
pub(crate) use store::{Row, erase, lock_open, of as of_owner};
