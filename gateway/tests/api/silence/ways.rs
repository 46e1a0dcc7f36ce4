//! Every way by which somebody could hear of something: what is brought, what leaves, and every read.

use super::world::{AREA, Side, World};
use serde_json::{Value, json};

/// A way by which something reaches somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// The frame of what happened, by the socket and by polling.
    Live,
    /// The frame that says that there is a notification, by both.
    Bell,
    /// The list of notifications.
    List,
    /// Their number.
    Badge,
    /// What leaves by itself.
    Push,
    Mail,
    Sms,
    /// Conversations: the list, one, the number of what is unread in it.
    Talks,
    Talk,
    Unread,
    /// Messages: of a conversation, one, found by a word, pinned.
    Said,
    One,
    Found,
    Pins,
    /// Who put a sign to a message, who has read up to where, who is in it, who is there.
    Signs,
    Markers,
    Members,
    Presence,
    /// Themes: the list, one.
    Themes,
    Theme,
    /// Publications: lists of them.
    Recent,
    ThemeFeed,
    Following,
    Trending,
    Tagged,
    Search,
    Saved,
    Published,
    PassedOn,
    /// Hashtags by their beginning.
    Tags,
    /// One publication, what it said before, and who did what with it.
    Post,
    Past,
    Likes,
    Shares,
    Comments,
    Comment,
    Replies,
    /// People.
    Profile,
    People,
    Followers,
    Followed,
    Contacts,
    /// What others pay for, who asks for money, and where somebody is: all that are shown, and one.
    Advertised,
    Requests,
    Positions,
    Position,
}

/// By what something that happened is known again, and where it could be read.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    /// Words, or an id, that nothing else has.
    pub(super) said: String,
    /// Whose doing it is.
    pub(super) by: String,
    /// Whose page it is on.
    pub(super) of: String,
    /// Up to which message somebody has read, or how many were unread before.
    pub(super) number: i64,
    pub(super) room: String,
    pub(super) message: String,
    pub(super) post: String,
    pub(super) comment: String,
    pub(super) parent: String,
}

/// The id of nothing: where somebody was refused there is nothing to look at.
pub(super) const NOTHING: &str = "019a0000-0000-7000-8000-000000000000";

impl Trace {
    pub(super) fn new(said: &str, by: &str) -> Self {
        let nothing = || NOTHING.to_owned();
        Self {
            said: said.to_owned(),
            by: by.to_owned(),
            of: by.to_owned(),
            number: 0,
            room: format!("/api/conversations/{NOTHING}"),
            message: nothing(),
            post: nothing(),
            comment: nothing(),
            parent: nothing(),
        }
    }
}

impl Way {
    /// The routes that it stands for; nothing for what leaves by itself.
    pub(super) const fn routes(self) -> &'static [&'static str] {
        match self {
            Self::Live | Self::Bell => &["/ws", "/api/realtime/events"],
            Self::List => &["/api/notifications"],
            Self::Badge => &["/api/notifications/unread-count"],
            Self::Push | Self::Mail | Self::Sms | Self::Contacts => &[],
            Self::Talks => &["/api/conversations"],
            Self::Talk | Self::Unread => &["/api/conversations/{id}"],
            Self::Said => &["/api/conversations/{id}/messages"],
            Self::One => &["/api/messages/{id}"],
            Self::Found => &["/api/messages"],
            Self::Pins => &["/api/conversations/{id}/pins"],
            Self::Signs => &["/api/messages/{id}/reactions"],
            Self::Markers => &["/api/conversations/{id}/markers"],
            Self::Members => &["/api/conversations/{id}/members"],
            Self::Presence => &["/api/conversations/{id}/presence"],
            Self::Themes => &["/api/themes"],
            Self::Theme => &["/api/themes/{id}"],
            Self::Recent | Self::ThemeFeed => &["/api/feeds/recent"],
            Self::Following => &["/api/feeds/following"],
            Self::Trending => &["/api/feeds/trending"],
            Self::Tagged => &["/api/hashtags/{tag}"],
            Self::Search => &["/api/social/search"],
            Self::Saved => &["/api/social/saved"],
            Self::Published => &["/api/people/{id}/publications"],
            Self::PassedOn => &["/api/people/{id}/shares"],
            Self::Tags => &["/api/social/search/hashtags"],
            Self::Post => &["/api/publications/{id}"],
            Self::Past => &["/api/publications/{id}/history"],
            Self::Likes => &["/api/publications/{id}/likes"],
            Self::Shares => &["/api/publications/{id}/shares"],
            Self::Comments => &["/api/publications/{id}/comments"],
            Self::Comment => &["/api/comments/{id}"],
            Self::Replies => &["/api/comments/{id}/replies"],
            Self::Profile => &["/api/people/{id}"],
            Self::People => &["/api/social/search/people"],
            Self::Followers => &["/api/people/{id}/followers"],
            Self::Followed => &["/api/people/{id}/following"],
            Self::Advertised => &["/api/advertisements/shown"],
            Self::Requests => &["/api/wallet/requests"],
            Self::Positions => &["/api/positions"],
            Self::Position => &["/api/positions/{id}"],
        }
    }

    /// Where it is read; `None` for what is brought or leaves.
    fn address(self, world: &World, trace: &Trace) -> Option<String> {
        let Trace { said, of, room, message, post, comment, parent, .. } = trace;
        let awa = &world.awa_id;
        Some(match self {
            Self::Live | Self::Bell | Self::List | Self::Badge | Self::Push | Self::Mail | Self::Sms => {
                return None;
            }
            // Asked by another method.
            Self::Contacts => "/api/contacts/match".to_owned(),
            Self::Talks => "/api/conversations?limit=100".to_owned(),
            Self::Talk | Self::Unread => room.clone(),
            Self::Said => format!("{room}/messages?limit=100"),
            Self::One => format!("/api/messages/{message}"),
            Self::Found => format!("/api/messages?limit=100&text={said}"),
            Self::Pins => format!("{room}/pins"),
            Self::Signs => format!("/api/messages/{message}/reactions?limit=100"),
            Self::Markers => format!("{room}/markers"),
            Self::Members => format!("{room}/members?limit=100"),
            Self::Presence => format!("{room}/presence"),
            Self::Themes => "/api/themes?limit=100".to_owned(),
            Self::Theme => room.replace("conversations", "themes"),
            Self::Recent => "/api/feeds/recent?limit=100".to_owned(),
            Self::ThemeFeed => format!("/api/feeds/recent?limit=100&themeId={}", world.theme_id()),
            Self::Following => "/api/feeds/following?limit=100".to_owned(),
            Self::Trending => "/api/feeds/trending?limit=100".to_owned(),
            Self::Tagged => format!("/api/hashtags/{said}?limit=100"),
            Self::Search => format!("/api/social/search?limit=100&q={said}"),
            Self::Saved => "/api/social/saved?limit=100".to_owned(),
            Self::Published => format!("/api/people/{of}/publications?limit=100"),
            Self::PassedOn => format!("/api/people/{of}/shares?limit=100"),
            Self::Tags => format!("/api/social/search/hashtags?limit=100&q={said}"),
            Self::Post => format!("/api/publications/{post}"),
            Self::Past => format!("/api/publications/{post}/history"),
            Self::Likes => format!("/api/publications/{post}/likes?limit=100"),
            Self::Shares => format!("/api/publications/{post}/shares?limit=100"),
            Self::Comments => format!("/api/publications/{post}/comments?limit=100"),
            Self::Comment => format!("/api/comments/{comment}"),
            Self::Replies => format!("/api/comments/{parent}/replies?limit=100"),
            Self::Profile => format!("/api/people/{awa}"),
            Self::People => format!("/api/social/search/people?limit=100&q={said}"),
            Self::Followers => format!("/api/people/{of}/followers?limit=100"),
            Self::Followed => format!("/api/people/{awa}/following?limit=100"),
            Self::Advertised => format!("/api/advertisements/shown?area={AREA}"),
            Self::Requests => "/api/wallet/requests?limit=100".to_owned(),
            Self::Positions => "/api/positions?limit=100".to_owned(),
            Self::Position => format!("/api/positions/{said}"),
        })
    }

    /// Whether it is read, and not brought.
    pub(super) const fn is_read(self) -> bool {
        !matches!(
            self,
            Self::Live | Self::Bell | Self::List | Self::Badge | Self::Push | Self::Mail | Self::Sms
        )
    }

    /// Whether somebody who reads there finds it.
    pub(super) async fn shows(self, world: &World, reader: &Side, trace: &Trace) -> bool {
        let Some(address) = self.address(world, trace) else { return false };
        let answer = match self {
            Self::Contacts => reader.caller.post(&address, json!({"phones": [world.awa_phone]})).await,
            _ => reader.caller.get(&address).await,
        };
        let status = answer.status.as_u16();
        let refused = if reader.is_signed_out() { 401 } else { 404 };
        assert!([200, refused].contains(&status), "{address}: {status} {}", answer.json);
        status == 200 && self.is_in(&answer.json, trace)
    }

    fn is_in(self, answer: &Value, trace: &Trace) -> bool {
        let items = || answer["items"].as_array().into_iter().flatten();
        let of_people = matches!(
            self,
            Self::Signs
                | Self::Members
                | Self::Presence
                | Self::Likes
                | Self::Shares
                | Self::Followers
                | Self::Profile
                | Self::People
                | Self::Contacts
        );
        match self {
            Self::Unread => answer["own"]["unread"].as_i64() > Some(trace.number),
            Self::Markers => {
                items().any(|one| one["person"]["id"] == trace.by && one["readSeq"] == trace.number)
            }
            _ => {
                let mark = if of_people { &trace.by } else { &trace.said };
                assert!(!mark.is_empty(), "{self:?} looks for nothing");
                answer.to_string().contains(mark.as_str())
            }
        }
    }
}
