use super::{ProfileChange, store};
use crate::{
    Auth, Error, IdentityLevel, Profile,
    account::{self, assert_one},
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::UserId;
use serde_json::json;

impl Auth {
    /// Changes somebody's own profile. What is already so changes nothing and leaves no row in the audit log; the log
    /// keeps the names of the fields, never their values.
    ///
    /// # Errors
    /// [`Error::BirthDateInvalid`] for a day that is to come; [`Error::ProfileChanged`] when it is no longer as the caller
    /// saw it; [`Error::NameVerified`] for another name of somebody verified; those of the database.
    pub fn update_profile(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        change: &ProfileChange,
        actor: &Actor,
    ) -> Result<Profile, Error> {
        if change.born_after(self.clock.now().date_naive()) {
            return Err(Error::BirthDateInvalid);
        }
        conn.transaction(|conn| {
            let account = account::lock(conn, user)?;
            let changing = change.fields.changing(&account);
            // The name of a verified person is the document's: payers are shown it.
            let named = changing.iter().any(|field| ["firstName", "lastName"].contains(field));
            if named && account.niveau_identite >= IdentityLevel::Verified {
                return Err(Error::NameVerified);
            }
            let profile = Profile::from(account);
            if change.seen.as_ref().is_some_and(|seen| !seen.contains(&profile.version())) {
                return Err(Error::ProfileChanged);
            }
            if changing.is_empty() {
                return Ok(profile);
            }
            assert_one(store::update(conn, user, &change.fields)?)?;
            if changing.iter().any(|field| ["firstName", "lastName", "birthDate"].contains(field)) {
                self.publish_named(conn, profile.public_id)?;
            }
            self.record(
                conn,
                actor,
                "auth.profile_updated",
                profile.public_id,
                json!({ "fields": changing }),
            )?;
            Ok(account::lock(conn, user)?.into())
        })
    }
}
