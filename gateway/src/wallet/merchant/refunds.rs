//! What was paid at a till is given back there.

use crate::{
    error::ApiResult,
    extract::{IdempotencyKey, Identity, Json as Body, PathId},
    state::State,
    wallet::{
        bodies,
        posting::{perform, wish},
        problems::AtTill,
        views::ReceiptView,
    },
};
use actix_web::{HttpResponse, http::header::LOCATION, post, web::Data};
use hostolink_kernel::{TillId, TransactionId};
use hostolink_ledger::Note;
use hostolink_wallet::{TillRefund, fingerprint};
use serde::Deserialize;
use utoipa::ToSchema;

/// What to give back.
#[derive(Debug, Deserialize, ToSchema)]
struct TillRefundBody {
    /// The id of the payment, from the till's statement.
    #[schema(value_type = String, format = Uuid)]
    transaction: TransactionId,
    /// Whole francs CFA; all that is left of the payment where it is left out.
    #[schema(minimum = 1, example = 500)]
    amount: Option<i64>,
    /// A few words for who paid.
    #[schema(max_length = 140)]
    note: Option<String>,
}

/// Gives back what was paid at a till, out of what is in it. A cashier may do so as far as the merchant allows in a day; the merchant
/// may also take back any payment with `/api/wallet/transfers/{id}/refund`.
#[utoipa::path(
    tag = "Merchants",
    operation_id = "refundAtTill",
    security(("bearer" = [])),
    params(
        ("id" = String, Path, description = "The till's id", format = Uuid),
        ("Idempotency-Key" = String, Header, description = "Drawn at random on the device for this wish, kept for every retry"),
    ),
    request_body = TillRefundBody,
    responses(
        (status = 201, description = "The money went back; `balanceAfter` is the till's", body = ReceiptView, headers(("Idempotency-Replayed" = String, description = "`true` where an earlier request with this key did it"))),
        AtTill,
    )
)]
#[post("/api/tills/{id}/refunds")]
pub(super) async fn refund(
    state: Data<State>,
    identity: Identity,
    id: PathId<TillId>,
    key: IdempotencyKey,
    body: Body<TillRefundBody>,
) -> ApiResult<HttpResponse> {
    let (till, of) = (id.0, body.0.transaction);
    let amount = body.0.amount.map(bodies::amount).transpose()?;
    let note = bodies::note("note", body.0.note.as_deref())?;
    let words = note.as_ref().map(Note::as_str);
    let wish = wish(&identity, &key, fingerprint::till_refund(till, of, amount, words))?;
    let wallets = state.wallets.clone();
    let prepared = move |conn: &mut _, wish| {
        Ok(wallets.prepare_till_refund(conn, TillRefund { wish, till, of, amount, note })?)
    };
    let mut response = perform(&state, identity, wish, prepared).await?;
    // The transaction is the payer's and the merchant's to look up: a cashier finds it in the till's statement.
    response.headers_mut().remove(LOCATION);
    Ok(response)
}
