//! What this day's messages cost and what became of them: for administrators and for alarms.

use crate::{
    error::{ApiResult, Problem},
    state::State,
};
use actix_web::{
    get,
    web::{Data, Json},
};
use hostolink_auth::{SmsCount, SmsDay, SmsState};
use hostolink_notifier::{BreakerState, SmsProvider};
use serde::Serialize;
use utoipa::ToSchema;

/// This day's text messages. Amounts are francs CFA, rounded up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SmsOverview {
    /// What they cost, those on their way included.
    #[schema(example = 1_250)]
    cost: i64,
    /// What they may cost; `null` where nothing is bounded.
    #[schema(example = 20_000)]
    budget: Option<i64>,
    /// By provider and state.
    counts: Vec<SmsCountView>,
    /// Whether each provider is asked at present, by this process.
    providers: Vec<ProviderView>,
    /// Numbers without their last four digits that get no codes now: too few of theirs were shown.
    stopped_prefixes: Vec<String>,
}

/// Messages that came to one state with one provider.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SmsCountView {
    /// Who carried them; `null` where nobody did.
    #[schema(example = "orange")]
    provider: Option<String>,
    /// What became of them.
    state: StateView,
    /// How many.
    messages: i64,
    /// Their segments, which is what is paid for.
    segments: i64,
    /// What they cost.
    cost: i64,
    /// How many codes of them were shown.
    shown: i64,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum StateView {
    /// Being handed over.
    Sending,
    /// The provider took it.
    Accepted,
    /// The phone's network has it.
    Network,
    /// The provider does not know whether it arrived.
    Uncertain,
    /// It arrived.
    Delivered,
    /// It will not arrive.
    Failed,
    /// No provider took it.
    Refused,
    /// No provider could be reached.
    Unavailable,
    /// It may have left.
    Unknown,
}

/// A provider.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProviderView {
    /// Its name.
    #[schema(example = "orange")]
    provider: &'static str,
    /// Whether it is asked.
    breaker: BreakerView,
}

/// Whether a provider is asked.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum BreakerView {
    /// It is.
    Closed,
    /// It failed too often.
    Open,
    /// One message may try.
    HalfOpen,
}

/// What this day's text messages cost and what became of them.
#[utoipa::path(
    tag = "SMS",
    operation_id = "smsOverview",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "This day, UTC", body = SmsOverview),
        (status = 401, description = "Nobody is signed in: `auth.required`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role does not allow it: `auth.forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too much at once; `Retry-After` says when to try again", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/admin/sms")]
pub(super) async fn sms_overview(state: Data<State>) -> ApiResult<Json<SmsOverview>> {
    let auth = state.auth.clone();
    let day = state.database.run(move |conn| auth.sms_today(conn)).await?;
    Ok(Json(view(day, state.sms.router.states())))
}

/// Shows this day to `/metrics`, and tells the log what somebody should look at. For a task.
pub(crate) async fn watch(state: Data<State>) -> Result<(), String> {
    let auth = state.auth.clone();
    let today = state.database.run(move |conn| auth.sms_today(conn)).await;
    let day = today.map_err(|error: hostolink_auth::Error| error.to_string())?;
    let (cost, budget) = (francs(day.cost_millimes), day.budget_millimes.map_or(0, francs));
    let measures = &state.metrics.sms;
    measures.day(cost, budget, day.stopped.len());
    measures.breakers(&state.sms.router.states());
    if !day.stopped.is_empty() {
        tracing::warn!(prefixes = day.stopped.len(), "prefixes get no codes: too few of theirs were shown");
    }
    if budget > 0 && cost.saturating_mul(5) >= budget.saturating_mul(4) {
        tracing::warn!(cost, budget, "four fifths of the day's budget of text messages are used");
    }
    Ok(())
}

fn view(day: SmsDay, states: Vec<(SmsProvider, BreakerState)>) -> SmsOverview {
    SmsOverview {
        cost: francs(day.cost_millimes),
        budget: day.budget_millimes.map(francs),
        counts: day.counts.into_iter().map(SmsCountView::from).collect(),
        providers: states
            .into_iter()
            .map(|(provider, state)| ProviderView {
                provider: provider.as_str(),
                breaker: match state {
                    BreakerState::Closed => BreakerView::Closed,
                    BreakerState::Open => BreakerView::Open,
                    BreakerState::HalfOpen => BreakerView::HalfOpen,
                },
            })
            .collect(),
        stopped_prefixes: day.stopped,
    }
}

impl From<SmsCount> for SmsCountView {
    fn from(count: SmsCount) -> Self {
        let state = match count.state {
            SmsState::Sending => StateView::Sending,
            SmsState::Accepted => StateView::Accepted,
            SmsState::Network => StateView::Network,
            SmsState::Uncertain => StateView::Uncertain,
            SmsState::Delivered => StateView::Delivered,
            SmsState::Failed => StateView::Failed,
            SmsState::Refused => StateView::Refused,
            SmsState::Unavailable => StateView::Unavailable,
            SmsState::Unknown => StateView::Unknown,
        };
        Self {
            provider: count.provider,
            state,
            messages: count.messages,
            segments: count.segments,
            cost: francs(count.cost_millimes),
            shown: count.shown,
        }
    }
}

/// Whole francs, upwards.
const fn francs(millimes: i64) -> i64 {
    millimes.saturating_add(999) / 1_000
}
