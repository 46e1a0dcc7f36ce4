//! What a merchant asks of cards: set money aside, take it, let it go.

use super::{
    super::{
        bodies,
        posting::{Purpose, decide, mark_replayed, wish},
        problems::Charging,
    },
    bodies::{Asked, AuthorizeBody, CaptureBody},
    views::{AuthorizationPage, AuthorizationView},
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, KEY_REUSED},
    extract::{IdempotencyKey, Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, ResponseError, get,
    http::header::LOCATION,
    post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_audit::Actor;
use hostolink_kernel::{AuthorizationId, TillId};
use hostolink_ledger::{Note, Outcome, Reply};
use hostolink_wallet::{
    card::{Authorization, AuthorizeCommand, Authorizing, CaptureCommand, Decline},
    fingerprint,
};

/// Asks for money of a card that somebody shows, for the account of the caller's trade: it is set aside on its owner's account for seven days. Take it with `capture`, whole
/// or in part, or let it go with `release`. The same key again answers the same, whatever code comes with it.
#[utoipa::path(
    tag = "Cards",
    operation_id = "authorizeCard",
    security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "Drawn at random on the till for this sale, kept for every retry")),
    request_body = AuthorizeBody,
    responses(
        (status = 201, description = "The money is set aside", body = AuthorizationView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        Charging,
    )
)]
#[post("/api/cards/authorizations")]
pub(super) async fn authorize(
    state: Data<State>,
    identity: Identity,
    key: IdempotencyKey,
    body: Body<AuthorizeBody>,
) -> ApiResult<HttpResponse> {
    authorize_at(&state, identity, key, body.0.read()?, None).await
}

/// Asks for money of a card at a till, or at the merchant's own.
pub(super) async fn authorize_at(
    state: &Data<State>,
    identity: Identity,
    key: IdempotencyKey,
    asked: Asked,
    till: Option<TillId>,
) -> ApiResult<HttpResponse> {
    let (actor, shared) = (actor(Some(&identity)), state.clone());
    let step = move |conn: &mut PgConnection| ask(conn, &shared, identity, &key, (asked, till), &actor);
    match state.database.run(step).await? {
        Authorizing::ToPost(id, order) => {
            let replayed = matches!(state.post(*order).await?, Reply::Done { replayed: true, .. });
            answer(&find(state, identity, id).await?, replayed)
        }
        Authorizing::Known(authorization) => answer(&authorization, true),
        Authorizing::Declined(decline) => Err(ApiError::new(decline.class())),
        Authorizing::KeyReused => Err(ApiError::field("Idempotency-Key", &KEY_REUSED)),
    }
}

/// Takes what was authorised, whole or in part; the rest is let go. It comes in where the card was shown, less the merchant's commission, and is
/// given back as any payment is, by the capture's id. For the merchant, and who works at that till.
#[utoipa::path(
    tag = "Cards",
    operation_id = "captureCard",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The authorisation's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the till for this capture, kept for every retry"),
    ),
    request_body = CaptureBody,
    responses(
        (status = 200, description = "It was taken", body = AuthorizationView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        Charging,
    )
)]
#[post("/api/cards/authorizations/{id}/capture")]
pub(super) async fn capture(
    state: Data<State>,
    identity: Identity,
    id: PathId<AuthorizationId>,
    key: IdempotencyKey,
    body: Body<CaptureBody>,
) -> ApiResult<HttpResponse> {
    let amount = body.0.amount.map(bodies::amount).transpose()?;
    let wish = wish(&identity, &key, fingerprint::card_capture(id.0, amount))?;
    let cards = state.cards.clone();
    let reply = decide(&state, identity, wish, Purpose::Receiving, move |conn, wish| {
        Ok(cards.prepare_capture(conn, CaptureCommand { wish, authorization: id.0, amount })?)
    });
    ended(&state, identity, id.0, reply.await?).await
}

/// Lets go of what was authorised: the owner may spend it again at once.
#[utoipa::path(
    tag = "Cards",
    operation_id = "releaseCard",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The authorisation's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the till for this release, kept for every retry"),
    ),
    responses(
        (status = 200, description = "It was let go", body = AuthorizationView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        Charging,
    )
)]
#[post("/api/cards/authorizations/{id}/release")]
pub(super) async fn release(
    state: Data<State>,
    identity: Identity,
    id: PathId<AuthorizationId>,
    key: IdempotencyKey,
) -> ApiResult<HttpResponse> {
    let wish = wish(&identity, &key, fingerprint::card_release(id.0))?;
    let cards = state.cards.clone();
    let reply = decide(&state, identity, wish, Purpose::Receiving, move |conn, wish| {
        Ok(cards.prepare_release(conn, wish, id.0)?)
    });
    ended(&state, identity, id.0, reply.await?).await
}

/// What the caller asked of cards.
#[utoipa::path(
    tag = "Cards",
    operation_id = "authorizations",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page, the newest first", body = AuthorizationPage), Charging)
)]
#[get("/api/cards/authorizations")]
pub(super) async fn of_merchant(
    state: Data<State>,
    identity: Identity,
    query: Query<PageQuery>,
) -> ApiResult<Json<AuthorizationPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let cards = state.cards.clone();
    let page = state
        .database
        .run(move |conn| cards.authorizations_of_merchant(conn, identity.user, after.as_ref(), limit));
    Ok(Json(page.await?.into()))
}

/// One authorisation that the caller asked for.
#[utoipa::path(
    tag = "Cards",
    operation_id = "authorization",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The authorisation's id", format = Uuid)),
    responses((status = 200, description = "The authorisation as it is now", body = AuthorizationView), Charging)
)]
#[get("/api/cards/authorizations/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<AuthorizationId>,
) -> ApiResult<Json<AuthorizationView>> {
    Ok(Json((&find(&state, identity, id.0).await?).into()))
}

/// An earlier answer first; then the try is counted; then who may not ask there is told so, whatever card it is; only then does anybody look
/// at number and code.
fn ask(
    conn: &mut PgConnection,
    state: &State,
    identity: Identity,
    key: &IdempotencyKey,
    (asked, till): (Asked, Option<TillId>),
    actor: &Actor,
) -> ApiResult<Authorizing> {
    identity.confirm(&state.auth, conn)?;
    let Asked { number, code, amount, note } = asked;
    let card = state.cards.identify(conn, &number)?;
    let words = note.as_ref().map(Note::as_str);
    let wish = card.map(|card| {
        let print = match till {
            Some(till) => fingerprint::till_card_authorization(till, card, amount, words),
            None => fingerprint::card_authorization(card, amount, words),
        };
        wish(&identity, key, print)
    });
    let wish = wish.transpose()?;
    if let Some(wish) = &wish
        && let Some(earlier) = state.cards.earlier(conn, wish)?
    {
        return Ok(earlier);
    }
    let attempt = state.auth.count_card(conn, identity.user, number.secret(), actor)?;
    state.cards.may_ask(conn, identity.user, till)?;
    let (Some(card), Some(wish)) = (card, wish) else {
        return Ok(Authorizing::Declined(Decline::WrongCode));
    };
    let command = AuthorizeCommand { wish, number, code, amount, note, till };
    let decided = state.cards.authorize(conn, card, &command)?;
    if !matches!(decided, Authorizing::Declined(Decline::WrongCode)) {
        state.auth.forgive_card(conn, &attempt)?;
    }
    Ok(decided)
}

async fn find(state: &State, identity: Identity, id: AuthorizationId) -> ApiResult<Authorization> {
    let cards = state.cards.clone();
    Ok(state.database.run(move |conn| cards.authorization(conn, identity.user, id)).await?)
}

/// 201 with the authorisation, or why there is none, as far as a merchant may know.
fn answer(authorization: &Authorization, replayed: bool) -> ApiResult<HttpResponse> {
    let mut response = match authorization.decline {
        Some(decline) => ApiError::new(decline.class()).error_response(),
        None => HttpResponse::Created()
            .insert_header((LOCATION, format!("/api/cards/authorizations/{}", authorization.id)))
            .json(AuthorizationView::from(authorization)),
    };
    if replayed {
        mark_replayed(&mut response);
    }
    Ok(response)
}

/// The authorisation after it was taken or let go, or why it was not.
async fn ended(
    state: &State,
    identity: Identity,
    id: AuthorizationId,
    reply: Reply,
) -> ApiResult<HttpResponse> {
    let Reply::Done { outcome, replayed } = reply else {
        return Err(ApiError::field("Idempotency-Key", &KEY_REUSED));
    };
    let mut response = match outcome {
        Outcome::Accepted(_) => {
            HttpResponse::Ok().json(AuthorizationView::from(&find(state, identity, id).await?))
        }
        Outcome::Refused(refusal) => ApiError::new(refusal.code()).error_response(),
    };
    if replayed {
        mark_replayed(&mut response);
    }
    Ok(response)
}
