//! What other domains publish, made into facts that people are told.

use crate::social::blocks;
use diesel::PgConnection;
use hostolink_auth::{Auth, LEVEL_CHANGED, NEW_DEVICE, SESSION_ENDED};
use hostolink_health_directory::{Directory, ROTA_PUBLISHED};
use hostolink_kernel::{AccountId, UserId, UserPublicId};
use hostolink_ledger::{Account, AccountKind, Ledger, POSTED, TransactionKind};
use hostolink_messaging::{MESSAGE, Messaging, Named};
use hostolink_notifications::{Fact, Kind, Notifications, Recipient};
use hostolink_outbox::{Event, HandlerError, NewEvent};
use hostolink_wallet::REQUEST_PAYMENT;
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};
use uuid::Uuid;

/// Something that happened, before it is known what its people are called outside.
struct Heard {
    to: UserId,
    kind: Kind,
    actor: Option<UserId>,
    object: (&'static str, Uuid),
    /// The publication under which it happened.
    under: Option<Uuid>,
    source: Uuid,
    amount: Option<i64>,
    at: chrono::DateTime<chrono::Utc>,
}

/// The movements that somebody is paid by.
const PAYING: [TransactionKind; 4] =
    [TransactionKind::Transfer, TransactionKind::QrPayment, TransactionKind::CashIn, TransactionKind::Refund];

/// Tells people what happens to them. Written with the connection that moves the cursor: exactly once.
pub(crate) fn follow(
    auth: Arc<Auth>,
    ledger: Ledger,
    directory: Arc<Directory>,
    messaging: Arc<Messaging>,
    notifications: Notifications,
) -> impl Fn(&mut PgConnection, &[Event]) -> Result<(), HandlerError> + Send + Sync + 'static {
    move |conn, events| {
        let ended: Vec<Uuid> =
            events.iter().filter(|event| event.kind == SESSION_ENDED).map(|event| event.subject).collect();
        notifications.sessions_ended(conn, &ended)?;
        let mut heard = Vec::new();
        money(conn, &ledger, events, &mut heard)?;
        identity(conn, &auth, events, &mut heard)?;
        duty(conn, &directory, events, &mut heard)?;
        messages(conn, &messaging, events, &mut heard)?;
        for event in events {
            social(event, &mut heard);
        }
        let heard = welcome(conn, heard)?;
        let heard = in_sight(conn, &messaging, heard)?;
        let facts = addressed(conn, &auth, heard)?;
        notifications.record(conn, &facts)?;
        // Last: what was told in the same batch goes too.
        for event in events.iter().filter(|event| event.kind == "social.blocked") {
            if let Some((by, to)) = person(event, "by").zip(person(event, "to")) {
                notifications.withdraw(conn, by, to)?;
            }
        }
        Ok(())
    }
}

fn id(event: &Event, name: &str) -> Option<Uuid> {
    event.payload.get(name)?.as_str()?.parse().ok()
}

/// Somebody's key, as the social domain names people among ourselves.
fn person(event: &Event, name: &str) -> Option<UserId> {
    key(event.payload.get(name)?)
}

fn key(value: &Value) -> Option<UserId> {
    i32::try_from(value.as_i64()?).ok().map(UserId::new)
}

/// One person or several.
fn people(event: &Event, name: &str) -> Vec<UserId> {
    match event.payload.get(name) {
        Some(Value::Array(all)) => all.iter().filter_map(key).collect(),
        Some(one) => key(one).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Payments, and requests to pay. Whose accounts they are is asked once.
fn money(
    conn: &mut PgConnection,
    ledger: &Ledger,
    events: &[Event],
    heard: &mut Vec<Heard>,
) -> Result<(), HandlerError> {
    let of_money = |event: &&Event| event.kind == POSTED || event.kind.starts_with("wallet.request_");
    let sides = |event: &Event| {
        ["from", "to"].into_iter().filter_map(|side| id(event, side)).map(AccountId::new).collect::<Vec<_>>()
    };
    let ids: BTreeSet<AccountId> = events.iter().filter(of_money).flat_map(sides).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<AccountId> = ids.into_iter().collect();
    let accounts: HashMap<AccountId, Account> =
        ledger.find_accounts(conn, &ids)?.into_iter().map(|account| (account.id, account)).collect();
    let side = |event: &Event, name: &str| id(event, name).and_then(|id| accounts.get(&AccountId::new(id)));
    for event in events.iter().filter(of_money) {
        let (Some(from), Some(to)) = (side(event, "from"), side(event, "to")) else { continue };
        heard.extend(paid(event, from, to));
    }
    Ok(())
}

/// What a movement or a request means to somebody. Tills and merchants have a stream of their own for what they take.
fn paid(event: &Event, from: &Account, to: &Account) -> Option<Heard> {
    let once = event.payload.get("once");
    let of_request = once.filter(|once| once["kind"] == REQUEST_PAYMENT);
    let request = of_request.and_then(|once| once["id"].as_str()?.parse::<Uuid>().ok());
    let is_paying = PAYING.iter().any(|kind| event.payload["kind"] == kind.name());
    let (kind, told, actor, object) = match (event.kind.as_str(), request) {
        (POSTED, Some(request)) => (Kind::RequestPaid, to, from, ("payment_request", request)),
        (POSTED, None) if is_paying && to.kind == AccountKind::Main => {
            (Kind::MoneyReceived, to, from, ("transaction", event.subject))
        }
        // Of a request, money would go from who is asked to who asks.
        ("wallet.request_created", _) => {
            (Kind::PaymentRequested, from, to, ("payment_request", event.subject))
        }
        ("wallet.request_refused", _) => {
            (Kind::RequestDeclined, to, from, ("payment_request", event.subject))
        }
        _ => return None,
    };
    Some(Heard {
        to: told.owner?,
        kind,
        actor: actor.owner,
        object,
        under: None,
        source: object.1,
        amount: event.payload["amount"].as_i64(),
        at: event.at,
    })
}

/// What happened to somebody's account.
fn identity(
    conn: &mut PgConnection,
    auth: &Auth,
    events: &[Event],
    heard: &mut Vec<Heard>,
) -> Result<(), HandlerError> {
    let told: Vec<&Event> =
        events.iter().filter(|event| [NEW_DEVICE, LEVEL_CHANGED].contains(&event.kind.as_str())).collect();
    if told.is_empty() {
        return Ok(());
    }
    let ids: Vec<UserPublicId> = told.iter().map(|event| UserPublicId::new(event.subject)).collect();
    let people = auth.keys_of(conn, &ids)?;
    for event in told {
        let Some(to) = people.get(&UserPublicId::new(event.subject)).copied() else { continue };
        let (kind, object) = match id(event, "session") {
            Some(session) if event.kind == NEW_DEVICE => (Kind::NewDevice, ("session", session)),
            _ => (Kind::IdentityLevel, ("person", event.subject)),
        };
        // A level may change more than once: each time is another thing.
        let source = if kind == Kind::NewDevice { object.1 } else { numbered(event.seq) };
        heard.push(Heard { to, kind, actor: None, object, under: None, source, amount: None, at: event.at });
    }
    Ok(())
}

/// A list of pharmacies on duty that goes on being told: its subject is the list, its payload `{after}`.
const ROTA_GOES_ON: &str = "notifications.rota_goes_on";
/// How many are told of a list at a time: the rest hear of it by an event of its own, so that nobody else waits meanwhile.
const TOLD_AT_ONCE: i64 = 1_000;

/// Who keeps a pharmacy at hand that is on duty.
fn duty(
    conn: &mut PgConnection,
    directory: &Directory,
    events: &[Event],
    heard: &mut Vec<Heard>,
) -> Result<(), HandlerError> {
    for event in events.iter().filter(|event| [ROTA_PUBLISHED, ROTA_GOES_ON].contains(&event.kind.as_str())) {
        let (rota, after) = (event.subject, person(event, "after").unwrap_or(UserId::new(0)));
        let keepers = directory.keepers_of_rota(conn, rota, after, TOLD_AT_ONCE)?;
        let fact = |to: &UserId| Heard {
            to: *to,
            kind: Kind::DutyRota,
            actor: None,
            object: ("duty_rota", rota),
            under: None,
            source: rota,
            amount: None,
            at: event.at,
        };
        heard.extend(keepers.iter().map(fact));
        if let Some(last) =
            keepers.last().filter(|_| i64::try_from(keepers.len()).is_ok_and(|count| count == TOLD_AT_ONCE))
        {
            let payload = json!({ "after": last.key() });
            let next = NewEvent { kind: ROTA_GOES_ON, subject: rota, payload };
            hostolink_outbox::publish(conn, &next, event.at)?;
        }
    }
    Ok(())
}

/// What was said to somebody who has not read it. All of a conversation is told together.
fn messages(
    conn: &mut PgConnection,
    messaging: &Messaging,
    events: &[Event],
    heard: &mut Vec<Heard>,
) -> Result<(), HandlerError> {
    let came: HashMap<Uuid, chrono::DateTime<chrono::Utc>> = events
        .iter()
        .filter(|event| event.kind == MESSAGE)
        .filter_map(|event| Some((id(event, "message")?, event.at)))
        .collect();
    let ids: Vec<Uuid> = came.keys().copied().collect();
    for unread in messaging.unread_by(conn, &ids)? {
        let Some(at) = came.get(&unread.message).copied() else { continue };
        heard.push(Heard {
            to: unread.by,
            kind: Kind::Message,
            actor: Some(unread.author),
            object: ("conversation", unread.conversation),
            under: None,
            source: unread.message,
            amount: None,
            at,
        });
    }
    Ok(())
}

/// What people do with what others publish.
fn social(event: &Event, heard: &mut Vec<Heard>) {
    let (by, comment) = (person(event, "by"), id(event, "comment"));
    let publication = ("publication", event.subject);
    let mut tell = |kind, to: Vec<UserId>, object: (&'static str, Uuid), source| {
        let under = matches!(object.0, "publication" | "comment").then_some(event.subject);
        let fact = |to| Heard { to, kind, actor: by, object, under, source, amount: None, at: event.at };
        heard.extend(to.into_iter().map(fact));
    };
    match event.kind.as_str() {
        // A comment that is liked is told of apart from its publication.
        "social.liked" => {
            let object = comment.map_or(publication, |comment| ("comment", comment));
            tell(Kind::Like, people(event, "to"), object, object.1);
        }
        "social.commented" => {
            let Some(comment) = comment else { return };
            let mut to: Vec<UserId> = people(event, "answered");
            to.extend(people(event, "to"));
            to.sort_unstable();
            to.dedup();
            tell(Kind::Comment, to, publication, comment);
        }
        "social.mentioned" => {
            tell(Kind::Mention, people(event, "to"), publication, comment.unwrap_or(event.subject));
        }
        "social.shared" => tell(Kind::Share, people(event, "to"), publication, event.subject),
        // Of one person following another again nobody is told again: the source is the person followed, whoever's id that is.
        "social.followed" => {
            let Some(by) = by else { return };
            tell(Kind::Follow, people(event, "to"), ("follow", event.subject), pair(by));
        }
        "social.sanctioned" => {
            // What became of an appeal, or that it was lifted, is another thing about the same sanction.
            let is_later = ["appeal", "lifted"].into_iter().any(|name| event.payload.get(name).is_some());
            let source = if is_later { numbered(event.seq) } else { event.subject };
            tell(Kind::Sanction, people(event, "to"), ("sanction", event.subject), source);
        }
        _ => {}
    }
}

/// What makes something another thing each time: the place of its event.
fn numbered(seq: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(seq).unwrap_or_default())
}

/// What makes following the same again: it is known by who is told and who did it already.
fn pair(by: UserId) -> Uuid {
    Uuid::from_u128(u128::try_from(by.key()).unwrap_or_default())
}

/// What nobody has to hear: between whom there is a block, and from whom somebody wants to hear nothing.
fn welcome(conn: &mut PgConnection, heard: Vec<Heard>) -> Result<Vec<Heard>, HandlerError> {
    let social = heard.iter().filter(|one| one.kind.is_social());
    let pairs: BTreeSet<(UserId, UserId)> = social.filter_map(|one| Some((one.to, one.actor?))).collect();
    let pairs: Vec<(UserId, UserId)> = pairs.into_iter().collect();
    let apart = blocks::unwelcome(conn, &pairs).map_err(|error| error.to_string())?;
    let apart: HashSet<(UserId, UserId)> = apart.into_iter().collect();
    let is_welcome = |one: &Heard| {
        !one.kind.is_social() || one.actor.is_none_or(|actor| !apart.contains(&(one.to, actor)))
    };
    Ok(heard.into_iter().filter(is_welcome).collect())
}

/// What happens in a theme is nothing for who is out of it.
fn in_sight(
    conn: &mut PgConnection,
    messaging: &Messaging,
    heard: Vec<Heard>,
) -> Result<Vec<Heard>, HandlerError> {
    let publications: BTreeSet<Uuid> = heard.iter().filter_map(|one| one.under).collect();
    if publications.is_empty() {
        return Ok(heard);
    }
    let publications: Vec<Uuid> = publications.into_iter().collect();
    let themes: HashMap<Uuid, Uuid> =
        hostolink_social::themes_of_publications(conn, &publications)?.into_iter().collect();
    let theme = |one: &Heard| themes.get(&one.under?).copied();
    let listeners: Vec<(Uuid, UserId)> = heard.iter().filter_map(|one| Some((theme(one)?, one.to))).collect();
    if listeners.is_empty() {
        return Ok(heard);
    }
    let facts = messaging.facts(conn, &Named { listeners, ..Named::default() })?;
    let is_in = |one: &Heard| theme(one).is_none_or(|theme| facts.place(theme, one.to).is_some());
    Ok(heard.into_iter().filter(is_in).collect())
}

/// With what sockets know people by. Who is gone is told nothing.
fn addressed(conn: &mut PgConnection, auth: &Auth, heard: Vec<Heard>) -> Result<Vec<Fact>, HandlerError> {
    let people: BTreeSet<UserId> = heard.iter().map(|one| one.to).collect();
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let people: Vec<UserId> = people.into_iter().collect();
    let reach = auth.reach(conn, &people)?;
    let fact = |one: Heard| {
        let public_id = reach.get(&one.to)?.public_id;
        Some(Fact {
            to: Recipient { user: one.to, public_id },
            kind: one.kind,
            actor: one.actor,
            object: Some(one.object),
            source: one.source,
            amount: one.amount,
            at: one.at,
        })
    };
    Ok(heard.into_iter().filter_map(fact).collect())
}
