//! The level of an account, and how time takes it away.

use super::{
    applicant::object,
    model::{State, Step},
    store::{self, Cause},
};
use crate::{
    Auth, Error, IdentityLevel,
    account::{self, assert_one},
};
use chrono::Duration;
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{UserId, UserPublicId, VerificationId};
use serde_json::json;

/// How long the pictures of a refused or forgotten application are kept.
const KEPT: Duration = Duration::days(90);

impl Auth {
    /// People's keys and levels, for who follows [`LEVEL_CHANGED`](crate::LEVEL_CHANGED).
    ///
    /// # Errors
    /// Those of the database.
    pub fn identity_levels(
        &self,
        conn: &mut PgConnection,
        people: &[UserPublicId],
    ) -> Result<Vec<(UserId, IdentityLevel)>, Error> {
        Ok(store::levels(conn, people)?)
    }

    /// Ends the applications, accepted ones among them, whose document's last day is over, at most `limit`, and erases the
    /// pictures that nobody needs any more. Says how many applications. For a job; each is a transaction of its own.
    ///
    /// # Errors
    /// Those of the database.
    pub fn expire_identities(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        let over = store::over(conn, self.today(), limit)?;
        for (id, user) in &over {
            conn.transaction(|conn| self.expire_identity(conn, *id, *user))?;
        }
        store::erase_files(conn, self.clock.now() - KEPT, limit)?;
        Ok(over.len())
    }

    fn expire_identity(
        &self,
        conn: &mut PgConnection,
        id: VerificationId,
        user: UserId,
    ) -> Result<(), Error> {
        account::lock(conn, user)?;
        let row = store::lock(conn, id)?;
        // Another process may have been faster.
        let Some(next) = row.etat.after(Step::Expire).filter(|_| row.is_over(self.today())) else {
            return Ok(());
        };
        assert_one(store::set_state(conn, id, next)?)?;
        if row.etat == State::Accepted {
            self.set_level(conn, user, IdentityLevel::Unverified, Cause::Expiry, Some(id))?;
        }
        let details = json!({ "from": row.etat.as_str() });
        self.record_of(conn, &Actor::default(), "auth.identity_expired", object(id), details)
    }

    /// Gives somebody a level without an application: for personas, and for who was verified on paper. Says whether it is new.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_identity_level(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        level: IdentityLevel,
    ) -> Result<bool, Error> {
        conn.transaction(|conn| {
            let account = account::lock(conn, user)?;
            if account.niveau_identite == level {
                return Ok(false);
            }
            self.set_level(conn, user, level, Cause::Operator, None)?;
            let details = json!({ "to": level.number() });
            let (actor, action) = (Actor::default(), "auth.identity_level_set");
            self.record(conn, &actor, action, account.public_id, details)?;
            Ok(true)
        })
    }

    /// Changes the level of an account that is locked, keeps the change and tells who counts with it.
    pub(super) fn set_level(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        level: IdentityLevel,
        cause: Cause,
        application: Option<VerificationId>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let account = account::lock(conn, user)?;
        if account.niveau_identite == level {
            return Ok(());
        }
        assert_one(store::set_level(conn, user, level, cause, application, now)?)?;
        let event = hostolink_outbox::NewEvent {
            kind: crate::LEVEL_CHANGED,
            subject: account.public_id.uuid(),
            payload: json!({ "level": level.number() }),
        };
        Ok(hostolink_outbox::publish(conn, &event, now)?)
    }
}
