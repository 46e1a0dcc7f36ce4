use chrono::{DateTime, Duration, Utc};
use hostolink_kernel::{UserId, UserPublicId};
use uuid::Uuid;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its code, the same in the database and in answers.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The one with this code.
            #[must_use]
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    )+};
}

codes! {
    /// What somebody is told.
    Kind {
        /// Somebody paid them.
        MoneyReceived = "money_received",
        /// Somebody asks them to pay.
        PaymentRequested = "payment_requested",
        /// What they asked for was paid.
        RequestPaid = "request_paid",
        /// What they asked for was declined.
        RequestDeclined = "request_declined",
        /// Somebody signed in to their account on a device that was never seen before.
        NewDevice = "new_device",
        /// Their identity was looked at: they may do more, or less, than before.
        IdentityLevel = "identity_level",
        /// Somebody wrote to them.
        Message = "message",
        /// Somebody likes what they published or commented.
        Like = "like",
        /// Somebody commented what they published, or answered a comment of theirs.
        Comment = "comment",
        /// Somebody named them.
        Mention = "mention",
        /// Somebody passed on what they published.
        Share = "share",
        /// Somebody follows them.
        Follow = "follow",
        /// A moderator decided on something of theirs.
        Sanction = "sanction",
        /// A pharmacy that they keep at hand is on duty.
        DutyRota = "duty_rota",
    }

    /// By which way.
    Channel {
        /// The list in the application, its badge and its open sockets.
        App = "app",
        /// Installed applications, on a locked screen too.
        Push = "push",
        /// E-mail, to a proven mailbox.
        Email = "email",
        /// SMS, to a proven number: each costs.
        Sms = "sms",
    }
}

impl Kind {
    /// Whether it can go this way at all. What protects an account is told by identity at once, by e-mail or SMS, and not here a second time.
    #[must_use]
    pub const fn offers(self, channel: Channel) -> bool {
        match channel {
            Channel::App | Channel::Push => true,
            Channel::Email => !matches!(self, Self::NewDevice),
            Channel::Sms => matches!(self, Self::MoneyReceived | Self::PaymentRequested | Self::Sanction),
        }
    }

    /// Whether it goes this way where its owner says nothing.
    #[must_use]
    pub const fn usual(self, channel: Channel) -> bool {
        match channel {
            Channel::App | Channel::Push => true,
            Channel::Email => matches!(self, Self::Sanction | Self::IdentityLevel),
            Channel::Sms => false,
        }
    }

    /// Whether nobody can turn it off: who is in somebody's account would do that first.
    #[must_use]
    pub const fn is_mandatory(self, channel: Channel) -> bool {
        match self {
            Self::NewDevice => matches!(channel, Channel::App | Channel::Push),
            Self::Sanction | Self::IdentityLevel => matches!(channel, Channel::App),
            _ => false,
        }
    }

    /// Whether a block keeps it from being told. Money that moved is told whoever moved it, and so is what is nobody's doing.
    #[must_use]
    pub const fn is_social(self) -> bool {
        !matches!(
            self,
            Self::MoneyReceived
                | Self::RequestPaid
                | Self::RequestDeclined
                | Self::NewDevice
                | Self::IdentityLevel
                | Self::Sanction
                | Self::DutyRota
        )
    }

    /// The codes of those that no block keeps away. What a newer program wrote is none of them.
    pub(crate) fn despite_blocks() -> Vec<&'static str> {
        Self::ALL.iter().copied().filter(|kind| !kind.is_social()).map(Self::code).collect()
    }

    /// Whether it does not wait for the end of quiet hours.
    #[must_use]
    pub const fn is_urgent(self) -> bool {
        matches!(self, Self::NewDevice)
    }

    /// After which time what waits is no longer worth sending.
    #[must_use]
    pub fn worth(self) -> Duration {
        match self {
            Self::Message | Self::Like => Duration::hours(24),
            _ => Duration::hours(72),
        }
    }

    /// How long a channel rests after it told of a group, whatever else happens in it: what comes meanwhile is told together.
    #[must_use]
    pub fn rest(self) -> Duration {
        match self {
            Self::Like | Self::Follow | Self::Share => Duration::hours(1),
            Self::Comment => Duration::minutes(5),
            _ => Duration::zero(),
        }
    }

    /// How long the first word waits: who reads it in the application meanwhile needs no push.
    #[must_use]
    pub fn patience(self) -> Duration {
        if matches!(self, Self::Message) { Duration::seconds(5) } else { Duration::zero() }
    }

    /// What is alike, of this kind: what happens to one thing, or all of it.
    pub(crate) fn group(self, object: Option<Uuid>, source: Uuid) -> String {
        match self {
            Self::Follow | Self::DutyRota => self.code().to_owned(),
            Self::Like | Self::Comment | Self::Share | Self::Message => {
                format!("{}:{}", self.code(), object.unwrap_or(source))
            }
            _ => format!("{}:{source}", self.code()),
        }
    }
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient {
    /// The person.
    pub user: UserId,
    /// What sockets and events know them by.
    pub public_id: UserPublicId,
}

/// Something that happened and that somebody is to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Whom to tell.
    pub to: Recipient,
    /// What kind of thing.
    pub kind: Kind,
    /// Who did it; nobody where Hostolink did.
    pub actor: Option<UserId>,
    /// What is opened: a kind of object, and its public id.
    pub object: Option<(&'static str, Uuid)>,
    /// What makes it the same thing again: the like's publication, the comment itself, the transaction.
    pub source: Uuid,
    /// How much money, in whole francs CFA.
    pub amount: Option<i64>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What somebody was told, as their list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub(crate) key: i64,
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub owner: UserId,
    /// What kind of thing; `None` where a newer program wrote it.
    pub kind: Option<Kind>,
    /// The kind's code, also of one that this program does not know.
    pub kind_code: String,
    /// What is opened: a kind of object, and its public id.
    pub object: Option<(String, Uuid)>,
    /// How much money, in whole francs CFA.
    pub amount: Option<i64>,
    /// How many things are told together.
    pub count: i32,
    /// By how many people.
    pub actors: i32,
    /// The last of them, three at most, the latest first.
    pub latest: Vec<UserId>,
    /// When the first happened.
    pub created_at: DateTime<Utc>,
    /// When the last did.
    pub updated_at: DateTime<Utc>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_in_the_list_and_what_protects_stays_on() {
        for kind in Kind::ALL.iter().copied() {
            assert_eq!(Kind::parse(kind.code()), Some(kind));
            assert!(kind.code().len() <= 40 && kind.group(None, Uuid::max()).len() <= 80);
            for channel in Channel::ALL.iter().copied() {
                assert!(kind.offers(channel) || !kind.usual(channel), "{kind:?} {channel:?}");
                assert!(kind.usual(channel) || !kind.is_mandatory(channel), "{kind:?} {channel:?}");
            }
            assert!(kind.usual(Channel::App) && !kind.usual(Channel::Sms), "no SMS costs by itself");
        }
        assert!(Kind::NewDevice.is_mandatory(Channel::Push) && !Kind::Like.is_mandatory(Channel::App));
    }
}
