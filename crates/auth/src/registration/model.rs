use crate::{
    Delivery, Next, ProfileChange,
    password::{Scheme, StoredPassword},
    schema::inscription,
};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use hostolink_kernel::{EmailAddress, ExposeSecret, Secret, SessionId, UserId};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// An attempt that nobody has touched for so long contests no new one: its password is dropped with it all the same.
pub(crate) const FORGOTTEN: Duration = Duration::hours(24);
/// How long an attempt that nobody else touched vouches for its password without a token. A stranger may have set it
/// long before the owner came; the printed calls take minutes.
const VOUCHES: Duration = Duration::hours(1);

/// A registration attempt: a row of `inscription`.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = inscription)]
pub(crate) struct Attempt {
    pub(super) jeton_hache: Vec<u8>,
    pub(super) contestee: bool,
    pub(super) mdp: Option<String>,
    pub(super) mdp_schema: Option<Scheme>,
    pub(super) jeton_definition_hache: Option<Vec<u8>>,
    pub(super) definition_refusee: bool,
    pub(super) commencee_le: DateTime<Utc>,
    pub(super) prenom: Option<String>,
    pub(super) nom: Option<String>,
    pub(super) telephone_contact: Option<String>,
}

impl Attempt {
    /// The provisional password.
    pub(crate) fn password(&self) -> Option<StoredPassword> {
        Some(StoredPassword { hash: self.mdp.clone()?, scheme: self.mdp_schema? })
    }

    /// What the person said of themselves with it.
    pub(crate) fn person(&self) -> ProfileChange {
        ProfileChange::kept([self.prenom.clone(), self.nom.clone(), self.telephone_contact.clone()])
    }

    /// Nobody else is known to have touched it.
    pub(super) fn is_uncontested(&self) -> bool {
        !self.contestee && !self.definition_refusee
    }

    /// Whether whoever proves the identifier now is taken to have set the password: they show the token that setting it
    /// was answered with, or the attempt is young and nobody else is known to have touched it. The token of registering
    /// alone says nothing: another may have set the password since.
    pub(crate) fn keeps_password(&self, shown: Option<&Secret>, now: DateTime<Utc>) -> bool {
        let vouches = self.is_uncontested() && now - self.commencee_le < VOUCHES;
        let setter = self.jeton_definition_hache.as_deref();
        vouches || shown.zip(setter).is_some_and(|(token, hash)| is_of(token, hash))
    }
}

/// The answer to registering.
#[derive(Debug, Clone)]
pub struct Registered {
    /// Shows later that it was the same person. Optional to keep.
    pub attempt_token: Secret,
    /// What comes next.
    pub next: Next,
}

/// The answer to defining a password.
#[derive(Debug, Clone)]
pub struct Defined {
    /// Shows at the first proof that the same person set the password; none once an account is proven.
    pub attempt_token: Option<Secret>,
    /// What comes next.
    pub next: Next,
    /// The other sessions of the account, which a new password ended.
    pub ended: Vec<SessionId>,
}

/// A registration that was counted and whose password is still to be hashed.
#[derive(Debug)]
pub struct PendingRegistration(pub(super) EmailAddress);

/// The answer to registering in one call: the same for everybody, but that somebody's account gets no code.
#[derive(Debug, Clone)]
pub struct PersonRegistered {
    /// Shows later that it was the same person. Optional to keep.
    pub attempt_token: Secret,
    /// The code to send; `None` where the address is somebody's already.
    pub delivery: Option<Delivery>,
}

/// A password that may be defined and is still to be hashed.
#[derive(Debug)]
pub struct PendingDefinition(pub(super) Definition);

#[derive(Debug)]
pub(super) enum Definition {
    /// Of a registration, the first of its attempt.
    Provisional {
        /// Whose.
        user: UserId,
        /// The attempt, by the hash of its token.
        attempt: Vec<u8>,
        /// The attempt's token, where it was shown.
        token: Option<Secret>,
    },
    /// Of a proven account, by its owner.
    Own {
        /// Whose.
        user: UserId,
        /// The session to keep.
        session: SessionId,
    },
}

/// Tokens have 256 random bits: a plain hash can't be turned back.
pub(super) fn hash(token: &Secret) -> [u8; 32] {
    Sha256::digest(token.expose_secret()).into()
}

pub(super) fn is_of(token: &Secret, stored: &[u8]) -> bool {
    hash(token).ct_eq(stored).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_keeps_a_provisional_password() {
        let secret = |text: &str| Secret::from(text.to_owned());
        let (registering, defining, other) = (secret("r"), secret("d"), secret("x"));
        let (young, old) = (Duration::minutes(59), Duration::hours(1));
        let now = DateTime::UNIX_EPOCH;
        // contested, a definition refused, the attempt's age, the token shown, kept
        for (contestee, definition_refusee, age, shown, kept) in [
            (false, false, young, None, true),
            (false, false, young, Some(&other), true),
            (false, false, old, None, false),
            (false, false, old, Some(&other), false),
            (false, false, old, Some(&registering), false),
            (false, false, old, Some(&defining), true),
            (false, true, young, None, false),
            (false, true, young, Some(&registering), false),
            (false, true, young, Some(&defining), true),
            (true, false, young, None, false),
            (true, false, young, Some(&other), false),
            (true, false, young, Some(&registering), false),
            (true, false, young, Some(&defining), true),
            (true, true, old, Some(&registering), false),
            (true, true, old, Some(&defining), true),
        ] {
            let attempt = Attempt {
                jeton_hache: hash(&registering).to_vec(),
                contestee,
                mdp: Some("$2b$".into()),
                mdp_schema: Some(Scheme::Peppered),
                jeton_definition_hache: Some(hash(&defining).to_vec()),
                definition_refusee,
                commencee_le: now - age,
                prenom: None,
                nom: None,
                telephone_contact: None,
            };
            assert_eq!(
                attempt.keeps_password(shown, now),
                kept,
                "{contestee} {definition_refusee} {age} {:?}",
                shown.map(ExposeSecret::expose_secret)
            );
        }
    }
}
