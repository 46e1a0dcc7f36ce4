//! What support does to somebody's money: freeze, thaw, give back.

use crate::{
    auth::{actor, moderation::ReasonBody, notices},
    error::{ApiError, ApiResult, Problem},
    extract::{IdempotencyKey, Identity, Json as Body, PathId},
    state::State,
    wallet::{
        bodies,
        posting::{perform, wish},
        problems::MovingMoney,
        views::ReceiptView,
    },
};
use actix_web::{HttpResponse, post, web::Data};
use diesel::PgConnection;
use hostolink_auth::ModerationReason;
use hostolink_kernel::{TransactionId, UserPublicId};
use hostolink_notifier::Notice;
use hostolink_wallet::{Error, FreezeMeasure, SupportRefund, Wallets, fingerprint};
use serde::Deserialize;
use utoipa::ToSchema;

/// Freezes all the money of somebody below one's own level: nothing comes in and nothing goes out. They are told.
#[utoipa::path(
    tag = "Back office",
    operation_id = "freezeWallet",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Whose: the person's id", format = Uuid)),
    request_body = ReasonBody,
    responses(
        (status = 204, description = "It is frozen"),
        (status = 409, description = "An administrator froze it before: `wallet.already_frozen`", body = Problem, content_type = "application/problem+json"),
        MovingMoney,
    )
)]
#[post("/api/admin/wallets/{id}/freeze")]
pub(super) async fn freeze(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
    body: Body<ReasonBody>,
) -> ApiResult<HttpResponse> {
    act(&state, identity, id.0, body.0.reason(), Wallets::freeze, Notice::MoneyFrozen).await
}

/// Takes such a freeze back. Money of who is about to leave stays frozen for that. They are told.
#[utoipa::path(
    tag = "Back office",
    operation_id = "unfreezeWallet",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "Whose: the person's id", format = Uuid)),
    request_body = ReasonBody,
    responses(
        (status = 204, description = "No administrator freezes it any more"),
        (status = 409, description = "No administrator froze it: `wallet.not_frozen`", body = Problem, content_type = "application/problem+json"),
        MovingMoney,
    )
)]
#[post("/api/admin/wallets/{id}/unfreeze")]
pub(super) async fn unfreeze(
    state: Data<State>,
    identity: Identity,
    id: PathId<UserPublicId>,
    body: Body<ReasonBody>,
) -> ApiResult<HttpResponse> {
    act(&state, identity, id.0, body.0.reason(), Wallets::unfreeze, Notice::MoneyThawed).await
}

type Measure = fn(&Wallets, &mut PgConnection, &FreezeMeasure) -> Result<(), Error>;

async fn act(
    state: &State,
    identity: Identity,
    public_id: UserPublicId,
    reason: ModerationReason,
    measure: Measure,
    notice: Notice,
) -> ApiResult<HttpResponse> {
    let (auth, wallets, by) = (state.auth.clone(), state.wallets.clone(), actor(Some(&identity)));
    let done = state.database.run(move |conn| {
        identity.confirm(&auth, conn)?;
        let person = auth.find_user(conn, public_id)?.ok_or_else(ApiError::not_found)?;
        if auth.me(conn, person)?.role.level() >= identity.role.level() {
            return Err(hostolink_auth::Error::RoleForbidden.into());
        }
        measure(&wallets, conn, &FreezeMeasure { person, public_id, by, reason: reason.as_str() })?;
        Ok::<_, ApiError>(person)
    });
    notices::tell_once(state, done.await?, notice).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Why support gives money back.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RefundReason {
    /// It went to somebody else than meant.
    WrongRecipient,
    /// It was paid twice.
    Duplicate,
    /// The payer was deceived.
    Fraud,
    /// What was paid for never came.
    NotDelivered,
    /// An authority asked for it.
    LegalRequest,
    /// A defect of ours.
    Malfunction,
}

impl RefundReason {
    /// Its name in the log.
    const fn as_str(self) -> &'static str {
        match self {
            Self::WrongRecipient => "wrong_recipient",
            Self::Duplicate => "duplicate",
            Self::Fraud => "fraud",
            Self::NotDelivered => "not_delivered",
            Self::LegalRequest => "legal_request",
            Self::Malfunction => "malfunction",
        }
    }
}

/// How much to give back, and why.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SupportRefundBody {
    /// Whole francs CFA; the whole transaction is undone, what it cost included, where it is left out.
    #[schema(minimum = 1, example = 500)]
    amount: Option<i64>,
    /// It is written down.
    reason: RefundReason,
}

/// Gives a transaction back for its receiver: undoes it whole, what it cost included, or gives a part of it back. Nobody does so
/// with a transaction of their own.
#[utoipa::path(
    tag = "Back office",
    operation_id = "refundBySupport",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The transaction's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry"),
    ),
    request_body = SupportRefundBody,
    responses(
        (status = 201, description = "The money went back", body = ReceiptView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        MovingMoney,
    )
)]
#[post("/api/admin/transactions/{id}/refund")]
pub(super) async fn refund(
    state: Data<State>,
    identity: Identity,
    id: PathId<TransactionId>,
    key: IdempotencyKey,
    body: Body<SupportRefundBody>,
) -> ApiResult<HttpResponse> {
    let (of, reason, by) = (id.0, body.0.reason.as_str(), actor(Some(&identity)));
    let amount = body.0.amount.map(bodies::amount).transpose()?;
    let wish = wish(&identity, &key, fingerprint::support_refund(of, amount, reason))?;
    let shared = state.clone();
    perform(&state, identity, wish, move |conn, wish| {
        let refund = shared.wallets.prepare_support_refund(conn, wish, of, amount)?;
        // Before it is written down that it was ordered, and also where it undoes the whole.
        if refund.amount.francs() > shared.config.pin_required_above {
            shared.auth.require_pin(conn, identity.session)?;
        }
        let SupportRefund { order, .. } = refund;
        shared.wallets.log_support_refund(conn, &by, of, amount, reason)?;
        Ok(order)
    })
    .await
}
