//! What wakes the streams of this process and fills its sockets' mailboxes: the outbox, read by each process for itself, with the number that
//! one dispatcher gave.

use super::Hub;
use crate::{error::ApiResult, messaging::telling, state::State};
use actix_web::web::Data;
use diesel::PgConnection;
use hostolink_outbox::{self as outbox, Event};
use std::{
    collections::HashSet,
    sync::PoisonError,
    time::{Duration, Instant},
};
use tokio::sync::watch;
use uuid::Uuid;

/// How often events of other processes are looked for while somebody listens.
const TURN: Duration = Duration::from_millis(250);
/// The same while sockets are open and nobody tells when: a query that costs the same whatever there is.
const QUICK_TURN: Duration = Duration::from_millis(40);
/// How often signs of typing are looked for.
const TYPING_TURN: Duration = Duration::from_millis(200);
/// How often numbering is tried while there is more, and the pause where another process does it.
const TRIES: usize = 100;
const PAUSE: Duration = Duration::from_millis(3);
/// Events read at a time.
const AT_ONCE: i64 = 500;

/// Tells the streams what happens until the program stops. What happened here is told at once.
pub(crate) async fn follow(state: Data<State>, mut stopped: watch::Receiver<bool>) {
    let mut typed = Instant::now();
    loop {
        let quick = state.streams.has_mailboxes() && !state.peers.are_heard();
        let kicked = tokio::select! {
            _ = stopped.changed() => return,
            () = state.streams.kicked.notified() => true,
            () = state.streams.hinted.notified() => false,
            () = tokio::time::sleep(if quick { QUICK_TURN } else { TURN }) => false,
        };
        let typing = state.streams.has_mailboxes() && typed.elapsed() >= TYPING_TURN;
        if typing {
            typed = Instant::now();
        }
        if let Err(error) = round(&state, kicked, typing).await {
            tracing::warn!(%error, "the streams could not be told what happened; they are told the next time");
        }
    }
}

async fn round(state: &Data<State>, kicked: bool, typing: bool) -> ApiResult<()> {
    if kicked {
        number(state).await?;
    }
    tell_all(state).await?;
    if typing { tell_typing(state).await } else { Ok(()) }
}

/// Gives what was written here its numbers, instead of waiting for the dispatcher's turn, and lets the other processes know.
async fn number(state: &State) -> ApiResult<()> {
    for _ in 0..TRIES {
        let events = state.events.clone();
        let done = state.database.run(move |conn| events.number(conn)).await?;
        if done.numbered > 0 {
            state.peers.tell();
        }
        if !done.more {
            return Ok(());
        }
        if done.numbered == 0 {
            // Another numbers at this moment, and may have begun before the last was committed.
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

/// Tells the streams what happened since the last time; `number` gives events their numbers first, and all subscribers their turn.
///
/// # Errors
/// Those of the database: then it is told the next time.
pub async fn catch_up(state: &Data<State>, number: bool) -> ApiResult<()> {
    if number {
        let events = state.events.clone();
        state.database.run(move |conn| events.run_once(conn)).await?;
    }
    tell_all(state).await?;
    tell_typing(state).await
}

/// Begins to tell where nobody has yet.
pub(super) async fn begin(state: &Data<State>) -> ApiResult<()> {
    tell_all(state).await
}

async fn tell_all(state: &Data<State>) -> ApiResult<()> {
    let streams = &state.streams;
    let _turn = streams.turn.lock().await;
    streams.give_up(Instant::now());
    loop {
        let Some(told) = streams.told() else {
            if !streams.is_empty() {
                // From here on. What happened between a stream's first look and now it looks for now.
                let last = state.database.run(outbox::last_seq).await?;
                streams.begin(last);
                streams.wake_all();
            }
            return Ok(());
        };
        let events = state.database.run(move |conn| outbox::read_after(conn, told, AT_ONCE)).await?;
        let Some(last) = events.last().map(|event| event.seq) else { return Ok(()) };
        if !streams.passed(last) {
            bring(state, &events, last).await?;
        }
        events.iter().for_each(|event| wake(streams, event));
        streams.told_up_to(last);
    }
}

/// Brings what sockets are to hear. Where that fails nothing of it was brought, and all is looked up again.
async fn bring(state: &Data<State>, events: &[Event], last: i64) -> ApiResult<()> {
    let live: Vec<Event> = events.iter().filter(|event| telling::is_live(event)).cloned().collect();
    if live.is_empty() {
        state.streams.gather(last, &HashSet::new());
        return Ok(());
    }
    let (shared, named) = (state.clone(), live.clone());
    let came = state.database.run(move |conn| telling::newcomers(conn, &shared, &named)).await?;
    came.into_iter().for_each(|(user, room)| state.streams.follow(user, room));
    let listeners = state.streams.gather(last, &live.iter().map(|event| event.subject).collect());
    if listeners.is_empty() {
        return Ok(());
    }
    let shared = state.clone();
    let tell = move |conn: &mut PgConnection| telling::tell(conn, &shared, &live, &listeners);
    let told = state.database.run(tell).await?;
    state.streams.bring(&told);
    Ok(())
}

/// Tells who is typing. Nobody waits for it, and what is lost is lost.
async fn tell_typing(state: &Data<State>) -> ApiResult<()> {
    let streams = &state.streams;
    if !streams.has_mailboxes() {
        *streams.typing.lock().unwrap_or_else(PoisonError::into_inner) = None;
        return Ok(());
    }
    let told = *streams.typing.lock().unwrap_or_else(PoisonError::into_inner);
    let shared = state.clone();
    let look = move |conn: &mut PgConnection| telling::typing(conn, &shared, told);
    let (last, told) = state.database.run(look).await?;
    streams.bring(&told);
    *streams.typing.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
    Ok(())
}

/// Whom an event makes look: its subject (a session that ended, a person), and the accounts of a movement of money. What mailboxes get wakes
/// nobody.
fn wake(streams: &Hub, event: &Event) {
    if telling::is_live(event) {
        return;
    }
    streams.wake(&event.subject);
    for side in ["from", "to"] {
        let account =
            event.payload.get(side).and_then(|id| id.as_str()).and_then(|id| Uuid::parse_str(id).ok());
        if let Some(account) = account {
            streams.wake(&account);
        }
    }
}
