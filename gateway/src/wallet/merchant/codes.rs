//! The codes of a till: its own for any amount, those for one payment, their pictures.

use crate::{
    auth::actor,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PathId, Query},
    state::State,
    wallet::{
        problems::AtTill,
        qr::{NewQrBody, PictureQuery, QrView},
    },
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json},
};
use hostolink_kernel::{QrId, TillId};
use hostolink_ledger::Note;
use hostolink_wallet::{NewTillCode, QrCode, codes, papers::Poster, picture};

/// A till's own code, which anybody may pay any amount, or one of its codes for one payment: ask it whether it was paid.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "tillQr",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The till's id", format = Uuid), PictureQuery),
    responses((status = 200, description = "The code and its state", body = QrView), AtTill)
)]
#[get("/api/tills/{id}/qr")]
pub(super) async fn show(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    query: Query<PictureQuery>,
) -> ApiResult<Json<QrView>> {
    Ok(Json(find(&state, &identity, id.0, query.0.id()?).await?.into()))
}

/// Makes a code for one payment of a fixed amount at a till. The first payment of it is the only one.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "createTillQr",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The till's id", format = Uuid)),
    request_body = NewQrBody,
    responses((status = 201, description = "The code", body = QrView), AtTill)
)]
#[post("/api/tills/{id}/qr")]
pub(super) async fn create(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    body: Body<NewQrBody>,
) -> ApiResult<HttpResponse> {
    let ((amount, label, lifetime), by) = (body.0.read()?, actor(Some(&identity)));
    let new = NewTillCode { by: identity.user, till: id.0, amount, label, lifetime, actor: by };
    let wallets = state.wallets.clone();
    let code = state.database.run(move |conn| wallets.create_till_code(conn, new)).await?;
    Ok(HttpResponse::Created().json(QrView::from(code)))
}

/// The picture of a till's code as PNG, at least 480 pixels wide.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "tillQrPng",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The till's id", format = Uuid), PictureQuery),
    responses((status = 200, description = "The picture", body = Vec<u8>, content_type = "image/png"), AtTill)
)]
#[get("/api/tills/{id}/qr.png")]
pub(super) async fn png(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    query: Query<PictureQuery>,
) -> ApiResult<HttpResponse> {
    let code = find(&state, &identity, id.0, query.0.id()?).await?;
    let drawn = picture::png(&code.payload).map_err(|_| ApiError::new(&codes::QR_TOO_LONG))?;
    Ok(HttpResponse::Ok().content_type("image/png").body(drawn))
}

/// The picture of a till's code as SVG, for print.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "tillQrSvg",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The till's id", format = Uuid), PictureQuery),
    responses((status = 200, description = "The picture", body = String, content_type = "image/svg+xml"), AtTill)
)]
#[get("/api/tills/{id}/qr.svg")]
pub(super) async fn svg(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    query: Query<PictureQuery>,
) -> ApiResult<HttpResponse> {
    let code = find(&state, &identity, id.0, query.0.id()?).await?;
    let drawn = picture::svg(&code.payload).map_err(|_| ApiError::new(&codes::QR_TOO_LONG))?;
    Ok(HttpResponse::Ok().content_type("image/svg+xml").body(drawn))
}

/// A till's code on a page of A6, to print and put up: the symbol, the trade name, the till or what is paid for.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "tillQrPdf",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The till's id", format = Uuid), PictureQuery),
    responses((status = 200, description = "The page", body = Vec<u8>, content_type = "application/pdf"), AtTill)
)]
#[get("/api/tills/{id}/qr.pdf")]
pub(super) async fn pdf(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    query: Query<PictureQuery>,
) -> ApiResult<HttpResponse> {
    let code = find(&state, &identity, id.0, query.0.id()?).await?;
    let wallets = state.wallets.clone();
    let till = state.database.run(move |conn| wallets.till(conn, identity.user, id.0)).await?;
    let till_name = Some(till.name.as_str()).filter(|_| !till.main);
    let poster = Poster {
        payload: &code.payload,
        name: &till.trade_name,
        amount: code.amount,
        label: code.label.as_ref().map(Note::as_str).or(till_name),
        expires_at: code.expires_at,
        made_at: state.clock.now(),
    };
    let drawn = poster.pdf().map_err(|_| ApiError::new(&codes::QR_TOO_LONG))?;
    Ok(HttpResponse::Ok().content_type("application/pdf").body(drawn))
}

async fn find(state: &State, identity: &Identity, till: TillId, code: Option<QrId>) -> ApiResult<QrCode> {
    let (wallets, user) = (state.wallets.clone(), identity.user);
    let found = state.database.run(move |conn| match code {
        Some(code) => wallets.code_of_till(conn, (user, till), code),
        None => wallets.till_code(conn, user, till),
    });
    Ok(found.await?)
}
