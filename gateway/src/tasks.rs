//! What the server does beside answering: small, repeated, safe to run in every process at once.

use crate::{
    flows::{self, departure, tidying::erase_what_is_over},
    media, notifications, realtime,
    state::State,
    wallet::office::adjustments,
};
use actix_web::{rt, web::Data};
use diesel::PgConnection;
use std::{future::Future, time::Duration};
use tokio::{sync::watch, task::JoinHandle, time::MissedTickBehavior};

/// The running tasks.
pub(crate) struct Background {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts them all.
pub(crate) fn start(state: &Data<State>) -> Background {
    let (stop, _) = watch::channel(false);
    let tasks = vec![
        repeat("seal the audit log", Duration::from_secs(2), &stop, state, seal_audit_log),
        repeat("deliver events", Duration::from_millis(500), &stop, state, deliver_events),
        repeat("refresh the directory", Duration::from_millis(500), &stop, state, refresh_directory),
        repeat("erase what is over", Duration::from_secs(600), &stop, state, erase_what_is_over),
        repeat("watch the text messages", Duration::from_secs(60), &stop, state, crate::sms::watch),
        repeat("erase who asked for it", Duration::from_secs(600), &stop, state, erase_who_asked),
        repeat("end expired documents", Duration::from_secs(600), &stop, state, end_expired_documents),
        repeat("end expired holds", Duration::from_secs(30), &stop, state, end_expired_holds),
        repeat("make scheduled transfers", Duration::from_secs(10), &stop, state, flows::scheduled::make_due),
        repeat("pay confirmed files", Duration::from_secs(2), &stop, state, flows::bulk::pay_confirmed),
        repeat("settle advertisements", Duration::from_secs(10), &stop, state, flows::advertising::settle),
        repeat("rank what is talked about", Duration::from_secs(60), &stop, state, rank_what_is_talked_about),
        repeat("end expired requests", Duration::from_secs(30), &stop, state, end_expired_requests),
        repeat("keep the day's books", Duration::from_secs(600), &stop, state, keep_daily_proof),
        repeat("settle accepted adjustments", Duration::from_secs(60), &stop, state, settle_adjustments),
        repeat("send notifications", Duration::from_secs(1), &stop, state, notifications::send_due),
        repeat("delete what nobody shows", Duration::from_secs(30), &stop, state, media::sweep),
        repeat("forget quiet addresses", Duration::from_secs(60), &stop, state, forget_quiet_addresses),
        repeat("say who is there", Duration::from_secs(30), &stop, state, say_who_is_there),
        rt::spawn(realtime::follow(state.clone(), stop.subscribe())),
        rt::spawn(realtime::keep_in_touch(state.clone(), stop.subscribe())),
    ];
    Background { stop, tasks }
}

impl Background {
    /// Ends each after its present round.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

/// Runs `round` now and then; a failing one is logged and tried again at its next turn.
fn repeat<F>(
    name: &'static str,
    every: Duration,
    stop: &watch::Sender<bool>,
    state: &Data<State>,
    round: impl Fn(Data<State>) -> F + 'static,
) -> JoinHandle<()>
where
    F: Future<Output = Result<(), String>> + 'static,
{
    let mut stopped = stop.subscribe();
    let state = state.clone();
    rt::spawn(async move {
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stopped.changed() => return,
                _ = ticks.tick() => {}
            }
            if let Err(error) = round(state.clone()).await {
                tracing::warn!(task = name, error, "a background task failed; it is tried again");
            }
        }
    })
}

async fn seal_audit_log(state: Data<State>) -> Result<(), String> {
    let sealed = state.database.run(hostolink_audit::seal).await;
    sealed.map(|_| ()).map_err(|error: hostolink_audit::Error| error.to_string())
}

async fn deliver_events(state: Data<State>) -> Result<(), String> {
    loop {
        let events = state.events.clone();
        let round =
            state.database.run(move |conn| events.run_once(conn)).await.map_err(|error| error.to_string())?;
        if round.numbered > 0 {
            // Also what nobody was nudged for.
            state.peers.tell();
            state.streams.hint();
        }
        if !round.more {
            return Ok(());
        }
    }
}

/// Whose sockets are open here was there a moment ago.
async fn say_who_is_there(state: Data<State>) -> Result<(), String> {
    let (messaging, people) = (state.messaging.clone(), state.streams.people());
    let touched = state.database.run(move |conn| messaging.touch(conn, &people)).await;
    touched.map_err(|error: hostolink_messaging::Error| error.to_string())
}

/// People whose thirty days are over.
async fn erase_who_asked(state: Data<State>) -> Result<(), String> {
    const AT_ONCE: i64 = 100;
    let shared = state.clone();
    let erase = move |conn: &mut PgConnection| departure::erase_due(conn, &shared, AT_ONCE);
    state.database.run(erase).await.map(|_| ()).map_err(|error| error.to_string())
}

/// Documents whose last day is over take their owner's level away.
async fn end_expired_documents(state: Data<State>) -> Result<(), String> {
    const AT_ONCE: i64 = 200;
    loop {
        let auth = state.auth.clone();
        let ended = state.database.run(move |conn| auth.expire_identities(conn, AT_ONCE)).await;
        if i64::try_from(ended.map_err(|error| error.to_string())?).is_ok_and(|ended| ended < AT_ONCE) {
            return Ok(());
        }
    }
}

/// Money that was set aside and that nobody took in time becomes its owner's to spend again.
async fn end_expired_holds(state: Data<State>) -> Result<(), String> {
    const AT_ONCE: i64 = 500;
    loop {
        let wallets = state.wallets.clone();
        let ended = state.database.run(move |conn| wallets.expire_holds(conn, AT_ONCE)).await;
        if i64::try_from(ended.map_err(|error| error.to_string())?).is_ok_and(|ended| ended < AT_ONCE) {
            return Ok(());
        }
    }
}

/// Requests to pay whose time is over, payments asked back that nobody answered for, and files of payments that nobody confirmed.
async fn end_expired_requests(state: Data<State>) -> Result<(), String> {
    const AT_ONCE: i64 = 200;
    loop {
        let wallets = state.wallets.clone();
        let end = move |conn: &mut PgConnection| {
            let requests = wallets.expire_requests(conn, AT_ONCE)?;
            let others = wallets.expire_recalls(conn, AT_ONCE)?.max(wallets.expire_bulks(conn, AT_ONCE)?);
            Ok::<_, hostolink_wallet::Error>(requests.max(others))
        };
        let ended = state.database.run(end).await.map_err(|error| error.to_string())?;
        if i64::try_from(ended).is_ok_and(|ended| ended < AT_ONCE) {
            return Ok(());
        }
    }
}

/// What everybody holds at the start of a day, for who asks later.
async fn keep_daily_proof(state: Data<State>) -> Result<(), String> {
    let ledger = state.ledger.clone();
    let kept = state.database.run(move |conn| ledger.keep_daily_proof(conn)).await;
    kept.map(|_| ()).map_err(|error: hostolink_ledger::Error| error.to_string())
}

/// Corrections of the books whose process ended between their acceptance and the ledger's answer.
async fn settle_adjustments(state: Data<State>) -> Result<(), String> {
    const AT_ONCE: i64 = 100;
    let wallets = state.wallets.clone();
    let accepted = state.database.run(move |conn| wallets.unsettled_adjustments(conn, AT_ONCE)).await;
    for adjustment in accepted.map_err(|error| error.to_string())? {
        adjustments::settle(&state, adjustment).await.map_err(|error| error.to_string())?;
    }
    Ok(())
}

async fn rank_what_is_talked_about(state: Data<State>) -> Result<(), String> {
    let social = state.social.clone();
    let ranked = state.database.run(move |conn| social.rank(conn)).await;
    ranked.map(|_| ()).map_err(|error: hostolink_social::Error| error.to_string())
}

async fn refresh_directory(state: Data<State>) -> Result<(), String> {
    let directory = state.directory.clone();
    let refresh = move |conn: &mut PgConnection| {
        let refreshed = directory.refresh(conn);
        // Also what an edit here brought.
        directory.compress_packs();
        refreshed
    };
    state.database.run(refresh).await.map(|_| ()).map_err(|error| error.to_string())
}

async fn forget_quiet_addresses(state: Data<State>) -> Result<(), String> {
    state.address_limits.forget_quiet();
    Ok(())
}
