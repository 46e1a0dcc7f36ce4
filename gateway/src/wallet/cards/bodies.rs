//! What callers send about cards.

use super::super::bodies;
use crate::error::{ApiError, ApiResult};
use hostolink_kernel::{DomainError, Secret, Xof};
use hostolink_ledger::Note;
use hostolink_wallet::card::{CardLabel, CardLimits, CardNumber, CardSettings, SecurityCode};
use serde::Deserialize;
use utoipa::ToSchema;

/// How much a card pays at most. What is left out has no limit but the balance.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CardLimitsBody {
    /// In one payment, in whole francs CFA.
    #[schema(minimum = 1, example = 25_000)]
    per_operation: Option<i64>,
    /// In one day of Abidjan.
    #[schema(minimum = 1, example = 50_000)]
    daily: Option<i64>,
    /// In one month.
    #[schema(minimum = 1, example = 200_000)]
    monthly: Option<i64>,
}

/// All that its owner decides of a card: what is left out is taken away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CardSettingsBody {
    /// What they call it.
    #[schema(max_length = 30, example = "Courses")]
    label: Option<String>,
    /// How much it pays.
    #[serde(default)]
    limits: CardLimitsBody,
    /// The first merchant who charges it becomes the only one.
    #[serde(default)]
    merchant_lock: bool,
}

/// A card to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewCardBody {
    /// What else its owner decides.
    #[serde(flatten)]
    pub(super) settings: CardSettingsBody,
    /// It pays once.
    #[serde(default)]
    pub(super) single_use: bool,
}

/// What shows that the phone is in its owner's hands.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ShowCardBody {
    /// The PIN of this device.
    #[schema(value_type = String, example = "7391")]
    pub(super) pin: Secret,
}

/// A card that was shown, and how much is asked of it.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AuthorizeBody {
    /// The sixteen digits, with or without spaces.
    #[schema(value_type = String, example = "9384000000000007")]
    number: Secret,
    /// The six digits that the owner's app shows now.
    #[schema(value_type = String, example = "123456")]
    code: Secret,
    /// Whole francs CFA.
    #[schema(minimum = 1, example = 4500)]
    amount: i64,
    /// What it is for; the owner reads it.
    #[schema(max_length = 140)]
    note: Option<String>,
}

/// How much to take.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct CaptureBody {
    /// Whole francs CFA; all that was authorised where it is left out. The rest is let go.
    #[schema(minimum = 1, example = 4000)]
    pub(super) amount: Option<i64>,
}

impl CardSettingsBody {
    pub(super) fn read(&self) -> ApiResult<CardSettings> {
        let limit = |field: &'static str, francs: Option<i64>| -> ApiResult<Option<Xof>> {
            francs.map(bodies::amount).transpose().map_err(|error| error.blaming(field))
        };
        Ok(CardSettings {
            label: CardLabel::parse(self.label.as_deref())
                .map_err(|error| ApiError::field("label", error.code()))?,
            limits: CardLimits {
                per_operation: limit("limits.perOperation", self.limits.per_operation)?,
                daily: limit("limits.daily", self.limits.daily)?,
                monthly: limit("limits.monthly", self.limits.monthly)?,
            },
            merchant_lock: self.merchant_lock,
        })
    }
}

/// An authorisation as it was asked for.
pub(super) struct Asked {
    pub(super) number: CardNumber,
    pub(super) code: SecurityCode,
    pub(super) amount: Xof,
    pub(super) note: Option<Note>,
}

impl AuthorizeBody {
    pub(super) fn read(&self) -> ApiResult<Asked> {
        let number = CardNumber::parse(&self.number);
        let code = SecurityCode::parse(&self.code);
        Ok(Asked {
            number: number.map_err(|error| ApiError::field("number", error.code()))?,
            code: code.map_err(|error| ApiError::field("code", error.code()))?,
            amount: bodies::amount(self.amount)?,
            note: bodies::note("note", self.note.as_deref())?,
        })
    }
}
