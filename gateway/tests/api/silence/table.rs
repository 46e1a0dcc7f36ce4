//! The table: what happens, by which ways anybody hears of it, and which of them are left where something stands in between.

use super::{each::Each, once::Once, ways::Way};
use hostolink_auth::{LEVEL_CHANGED, NEW_DEVICE};
use hostolink_ledger::POSTED;
use hostolink_messaging::{DELETED, EDITED, MARKER, MEMBERSHIP, MESSAGE, REACTION};
use hostolink_notifications::Kind;
use std::collections::BTreeSet;

/// Something that happens.
#[derive(Debug, Clone, Copy)]
pub(super) enum Act {
    /// Once, in front of both.
    Once(Once),
    /// Toward each.
    Each(Each),
}

/// What is left of the ways.
#[derive(Debug, Clone, Copy)]
pub(super) enum Left {
    All,
    These(&'static [Way]),
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) what: &'static str,
    pub(super) act: Act,
    /// The event that tells of it.
    pub(super) event: Option<&'static str>,
    /// The frame that does.
    pub(super) frame: Option<&'static str>,
    /// The notification.
    pub(super) told: Option<Kind>,
    /// By which ways anybody hears of it.
    pub(super) hears: &'static [Way],
    /// What is left of them with a block, a mute, out of the conversation, signed out.
    pub(super) left: [Left; 4],
}

impl Row {
    /// By which ways somebody is to hear of it: who has nothing in between, or who has what this column says.
    pub(super) fn due(&self, column: Option<usize>) -> BTreeSet<Way> {
        let ways = match column.map(|column| self.left[column]) {
            None | Some(Left::All) => self.hears,
            Some(Left::These(ways)) => ways,
        };
        ways.iter().copied().collect()
    }
}

macro_rules! act {
    (once $name:ident) => {
        Act::Once(Once::$name)
    };
    (each $name:ident) => {
        Act::Each(Each::$name)
    };
}

macro_rules! some {
    (-) => {
        None
    };
    ($it:expr) => {
        Some($it)
    };
}

macro_rules! kind {
    (-) => {
        None
    };
    ($name:ident) => {
        Some(Kind::$name)
    };
}

macro_rules! left {
    (all) => { Left::All };
    ([$($way:ident)*]) => { Left::These(&[$(Way::$way),*]) };
}

macro_rules! rows {
    ($($how:ident $name:ident $what:literal ($event:tt, $frame:tt, $told:tt) [$($way:ident)*]
        block $block:tt mute $mute:tt out $out:tt off $off:tt;)*) => {
        &[$(Row {
            what: $what,
            act: act!($how $name),
            event: some!($event),
            frame: some!($frame),
            told: kind!($told),
            hears: &[$(Way::$way),*],
            left: [left!($block), left!($mute), left!($out), left!($off)],
        }),*]
    };
}

/// In conversations. A block takes a conversation of two from both, and of a group what the other says, signs and is; a mute takes what the
/// other says in rooms, and leaves the conversation of two but for its notifications. A group's title, who else comes, and what is done with
/// another's message is everybody's. How many messages are unread is counted by their numbers, whoever wrote them.
pub(super) const TALK: &[Row] = rows! {
    once SaidBefore "what she said in the group before" (-, -, -) [Said One Found] block [] mute [] out [] off [];
    each SaidBefore "what she said to him before" (-, -, -) [Talks Said One Found] block [] mute all out all off [];
    once IsThere "that she is there" (-, -, -) [Presence] block [] mute all out [] off [];
    once Says "says something in the group" (MESSAGE, "message", Message)
        [Live Bell List Badge Push Mail Talks Unread Said One Found]
        block [Unread] mute [Unread] out [] off [Mail];
    once Edits "says it otherwise" (EDITED, "message", -) [Live Talks Said One Found] block [] mute [] out [] off [];
    once Pins "pins it" (EDITED, "message", -) [Live Pins] block [] mute [] out [] off [];
    once Signs "puts a sign to what another said" (REACTION, "reaction", -) [Live Signs] block [] mute [Signs] out [] off [];
    once IsSigned "another puts a sign to what she said" (REACTION, "reaction", -) [Live Signs] block [] mute [] out [] off [];
    once Reads "has read the group" (MARKER, "marker", -) [Live Markers] block [] mute [Markers] out [] off [];
    once Types "types in the group" (-, "typing", -) [Live] block [] mute [] out [] off [];
    once PinsAnother "pins what another said" (EDITED, "message", -) [Live Pins] block all mute all out [] off [];
    once Renames "gives the group another title" (MEMBERSHIP, "conversation", -) [Live Talks Talk] block all mute all out [] off [];
    once Deletes "deletes what she said" (DELETED, "message", -) [Live Said One] block [] mute [] out [] off [];
    once SaysInTheme "says something in the theme" (MESSAGE, "message", -)
        [Live Talks Said One Found] block [] mute [] out [] off [];
    once ThemeIsRenamed "the theme has another title" (MEMBERSHIP, "conversation", -)
        [Live Talks Talk Themes Theme] block all mute all out [Themes Theme] off [];
    each Says "says something to him" (MESSAGE, "message", Message)
        [Live Bell List Badge Push Mail Talks Said One Found]
        block [] mute [Live Talks Said One Found] out all off [Mail];
    each Edits "says that otherwise" (EDITED, "message", -) [Live Talks Said One Found] block [] mute all out all off [];
    each Pins "pins that" (EDITED, "message", -) [Live Pins] block [] mute all out all off [];
    each Signs "puts a sign to what he said" (REACTION, "reaction", -) [Live Signs] block [] mute all out all off [];
    each Reads "has read what he said" (MARKER, "marker", -) [Live Markers] block [] mute all out all off [];
    each Types "types to him" (-, "typing", -) [Live] block [] mute [] out all off [];
    each Deletes "deletes what she said to him" (DELETED, "message", -) [Live Said One] block [] mute all out all off [];
    each Gathers "makes a group with him" (MEMBERSHIP, "membership", -) [Live Talks Talk] block [] mute all out all off [];
};

/// Among each other, and money. A block takes all of the other away, a mute what comes by itself: what is looked for by its id or on a page of
/// the other's is found. Who is out of a theme hears nothing of what is in it. Money that moved is told whoever moved it; that somebody asks
/// for some stands in the wallet. What nobody does is told to everybody.
pub(super) const SOCIAL: &[Row] = rows! {
    once IsFound "that she is here" (-, -, -) [Profile People Contacts] block [] mute all out all off [];
    once KeptBefore "what he keeps of hers" (-, -, -) [Saved Post] block [] mute all out all off [];
    once IsPassedOn "another passes on what she published" ("social.shared", -, -)
        [Following PassedOn] block [] mute [PassedOn] out all off [];
    once Publishes "publishes something" ("social.published", -, -)
        [Recent Following Trending Tagged Search Published Tags Post]
        block [] mute [Published Tags Post] out all off [];
    once EditsPost "publishes it otherwise" (-, -, -) [Past] block [] mute all out all off [];
    once PublishesToFollowers "publishes something to who follows her" ("social.published", -, -)
        [Following Search Published Post] block [] mute [Published Post] out all off [];
    once PublishesInTheme "publishes something in the theme" ("social.published", -, -)
        [ThemeFeed Following Search Published Post] block [] mute [Published Post] out [] off [];
    once PassesOn "passes on what another published" ("social.shared", -, -)
        [Following PassedOn] block [] mute [PassedOn] out all off [];
    once FollowsAnother "follows another" ("social.followed", -, -) [Followers Followed] block [] mute all out all off [];
    once IsNamed "another names her" ("social.mentioned", -, -) [Post Comment] block [] mute all out all off [];
    each ShowsPlace "where she is, as she shows it to him" (-, -, -) [Positions Position] block [] mute all out all off [];
    once Advertises "pays for an advertisement" (-, -, -) [Advertised] block [] mute all out all off [];
    each Likes "likes what he published" ("social.liked", -, Like)
        [Bell List Badge Push Mail Likes] block [] mute [] out all off [Mail];
    each Comments "comments it" ("social.commented", -, Comment)
        [Bell List Badge Push Mail Comments Comment] block [] mute [Comment] out all off [Mail];
    each Answers "answers his comment" ("social.commented", -, Comment)
        [Bell List Badge Push Mail Comment Replies] block [] mute [Comment] out all off [Mail];
    each NamesInPost "names him" ("social.mentioned", -, Mention)
        [Bell List Badge Push Mail Post] block [] mute [Post] out all off [Mail];
    each NamesInComment "names him in a comment" ("social.mentioned", -, Mention)
        [Bell List Badge Push Mail Comments Comment] block [] mute [Comment] out all off [Mail];
    each LikesComment "likes his comment" ("social.liked", -, Like) [Bell List Badge Push Mail] block [] mute [] out all off [Mail];
    each Shares "passes on what he published" ("social.shared", -, Share)
        [Bell List Badge Push Mail Shares PassedOn] block [] mute [PassedOn] out all off [Mail];
    each Follows "follows him" ("social.followed", -, Follow)
        [Bell List Badge Push Mail Followers] block [] mute [Followers] out all off [Mail];
    each NamesInTheme "names him in the theme" ("social.mentioned", -, Mention)
        [Bell List Badge Push Mail Post] block [] mute [Post] out [] off [Mail];
    each AnswersInTheme "answers his comment in the theme" ("social.commented", -, Comment)
        [Bell List Badge Push Mail Comment Replies] block [] mute [Comment] out [] off [Mail];
    each LikesInTheme "likes his comment in the theme" ("social.liked", -, Like)
        [Bell List Badge Push Mail] block [] mute [] out [] off [Mail];
    each Pays "pays him" (POSTED, -, MoneyReceived) [Bell List Badge Push Mail Sms] block all mute all out all off [Mail Sms];
    each Asks "asks him for money" ("wallet.request_created", -, PaymentRequested)
        [Bell List Badge Push Mail Sms Requests] block [Requests] mute [Requests] out all off [Mail Sms];
    each PaysRequest "pays what he asked for" (POSTED, -, RequestPaid)
        [Bell List Badge Push Mail] block all mute all out all off [Mail];
    each RefusesRequest "refuses what he asked for" ("wallet.request_refused", -, RequestDeclined)
        [Bell List Badge Push Mail] block all mute all out all off [Mail];
    each IsSanctioned "moderators decided" ("social.sanctioned", -, Sanction)
        [Bell List Badge Push Mail Sms] block all mute all out all off [Mail Sms];
    each IsVerified "his identity was looked at" (LEVEL_CHANGED, -, IdentityLevel)
        [Bell List Badge Push Mail] block all mute all out all off [Mail];
    each SignsInElsewhere "somebody signed in to his account" (NEW_DEVICE, -, NewDevice)
        [Bell List Badge Push] block all mute all out all off [];
};

/// At the end: nothing comes of her in the group any more.
pub(super) const LAST: &[Row] = rows! {
    once Brings "brings another into the group" (MEMBERSHIP, "membership", -) [Live Members] block all mute all out [] off [];
    once IsDemoted "has another role in the group" (MEMBERSHIP, "membership", -) [Live Members] block [] mute all out [] off [];
    once Leaves "leaves the group" (MEMBERSHIP, "membership", -) [Live] block [] mute all out [] off [];
};

/// What happened before anything stood in between, and leaves only then.
pub(super) const WAITING: &[(&str, Kind, [&[Way]; 4])] = &[
    (
        "liked something of his, which waits to be told",
        Kind::Like,
        [&[], &[], &[Way::Push, Way::Mail], &[Way::Mail]],
    ),
    ("said something in the group, which waits to be told", Kind::Message, [&[], &[], &[], &[Way::Mail]]),
];

/// Kinds of notifications without a row, and why.
pub(super) const TOLD_BY_NOBODY: &[(Kind, &str)] =
    &[(Kind::DutyRota, "it is of a pharmacy, and of no person")];

/// Frames without a row, and why.
pub(super) const OF_ONESELF: &[(&str, &str)] = &[
    ("ready", "it is of the socket"),
    ("result", "it answers what was asked there"),
    ("error", "it answers what was asked there"),
    ("own", "it is of one's own markers; in no row does anybody hear another's"),
];

/// Events without a row, and why.
pub(super) const TOLD_TO_NOBODY: &[(&str, &str)] = &[
    ("social.blocked", "it is what stands in between, and nobody is told of it"),
    ("social.ears", "it is what somebody wants to hear of, and told to their own streams"),
    ("notifications.created", "it is the bell of every row"),
    ("notifications.rota_goes_on", "it goes on with what is told of a pharmacy"),
];

/// Routes that are read and have no row, each with all that is below it, and why.
pub(super) const READ_BY_NOBODY: &[(&str, &str)] = &[
    ("/", "a page"),
    ("/health", "the program"),
    ("/metrics", "the program"),
    ("/docs", "the program"),
    ("/carte", "a page"),
    ("/reset-password", "a page"),
    ("/revert-change", "a page"),
    ("/.well-known/jwks.json", "keys"),
    ("/api/openapi.json", "the program"),
    ("/api/openapi-3.0.json", "the program"),
    ("/api/dev/outbox", "what leaves, in development"),
    ("/media", "files, by addresses that nobody guesses"),
    ("/Gateway/confirmation", "a page"),
    ("/api/v1", "one's own account, and administrators"),
    ("/api/users", "administrators"),
    ("/api/admin", "the house"),
    ("/api/moderation", "the house"),
    ("/api/me", "one's own account"),
    ("/api/sessions", "one's own account"),
    ("/api/pin", "one's own account"),
    ("/api/totp", "one's own account"),
    ("/api/identity-verification", "one's own account"),
    ("/api/dashboard", "one's own money"),
    ("/api/wallet", "one's own money; whom it moves between is told whatever stands in between"),
    ("/api/cards", "one's own money"),
    ("/api/merchant", "one's own money"),
    ("/api/tills", "one's own money"),
    ("/api/receipts", "whoever was given its token"),
    ("/receipts", "whoever was given its token"),
    ("/api/health", "the health directory: who rates an establishment is shown to nobody"),
    ("/fhir", "the health directory"),
    ("/api/position-shares", "one's own"),
    ("/api/social/profile", "one's own"),
    ("/api/social/blocks", "whom one blocked"),
    ("/api/social/mutes", "whom one muted"),
    ("/api/social/sanctions", "what was decided about oneself"),
    ("/api/social/removed", "what one published oneself"),
    ("/api/announcements", "the house"),
    ("/api/advertisements", "one's own; what is shown of others' has a row"),
    ("/api/messaging/preferences", "one's own"),
    ("/api/notifications/preferences", "one's own"),
    ("/api/push-devices", "one's own"),
    ("/api/media", "one's own"),
];
