//! Requests to pay: somebody asks, somebody pays or not. The ledger alone decides whether one was paid: paying takes the one row of
//! its `once`, and so does whatever ends it otherwise.

mod model;
mod service;
mod store;

pub(crate) use model::ONCE;
pub use model::{NewRequest, PaymentRequest, RequestFilter, RequestSide, RequestState, request_lifetime};
pub(crate) use store::erase_notes;
