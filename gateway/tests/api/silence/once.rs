//! What happens once, in front of both.

use super::{
    ways::Trace,
    world::{World, comment, made, publish, word},
};
use serde_json::json;

/// What happens, and is seen by both alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Once {
    /// What was before anything stood in between.
    SaidBefore,
    KeptBefore,
    /// Who she is, and that she is there.
    IsFound,
    IsThere,
    /// In the group.
    Says,
    Edits,
    Pins,
    Signs,
    IsSigned,
    Reads,
    Types,
    PinsAnother,
    Renames,
    Brings,
    Deletes,
    IsDemoted,
    Leaves,
    /// In the theme.
    SaysInTheme,
    ThemeIsRenamed,
    /// To whom it may concern.
    IsPassedOn,
    Publishes,
    EditsPost,
    PublishesToFollowers,
    PublishesInTheme,
    PassesOn,
    FollowsAnother,
    IsNamed,
    Advertises,
}

impl World {
    /// Does it, and says what it is known by.
    pub(super) async fn once(&mut self, once: Once) -> Trace {
        let said = self.word();
        let awa = self.awa.clone();
        let mut trace = Trace::new(&said, &self.awa_id);
        trace.room.clone_from(&self.group);
        trace.message.clone_from(&self.spoken.0);
        let message = format!("/api/messages/{}", self.spoken.0);
        match once {
            Once::SaidBefore => trace.said.clone_from(&self.spoken.1),
            Once::KeptBefore => (trace.post, trace.said) = self.kept.clone(),
            Once::IsFound => "awa.s".clone_into(&mut trace.said),
            Once::IsThere => {}
            Once::Says => {
                trace.number = self.unread_of_yao().await;
                self.spoken = word(&awa, &self.group, &said).await;
                trace.message.clone_from(&self.spoken.0);
            }
            Once::Edits => {
                awa.put(&message, json!({"text": said})).await.expect(200);
                self.spoken.1 = said;
            }
            Once::Pins => {
                awa.put(&format!("{message}/pin"), json!({})).await.expect(200);
                trace.said.clone_from(&self.spoken.1);
            }
            Once::Signs => {
                trace.message.clone_from(&self.house_said.0);
                let path = format!("/api/messages/{}/reactions", trace.message);
                awa.put(&path, json!({"sign": "👍"})).await.expect(200);
            }
            Once::IsSigned => {
                trace.by.clone_from(&self.house_id);
                self.house.put(&format!("{message}/reactions"), json!({"sign": "🎉"})).await.expect(200);
            }
            Once::Reads => {
                let last = awa.get(&self.group).await.expect(200).json["lastSeq"].as_i64().unwrap();
                awa.put(&format!("{}/markers", self.group), json!({"readSeq": last})).await.expect(200);
                trace.number = last;
            }
            Once::Types => {
                awa.post(&format!("{}/typing", self.group), json!({"typing": true})).await.expect(204);
            }
            Once::PinsAnother => {
                (trace.message, trace.said) = self.house_said.clone();
                awa.put(&format!("/api/messages/{}/pin", trace.message), json!({})).await.expect(200);
            }
            Once::Renames => {
                awa.put(&self.group, json!({"title": said})).await.expect(200);
            }
            Once::Brings => {
                trace.by.clone_from(&self.stranger_id);
                let people = json!({"people": [self.stranger_id]});
                awa.post(&format!("{}/members", self.group), people).await.expect(204);
            }
            Once::Deletes => {
                awa.delete(&format!("{message}?for=all")).await.expect(204);
                trace.said.clone_from(&self.spoken.0);
            }
            Once::IsDemoted => {
                let role = json!({"person": self.awa_id, "role": "member"});
                self.house.put(&format!("{}/members/role", self.group), role).await.expect(204);
            }
            Once::Leaves => {
                awa.post(&format!("{}/leave", self.group), json!({})).await.expect(204);
            }
            Once::SaysInTheme => {
                trace.room.clone_from(&self.theme);
                trace.message = word(&awa, &self.theme, &said).await.0;
            }
            Once::ThemeIsRenamed => {
                trace.room.clone_from(&self.theme);
                let theme = format!("/api/themes/{}", self.theme_id());
                self.house.patch(&theme, json!({"title": said})).await.expect(200);
            }
            _ => self.once_published(once, &mut trace).await,
        }
        trace
    }

    async fn once_published(&mut self, once: Once, trace: &mut Trace) {
        let (awa, said) = (self.awa.clone(), trace.said.clone());
        match once {
            Once::IsPassedOn => {
                trace.post = publish(&awa, json!({"text": said})).await;
                trace.of.clone_from(&self.house_id);
                let path = format!("/api/publications/{}/shares", trace.post);
                self.house.post(&path, json!({})).await.expect(201);
            }
            Once::Publishes => {
                for follower in [&self.koffi, &self.yao] {
                    // Refused to who has a block with her, or is not signed in.
                    let path = format!("/api/people/{}/follow", self.awa_id);
                    follower.caller.put(&path, json!({})).await;
                }
                trace.post = publish(&awa, json!({"text": format!("{said} #{said}")})).await;
                self.published = (trace.post.clone(), said);
                let social = self.app.state.social.clone();
                self.app.state.database.run(move |conn| social.rank(conn)).await.unwrap();
            }
            Once::EditsPost => {
                (trace.post, trace.said) = self.published.clone();
                let path = format!("/api/publications/{}", trace.post);
                awa.put(&path, json!({"text": said})).await.expect(200);
            }
            Once::PublishesToFollowers => {
                trace.post = publish(&awa, json!({"text": said, "visibility": "followers"})).await;
            }
            Once::PublishesInTheme => {
                let body = json!({"text": said, "visibility": "theme", "themeId": self.theme_id()});
                trace.post = publish(&awa, body).await;
            }
            Once::PassesOn => {
                trace.post = publish(&self.stranger, json!({"text": said})).await;
                let path = format!("/api/publications/{}/shares", trace.post);
                awa.post(&path, json!({})).await.expect(201);
            }
            Once::FollowsAnother => {
                trace.of.clone_from(&self.house_id);
                trace.said.clone_from(&self.house_id);
                awa.put(&format!("/api/people/{}/follow", self.house_id), json!({})).await.expect(204);
            }
            Once::IsNamed => {
                let text = format!("@awa.s {said}");
                trace.post = publish(&self.house, json!({"text": text})).await;
                trace.comment = comment(&self.house, &self.house_post, &text).await;
                trace.said.clone_from(&self.awa_id);
            }
            Once::Advertises => self.advertise(&said).await,
            _ => unreachable!("{once:?} happens in a conversation"),
        }
    }

    async fn advertise(&self, title: &str) {
        let body = json!({
            "title": title, "text": "Samedi", "link": "https://exemple.ci/", "to": "2026-11-22T08:00:00Z", "budget": 1_000,
        });
        let drafted = made(&self.awa.post("/api/advertisements", body).await.expect(201).json);
        self.awa.pay(&format!("/api/advertisements/{drafted}/funding"), json!({})).await.expect(200);
        let decision = format!("/api/admin/advertisements/{drafted}/decision");
        self.house.post(&decision, json!({})).await.expect(200);
    }

    /// How many messages of the group Yao has not read, which is what anybody has not who reads nothing.
    async fn unread_of_yao(&self) -> i64 {
        self.yao.caller.get(&self.group).await.expect(200).json["own"]["unread"].as_i64().unwrap()
    }
}
