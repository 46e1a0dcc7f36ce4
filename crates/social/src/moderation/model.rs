use crate::{Words, names::names};
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_kernel::UserId;
use uuid::Uuid;

names! {
    /// What a report is about.
    TargetKind {
        /// A publication.
        Publication = "publication",
        /// A comment.
        Comment = "comment",
        /// A person.
        Person = "person",
    }
}

names! {
    /// Why something is reported, or sanctioned.
    Reason {
        /// Unwanted advertising.
        Spam = "spam",
        /// Somebody wants money or secrets by a lie.
        Fraud = "fraud",
        /// Somebody is bullied.
        Harassment = "harassment",
        /// Somebody is despised for what they are.
        Hate = "hate",
        /// Violence, or a call for it.
        Violence = "violence",
        /// Sexual content.
        Sexual = "sexual",
        /// Dangerous words about health.
        Health = "health",
        /// Something else.
        Other = "other",
    }
}

names! {
    /// What is decided against somebody, from the mildest on.
    Measure {
        /// One thing of theirs is hidden.
        Hiding = "hiding",
        /// They are told that it breaks the rules.
        Warning = "warning",
        /// They can't post for some days.
        Silence = "silence",
        /// Neither they can post nor anybody sees anything of theirs for some days.
        Suspension = "suspension",
        /// The same, without an end.
        Ban = "ban",
    }
}

names! {
    /// What became of what was reported.
    CaseState {
        /// Nobody has decided.
        Open = "open",
        /// Nothing was wrong.
        Dismissed = "dismissed",
        /// Something was decided against it.
        Acted = "acted",
    }
}

names! {
    /// What became of an appeal.
    AppealState {
        /// Nobody has decided.
        Open = "open",
        /// The sanction was lifted.
        Accepted = "accepted",
        /// It stays.
        Refused = "refused",
    }
}

impl Measure {
    /// Whether it ends after some days that who decides names.
    #[must_use]
    pub const fn ends(self) -> bool {
        matches!(self, Self::Silence | Self::Suspension)
    }
}

/// What is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A publication.
    Publication(Uuid),
    /// A comment.
    Comment(Uuid),
    /// A person.
    Person(UserId),
    /// The words beside a share: what is looked at is who said them.
    Share(Uuid),
}

impl Target {
    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> TargetKind {
        match self {
            Self::Publication(_) => TargetKind::Publication,
            Self::Comment(_) => TargetKind::Comment,
            Self::Person(_) | Self::Share(_) => TargetKind::Person,
        }
    }
}

/// What people reported of one thing, for those who decide. It names nobody who did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id, ordered by time.
    pub id: Uuid,
    /// What it is about.
    pub kind: TargetKind,
    /// The publication or comment; `None` for a person, or where it is gone.
    pub object: Option<Uuid>,
    /// Whose it is.
    pub person: UserId,
    /// What became of it.
    pub state: CaseState,
    /// How many people reported it.
    pub reports: i32,
    /// What it says now, seen or not; `None` for a person, or where it is gone.
    pub text: Option<String>,
    /// The uploads of a publication, in their order.
    pub media: Vec<Uuid>,
    /// What can be answered to its question, in its order.
    pub choices: Vec<String>,
    /// When it was first reported.
    pub created_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// What the latest reports say: at most [`Case::SHOWN`].
    pub reported: Vec<Reported>,
}

impl Case {
    /// How many reports are shown.
    pub const SHOWN: i64 = 5;
}

/// One report, without who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// Why.
    pub reason: Reason,
    /// A word beside.
    pub details: Option<String>,
    /// What the text was then.
    pub text: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What is to be done about a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing.
    Dismiss,
    /// Something.
    Act {
        /// What.
        measure: Measure,
        /// Why.
        reason: Reason,
        /// A word for who is concerned.
        words: Option<Words>,
        /// For how long, where it ends.
        lasts: Option<TimeDelta>,
        /// Whether what was reported is hidden too.
        hides: bool,
    },
}

/// What was decided against somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sanction {
    /// Its id, ordered by time.
    pub id: Uuid,
    /// Against whom.
    pub person: UserId,
    /// What.
    pub measure: Measure,
    /// Why.
    pub reason: Reason,
    /// A word beside.
    pub words: Option<String>,
    /// The publication that was hidden.
    pub publication: Option<Uuid>,
    /// The comment that was hidden.
    pub comment: Option<Uuid>,
    /// Who decided. Whoever is concerned is not told.
    pub decided_by: Option<UserId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was lifted.
    pub lifted_at: Option<DateTime<Utc>>,
    /// What became of the appeal against it.
    pub appeal: Option<AppealState>,
}

/// What somebody says against a sanction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Its id, ordered by time.
    pub id: Uuid,
    /// The sanction.
    pub sanction: Sanction,
    /// What they say.
    pub text: String,
    /// What became of it.
    pub state: AppealState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
}
