//! What operators do from the command line and the environment. Nothing of it is for a request.

use super::{Account, Channel, Role, assert_one, store};
use crate::{Auth, Error, PasswordHash, Which, registration, session};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Identifier, UserId};
use serde_json::json;

impl Auth {
    /// Makes sure that somebody is a superadmin. Their identifier counts as proven; an account that was proven before
    /// keeps its password. Says whether anything changed.
    ///
    /// # Errors
    /// Those of the database.
    pub fn create_superadmin(
        &self,
        conn: &mut PgConnection,
        identifier: &Identifier,
        hash: &PasswordHash,
    ) -> Result<bool, Error> {
        let role = Role::Superadmin;
        let (user, created) = self.create_proven_user(conn, identifier, None, None, role, hash)?;
        conn.transaction(|conn| {
            let account = store::lock(conn, user)?;
            if account.role == role {
                return Ok(created);
            }
            assert_one(store::set_role(conn, user, role)?)?;
            let details = json!({ "from": account.role.as_str(), "to": role.as_str() });
            self.record(conn, &Actor::default(), "auth.role_set", account.public_id, details)?;
            Ok(true)
        })
    }

    /// Makes sure that an account exists, proven, with this name, role and password: for personas. One that is proven
    /// already stays as it is; what somebody set on an unproven one is dropped. Says whether it is new.
    ///
    /// # Errors
    /// Those of the database.
    pub fn create_proven_user(
        &self,
        conn: &mut PgConnection,
        identifier: &Identifier,
        first_name: Option<&str>,
        last_name: Option<&str>,
        role: Role,
        hash: &PasswordHash,
    ) -> Result<(UserId, bool), Error> {
        let channel = Channel::of(identifier);
        let now = self.clock.now();
        if let Some(account) = store::by_identifier(conn, identifier)?
            && account.proven_at(channel).is_some()
        {
            return Ok((account.id_user, false));
        }
        conn.transaction(|conn| {
            let account = self.find_or_insert(conn, identifier)?;
            let account = store::lock(conn, account.id_user)?;
            let user = account.id_user;
            if account.proven_at(channel).is_some() {
                return Ok((user, false));
            }
            registration::drop_attempt(conn, user)?;
            self.end_sessions(conn, user, Which::All, session::End::FirstProof)?;
            assert_one(store::set_password(conn, user, hash, now)?)?;
            store::prove(conn, &account, channel, identifier.as_str(), now)?;
            assert_one(store::set_role(conn, user, role)?)?;
            assert_one(store::set_names(conn, user, first_name, last_name)?)?;
            let details = json!({ "role": role.as_str() });
            self.record(conn, &Actor::default(), "auth.user_created", account.public_id, details)?;
            self.publish_proven(conn, &account)?;
            Ok((user, true))
        })
    }

    /// The account of an identifier, made where there is none.
    pub(crate) fn find_or_insert(
        &self,
        conn: &mut PgConnection,
        identifier: &Identifier,
    ) -> Result<Account, Error> {
        let now = self.clock.now();
        if let Some(account) = store::insert(conn, self.random.uuid(now), identifier, now)? {
            return Ok(account);
        }
        // Somebody was faster, and has committed: the insert above waited for that.
        Ok(store::by_identifier(conn, identifier)?.ok_or(diesel::result::Error::NotFound)?)
    }
}
