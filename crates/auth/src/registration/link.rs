//! Confirming a mailbox by a mailed link instead of a code. The link belongs to one attempt, and dies with it.

use super::{model, store};
use crate::{
    Auth, Error,
    account::{self, Channel, assert_one},
    profile,
    proof::{Attempt, Kind},
    throttle,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{EmailAddress, Secret, UserId, UserPublicId};
use serde_json::json;
use uuid::Uuid;

/// How long a link is good for.
const LIFE: chrono::Duration = chrono::Duration::hours(24);

/// A link to bring to a mailbox. Never log it.
#[derive(Debug, Clone)]
pub struct LinkDelivery {
    /// Who gets it.
    pub recipient: EmailAddress,
    /// 256 random bits, to be put into a link.
    pub token: Secret,
    /// How long it is good for.
    pub expires_in: std::time::Duration,
}

impl Auth {
    /// Makes a link in the place of the one before, for the mailbox of an attempt that waits for its proof. For any other
    /// there is nothing to deliver; the same is asked of the database, and nothing in the answer tells.
    ///
    /// # Errors
    /// [`Error::TooMany`]; those of the database.
    pub fn request_confirmation(
        &self,
        conn: &mut PgConnection,
        email: &EmailAddress,
        actor: &Actor,
    ) -> Result<Option<LinkDelivery>, Error> {
        let (now, key) = (self.clock.now(), self.identifier_key(email.as_str()));
        self.take_of_address(conn, &throttle::CODES_OF_ADDRESS, actor.address)?;
        throttle::take(conn, throttle::LINKS, &key, now)?;
        throttle::take(conn, throttle::LINKS_A_DAY, &key, now)?;
        let named = account::resolve(conn, email.as_str(), &self.settings.regions)?;
        let account = named.account.as_ref().map(|(account, _)| account);
        let waiting = account.filter(|account| {
            account.is_open()
                && !account.is_blocked()
                && account.canonical(Channel::Email) == Some(email.as_str())
        });
        let (user, object) = waiting.map_or_else(
            // No key is 0: the same statement finds no row.
            || (UserId::new(0), UserPublicId::new(Uuid::nil())),
            |account| (account.id_user, account.public_id),
        );
        let token = Secret::from(self.random.token());
        let made = conn.transaction(|conn| {
            let made = store::set_link(conn, user, &model::hash(&token), now + LIFE)?;
            self.record(conn, actor, "auth.link_requested", object, json!({}))?;
            Ok::<_, Error>(made == 1)
        })?;
        let expires_in = LIFE.to_std().unwrap_or_default();
        Ok(made.then(|| LinkDelivery { recipient: email.clone(), token, expires_in }))
    }

    /// Proves a mailbox by the link that was sent there: the account is its owner's from then on, and nobody is signed in.
    /// The password of the attempt that the link belongs to stays, unless the attempt was contested: then nobody can tell
    /// who set it. Says whether one was dropped.
    ///
    /// # Errors
    /// [`Error::ConfirmationInvalid`], [`Error::Blocked`], [`Error::TooMany`]; those of the database.
    pub fn confirm(&self, conn: &mut PgConnection, token: &Secret, actor: &Actor) -> Result<bool, Error> {
        let (now, hash) = (self.clock.now(), model::hash(token));
        let subject = self.keyed("lien", &[&hash]);
        let attempt = Attempt { kind: Kind::ConfirmationLink, subject, address: actor.address };
        let user = self.judge(conn, &attempt, |conn| Ok(store::user_of_link(conn, &hash, now)?))?;
        let user = user.ok_or(Error::ConfirmationInvalid)?;
        conn.transaction(|conn| {
            let account = account::lock(conn, user)?;
            // Used, replaced, or the attempt is another one by now.
            if store::user_of_link(conn, &hash, now)? != Some(user) || !account.is_open() {
                return Err(Error::ConfirmationInvalid);
            }
            if account.is_blocked() {
                return Err(Error::Blocked);
            }
            let email = account.canonical(Channel::Email).ok_or(Error::ConfirmationInvalid)?.to_owned();
            let mut dropped = false;
            let attempt = store::take_attempt(conn, user)?;
            if let Some((attempt, password)) = attempt.as_ref().and_then(|a| Some((a, a.password()?))) {
                if attempt.is_uncontested() {
                    assert_one(account::keep_password(conn, user, &password, now)?)?;
                    profile::write(conn, user, &attempt.person())?;
                } else {
                    dropped = true;
                }
            }
            self.write_proof(conn, &account, Channel::Email, &email, dropped, actor)?;
            Ok(dropped)
        })
    }
}
