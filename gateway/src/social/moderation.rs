//! Reports, what moderators decide, and what may be said against it.

use super::{
    moderation_views::{
        AppealPage, AppealView, CasePage, CaseView, DecidedView, Reader, SanctionPage, SanctionView,
    },
    person,
    problems::{Deciding, Posting, Reading},
    publications::blame,
    viewer,
};
use crate::routes::ServiceConfig;
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, INVALID_FIELD},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json},
};
use chrono::TimeDelta;
use diesel::PgConnection;
use hostolink_kernel::{UserId, UserPublicId};
use hostolink_social::{Decision, Measure, Reason, Social, Target, Words};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Mounts `/api/reports`, `/api/social/sanctions` and `/api/moderation`.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(send_report)
        .service(own_sanctions)
        .service(send_appeal)
        .service(cases)
        .service(read_case)
        .service(decide_case)
        .service(log)
        .service(lift_sanction)
        .service(appeals)
        .service(decide_appeal);
}

/// What to report: exactly one of the four ids.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReportBody {
    /// A publication.
    publication_id: Option<Uuid>,
    /// A comment.
    comment_id: Option<Uuid>,
    /// A person.
    #[schema(value_type = Option<String>, format = Uuid)]
    person_id: Option<UserPublicId>,
    /// A share, for the words beside it: what is looked at is who said them.
    share_id: Option<Uuid>,
    /// `spam`, `fraud`, `harassment`, `hate`, `violence`, `sexual`, `health` or `other`.
    #[schema(example = "spam")]
    reason: String,
    /// A word beside.
    #[schema(max_length = 500)]
    details: Option<String>,
}

/// What to do about a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CaseDecisionBody {
    /// `dismiss`, or from the mildest on `hiding`, `warning`, `silence`, `suspension`, `ban`.
    #[schema(example = "hiding")]
    measure: String,
    /// Why, with a measure: the words of a report.
    #[schema(example = "spam")]
    reason: Option<String>,
    /// A word for who is concerned.
    #[schema(max_length = 500)]
    words: Option<String>,
    /// For how many days, with `silence` and `suspension`: 1 to 365.
    #[schema(minimum = 1, maximum = 365)]
    days: Option<i64>,
    /// Whether what was reported is hidden too.
    #[serde(default)]
    hides: bool,
}

fn reason(name: &str) -> ApiResult<Reason> {
    Reason::parse(name).ok_or_else(|| ApiError::field("reason", &INVALID_FIELD))
}

impl CaseDecisionBody {
    fn read(&self) -> ApiResult<Decision> {
        if self.measure == "dismiss" {
            return Ok(Decision::Dismiss);
        }
        let words = self.words.as_deref().map(|text| Words::some(text, Social::MAX_SANCTION_WORDS));
        let days = self.days.filter(|days| (1..=365).contains(days));
        if days != self.days {
            return Err(ApiError::field("days", &INVALID_FIELD));
        }
        Ok(Decision::Act {
            measure: Measure::parse(&self.measure)
                .ok_or_else(|| ApiError::field("measure", &INVALID_FIELD))?,
            reason: reason(self.reason.as_deref().unwrap_or_default())?,
            words: words.transpose().map_err(blame("words"))?,
            lasts: days.map(TimeDelta::days),
            hides: self.hides,
        })
    }
}

/// What to say against a sanction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AppealBody {
    /// The words.
    #[schema(min_length = 1, max_length = 1_000, example = "C'était une citation, pas mon avis.")]
    text: String,
}

/// What to do about an appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AppealDecisionBody {
    /// Whether the sanction is lifted.
    accept: bool,
}

/// Reports something or somebody. Once a person counts, and nobody is told who.
#[utoipa::path(
    tag = "Moderation",
    operation_id = "report",
    security(("bearer" = [])),
    request_body = ReportBody,
    responses((status = 204, description = "Somebody of the house will look at it"), Posting)
)]
#[post("/api/reports")]
async fn send_report(
    state: Data<State>,
    identity: Identity,
    body: Body<ReportBody>,
) -> ApiResult<HttpResponse> {
    let (body, actor, shared) = (body.0, actor(Some(&identity)), state.clone());
    let reason = reason(&body.reason)?;
    let details = body.details.as_deref().map(|text| Words::parse(text, Social::MAX_REPORT)).transpose();
    let details = details.map_err(blame("details"))?.filter(|words| !words.is_empty());
    let report = move |conn: &mut PgConnection| -> ApiResult<()> {
        let viewer = viewer(conn, identity.user)?;
        let target = match (body.publication_id, body.comment_id, body.person_id, body.share_id) {
            (Some(id), None, None, None) => Target::Publication(id),
            (None, Some(id), None, None) => Target::Comment(id),
            (None, None, Some(id), None) => Target::Person(person(conn, &shared, id)?),
            (None, None, None, Some(id)) => Target::Share(id),
            _ => return Err(ApiError::field("publicationId", &INVALID_FIELD)),
        };
        Ok(shared.social.report(conn, &viewer, target, (reason, details.as_ref()), &actor)?)
    };
    state.database.run(report).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What was decided against the caller, the last first.
#[utoipa::path(
    tag = "Moderation",
    operation_id = "ownSanctions",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of sanctions", body = SanctionPage), Reading)
)]
#[get("/api/social/sanctions")]
async fn own_sanctions(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<SanctionPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let page = shared.social.sanctions_of(conn, identity.user, after.as_ref(), limit)?;
        SanctionPage::new(conn, &shared, page, Reader::Concerned)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Says something against a sanction of one's own, once and within twenty days. Somebody else than who decided it looks at it.
#[utoipa::path(
    tag = "Moderation",
    operation_id = "appeal",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The sanction's id", format = Uuid)),
    request_body = AppealBody,
    responses((status = 204, description = "Somebody will look at it"), Posting)
)]
#[post("/api/social/sanctions/{id}/appeal")]
async fn send_appeal(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<AppealBody>,
) -> ApiResult<HttpResponse> {
    let text = Words::some(&body.0.text, Social::MAX_APPEAL).map_err(blame("text"))?;
    let (social, actor) = (state.social.clone(), actor(Some(&identity)));
    state.database.run(move |conn| social.appeal(conn, id.0, &text, &actor)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What people reported and nobody has decided, the oldest first; without what concerns the caller.
#[utoipa::path(
    tag = "Moderation",
    operation_id = "moderationCases",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of cases", body = CasePage), Deciding)
)]
#[get("/api/moderation/cases")]
async fn cases(state: Data<State>, identity: Identity, page: Query<PageQuery>) -> ApiResult<Json<CasePage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let page = shared.social.cases(conn, identity.user, after.as_ref(), limit)?;
        CasePage::new(conn, &shared, page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// One case. The caller's own answers as what does not exist.
#[utoipa::path(
    tag = "Moderation",
    operation_id = "moderationCase",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The case's id", format = Uuid)),
    responses((status = 200, description = "The case", body = CaseView), Deciding)
)]
#[get("/api/moderation/cases/{id}")]
async fn read_case(state: Data<State>, identity: Identity, id: PathId<Uuid>) -> ApiResult<Json<CaseView>> {
    let shared = state.clone();
    let read = move |conn: &mut PgConnection| {
        let found = shared.social.case(conn, identity.user, id.0)?;
        CaseView::one(conn, &shared, found)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Nobody decides about whom they don't stand above.
fn stands_above(
    conn: &mut PgConnection,
    (state, identity): (&State, &Identity),
    concerned: UserId,
) -> ApiResult<()> {
    identity.confirm(&state.auth, conn)?;
    let role = state.auth.me(conn, concerned)?.role;
    if role.level() < identity.role.level() {
        Ok(())
    } else {
        Err(ApiError::new(&hostolink_social::OWN_MATTER))
    }
}

/// Decides a case, once: dismisses it, hides what was reported, or acts against whose it is. Who is concerned is told, and may appeal.
#[utoipa::path(
    tag = "Moderation",
    operation_id = "decideCase",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The case's id", format = Uuid)),
    request_body = CaseDecisionBody,
    responses((status = 200, description = "The case, and what it came to", body = DecidedView), Deciding)
)]
#[post("/api/moderation/cases/{id}/decision")]
async fn decide_case(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<CaseDecisionBody>,
) -> ApiResult<Json<DecidedView>> {
    let (decision, actor, shared) = (body.0.read()?, actor(Some(&identity)), state.clone());
    let decide = move |conn: &mut PgConnection| {
        let concerned = shared.social.reported_person(conn, id.0)?;
        stands_above(conn, (&shared, &identity), concerned)?;
        let (case, sanctions) = shared.social.decide_case(conn, id.0, &decision, &actor)?;
        let sanctions = SanctionView::all(conn, &shared, sanctions, Reader::Moderator)?;
        Ok::<_, ApiError>(DecidedView { case: CaseView::one(conn, &shared, case)?, sanctions })
    };
    Ok(Json(state.database.run(decide).await?))
}

/// Everything that was decided against others, the last first.
#[utoipa::path(
    tag = "Moderation",
    operation_id = "moderationLog",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of sanctions", body = SanctionPage), Deciding)
)]
#[get("/api/moderation/log")]
async fn log(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<SanctionPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let page = shared.social.moderation_log(conn, identity.user, after.as_ref(), limit)?;
        SanctionPage::new(conn, &shared, page, Reader::Moderator)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Appeals of others that nobody has decided, the oldest first.
#[utoipa::path(
    tag = "Moderation",
    operation_id = "appeals",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of appeals", body = AppealPage), Deciding)
)]
#[get("/api/moderation/appeals")]
async fn appeals(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<AppealPage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let read = move |conn: &mut PgConnection| {
        let page = shared.social.appeals(conn, identity.user, after.as_ref(), limit)?;
        AppealPage::new(conn, &shared, page)
    };
    Ok(Json(state.database.run(read).await?))
}

/// Takes a decision back: the sanction is lifted, and what it hid is shown again where no other hides it. Who was concerned is told.
#[utoipa::path(
    tag = "Moderation",
    operation_id = "liftSanction",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The sanction's id", format = Uuid)),
    responses((status = 200, description = "The sanction", body = SanctionView), Deciding)
)]
#[post("/api/moderation/sanctions/{id}/lift")]
async fn lift_sanction(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<SanctionView>> {
    let (actor, shared) = (actor(Some(&identity)), state.clone());
    let lift = move |conn: &mut PgConnection| {
        let concerned = shared.social.sanctioned_person(conn, id.0)?;
        stands_above(conn, (&shared, &identity), concerned)?;
        let lifted = shared.social.lift_sanction(conn, id.0, &actor)?;
        SanctionView::one(conn, &shared, lifted)
    };
    Ok(Json(state.database.run(lift).await?))
}

/// Accepts an appeal, which lifts the sanction and shows again what it hid, or refuses it. Neither who decided the sanction nor who reported it.
#[utoipa::path(
    tag = "Moderation",
    operation_id = "decideAppeal",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The appeal's id", format = Uuid)),
    request_body = AppealDecisionBody,
    responses((status = 200, description = "The appeal", body = AppealView), Deciding)
)]
#[post("/api/moderation/appeals/{id}/decision")]
async fn decide_appeal(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<AppealDecisionBody>,
) -> ApiResult<Json<AppealView>> {
    let (actor, shared) = (actor(Some(&identity)), state.clone());
    let decide = move |conn: &mut PgConnection| {
        let concerned = shared.social.appellant(conn, id.0)?;
        stands_above(conn, (&shared, &identity), concerned)?;
        let appeal = shared.social.decide_appeal(conn, id.0, body.0.accept, &actor)?;
        AppealView::one(conn, &shared, appeal)
    };
    Ok(Json(state.database.run(decide).await?))
}
