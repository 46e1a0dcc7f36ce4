//! What cashiers ask of cards at their tills.

use super::{
    authorizations::authorize_at,
    bodies::AuthorizeBody,
    views::{AuthorizationPage, AuthorizationView},
};
use crate::{
    error::ApiResult,
    extract::{IdempotencyKey, Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
    wallet::problems::ChargingAtTill,
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json},
};
use hostolink_kernel::TillId;

/// Asks for money of a card that somebody shows at a till, for who works there: it is set aside for seven days. `capture` and `release` of the
/// authorisation are those of `/api/cards/authorizations/{id}`; what is taken comes in at the till, less the merchant's commission.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "authorizeCardAtTill",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The till's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the till for this sale, kept for every retry"),
    ),
    request_body = AuthorizeBody,
    responses(
        (status = 201, description = "The money is set aside", body = AuthorizationView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        ChargingAtTill,
    )
)]
#[post("/api/tills/{id}/authorizations")]
pub(super) async fn authorize(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    key: IdempotencyKey,
    body: Body<AuthorizeBody>,
) -> ApiResult<HttpResponse> {
    authorize_at(&state, identity, key, body.0.read()?, Some(id.0)).await
}

/// What was asked of cards at a till, the newest first, for who works there.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "tillAuthorizations",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The till's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page, the newest first", body = AuthorizationPage), ChargingAtTill)
)]
#[get("/api/tills/{id}/authorizations")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    query: Query<PageQuery>,
) -> ApiResult<Json<AuthorizationPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let cards = state.cards.clone();
    let at = (identity.user, id.0);
    let page = state.database.run(move |conn| cards.authorizations_of_till(conn, at, after.as_ref(), limit));
    Ok(Json(page.await?.into()))
}
