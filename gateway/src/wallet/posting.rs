//! One way for every wish that moves money: its key first, then its order, then the writer.

use super::views::ReceiptView;
use crate::{
    error::{ApiError, ApiResult, KEY_INVALID, KEY_REUSED},
    extract::{IdempotencyKey, Identity},
    state::State,
};
use actix_web::{
    HttpResponse, ResponseError,
    http::header::{HeaderName, HeaderValue, LOCATION},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::DomainError;
use hostolink_ledger::{self as ledger, Fingerprint, Order, Outcome, Reply};
use hostolink_wallet::Wish;

/// Says that the answer is that of an earlier request with the same key.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

enum Step {
    Answered(Reply),
    ToDo(Order),
}

/// The caller's wish under their key.
pub(super) fn wish(identity: &Identity, key: &IdempotencyKey, fingerprint: Fingerprint) -> ApiResult<Wish> {
    let key = ledger::IdempotencyKey::parse(identity.user, key.as_str())
        .map_err(|_| ApiError::field("Idempotency-Key", &KEY_INVALID))?;
    Ok(Wish { key, fingerprint })
}

/// A refusal of the wallet's, where a key may have been used for another wish.
pub(super) fn refused(error: hostolink_wallet::Error) -> ApiError {
    if error.code() == &ledger::KEY_REUSED {
        ApiError::field("Idempotency-Key", &KEY_REUSED)
    } else {
        error.into()
    }
}

/// Does a wish once: answers an earlier one with the same key, or prepares its order and hands it to the ledger. No
/// connection is held while the writer works.
pub(super) async fn perform(
    state: &State,
    identity: Identity,
    wish: Wish,
    prepare: impl FnOnce(&mut PgConnection, Wish) -> ApiResult<Order> + Send + 'static,
) -> ApiResult<HttpResponse> {
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let (key, pin_above) = (wish.key.clone(), state.config.pin_required_above);
    let step = state.database.run(move |conn| {
        identity.confirm(&auth, conn)?;
        let earlier = |conn: &mut PgConnection| -> ApiResult<Option<Step>> {
            let stored = wallets.find_outcome(conn, &wish.key)?;
            Ok(stored.map(|stored| Step::Answered(stored.reply(&wish.fingerprint))))
        };
        if let Some(step) = earlier(conn)? {
            return Ok(step);
        }
        match prepare(conn, wish.clone()) {
            Ok(order) => {
                // Before the ledger hears of it: this refusal is no outcome, the same key goes on once the PIN is shown.
                if order.action.amount().is_some_and(|amount| amount.francs() > pin_above) {
                    auth.require_pin(conn, identity.session)?;
                }
                Ok(Step::ToDo(order))
            }
            // What stands in the way may be this same wish, done a moment ago by a twin of this request.
            Err(refusal) => earlier(conn)?.ok_or(refusal),
        }
    });
    let reply = match step.await? {
        Step::Answered(reply) => reply,
        Step::ToDo(order) => state.post(order).await?,
    };
    let frees_at = match reply {
        Reply::Done { outcome: Outcome::Refused(refusal), .. } if refusal.frees() => {
            let wallets = state.wallets.clone();
            state.database.run(move |conn| wallets.frees_at(conn, &key)).await?
        }
        _ => None,
    };
    answer(reply, frees_at)
}

/// 201 with the receipt, or the refusal; a replay says so in a header and is otherwise the same.
fn answer(reply: Reply, frees_at: Option<DateTime<Utc>>) -> ApiResult<HttpResponse> {
    let Reply::Done { outcome, replayed } = reply else {
        return Err(ApiError::field("Idempotency-Key", &KEY_REUSED));
    };
    let mut response = match outcome {
        Outcome::Accepted(receipt) => HttpResponse::Created()
            .insert_header((LOCATION, format!("/api/wallet/transactions/{}", receipt.transaction)))
            .json(ReceiptView::from(receipt)),
        Outcome::Refused(refusal) => ApiError::new(refusal.code()).frees_at(frees_at).error_response(),
    };
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}
