#![doc = include_str!("../README.md")]

mod adjustment;
mod alias;
mod bulk;
pub mod card;
mod closing;
pub mod codes;
mod compliance;
mod contact;
pub mod emv;
mod error;
pub mod fingerprint;
mod freeze;
mod house;
mod merchant;
mod model;
pub mod papers;
mod period;
pub mod picture;
mod pot;
mod qr;
mod recall;
mod receipt;
mod request;
mod rules;
mod scheduled;
mod schema;
mod service;
mod support;
mod till;
mod touched;
mod transfer;

pub use adjustment::{Adjustment, AdjustmentState, NewAdjustment};
pub use alias::{NewPiAlias, PiAliasRecord};
pub use bulk::{
    AskedLine, Bulk, BulkCheck, BulkLine, BulkMode, BulkState, CheckedLine, ConfirmBulk, DueLine, LineFilter,
    LineOutcome, LineState, MAX_BULK_LINES, NameVerdict, NewBulk, parse_bulk_file,
};
pub use card::Cards;
pub use codes::ERRORS;
pub use compliance::{
    Alert, AlertFile, AlertFilter, AlertState, Decision, EntryRefusal, ListFormat, ListReport, ListSource,
    Listed, Moved, NewDevice, NewWatchRule, PersonName, Remark, RemarkText, Screened, WatchAction, WatchKind,
    WatchLimits, WatchRule,
};
pub use contact::{Contact, ContactName, NewContact};
pub use error::Error;
pub use freeze::{Freeze, FreezeCause, FreezeMeasure};
pub use house::PaidService;
pub use merchant::{
    Category, City, DeclineReason, Merchant, MerchantFace, MerchantSettings, MerchantState, OwnMove, OwnWay,
    Registration, TradeName, Verdict,
};
pub use model::{
    CURRENCY, CashInCommand, Counterparty, FloatFundingCommand, Movement, Overview, Quote, RefundCommand,
    Target, TransferCommand, Wish, parse_amount, parse_note,
};
pub use period::{Dates, SpendingMonths, Statement};
pub use pot::{MAX_POTS, NewPot, Pot, PotMoveCommand, PotName, PotSettings, PotWay};
pub use qr::{CodeSummary, Lifetime, NewQrCode, NewTillCode, QrCode, QrKind, QrState, Scanned};
pub use recall::{Motive, NewRecall, Recall, RecallFilter, RecallSide, RecallState};
pub use receipt::{PaymentStatus, PublicReceipt};
pub use request::{NewRequest, PaymentRequest, RequestFilter, RequestSide, RequestState, request_lifetime};
pub use rules::{
    Band, Fee, Level, LimitRule, NewLimit, NewScale, Operation, OwnLimit, OwnLimits, Payer, Scale, Side,
    Span, Subject,
};
pub use scheduled::{
    DueTransfer, Frequency, LastTime, NewScheduledTransfer, Schedule, ScheduleState, ScheduledTransfer,
    TimeOutcome,
};
pub use service::Wallets;
pub use till::{MAX_TILLS, NewTill, Shop, Sum, Takings, Till, TillName, TillRefund, TillState};

/// The kind of what paying a request does once and for all, as the event of its payment names it.
pub const REQUEST_PAYMENT: &str = request::ONCE;
/// The same of giving back a payment that is asked back.
pub const RECALL_REFUND: &str = recall::ONCE;
pub use support::SupportRefund;
