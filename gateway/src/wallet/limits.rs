//! What people may move and hold: their own limits, and those in force and to come, for who sets them.

use super::{
    problems::{Reading, SettingRules},
    views::{PersonView, names},
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PageQuery, Query},
    state::State,
    wire::wire,
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json},
};
use chrono::{DateTime, NaiveDate, Utc};
use hostolink_auth::Recipient;
use hostolink_kernel::{DomainError, UserId, Xof};
use hostolink_wallet::{Level, LimitRule, NewLimit, Operation, OwnLimit, Side, Span, Subject, codes};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

wire! {
    /// `unidentified` or `identified`.
    LevelName of Level, "unidentified"
}
wire! {
    /// `transfer`, `qr-payment`, `cash-in` or `cash-out`.
    OperationName of Operation, "transfer"
}
wire! {
    /// `out` is what somebody gives, `in` what they receive.
    SideName of Side, "out"
}
wire! {
    /// `operation`, `day` (from midnight UTC, which is Abidjan's time), `month` (of the calendar) or `balance` (what is held).
    SpanName of Span, "day"
}

/// One of the caller's limits, and what is left of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnLimitView {
    /// Of what; `null` is all operations together.
    operation: Option<OperationName>,
    /// Of what leaves or of what comes in.
    direction: SideName,
    /// Compared with what.
    window: SpanName,
    /// The most, in whole francs CFA, fees not included; `null` is no limit of the amount.
    #[schema(example = 200_000)]
    amount: Option<i64>,
    /// How much counts towards it by now.
    #[schema(example = 1_500)]
    used: i64,
    /// How much is left.
    #[schema(example = 198_500)]
    left: Option<i64>,
    /// The most operations; `null` is no limit of their number.
    count: Option<u32>,
    /// How many operations count towards it by now.
    used_count: u32,
    /// How many operations are left.
    left_count: Option<u32>,
    /// From when on it is counted anew; `null` where nothing is counted.
    frees_at: Option<DateTime<Utc>>,
}

impl From<OwnLimit> for OwnLimitView {
    fn from(own: OwnLimit) -> Self {
        Self {
            operation: own.operation.map(OperationName),
            direction: SideName(own.side),
            window: SpanName(own.span),
            amount: own.amount.map(Xof::francs),
            used: own.used.francs(),
            left: own.left().map(Xof::francs),
            count: own.count,
            used_count: own.used_count,
            left_count: own.left_count(),
            frees_at: own.frees_at,
        }
    }
}

/// The caller's limits.
#[derive(Debug, Serialize, ToSchema)]
struct OwnLimitsView {
    /// How well the house knows who they are.
    level: LevelName,
    /// All that are in force.
    items: Vec<OwnLimitView>,
}

/// A limit, from a day on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LimitView {
    /// Whose.
    level: LevelName,
    /// Of what; `null` is all operations together.
    operation: Option<OperationName>,
    /// Of what leaves or of what comes in.
    direction: SideName,
    /// Compared with what.
    window: SpanName,
    /// The most, in whole francs CFA, fees not included; `null` is no limit of the amount.
    #[schema(example = 200_000)]
    amount: Option<i64>,
    /// The most operations; `null` is no limit of their number.
    count: Option<u32>,
    /// In force from the beginning of this day, UTC.
    from: NaiveDate,
    /// Until the beginning of this day: that of the next limit of the same subject.
    until: Option<NaiveDate>,
    /// Who set it; `null` came with the program.
    set_by: Option<PersonView>,
    /// When it was set.
    set_at: DateTime<Utc>,
}

impl LimitView {
    fn new(rule: &LimitRule, names: &HashMap<UserId, Recipient>) -> Self {
        Self {
            level: LevelName(rule.subject.level),
            operation: rule.subject.operation.map(OperationName),
            direction: SideName(rule.subject.side),
            window: SpanName(rule.subject.span),
            amount: rule.amount.map(Xof::francs),
            count: rule.count,
            from: rule.from,
            until: rule.until,
            set_by: rule.set_by.and_then(|user| names.get(&user)).map(PersonView::from),
            set_at: rule.set_at,
        }
    }
}

/// A page of limits.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LimitPage {
    /// The latest first: past ones, those in force and those to come.
    items: Vec<LimitView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A limit to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewLimitBody {
    /// Whose.
    level: LevelName,
    /// Of what; left out it is all operations together.
    operation: Option<OperationName>,
    /// Of what leaves or of what comes in.
    direction: SideName,
    /// Compared with what. A balance is about what comes in, of all operations.
    window: SpanName,
    /// The most, in whole francs CFA; without it and without a number, there is no limit from that day on.
    #[schema(minimum = 0, example = 300_000)]
    amount: Option<i64>,
    /// The most operations of a day or a month.
    #[schema(minimum = 0)]
    count: Option<u32>,
    /// From the beginning of this day, UTC: tomorrow at the earliest.
    from: NaiveDate,
}

impl NewLimitBody {
    fn read(self) -> ApiResult<NewLimit> {
        let subject = Subject {
            level: self.level.0,
            operation: self.operation.map(|name| name.0),
            side: self.direction.0,
            span: self.window.0,
        };
        let amount = self.amount.map(|francs| francs_of("amount", francs)).transpose()?;
        NewLimit::try_new(subject, amount, self.count, self.from)
            .map_err(|error| ApiError::field("window", error.code()))
    }
}

/// Whole francs, none of them included.
pub(super) fn francs_of(field: &'static str, francs: i64) -> ApiResult<Xof> {
    Xof::new(francs).map_err(|_| ApiError::field(field, &codes::AMOUNT_INVALID))
}

/// The caller's limits, how much of them is used, what is left and when they are counted anew.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "ownLimits",
    security(("bearer" = [])),
    responses((status = 200, description = "The limits in force", body = OwnLimitsView), Reading)
)]
#[get("/api/wallet/limits")]
pub(super) async fn own_limits(state: Data<State>, identity: Identity) -> ApiResult<Json<OwnLimitsView>> {
    let wallets = state.wallets.clone();
    let own = state.database.run(move |conn| wallets.own_limits(conn, identity.user)).await?;
    let items = own.limits.into_iter().map(OwnLimitView::from).collect();
    Ok(Json(OwnLimitsView { level: LevelName(own.level), items }))
}

/// All limits with their history: what was in force when, who set it, what is to come.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "limits",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of limits", body = LimitPage), SettingRules)
)]
#[get("/api/admin/limits")]
pub(super) async fn list(state: Data<State>, query: Query<PageQuery>) -> ApiResult<Json<LimitPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let shared = state.clone();
    let page = state.database.run(move |conn| {
        let page = shared.wallets.limit_rules(conn, after.as_ref(), limit)?;
        let names = names(conn, &shared.auth, page.items.iter().filter_map(|rule| rule.set_by))?;
        let items = page.items.iter().map(|rule| LimitView::new(rule, &names)).collect();
        Ok::<_, ApiError>(LimitPage { items, next_cursor: page.next.map(|next| next.as_str().to_owned()) })
    });
    Ok(Json(page.await?))
}

/// Adds a limit from a day to come. What was and what is in force never changes; two limits of one subject never overlap.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "addLimit",
    security(("bearer" = [])),
    request_body = NewLimitBody,
    responses((status = 201, description = "It begins that day", body = LimitView), SettingRules)
)]
#[post("/api/admin/limits")]
pub(super) async fn add(
    state: Data<State>,
    identity: Identity,
    body: Body<NewLimitBody>,
) -> ApiResult<HttpResponse> {
    let (new, by, shared) = (body.0.read()?, actor(Some(&identity)), state.clone());
    let view = state.database.run(move |conn| {
        let rule = shared.wallets.add_limit(conn, &by, &new)?;
        let names = names(conn, &shared.auth, rule.set_by.into_iter())?;
        Ok::<_, ApiError>(LimitView::new(&rule, &names))
    });
    Ok(HttpResponse::Created().json(view.await?))
}
