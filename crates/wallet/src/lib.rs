#![doc = include_str!("../README.md")]

mod adjustment;
mod closing;
pub mod codes;
pub mod emv;
mod error;
pub mod fingerprint;
mod freeze;
mod model;
pub mod papers;
mod period;
pub mod picture;
mod qr;
mod schema;
mod service;
mod support;

pub use adjustment::{Adjustment, AdjustmentState, NewAdjustment};
pub use codes::ERRORS;
pub use error::Error;
pub use freeze::{Freeze, FreezeCause, FreezeMeasure};
pub use model::{
    CURRENCY, CashInCommand, Counterparty, FloatFundingCommand, IDENTIFIED_CEILING, Movement, Overview,
    Quote, RefundCommand, Target, TransferCommand, UNIDENTIFIED_CEILING, Wish, parse_amount, parse_note,
};
pub use period::{Dates, SpendingMonths, Statement};
pub use qr::{CodeSummary, Lifetime, NewQrCode, QrCode, QrKind, QrState, Scanned};
pub use service::Wallets;
pub use support::SupportRefund;
