use super::{
    Defined, PendingDefinition, Registered,
    model::{self, Definition},
    store,
};
use crate::{
    Auth, Error, Next, PasswordHash, Proof, SignedInAs, Which,
    account::{self, assert_one},
    otp,
    proof::Kind,
    session, throttle,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Secret, SessionId, UserId};
use serde_json::json;

impl Auth {
    /// Starts a registration: one at a time for an identifier, the last one counts. Two first contacts at once make one
    /// account.
    ///
    /// # Errors
    /// When the text is no identifier; [`Error::AlreadyRegistered`], [`Error::TooMany`]; those of the database.
    pub fn register_user(
        &self,
        conn: &mut PgConnection,
        identifier: &str,
        actor: &Actor,
    ) -> Result<Registered, Error> {
        let now = self.clock.now();
        let named = account::resolve(conn, identifier, &self.settings.regions)?;
        self.take_of_address(conn, &throttle::REGISTRATIONS_OF_ADDRESS, actor.address)?;
        throttle::take(conn, throttle::REGISTRATIONS, &self.identifier_key(&named.text), now)?;
        let identifier = named.identifier.ok_or(Error::InvalidIdentifier)?;
        let token = Secret::from(self.random.token());
        conn.transaction(|conn| {
            let account = match named.account {
                Some((account, _)) => account,
                None => self.find_or_insert(conn, &identifier)?,
            };
            let account = account::lock(conn, account.id_user)?;
            if !account.is_open() {
                return Err(Error::AlreadyRegistered);
            }
            assert_one(store::start(conn, account.id_user, &model::hash(&token), now)?)?;
            self.record(conn, actor, "auth.registered", account.public_id, json!({}))
        })?;
        Ok(Registered { attempt_token: token, next: Next::DefinePassword })
    }

    /// Looks whether a password may be defined, before it is hashed. On an account that nobody has proven the first of
    /// an attempt may, and a refusal is remembered against it; on any other only its owner, signed in by a code.
    ///
    /// # Errors
    /// [`Error::NotRegistered`], [`Error::PasswordAlreadyDefined`], [`Error::SignInRequired`],
    /// [`Error::StepUpRequired`], [`Error::TooMany`]; those of the database.
    pub fn begin_define_password(
        &self,
        conn: &mut PgConnection,
        identifier: &str,
        attempt_token: Option<&Secret>,
        signed_in: Option<SignedInAs>,
    ) -> Result<PendingDefinition, Error> {
        let named = account::resolve(conn, identifier, &self.settings.regions)?;
        let own = self.own_session(conn, signed_in.map(|who| who.session), &named)?;
        throttle::take(conn, throttle::DEFINITIONS, &self.tries_key(&named, own.as_ref()), self.clock.now())?;
        let (account, _) = named.account.ok_or(Error::NotRegistered)?;
        let user = account.id_user;
        if !account.is_open() {
            let own = own.ok_or(Error::SignInRequired)?;
            // Who only knows the password may not take the account with it: the phone or the mailbox decides.
            if own.proof != Proof::Otp {
                return Err(Error::StepUpRequired);
            }
            return Ok(PendingDefinition(Definition::Own { user, session: own.id }));
        }
        // The inner result is a decision that must stay: a refusal contests the attempt.
        let attempt = conn.transaction(|conn| {
            let Some(attempt) = store::attempt(conn, user)? else { return Ok(Err(Error::NotRegistered)) };
            if attempt.password().is_some() {
                assert_one(store::refuse(conn, user)?)?;
                return Ok(Err(Error::PasswordAlreadyDefined));
            }
            Ok::<_, Error>(Ok(attempt.jeton_hache))
        })??;
        let token = attempt_token.filter(|token| model::is_of(token, &attempt)).cloned();
        Ok(PendingDefinition(Definition::Provisional { user, attempt, token }))
    }

    /// Keeps a hashed password: provisionally, or on the owner's own account, whose other sessions end.
    ///
    /// # Errors
    /// [`Error::PasswordAlreadyDefined`] when somebody was faster, [`Error::SignInRequired`]; those of the database.
    pub fn finish_define_password(
        &self,
        conn: &mut PgConnection,
        pending: PendingDefinition,
        hash: &PasswordHash,
        actor: &Actor,
    ) -> Result<Defined, Error> {
        match pending.0 {
            Definition::Own { user, session } => self.define_own(conn, user, session, hash, actor),
            Definition::Provisional { user, attempt, token } => {
                let token = token.unwrap_or_else(|| self.random.token().into());
                let defined = conn.transaction(|conn| {
                    let account = account::lock(conn, user)?;
                    if store::define(conn, user, &attempt, hash, &model::hash(&token))? == 0 {
                        // Another was faster, registered anew, or proved the identifier meanwhile.
                        store::refuse(conn, user)?;
                        return Ok(Err(Error::PasswordAlreadyDefined));
                    }
                    self.record(
                        conn,
                        actor,
                        "auth.password_defined",
                        account.public_id,
                        json!({ "provisional": true }),
                    )?;
                    Ok::<_, Error>(Ok(()))
                });
                defined.and_then(std::convert::identity)?;
                Ok(Defined { attempt_token: Some(token), next: Next::Otp, ended: Vec::new() })
            }
        }
    }

    fn define_own(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        session: SessionId,
        hash: &PasswordHash,
        actor: &Actor,
    ) -> Result<Defined, Error> {
        let now = self.clock.now();
        let ended = conn.transaction(|conn| {
            let account = account::lock(conn, user)?;
            let live = session::find(conn, session, now)?.is_some_and(|s| s.user == user && !s.ended);
            if !live {
                return Err(Error::SignInRequired);
            }
            assert_one(account::set_password(conn, user, hash, now)?)?;
            let others = Which::Others(session);
            let ended = self.end_sessions(conn, user, others, session::End::PasswordChanged)?;
            otp::invalidate(conn, user)?;
            self.forgive_subject(conn, Kind::Password, &self.account_key(user))?;
            self.record(
                conn,
                actor,
                "auth.password_defined",
                account.public_id,
                json!({ "provisional": false }),
            )?;
            Ok::<_, Error>(ended)
        })?;
        Ok(Defined { attempt_token: None, next: Next::Done, ended })
    }
}
