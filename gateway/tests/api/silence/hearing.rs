//! What came to whom: read up to something that was said last, counted where it leaves, looked for where it could be read.

use super::{
    table::Row,
    ways::{Trace, Way},
    world::{Sent, Side, Who, World},
};
use crate::{messaging::say, realtime::pull};
use hostolink_kernel::Clock;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// What came live.
#[derive(Debug, Default)]
pub(super) struct Frames {
    pub(super) brought: Vec<Value>,
    pub(super) polled: Vec<Value>,
}

/// By which ways something reached somebody, and what nobody would have thought of.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) ways: BTreeSet<Way>,
    pub(super) strange: Vec<String>,
}

impl Side {
    /// Reads up to what was said last, by the socket and by polling.
    async fn drain(&mut self, last: &str) -> Frames {
        let mut frames = Frames::default();
        let is_last = |frame: &Value| frame["message"]["text"] == last;
        let Some(socket) = &mut self.socket else { return frames };
        loop {
            let frame = socket.frame().await;
            if is_last(&frame) {
                break;
            }
            frames.brought.push(frame);
        }
        (frames.polled, self.cursor) = pull(&self.caller, &self.cursor).await;
        let end = frames.polled.pop();
        assert!(end.as_ref().is_some_and(is_last), "nothing comes after what was said last: {end:?}");
        frames
    }
}

impl Heard {
    /// What came live: the frame of what happened, that of a notification where one is due, and nothing else.
    fn live(&mut self, frames: &Frames, row: &Row) {
        for frame in frames.brought.iter().chain(&frames.polled) {
            let kind = frame["type"].as_str().unwrap_or_default();
            if row.frame == Some(kind) {
                self.ways.insert(Way::Live);
            } else if kind == "notification" && row.told.is_some() {
                self.ways.insert(Way::Bell);
            } else {
                self.strange.push(format!("a frame of another kind: {frame}"));
            }
        }
        // Who types is no part of the log.
        let is_kept = |frame: &&Value| frame["type"] != "typing";
        let brought: Vec<&Value> = frames.brought.iter().filter(is_kept).collect();
        if brought != frames.polled.iter().collect::<Vec<_>>() {
            let polled = &frames.polled;
            self.strange.push(format!("the socket brought {brought:?} and polling answered {polled:?}"));
        }
    }

    /// What left.
    fn left(&mut self, before: Sent, now: Sent) {
        for (way, before, now) in [
            (Way::Push, before.push, now.push),
            (Way::Mail, before.mail, now.mail),
            (Way::Sms, before.sms, now.sms),
        ] {
            if now > before {
                self.ways.insert(way);
            }
        }
    }
}

impl World {
    /// Says something last in a conversation that both hear, and reads up to it: what has not come before it does not come any more.
    pub(super) async fn drain(&mut self) -> [Frames; 2] {
        // What is made of what happened has its number in the second round.
        for _ in 0..2 {
            self.app.tell().await;
        }
        let last = self.word();
        say(&self.house, &self.quiet, &last).await.expect(201);
        self.app.tell().await;
        [self.koffi.drain(&last).await, self.yao.drain(&last).await]
    }

    /// Sends what waits. A message waits for some seconds whether it is read.
    pub(super) async fn send(&self) {
        self.app.clock.advance(Duration::from_secs(6));
        hostolink_gateway::notifications::send_due(self.app.state.clone()).await.unwrap();
    }

    /// How many messages left for somebody until now.
    pub(super) fn sent(&self, who: Who) -> Sent {
        let side = self.side(who);
        let outbox = self.app.state.development_outbox.as_ref().expect("a server of development");
        let count = |to: &str| outbox.messages(Some(to)).len();
        Sent { push: count(side.telephone), mail: count(&side.caller.identifier), sms: count(side.phone) }
    }

    /// Has both read what they were told. That closes it: what comes is told anew, and not with what was there.
    pub(super) async fn read_all(&self) {
        let read = json!({"upTo": self.app.clock.now()});
        for side in [&self.koffi, &self.yao].into_iter().filter(|side| !side.is_signed_out()) {
            side.caller.post("/api/notifications/read", read.clone()).await.expect(200);
        }
    }

    /// Looks at what is there before anything of the table happens.
    pub(super) async fn know(&mut self, who: Who) {
        let (list, badge) = (self.notifications(who).await, self.badge(who).await);
        let sent = self.sent(who);
        let side = self.side_mut(who);
        side.known = list.iter().map(super::world::made).collect();
        (side.badge, side.sent) = (badge, sent);
    }

    async fn notifications(&self, who: Who) -> Vec<Value> {
        let side = self.side(who);
        let list = side.caller.get("/api/notifications?limit=100").await;
        if side.is_signed_out() {
            list.expect(401);
            return Vec::new();
        }
        list.expect(200).json["items"].as_array().unwrap().clone()
    }

    async fn badge(&self, who: Who) -> i64 {
        let side = self.side(who);
        let answer = side.caller.get("/api/notifications/unread-count").await;
        if side.is_signed_out() {
            answer.expect(401);
            return 0;
        }
        answer.expect(200).json["unread"].as_i64().unwrap()
    }

    /// By which ways what happened reached somebody.
    pub(super) async fn heard(&mut self, row: &Row, who: Who, frames: &Frames, trace: &Trace) -> Heard {
        let mut heard = Heard::default();
        heard.live(frames, row);
        let (list, badge, sent) = (self.notifications(who).await, self.badge(who).await, self.sent(who));
        let side = self.side_mut(who);
        for told in list.iter().filter(|told| !side.known.contains(told["id"].as_str().unwrap_or_default())) {
            if row.told.is_some_and(|kind| told["kind"] == kind.code()) {
                heard.ways.insert(Way::List);
            } else {
                heard.strange.push(format!("another notification: {told}"));
            }
        }
        if badge > side.badge {
            heard.ways.insert(Way::Badge);
        }
        heard.left(side.sent, sent);
        side.known = list.iter().map(super::world::made).collect();
        (side.badge, side.sent) = (badge, sent);
        for way in row.hears.iter().filter(|way| way.is_read()) {
            if way.shows(self, self.side(who), trace).await {
                heard.ways.insert(*way);
            }
        }
        heard
    }
}
