//! Where people can be told of something, many at once.

mod store;

use crate::{Auth, Error, account};
use diesel::PgConnection;
use hostolink_kernel::{Identifier, SessionId, UserId, UserPublicId};
use std::collections::{HashMap, HashSet};

/// Where somebody can be told of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// What callers see of them.
    pub public_id: UserPublicId,
    /// In which language: `fr` or `en`, where they chose one.
    pub language: Option<String>,
    /// Their proven mailbox.
    pub mailbox: Option<Identifier>,
    /// Their proven number.
    pub phone: Option<Identifier>,
}

impl Auth {
    /// Where these people can be told of something, in one query. Who is blocked, leaves or never proved anything is left out.
    ///
    /// # Errors
    /// Those of the database.
    pub fn reach(&self, conn: &mut PgConnection, users: &[UserId]) -> Result<HashMap<UserId, Reach>, Error> {
        let accounts = account::by_keys(conn, users)?;
        let here = accounts.into_iter().filter(|account| account.is_proven() && account.may_receive());
        let reach = here.map(|account| {
            let proven = account.proven_identifiers(&self.settings.regions);
            let mailbox = proven.iter().find(|identifier| matches!(identifier, Identifier::Email(_)));
            let phone = proven.iter().find(|identifier| matches!(identifier, Identifier::Phone(_)));
            let reach = Reach {
                public_id: account.public_id,
                mailbox: mailbox.cloned(),
                phone: phone.cloned(),
                language: account.langue,
            };
            (account.id_user, reach)
        });
        Ok(reach.collect())
    }

    /// The keys behind public ids, in one query; ids of nobody are left out.
    ///
    /// # Errors
    /// Those of the database.
    pub fn keys_of(
        &self,
        conn: &mut PgConnection,
        ids: &[UserPublicId],
    ) -> Result<HashMap<UserPublicId, UserId>, Error> {
        Ok(store::keys_of(conn, ids)?.into_iter().collect())
    }

    /// Those of these sessions in which somebody is still signed in, in one query.
    ///
    /// # Errors
    /// Those of the database.
    pub fn live_sessions(
        &self,
        conn: &mut PgConnection,
        ids: &[SessionId],
    ) -> Result<HashSet<SessionId>, Error> {
        Ok(store::live(conn, ids, self.clock.now())?.into_iter().collect())
    }
}
