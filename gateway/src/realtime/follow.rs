//! What wakes the streams of this process: the outbox, read by each process for itself, with the number that one dispatcher gave.

use super::Hub;
use crate::state::State;
use actix_web::web::Data;
use hostolink_outbox::{self as outbox, Event};
use std::{
    sync::PoisonError,
    time::{Duration, Instant},
};
use tokio::{sync::watch, time::MissedTickBehavior};
use uuid::Uuid;

/// How often events of other processes are looked for while somebody listens.
const TURN: Duration = Duration::from_millis(250);
/// Events read at a time.
const AT_ONCE: i64 = 500;

/// Tells the streams what happens until the program stops. What happened here is told at once.
pub(crate) async fn follow(state: Data<State>, mut stopped: watch::Receiver<bool>) {
    let mut turns = tokio::time::interval(TURN);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let kicked = tokio::select! {
            _ = stopped.changed() => return,
            () = state.streams.kicked.notified() => true,
            _ = turns.tick() => false,
        };
        if let Err(error) = catch_up(&state, kicked).await {
            tracing::warn!(%error, "the streams could not be told what happened; they look by themselves");
        }
    }
}

/// Tells the streams what happened since the last time; `number` gives events their numbers first, instead of waiting for the
/// dispatcher's turn.
///
/// # Errors
/// Those of the database: then it is told the next time.
pub async fn catch_up(state: &State, number: bool) -> Result<(), outbox::Error> {
    let streams = &state.streams;
    streams.give_up(Instant::now());
    if streams.is_empty() {
        *streams.told.lock().unwrap_or_else(PoisonError::into_inner) = None;
        return Ok(());
    }
    if number {
        let events = state.events.clone();
        state.database.run(move |conn| events.run_once(conn)).await?;
    }
    loop {
        let told = *streams.told.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(told) = told else {
            // From here on. What happened between the first stream's first look and now it looks for now.
            let last = state.database.run(outbox::last_seq).await?;
            *streams.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
            streams.wake_all();
            return Ok(());
        };
        let events = state.database.run(move |conn| outbox::read_after(conn, told, AT_ONCE)).await?;
        events.iter().for_each(|event| tell(streams, event));
        let Some(last) = events.last().map(|event| event.seq) else { return Ok(()) };
        *streams.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
    }
}

/// Whom an event concerns: its subject (a session that ended), and the accounts of a movement of money.
fn tell(streams: &Hub, event: &Event) {
    streams.wake(&event.subject);
    for side in ["from", "to"] {
        let account =
            event.payload.get(side).and_then(|id| id.as_str()).and_then(|id| Uuid::parse_str(id).ok());
        if let Some(account) = account {
            streams.wake(&account);
        }
    }
}
