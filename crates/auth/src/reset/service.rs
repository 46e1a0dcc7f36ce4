use super::{
    PasswordReset, PendingReset, ResetDelivery, ResetRequested,
    model::{LIFE, Shown},
    store,
};
use crate::{
    Auth, Error, PasswordHash, Purpose, Which,
    account::{self, Account, Channel, Named, assert_one},
    otp,
    proof::{Attempt, Kind},
    session,
    sms::SmsWish,
    throttle,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{ExposeSecret, Identifier, Secret, UserPublicId};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

impl Auth {
    /// Makes what sets a forgotten password anew, in the place of the one before: a token for a proven mailbox, a code for
    /// a proven phone. For an identifier that is nobody's, or not proven, or of a blocked account, there is nothing to
    /// deliver; the same is asked of the database and written to it, and nothing in the answer tells.
    ///
    /// # Errors
    /// When the text is no identifier; [`Error::TooMany`]; those of the database.
    pub fn request_reset(
        &self,
        conn: &mut PgConnection,
        identifier: &str,
        actor: &Actor,
    ) -> Result<ResetRequested, Error> {
        let now = self.clock.now();
        let named = account::resolve(conn, identifier, &self.settings.regions)?;
        let recipient_key = self.reset_key(&named.text);
        self.take_of_address(conn, &throttle::CODES_OF_ADDRESS, actor.address)?;
        throttle::take(conn, throttle::RESETS, &recipient_key, now)?;
        throttle::take(conn, throttle::RESETS_A_DAY, &recipient_key, now)?;
        if let Some(Identifier::Phone(number)) = &named.identifier {
            let counted = &self.identifier_key(&named.text);
            self.admit_sms(conn, &SmsWish { number, counted, own: false, address: actor.address })?;
        }
        let by_code = matches!(&named.identifier, Some(Identifier::Phone(_)));
        let life = if by_code { otp::LIFE } else { LIFE };
        let expires_in = life.to_std().unwrap_or_default();
        let owner = owner_of(&named);
        let token = self.reset_secret(by_code);
        conn.transaction(|conn| {
            let user = owner.map(|account| account.id_user);
            store::drop_of(conn, user)?;
            let (key, expires) = (&recipient_key, now + life);
            let kept = if let Some(user) = user.filter(|_| by_code) {
                let hash = self.code_hash(user, Purpose::Reset, &named.text, token.expose_secret());
                otp::replace(conn, user, Purpose::Reset, key, &hash, now, expires)?
            } else {
                store::replace(conn, key, user, &hash(&token), now, expires)?
            };
            assert_one(kept)?;
            let object = owner.map_or(UserPublicId::new(Uuid::nil()), |account| account.public_id);
            self.record(conn, actor, "auth.reset_requested", object, json!({}))
        })?;
        let recipient = owner.and(named.identifier.clone());
        let delivery = recipient.map(|recipient| ResetDelivery { recipient, token, expires_in });
        Ok(ResetRequested { delivery, expires_in })
    }

    /// Looks at a mailed token, before the new password is hashed. The try is counted and committed first.
    ///
    /// # Errors
    /// [`Error::ResetInvalid`], [`Error::TooMany`]; those of the database.
    pub fn begin_reset(
        &self,
        conn: &mut PgConnection,
        token: &Secret,
        actor: &Actor,
    ) -> Result<PendingReset, Error> {
        let (now, hash) = (self.clock.now(), hash(token));
        let attempt = Attempt {
            kind: Kind::ResetToken,
            subject: self.keyed("jeton", &[&hash]),
            address: actor.address,
        };
        let found = self.judge(conn, &attempt, |conn| {
            // Of nobody's identifier: no such token ever left.
            let found = store::find_live(conn, &hash, now)?;
            Ok(found.and_then(|(user, recipient)| Some((user?, recipient.try_into().ok()?))))
        })?;
        let (user, recipient) = found.ok_or(Error::ResetInvalid)?;
        Ok(PendingReset { user, recipient, shown: Shown::Token(hash) })
    }

    /// Looks at a code that was sent to a phone for this purpose, before the new password is hashed. The guess is counted
    /// and committed first.
    ///
    /// # Errors
    /// When the text is no identifier; [`Error::CodeInvalid`], [`Error::TooMany`]; those of the database.
    pub fn begin_reset_by_code(
        &self,
        conn: &mut PgConnection,
        identifier: &str,
        code: &str,
        actor: &Actor,
    ) -> Result<PendingReset, Error> {
        let named = account::resolve(conn, identifier, &self.settings.regions)?;
        let recipient = self.reset_key(&named.text);
        let right = self.guess_code(conn, &named, Purpose::Reset, recipient, code, actor)?;
        let right = right.ok_or(Error::CodeInvalid)?;
        if let Some(Identifier::Phone(number)) = &named.identifier {
            self.sms_shown(conn, number, &[self.identifier_key(&named.text)])?;
        }
        Ok(PendingReset { user: right.user, recipient, shown: Shown::Code(right) })
    }

    /// Sets the new password, and uses up what was shown. Every session ends, every code and token dies; nobody is signed
    /// in by this.
    ///
    /// # Errors
    /// [`Error::ResetInvalid`] or [`Error::CodeInvalid`] when it was used, replaced or expired meanwhile, or when the identifier
    /// that it was sent to is no longer a proven one of the account; [`Error::Blocked`]; those of the database.
    pub fn finish_reset(
        &self,
        conn: &mut PgConnection,
        pending: &PendingReset,
        hash: &PasswordHash,
        actor: &Actor,
    ) -> Result<PasswordReset, Error> {
        let (now, user) = (self.clock.now(), pending.user);
        // The inner result is a decision that must stay: what was shown is used up, whatever follows.
        let done = conn.transaction(|conn| {
            let account = account::lock(conn, user)?;
            let (used, invalid) = match &pending.shown {
                Shown::Token(hash) => (store::consume(conn, hash, now)?, Error::ResetInvalid),
                Shown::Code(code) => (otp::consume(conn, code.otp, &code.hash, now)?, Error::CodeInvalid),
            };
            let Some(channel) = self.reached_by(&account, &pending.recipient).filter(|_| used == 1) else {
                return Ok(Err(invalid));
            };
            if account.is_blocked() {
                return Ok(Err(Error::Blocked));
            }
            if account.proven_at(channel).is_none() {
                // Invited: the token that only this mailbox holds is the first proof.
                let canonical = account.canonical(channel).unwrap_or_default();
                self.write_proof(conn, &account, channel, canonical, false, actor)?;
            }
            assert_one(account::set_password(conn, user, hash, now)?)?;
            let ended = self.end_sessions(conn, user, Which::All, session::End::PasswordChanged)?;
            otp::invalidate(conn, user)?;
            store::drop_of(conn, Some(user))?;
            self.record(conn, &actor.known_as(user), "auth.password_reset", account.public_id, json!({}))?;
            self.forgive_subject(conn, Kind::Password, &self.account_key(user))?;
            if let Shown::Code(code) = &pending.shown {
                self.forgive(conn, &code.attempt)?;
            }
            let account = account::lock(conn, user)?;
            Ok(Ok(PasswordReset { ended, tell: account.proven_identifiers(&self.settings.regions) }))
        });
        done.and_then(std::convert::identity)
    }

    /// Under which key an identifier's wishes, tokens and codes for a reset are kept and counted: apart from those for
    /// signing in.
    fn reset_key(&self, text: &str) -> [u8; 32] {
        self.keyed("reinitialisation", &[text.as_bytes()])
    }

    fn reset_secret(&self, by_code: bool) -> Secret {
        if by_code { self.random.digits(otp::DIGITS) } else { self.random.token() }.into()
    }

    /// Which identifier of the account, proven or invited, is still the one with this key.
    fn reached_by(&self, account: &Account, recipient: &[u8; 32]) -> Option<Channel> {
        [Channel::Email, Channel::Phone].into_iter().find(|channel| {
            let own = account.canonical(*channel).filter(|_| may_reset(account, *channel));
            own.is_some_and(|text| self.reset_key(text) == *recipient)
        })
    }
}

/// Who may set a password anew by this identifier: whoever proved it, or was invited by it.
fn owner_of(named: &Named) -> Option<&Account> {
    named.identifier.as_ref()?;
    let (account, channel) = named.account.as_ref()?;
    (may_reset(account, *channel) && !account.is_blocked()).then_some(account)
}

fn may_reset(account: &Account, channel: Channel) -> bool {
    account.proven_at(channel).is_some() || account.is_invited()
}

/// Tokens have 256 random bits: a plain hash can't be turned back.
fn hash(token: &Secret) -> [u8; 32] {
    Sha256::digest(token.expose_secret()).into()
}
