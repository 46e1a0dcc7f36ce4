//! What an applicant sends: parsed once, valid from then on.

use crate::Error;
use chrono::NaiveDate;
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};

/// Declares names that the API and a column know.
macro_rules! named {
    ($(#[$of:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $stored:literal, $api:literal;)* }) => {
        $(#[$of])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
        #[diesel(sql_type = Text)]
        pub enum $type {$(
            $(#[$doc])*
            $name,
        )*}

        impl $type {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$name => $api,)*}
            }

            /// Its name in the database.
            pub(crate) const fn stored(self) -> &'static str {
                match self {$(Self::$name => $stored,)*}
            }

            /// Reads its name in the API.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == name)
            }
        }

        impl FromSql<Text, Pg> for $type {
            fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                let name = <String as FromSql<Text, Pg>>::from_sql(bytes)?;
                let known = Self::ALL.iter().copied().find(|known| known.stored() == name);
                known.ok_or_else(|| format!("unknown name {name}").into())
            }
        }

        impl ToSql<Text, Pg> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                <str as ToSql<Text, Pg>>::to_sql(self.stored(), out)
            }
        }
    };
}
pub(crate) use named;

named! {
    /// A document that says who somebody is (`verification_identite.type_document`).
    DocumentKind {
        /// The Ivorian national identity card, or another country's.
        NationalId = "cni", "national_id";
        /// A passport: one page says all.
        Passport = "passeport", "passport";
        /// A driving licence.
        DrivingLicence = "permis", "driving_licence";
        /// A permit to reside.
        ResidencePermit = "titre_sejour", "residence_permit";
        /// A consular card.
        ConsularCard = "carte_consulaire", "consular_card";
    }
}

named! {
    /// What a picture shows (`piece_justificative.genre`).
    FileKind {
        /// The front of the document, or the page of a passport.
        Front = "recto", "front";
        /// Its back.
        Back = "verso", "back";
        /// The face of who holds it.
        Selfie = "selfie", "selfie";
    }
}

named! {
    /// Why an application was refused (`verification_identite.motif`). A list and no free text: the applicant reads it in
    /// their own language, and nothing personal gets into a log.
    RefusalReason {
        /// The pictures can't be read.
        Unreadable = "illisible", "unreadable";
        /// The document is not valid any more.
        DocumentExpired = "document_expire", "document_expired";
        /// The document says another name, number or date than the application.
        Mismatch = "discordance", "mismatch";
        /// The selfie shows somebody else.
        NotThePerson = "autre_personne", "not_the_person";
        /// The document stands behind another account.
        AlreadyUsed = "deja_utilise", "already_used";
        /// No document of this kind or country is taken.
        NotAccepted = "non_accepte", "not_accepted";
        /// It looks made up.
        Suspicious = "suspect", "suspicious";
    }
}

impl DocumentKind {
    /// Which pictures an application with this document needs.
    #[must_use]
    pub const fn files(self) -> &'static [FileKind] {
        match self {
            Self::Passport => &[FileKind::Front, FileKind::Selfie],
            _ => &[FileKind::Front, FileKind::Back, FileKind::Selfie],
        }
    }
}

/// What is wrong with a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvalidSubmission {
    /// The number is none.
    Number,
    /// A name is none.
    Name,
    /// The country is no two-letter code.
    Country,
    /// The date of birth is not one of somebody alive.
    BirthDate,
    /// The document is not valid any more, or for longer than any is.
    ExpiresOn,
}

impl From<InvalidSubmission> for Error {
    fn from(wrong: InvalidSubmission) -> Self {
        match wrong {
            InvalidSubmission::Number => Self::DocumentNumber,
            InvalidSubmission::Name => Self::DocumentName,
            InvalidSubmission::Country => Self::DocumentCountry,
            InvalidSubmission::BirthDate => Self::DocumentBirthDate,
            InvalidSubmission::ExpiresOn => Self::DocumentExpiry,
        }
    }
}

/// What stands on the document, as the applicant says.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Submission {
    /// Which document.
    pub(crate) kind: DocumentKind,
    /// Who issued it: ISO 3166-1 alpha-2.
    pub(crate) country: String,
    /// Its number: letters and digits only, capitals.
    pub(crate) number: String,
    pub(crate) last_name: String,
    pub(crate) first_name: String,
    pub(crate) birth_date: NaiveDate,
    /// Its last day.
    pub(crate) expires_on: NaiveDate,
}

impl std::fmt::Debug for Submission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Submission").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// What stands on the document, as it was typed.
#[derive(Clone, Copy)]
pub struct Typed<'a> {
    /// Which document.
    pub kind: DocumentKind,
    /// Who issued it.
    pub country: &'a str,
    /// Its number.
    pub number: &'a str,
    /// The family name on it.
    pub last_name: &'a str,
    /// The given names on it.
    pub first_name: &'a str,
    /// The date of birth on it.
    pub birth_date: NaiveDate,
    /// Its last day.
    pub expires_on: NaiveDate,
}

impl std::fmt::Debug for Typed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Typed").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Submission {
    /// Reads what was typed, on the day `today`.
    pub(crate) fn parse(typed: Typed<'_>, today: NaiveDate) -> Result<Self, InvalidSubmission> {
        let number: String = typed
            .number
            .chars()
            .filter(|c| !matches!(c, ' ' | '-' | '.' | '/'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if !(5..=30).contains(&number.len()) || !number.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(InvalidSubmission::Number);
        }
        let country = typed.country.trim().to_ascii_uppercase();
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(InvalidSubmission::Country);
        }
        let oldest = today - chrono::Days::new(366 * 125);
        if typed.birth_date >= today || typed.birth_date < oldest {
            return Err(InvalidSubmission::BirthDate);
        }
        if typed.expires_on < today || typed.expires_on > today + chrono::Days::new(366 * 20) {
            return Err(InvalidSubmission::ExpiresOn);
        }
        Ok(Self {
            kind: typed.kind,
            country,
            number,
            last_name: name(typed.last_name)?,
            first_name: name(typed.first_name)?,
            birth_date: typed.birth_date,
            expires_on: typed.expires_on,
        })
    }
}

/// One to a hundred characters of a name: letters first of all, in whatever script.
fn name(text: &str) -> Result<String, InvalidSubmission> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plausible = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’' | '.');
    let is_name = name.chars().any(char::is_alphabetic) && name.chars().all(plausible);
    if is_name && name.chars().count() <= 100 { Ok(name) } else { Err(InvalidSubmission::Name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn typed() -> Typed<'static> {
        Typed {
            kind: DocumentKind::NationalId,
            country: "ci",
            number: "ci 001-234.567",
            last_name: " Koné ",
            first_name: "Awa  Marie-Ange",
            birth_date: day(1990, 2, 28),
            expires_on: day(2030, 1, 1),
        }
    }

    #[test]
    fn what_is_typed_is_read_in_one_form() {
        let read = Submission::parse(typed(), day(2026, 11, 21)).unwrap();
        assert_eq!((read.number.as_str(), read.country.as_str()), ("CI001234567", "CI"));
        assert_eq!((read.last_name.as_str(), read.first_name.as_str()), ("Koné", "Awa Marie-Ange"));
        assert!(!format!("{read:?}").contains("CI001234567"));
    }

    #[test]
    fn what_can_not_be_is_refused() {
        let today = day(2026, 11, 21);
        let refused = |change: &dyn Fn(&mut Typed<'static>)| {
            let mut wrong = typed();
            change(&mut wrong);
            Submission::parse(wrong, today).unwrap_err()
        };
        for number in ["", "1234", "é12345", "12345\u{0}", "1234567890123456789012345678901"] {
            assert_eq!(refused(&|typed| typed.number = number), InvalidSubmission::Number, "{number}");
        }
        for name in ["", " ", "<script>", "Awa\u{202e}", "Koné 2", "=1+1", "'", "a\nb\u{0}"] {
            assert_eq!(refused(&|typed| typed.last_name = name), InvalidSubmission::Name, "{name:?}");
        }
        for country in ["", "C", "CIV", "C1", "é"] {
            assert_eq!(refused(&|typed| typed.country = country), InvalidSubmission::Country);
        }
        for date in [today, day(1890, 1, 1), day(2190, 1, 1)] {
            assert_eq!(refused(&|typed| typed.birth_date = date), InvalidSubmission::BirthDate);
        }
        for date in [day(2026, 11, 20), day(2190, 1, 1)] {
            assert_eq!(refused(&|typed| typed.expires_on = date), InvalidSubmission::ExpiresOn);
        }
        let mut last_day = typed();
        last_day.expires_on = today;
        assert!(Submission::parse(last_day, today).is_ok());
    }
}
