use super::{
    Delivery, Generated, Purpose, VerifyOtp,
    model::{DIGITS, LIFE},
    store,
};
use crate::{
    Auth, Error, Proof, Session, SignedIn, Which,
    account::{self, Account, Channel, Named, assert_one},
    profile,
    proof::{Attempt, Kind},
    registration,
    session::{self, Opening},
    sms::SmsWish,
    throttle,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Identifier, SessionId, UserId, UserPublicId};
use serde_json::json;
use subtle::ConstantTimeEq;

/// A guess that was counted and is right.
struct Right {
    otp: i32,
    hash: Vec<u8>,
    user: UserId,
    channel: Channel,
    identifier: Identifier,
    /// How it was counted.
    attempt: Attempt,
    /// Under which other key there may be guesses that it forgives.
    other: [u8; 32],
}

/// What a right code came to.
struct Accepted {
    account: Account,
    /// The session that it was shown in, if it is this account's.
    own: Option<Session>,
    password_dropped: bool,
}

impl Auth {
    /// Makes a code in the place of the one before. For somebody unknown, or blocked, there is nothing to deliver, and
    /// nothing in the answer tells. Asked for in a live session of the same account, it is a code of that session:
    /// strangers neither replace it, nor use up its guesses, nor the session's tries.
    ///
    /// # Errors
    /// When the text is no identifier; [`Error::TooMany`]; those of the database.
    pub fn generate_otp(
        &self,
        conn: &mut PgConnection,
        identifier: &str,
        signed_in: Option<SessionId>,
        actor: &Actor,
    ) -> Result<Generated, Error> {
        let now = self.clock.now();
        let expires_in = LIFE.to_std().unwrap_or_default();
        let named = account::resolve(conn, identifier, &self.settings.regions)?;
        let own = self.own_session(conn, signed_in, &named)?;
        let counted = self.tries_key(&named, own.as_ref());
        self.take_of_address(conn, &throttle::CODES_OF_ADDRESS, actor.address)?;
        throttle::take(conn, throttle::CODES, &counted, now)?;
        throttle::take(conn, throttle::CODES_A_DAY, &counted, now)?;
        if let Some(Identifier::Phone(number)) = &named.identifier {
            let wish = SmsWish { number, counted: &counted, own: own.is_some(), address: actor.address };
            self.admit_sms(conn, &wish)?;
        }
        let Named { identifier, text, account } = named;
        let code = self.random.digits(DIGITS);
        let made = conn.transaction(|conn| {
            let user = account.filter(|_| identifier.is_some()).map(|(account, _)| account.id_user);
            let account = account::lock_any(conn, user)?.filter(|account| !account.is_blocked());
            let made = account.as_ref().map(|account| (account.id_user, account.public_id));
            // For nobody the same is computed and written.
            let (user, object) = made.unwrap_or((UserId::new(0), UserPublicId::new(uuid::Uuid::nil())));
            let hash = self.code_hash(user, Purpose::SignIn, &text, &code);
            assert_one(match made {
                Some(_) => store::replace(conn, user, Purpose::SignIn, &counted, &hash, now, now + LIFE)?,
                None => store::replace_decoy(conn, &counted, now)?,
            })?;
            self.record(conn, actor, "auth.code_generated", object, json!({}))?;
            Ok::<_, Error>(made.is_some())
        })?;
        let delivery = identifier.filter(|_| made).map(|recipient| Delivery {
            recipient,
            purpose: Purpose::SignIn,
            code: code.into(),
            expires_in,
        });
        Ok(Generated { delivery, expires_in })
    }

    /// Signs somebody in by the code that was sent to them. At the first proof of an account this makes it theirs: what
    /// others may have set on it before is dropped.
    ///
    /// # Errors
    /// [`Error::CodeInvalid`], [`Error::TooMany`], [`Error::Blocked`], [`Error::ConfirmSignedIn`];
    /// [`Error::SecondFactorRequired`] with a challenge; those of the database.
    pub fn verify_otp(
        &self,
        conn: &mut PgConnection,
        shown: VerifyOtp<'_>,
        actor: &Actor,
    ) -> Result<SignedIn, Error> {
        let named = account::resolve(conn, shown.identifier, &self.settings.regions)?;
        let right = self.look_at(conn, named, shown, actor)?.ok_or(Error::CodeInvalid)?;
        // The inner result is a decision that must stay: a right code is used up, whatever follows.
        let signed_in = conn.transaction(|conn| {
            let accepted = match self.accept(conn, &right, shown, actor)? {
                Ok(accepted) => accepted,
                Err(refused) => return Ok(Err(refused)),
            };
            let Accepted { account, own, password_dropped } = accepted;
            let opening = Opening { proof: Proof::Otp, door: shown.door, device: shown.device.cloned() };
            let replaces = own.map(|weaker| weaker.id);
            let entered = self.enter(conn, account, opening, replaces, password_dropped, actor)?;
            self.forgive_guesses(conn, &right)?;
            Ok::<_, Error>(entered)
        });
        signed_in.and_then(std::convert::identity)
    }

    /// Takes a code as [`Auth::verify_otp`] does, and signs nobody in by it: the proof is written down, that is all. Says
    /// whether a provisional password was dropped.
    ///
    /// # Errors
    /// [`Error::CodeInvalid`], [`Error::TooMany`], [`Error::Blocked`], [`Error::ConfirmSignedIn`]; those of the database.
    pub fn confirm_code(
        &self,
        conn: &mut PgConnection,
        shown: VerifyOtp<'_>,
        actor: &Actor,
    ) -> Result<bool, Error> {
        let named = account::resolve(conn, shown.identifier, &self.settings.regions)?;
        let right = self.look_at(conn, named, shown, actor)?.ok_or(Error::CodeInvalid)?;
        let confirmed = conn.transaction(|conn| {
            let Accepted { account, password_dropped, .. } = match self.accept(conn, &right, shown, actor)? {
                Ok(accepted) => accepted,
                Err(refused) => return Ok(Err(refused)),
            };
            let actor = actor.known_as(account.id_user);
            self.record(conn, &actor, "auth.code_verified", account.public_id, json!({}))?;
            self.forgive_guesses(conn, &right)?;
            Ok::<_, Error>(Ok(password_dropped))
        });
        confirmed.and_then(std::convert::identity)
    }

    /// Counts a guess, commits that, then looks at it. At most five of one code are ever looked at, however many come
    /// at once and wherever; and only so many of one identifier, however many codes are sent. In a session it is the
    /// session's own code that is looked at, and the identifier's where the session asked for none. A guess while no code is
    /// out costs nothing: strangers who never ask for one keep nobody out. Whoever is named, the same is written.
    fn look_at(
        &self,
        conn: &mut PgConnection,
        named: Named,
        shown: VerifyOtp<'_>,
        actor: &Actor,
    ) -> Result<Option<Right>, Error> {
        let code: String = shown.code.chars().filter(|c| !c.is_whitespace()).collect();
        if code.len() != DIGITS || !code.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(None);
        }
        let own = self.own_session(conn, shown.signed_in, &named)?;
        let (now, strangers) = (self.clock.now(), self.identifier_key(&named.text));
        let user = named.account.as_ref().map(|(account, _)| account.id_user);
        let (mut subject, mut other) = (strangers, self.tries_key(&named, own.as_ref()));
        if let Some(own) = &own
            && store::is_live(conn, own.user, Purpose::SignIn, &other, now)?
        {
            std::mem::swap(&mut subject, &mut other);
        }
        let attempt = Attempt { kind: Kind::Code, subject, address: actor.address };
        let reserved = conn.transaction(|conn| {
            let decoy = store::reserve_decoy(conn, &subject, now)?;
            let reserved = store::reserve(conn, user, Purpose::SignIn, &subject, now)?;
            if decoy == 1 || reserved.is_some() {
                self.count_try(conn, &attempt)?;
            }
            Ok::<_, Error>(reserved)
        })?;
        // For nobody as well: it takes as long.
        let guess = self.code_hash(user.unwrap_or(UserId::new(0)), Purpose::SignIn, &named.text, &code);
        let (Some(identifier), Some((account, channel)), Some((otp, hash))) =
            (named.identifier, named.account, reserved)
        else {
            return Ok(None);
        };
        let user = account.id_user;
        let is_right = bool::from(guess.ct_eq(hash.as_slice()));
        Ok(is_right.then_some(Right { otp, hash, user, channel, identifier, attempt, other }))
    }

    /// Uses a right code up, and writes the proof down where it is the first one.
    fn accept(
        &self,
        conn: &mut PgConnection,
        right: &Right,
        shown: VerifyOtp<'_>,
        actor: &Actor,
    ) -> Result<Result<Accepted, Error>, Error> {
        let account = account::lock(conn, right.user)?;
        if store::consume(conn, right.otp, &right.hash, self.clock.now())? == 0 {
            return Ok(Err(Error::CodeInvalid));
        }
        if account.is_blocked() {
            return Ok(Err(Error::Blocked));
        }
        let own = self.live_session(conn, shown.signed_in, account.id_user)?;
        let mut password_dropped = false;
        if account.proven_at(right.channel).is_none() {
            if account.is_proven() && own.is_none() {
                return Ok(Err(Error::ConfirmSignedIn));
            }
            password_dropped = self.first_proof(conn, &account, right, shown, actor)?;
        }
        Ok(Ok(Accepted { account: account::lock(conn, right.user)?, own, password_dropped }))
    }

    /// A right code forgives the wrong ones, and wrong passwords.
    fn forgive_guesses(&self, conn: &mut PgConnection, right: &Right) -> Result<(), Error> {
        if let Identifier::Phone(number) = &right.identifier {
            self.sms_shown(conn, number, &[right.attempt.subject, right.other])?;
        }
        self.forgive_subject(conn, Kind::Code, &right.other)?;
        self.forgive_subject(conn, Kind::Password, &self.account_key(right.user))?;
        self.forgive(conn, &right.attempt)
    }

    /// Writes the proof down. Says whether a provisional password was dropped.
    fn first_proof(
        &self,
        conn: &mut PgConnection,
        account: &Account,
        right: &Right,
        shown: VerifyOtp<'_>,
        actor: &Actor,
    ) -> Result<bool, Error> {
        let now = self.clock.now();
        let mut dropped = false;
        if account.is_open() {
            let attempt = registration::take_attempt(conn, account.id_user)?;
            if let Some((attempt, password)) = attempt.as_ref().and_then(|a| Some((a, a.password()?))) {
                if attempt.keeps_password(shown.attempt_token, now) {
                    assert_one(account::keep_password(conn, account.id_user, &password, now)?)?;
                    profile::write(conn, account.id_user, &attempt.person())?;
                } else {
                    dropped = true;
                }
            }
        }
        self.write_proof(conn, account, right.channel, right.identifier.as_str(), dropped, actor)?;
        Ok(dropped)
    }

    /// Writes down that an identifier was proven, and ends what was opened before the first proof. The account is locked.
    pub(crate) fn write_proof(
        &self,
        conn: &mut PgConnection,
        account: &Account,
        channel: Channel,
        canonical: &str,
        password_dropped: bool,
        actor: &Actor,
    ) -> Result<(), Error> {
        let was_proven = account.is_proven();
        if !was_proven {
            self.end_sessions(conn, account.id_user, Which::All, session::End::FirstProof)?;
        }
        if account::prove(conn, account, channel, canonical, self.clock.now())? {
            let actor = actor.known_as(account.id_user);
            let details = json!({ "passwordDropped": password_dropped });
            self.record(conn, &actor, "auth.identifier_proven", account.public_id, details)?;
            if !was_proven {
                self.publish_proven(conn, account)?;
            }
        }
        Ok(())
    }

    /// What is kept of a code: bound to person, purpose and identifier.
    pub(crate) fn code_hash(&self, user: UserId, purpose: Purpose, identifier: &str, code: &str) -> [u8; 32] {
        let user = user.key().to_be_bytes();
        self.keyed("code", &[&user, purpose.as_str().as_bytes(), identifier.as_bytes(), code.as_bytes()])
    }
}
