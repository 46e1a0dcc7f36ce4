//! Tills: what is paid at one lies on an account of its own, so that its cashier sees that and nothing else of the merchant's.

mod model;
mod refund;
mod service;
mod store;
mod takings;

pub use model::{MAX_TILLS, NewTill, Shop, Sum, Takings, Till, TillName, TillRefund, TillState};
pub(crate) use store::{Found, account_of, at, insert_main, leave, main_of, worked_by};
