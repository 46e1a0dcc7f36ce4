//! Advertisements and money: a budget is set aside before anything is shown, what was spent is taken when it is over, and the rest let go. Each
//! step is written down before and after the ledger is asked; a process that dies in between is taken up again by any other.

use crate::{
    error::{ApiError, ApiResult, KEY_REUSED},
    extract::{IdempotencyKey, Identity},
    media::uploads,
    social::together,
    state::State,
    wallet::posting::{self, Purpose},
};
use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use hostolink_audit::Actor;
use hostolink_kernel::TransactionId;
use hostolink_ledger::{Outcome, Refusal, Reply};
use hostolink_social::{Advertisement, AdvertisementState, Funding, Settling};
use hostolink_wallet::{PaidService, fingerprint};
use uuid::Uuid;

const AT_ONCE: i64 = 100;
/// What the ledger calls it, once for each.
const KIND: &str = "publicite";
/// What its picture is claimed as.
pub(crate) const PICTURED: &str = "advertisement";

const fn service(id: Uuid) -> PaidService {
    PaidService { kind: KIND, id }
}

/// Until when money is set aside: long enough to take what was spent, even if nobody could for weeks.
fn held_until(to: DateTime<Utc>) -> DateTime<Utc> {
    to + TimeDelta::days(60)
}

/// Sets the budget of one of the caller's advertisements aside.
pub(crate) async fn fund(
    state: &Data<State>,
    identity: Identity,
    (id, key): (Uuid, &IdempotencyKey),
    actor: Actor,
) -> ApiResult<Advertisement> {
    let wish = posting::wish(&identity, key, fingerprint::service(KIND, id))?;
    let shared = state.clone();
    let prepare = move |conn: &mut PgConnection, wish| {
        let funding = shared.social.begin_funding(conn, identity.user, id)?;
        let bounds = (funding.budget, held_until(funding.to));
        Ok(shared.wallets.prepare_house_hold(conn, wish, service(id), bounds)?)
    };
    let reply = posting::decide(state, identity, wish, Purpose::Spending, prepare).await;
    let Reply::Done { outcome, .. } = reply? else {
        return Err(ApiError::field("Idempotency-Key", &KEY_REUSED));
    };
    let shared = state.clone();
    let write = move |conn: &mut PgConnection| match outcome {
        Outcome::Accepted(receipt) => {
            Ok(shared.social.funded(conn, id, receipt.transaction.uuid(), &actor)?)
        }
        Outcome::Refused(refusal) => not_funded(conn, &shared, id, (refusal, &actor)),
    };
    state.database.run(write).await
}

/// The ledger refused: it is a draft again, unless another request had it set aside before.
fn not_funded(
    conn: &mut PgConnection,
    state: &State,
    id: Uuid,
    (refusal, actor): (Refusal, &Actor),
) -> ApiResult<Advertisement> {
    if let Some(hold) = state.wallets.house_hold(conn, service(id))? {
        return Ok(state.social.funded(conn, id, hold.uuid(), actor)?);
    }
    state.social.not_funded(conn, id)?;
    Err(ApiError::new(refusal.code()))
}

/// Ends one of the caller's. Of a draft no budget is set aside any more; where it was a moment ago, it is let go as of any other.
pub(crate) fn end(
    conn: &mut PgConnection,
    state: &State,
    id: Uuid,
    actor: &Actor,
) -> ApiResult<Advertisement> {
    together(conn, |conn| {
        let ended = state.social.end_advertisement(conn, id, actor)?;
        if ended.state != AdvertisementState::Ended {
            return Ok(ended);
        }
        uploads::release(conn, PICTURED, &[id])?;
        // Last: orders wait meanwhile.
        match state.wallets.close_house_hold(conn, service(id))? {
            Some(hold) => Ok(state.social.funded(conn, id, hold.uuid(), actor)?),
            None => Ok(ended),
        }
    })
}

/// Takes up what was begun, and settles what is over. Any number of processes may.
///
/// # Errors
/// Why it could not go on; what is left is due at the next turn.
pub async fn settle(state: Data<State>) -> Result<(), String> {
    take_up(&state).await.map_err(|error| error.to_string())?;
    settle_ended(&state).await.map_err(|error| error.to_string())
}

/// Budgets that were to be set aside by who died before they wrote down what came of it.
async fn take_up(state: &Data<State>) -> ApiResult<()> {
    let shared = state.clone();
    let take_up = move |conn: &mut PgConnection| -> ApiResult<()> {
        for Funding { id, .. } in shared.social.unanswered_fundings(conn, AT_ONCE)? {
            match shared.wallets.house_hold(conn, service(id))? {
                Some(hold) => drop(shared.social.funded(conn, id, hold.uuid(), &Actor::default())?),
                None => shared.social.not_funded(conn, id)?,
            }
        }
        Ok(())
    };
    state.database.run(take_up).await
}

async fn settle_ended(state: &Data<State>) -> ApiResult<()> {
    loop {
        let social = state.social.clone();
        let due = state.database.run(move |conn| social.advertisements_to_settle(conn, AT_ONCE)).await?;
        let is_last = due.len() < usize::try_from(AT_ONCE).unwrap_or_default();
        for ended in due {
            settle_one(state, ended).await?;
        }
        if is_last {
            return Ok(());
        }
    }
}

async fn settle_one(state: &Data<State>, ended: Settling) -> ApiResult<()> {
    let wallets = state.wallets.clone();
    let hold = TransactionId::new(ended.hold);
    let prepare = move |conn: &mut PgConnection| {
        wallets.prepare_house_settlement(conn, service(ended.id), (hold, ended.spent), ended.ended_at)
    };
    let order = state.database.run(prepare).await?;
    let settlement = match state.post(order).await? {
        Reply::Done { outcome: Outcome::Accepted(receipt), .. } => Some(receipt.transaction.uuid()),
        Reply::Done { outcome: Outcome::Refused(refusal), .. } => {
            // The money was let go otherwise: nobody could settle it for weeks.
            tracing::error!(advertisement = %ended.id, code = refusal.code().code, "an advertisement's money can't be taken");
            None
        }
        // The same advertisement always asks for the same.
        _ => None,
    };
    let social = state.social.clone();
    let settled = move |conn: &mut PgConnection| {
        together(conn, |conn| {
            social.settled(conn, ended.id, settlement)?;
            // It is shown no more: its picture leaves the store.
            uploads::release(conn, PICTURED, &[ended.id])?;
            Ok(())
        })
    };
    state.database.run(settled).await
}
