//! What callers send, read into what the wallet takes.

use super::{limits::francs_of, receivers};
use crate::{
    error::{ApiError, ApiResult},
    state::State,
};
use diesel::PgConnection;
use hostolink_kernel::{ContactId, DomainError, Identifier, Region, UserId, Xof};
use hostolink_ledger::{Fingerprint, Note};
use hostolink_wallet::{self as wallet, QrKind, Target, codes, fingerprint};
use serde::Deserialize;
use utoipa::ToSchema;

/// Whom to pay, and how much. One of `to`, `qr` and `contact`.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct TransferBody {
    /// The receiver's phone number or e-mail address, in any usual spelling.
    #[schema(example = "07 08 09 10 11")]
    to: Option<String>,
    /// The payload of a scanned code.
    #[schema(max_length = 512)]
    qr: Option<String>,
    /// The id of one of the payer's contacts.
    #[schema(value_type = Option<String>, format = Uuid)]
    contact: Option<ContactId>,
    /// Whole francs CFA. May be left out where the code fixes it.
    #[schema(minimum = 1, example = 1500)]
    amount: Option<i64>,
    /// What the quote said that it costs on top. Where it costs something else by now, nothing moves: `wallet.fee_changed`.
    #[schema(minimum = 0, example = 0)]
    fee: Option<i64>,
    /// A few words for the receiver.
    #[schema(max_length = 140)]
    note: Option<String>,
}

/// Whom to give money, and how much.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct CashInBody {
    /// The phone number or e-mail address of who gave the cash.
    #[schema(example = "07 08 09 10 11")]
    pub(super) to: String,
    /// Whole francs CFA.
    #[schema(minimum = 1, example = 10_000)]
    pub(super) amount: i64,
}

/// Whose float to fill, and with how much.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct FloatBody {
    /// The agent's phone number or e-mail address.
    #[schema(example = "05 06 07 08 09")]
    pub(super) agent: String,
    /// Whole francs CFA.
    #[schema(minimum = 1, example = 500_000)]
    pub(super) amount: i64,
}

/// How much to give back.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct RefundBody {
    /// Whole francs CFA; all that is left of the transfer where it is left out.
    #[schema(minimum = 1, example = 500)]
    pub(super) amount: Option<i64>,
    /// A few words for who paid.
    #[schema(max_length = 140)]
    pub(super) note: Option<String>,
}

/// Somebody as they were named, read but not looked up.
#[derive(Debug)]
pub(super) enum Asked {
    To(Identifier),
    Qr(String),
    Contact(ContactId),
}

/// A transfer as it was asked.
#[derive(Debug)]
pub(super) struct AskedTransfer {
    target: Asked,
    pub(super) amount: Option<Xof>,
    pub(super) fee: Option<Xof>,
    pub(super) note: Option<Note>,
}

impl Asked {
    /// One of them.
    pub(super) fn read(
        to: Option<String>,
        qr: Option<String>,
        contact: Option<ContactId>,
        regions: &[Region],
    ) -> ApiResult<Self> {
        match (to, qr, contact) {
            (Some(to), None, None) => Ok(Self::To(identifier("to", &to, regions)?)),
            (None, Some(payload), None) => Ok(Self::Qr(payload)),
            (None, None, Some(contact)) => Ok(Self::Contact(contact)),
            _ => Err(ApiError::field("to", &codes::TARGET_INVALID)),
        }
    }

    /// Whoever it is: they have proven the identifier, show a code of their own, or were saved.
    pub(super) fn person(&self, conn: &mut PgConnection, state: &State, caller: UserId) -> ApiResult<UserId> {
        match self {
            Self::To(identifier) => Ok(receivers::find(conn, state, caller, identifier)?.user),
            Self::Contact(contact) => receivers::saved(conn, state, caller, *contact),
            Self::Qr(payload) => {
                let scanned = state.wallets.scan(conn, payload)?;
                // A till is paid by its code and no other way.
                if scanned.kind == QrKind::Account && scanned.shop.is_none() {
                    Ok(scanned.receiver)
                } else {
                    Err(ApiError::field("qr", &codes::TARGET_INVALID))
                }
            }
        }
    }
}

impl AskedTransfer {
    pub(super) fn read(body: TransferBody, regions: &[Region]) -> ApiResult<Self> {
        Ok(Self {
            target: Asked::read(body.to, body.qr, body.contact, regions)?,
            amount: body.amount.map(amount).transpose()?,
            fee: body.fee.map(|francs| francs_of("fee", francs)).transpose()?,
            note: note("note", body.note.as_deref())?,
        })
    }

    /// What it costs is no part of the wish: who asked anew may go on with the same key.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        let note = self.note.as_ref().map(Note::as_str);
        match &self.target {
            Asked::To(identifier) => {
                fingerprint::transfer(Some(identifier.as_str()), None, self.amount, note)
            }
            Asked::Qr(payload) => fingerprint::transfer(None, Some(payload.as_str()), self.amount, note),
            Asked::Contact(contact) => fingerprint::transfer_to_contact(*contact, self.amount, note),
        }
    }

    /// Looks the receiver up: only somebody who has proven an identifier can receive.
    pub(super) fn target(&self, conn: &mut PgConnection, state: &State, caller: UserId) -> ApiResult<Target> {
        match &self.target {
            Asked::To(identifier) => Ok(Target::To(receivers::find(conn, state, caller, identifier)?.user)),
            Asked::Contact(contact) => Ok(Target::To(receivers::saved(conn, state, caller, *contact)?)),
            Asked::Qr(payload) => Ok(Target::Qr(payload.clone())),
        }
    }
}

pub(super) fn identifier(field: &'static str, text: &str, regions: &[Region]) -> ApiResult<Identifier> {
    Identifier::parse(text, regions)
        .map_err(|error| ApiError::field(field, hostolink_auth::Error::from(error).code()))
}

pub(super) fn amount(francs: i64) -> ApiResult<Xof> {
    wallet::parse_amount(francs).map_err(|error| ApiError::field("amount", error.code()))
}

pub(super) fn note(field: &'static str, text: Option<&str>) -> ApiResult<Option<Note>> {
    wallet::parse_note(text).map_err(|error| ApiError::field(field, error.code()))
}
