//! Turning the second factor on and off, and judging what is shown of it.

use super::{
    Enrolment, Factor,
    model::{self, bound_to},
    store,
};
use crate::{
    Auth, Error, Proof, Session, SignedInAs, Which,
    account::{self, assert_one},
    proof::{Attempt, Kind},
    session::End,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Identifier, Secret, UserId};
use hostolink_sealing as sealing;
use serde_json::json;

impl Auth {
    /// Makes a secret for an authenticator app. Nothing asks for it until a first code confirms that the app has it. The
    /// session must have been proven by a one-time code a moment ago: whoever picked up an open phone locks nobody out.
    ///
    /// # Errors
    /// [`Error::TotpOn`], [`Error::StepUpRequired`], [`Error::RecentCodeRequired`], [`Error::SessionEnded`]; those of the
    /// database.
    pub fn enrol_totp(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        actor: &Actor,
    ) -> Result<Enrolment, Error> {
        conn.transaction(|conn| {
            let session = self.recently_proven(conn, who)?;
            let account = account::lock(conn, who.user)?;
            let secret = model::new_secret(self.random.as_ref());
            let sealed = sealing::seal(&self.totp_key(), self.random.as_ref(), &bound_to(who.user), &secret);
            // Nothing but a key of another length can fail, and ours has its length in its type.
            let sealed = sealed.map_err(|_| diesel::result::Error::NotFound)?;
            if store::enrol(conn, who.user, &sealed, self.clock.now())? == 0 {
                return Err(Error::TotpOn);
            }
            self.record(conn, actor, "auth.totp_enrolled", session.user_public_id, json!({}))?;
            let name = account.email_normalise.or(account.telephone_normalise);
            model::enrolment(&secret, &name.unwrap_or_else(|| account.public_id.to_string()))
        })
    }

    /// Turns the second factor on: the first code shows that the app has the secret. Answers the recovery codes, which
    /// nobody can read again.
    ///
    /// # Errors
    /// [`Error::TotpOff`] when nothing was enrolled, [`Error::TotpOn`], [`Error::TotpInvalid`], [`Error::TooMany`],
    /// [`Error::StepUpRequired`], [`Error::SessionEnded`]; those of the database.
    pub fn confirm_totp(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        code: &Secret,
        actor: &Actor,
    ) -> Result<Vec<Secret>, Error> {
        let factor = Factor::Totp(code.clone());
        let attempt = self.factor_attempt(who.user, None, &factor, actor);
        self.code_proven(conn, who)?;
        self.count_try(conn, &attempt)?;
        conn.transaction(|conn| {
            let session = self.code_proven(conn, who)?;
            let app = store::lock(conn, who.user)?.ok_or(Error::TotpOff)?;
            if app.actif_le.is_some() {
                return Err(Error::TotpOn);
            }
            self.accept_factor(conn, who.user, &factor)?;
            assert_one(store::turn_on(conn, who.user, self.clock.now())?)?;
            let codes = self.new_recovery_codes(conn, who.user)?;
            self.record(conn, actor, "auth.totp_on", session.user_public_id, json!({}))?;
            self.forgive(conn, &attempt)?;
            Ok(codes)
        })
    }

    /// Turns the second factor off. It takes a session that a one-time code proved, and the factor itself.
    ///
    /// # Errors
    /// [`Error::TotpOff`], [`Error::TotpInvalid`], [`Error::TooMany`], [`Error::StepUpRequired`], [`Error::SessionEnded`];
    /// those of the database.
    pub fn turn_totp_off(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        factor: &Factor,
        actor: &Actor,
    ) -> Result<(), Error> {
        self.with_factor(conn, who, factor, actor, |conn, session| {
            assert_one(store::turn_off(conn, who.user)?)?;
            store::drop_challenges(conn, who.user)?;
            self.record(conn, actor, "auth.totp_off", session.user_public_id, json!({}))
        })
    }

    /// Turns somebody's second factor off without it, and ends their sessions: for an operator who made sure who asks. Nothing of
    /// it is for a request. Says whether it was on.
    ///
    /// # Errors
    /// [`Error::UserNotFound`]; those of the database.
    pub fn drop_totp(&self, conn: &mut PgConnection, identifier: &Identifier) -> Result<bool, Error> {
        conn.transaction(|conn| {
            let account = account::by_identifier(conn, identifier)?.ok_or(Error::UserNotFound)?;
            if store::turn_off(conn, account.id_user)? == 0 {
                return Ok(false);
            }
            self.end_sessions(conn, account.id_user, Which::All, End::Closed)?;
            let details = json!({ "operator": true });
            self.record(conn, &Actor::default(), "auth.totp_off", account.public_id, details)?;
            Ok(true)
        })
    }

    /// Makes new recovery codes; those before are worth nothing any more.
    ///
    /// # Errors
    /// As [`Auth::turn_totp_off`].
    pub fn renew_recovery_codes(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        factor: &Factor,
        actor: &Actor,
    ) -> Result<Vec<Secret>, Error> {
        self.with_factor(conn, who, factor, actor, |conn, session| {
            let codes = self.new_recovery_codes(conn, who.user)?;
            self.record(conn, actor, "auth.recovery_codes_renewed", session.user_public_id, json!({}))?;
            Ok(codes)
        })
    }

    /// Whether the second factor is on, and how many recovery codes are left.
    ///
    /// # Errors
    /// Those of the database.
    pub fn totp_standing(&self, conn: &mut PgConnection, user: UserId) -> Result<(bool, i64), Error> {
        Ok((store::is_on(conn, user)?, store::recovery_codes_left(conn, user)?))
    }

    /// Does something that takes the second factor again.
    fn with_factor<T>(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        factor: &Factor,
        actor: &Actor,
        work: impl FnOnce(&mut PgConnection, &Session) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.code_proven(conn, who)?;
        if !store::is_on(conn, who.user)? {
            return Err(Error::TotpOff);
        }
        let attempt = self.factor_attempt(who.user, None, factor, actor);
        self.count_try(conn, &attempt)?;
        conn.transaction(|conn| {
            let session = self.code_proven(conn, who)?;
            self.accept_factor(conn, who.user, factor)?;
            let done = work(conn, &session)?;
            self.forgive(conn, &attempt)?;
            Ok(done)
        })
    }

    /// Takes a second factor, once, in the caller's transaction. The try must be counted.
    pub(super) fn accept_factor(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        factor: &Factor,
    ) -> Result<(), Error> {
        let app = store::lock(conn, user)?.ok_or(Error::TotpInvalid)?;
        match factor {
            Factor::Totp(code) => {
                let secret = sealing::open(&self.totp_key(), &bound_to(user), &app.secret_chiffre).ok();
                if secret.is_none() {
                    tracing::error!(
                        "the secret of an authenticator app can't be opened: was OTP_KEY changed?"
                    );
                }
                let step =
                    secret.and_then(|secret| model::step_of(&secret, code, self.clock.now().timestamp()));
                let new = step.filter(|step| app.dernier_pas.is_none_or(|last| *step > last));
                assert_one(store::take_step(conn, user, new.ok_or(Error::TotpInvalid)?)?)
            }
            Factor::RecoveryCode(code) => {
                let code = model::canonical(code).ok_or(Error::TotpInvalid)?;
                let used = store::use_recovery_code(conn, user, &self.recovery_hash(user, &code))?;
                if used == 1 { Ok(()) } else { Err(Error::TotpInvalid) }
            }
        }
    }

    /// How a try is counted. Apart by the first proof: who only knows the password can't use up the tries of the owner, who
    /// comes with a one-time code, nor those inside a session.
    pub(super) fn factor_attempt(
        &self,
        user: UserId,
        first: Option<Proof>,
        factor: &Factor,
        actor: &Actor,
    ) -> Attempt {
        let kind = match factor {
            Factor::Totp(_) => Kind::Totp,
            Factor::RecoveryCode(_) => Kind::RecoveryCode,
        };
        let first: &[u8] = match first {
            Some(Proof::Password) => b"mot de passe",
            Some(Proof::Otp) => b"code",
            None => b"session",
        };
        let subject = self.keyed("second facteur", &[&bound_to(user), first]);
        Attempt { kind, subject, address: actor.address }
    }

    fn new_recovery_codes(&self, conn: &mut PgConnection, user: UserId) -> Result<Vec<Secret>, Error> {
        let codes = model::new_recovery_codes(self.random.as_ref());
        let read = codes.iter().filter_map(model::canonical);
        let hashes: Vec<[u8; 32]> = read.map(|code| self.recovery_hash(user, &code)).collect();
        store::replace_recovery_codes(conn, user, &hashes)?;
        Ok(codes)
    }

    fn recovery_hash(&self, user: UserId, code: &str) -> [u8; 32] {
        self.keyed("code de secours", &[&bound_to(user), code.as_bytes()])
    }

    fn totp_key(&self) -> [u8; 32] {
        self.keyed("secrets totp", &[])
    }
}
