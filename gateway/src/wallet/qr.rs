//! Codes to be paid: the caller's own, codes for one payment, their pictures, and what a scanned one asks for.

use super::{
    bodies,
    problems::Reading,
    views::{PersonView, ShopView, receiver, text},
};
use crate::{
    context,
    error::{ApiError, ApiResult},
    extract::{Identity, Json as Body, PathId, Query},
    state::State,
};
use actix_web::{
    HttpResponse, get,
    http::header::LOCATION,
    post,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use hostolink_kernel::{DomainError, QrId, Xof};
use hostolink_ledger::Note;
use hostolink_wallet::{
    Lifetime, NewQrCode, QrCode, QrKind, QrState, Scanned, codes, papers::Poster, picture,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a code is for.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum QrKindView {
    /// Anybody, any amount, for ever.
    Account,
    /// One payment of a fixed amount before an instant.
    OnePayment,
}

impl From<QrKind> for QrKindView {
    fn from(kind: QrKind) -> Self {
        match kind {
            QrKind::Account => Self::Account,
            QrKind::OnePayment => Self::OnePayment,
        }
    }
}

/// Whether a code can be paid now.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum QrStateView {
    /// It can.
    Open,
    /// Somebody has paid it.
    Paid,
    /// Its time is over.
    Expired,
}

impl From<QrState> for QrStateView {
    fn from(state: QrState) -> Self {
        match state {
            QrState::Open => Self::Open,
            QrState::Paid => Self::Paid,
            QrState::Expired => Self::Expired,
        }
    }
}

/// A code of the caller's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct QrView {
    /// Its id. It is not in the code.
    #[schema(value_type = String, format = Uuid)]
    id: QrId,
    /// What to draw: an EMVCo payload with an opaque token.
    #[schema(
        example = "00020101021126420012ci.hostolink0122AAECAwQFBgcICQoLDA0ODw5204000053039525802CI5909HOSTOLINK6007ABIDJAN6207110300063041D18"
    )]
    payload: String,
    /// What it is for.
    kind: QrKindView,
    /// How much it asks for, in whole francs CFA; `null` lets the payer choose.
    amount: Option<i64>,
    /// The owner's words.
    label: Option<String>,
    /// Whether it can be paid now.
    state: QrStateView,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// Until when it may be paid.
    expires_at: Option<DateTime<Utc>>,
}

impl From<QrCode> for QrView {
    fn from(code: QrCode) -> Self {
        Self {
            id: code.id,
            payload: code.payload,
            kind: code.kind.into(),
            amount: code.amount.map(Xof::francs),
            label: text(code.label.as_ref()),
            state: code.state.into(),
            created_at: code.created_at,
            expires_at: code.expires_at,
        }
    }
}

/// A code that was scanned.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ScannedView {
    /// The code's id.
    #[schema(value_type = String, format = Uuid)]
    id: QrId,
    /// Who would receive: show it before asking the payer to confirm.
    receiver: Option<PersonView>,
    /// Where, if the receiver is a merchant there.
    merchant: Option<ShopView>,
    /// What it is for.
    kind: QrKindView,
    /// How much it asks for, in whole francs CFA; `null` lets the payer choose.
    amount: Option<i64>,
    /// The receiver's words.
    label: Option<String>,
    /// Whether it can be paid now.
    state: QrStateView,
    /// Until when it may be paid.
    expires_at: Option<DateTime<Utc>>,
}

impl ScannedView {
    fn new(scanned: &Scanned, receiver: Option<PersonView>) -> Self {
        Self {
            id: scanned.id,
            receiver,
            merchant: scanned.shop.as_ref().map(ShopView::from),
            kind: scanned.kind.into(),
            amount: scanned.amount.map(Xof::francs),
            label: text(scanned.label.as_ref()),
            state: scanned.state.into(),
            expires_at: scanned.expires_at,
        }
    }
}

/// What was scanned.
#[derive(Debug, Deserialize, ToSchema)]
struct ScanBody {
    /// The text in the code.
    #[schema(max_length = 512)]
    payload: String,
}

/// A code for one payment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewQrBody {
    /// Whole francs CFA.
    #[schema(minimum = 1, example = 2500)]
    amount: i64,
    /// How long it may be paid: 60 seconds to 30 days, 15 minutes where it is left out.
    #[schema(minimum = 60, maximum = 2_592_000, example = 900)]
    expires_in_seconds: Option<i64>,
    /// A few words for who pays.
    #[schema(max_length = 140, example = "Deux attiékés")]
    label: Option<String>,
}

/// Which code to draw.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PictureQuery {
    /// The id of one of the caller's codes, or of the till's; the own code where it is left out.
    code: Option<String>,
}

/// The caller's own code: anybody may pay it any amount. Made the first time it is asked for, the same ever after.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "ownQr",
    security(("bearer" = [])),
    responses((status = 200, description = "The code", body = QrView), Reading)
)]
#[get("/api/wallet/qr")]
pub(super) async fn own(state: Data<State>, identity: Identity) -> ApiResult<Json<QrView>> {
    Ok(Json(find(&state, &identity, None).await?.into()))
}

/// One of the caller's codes: ask it whether the code was paid.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "qr",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The code's id", format = Uuid)),
    responses(
        (status = 200, description = "The code and its state", body = QrView),
        (status = 404, description = "No such code of the caller's: `wallet.qr_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/wallet/qr/{id}")]
pub(super) async fn one(state: Data<State>, identity: Identity, id: PathId<QrId>) -> ApiResult<Json<QrView>> {
    Ok(Json(find(&state, &identity, Some(id.0)).await?.into()))
}

/// Makes a code for one payment of a fixed amount. The first payment of it is the only one.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "createQr",
    security(("bearer" = [])),
    request_body = NewQrBody,
    responses((status = 201, description = "The code", body = QrView), Reading)
)]
#[post("/api/wallet/qr")]
pub(super) async fn create(
    state: Data<State>,
    identity: Identity,
    body: Body<NewQrBody>,
) -> ApiResult<HttpResponse> {
    let (amount, label, lifetime) = body.0.read()?;
    let new = NewQrCode {
        owner: identity.user,
        amount,
        label,
        lifetime,
        trace_id: Some(context::current().trace_id),
    };
    let wallets = state.wallets.clone();
    let code = state.database.run(move |conn| wallets.create_code(conn, new)).await?;
    let location = format!("/api/wallet/qr/{}", code.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(QrView::from(code)))
}

/// The picture of a code as PNG, at least 480 pixels wide.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "qrPng",
    security(("bearer" = [])),
    params(PictureQuery),
    responses(
        (status = 200, description = "The picture", body = Vec<u8>, content_type = "image/png"),
        (status = 404, description = "No such code of the caller's: `wallet.qr_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/wallet/qr.png")]
pub(super) async fn png(
    state: Data<State>,
    identity: Identity,
    query: Query<PictureQuery>,
) -> ApiResult<HttpResponse> {
    let code = find(&state, &identity, query.0.id()?).await?;
    let drawn = picture::png(&code.payload).map_err(|_| ApiError::new(&codes::QR_TOO_LONG))?;
    Ok(HttpResponse::Ok().content_type("image/png").body(drawn))
}

/// The picture of a code as SVG, for print.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "qrSvg",
    security(("bearer" = [])),
    params(PictureQuery),
    responses(
        (status = 200, description = "The picture", body = String, content_type = "image/svg+xml"),
        (status = 404, description = "No such code of the caller's: `wallet.qr_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/wallet/qr.svg")]
pub(super) async fn svg(
    state: Data<State>,
    identity: Identity,
    query: Query<PictureQuery>,
) -> ApiResult<HttpResponse> {
    let code = find(&state, &identity, query.0.id()?).await?;
    let drawn = picture::svg(&code.payload).map_err(|_| ApiError::new(&codes::QR_TOO_LONG))?;
    Ok(HttpResponse::Ok().content_type("image/svg+xml").body(drawn))
}

/// A code on a page of A6, to print and put up at the till: the symbol, the name that payers see, the amount where it is fixed.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "qrPdf",
    security(("bearer" = [])),
    params(PictureQuery),
    responses(
        (status = 200, description = "The page", body = Vec<u8>, content_type = "application/pdf"),
        (status = 404, description = "No such code of the caller's: `wallet.qr_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/wallet/qr.pdf")]
pub(super) async fn pdf(
    state: Data<State>,
    identity: Identity,
    query: Query<PictureQuery>,
) -> ApiResult<HttpResponse> {
    let code = find(&state, &identity, query.0.id()?).await?;
    let auth = state.auth.clone();
    let names = state.database.run(move |conn| auth.names(conn, &[identity.user])).await?;
    let poster = Poster {
        payload: &code.payload,
        name: names.get(&identity.user).map_or("Hostolink", |person| &person.display_name),
        amount: code.amount,
        label: code.label.as_ref().map(Note::as_str),
        expires_at: code.expires_at,
        made_at: state.clock.now(),
    };
    let drawn = poster.pdf().map_err(|_| ApiError::new(&codes::QR_TOO_LONG))?;
    Ok(HttpResponse::Ok().content_type("application/pdf").body(drawn))
}

/// Says who and how much a scanned code asks for, before anything is paid. A paid or expired code answers too: its
/// state says so.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "scanQr",
    security(("bearer" = [])),
    request_body = ScanBody,
    responses(
        (status = 200, description = "What the code asks for", body = ScannedView),
        (status = 404, description = "No such code: `wallet.qr_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        (status = 422, description = "A code that is not paid here: `wallet.qr_other_institution`, `wallet.qr_other_network`, `wallet.qr_currency`, `wallet.qr_country`; or not now: `wallet.qr_not_accepting`", body = crate::error::Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[post("/api/wallet/qr/scan")]
pub(super) async fn scan(
    state: Data<State>,
    _identity: Identity,
    body: Body<ScanBody>,
) -> ApiResult<Json<ScannedView>> {
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let view = state.database.run(move |conn| {
        let scanned = wallets.scan(conn, &body.0.payload)?;
        let receiver = receiver(conn, &auth, scanned.receiver, scanned.shop.as_ref())?;
        Ok::<_, ApiError>(ScannedView::new(&scanned, receiver))
    });
    Ok(Json(view.await?))
}

impl NewQrBody {
    pub(super) fn read(&self) -> ApiResult<(Xof, Option<Note>, Lifetime)> {
        let lifetime = Lifetime::parse(self.expires_in_seconds)
            .map_err(|error| ApiError::field("expiresInSeconds", error.code()))?;
        Ok((bodies::amount(self.amount)?, bodies::note("label", self.label.as_deref())?, lifetime))
    }
}

impl PictureQuery {
    /// An id that can't be one answers like one that does not exist.
    pub(super) fn id(&self) -> ApiResult<Option<QrId>> {
        let parse = |text: &String| text.parse().map_err(|_| ApiError::new(&codes::QR_UNKNOWN));
        self.code.as_ref().map(parse).transpose()
    }
}

async fn find(state: &State, identity: &Identity, id: Option<QrId>) -> ApiResult<QrCode> {
    let (wallets, owner) = (state.wallets.clone(), identity.user);
    let code = state.database.run(move |conn| match id {
        Some(id) => wallets.code(conn, owner, id),
        None => wallets.own_code(conn, owner),
    });
    Ok(code.await?)
}
