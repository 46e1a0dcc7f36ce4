use crate::{Auth, Error, Recipient, throttle};
use diesel::PgConnection;
use hostolink_kernel::{Identifier, UserId};

impl Auth {
    /// Who would receive what `caller` sends to an identifier: `None` unless its owner has proven it. Whom the caller asked
    /// for today already costs nothing. Strangers are counted, found or not: who pays people they know is never slowed, who
    /// tries numbers one after the other mostly misses.
    ///
    /// # Errors
    /// [`Error::TooMany`] after too many misses, for found strangers too: then a hit and a miss look alike; those of the
    /// database.
    pub fn look_up(
        &self,
        conn: &mut PgConnection,
        caller: UserId,
        identifier: &Identifier,
    ) -> Result<Option<Recipient>, Error> {
        let now = self.clock.now();
        let found = self.find_recipient(conn, identifier)?;
        let asker = self.keyed("recherches", &[&caller.key().to_be_bytes()]);
        let Some(recipient) = found else {
            throttle::take(conn, throttle::MISSES, &asker, now)?;
            return Ok(None);
        };
        let pair = self.acquaintance(caller, recipient.user);
        if !throttle::is_counted(conn, throttle::ACQUAINTANCES, &pair, now)? {
            throttle::check(conn, throttle::MISSES, &asker, now)?;
            throttle::take(conn, throttle::STRANGERS, &asker, now)?;
            throttle::take(conn, throttle::ACQUAINTANCES, &pair, now)?;
        }
        Ok(Some(recipient))
    }
}
