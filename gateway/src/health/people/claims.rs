//! Who runs an establishment, and what they change of its entry.

use super::{
    super::{problems::Editing, query::value, views::EstablishmentView},
    bodies::{EntryBody, WhyBody},
    confirmed,
};
use crate::{
    auth::{actor, notices},
    error::{ApiResult, Problem},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
    wallet::views::{PersonView, names},
};
use actix_web::{
    HttpResponse, delete, get, post, put,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::Auth;
use hostolink_health_directory::{Claim, ClaimState, UNKNOWN_VALUE};
use hostolink_kernel::{EstablishmentId, Page};
use hostolink_notifier::Notice;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// That the caller runs an establishment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimBody {
    /// The establishment's id.
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    /// How the house can make sure: a register's number, whom to call. 1 to 500 characters.
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "Pharmacien titulaire, autorisation n° 123. Appelez la pharmacie."
    )]
    statement: String,
}

/// Which claims.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ClaimQuery {
    /// `pending` (where it is left out), `approved`, `refused` or `revoked`.
    #[param(example = "pending")]
    state: Option<String>,
}

/// Somebody's word that they run an establishment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClaimView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: Uuid,
    /// The establishment's id.
    #[schema(value_type = String, format = Uuid)]
    establishment: EstablishmentId,
    /// The establishment's name.
    name: String,
    /// What the person says to be believed.
    statement: String,
    /// `pending`, `approved`, `refused` or `revoked`.
    state: &'static str,
    /// Why it was refused or revoked.
    reason: Option<String>,
    /// Who it is; only for the house.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonView>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was decided.
    decided_at: Option<DateTime<Utc>>,
}

/// A page of claims.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClaimPage {
    /// One's own: the newest first. The house's: the oldest first.
    items: Vec<ClaimView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<Claim> for ClaimView {
    fn from(made: Claim) -> Self {
        Self {
            id: made.id,
            establishment: made.establishment,
            name: made.name,
            statement: made.statement,
            state: made.state.code(),
            reason: made.reason,
            person: None,
            created_at: made.created_at,
            decided_at: made.decided_at,
        }
    }
}

impl ClaimPage {
    fn own(page: Page<Claim>) -> Self {
        let next_cursor = page.next.map(|cursor| cursor.as_str().to_owned());
        Self { items: page.items.into_iter().map(ClaimView::from).collect(), next_cursor }
    }

    /// With who claims, asked for at once.
    fn with_people(conn: &mut PgConnection, auth: &Auth, page: Page<Claim>) -> ApiResult<Self> {
        let names = names(conn, auth, page.items.iter().map(|made| made.person))?;
        let view = |made: Claim| {
            let person = names.get(&made.person).map(PersonView::from);
            ClaimView { person, ..made.into() }
        };
        let next_cursor = page.next.map(|cursor| cursor.as_str().to_owned());
        Ok(Self { items: page.items.into_iter().map(view).collect(), next_cursor })
    }
}

/// What the caller claims or runs, with what became of it, the newest first.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "claims",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of claims", body = ClaimPage), Editing)
)]
#[get("/api/health/claims")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    page: Query<PageQuery>,
) -> ApiResult<Json<ClaimPage>> {
    let (limit, after, directory) = (page.0.limit()?, page.0.cursor()?, state.directory.clone());
    let list = move |conn: &mut PgConnection| directory.claims_of(conn, identity.user, after.as_ref(), limit);
    Ok(Json(ClaimPage::own(state.database.run(list).await?)))
}

/// Says that the caller runs an establishment. Once somebody of the house made sure, they edit its hours, numbers and services.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "claimEstablishment",
    security(("bearer" = [])),
    request_body = ClaimBody,
    responses(
        (status = 201, description = "It waits for a decision", body = ClaimView),
        (status = 404, description = "There is no such establishment: `health.establishment_not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The caller claimed it already, or ten: `health.claim_exists`, `health.too_many_claims`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/health/claims")]
pub(super) async fn claim(
    state: Data<State>,
    identity: Identity,
    body: Body<ClaimBody>,
) -> ApiResult<HttpResponse> {
    let (directory, actor, said) = (state.directory.clone(), actor(Some(&identity)), body.0);
    let claim = move |conn: &mut PgConnection| {
        directory.claim(conn, said.establishment, &said.statement, (&actor, identity.user))
    };
    Ok(HttpResponse::Created().json(ClaimView::from(state.database.run(claim).await?)))
}

/// Gives up a claim of one's own, open or approved.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "giveUpClaim",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The claim's id", format = Uuid)),
    responses(
        (status = 204, description = "It is given up"),
        (status = 404, description = "The caller has no such claim: `health.claim_unknown`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[delete("/api/health/claims/{id}")]
pub(super) async fn give_up(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<HttpResponse> {
    let (directory, actor) = (state.directory.clone(), actor(Some(&identity)));
    state.database.run(move |conn| directory.give_up_claim(conn, id.0, (&actor, identity.user))).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Changes hours, numbers or services of an establishment that the caller runs. It counts at once, and no import writes over it.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "editEntry",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The establishment's id", format = Uuid)),
    request_body = EntryBody,
    responses(
        (status = 200, description = "The establishment as it is now", body = EstablishmentView),
        (status = 404, description = "The caller does not run it: `health.entry_not_managed`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[put("/api/health/establishments/{id}/entry")]
pub(super) async fn edit(
    state: Data<State>,
    identity: Identity,
    id: PathId<EstablishmentId>,
    body: Body<EntryBody>,
) -> ApiResult<Json<EstablishmentView>> {
    let (shared, actor, establishment) = (state.clone(), actor(Some(&identity)), id.0);
    let country = hostolink_health_directory::Country::COTE_D_IVOIRE;
    let country = state.directory.snapshot().find(establishment).map_or(country, |found| found.country);
    let changes = body.0.changes(country)?;
    let edit = move |conn: &mut PgConnection| {
        confirmed(conn, (&shared, &identity), |conn| {
            shared.directory.edit_entry(conn, establishment, &changes, (&actor, identity.user))
        })
    };
    state.database.run(edit).await?;
    let snapshot = state.directory.snapshot();
    Ok(Json(EstablishmentView::new(snapshot.get(establishment)?, &snapshot, state.clock.now())))
}

/// Claims in a state, the oldest first, with who makes them.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "claimQueue",
    security(("bearer" = [])),
    params(ClaimQuery, PageQuery),
    responses((status = 200, description = "A page of claims", body = ClaimPage), Editing)
)]
#[get("/api/admin/health/claims")]
pub(super) async fn queue(
    state: Data<State>,
    query: Query<ClaimQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<ClaimPage>> {
    let wanted = value("state", query.0.state.as_deref(), ClaimState::parse, &UNKNOWN_VALUE)?;
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let queue = move |conn: &mut PgConnection| {
        let wanted = wanted.unwrap_or(ClaimState::Pending);
        let page = shared.directory.claims(conn, wanted, after.as_ref(), limit)?;
        ClaimPage::with_people(conn, &shared.auth, page)
    };
    Ok(Json(state.database.run(queue).await?))
}

/// Approves a claim: the person edits the entry from then on. Make sure first, by a call to the establishment.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "approveClaim",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The claim's id", format = Uuid)),
    responses(
        (status = 200, description = "The claim", body = ClaimView),
        (status = 404, description = "There is no such claim: `health.claim_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is decided already: `health.claim_decided`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/admin/health/claims/{id}/approve")]
pub(super) async fn approve(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<ClaimView>> {
    decide(&state, identity, (id.0, Decision::Approve)).await
}

/// Refuses a claim with a reason, which the person reads.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "refuseClaim",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The claim's id", format = Uuid)),
    request_body = WhyBody,
    responses(
        (status = 200, description = "The claim", body = ClaimView),
        (status = 404, description = "There is no such claim: `health.claim_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is decided already: `health.claim_decided`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/admin/health/claims/{id}/refuse")]
pub(super) async fn refuse(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<WhyBody>,
) -> ApiResult<Json<ClaimView>> {
    decide(&state, identity, (id.0, Decision::Refuse(body.0.reason))).await
}

/// Takes the right to edit an entry back, with a reason, which the person reads. It counts from the next edit on.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "revokeClaim",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The claim's id", format = Uuid)),
    request_body = WhyBody,
    responses(
        (status = 200, description = "The claim", body = ClaimView),
        (status = 404, description = "There is no such claim: `health.claim_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is not approved: `health.claim_decided`", body = Problem, content_type = "application/problem+json"),
        Editing,
    )
)]
#[post("/api/admin/health/claims/{id}/revoke")]
pub(super) async fn revoke(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    body: Body<WhyBody>,
) -> ApiResult<Json<ClaimView>> {
    decide(&state, identity, (id.0, Decision::Revoke(body.0.reason))).await
}

enum Decision {
    Approve,
    Refuse(String),
    Revoke(String),
}

async fn decide(
    state: &Data<State>,
    identity: Identity,
    (id, decision): (Uuid, Decision),
) -> ApiResult<Json<ClaimView>> {
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let decide = move |conn: &mut PgConnection| {
        let (directory, who) = (&shared.directory, (&actor, identity.user));
        confirmed(conn, (&shared, &identity), |conn| match &decision {
            Decision::Approve => directory.decide_claim(conn, id, None, who),
            Decision::Refuse(why) => directory.decide_claim(conn, id, Some(why), who),
            Decision::Revoke(why) => directory.revoke_claim(conn, id, why, who),
        })
    };
    let made = state.database.run(decide).await?;
    notices::tell_once(state, made.person, Notice::ClaimDecided).await;
    Ok(Json(made.into()))
}
