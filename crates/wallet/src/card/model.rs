use super::store::Row;
use crate::{Error, codes};
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};
use hostolink_audit::Actor;
use hostolink_kernel::{CardId, Secret, UserId, Xof};

/// How many cards that are not closed a person may have.
pub const MAX_CARDS: i16 = 5;

/// What a card can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardState {
    /// It pays (`active`).
    Active,
    /// Its owner has stopped it for a while (`gelee`).
    Frozen,
    /// Its time is over: it can be renewed.
    Expired,
    /// For good, without a number (`fermee`).
    Closed,
}

/// What its owner may do to a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardChange {
    /// Stop it for a while.
    Freeze,
    /// Let it pay again.
    Unfreeze,
    /// Give it another number and another end; the old number is dead.
    Renew,
    /// End it for good.
    Close,
}

impl CardState {
    /// Its name in the column `etat`; that its time is over, the clock says.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Active | Self::Expired => "active",
            Self::Frozen => "gelee",
            Self::Closed => "fermee",
        }
    }

    /// What a change makes of it; `None` where it can't be made. Asking twice for what is so already is no mistake.
    #[must_use]
    pub const fn after(self, change: CardChange) -> Option<Self> {
        match (self, change) {
            (Self::Closed, _) | (Self::Expired, CardChange::Freeze | CardChange::Unfreeze) => None,
            (_, CardChange::Close) => Some(Self::Closed),
            (Self::Frozen, CardChange::Renew) | (_, CardChange::Freeze) => Some(Self::Frozen),
            (_, CardChange::Unfreeze | CardChange::Renew) => Some(Self::Active),
        }
    }
}

/// What the owner calls a card: at most 30 characters on one line.
#[derive(Clone, PartialEq, Eq)]
pub struct CardLabel(String);

impl CardLabel {
    /// Takes what somebody typed, without the spaces around it; nothing is `None`.
    ///
    /// # Errors
    /// `wallet.card_label_invalid`.
    pub fn parse(text: Option<&str>) -> Result<Option<Self>, Error> {
        let text = text.unwrap_or_default().trim();
        if text.chars().count() > 30 || text.chars().any(char::is_control) {
            return Err(Error::Rule(&codes::CARD_LABEL_INVALID));
        }
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }

    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for CardLabel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardLabel(…)")
    }
}

/// How much a card pays at most; `None` is no limit but its owner's balance. Days and months are those of Abidjan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CardLimits {
    /// In one authorisation.
    pub per_operation: Option<Xof>,
    /// In one day.
    pub daily: Option<Xof>,
    /// In one month.
    pub monthly: Option<Xof>,
}

/// What its owner decides of a card, all of it at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CardSettings {
    /// What they call it.
    pub label: Option<CardLabel>,
    /// How much it pays.
    pub limits: CardLimits,
    /// The first merchant who charges it becomes the only one. Turned off and on again, it forgets who that was.
    pub merchant_lock: bool,
}

/// Make a card.
#[derive(Debug, Clone)]
pub struct NewCard {
    /// Whose.
    pub owner: UserId,
    /// It pays once.
    pub single_use: bool,
    /// What else its owner decides.
    pub settings: CardSettings,
    /// Who asks, for the audit log.
    pub actor: Actor,
}

/// A card as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its public id, not its number.
    pub id: CardId,
    /// The last four digits of its number.
    pub last_four: String,
    /// What it can do.
    pub state: CardState,
    /// It pays once.
    pub single_use: bool,
    /// What else its owner decided.
    pub settings: CardSettings,
    /// The only merchant who may charge it.
    pub merchant: Option<UserId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it pays no more: the first instant of a month.
    pub expires_at: DateTime<Utc>,
}

impl Card {
    pub(super) fn seen(row: Row, now: DateTime<Utc>) -> Result<Self, Error> {
        Ok(Self {
            id: row.public_id,
            state: row.state(now)?,
            single_use: row.usage_unique,
            merchant: row.id_commercant,
            created_at: row.creee_le,
            expires_at: row.expire_le,
            last_four: row.derniers_chiffres,
            settings: CardSettings {
                label: row.libelle.map(CardLabel::stored),
                limits: CardLimits {
                    per_operation: row.limite_operation,
                    daily: row.limite_jour,
                    monthly: row.limite_mois,
                },
                merchant_lock: row.verrou_commercant,
            },
        })
    }
}

/// The secrets of a card, for its owner's eyes, after the PIN.
#[derive(Debug)]
pub struct ShownCard {
    /// Its number, 16 digits.
    pub number: Secret,
    /// Its code now.
    pub code: Secret,
    /// When there is another code.
    pub code_until: DateTime<Utc>,
    /// From when on it pays no more.
    pub expires_at: DateTime<Utc>,
}

/// Three years on, to the end of the month that is printed.
pub(crate) fn end_of_life(now: DateTime<Utc>) -> DateTime<Utc> {
    let first = NaiveDate::from_ymd_opt(now.year(), now.month(), 1);
    let end = first.and_then(|first| first.checked_add_months(Months::new(37)));
    end.map_or(now, |end| end.and_time(NaiveTime::MIN).and_utc())
}

/// The last month in which it pays, as cards print it.
#[must_use]
pub fn printed_end(expires_at: DateTime<Utc>) -> String {
    expires_at.checked_sub_months(Months::new(1)).unwrap_or(expires_at).format("%m/%y").to_string()
}

/// The first instants of the day and of the month in Abidjan, which keeps UTC all year.
pub(crate) fn periods(now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let today = now.date_naive();
    let month = today.with_day(1).unwrap_or(today);
    (today.and_time(NaiveTime::MIN).and_utc(), month.and_time(NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_goes_from_state_to_state_in_these_ways_only() {
        use CardChange::{Close, Freeze, Renew, Unfreeze};
        use CardState::{Active, Closed, Expired, Frozen};
        for (state, change, after) in [
            (Active, Freeze, Some(Frozen)),
            (Active, Unfreeze, Some(Active)),
            (Active, Renew, Some(Active)),
            (Active, Close, Some(Closed)),
            (Frozen, Freeze, Some(Frozen)),
            (Frozen, Unfreeze, Some(Active)),
            (Frozen, Renew, Some(Frozen)),
            (Frozen, Close, Some(Closed)),
            (Expired, Freeze, None),
            (Expired, Unfreeze, None),
            (Expired, Renew, Some(Active)),
            (Expired, Close, Some(Closed)),
            (Closed, Freeze, None),
            (Closed, Unfreeze, None),
            (Closed, Renew, None),
            (Closed, Close, None),
        ] {
            assert_eq!(state.after(change), after, "{state:?} {change:?}");
        }
    }

    #[test]
    fn a_card_pays_to_the_end_of_the_month_that_it_prints() {
        let made = "2026-11-20T08:00:00Z".parse().unwrap();
        let end = end_of_life(made);
        assert_eq!(end, "2029-12-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
        assert_eq!(printed_end(end), "11/29");
        assert_eq!(printed_end("2030-01-01T00:00:00Z".parse().unwrap()), "12/29");
    }

    #[test]
    fn a_label_is_short_or_nothing() {
        assert_eq!(CardLabel::parse(None).unwrap(), None);
        assert_eq!(CardLabel::parse(Some("  ")).unwrap(), None);
        assert_eq!(CardLabel::parse(Some(" Courses ")).unwrap().unwrap().as_str(), "Courses");
        assert!(CardLabel::parse(Some(&"é".repeat(30))).is_ok());
        for text in ["é".repeat(31), "a\nb".to_owned()] {
            assert!(CardLabel::parse(Some(&text)).is_err());
        }
    }
}
