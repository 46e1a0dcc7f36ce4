//! Files of payments: identity says who receives, money pays them.

use crate::{
    error::{ApiError, ApiResult},
    state::State,
};
use actix_web::web::Data;
use diesel::PgConnection;
use hostolink_audit::Actor;
use hostolink_auth::{Error, Found, NameMatch};
use hostolink_kernel::{DomainError, Identifier, UserId};
use hostolink_wallet::{
    Bulk, BulkMode, CheckedLine, DueLine, LineOutcome, NameVerdict, NewBulk, codes, parse_bulk_file,
};

/// Lines that are handed to the ledger at once.
const AT_ONCE: i64 = 200;

/// Reads a file, looks its people up at once, and keeps it for its owner's word.
pub(crate) fn draft(
    conn: &mut PgConnection,
    state: &State,
    owner: UserId,
    file: &[u8],
    actor: Actor,
) -> ApiResult<Bulk> {
    let asked = parse_bulk_file(file, &state.config.regions)
        .map_err(|error| ApiError::field("file", error.code()))?;
    let right = asked.iter().filter(|line| line.error.is_none());
    let named: Vec<(&Identifier, Option<&str>)> =
        right.filter_map(|line| Some((line.identifier.as_ref()?, line.name.as_deref()))).collect();
    let found = match state.auth.look_up_many(conn, owner, &named) {
        Ok(found) => found,
        Err(Error::TooMany(wait)) => {
            return Err(ApiError::new(&codes::TOO_MANY_LOOKUPS).retry_after(wait));
        }
        Err(error) => return Err(error.into()),
    };
    let mut found = found.into_iter();
    let mut lines = Vec::with_capacity(asked.len());
    for asked in asked {
        // One for each line that is right, in their order.
        let receiver = if asked.error.is_none() { found.next().flatten().as_ref().map(judged) } else { None };
        lines.push(CheckedLine { asked, receiver });
    }
    Ok(state.wallets.draft_bulk(conn, NewBulk { owner, lines, actor })?)
}

fn judged(found: &Found) -> (UserId, NameVerdict) {
    let verdict = match found.name {
        NameMatch::Same => NameVerdict::Same,
        NameMatch::Close => NameVerdict::Close,
        NameMatch::Different => NameVerdict::Different,
        NameMatch::Unknown => NameVerdict::Unknown,
    };
    (found.recipient.user, verdict)
}

/// Pays the files that were confirmed. Any number of processes may: each takes a file that nobody is paying, and a line has one key, so
/// that whatever died in between is found done or is done then.
///
/// # Errors
/// Why it could not go on; another turn does, ten seconds later.
pub async fn pay_confirmed(state: Data<State>) -> Result<(), String> {
    loop {
        let wallets = state.wallets.clone();
        let taken = state.database.run(move |conn| wallets.take_bulk(conn)).await;
        let Some(bulk) = taken.map_err(|error| error.to_string())? else { return Ok(()) };
        while pay_some(&state, &bulk).await? {}
    }
}

/// Pays the next lines of a file; `false` where none was left.
async fn pay_some(state: &Data<State>, bulk: &Bulk) -> Result<bool, String> {
    let (wallets, taken) = (state.wallets.clone(), bulk.clone());
    let due = state.database.run(move |conn| wallets.next_of_bulk(conn, &taken, AT_ONCE)).await;
    let Some(due) = due.map_err(|error| error.to_string())? else { return Ok(false) };
    let (outcomes, is_away) = match bulk.mode {
        Some(BulkMode::Atomic) => (together(state, due).await?, false),
        _ => one_by_one(state, due).await,
    };
    let (wallets, taken) = (state.wallets.clone(), bulk.clone());
    let settled = state.database.run(move |conn| wallets.settle_bulk(conn, &taken, &outcomes)).await;
    settled.map_err(|error| error.to_string())?;
    if is_away { Err("the ledger did not answer to every order".to_owned()) } else { Ok(true) }
}

/// Hands all of them to the ledger at once, which does them in few batches. What it did not answer to stays as it is.
async fn one_by_one(state: &Data<State>, due: Vec<DueLine>) -> (Vec<(u32, LineOutcome)>, bool) {
    let posted = due.into_iter().map(|due| async move { (due.number, state.post(due.order).await) });
    let mut outcomes = Vec::new();
    let mut is_away = false;
    for (number, reply) in futures_util::future::join_all(posted).await {
        match reply {
            Ok(reply) => outcomes.push((number, LineOutcome::from(&reply))),
            Err(_) => is_away = true,
        }
    }
    (outcomes, is_away)
}

/// Has the ledger do all of them or none.
async fn together(state: &Data<State>, due: Vec<DueLine>) -> Result<Vec<(u32, LineOutcome)>, String> {
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let (numbers, orders): (Vec<_>, Vec<_>) = due.into_iter().map(|due| (due.number, due.order)).unzip();
    let ledger = state.ledger.clone();
    let replies = state.database.run(move |conn| ledger.post_together(conn, &orders)).await;
    let replies = replies.map_err(|error: hostolink_ledger::Error| error.to_string())?;
    state.streams.kick();
    Ok(numbers.into_iter().zip(replies.iter().map(LineOutcome::from)).collect())
}
