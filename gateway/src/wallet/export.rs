//! What the wallet knows of somebody, for their own copy of it.

use super::views::{movements, text};
use crate::{error::ApiResult, state::State};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{Cursor, Limit, Page, QrId, UserId, Xof};
use hostolink_wallet::{CodeSummary, Error, codes as refusals};
use serde::Serialize;
use serde_json::Value;

/// A code of theirs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CodeView {
    id: QrId,
    amount: Option<i64>,
    label: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
}

impl From<CodeSummary> for CodeView {
    fn from(code: CodeSummary) -> Self {
        Self {
            id: code.id,
            amount: code.amount.map(Xof::francs),
            label: text(code.label.as_ref()),
            created_at: code.created_at,
            expires_at: code.expires_at,
        }
    }
}

/// A page of their statement, the newest first.
pub(crate) fn transactions(
    conn: &mut PgConnection,
    state: &State,
    user: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.wallets.transactions(conn, user, after, Limit::MAX)?;
    let items = movements(conn, &state.auth, &state.wallets, &page.items)?;
    Ok(Page { items: items.iter().map(json).collect(), next: page.next })
}

/// A page of their codes, the oldest first.
pub(crate) fn codes(
    conn: &mut PgConnection,
    state: &State,
    user: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    Ok(state.wallets.codes(conn, user, after, Limit::MAX)?.map(|code| json(&CodeView::from(code))))
}

/// A page of their cards, the oldest first.
pub(crate) fn cards(
    conn: &mut PgConnection,
    state: &State,
    user: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.cards.list(conn, user, after, Limit::MAX)?;
    let views = super::cards::CardView::of(conn, &state.auth, &page.items)?;
    Ok(Page { items: views.iter().map(json).collect(), next: page.next })
}

/// A page of their pots, the oldest first.
pub(crate) fn pots(
    conn: &mut PgConnection,
    state: &State,
    user: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.wallets.pots(conn, user, after, Limit::MAX)?;
    Ok(page.map(|pot| json(&super::pots::PotView::from(pot))))
}

/// Their trade, if they have one.
pub(crate) fn merchant(
    conn: &mut PgConnection,
    state: &State,
    user: UserId,
    _after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let items = match state.wallets.merchant(conn, user) {
        Ok(merchant) => vec![json(&super::merchant::views::MerchantView::own(&merchant, None))],
        Err(Error::Rule(code)) if *code == refusals::MERCHANT_UNKNOWN => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(Page { items, next: None })
}

/// A page of the tills where they work, the oldest first.
pub(crate) fn tills(
    conn: &mut PgConnection,
    state: &State,
    user: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.wallets.tills_of_cashier(conn, user, after, Limit::MAX)?;
    let views = super::merchant::views::TillView::of(conn, &state.auth, &page.items)?;
    Ok(Page { items: views.iter().map(json).collect(), next: page.next })
}

/// What their account holds now.
pub(crate) fn overview(conn: &mut PgConnection, state: &State, user: UserId) -> ApiResult<Value> {
    Ok(json(&super::overview::WalletView::new(state.wallets.overview(conn, user)?, None)))
}

/// Our own views always write.
fn json(view: &impl Serialize) -> Value {
    serde_json::to_value(view).unwrap_or_default()
}
