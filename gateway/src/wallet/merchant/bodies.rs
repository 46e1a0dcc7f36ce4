//! What merchants and who reviews them send.

use crate::{
    error::{ApiError, ApiResult},
    wallet::bodies,
};
use hostolink_kernel::{DomainError, Xof};
use hostolink_wallet::{
    Category, City, DeclineReason, Error, MerchantFace, MerchantSettings, Registration, TradeName,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a merchant describes themselves.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MerchantBody {
    /// The name over the door, which payers see.
    #[schema(min_length = 1, max_length = 60, example = "Maquis du Plateau")]
    trade_name: String,
    /// What is sold: a category of ISO 18245.
    #[schema(pattern = "^[0-9]{4}$", example = "5812")]
    category: String,
    /// Where.
    #[schema(min_length = 1, max_length = 40, example = "Abidjan")]
    city: String,
    /// The number in the trade register (RCCM) or of the taxpayer (NCC), where there is one.
    #[schema(min_length = 5, max_length = 32, example = "CI-ABJ-2020-B-12345")]
    registration: Option<String>,
}

fn field<T>(name: &'static str, read: Result<T, Error>) -> ApiResult<T> {
    read.map_err(|error| ApiError::field(name, error.code()))
}

impl MerchantBody {
    pub(super) fn read(&self) -> ApiResult<MerchantFace> {
        let registration = self.registration.as_deref().map(Registration::parse).transpose();
        Ok(MerchantFace {
            name: field("tradeName", TradeName::parse(&self.trade_name))?,
            category: field("category", Category::parse(&self.category))?,
            city: field("city", City::parse(&self.city))?,
            registration: field("registration", registration)?,
        })
    }
}

/// What a merchant decides of their cashiers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MerchantSettingsBody {
    /// How much each cashier may give back in a day, in whole francs CFA; left out: nothing.
    #[schema(minimum = 1, example = 20_000)]
    cashier_refunds_a_day: Option<i64>,
}

impl MerchantSettingsBody {
    pub(super) fn read(&self) -> ApiResult<MerchantSettings> {
        let cap: Option<Xof> = self.cashier_refunds_a_day.map(bodies::amount).transpose()?;
        Ok(MerchantSettings { refunds_a_day: cap })
    }
}

/// How much to move between a merchant's own accounts.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct OwnMoveBody {
    /// Whole francs CFA.
    #[schema(minimum = 1, example = 50_000)]
    pub(super) amount: i64,
}

/// Whom to invite to a till.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct CashierBody {
    /// The phone number or e-mail address of who is to work there.
    #[schema(example = "05 06 07 08 09")]
    pub(super) cashier: String,
    /// What the till is called.
    #[schema(min_length = 1, max_length = 40, example = "Caisse 2")]
    pub(super) name: String,
}

/// Which agent brought a merchant.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AgentBody {
    /// The agent's phone number or e-mail address; `null` for none.
    #[schema(example = "05 06 07 08 09")]
    pub(super) agent: Option<String>,
}

/// Why a merchant is turned down or suspended.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum DeclineReasonView {
    /// The registration number is not that of the trade.
    Registration,
    /// The name, city or category is not what is done.
    Description,
    /// What is sold may not be paid for here.
    Activity,
    /// Customers complain, or fraud is suspected.
    Complaints,
}

impl From<DeclineReasonView> for DeclineReason {
    fn from(reason: DeclineReasonView) -> Self {
        match reason {
            DeclineReasonView::Registration => Self::Registration,
            DeclineReasonView::Description => Self::Description,
            DeclineReasonView::Activity => Self::Activity,
            DeclineReasonView::Complaints => Self::Complaints,
        }
    }
}

impl From<DeclineReason> for DeclineReasonView {
    fn from(reason: DeclineReason) -> Self {
        match reason {
            DeclineReason::Registration => Self::Registration,
            DeclineReason::Description => Self::Description,
            DeclineReason::Activity => Self::Activity,
            DeclineReason::Complaints => Self::Complaints,
        }
    }
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DeclineBody {
    /// Why.
    pub(super) reason: DeclineReasonView,
}
