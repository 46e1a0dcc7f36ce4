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
use hostolink_auth::Auth;
use hostolink_kernel::DomainError;
use hostolink_ledger::{self as ledger, Fingerprint, Order, Outcome, Refusal, Reply};
use hostolink_wallet::Wish;

/// Says that the answer is that of an earlier request with the same key.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What a wish does to the money of who has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It may leave: a larger sum needs the device's PIN.
    Spending,
    /// It stays theirs, only comes in, or goes back to whom it was set aside of.
    Receiving,
}

/// What a wish comes to before the ledger hears of it.
#[derive(Debug)]
pub(super) enum Step {
    /// It came before.
    Answered(Reply),
    /// This does it.
    ToDo(Order),
}

/// The caller's wish under their key.
pub(crate) fn wish(identity: &Identity, key: &IdempotencyKey, fingerprint: Fingerprint) -> ApiResult<Wish> {
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

/// The same, where it may be one of a new device: from when on it is none.
pub(super) fn refused_until(error: hostolink_wallet::Error, known_at: Option<DateTime<Utc>>) -> ApiError {
    let refused = refused(error);
    if refused.code() == Refusal::NewDevice.code() { refused.frees_at(known_at) } else { refused }
}

/// Does a wish that spends, and answers with the receipt.
pub(super) async fn perform(
    state: &State,
    identity: Identity,
    wish: Wish,
    prepare: impl FnOnce(&mut PgConnection, Wish) -> ApiResult<Order> + Send + 'static,
) -> ApiResult<HttpResponse> {
    let key = wish.key.clone();
    let reply = decide(state, identity, wish, Purpose::Spending, prepare).await?;
    answer(state, key, reply).await
}

/// The same for a wish that leaves nobody's money to anybody else.
pub(super) async fn perform_within(
    state: &State,
    identity: Identity,
    wish: Wish,
    prepare: impl FnOnce(&mut PgConnection, Wish) -> ApiResult<Order> + Send + 'static,
) -> ApiResult<HttpResponse> {
    let key = wish.key.clone();
    let reply = decide(state, identity, wish, Purpose::Receiving, prepare).await?;
    answer(state, key, reply).await
}

/// Does a wish once: answers an earlier one with the same key, or prepares its order and hands it to the ledger. No
/// connection is held while the writer works.
pub(crate) async fn decide(
    state: &State,
    identity: Identity,
    wish: Wish,
    purpose: Purpose,
    prepare: impl FnOnce(&mut PgConnection, Wish) -> ApiResult<Order> + Send + 'static,
) -> ApiResult<Reply> {
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let pin_above = state.config.pin_required_above;
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
            Ok(mut order) => {
                if purpose == Purpose::Spending {
                    require_pin(conn, (&auth, pin_above), &identity, &order)?;
                    if let Some(device) = wallets.new_device(conn, identity.user, identity.device_since)? {
                        device.limit(&mut order);
                    }
                }
                Ok(Step::ToDo(order))
            }
            // What stands in the way may be this same wish, done a moment ago by a twin of this request.
            Err(refusal) => earlier(conn)?.ok_or(refusal),
        }
    });
    match step.await? {
        Step::Answered(reply) => Ok(reply),
        Step::ToDo(order) => state.post(order).await,
    }
}

/// Refuses a larger sum until the device's PIN was shown. Before the ledger hears of it: this refusal is no outcome, the same key goes on
/// once it was.
pub(super) fn require_pin(
    conn: &mut PgConnection,
    (auth, above): (&Auth, i64),
    identity: &Identity,
    order: &Order,
) -> ApiResult<()> {
    if order.action.amount().is_some_and(|amount| amount.francs() > above) {
        auth.require_pin(conn, identity.session)?;
    }
    Ok(())
}

/// Refuses what would let money leave without the caller's device, past the limit of what a new one sends.
pub(super) fn refuse_new_device(
    conn: &mut PgConnection,
    state: &State,
    identity: &Identity,
) -> ApiResult<()> {
    match state.wallets.new_device(conn, identity.user, identity.device_since)? {
        Some(device) => Err(ApiError::new(Refusal::NewDevice.code()).frees_at(Some(device.until))),
        None => Ok(()),
    }
}

/// 201 with the receipt, or the refusal; a replay says so in a header and is otherwise the same.
pub(super) async fn answer(
    state: &State,
    key: ledger::IdempotencyKey,
    reply: Reply,
) -> ApiResult<HttpResponse> {
    let Reply::Done { outcome, replayed } = reply else {
        return Err(ApiError::field("Idempotency-Key", &KEY_REUSED));
    };
    let frees_at = match outcome {
        Outcome::Refused(refusal) if refusal.frees() => {
            let wallets = state.wallets.clone();
            state.database.run(move |conn| wallets.frees_at(conn, &key)).await?
        }
        _ => None,
    };
    let mut response = match outcome {
        Outcome::Accepted(receipt) => HttpResponse::Created()
            .insert_header((LOCATION, format!("/api/wallet/transactions/{}", receipt.transaction)))
            .json(ReceiptView::from(receipt)),
        Outcome::Refused(refusal) => ApiError::new(refusal.code()).frees_at(frees_at).error_response(),
    };
    if replayed {
        mark_replayed(&mut response);
    }
    Ok(response)
}

/// Says that an earlier request with the same key did it.
pub(super) fn mark_replayed(response: &mut HttpResponse) {
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
}
