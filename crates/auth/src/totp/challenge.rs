//! Signing in where a second factor is on: the first proof opens a challenge, the second turns it into a session.

use super::{Challenge, Factor, model::LIFE, store};
use crate::{
    Auth, Error, SignedIn, Which,
    account::{self, Account, assert_one},
    session::{End, Opening},
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{ExposeSecret, Secret, SessionId};
use serde_json::json;
use sha2::{Digest, Sha256};

impl Auth {
    /// Lets somebody in whose first proof was judged, in the caller's transaction: opens a session, in the place of the one
    /// it replaces, or a challenge where a second factor is on. The inner result is a decision that must stay.
    pub(crate) fn enter(
        &self,
        conn: &mut PgConnection,
        account: Account,
        opening: Opening,
        replaces: Option<SessionId>,
        password_dropped: bool,
        actor: &Actor,
    ) -> Result<Result<SignedIn, Error>, Error> {
        let waiting = store::Waiting { opening, replaces, password_dropped };
        if !store::is_on(conn, account.id_user)? {
            return self.open_waiting(conn, account, &waiting, actor).map(Ok);
        }
        let token = Secret::from(self.random.token());
        let expires = self.clock.now() + LIFE;
        assert_one(store::challenge(conn, &hash(&token), account.id_user, &waiting, expires)?)?;
        let actor = actor.known_as(account.id_user);
        let details = json!({ "proof": waiting.opening.proof, "door": waiting.opening.door });
        self.record(conn, &actor, "auth.second_factor_asked", account.public_id, details)?;
        let challenge = Challenge { token, expires_in: LIFE.to_std().unwrap_or_default() };
        Ok(Err(Error::SecondFactorRequired(challenge)))
    }

    /// Signs in by the second proof of a challenge. A challenge is good for five tries within five minutes, and for one
    /// sign-in.
    ///
    /// # Errors
    /// [`Error::ChallengeInvalid`], [`Error::TotpInvalid`], [`Error::TooMany`], [`Error::Blocked`]; those of the database.
    pub fn verify_second_factor(
        &self,
        conn: &mut PgConnection,
        challenge: &Secret,
        factor: &Factor,
        actor: &Actor,
    ) -> Result<SignedIn, Error> {
        let hash = hash(challenge);
        // Counted and committed before it is judged.
        let (user, proof) = store::reserve(conn, &hash, self.clock.now())?.ok_or(Error::ChallengeInvalid)?;
        let attempt = self.factor_attempt(user, Some(proof), factor, actor);
        self.count_try(conn, &attempt)?;
        conn.transaction(|conn| {
            let account = account::lock(conn, user)?;
            if account.is_blocked() {
                return Err(Error::Blocked);
            }
            self.accept_factor(conn, user, factor)?;
            let waiting = store::consume(conn, &hash)?.ok_or(Error::ChallengeInvalid)?;
            let signed_in = self.open_waiting(conn, account, &waiting, actor)?;
            self.forgive(conn, &attempt)?;
            Ok(signed_in)
        })
    }

    fn open_waiting(
        &self,
        conn: &mut PgConnection,
        account: Account,
        waiting: &store::Waiting,
        actor: &Actor,
    ) -> Result<SignedIn, Error> {
        let user = account.id_user;
        // The one that it replaces says since when this device is known: it ends after that.
        let mut signed_in = self.open_session(conn, account, &waiting.opening, waiting.replaces, actor)?;
        if let Some(weaker) = waiting.replaces {
            self.end_sessions(conn, user, Which::One(weaker), End::Replaced)?;
        }
        signed_in.password_dropped = waiting.password_dropped;
        Ok(signed_in)
    }
}

/// Tokens have 256 random bits: a plain hash can't be turned back.
fn hash(token: &Secret) -> [u8; 32] {
    Sha256::digest(token.expose_secret()).into()
}
