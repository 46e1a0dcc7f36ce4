#![doc = include_str!("../README.md")]

pub mod card;
mod closing;
pub mod codes;
pub mod emv;
mod error;
pub mod fingerprint;
mod model;
pub mod picture;
mod pot;
mod qr;
mod schema;
mod service;

pub use card::Cards;
pub use codes::ERRORS;
pub use error::Error;
pub use model::{
    CURRENCY, CashInCommand, Counterparty, FloatFundingCommand, IDENTIFIED_CEILING, Movement, Overview,
    Quote, RefundCommand, Target, TransferCommand, UNIDENTIFIED_CEILING, Wish, parse_amount, parse_note,
};
pub use pot::{MAX_POTS, NewPot, Pot, PotMoveCommand, PotName, PotSettings, PotWay};
pub use qr::{CodeSummary, Lifetime, NewQrCode, QrCode, QrKind, QrState, Scanned};
pub use service::Wallets;
