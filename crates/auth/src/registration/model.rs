use crate::{
    Next,
    password::{Scheme, StoredPassword},
    schema::inscription,
};
use chrono::Duration;
use diesel::prelude::*;
use hostolink_kernel::{ExposeSecret, Secret, SessionId, UserId};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// An attempt that nobody has touched for so long contests no new one: its password is dropped with it all the same.
pub(crate) const FORGOTTEN: Duration = Duration::hours(24);

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
}

impl Attempt {
    /// The provisional password.
    pub(crate) fn password(&self) -> Option<StoredPassword> {
        Some(StoredPassword { hash: self.mdp.clone()?, scheme: self.mdp_schema? })
    }

    /// Whether whoever proves the identifier now is known to have set the password: nobody else touched the attempt, or
    /// they show the token that setting it was answered with. The token of registering says as much only while nobody
    /// was refused a password: otherwise it may be the other who set it.
    pub(crate) fn keeps_password(&self, shown: Option<&Secret>) -> bool {
        let uncontested = !self.contestee && !self.definition_refusee;
        let shows = |hash: Option<&[u8]>| shown.zip(hash).is_some_and(|(token, hash)| is_of(token, hash));
        uncontested
            || shows(self.jeton_definition_hache.as_deref())
            || (!self.definition_refusee && shows(Some(&self.jeton_hache)))
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
        // contested, a definition refused, the token shown, kept
        for (contestee, definition_refusee, shown, kept) in [
            (false, false, None, true),
            (false, false, Some(&other), true),
            (false, true, None, false),
            (false, true, Some(&registering), false),
            (false, true, Some(&defining), true),
            (true, false, None, false),
            (true, false, Some(&other), false),
            (true, false, Some(&registering), true),
            (true, false, Some(&defining), true),
            (true, true, Some(&registering), false),
            (true, true, Some(&defining), true),
        ] {
            let attempt = Attempt {
                jeton_hache: hash(&registering).to_vec(),
                contestee,
                mdp: Some("$2b$".into()),
                mdp_schema: Some(Scheme::Peppered),
                jeton_definition_hache: Some(hash(&defining).to_vec()),
                definition_refusee,
            };
            assert_eq!(
                attempt.keeps_password(shown),
                kept,
                "{contestee} {definition_refusee} {:?}",
                shown.map(ExposeSecret::expose_secret)
            );
        }
    }
}
