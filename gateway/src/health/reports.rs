//! What people say of numbers that they dialled, and the decision of whoever looks after the directory.

use super::problems::Editing;
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_health_directory::{NumberReport, Verdict, tel_uri};
use hostolink_kernel::EstablishmentId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What somebody says of a number.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NumberReportBody {
    /// The establishment's id.
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    /// The number, as the establishment shows it in `value`.
    #[schema(example = "+2252722477561")]
    value: String,
    /// What happened when it was dialled.
    verdict: NumberVerdictBody,
}

/// What happened when a number was dialled.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum NumberVerdictBody {
    /// It was answered by whom it should be.
    Works,
    /// Nobody answers it any more, or somebody else does.
    Dead,
}

impl From<NumberVerdictBody> for Verdict {
    fn from(verdict: NumberVerdictBody) -> Self {
        match verdict {
            NumberVerdictBody::Works => Self::Works,
            NumberVerdictBody::Dead => Self::Dead,
        }
    }
}

/// Whether a report is believed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NumberDecisionBody {
    /// Whether it is.
    accept: bool,
}

/// A report of a number. It does not say who made it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NumberReportView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: Uuid,
    /// The establishment's id.
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    /// Its name.
    name: String,
    /// The number.
    value: String,
    /// The link that opens the dialler: whoever decides dials it first.
    tel: String,
    /// `works` or `dead`.
    verdict: &'static str,
    /// `null` while nobody has decided; then whether it was believed.
    accepted: Option<bool>,
    /// When it was said.
    created_at: DateTime<Utc>,
}

/// A page of reports.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NumberReportPage {
    /// The oldest first.
    items: Vec<NumberReportView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<NumberReport> for NumberReportView {
    fn from(said: NumberReport) -> Self {
        Self {
            id: said.id,
            establishment: said.establishment,
            name: said.name,
            tel: tel_uri(&said.value),
            value: said.value,
            verdict: said.verdict.code(),
            accepted: said.accepted,
            created_at: said.created_at,
        }
    }
}

/// Says that a number works, or that it is dead. Saying it again replaces what the caller said before, until somebody has decided.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "reportNumber",
    security(("bearer" = [])),
    request_body = NumberReportBody,
    responses(
        (status = 201, description = "It waits for a decision", body = NumberReportView),
        (status = 404, description = "The establishment does not have this number: `health.number_unknown`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/health/number-reports")]
pub(super) async fn report(
    state: Data<State>,
    identity: Identity,
    body: Body<NumberReportBody>,
) -> ApiResult<HttpResponse> {
    let (directory, actor, said) = (state.directory.clone(), actor(Some(&identity)), body.0);
    let report = move |conn: &mut PgConnection| {
        let number = (said.establishment, said.value.as_str());
        directory.report_number(conn, number, said.verdict.into(), (&actor, identity.user))
    };
    Ok(HttpResponse::Created().json(NumberReportView::from(state.database.run(report).await?)))
}

/// Reports that wait for a decision, the oldest first.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "numberReports",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of reports", body = NumberReportPage), Editing)
)]
#[get("/api/admin/health/number-reports")]
pub(super) async fn queue(state: Data<State>, page: Query<PageQuery>) -> ApiResult<Json<NumberReportPage>> {
    let (limit, after, directory) = (page.0.limit()?, page.0.cursor()?, state.directory.clone());
    let page = state.database.run(move |conn| directory.number_reports(conn, after.as_ref(), limit)).await?;
    Ok(Json(NumberReportPage {
        items: page.items.into_iter().map(NumberReportView::from).collect(),
        next_cursor: page.next.map(|cursor| cursor.as_str().to_owned()),
    }))
}

/// Believes a report, and with it all that say the same of the number, or does not. A number that works is verified from then on; a dead
/// one is shown no more. Dial it first.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "decideNumberReport",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The report's id", format = Uuid)),
    request_body = NumberDecisionBody,
    responses(
        (status = 200, description = "The report", body = NumberReportView),
        (status = 404, description = "There is no such report: `health.report_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is decided already: `health.report_decided`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/admin/health/number-reports/{id}/decision")]
pub(super) async fn decide(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<NumberDecisionBody>,
) -> ApiResult<Json<NumberReportView>> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let decide = move |conn: &mut PgConnection| {
        identity.confirm(&shared.auth, conn)?;
        Ok::<_, ApiError>(shared.directory.decide_report(conn, id.0, body.0.accept, &actor)?)
    };
    Ok(Json(state.database.run(decide).await?.into()))
}
