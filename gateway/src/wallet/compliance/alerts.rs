//! Looking at alerts: the list, one of them, a period of them.

use super::views::{AlertFileView, AlertPage, AlertQuery, people, views};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, PageQuery, PathId, Query},
    state::State,
    wallet::problems::{Reading, ReviewingAlerts},
};
use actix_web::{
    HttpResponse, get,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web::{Data, Json},
};
use hostolink_kernel::{AlertId, DomainError, UserId};
use hostolink_wallet::{Dates, papers};
use serde::Deserialize;
use std::collections::HashMap;
use utoipa::IntoParams;

/// What waits for a compliance officer, and what was decided, the newest first. One about the caller is not there.
#[utoipa::path(
    tag = "Compliance",
    operation_id = "alerts",
    security(("bearer" = [])),
    params(AlertQuery, PageQuery),
    responses(
        (status = 200, description = "A page of alerts", body = AlertPage),
        (status = 403, description = "The role does not allow it: `auth.forbidden`, `auth.step_up_required`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/admin/compliance/alerts")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    wanted: Query<AlertQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<AlertPage>> {
    let (limit, after, filter) = (page.0.limit()?, page.0.cursor()?, wanted.0.read(identity.user)?);
    let shared = state.clone();
    let page = state.database.run(move |conn| {
        let page = shared.wallets.alerts(conn, identity.user, &filter, after.as_ref(), limit)?;
        let next_cursor = page.next.as_ref().map(|cursor| cursor.as_str().to_owned());
        Ok::<_, ApiError>(AlertPage { items: views(conn, &shared, &page.items)?, next_cursor })
    });
    Ok(Json(page.await?))
}

/// One alert: whom it is about by their whole name, what it was compared with, what was written to it. The look is in the log.
#[utoipa::path(
    tag = "Compliance",
    operation_id = "alert",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The alert's id", format = Uuid)),
    responses((status = 200, description = "The alert", body = AlertFileView), ReviewingAlerts)
)]
#[get("/api/admin/compliance/alerts/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<AlertId>,
) -> ApiResult<Json<AlertFileView>> {
    let (shared, by) = (state.clone(), actor(Some(&identity)));
    let view = state.database.run(move |conn| {
        let file = shared.wallets.alert(conn, &by, id.0)?;
        AlertFileView::compose(conn, &shared, file)
    });
    Ok(Json(view.await?))
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// The first day.
    #[param(required, format = Date, example = "2026-03-01")]
    from: Option<String>,
    /// The last day, at most twelve months later; today where it is to come.
    #[param(required, format = Date, example = "2026-03-31")]
    to: Option<String>,
}

/// The alerts that were opened in a period, as CSV (UTF-8, semicolons), with whole names: for the report to the authority. The export
/// is in the log.
#[utoipa::path(
    tag = "Compliance",
    operation_id = "exportAlerts",
    security(("bearer" = [])),
    params(ExportQuery),
    responses(
        (status = 200, description = "The table", body = String, content_type = "text/csv"),
        ReviewingAlerts,
    )
)]
#[get("/api/admin/compliance/export")]
pub(super) async fn export(
    state: Data<State>,
    identity: Identity,
    query: Query<ExportQuery>,
) -> ApiResult<HttpResponse> {
    let text = |text: Option<String>| text.unwrap_or_default();
    let dates = Dates::parse(&text(query.0.from), &text(query.0.to), state.clock.now().date_naive())
        .map_err(|error| ApiError::field("from", error.code()))?;
    let (shared, by) = (state.clone(), actor(Some(&identity)));
    // Written where it was read, and not on a thread that answers others.
    let file = state.database.run(move |conn| {
        let alerts = shared.wallets.export_alerts(conn, &by, dates)?;
        let mut users: Vec<UserId> = alerts.iter().flat_map(people).collect();
        users.sort_unstable();
        users.dedup();
        let named = shared.auth.civil_names(conn, &users)?;
        let named: HashMap<UserId, papers::NamedPerson> =
            named.into_iter().map(|name| (name.user, (name.public_id.to_string(), name.whole()))).collect();
        Ok::<_, ApiError>(papers::alerts(&alerts, &named))
    });
    let name = format!("hostolink-alerts-{}-{}.csv", dates.first(), dates.last());
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(file.await?))
}
