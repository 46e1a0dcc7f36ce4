//! Paying somebody, asking first what it would do, asking later whether it went through, giving back.

use super::{
    bodies::{self, AskedTransfer, RefundBody, TransferBody},
    desk::{self, Transfer},
    limits::OwnLimitView,
    posting::{Step, answer, perform, wish},
    problems::{MovingMoney, Reading},
    views::{PersonView, ReceiptView, ShopView, receiver},
};
use crate::{
    context,
    error::{ApiError, ApiResult, KEY_INVALID},
    extract::{IdempotencyKey, Identity, Json as Body, PathId},
    state::State,
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Json, Path},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::TransactionId;
use hostolink_ledger::{self as ledger, Note, Outcome};
use hostolink_wallet::{RefundCommand, codes, fingerprint};
use serde::Serialize;
use utoipa::ToSchema;

/// What a transfer would do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct QuoteView {
    /// Who would receive: show it before asking the payer to confirm.
    receiver: Option<PersonView>,
    /// Where, if the receiver is a merchant there.
    merchant: Option<ShopView>,
    /// What the receiver would get, in whole francs CFA.
    #[schema(example = 1500)]
    amount: i64,
    /// What it would cost on top, by the scale in force. Send it with the transfer, so that nobody pays another fee.
    #[schema(example = 0)]
    fee: i64,
    /// What would leave the payer's account.
    #[schema(example = 1500)]
    total: i64,
    /// It is a larger sum: it moves once the device's PIN was shown (`POST /api/pin/verify`).
    #[schema(example = false)]
    pin_required: bool,
    /// The payer's limits that it would count towards, and what is left of them before it.
    limits: Vec<OwnLimitView>,
    /// What may leave from this device; left out where it is new no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_device: Option<NewDeviceView>,
}

/// What may leave from a device that is new, together with the person's other new ones.
#[derive(Debug, Serialize, ToSchema)]
struct NewDeviceView {
    /// The most in a day, in whole francs CFA.
    #[schema(example = 100_000)]
    amount: i64,
    /// How much has left today.
    #[schema(example = 0)]
    used: i64,
    /// How much is left.
    #[schema(example = 100_000)]
    left: i64,
    /// When it is new no longer.
    until: DateTime<Utc>,
}

impl NewDeviceView {
    /// What stands for the caller's device.
    fn of(conn: &mut PgConnection, state: &State, identity: &Identity) -> ApiResult<Option<Self>> {
        let device = state.wallets.new_device(conn, identity.user, identity.device_since)?;
        let Some(device) = device else { return Ok(None) };
        let used = state.wallets.left_from_new_devices(conn, &device)?;
        let (amount, used) = (device.most.francs(), used.francs());
        Ok(Some(Self { amount, used, left: (amount - used).max(0), until: device.until }))
    }
}

/// What became of a wish.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "status", rename_all = "kebab-case")]
enum OutcomeView {
    /// The money moved.
    Done {
        /// The proof.
        receipt: ReceiptView,
    },
    /// Nothing moved.
    Refused {
        /// Why, for programs.
        code: &'static str,
        /// Why, for people.
        detail: &'static str,
        /// From when on there is room again, where a limit of a day or a month refused it.
        #[serde(rename = "freesAt", skip_serializing_if = "Option::is_none")]
        frees_at: Option<DateTime<Utc>>,
    },
}

/// Pays somebody: by their phone number or e-mail address, by a scanned code, or a saved contact. The same key again answers the same,
/// with the header `Idempotency-Replayed: true`, and moves nothing.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "transfer",
    security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry")),
    request_body = TransferBody,
    responses(
        (status = 201, description = "The money moved", body = ReceiptView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        MovingMoney,
    )
)]
#[post("/api/wallet/transfers")]
pub(super) async fn transfer(
    state: Data<State>,
    identity: Identity,
    key: IdempotencyKey,
    body: Body<TransferBody>,
) -> ApiResult<HttpResponse> {
    let asked = AskedTransfer::read(body.0, &state.config.regions)?;
    let wish = wish(&identity, &key, asked.fingerprint())?;
    let key = wish.key.clone();
    let reply = match desk::prepare(&state, Transfer { identity, wish, asked }).await? {
        Step::Answered(reply) => reply,
        Step::ToDo(order) => state.post(order).await?,
    };
    answer(&state, key, reply).await
}

/// Says who would receive and what it would cost. Moves nothing, promises nothing about the balance.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "quoteTransfer",
    security(("bearer" = [])),
    request_body = TransferBody,
    responses((status = 200, description = "What the transfer would do", body = QuoteView), MovingMoney)
)]
#[post("/api/wallet/transfers/quote")]
pub(super) async fn quote(
    state: Data<State>,
    identity: Identity,
    body: Body<TransferBody>,
) -> ApiResult<Json<QuoteView>> {
    let asked = AskedTransfer::read(body.0, &state.config.regions)?;
    let shared = state.clone();
    let view = state.database.run(move |conn| {
        let target = asked.target(conn, &shared, identity.user)?;
        let quote = shared.wallets.quote(conn, identity.user, &target, asked.amount)?;
        Ok::<_, ApiError>(QuoteView {
            receiver: receiver(conn, &shared.auth, quote.receiver, quote.shop.as_ref())?,
            merchant: quote.shop.as_ref().map(ShopView::from),
            amount: quote.amount.francs(),
            fee: quote.fee.francs(),
            total: quote.total.francs(),
            pin_required: quote.amount.francs() > shared.config.pin_required_above,
            limits: quote.limits.into_iter().map(OwnLimitView::from).collect(),
            new_device: NewDeviceView::of(conn, &shared, &identity)?,
        })
    });
    Ok(Json(view.await?))
}

/// Did it go through? What became of the wish that the caller sent with this key, after an answer that was lost.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "transferByKey",
    security(("bearer" = [])),
    params(("key" = String, Path, description = "The `Idempotency-Key` of the lost request, percent-encoded")),
    responses(
        (status = 200, description = "It was decided: done or refused", body = OutcomeView),
        (status = 404, description = "Nothing was done with this key: `wallet.key_unknown`", body = crate::error::Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/wallet/transfers/by-key/{key}")]
pub(super) async fn by_key(
    state: Data<State>,
    identity: Identity,
    key: Path<String>,
) -> ApiResult<Json<OutcomeView>> {
    let unknown = || ApiError::new(&codes::KEY_UNKNOWN);
    // What the header would not take is no key that was ever sent: a mistake to say, not an answer about money.
    let key = IdempotencyKey::parse(&key).map_err(|_| ApiError::field("key", &KEY_INVALID))?;
    let key = ledger::IdempotencyKey::parse(identity.user, key.as_str())
        .map_err(|_| ApiError::field("key", &KEY_INVALID))?;
    let wallets = state.wallets.clone();
    let stored = state.database.run(move |conn| {
        let stored = wallets.find_outcome(conn, &key)?;
        Ok::<_, ApiError>((stored, wallets.frees_at(conn, &key)?))
    });
    let (stored, frees_at) = stored.await?;
    Ok(Json(match stored.ok_or_else(unknown)?.outcome {
        Outcome::Accepted(receipt) => OutcomeView::Done { receipt: receipt.into() },
        Outcome::Refused(refusal) => OutcomeView::Refused {
            code: refusal.code().code,
            detail: context::current().language.pick(refusal.code()),
            frees_at,
        },
    }))
}

/// Gives a transfer back, whole or in part. Only who received it can; all the parts together never exceed it.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "refund",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The id of the transfer that was received", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry"),
    ),
    request_body = RefundBody,
    responses(
        (status = 201, description = "The money went back", body = ReceiptView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        MovingMoney,
    )
)]
#[post("/api/wallet/transfers/{id}/refund")]
pub(super) async fn refund(
    state: Data<State>,
    identity: Identity,
    id: PathId<TransactionId>,
    key: IdempotencyKey,
    body: Body<RefundBody>,
) -> ApiResult<HttpResponse> {
    let amount = body.0.amount.map(bodies::amount).transpose()?;
    let note = bodies::note("note", body.0.note.as_deref())?;
    let wish = wish(&identity, &key, fingerprint::refund(id.0, amount, note.as_ref().map(Note::as_str)))?;
    let wallets = state.wallets.clone();
    perform(&state, identity, wish, move |conn, wish| {
        Ok(wallets.prepare_refund(conn, RefundCommand { wish, of: id.0, amount, note })?)
    })
    .await
}
