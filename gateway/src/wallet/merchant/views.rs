//! Merchants and tills as callers see them: never a row.

use super::bodies::DeclineReasonView;
use crate::{
    error::ApiResult,
    wallet::{
        fees::BandBody,
        views::{PersonView, names},
    },
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::{Auth, Recipient};
use hostolink_kernel::{AccountId, MerchantId, Page, TillId, UserId, Xof};
use hostolink_ledger::Account;
use hostolink_wallet::{Merchant, MerchantState, Registration, Scale, Sum, Takings, Till, TillState};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// How far a merchant is.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum MerchantStateView {
    /// Being described.
    Draft,
    /// Waiting for a reviewer.
    Submitted,
    /// May be paid.
    Accepted,
    /// Turned down: may describe themselves better.
    Refused,
    /// May not be paid for now.
    Suspended,
}

impl From<MerchantState> for MerchantStateView {
    fn from(state: MerchantState) -> Self {
        match state {
            MerchantState::Draft => Self::Draft,
            MerchantState::Submitted => Self::Submitted,
            MerchantState::Accepted => Self::Accepted,
            MerchantState::Refused => Self::Refused,
            MerchantState::Suspended => Self::Suspended,
        }
    }
}

impl From<MerchantStateView> for MerchantState {
    fn from(state: MerchantStateView) -> Self {
        match state {
            MerchantStateView::Draft => Self::Draft,
            MerchantStateView::Submitted => Self::Submitted,
            MerchantStateView::Accepted => Self::Accepted,
            MerchantStateView::Refused => Self::Refused,
            MerchantStateView::Suspended => Self::Suspended,
        }
    }
}

/// A merchant's account, tills not included.
#[derive(Debug, Serialize, ToSchema)]
struct MerchantAccountView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: AccountId,
    /// How much is in it, in whole francs CFA.
    #[schema(example = 125_000)]
    balance: i64,
}

/// A merchant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::wallet) struct MerchantView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: MerchantId,
    /// The name over the door, which payers see.
    trade_name: String,
    /// What is sold: a category of ISO 18245.
    category: String,
    /// Where.
    city: String,
    /// The number in the trade register (RCCM) or of the taxpayer (NCC).
    registration: Option<String>,
    /// How far it is.
    state: MerchantStateView,
    /// Why it was turned down or suspended.
    reason: Option<DeclineReasonView>,
    /// How much each cashier may give back in a day; `null`: nothing.
    cashier_refunds_a_day: Option<i64>,
    /// Whose trade it is; only for reviewers.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<PersonView>,
    /// The agent who brought the merchant and shares what the merchant pays; only for reviewers, and left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<PersonView>,
    /// What being paid by code or card costs today, off the amount, by bands; only for the merchant, and left out where it costs nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    commission: Option<Vec<BandBody>>,
    /// The merchant's account; only for the merchant, from acceptance on.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<MerchantAccountView>,
    /// When it was first described.
    created_at: DateTime<Utc>,
    /// When it was last submitted.
    submitted_at: Option<DateTime<Utc>>,
    /// When a reviewer last decided.
    decided_at: Option<DateTime<Utc>>,
}

impl MerchantView {
    fn new(merchant: &Merchant, owner: Option<PersonView>, account: Option<&Account>) -> Self {
        let account =
            account.map(|account| MerchantAccountView { id: account.id, balance: account.balance.francs() });
        Self {
            id: merchant.id,
            trade_name: merchant.face.name.as_str().to_owned(),
            category: merchant.face.category.as_str().to_owned(),
            city: merchant.face.city.as_str().to_owned(),
            registration: merchant.face.registration.as_ref().map(Registration::as_str).map(str::to_owned),
            state: merchant.state.into(),
            reason: merchant.reason.map(DeclineReasonView::from),
            cashier_refunds_a_day: merchant.settings.refunds_a_day.map(Xof::francs),
            owner,
            agent: None,
            commission: None,
            account,
            created_at: merchant.created_at,
            submitted_at: merchant.submitted_at,
            decided_at: merchant.decided_at,
        }
    }

    /// For the merchant.
    pub(in crate::wallet) fn own(merchant: &Merchant, account: Option<&Account>) -> Self {
        Self::new(merchant, None, account)
    }

    /// With what being paid costs the merchant.
    pub(super) fn charged(self, scale: Option<&Scale>) -> Self {
        let bands = |scale: &Scale| scale.bands.iter().map(BandBody::for_merchants).collect();
        Self { commission: scale.map(bands), ..self }
    }

    /// For reviewers, the people asked for at once.
    pub(super) fn reviewed(
        conn: &mut PgConnection,
        auth: &Auth,
        merchants: &[Merchant],
    ) -> ApiResult<Vec<Self>> {
        let people = merchants.iter().flat_map(|merchant| [Some(merchant.owner), merchant.agent]).flatten();
        let names = names(conn, auth, people)?;
        let person = |user: &UserId| names.get(user).map(PersonView::from);
        let view = |merchant: &Merchant| Self {
            agent: merchant.agent.as_ref().and_then(person),
            ..Self::new(merchant, person(&merchant.owner), None)
        };
        Ok(merchants.iter().map(view).collect())
    }
}

/// A page of merchants.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MerchantPage {
    /// The merchants, the oldest first.
    pub(super) items: Vec<MerchantView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// What can happen at a till.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum TillStateView {
    /// Its cashier has not answered.
    Invited,
    /// Nobody answered in time.
    Expired,
    /// Its cashier works there.
    Open,
    /// Its cashier did not want to.
    Declined,
    /// The merchant took it back, for good.
    Closed,
}

impl From<TillState> for TillStateView {
    fn from(state: TillState) -> Self {
        match state {
            TillState::Invited => Self::Invited,
            TillState::Expired => Self::Expired,
            TillState::Open => Self::Open,
            TillState::Declined => Self::Declined,
            TillState::Closed => Self::Closed,
        }
    }
}

/// A till.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::wallet) struct TillView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: TillId,
    /// The name over the door.
    #[schema(example = "Maquis du Plateau")]
    trade_name: String,
    /// What the till is called.
    #[schema(example = "Caisse 2")]
    name: String,
    /// Whether it is the merchant's own, whose money is the merchant's account.
    main: bool,
    /// What can happen there.
    state: TillStateView,
    /// Who works there; `null` where the person is gone.
    cashier: Option<PersonView>,
    /// How much the cashier may give back in a day; `null`: nothing.
    refunds_a_day: Option<i64>,
    /// What is in it; only where one till is asked for that was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    balance: Option<i64>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// Until when the invitation may be answered.
    expires_at: Option<DateTime<Utc>>,
}

impl TillView {
    pub(super) fn new(till: &Till, balance: Option<Xof>, names: &HashMap<UserId, Recipient>) -> Self {
        Self {
            id: till.id,
            trade_name: till.trade_name.clone(),
            name: till.name.clone(),
            main: till.main,
            state: till.state.into(),
            cashier: till.cashier.and_then(|cashier| names.get(&cashier)).map(PersonView::from),
            refunds_a_day: till.refunds_a_day.map(Xof::francs),
            balance: balance.map(Xof::francs),
            created_at: till.created_at,
            expires_at: till.expires_at,
        }
    }

    /// Tills with the names of their people, asked for at once.
    pub(in crate::wallet) fn of(
        conn: &mut PgConnection,
        auth: &Auth,
        tills: &[Till],
    ) -> ApiResult<Vec<Self>> {
        let names = names(conn, auth, tills.iter().filter_map(|till| till.cashier))?;
        Ok(tills.iter().map(|till| Self::new(till, None, &names)).collect())
    }

    pub(super) fn one(
        conn: &mut PgConnection,
        auth: &Auth,
        till: &Till,
        balance: Option<Xof>,
    ) -> ApiResult<Self> {
        let names = names(conn, auth, till.cashier)?;
        Ok(Self::new(till, balance, &names))
    }
}

/// A page of tills.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TillPage {
    /// The tills, the oldest first.
    items: Vec<TillView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl TillPage {
    pub(super) fn compose(conn: &mut PgConnection, auth: &Auth, page: &Page<Till>) -> ApiResult<Self> {
        let next_cursor = page.next.as_ref().map(|cursor| cursor.as_str().to_owned());
        Ok(Self { items: TillView::of(conn, auth, &page.items)?, next_cursor })
    }
}

/// So many payments, and what they come to in whole francs CFA.
#[derive(Debug, Serialize, ToSchema)]
struct SumView {
    /// How many.
    #[schema(example = 12)]
    count: i64,
    /// How much in all.
    #[schema(example = 18_500)]
    amount: i64,
}

impl From<Sum> for SumView {
    fn from(sum: Sum) -> Self {
        Self { count: sum.count, amount: sum.amount.francs() }
    }
}

/// What moved at a till in a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TakingsView {
    /// What was paid there, by code and by card.
    received: SumView,
    /// What that cost the merchant, off it.
    #[schema(example = 0)]
    commission: i64,
    /// What was given back.
    refunded: SumView,
    /// What support undid.
    reversed: SumView,
    /// What the merchant took out.
    taken_out: SumView,
    /// What the merchant put in.
    put_in: SumView,
    /// What was paid, less its commission, and not given back; below zero where more of earlier days was given back.
    #[schema(example = 17_000)]
    net: i64,
}

impl From<&Takings> for TakingsView {
    fn from(takings: &Takings) -> Self {
        Self {
            received: takings.received.into(),
            commission: takings.commission.francs(),
            refunded: takings.refunded.into(),
            reversed: takings.reversed.into(),
            taken_out: takings.taken_out.into(),
            put_in: takings.put_in.into(),
            net: takings.net(),
        }
    }
}
