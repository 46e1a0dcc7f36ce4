use crate::{Area, Error, Link, Period, Words, names::names, refusals};
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_audit::Actor;
use hostolink_kernel::{UserId, Xof};
use uuid::Uuid;

/// What it costs that somebody is shown an advertisement, once a day.
pub const VIEW_PRICE: i64 = 2;
/// What it costs that somebody follows its link, once a day.
pub const CLICK_PRICE: i64 = 25;

names! {
    /// How far an advertisement is.
    AdvertisementState {
        /// Nothing is paid for it yet.
        Draft = "draft",
        /// The ledger is asked to set its budget aside.
        Funding = "funding",
        /// Its budget is set aside, and somebody of the house has to look at it.
        Review = "review",
        /// It is shown, from its beginning on.
        Running = "running",
        /// It is shown no more; the ledger is asked to take what was spent and to let go of the rest.
        Ending = "ending",
        /// It is over.
        Ended = "ended",
    }
}

/// What somebody did with an advertisement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// They were shown it.
    View,
    /// They followed its link.
    Click,
}

impl Seen {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Click => "click",
        }
    }
}

/// Have something shown.
#[derive(Debug, Clone)]
pub struct NewAdvertisement {
    /// What it is about: 1 to 80 characters.
    pub title: Words,
    /// The words: 1 to 300 characters.
    pub text: Words,
    /// Where it leads.
    pub link: Link,
    /// A picture. That it is the advertiser's and finished, whoever calls makes sure in the same transaction.
    pub media: Option<Uuid>,
    /// Who sees it: who is in these districts; none is everybody.
    pub areas: Vec<Area>,
    /// When.
    pub period: Period,
    /// The most that it costs.
    pub budget: Xof,
    /// Who asks.
    pub actor: Actor,
}

impl NewAdvertisement {
    /// The longest title, in characters.
    pub const MAX_TITLE: usize = 80;
    /// The longest text, in characters.
    pub const MAX_TEXT: usize = 300;

    /// Reads a budget.
    ///
    /// # Errors
    /// `social.invalid_budget`.
    pub fn budget(francs: i64) -> Result<Xof, Error> {
        let refused = || Error::Rule(&refusals::INVALID_BUDGET);
        let fits = (1_000..=10_000_000).contains(&francs);
        if fits { Xof::new(francs).map_err(|_| refused()) } else { Err(refused()) }
    }
}

/// An advertisement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advertisement {
    /// Its id, ordered by time.
    pub id: Uuid,
    /// Whose.
    pub owner: UserId,
    /// What it is about.
    pub title: String,
    /// The words.
    pub text: String,
    /// Where it leads.
    pub link: String,
    /// A picture.
    pub media: Option<Uuid>,
    /// The districts, by their codes.
    pub areas: Vec<String>,
    /// From when on.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// The most that it costs.
    pub budget: Xof,
    /// What was spent.
    pub spent: Xof,
    /// How often it was shown: once a person a day.
    pub views: i32,
    /// How often its link was followed: once a person a day.
    pub clicks: i32,
    /// How far it is.
    pub state: AdvertisementState,
    /// Why the house does not show it.
    pub reason: Option<String>,
    /// What set its budget aside.
    pub hold: Option<Uuid>,
    /// What took what was spent, or let go of all.
    pub settlement: Option<Uuid>,
}

/// What the ledger is to be asked for, to set a budget aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Funding {
    /// The advertisement.
    pub id: Uuid,
    /// Whose money.
    pub owner: UserId,
    /// How much.
    pub budget: Xof,
    /// When it is shown no more.
    pub to: DateTime<Utc>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
}

/// What the ledger is to be asked for, when an advertisement is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settling {
    /// The advertisement.
    pub id: Uuid,
    /// What set its budget aside.
    pub hold: Uuid,
    /// What is to be taken of it; nothing is to let go of all.
    pub spent: Xof,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
pub(super) struct Row {
    #[diesel(sql_type = SqlUuid)]
    pub(super) public_id: Uuid,
    #[diesel(sql_type = Integer)]
    pub(super) id_user: UserId,
    #[diesel(sql_type = Text)]
    titre: String,
    #[diesel(sql_type = Text)]
    texte: String,
    #[diesel(sql_type = Text)]
    lien: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    media: Option<Uuid>,
    #[diesel(sql_type = Array<Text>)]
    zones: Vec<String>,
    #[diesel(sql_type = Timestamptz)]
    debut: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    fin: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    budget: Xof,
    #[diesel(sql_type = BigInt)]
    depense: Xof,
    #[diesel(sql_type = Integer)]
    vues: i32,
    #[diesel(sql_type = Integer)]
    clics: i32,
    #[diesel(sql_type = Text)]
    etat: String,
    #[diesel(sql_type = Nullable<Text>)]
    motif: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    reservation: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    reglement: Option<Uuid>,
    #[diesel(sql_type = Timestamptz)]
    pub(super) change_le: DateTime<Utc>,
}

impl Row {
    pub(super) fn seen(self) -> Result<Advertisement, Error> {
        Ok(Advertisement {
            id: self.public_id,
            owner: self.id_user,
            title: self.titre,
            text: self.texte,
            link: self.lien,
            media: self.media,
            areas: self.zones,
            from: self.debut,
            to: self.fin,
            budget: self.budget,
            spent: self.depense,
            views: self.vues,
            clicks: self.clics,
            state: AdvertisementState::stored(&self.etat)?,
            reason: self.motif,
            hold: self.reservation,
            settlement: self.reglement,
        })
    }
}
