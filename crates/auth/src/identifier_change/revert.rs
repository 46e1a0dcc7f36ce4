use super::{Reverted, model::Change, service::hash, store};
use crate::{
    Auth, Channel, Error, Which,
    account::{self, assert_one},
    otp,
    proof::{Attempt, Kind},
    reset, session, totp,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Identifier, Secret, SessionId, UserId};
use serde_json::json;

impl Auth {
    /// Takes a change back by the token that was sent to the identifier that went, without anybody being signed in. The account
    /// has again what it had before that change: later changes, of either identifier, are taken back with it, and their tokens
    /// die. Whoever made them is out: every session ends with its PIN, and the password and the second factor, which they may have set, are dropped. Its owner comes
    /// back in by a code.
    ///
    /// # Errors
    /// [`Error::RevertInvalid`]; [`Error::IdentifierTaken`] when what would come back is somebody else's proven one by now: then
    /// nothing changes; [`Error::TooMany`]; those of the database.
    pub fn revert_identifier_change(
        &self,
        conn: &mut PgConnection,
        token: &Secret,
        actor: &Actor,
    ) -> Result<Reverted, Error> {
        let (now, token) = (self.clock.now(), hash(token));
        let attempt = Attempt {
            kind: Kind::ResetToken,
            subject: self.keyed("retour", &[&token]),
            address: actor.address,
        };
        let user = self.judge(conn, &attempt, |conn| Ok(store::owner_of(conn, &token, now)?))?;
        let user = user.ok_or(Error::RevertInvalid)?;
        conn.transaction(|conn| {
            // Everybody whom this concerns, in the order of their keys; then what is to be taken back, as it stands now.
            let returning = self.returning(&store::since(conn, user, &token, now)?);
            let account = self.lock_with_holders(conn, user, &returning)?;
            let changes = store::since(conn, user, &token, now)?;
            if changes.is_empty() || account.is_blocked() {
                return Err(Error::RevertInvalid);
            }
            self.restore(conn, user, &changes)?;
            let ids: Vec<i64> = changes.iter().map(|change| change.id_changement).collect();
            store::delete(conn, &ids)?;
            store::drop_request(conn, user)?;
            let ended = self.shut_out(conn, user)?;
            let details = json!({ "changes": changes.len() });
            self.record(conn, &actor.known_as(user), "auth.identifier_reverted", account.public_id, details)?;
            let account = account::lock(conn, user)?;
            Ok(Reverted { ended, tell: account.proven_identifiers(&self.settings.regions) })
        })
    }

    /// What each channel had before the oldest of these changes.
    fn restore(&self, conn: &mut PgConnection, user: UserId, changes: &[Change]) -> Result<(), Error> {
        for channel in [Channel::Email, Channel::Phone] {
            let Some(first) = changes.iter().rev().find(|change| change.canal == channel) else { continue };
            if let Some(identifier) = self.before(first)
                && !self.free(conn, user, &identifier)?
            {
                return Err(Error::IdentifierTaken);
            }
            let values = (first.ancien.as_deref(), first.ancien_normalise.as_deref(), first.ancien_prouve_le);
            if !account::set_identifier(conn, user, channel, values)? {
                return Err(Error::IdentifierTaken);
            }
        }
        Ok(())
    }

    /// Ends what somebody else may have set on an account.
    fn shut_out(&self, conn: &mut PgConnection, user: UserId) -> Result<Vec<SessionId>, Error> {
        assert_one(account::drop_password(conn, user)?)?;
        otp::invalidate(conn, user)?;
        reset::drop_of(conn, Some(user))?;
        // A second factor of somebody else's would keep the owner out.
        totp::turn_off(conn, user)?;
        totp::drop_challenges(conn, user)?;
        self.end_sessions(conn, user, Which::All, session::End::IdentifierReverted)
    }

    fn returning(&self, changes: &[Change]) -> Vec<Identifier> {
        changes.iter().filter_map(|change| self.before(change)).collect()
    }

    fn before(&self, change: &Change) -> Option<Identifier> {
        Identifier::parse(change.ancien_normalise.as_deref()?, &self.settings.regions).ok()
    }
}
