//! What text messages cost: each is written down, and nobody can make us send more than is bearable.

mod model;
mod service;
mod store;

pub(crate) use model::KEPT;
pub use model::{SmsCount, SmsDay, SmsId, SmsLimits, SmsOrder, SmsReceipt, SmsResult, SmsState};
pub(crate) use service::SmsWish;
pub(crate) use store::purge;
