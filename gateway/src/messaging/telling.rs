//! What is told live of messages: read at that moment, written once for all who hear the same, to who may hear it then. Who asks for what they
//! missed is answered the same.

use super::{
    message_views::{MessageView, Shown, SignView, signs},
    views::{MemberRoleView, OwnView, RoomView, SpeakerView, StandingView, speaker},
};
use crate::{error::ApiResult, realtime::Told, social::blocks, state::State, wallet::views::names};
use diesel::PgConnection;
use hostolink_auth::Recipient;
use hostolink_kernel::{Cursor, UserId};
use hostolink_messaging::{
    DELETED, EDITED, Facts, MARKER, MEMBERSHIP, MESSAGE, Message, Named, Own, REACTION, Standing,
};
use hostolink_notifications::CREATED as NOTIFIED;
use hostolink_outbox::Event;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The name in cursors of what is told live.
pub(crate) const LIST: &str = "realtime";

/// Who may hear of what, by the conversation or the person that an event is about.
pub(crate) type Listeners = HashMap<Uuid, Vec<UserId>>;

/// Whether sockets may have to hear of an event.
pub(crate) fn is_live(event: &Event) -> bool {
    event.kind.starts_with("messaging.") || event.kind == NOTIFIED
}

fn id_in(event: &Event, name: &str) -> Option<Uuid> {
    event.payload.get(name)?.as_str().and_then(|id| Uuid::parse_str(id).ok())
}

/// Who came into which conversation by these events: they listen to it from now on.
pub(crate) fn newcomers(
    conn: &mut PgConnection,
    state: &State,
    events: &[Event],
) -> ApiResult<Vec<(UserId, Uuid)>> {
    let came = events.iter().filter(|event| event.kind == MEMBERSHIP);
    let came: Vec<(Uuid, Uuid)> =
        came.filter_map(|event| Some((id_in(event, "member")?, event.subject))).collect();
    if came.is_empty() {
        return Ok(Vec::new());
    }
    let members = came.iter().map(|(member, _)| *member).collect();
    let facts = state.messaging.facts(conn, &Named { members, ..Named::default() })?;
    let who = |(member, room): &(Uuid, Uuid)| Some((facts.members.get(member)?.user, *room));
    Ok(came.iter().filter_map(who).collect())
}

/// A frame as clients get it.
#[derive(Serialize)]
#[expect(clippy::large_enum_variant, reason = "each is written and let go at once")]
#[serde(tag = "type", rename_all = "camelCase")]
enum Frame<'a> {
    Message {
        message: MessageView,
    },
    #[serde(rename_all = "camelCase")]
    Reaction {
        conversation_id: Uuid,
        message_id: Uuid,
        person: Option<SpeakerView>,
        sign: Option<&'a str>,
        reactions: Vec<SignView>,
    },
    #[serde(rename_all = "camelCase")]
    Marker {
        conversation_id: Uuid,
        person: Option<SpeakerView>,
        delivered_seq: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        read_seq: Option<i64>,
    },
    #[serde(rename_all = "camelCase")]
    Own {
        conversation_id: Uuid,
        own: OwnView,
    },
    #[serde(rename_all = "camelCase")]
    Membership {
        conversation_id: Uuid,
        person: Option<SpeakerView>,
        role: MemberRoleView,
        standing: StandingView,
        members: i32,
        #[serde(skip_serializing_if = "Option::is_none")]
        delivered_seq: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        read_seq: Option<i64>,
    },
    Conversation {
        conversation: RoomView,
    },
    Notification {
        unread: i32,
    },
    #[serde(rename_all = "camelCase")]
    Typing {
        conversation_id: Uuid,
        person: Option<SpeakerView>,
        typing: bool,
    },
}

/// A frame of the log has its place in it.
#[derive(Serialize)]
struct Placed<'a> {
    #[serde(flatten)]
    frame: Frame<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// The cursor of an event.
pub(crate) fn cursor(seq: i64) -> String {
    Cursor::new(LIST, &seq).map(|cursor| cursor.as_str().to_owned()).unwrap_or_default()
}

fn text(seq: i64, frame: Frame<'_>) -> String {
    let cursor = (seq > 0).then(|| cursor(seq));
    // Our own views always write.
    serde_json::to_string(&Placed { frame, cursor }).unwrap_or_default()
}

/// What is needed to tell of events, looked up once for all of them.
struct Teller<'a> {
    facts: Facts,
    shown: Shown,
    names: HashMap<UserId, Recipient>,
    apart: HashMap<UserId, HashSet<UserId>>,
    unread: HashMap<UserId, i32>,
    listeners: &'a Listeners,
}

/// Whom these events concern of those who listen, and what each hears.
pub(crate) fn tell(
    conn: &mut PgConnection,
    state: &State,
    events: &[Event],
    listeners: &Listeners,
) -> ApiResult<Vec<Told>> {
    let about = |event: &&Event| listeners.contains_key(&event.subject);
    let events: Vec<&Event> = events.iter().filter(about).collect();
    let talk = events.iter().filter(|event| event.kind.starts_with("messaging."));
    let rooms: HashSet<Uuid> = talk.map(|event| event.subject).collect();
    let pairs = |room: &Uuid| {
        let who = listeners.get(room).cloned().unwrap_or_default();
        who.into_iter().map(|user| (*room, user)).collect::<Vec<_>>()
    };
    let named = Named {
        conversations: rooms.iter().copied().collect(),
        messages: events.iter().filter_map(|event| id_in(event, "message")).collect(),
        members: events.iter().filter_map(|event| id_in(event, "member")).collect(),
        listeners: rooms.iter().flat_map(pairs).collect(),
    };
    let facts = state.messaging.facts(conn, &named)?;
    let shown = Shown::of(conn, state, facts.messages.values())?;
    let names = names(conn, &state.auth, facts.members.values().map(|member| member.user))?;
    let apart = apart(conn, &facts, &named)?;
    let told = events.iter().filter(|event| event.kind == NOTIFIED);
    let told: Vec<UserId> = told.flat_map(|event| listeners[&event.subject].iter().copied()).collect();
    let unread = if told.is_empty() { HashMap::new() } else { state.notifications.unread_of(conn, &told)? };
    let teller = Teller { facts, shown, names, apart, unread, listeners };
    Ok(events.into_iter().flat_map(|event| teller.tell(event)).collect())
}

/// Of each whose doing is told: who must not hear of them.
fn apart(
    conn: &mut PgConnection,
    facts: &Facts,
    named: &Named,
) -> ApiResult<HashMap<UserId, HashSet<UserId>>> {
    let mut listening: Vec<UserId> = named.listeners.iter().map(|(_, user)| *user).collect();
    listening.sort_unstable();
    listening.dedup();
    let authors = facts.messages.values().map(|message| message.author);
    let doing: HashSet<UserId> = authors.chain(facts.members.values().map(|member| member.user)).collect();
    if let [only] = listening[..] {
        // One who catches up: whom they don't see is asked for once.
        let hidden: HashSet<UserId> = blocks::hidden(conn, only)?.into_iter().collect();
        let from =
            |who: &UserId| (*who, if hidden.contains(who) { HashSet::from([only]) } else { HashSet::new() });
        return Ok(doing.iter().map(from).collect());
    }
    let doing: Vec<UserId> = doing.into_iter().collect();
    let mut apart: HashMap<UserId, HashSet<UserId>> = HashMap::new();
    for (who, listener) in blocks::among(conn, &doing, &listening)? {
        apart.entry(who).or_default().insert(listener);
    }
    Ok(apart)
}

impl Teller<'_> {
    fn may_hear(&self, listener: UserId, of: UserId) -> bool {
        listener == of || !self.apart.get(&of).is_some_and(|apart| apart.contains(&listener))
    }

    /// Who listens to what an event is about and fits.
    fn who(&self, subject: Uuid, fits: impl Fn(UserId) -> bool) -> Vec<UserId> {
        let all = self.listeners.get(&subject).into_iter().flatten();
        all.copied().filter(|user| fits(*user)).collect()
    }

    fn speaker(&self, user: UserId) -> Option<SpeakerView> {
        speaker(&self.names, user)
    }

    fn tell(&self, event: &Event) -> Vec<Told> {
        let told = match event.kind.as_str() {
            MESSAGE | EDITED | DELETED => self.message(event),
            REACTION => self.reaction(event),
            MARKER => self.marker(event),
            MEMBERSHIP => self.membership(event),
            NOTIFIED => Some(self.notification(event)),
            _ => None,
        };
        let mut told = told.unwrap_or_default();
        told.retain(|told| !told.to.is_empty());
        told
    }

    /// What the badge of each shows now.
    fn notification(&self, event: &Event) -> Vec<Told> {
        let told = |user: UserId| {
            let frame = Frame::Notification { unread: self.unread.get(&user).copied().unwrap_or(0) };
            Told { seq: event.seq, text: text(event.seq, frame).into(), authors: Vec::new(), to: vec![user] }
        };
        self.who(event.subject, |_| true).into_iter().map(told).collect()
    }

    /// Whose doing who mutes one of them does not hear of: not where two people talk.
    fn mutable(&self, room: Uuid, who: &[UserId]) -> Vec<UserId> {
        let of_many = self.facts.conversations.get(&room).is_some_and(|room| room.pair.is_none());
        if of_many { who.to_vec() } else { Vec::new() }
    }

    fn hears(&self, listener: UserId, message: &Message) -> bool {
        self.facts.sees(listener, message) && self.may_hear(listener, message.author)
    }

    fn message(&self, event: &Event) -> Option<Vec<Told>> {
        let message = self.facts.messages.get(&id_in(event, "message")?)?;
        let to = self.who(event.subject, |user| self.hears(user, message));
        let authors = self.mutable(event.subject, &[message.author]);
        let text = text(event.seq, Frame::Message { message: self.shown.view(message) });
        Some(vec![Told { seq: event.seq, text: text.into(), authors, to }])
    }

    fn reaction(&self, event: &Event) -> Option<Vec<Told>> {
        let message = self.facts.messages.get(&id_in(event, "message")?)?;
        let member = self.facts.members.get(&id_in(event, "member")?)?;
        let who = member.user;
        let hears = |user| self.hears(user, message) && self.may_hear(user, who);
        let frame = Frame::Reaction {
            conversation_id: event.subject,
            message_id: message.id,
            person: self.speaker(who),
            sign: self.facts.sign(message, who),
            reactions: signs(message),
        };
        let text = text(event.seq, frame);
        let to = self.who(event.subject, hears);
        let authors = self.mutable(event.subject, &[who, message.author]);
        Some(vec![Told { seq: event.seq, text: text.into(), authors, to }])
    }

    /// To oneself all of it; where two or a group talk, to others who see what moved: how far they came, and where they read if both show it.
    fn marker(&self, event: &Event) -> Option<Vec<Told>> {
        let member = self.facts.members.get(&id_in(event, "member")?)?;
        let room = self.facts.conversations.get(&event.subject)?;
        let own = Own { conversation: room.clone(), membership: member.clone() };
        let own = text(event.seq, Frame::Own { conversation_id: room.id, own: (&own).into() });
        let is_in = |user| self.facts.place(event.subject, user).is_some();
        let to = self.who(event.subject, |user| user == member.user && is_in(user));
        let mut told = vec![Told { seq: event.seq, text: own.into(), authors: Vec::new(), to }];
        let moved = |what: &str| event.payload.get(what).and_then(serde_json::Value::as_bool) == Some(true);
        let (delivered, read_on) = (moved("delivered"), moved("read"));
        if room.shows_markers() {
            for read in [true, false].into_iter().filter(|read| delivered || (*read && read_on)) {
                let hears = |user: UserId| {
                    let other = user != member.user && is_in(user) && self.may_hear(user, member.user);
                    other && self.facts.sees_read(user, member.user) == read
                };
                let frame = Frame::Marker {
                    conversation_id: room.id,
                    person: self.speaker(member.user),
                    delivered_seq: member.delivered_seq,
                    read_seq: read.then_some(member.read_seq),
                };
                let (text, to) = (text(event.seq, frame), self.who(event.subject, hears));
                let authors = self.mutable(room.id, &[member.user]);
                told.push(Told { seq: event.seq, text: text.into(), authors, to });
            }
        }
        Some(told)
    }

    fn membership(&self, event: &Event) -> Option<Vec<Told>> {
        let room = self.facts.conversations.get(&event.subject)?;
        let is_in = |user| self.facts.place(event.subject, user).is_some();
        let Some(member) = id_in(event, "member") else {
            let text = text(event.seq, Frame::Conversation { conversation: room.into() });
            let to = self.who(event.subject, is_in);
            return Some(vec![Told { seq: event.seq, text: text.into(), authors: Vec::new(), to }]);
        };
        let member = self.facts.members.get(&member)?;
        // Who is out hears that they are, and nothing more.
        let hears = |user: UserId| user == member.user || (is_in(user) && self.may_hear(user, member.user));
        // Who comes in begins somewhere: no marker says it before they move.
        let begins = room.shows_markers() && member.standing == Standing::Active;
        let told = |read: bool| {
            let frame = Frame::Membership {
                conversation_id: room.id,
                person: self.speaker(member.user),
                role: member.role.into(),
                standing: member.standing.into(),
                members: room.members,
                delivered_seq: begins.then_some(member.delivered_seq),
                read_seq: (begins && read).then_some(member.read_seq),
            };
            let sees = |user| hears(user) && self.facts.sees_read(user, member.user) == read;
            let to = self.who(event.subject, sees);
            Told { seq: event.seq, text: text(event.seq, frame).into(), authors: Vec::new(), to }
        };
        Some(vec![told(true), told(false)])
    }
}

/// Who types now, and who has stopped, since the last sign that was told: to who is in the conversation then.
pub(crate) fn typing(
    conn: &mut PgConnection,
    state: &State,
    told: Option<i64>,
) -> ApiResult<(i64, Vec<Told>)> {
    const AT_ONCE: i64 = 500;
    let Some(told) = told else { return Ok((state.messaging.last_typing(conn)?, Vec::new())) };
    let signs = state.messaging.typing_after(conn, told, AT_ONCE)?;
    let Some(last) = signs.last().map(|sign| sign.number) else { return Ok((told, Vec::new())) };
    let rooms: HashSet<Uuid> = signs.iter().map(|sign| sign.conversation).collect();
    let listeners = state.streams.listeners(&rooms);
    let pairs: Vec<(Uuid, UserId)> =
        listeners.iter().flat_map(|(room, users)| users.iter().map(|user| (*room, *user))).collect();
    let facts = state.messaging.facts(conn, &Named { listeners: pairs, ..Named::default() })?;
    let names = names(conn, &state.auth, signs.iter().map(|sign| sign.user))?;
    let typing: Vec<UserId> = signs.iter().map(|sign| sign.user).collect();
    let listening: Vec<UserId> = listeners.values().flatten().copied().collect();
    let apart = blocks::among(conn, &typing, &listening)?;
    let mut frames = Vec::with_capacity(signs.len());
    for sign in &signs {
        let Some(users) = listeners.get(&sign.conversation) else { continue };
        let is_in = |user| facts.place(sign.conversation, user).is_some();
        let hears =
            |user: &UserId| *user != sign.user && is_in(*user) && !apart.contains(&(sign.user, *user));
        let frame = Frame::Typing {
            conversation_id: sign.conversation,
            person: speaker(&names, sign.user),
            typing: state.messaging.is_typing(sign),
        };
        let to = users.iter().copied().filter(hears).collect();
        frames.push(Told { seq: 0, text: text(0, frame).into(), authors: vec![sign.user], to });
    }
    Ok((last, frames))
}
