//! Accounts that administrators make for others. Nobody chooses somebody else's password (OWASP ASVS 5.0 6.4.6): the person
//! proves the address, and chooses it.

use super::{Account, Role, assert_one, service::may_set, store};
use crate::{Auth, Error, Profile, ProfileChange, account, profile, registration, throttle};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{EmailAddress, Identifier};
use serde_json::json;

impl Auth {
    /// Makes an account with a role below one's own, for whoever proves the address: by a code, or by the token of a
    /// forgotten password ([`Auth::request_reset`]). Until then nobody can register over it. Inviting somebody again
    /// writes the name and the role anew.
    ///
    /// # Errors
    /// [`Error::RoleForbidden`], [`Error::AlreadyRegistered`], [`Error::TooMany`]; those of the database.
    pub fn invite(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        email: &EmailAddress,
        person: &ProfileChange,
        role: Role,
    ) -> Result<Profile, Error> {
        let by_user = by.user.ok_or(Error::RoleForbidden)?;
        let now = self.clock.now();
        let identifier = Identifier::Email(email.clone());
        throttle::take(conn, throttle::REGISTRATIONS, &self.identifier_key(email.as_str()), now)?;
        conn.transaction(|conn| {
            let named = account::resolve(conn, email.as_str(), &self.settings.regions)?;
            let account = match named.account {
                Some((account, _)) => account,
                None => self.find_or_insert(conn, &identifier)?,
            };
            let user = account.id_user;
            let locked = store::lock_all(conn, &[by_user, user])?;
            let find = |user| locked.iter().find(|account: &&Account| account.id_user == user);
            let (by_account, account) = find(by_user).zip(find(user)).ok_or(Error::RoleForbidden)?;
            may_set(by_account.role, account.role, role)?;
            if !account.is_open() && !account.is_invited() {
                return Err(Error::AlreadyRegistered);
            }
            registration::drop_attempt(conn, user)?;
            assert_one(store::invite(conn, user, role, now)?)?;
            profile::write(conn, user, person)?;
            self.record(conn, by, "auth.user_created", account.public_id, json!({ "role": role.as_str() }))?;
            Ok(store::lock(conn, user)?.into())
        })
    }
}
