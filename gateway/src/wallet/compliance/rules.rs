//! Rules of vigilance, for who sets them.

use super::views::WatchKindName;
use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PageQuery, Query},
    state::State,
    wallet::{
        limits::francs_of,
        problems::SettingRules,
        views::{PersonView, names},
    },
    wire::wire,
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json},
};
use chrono::{DateTime, NaiveDate, Utc};
use hostolink_auth::Recipient;
use hostolink_kernel::{DomainError, UserId, Xof};
use hostolink_wallet::{NewWatchRule, WatchAction, WatchLimits, WatchRule};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

wire! {
    /// `alert`, `hold` (nothing leaves until two officers let it), `refuse` (the payment itself) or `cap` (so much leaves in a day).
    WatchActionName of WatchAction, "alert"
}

/// A rule, from a day on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WatchRuleView {
    /// What it looks at.
    kind: WatchKindName,
    /// What happens then.
    action: WatchActionName,
    /// Whether it does; one that does not switches the one before it off.
    active: bool,
    /// How far it looks back, or how young an account or a device is, in seconds.
    #[schema(example = 3600)]
    window_seconds: Option<i32>,
    /// How many payments or receivers.
    #[schema(example = 20)]
    count: Option<i32>,
    /// How much, in whole francs CFA.
    #[schema(example = 200_000)]
    amount: Option<i64>,
    /// From which amount on a payment is just under the threshold.
    #[schema(example = 180_000)]
    floor: Option<i64>,
    /// How many per cent of what came in left again.
    #[schema(example = 90)]
    share: Option<i16>,
    /// In force from the beginning of this day, UTC.
    from: NaiveDate,
    /// Until the beginning of this day: that of the next rule of the same kind and action.
    until: Option<NaiveDate>,
    /// Who set it; `null` came with the program.
    set_by: Option<PersonView>,
    /// When it was set.
    set_at: DateTime<Utc>,
}

impl WatchRuleView {
    fn new(rule: &WatchRule, names: &HashMap<UserId, Recipient>) -> Self {
        Self {
            kind: WatchKindName(rule.kind),
            action: WatchActionName(rule.action),
            active: rule.active,
            window_seconds: rule.limits.window,
            count: rule.limits.count,
            amount: rule.limits.amount.map(Xof::francs),
            floor: rule.limits.floor.map(Xof::francs),
            share: rule.limits.share,
            from: rule.from,
            until: rule.until,
            set_by: rule.set_by.and_then(|user| names.get(&user)).map(PersonView::from),
            set_at: rule.set_at,
        }
    }
}

/// A page of rules.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WatchRulePage {
    /// The latest first: past ones, those in force and those to come.
    items: Vec<WatchRuleView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A rule to be. Which numbers it has follows from its kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewWatchRuleBody {
    /// What it looks at.
    kind: WatchKindName,
    /// What happens then: `cap` is for `new-device` alone, `sanctions` has `alert` and `hold`, the others `alert`, `hold` and `refuse`.
    action: WatchActionName,
    /// `false` switches the rule of this kind and action off from that day on.
    active: Option<bool>,
    /// 60 to 2,678,400 seconds; every kind but `sanctions` has it.
    #[schema(minimum = 60, maximum = 2_678_400, example = 3600)]
    window_seconds: Option<i32>,
    /// 2 to 100; of `structuring` and `many-receivers`.
    #[schema(minimum = 2, maximum = 100, example = 20)]
    count: Option<i32>,
    /// Whole francs CFA; of every kind but `sanctions` and `many-receivers`.
    #[schema(minimum = 0)]
    amount: Option<i64>,
    /// Whole francs CFA below `amount`; of `structuring`.
    #[schema(minimum = 1)]
    floor: Option<i64>,
    /// 1 to 100 per cent; of `in-and-out`.
    #[schema(minimum = 1, maximum = 100)]
    share: Option<i16>,
    /// From the beginning of this day, UTC: tomorrow at the earliest.
    from: NaiveDate,
}

impl NewWatchRuleBody {
    fn read(self) -> ApiResult<NewWatchRule> {
        let limits = WatchLimits {
            window: self.window_seconds,
            count: self.count,
            amount: self.amount.map(|francs| francs_of("amount", francs)).transpose()?,
            floor: self.floor.map(|francs| francs_of("floor", francs)).transpose()?,
            share: self.share,
        };
        NewWatchRule::try_new(self.kind.0, self.action.0, self.active.unwrap_or(true), limits, self.from)
            .map_err(|error| ApiError::field("kind", error.code()))
    }
}

/// All rules with their history: what was in force when, who set it, what is to come.
#[utoipa::path(
    tag = "Compliance",
    operation_id = "watchRules",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of rules", body = WatchRulePage), SettingRules)
)]
#[get("/api/admin/compliance/rules")]
pub(super) async fn list(state: Data<State>, query: Query<PageQuery>) -> ApiResult<Json<WatchRulePage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let shared = state.clone();
    let page = state.database.run(move |conn| {
        let page = shared.wallets.watch_rules(conn, after.as_ref(), limit)?;
        let names = names(conn, &shared.auth, page.items.iter().filter_map(|rule| rule.set_by))?;
        let items = page.items.iter().map(|rule| WatchRuleView::new(rule, &names)).collect();
        Ok::<_, ApiError>(WatchRulePage {
            items,
            next_cursor: page.next.map(|next| next.as_str().to_owned()),
        })
    });
    Ok(Json(page.await?))
}

/// Adds a rule from a day to come. What was and what is in force never changes; two of one kind and action never overlap.
#[utoipa::path(
    tag = "Compliance",
    operation_id = "addWatchRule",
    security(("bearer" = [])),
    request_body = NewWatchRuleBody,
    responses((status = 201, description = "It begins that day", body = WatchRuleView), SettingRules)
)]
#[post("/api/admin/compliance/rules")]
pub(super) async fn add(
    state: Data<State>,
    identity: Identity,
    body: Body<NewWatchRuleBody>,
) -> ApiResult<HttpResponse> {
    let (new, by, shared) = (body.0.read()?, actor(Some(&identity)), state.clone());
    let view = state.database.run(move |conn| {
        let rule = shared.wallets.add_watch_rule(conn, &by, &new)?;
        let names = names(conn, &shared.auth, rule.set_by.into_iter())?;
        Ok::<_, ApiError>(WatchRuleView::new(&rule, &names))
    });
    Ok(HttpResponse::Created().json(view.await?))
}
