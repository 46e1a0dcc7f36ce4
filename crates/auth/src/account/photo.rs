//! The profile picture: its address. The picture is in a store of `hostolink_media`.

use super::store;
use crate::{Auth, Error, account::assert_one, throttle};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::UserId;
use serde_json::json;

impl Auth {
    /// Counts one picture that somebody sends, before it is read: reading costs a core.
    ///
    /// # Errors
    /// [`Error::TooMany`]; those of the database.
    pub fn count_photo(&self, conn: &mut PgConnection, user: UserId) -> Result<(), Error> {
        throttle::take(conn, throttle::PHOTOS, &self.account_key(user), self.clock.now())
    }

    /// Writes down where somebody's picture is shown, or that there is none, and answers the address before. The address is one
    /// that we made: a client never chooses it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_photo(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        url: Option<&str>,
        actor: &Actor,
    ) -> Result<Option<String>, Error> {
        conn.transaction(|conn| {
            let account = store::lock(conn, user)?;
            assert_one(store::set_photo(conn, user, url)?)?;
            let action = if url.is_some() { "auth.photo_set" } else { "auth.photo_removed" };
            self.record(conn, actor, action, account.public_id, json!({}))?;
            Ok(account.photo_profile)
        })
    }
}
