//! A person's own cards.

use super::{
    super::{posting::refuse_new_device, problems::OwnCard, qr::QrView},
    bodies::{CardSettingsBody, NewCardBody, ShowCardBody},
    views::{CardPage, CardPaymentPage, CardView, ShownCardView},
};
use crate::{
    auth::{actor, pin},
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, get,
    http::header::LOCATION,
    post, put,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_auth::Auth;
use hostolink_kernel::CardId;
use hostolink_ledger::Note;
use hostolink_wallet::{
    card::{Card, CardChange, CardLabel, NewCard},
    codes,
};

/// The caller's cards. Their numbers are not in it: `POST /api/cards/{id}/show` gives one, with the PIN.
#[utoipa::path(
    tag = "Cards",
    operation_id = "cards",
    security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page of cards", body = CardPage), OwnCard)
)]
#[get("/api/cards")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    query: Query<PageQuery>,
) -> ApiResult<Json<CardPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let (cards, auth) = (state.cards.clone(), state.auth.clone());
    let page = state.database.run(move |conn| {
        let page = cards.list(conn, identity.user, after.as_ref(), limit)?;
        CardPage::compose(conn, &auth, &page)
    });
    Ok(Json(page.await?))
}

/// Makes a card, at most five that are not closed. It pays at Hostolink's merchants, from the caller's main account.
#[utoipa::path(
    tag = "Cards",
    operation_id = "createCard",
    security(("bearer" = [])),
    request_body = NewCardBody,
    responses((status = 201, description = "The card", body = CardView), OwnCard)
)]
#[post("/api/cards")]
pub(super) async fn create(
    state: Data<State>,
    identity: Identity,
    body: Body<NewCardBody>,
) -> ApiResult<HttpResponse> {
    let new = NewCard {
        owner: identity.user,
        single_use: body.0.single_use,
        settings: body.0.settings.read()?,
        actor: actor(Some(&identity)),
    };
    let (cards, auth) = (state.cards.clone(), state.auth.clone());
    let made = state.database.run(move |conn| {
        let card = cards.create(conn, &new)?;
        Ok::<_, ApiError>((card.id, view(conn, &auth, card)?))
    });
    let (id, view) = made.await?;
    Ok(HttpResponse::Created().insert_header((LOCATION, format!("/api/cards/{id}"))).json(view))
}

/// One of the caller's cards.
#[utoipa::path(
    tag = "Cards",
    operation_id = "card",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The card's id", format = Uuid)),
    responses((status = 200, description = "The card", body = CardView), OwnCard)
)]
#[get("/api/cards/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<CardId>,
) -> ApiResult<Json<CardView>> {
    let (cards, auth) = (state.cards.clone(), state.auth.clone());
    let found = state.database.run(move |conn| {
        let card = cards.card(conn, identity.user, id.0)?;
        view(conn, &auth, card)
    });
    Ok(Json(found.await?))
}

/// Sets the label, the limits and the merchant lock of a card, all of them at once: what is left out is taken away.
#[utoipa::path(
    tag = "Cards",
    operation_id = "configureCard",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The card's id", format = Uuid)),
    request_body = CardSettingsBody,
    responses((status = 200, description = "The card as it is now", body = CardView), OwnCard)
)]
#[put("/api/cards/{id}/settings")]
pub(super) async fn configure(
    state: Data<State>,
    identity: Identity,
    id: PathId<CardId>,
    body: Body<CardSettingsBody>,
) -> ApiResult<Json<CardView>> {
    let (settings, actor) = (body.0.read()?, actor(Some(&identity)));
    let (cards, auth) = (state.cards.clone(), state.auth.clone());
    let changed = state.database.run(move |conn| {
        let card = cards.configure(conn, (identity.user, id.0), &settings, &actor)?;
        view(conn, &auth, card)
    });
    Ok(Json(changed.await?))
}

/// Stops a card for a while: it pays nothing more. What was authorised before is not undone.
#[utoipa::path(
    tag = "Cards",
    operation_id = "freezeCard",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The card's id", format = Uuid)),
    responses((status = 200, description = "The card, frozen", body = CardView), OwnCard)
)]
#[post("/api/cards/{id}/freeze")]
pub(super) async fn freeze(
    state: Data<State>,
    identity: Identity,
    id: PathId<CardId>,
) -> ApiResult<Json<CardView>> {
    change(&state, identity, id.0, CardChange::Freeze).await
}

/// Lets a frozen card pay again.
#[utoipa::path(
    tag = "Cards",
    operation_id = "unfreezeCard",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The card's id", format = Uuid)),
    responses((status = 200, description = "The card", body = CardView), OwnCard)
)]
#[post("/api/cards/{id}/unfreeze")]
pub(super) async fn unfreeze(
    state: Data<State>,
    identity: Identity,
    id: PathId<CardId>,
) -> ApiResult<Json<CardView>> {
    change(&state, identity, id.0, CardChange::Unfreeze).await
}

/// Gives a card another number and three more years. The old number is dead at once; what was authorised with it is not undone.
#[utoipa::path(
    tag = "Cards",
    operation_id = "renewCard",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The card's id", format = Uuid)),
    responses((status = 200, description = "The card with its new last four digits", body = CardView), OwnCard)
)]
#[post("/api/cards/{id}/renew")]
pub(super) async fn renew(
    state: Data<State>,
    identity: Identity,
    id: PathId<CardId>,
) -> ApiResult<Json<CardView>> {
    change(&state, identity, id.0, CardChange::Renew).await
}

/// Closes a card for good. What was authorised before is not undone.
#[utoipa::path(
    tag = "Cards",
    operation_id = "closeCard",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The card's id", format = Uuid)),
    responses((status = 200, description = "The card, closed", body = CardView), OwnCard)
)]
#[post("/api/cards/{id}/close")]
pub(super) async fn close(
    state: Data<State>,
    identity: Identity,
    id: PathId<CardId>,
) -> ApiResult<Json<CardView>> {
    change(&state, identity, id.0, CardChange::Close).await
}

/// Shows the number of a card and its code now, to its owner who gives the PIN of this device in the same request. Show it,
/// don't keep it.
#[utoipa::path(
    tag = "Cards",
    operation_id = "showCard",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The card's id", format = Uuid)),
    request_body = ShowCardBody,
    responses((status = 200, description = "Number and code", body = ShownCardView), OwnCard)
)]
#[post("/api/cards/{id}/show")]
pub(super) async fn show(
    state: Data<State>,
    identity: Identity,
    id: PathId<CardId>,
    body: Body<ShowCardBody>,
) -> ApiResult<Json<ShownCardView>> {
    // The PIN first: who has none learns nothing, not even whose card it is.
    pin::judge(&state, &identity, &body.0.pin).await?;
    let (shared, actor) = (state.clone(), actor(Some(&identity)));
    let shown = state.database.run(move |conn| {
        identity.confirm(&shared.auth, conn)?;
        // Whoever reads them pays without this device, past what it may send.
        refuse_new_device(conn, &shared, &identity)?;
        Ok::<_, ApiError>(shared.cards.show(conn, (identity.user, id.0), &actor)?)
    });
    Ok(Json(shown.await?.into()))
}

/// What was asked of one of the caller's cards, and why what was declined was.
#[utoipa::path(
    tag = "Cards",
    operation_id = "cardAuthorizations",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The card's id", format = Uuid), PageQuery),
    responses((status = 200, description = "A page, the newest first", body = CardPaymentPage), OwnCard)
)]
#[get("/api/cards/{id}/authorizations")]
pub(super) async fn authorizations(
    state: Data<State>,
    identity: Identity,
    id: PathId<CardId>,
    query: Query<PageQuery>,
) -> ApiResult<Json<CardPaymentPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let (cards, auth) = (state.cards.clone(), state.auth.clone());
    let page = state.database.run(move |conn| {
        let page = cards.authorizations_of_card(conn, (identity.user, id.0), after.as_ref(), limit)?;
        CardPaymentPage::compose(conn, &auth, &page)
    });
    Ok(Json(page.await?))
}

/// The code of a card: whoever scans it pays its owner. It is that of the owner's account, under the card's label.
#[utoipa::path(
    tag = "Cards",
    operation_id = "cardQr",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The card's id", format = Uuid)),
    responses((status = 200, description = "The code", body = QrView), OwnCard)
)]
#[get("/api/cards/{id}/qr")]
pub(super) async fn qr(
    state: Data<State>,
    identity: Identity,
    id: PathId<CardId>,
) -> ApiResult<Json<QrView>> {
    let (cards, wallets) = (state.cards.clone(), state.wallets.clone());
    let code = state.database.run(move |conn| {
        let card = cards.card(conn, identity.user, id.0)?;
        let mut code = wallets.own_code(conn, identity.user)?;
        // What is a label of a card is short enough for one of a code.
        let label = card.settings.label.as_ref().map_or("", CardLabel::as_str);
        code.label = Note::parse(label).ok().flatten();
        Ok::<_, ApiError>(code)
    });
    Ok(Json(code.await?.into()))
}

/// The picture of a card, with its label, last four digits, end and code to be paid with.
#[utoipa::path(
    tag = "Cards",
    operation_id = "cardPicture",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The card's id", format = Uuid)),
    responses((status = 200, description = "The picture", body = String, content_type = "image/svg+xml"), OwnCard)
)]
#[get("/api/cards/{id}/picture.svg")]
pub(super) async fn picture(
    state: Data<State>,
    identity: Identity,
    id: PathId<CardId>,
) -> ApiResult<HttpResponse> {
    let (cards, wallets) = (state.cards.clone(), state.wallets.clone());
    let (card, code) = state
        .database
        .run(move |conn| {
            let card = cards.card(conn, identity.user, id.0)?;
            Ok::<_, ApiError>((card, wallets.own_code(conn, identity.user)?))
        })
        .await?;
    let drawn = card.picture(&code.payload).map_err(|_| ApiError::new(&codes::QR_TOO_LONG))?;
    Ok(HttpResponse::Ok().content_type("image/svg+xml").body(drawn))
}

async fn change(
    state: &State,
    identity: Identity,
    id: CardId,
    change: CardChange,
) -> ApiResult<Json<CardView>> {
    let (cards, auth, actor) = (state.cards.clone(), state.auth.clone(), actor(Some(&identity)));
    let changed = state.database.run(move |conn| {
        let card = cards.change(conn, (identity.user, id), change, &actor)?;
        view(conn, &auth, card)
    });
    Ok(Json(changed.await?))
}

fn view(conn: &mut PgConnection, auth: &Auth, card: Card) -> ApiResult<CardView> {
    CardView::of(conn, auth, &[card])?.pop().ok_or_else(ApiError::not_found)
}
