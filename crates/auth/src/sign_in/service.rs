use crate::{
    Auth, Device, Door, Error, Proof, SignedIn, Verified,
    account::{self, assert_one},
    password::StoredPassword,
    proof::{Attempt, Kind},
    session::Opening,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{SessionId, UserId};

/// A sign-in whose try is counted and whose password is still to be compared.
pub struct PendingSignIn {
    user: Option<UserId>,
    attempt: Attempt,
    pub(crate) stored: Option<StoredPassword>,
}

impl std::fmt::Debug for PendingSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PendingSignIn(…)")
    }
}

impl Auth {
    /// Step one: counts the try and reads the hash to compare with. A stranger's identifier, an unproven account and one
    /// without a password go on alike, to be refused in step three. In a live session of the same account the failures of
    /// strangers do not count.
    ///
    /// # Errors
    /// When the text is no identifier; [`Error::TooMany`] after failures in a row; those of the database.
    pub fn begin_sign_in(
        &self,
        conn: &mut PgConnection,
        identifier: &str,
        signed_in: Option<SessionId>,
        actor: &Actor,
    ) -> Result<PendingSignIn, Error> {
        let named = account::resolve(conn, identifier, &self.settings.regions)?;
        let user = named.account.as_ref().map(|(account, _)| account.id_user);
        let own = self.own_session(conn, signed_in, &named)?;
        let subject = match (user, &own) {
            (Some(user), None) => self.account_key(user),
            (_, own) => self.tries_key(&named, own.as_ref()),
        };
        let attempt = Attempt { kind: Kind::Password, subject, address: actor.address };
        self.count_try(conn, &attempt)?;
        let stored = named.account.and_then(|(account, _)| {
            let hash = account.password()?.to_owned();
            Some(StoredPassword { hash, scheme: account.mdp_schema })
        });
        Ok(PendingSignIn { user, attempt, stored })
    }

    /// Step three: opens a session, proven by the password, where it matched; money needs one proven by a code.
    ///
    /// # Errors
    /// [`Error::CredentialsInvalid`], [`Error::Blocked`]; [`Error::SecondFactorRequired`] with a challenge; those of the database.
    pub fn finish_sign_in(
        &self,
        conn: &mut PgConnection,
        pending: &PendingSignIn,
        verified: &Verified,
        door: Door,
        device: Option<Device>,
        actor: &Actor,
    ) -> Result<SignedIn, Error> {
        let (Some(user), Some(stored), true) = (pending.user, &pending.stored, verified.matches) else {
            return Err(Error::CredentialsInvalid);
        };
        // The inner result is a decision that must stay: where a second factor is on, its challenge is written down.
        let entered = conn.transaction(|conn| {
            let account = account::lock(conn, user)?;
            // The password may have changed while this one was being compared.
            if account.password() != Some(stored.hash.as_str()) {
                return Err(Error::CredentialsInvalid);
            }
            if account.is_blocked() {
                return Err(Error::Blocked);
            }
            // Only a code undoes the wish to leave: whoever knows the password may be the reason for it.
            if account.suppression_le.is_some() {
                return Err(Error::DeletionPending);
            }
            if let Some(upgraded) = &verified.upgraded {
                assert_one(account::upgrade_password(conn, user, upgraded)?)?;
            }
            let opening = Opening { proof: Proof::Password, door, device };
            let entered = self.enter(conn, account, opening, None, false, actor)?;
            self.forgive(conn, &pending.attempt)?;
            Ok(entered)
        });
        entered.and_then(std::convert::identity)
    }

    /// Under which key an account's passwords are counted, whichever of its identifiers was typed.
    pub(crate) fn account_key(&self, user: UserId) -> [u8; 32] {
        self.keyed("compte", &[&user.key().to_be_bytes()])
    }
}
