use super::{Channel, IdentityLevel, Role};
use crate::{password::Scheme, schema::utilisateur};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use hostolink_kernel::{Cursor, Identifier, Limit, Region, UserId, UserPublicId};

/// A row of `utilisateur`.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = utilisateur)]
pub(crate) struct Account {
    pub(crate) id_user: UserId,
    pub(crate) public_id: UserPublicId,
    pub(crate) nom: Option<String>,
    pub(crate) prenom: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) telephone: Option<String>,
    pub(crate) pays: Option<String>,
    pub(crate) photo_profile: Option<String>,
    pub(crate) mdp: Option<String>,
    pub(crate) mdp_schema: Scheme,
    pub(crate) date_inscription: Option<NaiveDateTime>,
    pub(crate) email_normalise: Option<String>,
    pub(crate) telephone_normalise: Option<String>,
    pub(crate) email_prouve_le: Option<DateTime<Utc>>,
    pub(crate) telephone_prouve_le: Option<DateTime<Utc>>,
    pub(crate) role: Role,
    pub(crate) statut: String,
    pub(crate) adresse: Option<String>,
    pub(crate) profession: Option<String>,
    pub(crate) date_naissance: Option<NaiveDate>,
    pub(crate) langue: Option<String>,
    pub(crate) telephone_contact: Option<String>,
    pub(crate) invite_le: Option<DateTime<Utc>>,
    pub(crate) suppression_le: Option<DateTime<Utc>>,
    pub(crate) niveau_identite: IdentityLevel,
}

impl Account {
    /// Somebody has shown that an identifier of this account is theirs.
    pub(crate) fn is_proven(&self) -> bool {
        self.email_prouve_le.is_some() || self.telephone_prouve_le.is_some()
    }

    pub(crate) fn proven_at(&self, channel: Channel) -> Option<DateTime<Utc>> {
        match channel {
            Channel::Email => self.email_prouve_le,
            Channel::Phone => self.telephone_prouve_le,
        }
    }

    /// The canonical form.
    pub(crate) fn canonical(&self, channel: Channel) -> Option<&str> {
        match channel {
            Channel::Email => self.email_normalise.as_deref(),
            Channel::Phone => self.telephone_normalise.as_deref(),
        }
    }

    /// As it was written.
    pub(crate) fn text(&self, channel: Channel) -> Option<&str> {
        match channel {
            Channel::Email => self.email.as_deref(),
            Channel::Phone => self.telephone.as_deref(),
        }
    }

    /// An adopted value that has no canonical form.
    pub(crate) fn old_value(&self, channel: Channel) -> Option<&str> {
        match channel {
            Channel::Email => self.email.as_deref().filter(|_| self.email_normalise.is_none()),
            Channel::Phone => self.telephone.as_deref().filter(|_| self.telephone_normalise.is_none()),
        }
    }

    /// The hash of the password that counts. A registration's provisional one is not here.
    pub(crate) fn password(&self) -> Option<&str> {
        self.mdp.as_deref().filter(|hash| !hash.is_empty())
    }

    /// Nobody has proven it, and it was neither adopted with a password nor made for somebody: whoever proves it next
    /// makes it theirs.
    pub(crate) fn is_open(&self) -> bool {
        !self.is_proven() && self.password().is_none() && self.invite_le.is_none()
    }

    /// An administrator made it for whoever proves it, and nobody has yet.
    pub(crate) fn is_invited(&self) -> bool {
        !self.is_proven() && self.invite_le.is_some()
    }

    /// The identifiers that were shown to be its owner's.
    pub(crate) fn proven_identifiers(&self, regions: &[Region]) -> Vec<Identifier> {
        self.proven_texts().filter_map(|text| Identifier::parse(text, regions).ok()).collect()
    }

    /// The same as they are written in their canonical form.
    pub(crate) fn proven_texts(&self) -> impl Iterator<Item = &str> {
        let proven = move |channel| self.canonical(channel).filter(|_| self.proven_at(channel).is_some());
        [Channel::Email, Channel::Phone].into_iter().filter_map(proven)
    }

    /// They are there and mean to stay.
    pub(crate) fn may_receive(&self) -> bool {
        !self.is_blocked() && self.suppression_le.is_none()
    }

    pub(crate) fn is_blocked(&self) -> bool {
        self.statut != "actif"
    }
}

/// What somebody typed to say who they are, and whose account that is.
pub(crate) struct Named {
    /// Its canonical form; `None` for an adopted value that can't be read.
    pub(crate) identifier: Option<Identifier>,
    /// What counts as the same identifier: the canonical form, or the adopted value.
    pub(crate) text: String,
    /// Whose it is, and by which column.
    pub(crate) account: Option<(Account, Channel)>,
}

/// The answer to "who is this?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Somebody owns this identifier. An account that nobody has proven reads as none.
    pub exists: bool,
    /// They have a password.
    pub password_set: bool,
    /// What to ask the person for.
    pub next: Next,
}

/// The next step of signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Ask for the password.
    Password,
    /// Ask for the code.
    Otp,
    /// Register.
    Register,
    /// Define a password.
    DefinePassword,
    /// Nothing: signed in.
    Done,
}

impl Next {
    /// Its name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Otp => "otp",
            Self::Register => "register",
            Self::DefinePassword => "define-password",
            Self::Done => "done",
        }
    }
}

/// What a person sees of themselves, and an administrator of a person.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Profile {
    /// The integer key, for other crates.
    pub user: UserId,
    /// The id that callers see.
    pub public_id: UserPublicId,
    /// The family name.
    pub last_name: Option<String>,
    /// The given name.
    pub first_name: Option<String>,
    /// The e-mail address: canonical where it has such a form.
    pub email: Option<String>,
    /// The phone number: E.164 where it has such a form.
    pub phone: Option<String>,
    /// A number to reach the person at, of any country, as they typed it. It proves nothing.
    pub contact_phone: Option<String>,
    /// Whether the address was proven.
    pub email_proven: bool,
    /// When the address was proven.
    pub email_proven_at: Option<DateTime<Utc>>,
    /// Whether the number was proven.
    pub phone_proven: bool,
    /// The country: its ISO 3166-1 alpha-2 code, or what was adopted.
    pub country: Option<String>,
    /// The postal address.
    pub address: Option<String>,
    /// What the person does for a living.
    pub profession: Option<String>,
    /// The day of birth.
    pub birth_date: Option<NaiveDate>,
    /// In which language messages are to be: `fr` or `en`.
    pub language: Option<String>,
    /// The picture's address.
    pub photo: Option<String>,
    /// Whether there is a password.
    pub password_set: bool,
    /// The role.
    pub role: Role,
    /// How well the house knows who they are.
    pub identity: IdentityLevel,
    /// Whether the account is blocked.
    pub blocked: bool,
    /// When the account is erased, where its owner asked for that.
    pub deletion_due: Option<DateTime<Utc>>,
    /// When the account was made.
    pub created_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profile").field("public_id", &self.public_id).finish_non_exhaustive()
    }
}

impl From<Account> for Profile {
    fn from(account: Account) -> Self {
        Self {
            user: account.id_user,
            public_id: account.public_id,
            password_set: account.password().is_some(),
            blocked: account.is_blocked(),
            last_name: account.nom,
            first_name: account.prenom,
            email: account.email_normalise.or(account.email),
            phone: account.telephone_normalise.or(account.telephone),
            contact_phone: account.telephone_contact,
            email_proven: account.email_prouve_le.is_some(),
            email_proven_at: account.email_prouve_le,
            phone_proven: account.telephone_prouve_le.is_some(),
            country: account.pays,
            address: account.adresse,
            profession: account.profession,
            birth_date: account.date_naissance,
            language: account.langue,
            deletion_due: account.suppression_le,
            photo: account.photo_profile,
            role: account.role,
            identity: account.niveau_identite,
            created_at: account.date_inscription.map(|at| at.and_utc()),
        }
    }
}

/// Which people an administrator asks for.
#[derive(Clone)]
pub struct Search {
    /// The beginning of a name, an e-mail address or a phone number.
    pub text: Option<String>,
    /// Where the page starts.
    pub after: Option<Cursor>,
    /// How many.
    pub limit: Limit,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// Somebody who can be given money: their identifier is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The integer key, for other crates.
    pub user: UserId,
    /// The id that callers see.
    pub public_id: UserPublicId,
    /// What a payer may see: `Awa K.`, or a masked identifier.
    pub display_name: String,
    /// What anybody may see: the same, and nothing of an identifier.
    pub public_name: Option<String>,
}

impl From<Account> for Recipient {
    fn from(account: Account) -> Self {
        let public_name = short_name(&account);
        let display_name = public_name.clone().unwrap_or_else(|| masked_identifier(&account));
        Self { user: account.id_user, public_id: account.public_id, display_name, public_name }
    }
}

/// The given name and the initial of the family name. Anybody can call themselves anything: until two reviewers have seen a
/// document, of the given name too there is only the initial.
fn short_name(account: &Account) -> Option<String> {
    let name = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let initial = |text: &str| text.chars().next().unwrap_or('?');
    let is_verified = account.niveau_identite == IdentityLevel::Verified;
    let first = |text: String| if is_verified { text } else { format!("{}•••", initial(&text)) };
    match (name(&account.prenom), name(&account.nom)) {
        (Some(given), Some(last)) => Some(format!("{} {}.", first(given), initial(&last))),
        (Some(given), None) => Some(first(given)),
        (None, Some(last)) => Some(format!("{}.", initial(&last))),
        (None, None) => None,
    }
}

fn masked_identifier(account: &Account) -> String {
    // What was adopted unread is not shown at all.
    let known = account.telephone_normalise.as_deref().or(account.email_normalise.as_deref());
    known.map_or_else(|| "•••".to_owned(), masked)
}

/// What may be shown of an identifier in whatever spelling: the country code and two digits, or a letter and the domain.
pub(crate) fn masked(text: &str) -> String {
    if let Some((local, domain)) = text.rsplit_once('@') {
        return format!("{}***@{domain}", local.chars().next().unwrap_or('*'));
    }
    let characters: Vec<char> = text.chars().collect();
    let shown = if text.starts_with('+') { 4 } else { 0 }.min(characters.len());
    let tail = characters.len().saturating_sub(2).max(shown);
    let hidden = characters[shown..tail].iter().map(|_| '•');
    characters[..shown].iter().copied().chain(hidden).chain(characters[tail..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_of_an_identifier_is_shown() {
        assert_eq!(masked("+2250708091011"), "+225••••••••11");
        assert_eq!(masked("07 08 09 10 11"), "••••••••••••11");
        assert_eq!(masked("awa@example.ci"), "a***@example.ci");
        assert_eq!(masked(""), "");
        assert_eq!(masked("é"), "é");
    }
}
