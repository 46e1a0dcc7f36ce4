use super::{
    Claims, Door, Opening, Proof, Session, SignedIn, TokenPair, Which,
    model::{LIFETIME, LOST_REPLY, RECENT},
    store::{self, End},
    token::Bearer,
};
use crate::{
    Auth, Error, SignedInAs,
    account::{Account, Named, assert_one},
};
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{ExposeSecret, Secret, SessionId, UserId};
use hostolink_outbox::NewEvent;
use jsonwebtoken::jwk::JwkSet;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

impl Auth {
    /// Says what an access token of ours says. Whether its session still lives, only [`Auth::session`] knows.
    ///
    /// # Errors
    /// [`Error::TokenInvalid`], [`Error::TokenExpired`].
    pub fn verify_access_token(&self, token: &str) -> Result<Claims, Error> {
        self.tokens.verify(token, self.clock.now())
    }

    /// The public keys of access tokens, for `/.well-known/jwks.json` (RFC 7517).
    #[must_use]
    pub fn jwks(&self) -> &JwkSet {
        self.tokens.jwks()
    }

    /// A session as it is now; its role is the person's present one.
    ///
    /// # Errors
    /// [`Error::SessionEnded`] when there is none; those of the database.
    pub fn session(&self, conn: &mut PgConnection, id: SessionId) -> Result<Session, Error> {
        store::find(conn, id, self.clock.now())?.ok_or(Error::SessionEnded)
    }

    /// The same of many, of those that there are.
    ///
    /// # Errors
    /// Those of the database.
    pub fn sessions_by_id(
        &self,
        conn: &mut PgConnection,
        ids: &[SessionId],
    ) -> Result<HashMap<SessionId, Session>, Error> {
        let found = store::find_all(conn, ids, self.clock.now())?;
        Ok(found.into_iter().map(|session| (session.id, session)).collect())
    }

    /// Gives a new pair for a refresh token. Each works once. A used one that comes back within a minute, while its
    /// successor was never used, lost its reply: it gets the same successor, once. Any other use of it means that two
    /// have it: the whole family ends.
    ///
    /// # Errors
    /// [`Error::RefreshInvalid`], [`Error::RefreshReused`], [`Error::SessionEnded`]; those of the database.
    pub fn refresh(
        &self,
        conn: &mut PgConnection,
        token: &Secret,
        actor: &Actor,
    ) -> Result<TokenPair, Error> {
        let hash = hash(token);
        let now = self.clock.now();
        // The inner result is a decision that must stay, so it commits whatever it is.
        let turned = conn.transaction(|conn| {
            let Some(family) = store::token(conn, &hash)?.map(|token| token.session_id) else {
                return Ok(Err(Error::RefreshInvalid));
            };
            let family = store::lock(conn, family)?;
            self.turn(conn, &family, &hash, token, actor, now)
        });
        turned.and_then(std::convert::identity)
    }

    fn turn(
        &self,
        conn: &mut PgConnection,
        family: &store::Family,
        hash: &[u8],
        presented: &Secret,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Result<TokenPair, Error>, Error> {
        let session = store::find(conn, family.public_id, now)?.filter(|session| !session.ended);
        // Read again: now that the family is held, it is as the one before left it.
        let (Some(session), Some(token)) = (session, store::token(conn, hash)?) else {
            return Ok(Err(Error::SessionEnded));
        };
        let next = self.successor(presented, session.id);
        if let Some(used) = token.consomme_le {
            let successor = store::token_of_rank(conn, session.id, token.rang + 1)?;
            let unused = successor.is_some_and(|token| token.consomme_le.is_none());
            if !unused || now - used > LOST_REPLY {
                self.end_sessions(conn, session.user, Which::One(session.id), End::Reused)?;
                self.record(conn, actor, "auth.refresh_reused", session.user_public_id, json!({}))?;
                return Ok(Err(Error::RefreshReused));
            }
            if store::take_again(conn, hash)? == 0 {
                // A third time within the minute: refused. The one lineage goes on.
                return Ok(Err(Error::RefreshReused));
            }
        } else {
            assert_one(store::consume(conn, hash, now)?)?;
            assert_one(store::insert_token(conn, &self::hash(&next), session.id, token.rang + 1, now)?)?;
        }
        let expires = (now + session.door.idle()).min(family.cree_le + LIFETIME);
        assert_one(store::extend(conn, session.id, now, expires)?)?;
        let actor = actor.known_as(session.user);
        self.record(conn, &actor, "auth.session_refreshed", session.user_public_id, json!({}))?;
        let bearer = Bearer {
            session: session.id,
            user: session.user_public_id,
            role: session.role,
            proof: session.proof,
            door: session.door,
        };
        let access = self.tokens.sign(&bearer, now)?;
        Ok(Ok(TokenPair { access, refresh: next, expires_in: expires_in(session.door) }))
    }

    /// Ends a session. Its refresh tokens are dead at once, its access tokens as soon as the session is looked at.
    ///
    /// # Errors
    /// Those of the database.
    pub fn sign_out(&self, conn: &mut PgConnection, who: SignedInAs, actor: &Actor) -> Result<(), Error> {
        conn.transaction(|conn| {
            let session = store::find(conn, who.session, self.clock.now())?;
            let Some(session) = session.filter(|session| session.user == who.user) else { return Ok(()) };
            if !self.end_sessions(conn, who.user, Which::One(session.id), End::SignedOut)?.is_empty() {
                self.record(conn, actor, "auth.signed_out", session.user_public_id, json!({}))?;
            }
            Ok(())
        })
    }

    /// Erases counters, sessions and tokens that have been good for nothing for a while, at most `limit` of each, and
    /// says how many. For a job.
    ///
    /// # Errors
    /// Those of the database.
    pub fn purge(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        let now = self.clock.now();
        let counters = crate::throttle::purge(conn, now - chrono::Duration::days(2), limit)?;
        let challenges = crate::totp::purge(conn, now, limit)?;
        let tokens = crate::reset::purge(conn, now, limit)?;
        let changes = crate::identifier_change::purge(conn, now, limit)?;
        let messages = crate::sms::purge(conn, now - crate::sms::KEPT, limit)?;
        Ok(counters
            + challenges
            + tokens
            + messages
            + changes
            + store::purge(conn, now - chrono::Duration::days(30), limit)?)
    }

    /// A live session, where it is this person's own.
    pub(crate) fn live_session(
        &self,
        conn: &mut PgConnection,
        session: Option<SessionId>,
        user: UserId,
    ) -> Result<Option<Session>, Error> {
        let Some(id) = session else { return Ok(None) };
        let session = store::find(conn, id, self.clock.now())?;
        Ok(session.filter(|session| session.user == user && !session.ended))
    }

    /// The caller's own session, where it lives and a one-time code proved it.
    pub(crate) fn code_proven(&self, conn: &mut PgConnection, who: SignedInAs) -> Result<Session, Error> {
        let session = self.live_session(conn, Some(who.session), who.user)?.ok_or(Error::SessionEnded)?;
        if session.proof == Proof::Otp { Ok(session) } else { Err(Error::StepUpRequired) }
    }

    /// The same, where that was a moment ago.
    pub(crate) fn recently_proven(&self, conn: &mut PgConnection, who: SignedInAs) -> Result<Session, Error> {
        let session = self.code_proven(conn, who)?;
        let recent = self.clock.now() - session.opened_at <= RECENT;
        if recent { Ok(session) } else { Err(Error::RecentCodeRequired) }
    }

    /// A live session, where it is of the account that is named.
    pub(crate) fn own_session(
        &self,
        conn: &mut PgConnection,
        session: Option<SessionId>,
        named: &Named,
    ) -> Result<Option<Session>, Error> {
        let Some((account, _)) = &named.account else { return Ok(None) };
        self.live_session(conn, session, account.id_user)
    }

    /// Under which key tries for an identifier are counted: in a live session of its account apart from the tries of
    /// strangers, who could otherwise use up the owner's. Sessions proven by the password share one key: whoever knows
    /// the password opens as many as they like, and each would bring new guesses of the code.
    pub(crate) fn tries_key(&self, named: &Named, own: Option<&Session>) -> [u8; 32] {
        let Some(own) = own else { return self.identifier_key(&named.text) };
        let user = own.user.key().to_be_bytes();
        match own.proof {
            Proof::Otp => self.keyed("session", &[&user, own.id.uuid().as_bytes(), named.text.as_bytes()]),
            Proof::Password => self.keyed("session par mot de passe", &[&user, named.text.as_bytes()]),
        }
    }

    /// Opens a session for somebody whose proof was judged, in the caller's transaction.
    pub(crate) fn open_session(
        &self,
        conn: &mut PgConnection,
        account: Account,
        opening: &Opening,
        replaces: Option<SessionId>,
        actor: &Actor,
    ) -> Result<SignedIn, Error> {
        let now = self.clock.now();
        let id = SessionId::new(self.random.uuid(now));
        let refresh = Secret::from(self.random.token());
        let (user, proof, door) = (account.id_user, opening.proof, opening.door);
        let new_device = store::is_new_device(conn, user, opening.device.as_ref())?;
        let since = self.device_since(conn, user, opening, replaces)?;
        assert_one(store::insert(conn, id, user, opening, since, now, now + door.idle())?)?;
        assert_one(store::insert_token(conn, &hash(&refresh), id, 0, now)?)?;
        let actor = actor.known_as(user);
        let details = json!({ "proof": proof, "session": id, "door": door, "newDevice": new_device });
        self.record(conn, &actor, "auth.signed_in", account.public_id, details)?;
        if new_device {
            let (kind, subject) = (crate::NEW_DEVICE, account.public_id.uuid());
            let event = NewEvent { kind, subject, payload: json!({ "session": id }) };
            hostolink_outbox::publish(conn, &event, now)?;
        }
        let bearer = Bearer { session: id, user: account.public_id, role: account.role, proof, door };
        let access = self.tokens.sign(&bearer, now)?;
        Ok(SignedIn {
            session: id,
            tokens: TokenPair { access, refresh, expires_in: expires_in(door) },
            profile: account.into(),
            password_dropped: false,
            new_device,
        })
    }

    /// Since when this device is known: by the id of its installation, or by the session of its own that it proves anew. A password
    /// shows that somebody knows it, not whose device this is.
    fn device_since(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        opening: &Opening,
        replaces: Option<SessionId>,
    ) -> Result<DateTime<Utc>, Error> {
        let now = self.clock.now();
        if opening.proof == Proof::Password {
            return Ok(now);
        }
        let own = self.live_session(conn, replaces, user)?.filter(|own| own.proof == Proof::Otp);
        let known = store::device_since(conn, user, opening.device.as_ref())?;
        Ok(own.map(|own| own.device_since).into_iter().chain(known).min().unwrap_or(now))
    }

    /// The token after `token`. It follows from it, so that a lost reply can be given again although only hashes are
    /// kept; without our key nobody can tell it.
    fn successor(&self, token: &Secret, session: SessionId) -> Secret {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let next =
            self.keyed("rafraichissement", &[token.expose_secret().as_bytes(), session.uuid().as_bytes()]);
        URL_SAFE_NO_PAD.encode(next).into()
    }
}

fn expires_in(door: Door) -> std::time::Duration {
    door.access().to_std().unwrap_or_default()
}

/// Refresh tokens have 256 random bits: a plain hash can't be turned back.
fn hash(token: &Secret) -> [u8; 32] {
    Sha256::digest(token.expose_secret()).into()
}
