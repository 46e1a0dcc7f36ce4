//! The codes that people show to be paid.

mod model;
mod service;
mod store;
mod till;

pub use model::{CodeSummary, Lifetime, NewQrCode, QrCode, QrKind, QrState, Scanned};
pub(crate) use store::erase_labels;
pub use till::NewTillCode;
pub(crate) use {model::Aim, service::find_by_payloads};
