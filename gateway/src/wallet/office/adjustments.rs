//! Corrections of the books: one person asks, another decides.

use crate::{
    auth::actor,
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
    wallet::{
        bodies,
        problems::{MovingMoney, Reading},
        views::PersonView,
    },
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::{Auth, Recipient};
use hostolink_kernel::{AccountId, AdjustmentId, TransactionId, UserId};
use hostolink_ledger::{AccountKind, Refusal};
use hostolink_wallet::{Adjustment, AdjustmentState, NewAdjustment, Wallets, codes};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// From which account to which, how much and why. One of the two is Hostolink's own.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AdjustmentBody {
    /// `fees`, `issuance`, or the id of an account.
    #[schema(example = "fees")]
    from: String,
    /// The same.
    #[schema(example = "0193b0a0-0000-7000-8000-000000000000")]
    to: String,
    /// Whole francs CFA.
    #[schema(minimum = 1, example = 1500)]
    amount: i64,
    /// A few words. They name nobody.
    #[schema(min_length = 1, max_length = 140, example = "Frais perçus deux fois")]
    reason: String,
}

/// How far an adjustment is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum AdjustmentStateView {
    /// Somebody else has to decide.
    Asked,
    /// Nobody decided within seven days.
    Expired,
    /// It was turned down.
    Refused,
    /// It was decided, and the ledger has not answered yet.
    Accepted,
    /// The money moved.
    Done,
    /// The ledger refused it.
    Rejected,
}

impl From<AdjustmentState> for AdjustmentStateView {
    fn from(state: AdjustmentState) -> Self {
        match state {
            AdjustmentState::Asked => Self::Asked,
            AdjustmentState::Expired => Self::Expired,
            AdjustmentState::Refused => Self::Refused,
            AdjustmentState::Accepted => Self::Accepted,
            AdjustmentState::Done => Self::Done,
            AdjustmentState::Rejected => Self::Rejected,
        }
    }
}

/// A correction of the books.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdjustmentView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: AdjustmentId,
    /// The account that gives.
    #[schema(value_type = String, format = Uuid)]
    from: AccountId,
    /// The account that receives.
    #[schema(value_type = String, format = Uuid)]
    to: AccountId,
    /// How much, in whole francs CFA.
    amount: i64,
    /// Why.
    reason: String,
    /// How far it is.
    state: AdjustmentStateView,
    /// Who asked.
    maker: Option<PersonView>,
    /// When.
    asked_at: DateTime<Utc>,
    /// Until when it may be decided.
    expires_at: DateTime<Utc>,
    /// Who decided.
    checker: Option<PersonView>,
    /// When.
    decided_at: Option<DateTime<Utc>>,
    /// What moved the money.
    #[schema(value_type = Option<String>, format = Uuid)]
    transaction: Option<TransactionId>,
    /// Why the ledger refused.
    #[schema(example = "wallet.insufficient_funds")]
    rejection: Option<&'static str>,
}

/// A page of corrections.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AdjustmentPage {
    /// The corrections, the newest first.
    items: Vec<AdjustmentView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl AdjustmentView {
    fn new(adjustment: &Adjustment, names: &HashMap<UserId, Recipient>) -> Self {
        let person = |user: UserId| names.get(&user).map(PersonView::from);
        let refusal = |name: &String| Refusal::ALL.iter().find(|refusal| refusal.name() == name);
        Self {
            id: adjustment.id,
            from: adjustment.from,
            to: adjustment.to,
            amount: adjustment.amount.francs(),
            reason: adjustment.reason.as_str().to_owned(),
            state: adjustment.state.into(),
            maker: person(adjustment.maker),
            asked_at: adjustment.asked_at,
            expires_at: adjustment.expires_at,
            checker: adjustment.checker.and_then(person),
            decided_at: adjustment.decided_at,
            transaction: adjustment.transaction,
            rejection: adjustment.rejection.as_ref().and_then(refusal).map(|refusal| refusal.code().code),
        }
    }
}

/// Corrections with the names of their people, asked for at once.
fn views(
    conn: &mut PgConnection,
    auth: &Auth,
    adjustments: &[Adjustment],
) -> Result<Vec<AdjustmentView>, hostolink_auth::Error> {
    let mut people: Vec<UserId> =
        adjustments.iter().flat_map(|one| [Some(one.maker), one.checker]).flatten().collect();
    people.sort_unstable();
    people.dedup();
    let names = auth.names(conn, &people)?;
    Ok(adjustments.iter().map(|one| AdjustmentView::new(one, &names)).collect())
}

async fn shown(state: &State, adjustment: Adjustment) -> ApiResult<AdjustmentView> {
    let auth = state.auth.clone();
    let seen = state.database.run(move |conn| views(conn, &auth, &[adjustment])).await?;
    seen.into_iter().next().ok_or_else(ApiError::not_found)
}

/// Asks for a correction of the books. Nothing moves before somebody else accepts it, within seven days.
#[utoipa::path(
    tag = "Back office",
    operation_id = "askAdjustment",
    security(("bearer" = [])),
    request_body = AdjustmentBody,
    responses(
        (status = 201, description = "It waits for another person", body = AdjustmentView),
        MovingMoney,
    )
)]
#[post("/api/admin/adjustments")]
pub(super) async fn ask(
    state: Data<State>,
    identity: Identity,
    body: Body<AdjustmentBody>,
) -> ApiResult<HttpResponse> {
    let (sides, by) = ((body.0.from, body.0.to), actor(Some(&identity)));
    let amount = bodies::amount(body.0.amount)?;
    let reason = bodies::note("reason", Some(&body.0.reason))?;
    let reason = reason.ok_or_else(|| ApiError::field("reason", &codes::NOTE_INVALID))?;
    let wallets = state.wallets.clone();
    let asked = state.database.run(move |conn| {
        let from = account(conn, &wallets, "from", &sides.0)?;
        let to = account(conn, &wallets, "to", &sides.1)?;
        Ok::<_, ApiError>(wallets.ask_adjustment(conn, NewAdjustment { by, from, to, amount, reason })?)
    });
    let asked = asked.await?;
    Ok(HttpResponse::Created().json(shown(&state, asked).await?))
}

/// The account that a caller named.
fn account(
    conn: &mut PgConnection,
    wallets: &Wallets,
    field: &'static str,
    text: &str,
) -> ApiResult<AccountId> {
    match text {
        "fees" => Ok(wallets.own_account(conn, AccountKind::Fees)?.id),
        "issuance" => Ok(wallets.own_account(conn, AccountKind::Issuance)?.id),
        id => id.parse().map_err(|_| ApiError::field(field, &codes::ACCOUNT_UNKNOWN)),
    }
}

/// Corrections, the newest first.
#[utoipa::path(
    tag = "Back office",
    operation_id = "adjustments",
    security(("bearer" = [])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page of corrections", body = AdjustmentPage),
        (status = 403, description = "The role does not allow it: `auth.forbidden`, `auth.step_up_required`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/admin/adjustments")]
pub(super) async fn list(state: Data<State>, query: Query<PageQuery>) -> ApiResult<Json<AdjustmentPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let page = state.database.run(move |conn| {
        let page = wallets.adjustments(conn, after.as_ref(), limit)?;
        let next_cursor = page.next.as_ref().map(|cursor| cursor.as_str().to_owned());
        Ok::<_, ApiError>(AdjustmentPage { items: views(conn, &auth, &page.items)?, next_cursor })
    });
    Ok(Json(page.await?))
}

/// Accepts a correction that somebody else asked for: the ledger does it, once. The answer says what became of it.
#[utoipa::path(
    tag = "Back office",
    operation_id = "acceptAdjustment",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Which", format = Uuid)),
    responses(
        (status = 200, description = "As it is now: done, or rejected by the ledger", body = AdjustmentView),
        (status = 409, description = "Somebody decided it, its time is over, or it is one's own: `wallet.adjustment_decided`, `wallet.adjustment_expired`, `wallet.adjustment_second_person`", body = Problem, content_type = "application/problem+json"),
        MovingMoney,
    )
)]
#[post("/api/admin/adjustments/{id}/accept")]
pub(super) async fn accept(
    state: Data<State>,
    identity: Identity,
    id: PathId<AdjustmentId>,
) -> ApiResult<Json<AdjustmentView>> {
    let (shared, by) = (state.clone(), actor(Some(&identity)));
    let decided = state.database.run(move |conn| {
        identity.confirm(&shared.auth, conn)?;
        let waits = shared.wallets.adjustment(conn, id.0)?;
        if waits.amount.francs() > shared.config.pin_required_above {
            shared.auth.require_pin(conn, identity.session)?;
        }
        Ok::<_, ApiError>(shared.wallets.decide_adjustment(conn, id.0, &by, true)?)
    });
    let settled = settle(&state, decided.await?).await?;
    Ok(Json(shown(&state, settled).await?))
}

/// Turns a correction down that somebody else asked for.
#[utoipa::path(
    tag = "Back office",
    operation_id = "refuseAdjustment",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Which", format = Uuid)),
    responses(
        (status = 200, description = "As it is now", body = AdjustmentView),
        (status = 409, description = "Somebody decided it, its time is over, or it is one's own: `wallet.adjustment_decided`, `wallet.adjustment_expired`, `wallet.adjustment_second_person`", body = Problem, content_type = "application/problem+json"),
        MovingMoney,
    )
)]
#[post("/api/admin/adjustments/{id}/refuse")]
pub(super) async fn refuse(
    state: Data<State>,
    identity: Identity,
    id: PathId<AdjustmentId>,
) -> ApiResult<Json<AdjustmentView>> {
    let (wallets, by) = (state.wallets.clone(), actor(Some(&identity)));
    let decided = state.database.run(move |conn| wallets.decide_adjustment(conn, id.0, &by, false)).await?;
    Ok(Json(shown(&state, decided).await?))
}

/// Has the ledger do what was accepted. Any number may try at once: its key and what it does once are its own.
pub(crate) async fn settle(state: &State, adjustment: Adjustment) -> ApiResult<Adjustment> {
    if adjustment.state != AdjustmentState::Accepted {
        return Ok(adjustment);
    }
    let reply = state.post(state.wallets.adjustment_order(&adjustment)?).await?;
    let wallets = state.wallets.clone();
    Ok(state.database.run(move |conn| wallets.settle_adjustment(conn, adjustment.id, reply)).await?)
}
