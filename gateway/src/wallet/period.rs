//! The caller's money over time: a balance at an instant, spending month by month, a statement to keep.

use super::{
    problems::Reading,
    views::{MovementKind, merchants},
};
use crate::{
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Query},
    state::State,
};
use actix_web::{
    HttpResponse, get,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web::{Data, Json},
};
use chrono::{DateTime, NaiveDate, Utc};
use hostolink_auth::Profile;
use hostolink_kernel::{DomainError, TransactionId, UserId};
use hostolink_ledger::MonthFlow;
use hostolink_wallet::{Dates, SpendingMonths, Statement, codes, papers::StatementPaper};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// When.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct InstantQuery {
    /// The instant (RFC 3339); now where it is left out or to come.
    #[param(value_type = Option<String>, format = DateTime, example = "2026-03-01T12:00:00Z")]
    at: Option<String>,
}

/// What an account held.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BalanceView {
    /// When: all operations recorded at or before this instant count.
    at: DateTime<Utc>,
    /// How much was in it, in whole francs CFA.
    #[schema(example = 12_500)]
    balance: i64,
    /// How much of it was set aside.
    #[schema(example = 0)]
    held: i64,
    /// Since when it held that: the last operation before; `null` before the first.
    since: Option<DateTime<Utc>>,
    /// That operation.
    #[schema(value_type = Option<String>, format = Uuid)]
    transaction: Option<TransactionId>,
}

/// What the account held at an instant, by when operations were recorded.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "balanceAt",
    security(("bearer" = [])),
    params(InstantQuery),
    responses((status = 200, description = "The balance then", body = BalanceView), Reading)
)]
#[get("/api/wallet/balance")]
pub(super) async fn balance(
    state: Data<State>,
    identity: Identity,
    query: Query<InstantQuery>,
) -> ApiResult<Json<BalanceView>> {
    let at = match &query.0.at {
        None => state.clock.now(),
        Some(text) => DateTime::parse_from_rfc3339(text)
            .map_err(|_| ApiError::field("at", &codes::INSTANT_INVALID))?
            .to_utc(),
    };
    let wallets = state.wallets.clone();
    let (at, found) = state.database.run(move |conn| wallets.balance_at(conn, identity.user, at)).await?;
    Ok(Json(BalanceView {
        at,
        balance: found.balance.francs(),
        held: found.held.francs(),
        since: found.since.map(|(_, recorded_at)| recorded_at),
        transaction: found.since.map(|(transaction, _)| transaction),
    }))
}

/// How many months.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SpendingQuery {
    /// How many months, the present one included: 1 to 24, 12 where it is left out.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 24)]
    months: Option<String>,
}

/// What came in and went out.
#[derive(Debug, Default, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FlowView {
    /// How much came in, in whole francs CFA.
    #[schema(example = 20_000)]
    received: i64,
    /// In how many operations.
    #[schema(example = 2)]
    received_count: i64,
    /// How much went out, what it cost included.
    #[schema(example = 7_500)]
    spent: i64,
    /// In how many operations.
    #[schema(example = 3)]
    spent_count: i64,
}

/// The same of one kind of operation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KindFlowView {
    /// Which kind.
    kind: MovementKind,
    #[serde(flatten)]
    flow: FlowView,
}

/// The same of one month.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MonthView {
    /// The month.
    #[schema(example = "2026-03")]
    month: String,
    #[serde(flatten)]
    flow: FlowView,
    /// By kind of operation: those that there were.
    by_kind: Vec<KindFlowView>,
}

/// Months for a chart.
#[derive(Debug, Serialize, ToSchema)]
struct SpendingView {
    /// Every month, the oldest first; one without operations is there with zeros.
    months: Vec<MonthView>,
}

/// What came in and went out in each of the last months, in all and by kind of operation: data for a chart.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "spending",
    security(("bearer" = [])),
    params(SpendingQuery),
    responses((status = 200, description = "The months, the oldest first", body = SpendingView), Reading)
)]
#[get("/api/wallet/spending")]
pub(super) async fn spending(
    state: Data<State>,
    identity: Identity,
    query: Query<SpendingQuery>,
) -> ApiResult<Json<SpendingView>> {
    let months = SpendingMonths::parse(query.0.months.as_deref())
        .map_err(|error| ApiError::field("months", error.code()))?;
    let wallets = state.wallets.clone();
    let flows = state.database.run(move |conn| wallets.spending(conn, identity.user, months)).await?;
    let same_month = |one: &MonthFlow, other: &MonthFlow| one.month == other.month;
    Ok(Json(SpendingView { months: flows.chunk_by(same_month).map(MonthView::of).collect() }))
}

impl MonthView {
    /// The lines of one month.
    fn of(lines: &[MonthFlow]) -> Self {
        let month = lines.first().map_or(NaiveDate::MIN, |line| line.month);
        let flow = lines.iter().map(FlowView::from).fold(FlowView::default(), FlowView::plus);
        let kinds = lines.iter().filter_map(|line| Some((line.kind?, line)));
        Self {
            month: month.format("%Y-%m").to_string(),
            flow,
            by_kind: kinds
                .map(|(kind, line)| KindFlowView { kind: kind.into(), flow: line.into() })
                .collect(),
        }
    }
}

impl From<&MonthFlow> for FlowView {
    fn from(line: &MonthFlow) -> Self {
        Self {
            received: line.received.francs(),
            received_count: line.receipts,
            spent: line.given.francs(),
            spent_count: line.gifts,
        }
    }
}

impl FlowView {
    fn plus(self, other: Self) -> Self {
        Self {
            received: self.received.saturating_add(other.received),
            received_count: self.received_count.saturating_add(other.received_count),
            spent: self.spent.saturating_add(other.spent),
            spent_count: self.spent_count.saturating_add(other.spent_count),
        }
    }
}

/// Which days, in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct StatementQuery {
    /// The first day.
    #[param(required, format = Date, example = "2026-03-01")]
    from: Option<String>,
    /// The last day, at most twelve months later; today where it is to come.
    #[param(required, format = Date, example = "2026-03-31")]
    to: Option<String>,
    /// `pdf` or `csv`; `pdf` where it is left out.
    #[param(example = "csv")]
    format: Option<String>,
}

/// A statement of a period, to keep: what there was before, each operation, totals, what was left. As PDF, or as CSV (UTF-8,
/// semicolons). Operations count by when they were recorded; when they happened is said where it differs.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "statement",
    security(("bearer" = [])),
    params(StatementQuery),
    responses(
        (status = 200, description = "The statement", content((Vec<u8> = "application/pdf"), (String = "text/csv"))),
        (status = 422, description = "Too much for one statement: `wallet.period_too_long` (12 months), `wallet.statement_too_long` (10,000 operations)", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/wallet/statement")]
pub(super) async fn statement_file(
    state: Data<State>,
    identity: Identity,
    query: Query<StatementQuery>,
) -> ApiResult<HttpResponse> {
    let format = Format::parse(query.0.format.as_deref())?;
    let (now, text) = (state.clock.now(), |text: Option<String>| text.unwrap_or_default());
    let dates = Dates::parse(&text(query.0.from), &text(query.0.to), now.date_naive())
        .map_err(|error| ApiError::field("from", error.code()))?;
    let shared = state.clone();
    // Written where it was read, and not on a thread that answers others: ten thousand lines take their time.
    let file = state.database.run(move |conn| {
        let statement = shared.wallets.statement(conn, identity.user, dates)?;
        let names = shared.auth.names(conn, &others(&statement))?;
        let sides = statement.movements.iter().map(|line| line.other);
        let shops = shared.wallets.trade_names(conn, &merchants(sides))?;
        let owner = shared.auth.me(conn, identity.user)?;
        let names = names.into_iter().map(|(user, person)| (user, person.display_name)).collect();
        Ok::<_, ApiError>(format.write(&statement, &owner, (&names, &shops), now))
    });
    let name = format!("hostolink-{}-{}.{}", dates.first(), dates.last(), format.extension());
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format.media_type()))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(file.await?))
}

/// The people on the other sides, each once.
fn others(statement: &Statement) -> Vec<UserId> {
    let mut users: Vec<UserId> = statement.movements.iter().filter_map(|line| line.other.user).collect();
    users.sort_unstable();
    users.dedup();
    users
}

/// The form of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Pdf,
}

impl Format {
    fn parse(text: Option<&str>) -> ApiResult<Self> {
        match text {
            None | Some("pdf") => Ok(Self::Pdf),
            Some("csv") => Ok(Self::Csv),
            Some(_) => Err(ApiError::field("format", &codes::FORMAT_INVALID)),
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Pdf => "application/pdf",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Pdf => "pdf",
        }
    }

    fn write(
        self,
        statement: &Statement,
        owner: &Profile,
        (names, shops): (&HashMap<UserId, String>, &HashMap<UserId, String>),
        issued_at: DateTime<Utc>,
    ) -> Vec<u8> {
        let together = |parts: [&Option<String>; 2], between: &str| {
            parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(between)
        };
        let contact = together([&owner.phone, &owner.email], " · ");
        let name = together([&owner.first_name, &owner.last_name], " ");
        let paper = StatementPaper {
            statement,
            owner: if name.is_empty() { "Titulaire du compte" } else { &name },
            contact: &contact,
            names,
            shops,
            issued_at,
        };
        match self {
            Self::Csv => paper.csv(),
            Self::Pdf => paper.pdf(),
        }
    }
}
