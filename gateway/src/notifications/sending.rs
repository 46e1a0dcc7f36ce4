//! What waits in `envoi_notification` leaves: leased by one process at a time, sent without a connection held, and written down.

use crate::{error::ApiResult, social::blocks, state::State, wallet::views::names};
use actix_web::web::Data;
use diesel::PgConnection;
use futures_util::{StreamExt, stream::FuturesUnordered};
use hostolink_auth::Reach;
use hostolink_kernel::{Identifier, SessionId, UserId};
use hostolink_messaging::{Facts, Named};
use hostolink_notifications::{Delivery, Kind, Notification, Outcome, Way, Words};
use hostolink_notifier::{self as notifier, Language, Message, Push, PushOutcome, SendError};
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};
use uuid::Uuid;

/// How many are sent at once: each holds a connection to a provider for some seconds at most.
const AT_ONCE: i64 = 32;
/// How many are written down at once: each takes a connection, and others want some too.
const WRITTEN_AT_ONCE: usize = 8;

/// What is said, and where.
struct Letter {
    delivery: Delivery,
    /// `None` where there is nobody to say it to, or nobody left who did it.
    content: Option<Content>,
}

enum Content {
    Message(Message),
    Push(Push),
}

/// Sends all that is due. What became of each is written down as soon as it is known: none waits for a slower one, and none is lost for another
/// that could not be written.
///
/// # Errors
/// The first of those of the database; what could not be written down comes again when its lease is over.
pub async fn send_due(state: Data<State>) -> Result<(), String> {
    loop {
        let shared = state.clone();
        let leased = state.database.run(move |conn| lease(conn, &shared)).await;
        let letters = leased.map_err(|error| error.to_string())?;
        let is_full = i64::try_from(letters.len()).is_ok_and(|count| count >= AT_ONCE);
        let state = &state;
        let sent: FuturesUnordered<_> = letters
            .into_iter()
            .map(|letter| async move {
                let outcome = deliver(state, &letter).await;
                (letter.delivery, outcome)
            })
            .collect();
        let written = sent.map(|(delivery, outcome)| settle(state, delivery, outcome));
        let written: Vec<Result<(), String>> = written.buffer_unordered(WRITTEN_AT_ONCE).collect().await;
        written.into_iter().collect::<Result<(), String>>()?;
        if !is_full {
            return Ok(());
        }
    }
}

fn lease(conn: &mut PgConnection, state: &State) -> ApiResult<Vec<Letter>> {
    let mut leased = state.notifications.lease(conn, AT_ONCE)?;
    if leased.is_empty() {
        return Ok(Vec::new());
    }
    let owners: Vec<UserId> = leased.iter().map(|delivery| delivery.notification.owner).collect();
    let reach = state.auth.reach(conn, &owners)?;
    let sessions: Vec<SessionId> = leased.iter().filter_map(|delivery| delivery.session).collect();
    let live = state.auth.live_sessions(conn, &sessions)?;
    let told = leased.iter().map(|delivery| &delivery.notification);
    let pairs: Vec<(UserId, UserId)> =
        told.flat_map(|told| told.latest.iter().map(|person| (told.owner, *person))).collect();
    // A block or a mute since it happened: who is apart now is not named, and alone not told.
    let apart: HashSet<(UserId, UserId)> = blocks::unwelcome(conn, &pairs)?.into_iter().collect();
    let rooms = rooms(conn, state, &leased)?;
    let names = names(conn, &state.auth, pairs.into_iter().map(|(_, person)| person))?;
    let mut letters = Vec::with_capacity(leased.len());
    for mut delivery in leased.drain(..) {
        let told = &mut delivery.notification;
        let had_people = !told.latest.is_empty();
        let owner = told.owner;
        // Money names who moved it, whoever that is.
        if told.kind.is_none_or(Kind::is_social) {
            told.latest.retain(|person| !apart.contains(&(owner, *person)));
        }
        // Who signed out a moment ago is pushed nothing, although their device may still be there.
        let is_there = delivery.session.is_none_or(|session| live.contains(&session));
        let told = &delivery.notification;
        let is_said = is_there && !(had_people && told.latest.is_empty()) && is_in(&rooms, told);
        let called: Vec<String> =
            told.latest.iter().filter_map(|person| Some(names.get(person)?.display_name.clone())).collect();
        let content = is_said.then(|| content(&delivery, reach.get(&delivery.notification.owner), &called));
        letters.push(Letter { content: content.flatten(), delivery });
    }
    Ok(letters)
}

/// Who is in the conversations whose messages are told.
fn rooms(conn: &mut PgConnection, state: &State, leased: &[Delivery]) -> ApiResult<Facts> {
    let told = leased.iter().map(|delivery| &delivery.notification);
    let listeners = told.filter_map(|told| Some((room(told)?, told.owner))).collect();
    Ok(state.messaging.facts(conn, &Named { listeners, ..Named::default() })?)
}

/// The conversation whose messages are told.
fn room(told: &Notification) -> Option<Uuid> {
    let object = told.object.as_ref().filter(|_| told.kind == Some(Kind::Message));
    object.map(|(_, room)| *room)
}

/// Who is out of a conversation since is told no more of it.
fn is_in(rooms: &Facts, told: &Notification) -> bool {
    room(told).is_none_or(|room| rooms.place(room, told.owner).is_some())
}

/// What a delivery says; `None` where its person is gone, or proved no such way.
fn content(delivery: &Delivery, reach: Option<&Reach>, names: &[String]) -> Option<Content> {
    let reach = reach?;
    let language = match reach.language.as_deref() {
        Some("en") => Language::English,
        _ => Language::French,
    };
    let words = Words::of(&delivery.notification, names, language);
    let news = |to: &Identifier| Content::Message(notifier::news(to, words.title, &words.text, language));
    match &delivery.way {
        Way::Email => reach.mailbox.as_ref().map(news),
        Way::Sms => reach.phone.as_ref().map(news),
        Way::Push(target) => {
            let told = &delivery.notification;
            let body = if delivery.discreet { hidden(language).to_owned() } else { words.text };
            Some(Content::Push(Push {
                to: target.clone(),
                title: words.title.to_owned(),
                body,
                data: data(told, delivery.unread).into_iter().collect(),
                collapse_key: told.id.to_string(),
                urgent: is_urgent(told.kind),
                life: told
                    .kind
                    .map_or(Duration::from_secs(86_400), |kind| kind.worth().to_std().unwrap_or_default()),
                badge: u32::try_from(delivery.unread).unwrap_or(0),
            }))
        }
    }
}

const fn hidden(language: Language) -> &'static str {
    match language {
        Language::French => "Ouvrez l'application pour en savoir plus.",
        Language::English => "Open the application to know more.",
    }
}

/// What wakes a telephone.
const fn is_urgent(kind: Option<Kind>) -> bool {
    matches!(kind, Some(Kind::MoneyReceived | Kind::PaymentRequested | Kind::NewDevice | Kind::Message))
}

/// What the application needs to open the right page, and to show a push that comes twice once.
fn data(told: &Notification, unread: i32) -> HashMap<&'static str, String> {
    let mut data = HashMap::from([
        ("id", told.id.to_string()),
        ("kind", told.kind_code.clone()),
        ("count", told.count.to_string()),
        ("unread", unread.to_string()),
    ]);
    if let Some((kind, id)) = &told.object {
        data.insert("objectKind", kind.clone());
        data.insert("objectId", id.to_string());
    }
    data
}

/// Writes down what became of one.
async fn settle(state: &State, delivery: Delivery, outcome: Outcome) -> Result<(), String> {
    let notifications = state.notifications.clone();
    let settle = move |conn: &mut PgConnection| notifications.settle(conn, &delivery, &outcome);
    let settled = state.database.run(settle).await;
    settled.map_err(|error: hostolink_notifications::Error| error.to_string())
}

async fn deliver(state: &State, letter: &Letter) -> Outcome {
    match &letter.content {
        None => Outcome::Useless,
        Some(Content::Push(push)) => match state.notifier.push_once(push).await {
            PushOutcome::Accepted(id) => Outcome::Sent(id),
            PushOutcome::TargetGone(code) => Outcome::TargetGone(code),
            PushOutcome::Refused(code) => Outcome::Refused(code),
            PushOutcome::Later { code, retry_after } => Outcome::Later { code, after: retry_after },
        },
        Some(Content::Message(message)) => match state.notifier.send_once(message).await {
            Ok(()) => Outcome::Sent(None),
            Err(SendError::Refused(code)) => Outcome::Refused(code),
            Err(SendError::Unconfigured) => Outcome::Refused(None),
            Err(SendError::Unknown) => Outcome::Unknown,
            Err(SendError::Later(code)) => Outcome::Later { code, after: None },
            Err(SendError::Unreachable | SendError::Timeout) => Outcome::Later { code: None, after: None },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_to_a_telephone_names_no_field_that_google_keeps() {
        let names = ["id", "kind", "count", "unread", "objectKind", "objectId"];
        assert!(names.iter().all(|name| !name.starts_with("google") && !name.starts_with("gcm")));
        assert!(is_urgent(Some(Kind::NewDevice)) && !is_urgent(Some(Kind::Like)) && !is_urgent(None));
    }
}
