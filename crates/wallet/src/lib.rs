#![doc = include_str!("../README.md")]

mod closing;
pub mod codes;
pub mod emv;
mod error;
pub mod fingerprint;
mod model;
pub mod picture;
mod qr;
mod scheduled;
mod rules;
mod schema;
mod service;

pub use codes::ERRORS;
pub use error::Error;
pub use model::{
    CURRENCY, CashInCommand, Counterparty, FloatFundingCommand, Movement, Overview, Quote, RefundCommand,
    Target, TransferCommand, Wish, parse_amount, parse_note,
};
pub use qr::{CodeSummary, Lifetime, NewQrCode, QrCode, QrKind, QrState, Scanned};
pub use scheduled::{
    DueTransfer, Frequency, LastTime, NewScheduledTransfer, Schedule, ScheduleState, ScheduledTransfer,
    TimeOutcome,
pub use rules::{
    Band, Fee, Level, LimitRule, NewLimit, NewScale, Operation, OwnLimit, OwnLimits, Scale, Side, Span,
    Subject,
};
pub use service::Wallets;
