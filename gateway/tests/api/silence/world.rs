//! Who is there, and what stands between two of them.

use crate::{
    app::{Caller, TestApp},
    messaging::{group, id_of, pair, say},
    realtime::{Socket, here},
};
use chrono::TimeDelta;
use hostolink_kernel::{Clock, UserId, UserPublicId};
use hostolink_notifications::{Channel, Kind};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

pub(super) const AREA: &str = "CI-AB";
pub(super) const REQUESTS: &str = "/api/wallet/requests";

/// Why Koffi must hear nothing of Awa, or of the conversation, or nothing at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// He blocked her.
    Blocks,
    /// She blocked him.
    IsBlocked,
    /// He muted her.
    Mutes,
    /// He left the group and the theme.
    Left,
    /// He was removed from them.
    Removed,
    /// He was banned from them.
    Banned,
    /// He signed out.
    SignedOut,
}

impl Relation {
    pub(super) const ALL: [Self; 7] = [
        Self::Blocks,
        Self::IsBlocked,
        Self::Mutes,
        Self::Left,
        Self::Removed,
        Self::Banned,
        Self::SignedOut,
    ];

    /// Its column in the table.
    pub(super) const fn column(self) -> usize {
        match self {
            Self::Blocks | Self::IsBlocked => 0,
            Self::Mutes => 1,
            Self::Left | Self::Removed | Self::Banned => 2,
            Self::SignedOut => 3,
        }
    }

    /// Whether what she does toward him is refused.
    pub(super) const fn is_block(self) -> bool {
        self.column() == 0
    }
}

/// Which of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Between whom and Awa something stands.
    Koffi,
    /// Who is as Koffi was before: what reaches him could have reached Koffi.
    Yao,
}

/// How many messages left for somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) push: usize,
    pub(super) mail: usize,
    pub(super) sms: usize,
}

/// Somebody who listens.
pub(super) struct Side {
    pub(super) caller: Caller,
    pub(super) id: String,
    pub(super) key: i32,
    pub(super) handle: &'static str,
    pub(super) phone: &'static str,
    /// What a push to them is addressed to.
    pub(super) telephone: &'static str,
    /// Open since before anything stood in between; `None` once they signed out.
    pub(super) socket: Option<Socket>,
    /// Up to where they polled.
    pub(super) cursor: String,
    /// The notifications that they know, and their number.
    pub(super) known: BTreeSet<String>,
    pub(super) badge: i64,
    pub(super) sent: Sent,
    /// Their conversation with Awa, what she last said there and what they did.
    pub(super) pair: String,
    pub(super) spoken: (String, String),
    pub(super) answered: String,
    /// What they published, with its words; and something else.
    pub(super) post: (String, String),
    pub(super) other_post: String,
    /// What they said to the house's publications: the public one, and the theme's.
    pub(super) comment: String,
    pub(super) theme_comment: String,
    /// What they asked Awa to pay: she is to do so, and to refuse.
    pub(super) asked: [String; 2],
    /// Where Awa is, as it is shown to them.
    pub(super) position: String,
}

impl Side {
    pub(super) const fn is_signed_out(&self) -> bool {
        self.socket.is_none()
    }
}

/// Everybody.
pub(super) struct World {
    pub(super) app: TestApp,
    pub(super) relation: Relation,
    /// Whose doings these are.
    pub(super) awa: Caller,
    pub(super) awa_id: String,
    pub(super) awa_phone: &'static str,
    /// Who owns the group and the theme, and stands in between to nobody.
    pub(super) house: Caller,
    pub(super) house_id: String,
    pub(super) stranger: Caller,
    pub(super) stranger_id: String,
    pub(super) koffi: Side,
    pub(super) yao: Side,
    pub(super) group: String,
    pub(super) theme: String,
    /// Where Awa is not: what is said there last is heard last.
    pub(super) quiet: String,
    /// What the house said in the group, and what Awa last did.
    pub(super) house_said: (String, String),
    pub(super) spoken: (String, String),
    /// The house's publications: the public one, and the theme's.
    pub(super) house_post: String,
    pub(super) theme_post: String,
    /// What Awa published and both keep, and what she published last.
    pub(super) kept: (String, String),
    pub(super) published: (String, String),
    pub(super) words: u32,
}

/// The id in an answer that made something.
pub(super) fn made(json: &Value) -> String {
    json["id"].as_str().unwrap_or_else(|| panic!("{json} has no id")).to_owned()
}

/// Publishes something, and says its id.
pub(super) async fn publish(by: &Caller, body: Value) -> String {
    made(&by.post("/api/publications", body).await.expect(201).json)
}

/// Says something to a publication, and its id.
pub(super) async fn comment(by: &Caller, post: &str, text: &str) -> String {
    let said = by.post(&format!("/api/publications/{post}/comments"), json!({"text": text})).await;
    made(&said.expect(201).json)
}

/// Says something in a conversation: its id, and the words.
pub(super) async fn word(by: &Caller, room: &str, text: &str) -> (String, String) {
    (made(&say(by, room, text).await.expect(201).json), text.to_owned())
}

/// Somebody new with a proven mailbox and a proven number, who wants to be found.
async fn person(app: &TestApp, mail: &str, phone: &str, handle: &str) -> Caller {
    let caller = app.person(mail).await;
    let prove = diesel::sql_query(format!(
        "UPDATE utilisateur SET telephone = '{phone}', telephone_normalise = '{phone}', \
         telephone_prouve_le = email_prouve_le WHERE email_normalise = '{mail}'"
    ));
    app.ask(|conn| diesel::RunQueryDsl::execute(prove, conn));
    let shown = json!({"sharesRead": true, "sharesPresence": true, "discoverable": true});
    caller.put("/api/messaging/preferences", shown).await.expect(200);
    caller.put("/api/social/profile", json!({"handle": handle})).await.expect(200);
    caller
}

/// The places where everybody is.
struct Places<'a> {
    house_id: &'a str,
    awa: &'a Caller,
    theme_id: &'a str,
    quiet: &'a str,
    house_post: &'a str,
    theme_post: &'a str,
    kept: &'a str,
}

/// Somebody who listens, with all that can be done to what is theirs.
async fn side(
    app: &TestApp,
    caller: Caller,
    (handle, phone, telephone): (&'static str, &'static str, &'static str),
    places: &Places<'_>,
) -> Side {
    let id = id_of(&caller).await;
    let public_id = UserPublicId::new(id.parse().unwrap());
    let found: Option<UserId> = app.state.auth.find_user(&mut app.db.conn(), public_id).unwrap();
    let name = handle.trim_end_matches(".s");
    let pair = pair(places.awa, &caller).await;
    let (answered, _) = word(&caller, &pair, "oui").await;
    let spoken = word(places.awa, &pair, &format!("avant{name}")).await;
    let words = format!("billet{name}");
    let post = publish(&caller, json!({"text": words})).await;
    let other_post = publish(&caller, json!({"text": "Autre chose"})).await;
    let comment_id = comment(&caller, places.house_post, "d'accord").await;
    caller.post(&format!("/api/themes/{}/join", places.theme_id), json!({})).await.expect(200);
    let theme_comment = comment(&caller, places.theme_post, "moi aussi").await;
    caller.put(&format!("/api/people/{}/follow", places.house_id), json!({})).await.expect(204);
    caller.put(&format!("/api/publications/{}/saves", places.kept), json!({})).await.expect(200);
    let mut asked = [String::new(), String::new()];
    for one in &mut asked {
        let body = json!({"to": places.awa.identifier, "amount": 100});
        *one = made(&caller.post(REQUESTS, body).await.expect(201).json);
    }
    let contact = json!({"to": caller.identifier, "name": name});
    let contact = made(&places.awa.post("/api/wallet/contacts", contact).await.expect(201).json);
    let place = json!({"latitude": 5.3456, "longitude": -4.0123, "accuracyMeters": 15});
    let share = json!({"contact": contact, "position": place, "minutes": 600});
    let position = made(&places.awa.post("/api/position-shares", share).await.expect(201).json);
    let device = json!({"token": telephone, "platform": "android"});
    caller.post("/api/push-devices", device).await.expect(200);
    caller.patch("/api/notifications/preferences", everything()).await.expect(200);
    hush(app, &caller, places.quiet).await;
    let (socket, ..) = Socket::open(&caller, None).await;
    Side {
        id,
        key: found.unwrap().key(),
        handle,
        phone,
        telephone,
        socket: Some(socket),
        cursor: here(&caller).await,
        known: BTreeSet::new(),
        badge: 0,
        sent: Sent::default(),
        pair,
        spoken,
        answered,
        post: (post, words),
        other_post,
        comment: comment_id,
        theme_comment,
        asked,
        position,
        caller,
    }
}

/// Every kind by every way that it can take.
fn everything() -> Value {
    let ways = Kind::ALL.iter().flat_map(|kind| {
        let offered = [Channel::Email, Channel::Sms].into_iter().filter(|channel| kind.offers(*channel));
        offered.map(|channel| json!({"kind": kind.code(), "channel": channel.code(), "on": true}))
    });
    json!({"choices": ways.collect::<Vec<_>>()})
}

/// Wants no notifications of a conversation: what is said there is brought, and told by no other way.
async fn hush(app: &TestApp, caller: &Caller, room: &str) {
    let until = app.clock.now() + TimeDelta::days(1);
    let settings = json!({"mutedUntil": until, "archived": false});
    caller.put(&format!("{room}/settings"), settings).await.expect(200);
}

impl World {
    /// Everybody knows everybody, and nothing stands between anybody yet.
    pub(super) async fn begin(relation: Relation) -> Self {
        // Who only listens is given up after a while, which this takes longer than.
        let app = TestApp::start_with(|config| config.streams.patience = Duration::from_secs(3_600));
        let (awa_phone, koffi_phone, yao_phone) = ("+2250708091011", "+2250708091012", "+2250708091013");
        let awa = person(&app, "awa@example.ci", awa_phone, "awa.s").await;
        let koffi = person(&app, "koffi@example.ci", koffi_phone, "koffi.s").await;
        let yao = person(&app, "yao@example.ci", yao_phone, "yao.s").await;
        let house = app.with_role("maison@example.ci", "superadmin").await;
        let stranger = app.person("inconnue@example.ci").await;
        app.give(&awa, 20_000).await;
        let (awa_id, house_id, stranger_id) =
            (id_of(&awa).await, id_of(&house).await, id_of(&stranger).await);

        let group = group(&house, &[&awa, &koffi, &yao]).await;
        let role = json!({"person": awa_id, "role": "moderator"});
        house.put(&format!("{group}/members/role"), role).await.expect(204);
        let quiet = crate::messaging::group(&house, &[&koffi, &yao]).await;
        let body = json!({"title": "Santé", "category": "health", "description": "Parlons-en."});
        let theme_id = made(&house.post("/api/themes", body).await.expect(201).json);
        awa.post(&format!("/api/themes/{theme_id}/join"), json!({})).await.expect(200);
        let house_said = word(&house, &group, "motmaison").await;
        let spoken = word(&awa, &group, "motavant").await;
        let house_post = publish(&house, json!({"text": "Bonjour à tous"})).await;
        let in_theme = json!({"text": "Entre nous", "visibility": "theme", "themeId": theme_id});
        let theme_post = publish(&house, in_theme).await;
        let kept = publish(&awa, json!({"text": "motgarde"})).await;

        let places = Places {
            house_id: &house_id,
            awa: &awa,
            theme_id: &theme_id,
            quiet: &quiet,
            house_post: &house_post,
            theme_post: &theme_post,
            kept: &kept,
        };
        let koffi = side(&app, koffi, ("koffi.s", koffi_phone, "dGVzdC1rb2ZmaS0xMjM0:APA91b"), &places).await;
        let yao = side(&app, yao, ("yao.s", yao_phone, "dGVzdC15YW8tMTIzNDU2:APA91b"), &places).await;
        // She was there: who may know sees when.
        drop(Socket::open(&awa, None).await);
        let theme = format!("/api/conversations/{theme_id}");
        Self {
            relation,
            awa,
            awa_id,
            awa_phone,
            house,
            house_id,
            stranger,
            stranger_id,
            koffi,
            yao,
            group,
            theme,
            quiet,
            house_said,
            spoken,
            house_post,
            theme_post,
            published: (kept.clone(), "motgarde".to_owned()),
            kept: (kept, "motgarde".to_owned()),
            words: 0,
            app,
        }
    }

    /// Puts it between Koffi and Awa, or between Koffi and the rest.
    pub(super) async fn relate(&self) {
        let (koffi, id) = (&self.koffi.caller, &self.koffi.id);
        let away = json!({"person": id, "ban": self.relation == Relation::Banned});
        let rooms = [&self.group, &self.theme];
        let answer = match self.relation {
            Relation::Blocks => koffi.put(&format!("/api/people/{}/block", self.awa_id), json!({})).await,
            Relation::IsBlocked => self.awa.put(&format!("/api/people/{id}/block"), json!({})).await,
            Relation::Mutes => koffi.put(&format!("/api/people/{}/mute", self.awa_id), json!({})).await,
            Relation::Left => {
                koffi.post(&format!("{}/leave", rooms[0]), json!({})).await.expect(204);
                koffi.post(&format!("{}/leave", rooms[1]), json!({})).await
            }
            Relation::Removed | Relation::Banned => {
                let path = |room: &str| format!("{room}/members/removal");
                self.house.post(&path(rooms[0]), away.clone()).await.expect(204);
                self.house.post(&path(rooms[1]), away).await
            }
            Relation::SignedOut => {
                let ticket = koffi.post("/api/realtime/tickets", json!({})).await;
                let answer = koffi.post("/api/sign-out", json!({})).await;
                let path = format!("/ws?ticket={}", ticket.expect(201).json["ticket"].as_str().unwrap());
                let late = Socket::connect(&koffi.base, &path, &[]).await;
                assert_eq!(late.err(), Some(401), "a ticket is good as long as its session");
                answer
            }
        };
        answer.expect(204);
    }

    pub(super) fn side(&self, who: Who) -> &Side {
        match who {
            Who::Koffi => &self.koffi,
            Who::Yao => &self.yao,
        }
    }

    pub(super) fn side_mut(&mut self, who: Who) -> &mut Side {
        match who {
            Who::Koffi => &mut self.koffi,
            Who::Yao => &mut self.yao,
        }
    }

    pub(super) fn theme_id(&self) -> &str {
        self.theme.trim_start_matches("/api/conversations/")
    }

    /// A word that nobody has said yet.
    pub(super) fn word(&mut self) -> String {
        self.words += 1;
        format!("mot{}x", self.words)
    }
}
