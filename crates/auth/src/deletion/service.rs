use super::store;
use crate::{
    Auth, Error, Profile, Role, SignedInAs, Which,
    account::{self, assert_one},
    identifier_change, identity, otp, reset, session, totp,
};
use chrono::{DateTime, Duration, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Identifier, SessionId, UserId};
use hostolink_outbox::NewEvent;
use serde_json::json;

/// How long somebody may think again.
const GRACE: Duration = Duration::days(30);

/// Somebody asked to be forgotten.
#[derive(Debug, Clone)]
pub struct DeletionRequested {
    /// When that happens.
    pub due: DateTime<Utc>,
    /// The sessions that this ended: all of theirs.
    pub ended: Vec<SessionId>,
    /// Every proven identifier of theirs: whoever asked, the owner is told.
    pub tell: Vec<Identifier>,
}

impl Auth {
    /// Asks for an account to be erased in thirty days. It is signed out everywhere and receives nothing; a code signs its owner in
    /// all the same, so that they can think again. What the account still holds elsewhere is for the caller to check, in the
    /// same transaction. Asking twice changes nothing of the day.
    ///
    /// # Errors
    /// [`Error::SessionEnded`]; [`Error::LastSuperadmin`]; those of the database.
    pub fn request_deletion(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        actor: &Actor,
    ) -> Result<DeletionRequested, Error> {
        conn.transaction(|conn| {
            // In one order for everybody: the superadmins first.
            let superadmins = account::lock_superadmins(conn)?;
            let account = account::lock(conn, who.user)?;
            self.live_session(conn, Some(who.session), who.user)?.ok_or(Error::SessionEnded)?;
            if account.role == Role::Superadmin && superadmins.iter().all(|other| *other == who.user) {
                return Err(Error::LastSuperadmin);
            }
            let due = account.suppression_le.unwrap_or(self.clock.now() + GRACE);
            assert_one(store::set_due(conn, who.user, Some(due))?)?;
            otp::invalidate(conn, who.user)?;
            let ended = self.end_sessions(conn, who.user, Which::All, session::End::Deleted)?;
            self.record(conn, actor, "auth.deletion_requested", account.public_id, json!({ "due": due }))?;
            Ok(DeletionRequested { due, ended, tell: account.proven_identifiers(&self.settings.regions) })
        })
    }

    /// Thinks again: the account stays.
    ///
    /// # Errors
    /// [`Error::DeletionUnknown`] when nobody asked for it; [`Error::SessionEnded`]; those of the database.
    pub fn cancel_deletion(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        actor: &Actor,
    ) -> Result<Profile, Error> {
        conn.transaction(|conn| {
            let account = account::lock(conn, who.user)?;
            self.live_session(conn, Some(who.session), who.user)?.ok_or(Error::SessionEnded)?;
            account.suppression_le.ok_or(Error::DeletionUnknown)?;
            assert_one(store::set_due(conn, who.user, None)?)?;
            self.record(conn, actor, "auth.deletion_cancelled", account.public_id, json!({}))?;
            Ok(account::lock(conn, who.user)?.into())
        })
    }

    /// Refuses a session that was not proven by a code a moment ago: whoever picked up an open phone erases nobody.
    ///
    /// # Errors
    /// [`Error::StepUpRequired`], [`Error::RecentCodeRequired`], [`Error::SessionEnded`]; those of the database.
    pub fn require_recent_code(&self, conn: &mut PgConnection, who: SignedInAs) -> Result<(), Error> {
        self.recently_proven(conn, who).map(|_| ())
    }

    /// Lets somebody who is due wait another day.
    ///
    /// # Errors
    /// Those of the database.
    pub fn postpone_erasure(&self, conn: &mut PgConnection, user: UserId) -> Result<(), Error> {
        let tomorrow = self.clock.now() + Duration::days(1);
        Ok(store::postpone(conn, user, tomorrow).map(|_| ())?)
    }

    /// Who is due to be erased, the longest first, at most `limit`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn due_for_erasure(&self, conn: &mut PgConnection, limit: i64) -> Result<Vec<UserId>, Error> {
        Ok(store::due(conn, self.clock.now(), limit)?)
    }

    /// Erases somebody who is due: nothing personal is left in identity's tables, and nobody signs in as them again. The row
    /// stays, without anything in it, for the books and the log point to it. Its identifiers are free for whoever proves them
    /// next. The other domains hear `auth.user_erased`. Says whether there was something to do.
    ///
    /// # Errors
    /// Those of the database.
    pub fn erase(&self, conn: &mut PgConnection, user: UserId) -> Result<bool, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            let account = account::lock(conn, user)?;
            // They may have thought again a moment ago, or another process was faster.
            if account.suppression_le.is_none_or(|due| due > now) {
                return Ok(false);
            }
            self.end_sessions(conn, user, Which::All, session::End::Deleted)?;
            identifier_change::drop_of(conn, user)?;
            reset::drop_of(conn, Some(user))?;
            totp::turn_off(conn, user)?;
            totp::drop_challenges(conn, user)?;
            identity::release(conn, user)?;
            store::erase_dependents(conn, user)?;
            assert_one(store::anonymise(conn, user)?)?;
            self.record(conn, &Actor::default(), "auth.user_erased", account.public_id, json!({}))?;
            let event =
                NewEvent { kind: "auth.user_erased", subject: account.public_id.uuid(), payload: json!({}) };
            hostolink_outbox::publish(conn, &event, now)?;
            Ok(true)
        })
    }
}
