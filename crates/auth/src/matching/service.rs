use super::store;
use crate::{Auth, Channel, Error, Recipient, account::Account, throttle};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{PhoneNumber, UserId, UserPublicId};
use serde_json::json;
use std::collections::HashMap;

impl Auth {
    /// The most numbers that are compared at a time.
    pub const MAX_MATCHED: usize = 200;

    /// Whether somebody wants to be found by who has their number.
    ///
    /// # Errors
    /// Those of the database.
    pub fn is_discoverable(&self, conn: &mut PgConnection, user: UserId) -> Result<bool, Error> {
        Ok(store::is_discoverable(conn, user)?)
    }

    /// Sets whether somebody wants to be found.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_discoverable(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        wanted: bool,
        actor: &Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            let id = store::set_discoverable(conn, user, wanted)?;
            self.record(conn, actor, "auth.discoverable_set", id, json!({ "discoverable": wanted }))
        })
    }

    /// Which of these numbers are of somebody here who has proven theirs and wants to be found; only for who wants it too. Each
    /// number counts, found or not: a thousand a day are a large address book, and no way to list who has an account. None is kept.
    ///
    /// # Errors
    /// [`Error::NotDiscoverable`]; [`Error::TooManyNumbers`] for more than [`Auth::MAX_MATCHED`]; [`Error::TooMany`]; those of the
    /// database.
    pub fn match_phones(
        &self,
        conn: &mut PgConnection,
        caller: UserId,
        phones: &[PhoneNumber],
    ) -> Result<Vec<(PhoneNumber, Recipient)>, Error> {
        let mut asked: Vec<&PhoneNumber> = phones.iter().collect();
        asked.sort_unstable_by_key(|phone| phone.as_str());
        asked.dedup_by_key(|phone| phone.as_str());
        if asked.len() > Self::MAX_MATCHED {
            return Err(Error::TooManyNumbers);
        }
        if !store::is_discoverable(conn, caller)? {
            return Err(Error::NotDiscoverable);
        }
        let asker = self.keyed("carnet", &[&caller.key().to_be_bytes()]);
        throttle::take_many(conn, throttle::MATCHES, &asker, asked.len(), self.clock.now())?;
        let found = store::by_phones(conn, &asked)?;
        let others = found.into_iter().filter(|account| account.may_receive() && account.id_user != caller);
        let named = |account: Account| {
            let phone = asked.iter().find(|phone| Some(phone.as_str()) == account.canonical(Channel::Phone));
            phone.map(|phone| ((*phone).clone(), Recipient::from(account)))
        };
        Ok(others.filter_map(named).collect())
    }

    /// The people behind public ids, of those who are here and mean to stay, in one query.
    ///
    /// # Errors
    /// Those of the database.
    pub fn people_by_ids(
        &self,
        conn: &mut PgConnection,
        ids: &[UserPublicId],
    ) -> Result<HashMap<UserPublicId, UserId>, Error> {
        let found = store::by_public_ids(conn, ids)?;
        let here = found.into_iter().filter(|account| account.is_proven() && account.may_receive());
        Ok(here.map(|account| (account.public_id, account.id_user)).collect())
    }
}
