//! What happens toward each.

use super::{
    ways::Trace,
    world::{REQUESTS, Who, World, made},
};
use crate::{
    app::{Answer, Caller},
    messaging::drawn,
};
use hostolink_auth::{LEVEL_CHANGED, NEW_DEVICE};
use hostolink_kernel::Clock;
use hostolink_outbox::NewEvent;
use serde_json::{Value, json};
use uuid::Uuid;

/// What Awa does toward somebody, or the house does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Each {
    /// In their conversation of two.
    SaidBefore,
    Says,
    Edits,
    Pins,
    Signs,
    Reads,
    Types,
    Deletes,
    /// Makes a group of both.
    Gathers,
    /// With what they published or said.
    Likes,
    Comments,
    Answers,
    NamesInPost,
    NamesInComment,
    LikesComment,
    Shares,
    Follows,
    NamesInTheme,
    AnswersInTheme,
    LikesInTheme,
    /// Shows where she is.
    ShowsPlace,
    /// Money.
    Pays,
    Asks,
    PaysRequest,
    RefusesRequest,
    /// Nobody's doing.
    IsSanctioned,
    SignsInElsewhere,
    IsVerified,
}

impl World {
    /// Does it toward one of both, and says what it is known by. Where something is refused to who has a block there is nothing to know.
    pub(super) async fn each(&mut self, each: Each, who: Who) -> Trace {
        let said = self.word();
        let awa = self.awa.clone();
        let mut trace = Trace::new(&said, &self.awa_id);
        let side = self.side(who);
        trace.room.clone_from(&side.pair);
        (trace.message, trace.post) = (side.spoken.0.clone(), side.post.0.clone());
        let (pair, spoken) = (side.pair.clone(), side.spoken.clone());
        let message = format!("/api/messages/{}", spoken.0);
        match each {
            Each::SaidBefore => trace.said = spoken.1,
            Each::ShowsPlace => trace.said.clone_from(&side.position),
            Each::Says => {
                let body = json!({"clientId": drawn(), "text": said});
                let answer = awa.post(&format!("{pair}/messages"), body).await;
                if let Some(sent) = self.done(who, &answer) {
                    trace.message = made(sent);
                    self.side_mut(who).spoken = (trace.message.clone(), said);
                }
            }
            Each::Edits => {
                let answer = awa.put(&message, json!({"text": said})).await;
                self.done(who, &answer);
                self.side_mut(who).spoken.1 = said;
            }
            Each::Pins => {
                trace.said = spoken.1;
                self.done(who, &awa.put(&format!("{message}/pin"), json!({})).await);
            }
            Each::Signs => {
                trace.message.clone_from(&side.answered);
                let path = format!("/api/messages/{}/reactions", trace.message);
                self.done(who, &awa.put(&path, json!({"sign": "👍"})).await);
            }
            Each::Reads => {
                let room = awa.get(&pair).await;
                trace.number = self.done(who, &room).and_then(|room| room["lastSeq"].as_i64()).unwrap_or(1);
                let marker = json!({"readSeq": trace.number});
                self.done(who, &awa.put(&format!("{pair}/markers"), marker).await);
            }
            Each::Types => {
                self.done(who, &awa.post(&format!("{pair}/typing"), json!({"typing": true})).await);
            }
            Each::Deletes => {
                trace.said = spoken.0;
                self.done(who, &awa.delete(&format!("{message}?for=all")).await);
            }
            Each::Gathers => {
                let body = json!({"title": said, "people": [side.id]});
                let answer = awa.post("/api/conversations", body).await;
                if let Some(room) = self.done(who, &answer) {
                    trace.room = format!("/api/conversations/{}", made(room));
                }
            }
            Each::Pays | Each::Asks | Each::PaysRequest | Each::RefusesRequest => {
                self.each_pays(each, who, &said).await;
            }
            Each::IsSanctioned | Each::SignsInElsewhere | Each::IsVerified => self.each_by_nobody(each, who),
            _ => self.each_published(each, who, &mut trace).await,
        }
        trace
    }

    /// What was done; `None` where a block refused it. Toward the other it is never refused.
    #[track_caller]
    fn done<'a>(&self, who: Who, answer: &'a Answer) -> Option<&'a Value> {
        if who == Who::Koffi && self.relation.is_block() && answer.status == 404 {
            return None;
        }
        assert!(answer.status.is_success(), "toward {who:?}: {} {}", answer.status, answer.json);
        Some(&answer.json)
    }

    async fn each_published(&self, each: Each, who: Who, trace: &mut Trace) {
        let (awa, side, said) = (&self.awa, self.side(who), trace.said.clone());
        let post = |id: &str| format!("/api/publications/{id}");
        match each {
            Each::Likes => {
                self.done(who, &awa.put(&format!("{}/likes", post(&side.post.0)), json!({})).await);
            }
            Each::Comments => self.says_to(who, json!({"text": said}), trace).await,
            Each::Answers => {
                (trace.post, trace.parent) = (self.house_post.clone(), side.comment.clone());
                self.says_to(who, json!({"text": said, "parentId": side.comment}), trace).await;
            }
            Each::NamesInPost | Each::NamesInTheme => {
                let mut body = json!({"text": format!("@{} {said}", side.handle)});
                if each == Each::NamesInTheme {
                    body["visibility"] = json!("theme");
                    body["themeId"] = json!(self.theme_id());
                }
                trace.post = super::world::publish(awa, body).await;
            }
            Each::NamesInComment => {
                trace.post.clone_from(&self.house_post);
                let text = format!("@{} {said}", side.handle);
                trace.comment = super::world::comment(awa, &trace.post, &text).await;
            }
            Each::LikesComment => self.likes_comment(awa, &side.comment, who).await,
            Each::LikesInTheme => self.likes_comment(awa, &side.theme_comment, who).await,
            Each::Shares => {
                trace.said.clone_from(&side.post.1);
                self.done(who, &awa.post(&format!("{}/shares", post(&side.post.0)), json!({})).await);
            }
            Each::Follows => {
                trace.of.clone_from(&side.id);
                self.done(who, &awa.put(&format!("/api/people/{}/follow", side.id), json!({})).await);
            }
            Each::AnswersInTheme => {
                (trace.post, trace.parent) = (self.theme_post.clone(), side.theme_comment.clone());
                self.says_to(who, json!({"text": said, "parentId": side.theme_comment}), trace).await;
            }
            _ => unreachable!("{each:?} is no matter of publications"),
        }
    }

    async fn says_to(&self, who: Who, body: Value, trace: &mut Trace) {
        let answer = self.awa.post(&format!("/api/publications/{}/comments", trace.post), body).await;
        if let Some(said) = self.done(who, &answer) {
            trace.comment = made(said);
        }
    }

    async fn likes_comment(&self, awa: &Caller, comment: &str, who: Who) {
        self.done(who, &awa.put(&format!("/api/comments/{comment}/likes"), json!({})).await);
    }

    async fn each_pays(&self, each: Each, who: Who, note: &str) {
        let (awa, side) = (&self.awa, self.side(who));
        let to = &side.caller.identifier;
        let answer = match each {
            Each::Pays => awa.pay("/api/wallet/transfers", json!({"to": to, "amount": 100})).await,
            Each::Asks => awa.post(REQUESTS, json!({"to": to, "amount": 100, "note": note})).await,
            Each::PaysRequest => awa.pay(&format!("{REQUESTS}/{}/accept", side.asked[0]), json!({})).await,
            _ => awa.post(&format!("{REQUESTS}/{}/refuse", side.asked[1]), json!({})).await,
        };
        assert!(answer.status.is_success(), "money knows no block: {} {}", answer.status, answer.json);
    }

    /// As identity and moderation tell of it.
    fn each_by_nobody(&self, each: Each, who: Who) {
        let side = self.side(who);
        let id: Uuid = side.id.parse().unwrap();
        let (kind, subject, payload) = match each {
            Each::IsSanctioned => {
                ("social.sanctioned", Uuid::from_u128(103), json!({"to": side.key, "measure": "warning"}))
            }
            Each::SignsInElsewhere => (NEW_DEVICE, id, json!({"session": drawn()})),
            _ => (LEVEL_CHANGED, id, json!({})),
        };
        let event = NewEvent { kind, subject, payload };
        let now = self.app.clock.now();
        self.app.state.database.run_here(|conn| hostolink_outbox::publish(conn, &event, now)).unwrap();
    }
}
