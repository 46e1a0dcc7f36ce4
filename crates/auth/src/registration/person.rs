//! Registering in one call: name, number and password come at once, and all of it waits for the first proof.

use super::{LinkDelivery, PendingRegistration, PersonRegistered, model, store};
use crate::{
    Auth, Error, PasswordHash, ProfileChange,
    account::{self, assert_one},
    throttle,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{EmailAddress, Identifier, Secret};
use serde_json::json;

impl Auth {
    /// Counts the registration, before its password is hashed.
    ///
    /// # Errors
    /// [`Error::TooMany`]; those of the database.
    pub fn begin_registration(
        &self,
        conn: &mut PgConnection,
        email: &EmailAddress,
        actor: &Actor,
    ) -> Result<PendingRegistration, Error> {
        let now = self.clock.now();
        self.take_of_address(conn, &throttle::REGISTRATIONS_OF_ADDRESS, actor.address)?;
        throttle::take(conn, throttle::REGISTRATIONS, &self.identifier_key(email.as_str()), now)?;
        Ok(PendingRegistration(email.clone()))
    }

    /// Starts a registration that has its password, and makes the code that proves the address. As with
    /// [`Auth::register_user`] the last one counts, and what an earlier one set is dropped. Somebody's account stays as it
    /// is: then there is no code, and its owner should be told.
    ///
    /// # Errors
    /// [`Error::TooMany`] when too many codes were sent; the registration stands all the same. Those of the database.
    pub fn finish_registration(
        &self,
        conn: &mut PgConnection,
        pending: &PendingRegistration,
        person: &ProfileChange,
        hash: &PasswordHash,
        actor: &Actor,
    ) -> Result<PersonRegistered, Error> {
        let attempt_token = Secret::from(self.random.token());
        let started = self.start_registration(conn, pending, person, hash, &attempt_token, actor)?;
        let email = pending.0.as_str();
        let generated = if started { Some(self.generate_otp(conn, email, None, actor)?) } else { None };
        Ok(PersonRegistered { attempt_token, delivery: generated.and_then(|generated| generated.delivery) })
    }

    /// As [`Auth::finish_registration`], with a link in the place of the code.
    ///
    /// # Errors
    /// [`Error::TooMany`] when too many links were sent; the registration stands all the same. Those of the database.
    pub fn finish_registration_by_link(
        &self,
        conn: &mut PgConnection,
        pending: &PendingRegistration,
        person: &ProfileChange,
        hash: &PasswordHash,
        actor: &Actor,
    ) -> Result<Option<LinkDelivery>, Error> {
        let attempt_token = Secret::from(self.random.token());
        let started = self.start_registration(conn, pending, person, hash, &attempt_token, actor)?;
        if started { self.request_confirmation(conn, &pending.0, actor) } else { Ok(None) }
    }

    /// Says whether it started: somebody's account stays as it is.
    fn start_registration(
        &self,
        conn: &mut PgConnection,
        pending: &PendingRegistration,
        person: &ProfileChange,
        hash: &PasswordHash,
        attempt_token: &Secret,
        actor: &Actor,
    ) -> Result<bool, Error> {
        let (now, token) = (self.clock.now(), model::hash(attempt_token));
        let (email, identifier) = (pending.0.as_str(), Identifier::Email(pending.0.clone()));
        conn.transaction(|conn| {
            let named = account::resolve(conn, email, &self.settings.regions)?;
            let account = match named.account {
                Some((account, _)) => account,
                None => self.find_or_insert(conn, &identifier)?,
            };
            let account = account::lock(conn, account.id_user)?;
            if !account.is_open() {
                return Ok::<_, Error>(false);
            }
            let user = account.id_user;
            assert_one(store::start(conn, user, &token, now)?)?;
            assert_one(store::define(conn, user, &token, hash, &token)?)?;
            assert_one(store::describe(conn, user, person.provisional())?)?;
            self.record(conn, actor, "auth.registered", account.public_id, json!({ "password": true }))?;
            Ok(true)
        })
    }
}
