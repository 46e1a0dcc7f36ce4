//! What was taken in a day: of one till for its cashier, of all tills for the merchant.

use super::views::{TakingsView, TillView};
use crate::{
    error::{ApiError, ApiResult},
    extract::{Identity, PathId, Query},
    state::State,
    wallet::{
        problems::{AtTill, OwnTrade},
        requests::choice,
        views::merchants,
    },
};
use actix_web::{
    HttpResponse, get,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web::Data,
};
use chrono::NaiveDate;
use diesel::PgConnection;
use hostolink_auth::Recipient;
use hostolink_kernel::{DomainError, TillId, UserId};
use hostolink_wallet::{
    Dates, Takings, Till,
    papers::{StatementPaper, TakingsPaper},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// Which day, in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReportQuery {
    /// The day (UTC, which is Abidjan's time); today where it is left out.
    #[param(format = Date, example = "2026-03-01")]
    day: Option<String>,
    /// `json` or `csv`; `json` where it is left out.
    #[param(example = "csv")]
    format: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ReportFormat {
    Json,
    Csv,
}

impl ReportQuery {
    fn read(self, today: NaiveDate) -> ApiResult<(Dates, ReportFormat)> {
        let day = self.day.unwrap_or_else(|| today.to_string());
        let dates = Dates::parse(&day, &day, today).map_err(|error| ApiError::field("day", error.code()))?;
        Ok((dates, choice("format", self.format)?.unwrap_or(ReportFormat::Json)))
    }
}

/// What was taken at a till in a day.
#[derive(Debug, Serialize, ToSchema)]
struct TillReportView {
    /// The day.
    day: NaiveDate,
    /// The till.
    till: TillView,
    /// What moved.
    #[serde(flatten)]
    takings: TakingsView,
}

/// What was taken in a day.
#[derive(Debug, Serialize, ToSchema)]
struct MerchantReportView {
    /// The day.
    day: NaiveDate,
    /// Each till that was open that day, the merchant's own first.
    tills: Vec<TillReportView>,
    /// What was paid and not given back at all of them, in whole francs CFA.
    #[schema(example = 125_000)]
    net: i64,
}

/// What was taken at a till in a day: sums, or each operation as CSV with what was there before and after (10,000 at most). For its
/// cashier when the day is over, and its merchant.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "tillReport",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The till's id", format = Uuid), ReportQuery),
    responses((status = 200, description = "The report", content((TillReportView = "application/json"), (String = "text/csv"))), AtTill)
)]
#[get("/api/tills/{id}/report")]
pub(super) async fn till_report(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    query: Query<ReportQuery>,
) -> ApiResult<HttpResponse> {
    let (dates, format) = query.0.read(state.clock.now().date_naive())?;
    let (shared, at) = (state.clone(), (identity.user, id.0));
    // Written where it was read, and not on a thread that answers others.
    let report = state.database.run(move |conn| match format {
        ReportFormat::Csv => Ok(Report::Csv(till_lines(conn, &shared, at, dates)?)),
        ReportFormat::Json => {
            let takings = shared.wallets.till_takings(conn, at, dates)?;
            let till = shared.wallets.till(conn, at.0, at.1)?;
            let till = TillView::one(conn, &shared.auth, &till, None)?;
            let view = TillReportView { day: dates.first(), till, takings: (&takings).into() };
            Ok::<_, ApiError>(Report::Json(view))
        }
    });
    Ok(report.await?.answer(dates.first()))
}

/// What was taken at each of the caller's tills in a day, and in all: as JSON, or as CSV with a line a cashier.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "merchantReport",
    security(("bearer" = [])),
    params(ReportQuery),
    responses((status = 200, description = "The report", content((MerchantReportView = "application/json"), (String = "text/csv"))), OwnTrade)
)]
#[get("/api/merchant/report")]
pub(super) async fn merchant_report(
    state: Data<State>,
    identity: Identity,
    query: Query<ReportQuery>,
) -> ApiResult<HttpResponse> {
    let (dates, format) = query.0.read(state.clock.now().date_naive())?;
    let shared = state.clone();
    let report = state.database.run(move |conn| {
        let taken = shared.wallets.merchant_takings(conn, identity.user, dates)?;
        let cashiers: Vec<UserId> = taken.iter().filter_map(|(till, _)| till.cashier).collect();
        let names = shared.auth.names(conn, &cashiers)?;
        Ok::<_, ApiError>(match format {
            ReportFormat::Json => Report::Json(MerchantReportView::new(dates.first(), &taken, &names)),
            ReportFormat::Csv => {
                let paper = TakingsPaper { day: dates.first(), taken: &taken, cashiers: &shown(names) };
                Report::Csv(paper.csv())
            }
        })
    });
    Ok(report.await?.answer(dates.first()))
}

/// A report in the form that was asked for.
enum Report<V> {
    Json(V),
    Csv(Vec<u8>),
}

impl<V: Serialize> Report<V> {
    fn answer(self, day: NaiveDate) -> HttpResponse {
        match self {
            Self::Json(view) => HttpResponse::Ok().json(view),
            Self::Csv(table) => HttpResponse::Ok()
                .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
                .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"hostolink-{day}.csv\"")))
                .body(table),
        }
    }
}

impl MerchantReportView {
    fn new(day: NaiveDate, taken: &[(Till, Takings)], names: &HashMap<UserId, Recipient>) -> Self {
        let line = |(till, takings): &(Till, Takings)| TillReportView {
            day,
            till: TillView::new(till, None, names),
            takings: takings.into(),
        };
        let net = taken.iter().map(|(_, takings)| takings.net()).fold(0, i64::saturating_add);
        Self { day, tills: taken.iter().map(line).collect(), net }
    }
}

/// The names that are shown.
fn shown(names: HashMap<UserId, Recipient>) -> HashMap<UserId, String> {
    names.into_iter().map(|(user, person)| (user, person.display_name)).collect()
}

/// Each operation of a till's day, as a statement has it.
fn till_lines(
    conn: &mut PgConnection,
    state: &State,
    at: (UserId, TillId),
    dates: Dates,
) -> ApiResult<Vec<u8>> {
    let statement = state.wallets.till_statement(conn, at, dates)?;
    let sides = || statement.movements.iter().map(|line| line.other);
    let people: Vec<UserId> = sides().filter_map(|side| side.user).collect();
    let names = shown(state.auth.names(conn, &people)?);
    let shops = state.wallets.trade_names(conn, &merchants(sides()))?;
    let till = state.wallets.till(conn, at.0, at.1)?;
    let paper = StatementPaper {
        statement: &statement,
        owner: &till.trade_name,
        contact: &till.name,
        names: &names,
        shops: &shops,
        issued_at: state.clock.now(),
    };
    Ok(paper.csv())
}
