//! Where transfers are prepared. Each needs half a dozen looks into the database, and together they need as many: those that come while
//! others are being prepared are prepared together. Under load the groups grow, idle there is no delay, as with the ledger's writer behind it.

use super::{
    bodies::AskedTransfer,
    posting::{Step, require_pin},
};
use crate::{
    error::{ApiError, ApiResult},
    extract::Identity,
    state::State,
};
use actix_web::{rt, web::Data};
use diesel::PgConnection;
use hostolink_auth::Session;
use hostolink_kernel::SessionId;
use hostolink_ledger::{self as ledger, IdempotencyKey, StoredOutcome};
use hostolink_wallet::{TransferCommand, Wish};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// The most transfers prepared together.
const AT_ONCE: usize = 64;
/// How many groups are prepared at a time: one that has to wait for a lock does not keep everybody.
const GROUPS: usize = 3;
/// Transfers that may wait before more are refused.
const CAPACITY: usize = 8_192;

/// The transfers that wait.
#[derive(Debug)]
pub(crate) struct Desk {
    waiting: Mutex<VecDeque<Waiting>>,
    groups: Arc<Semaphore>,
}

/// A transfer that somebody asks for.
#[derive(Debug)]
pub(super) struct Transfer {
    pub(super) identity: Identity,
    pub(super) wish: Wish,
    pub(super) asked: AskedTransfer,
}

#[derive(Debug)]
struct Waiting {
    transfer: Transfer,
    answer: oneshot::Sender<ApiResult<Step>>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { waiting: Mutex::default(), groups: Arc::new(Semaphore::new(GROUPS)) }
    }

    /// Takes a transfer, unless too many wait.
    fn take(&self, waiting: Waiting) -> ApiResult<()> {
        let mut queue = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.len() >= CAPACITY {
            return Err(ledger::Error::Busy.into());
        }
        queue.push_back(waiting);
        Ok(())
    }

    fn next_group(&self) -> Vec<Waiting> {
        let mut queue = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let most = queue.len().min(AT_ONCE);
        queue.drain(..most).collect()
    }

    fn has_waiting(&self) -> bool {
        !self.waiting.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn turn(&self) -> Option<OwnedSemaphorePermit> {
        self.groups.clone().try_acquire_owned().ok()
    }
}

/// What a transfer comes to: an earlier outcome of its key, or the order that does it.
pub(super) async fn prepare(state: &Data<State>, transfer: Transfer) -> ApiResult<Step> {
    let (answer, answered) = oneshot::channel();
    state.desk.take(Waiting { transfer, answer })?;
    if let Some(turn) = state.desk.turn() {
        // A task of its own: whoever asked may go, and the others of the group go on.
        rt::spawn(serve(state.clone(), turn));
    }
    answered.await.unwrap_or_else(|_| Err(ledger::Error::Busy.into()))
}

/// Prepares what waits, until nothing does.
async fn serve(state: Data<State>, mut turn: OwnedSemaphorePermit) {
    loop {
        let group = state.desk.next_group();
        if group.is_empty() {
            drop(turn);
            // Somebody may have come in between, and found no turn free.
            let next = if state.desk.has_waiting() { state.desk.turn() } else { None };
            let Some(next) = next else { return };
            turn = next;
            continue;
        }
        let shared = state.clone();
        let prepared = state.database.run(move |conn| {
            answer(conn, &shared, group);
            Ok::<_, ApiError>(())
        });
        if let Err(error) = prepared.await {
            // Whoever waited hears that it can be sent again: their answers went with the group.
            tracing::warn!(%error, "transfers could not be prepared");
        }
    }
}

/// Prepares a group and answers each. Where nothing can be said of all together, one of them may be to blame: each is asked alone.
fn answer(conn: &mut PgConnection, state: &State, group: Vec<Waiting>) {
    let (transfers, answers): (Vec<Transfer>, Vec<_>) =
        group.into_iter().map(|waiting| (waiting.transfer, waiting.answer)).unzip();
    let steps = prepare_all(conn, state, &transfers).unwrap_or_else(|_| {
        let alone = |transfer| {
            let steps = prepare_all(conn, state, std::slice::from_ref(transfer))?;
            steps.into_iter().next().unwrap_or_else(|| Err(ledger::Error::Away.into()))
        };
        transfers.iter().map(alone).collect()
    });
    for (answer, step) in answers.into_iter().zip(steps) {
        // Who asked may be gone: nothing has moved.
        let _ = answer.send(step);
    }
}

fn prepare_all(
    conn: &mut PgConnection,
    state: &State,
    transfers: &[Transfer],
) -> ApiResult<Vec<ApiResult<Step>>> {
    let sessions: Vec<SessionId> = transfers.iter().map(|transfer| transfer.identity.session).collect();
    let sessions = state.auth.sessions_by_id(conn, &sessions)?;
    let earlier = outcomes(conn, state, transfers.iter())?;
    let mut commands = Vec::with_capacity(transfers.len());
    let steps: Vec<ApiResult<Option<Step>>> = transfers
        .iter()
        .map(|transfer| {
            transfer.confirm(&sessions)?;
            if let Some(step) = transfer.step_of(&earlier) {
                return Ok(Some(step));
            }
            commands.push(transfer.command(conn, state)?);
            Ok(None)
        })
        .collect();
    let above = state.config.pin_required_above;
    let mut orders = state.wallets.prepare_transfers(conn, commands)?.into_iter();
    let steps: Vec<ApiResult<Step>> = steps
        .into_iter()
        .zip(transfers)
        .map(|(step, transfer)| match step? {
            Some(step) => Ok(step),
            None => {
                let order = orders.next().unwrap_or(Err(ledger::Error::Away.into()))?;
                require_pin(conn, (&state.auth, above), &transfer.identity, &order)?;
                Ok(Step::ToDo(order))
            }
        })
        .collect();
    let refused =
        || steps.iter().zip(transfers).filter(|(step, _)| step.is_err()).map(|(_, transfer)| transfer);
    if refused().next().is_none() {
        return Ok(steps);
    }
    // What stands in the way may be this same wish, done a moment ago by a twin of this request.
    let earlier = outcomes(conn, state, refused())?;
    let done = |transfer: &Transfer| {
        transfer.confirm(&sessions).ok()?;
        transfer.step_of(&earlier)
    };
    let again = steps.into_iter().zip(transfers);
    Ok(again.map(|(step, transfer)| step.or_else(|refusal| done(transfer).ok_or(refusal))).collect())
}

fn outcomes<'a>(
    conn: &mut PgConnection,
    state: &State,
    transfers: impl Iterator<Item = &'a Transfer>,
) -> ApiResult<HashMap<IdempotencyKey, StoredOutcome>> {
    let keys: Vec<IdempotencyKey> = transfers.map(|transfer| transfer.wish.key.clone()).collect();
    Ok(state.wallets.find_outcomes(conn, &keys)?)
}

impl Transfer {
    fn confirm(&self, sessions: &HashMap<SessionId, Session>) -> ApiResult<()> {
        let session = sessions.get(&self.identity.session).ok_or(hostolink_auth::Error::SessionEnded)?;
        self.identity.compare(session)
    }

    /// What became of the wish, if it came before.
    fn step_of(&self, earlier: &HashMap<IdempotencyKey, StoredOutcome>) -> Option<Step> {
        let stored = earlier.get(&self.wish.key)?;
        Some(Step::Answered(stored.clone().reply(&self.wish.fingerprint)))
    }

    fn command(&self, conn: &mut PgConnection, state: &State) -> ApiResult<TransferCommand> {
        Ok(TransferCommand {
            wish: self.wish.clone(),
            target: self.asked.target(conn, state, self.identity.user)?,
            amount: self.asked.amount,
            fee: self.asked.fee,
            note: self.asked.note.clone(),
            device_since: Some(self.identity.device_since),
        })
    }
}
