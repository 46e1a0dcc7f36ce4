//! The states of an application and who may move it.

use super::document::{DocumentKind, FileKind, RefusalReason, named};
use crate::{Error, IdentityLevel, schema::verification_identite};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    prelude::*,
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use hostolink_kernel::{Cursor, Limit, Secret, UserId, UserPublicId, VerificationId};

named! {
    /// How far an application has come (`verification_identite.etat`).
    State {
        /// Nothing is submitted yet; pictures may be there.
        None = "brouillon", "none";
        /// It waits for a reviewer.
        Submitted = "soumise", "submitted";
        /// One reviewer is in favour; it waits for a second.
        InReview = "en_examen", "in_review";
        /// Two reviewers were in favour, and the document is valid.
        Accepted = "acceptee", "accepted";
        /// A reviewer refused.
        Refused = "refusee", "refused";
        /// The document expired, or a newer one took its place.
        Expired = "expiree", "expired";
    }
}

/// What happens to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The applicant hands it in.
    Submit,
    /// A reviewer is in favour.
    Favour,
    /// A reviewer is against.
    Refuse,
    /// The document's last day is over, or a newer application was accepted.
    Expire,
}

impl State {
    /// What a step makes of it; `None` where the step is not possible.
    pub(crate) const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::None, Step::Submit) => Some(Self::Submitted),
            (Self::Submitted, Step::Favour) => Some(Self::InReview),
            (Self::InReview, Step::Favour) => Some(Self::Accepted),
            (Self::Submitted | Self::InReview, Step::Refuse) => Some(Self::Refused),
            (Self::Submitted | Self::InReview | Self::Accepted, Step::Expire) => Some(Self::Expired),
            _ => None,
        }
    }
}

/// A row of `verification_identite`.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = verification_identite)]
pub(crate) struct Row {
    pub(crate) public_id: VerificationId,
    pub(crate) id_user: UserId,
    pub(crate) etat: State,
    pub(crate) type_document: Option<DocumentKind>,
    pub(crate) pays_document: Option<String>,
    pub(crate) numero_cle: Option<String>,
    pub(crate) numero_chiffre: Option<Vec<u8>>,
    pub(crate) numero_hache: Option<Vec<u8>>,
    pub(crate) nom: Option<String>,
    pub(crate) prenom: Option<String>,
    pub(crate) date_naissance: Option<NaiveDate>,
    pub(crate) expire_le: Option<NaiveDate>,
    pub(crate) soumise_le: Option<DateTime<Utc>>,
    pub(crate) avis_par: Option<UserId>,
    pub(crate) decidee_le: Option<DateTime<Utc>>,
    pub(crate) motif: Option<RefusalReason>,
}

impl Row {
    /// What a reviewer's word makes of it.
    ///
    /// # Errors
    /// [`Error::OwnIdentity`], [`Error::SecondReviewer`], [`Error::IdentityState`], [`Error::DocumentExpiry`].
    pub(crate) fn reviewed(&self, step: Step, by: UserId, today: NaiveDate) -> Result<State, Error> {
        if self.id_user == by {
            return Err(Error::OwnIdentity);
        }
        let next = self.etat.after(step).ok_or(Error::IdentityState)?;
        if step == Step::Favour {
            if self.avis_par == Some(by) {
                return Err(Error::SecondReviewer);
            }
            if self.is_over(today) {
                return Err(Error::DocumentExpiry);
            }
        }
        Ok(next)
    }

    /// The document's last day has passed.
    pub(crate) fn is_over(&self, today: NaiveDate) -> bool {
        self.expire_le.is_none_or(|last| last < today)
    }
}

/// What somebody sees of their own identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnIdentity {
    /// Their level.
    pub level: IdentityLevel,
    /// How far the newest application has come.
    pub state: State,
    /// Its document.
    pub document: Option<DocumentKind>,
    /// The pictures that are there.
    pub files: Vec<FileKind>,
    /// When it was submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was accepted or refused.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub reason: Option<RefusalReason>,
    /// The document's last day.
    pub expires_on: Option<NaiveDate>,
}

/// Which applications a reviewer asks for.
#[derive(Debug, Clone)]
pub struct Queue {
    /// In this state; those that wait for a reviewer where it is left out.
    pub state: Option<State>,
    /// Where the page starts.
    pub after: Option<Cursor>,
    /// How many.
    pub limit: Limit,
}

/// One application in a list: nothing personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its id.
    pub id: VerificationId,
    /// Whose it is.
    pub applicant: UserPublicId,
    /// How far it has come.
    pub state: State,
    /// Its document.
    pub document: Option<DocumentKind>,
    /// When it was submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was accepted or refused.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub reason: Option<RefusalReason>,
}

/// One application as a reviewer sees it.
#[derive(Clone)]
pub struct Application {
    /// What the list says of it.
    pub summary: Summary,
    /// Who issued the document.
    pub country: Option<String>,
    /// The document's number.
    pub number: Secret,
    /// The family name on it.
    pub last_name: Option<String>,
    /// The given names on it.
    pub first_name: Option<String>,
    /// The date of birth on it.
    pub birth_date: Option<NaiveDate>,
    /// Its last day.
    pub expires_on: Option<NaiveDate>,
    /// The pictures that are there.
    pub files: Vec<FileKind>,
    /// How many other people have sent the same document.
    pub others_with_it: i64,
}

impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Application").field("summary", &self.summary).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        use State::*;
        let table = [
            (None, [Some(Submitted), Option::None, Option::None, Option::None]),
            (Submitted, [Option::None, Some(InReview), Some(Refused), Some(Expired)]),
            (InReview, [Option::None, Some(Accepted), Some(Refused), Some(Expired)]),
            (Accepted, [Option::None, Option::None, Option::None, Some(Expired)]),
            (Refused, [Option::None; 4]),
            (Expired, [Option::None; 4]),
        ];
        assert_eq!(table.len(), State::ALL.len());
        for (state, expected) in table {
            let got = [Step::Submit, Step::Favour, Step::Refuse, Step::Expire].map(|step| state.after(step));
            assert_eq!(got, expected, "{state:?}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(*state));
        }
        assert_eq!(State::parse("soumise"), Option::None);
    }
}
