use super::store;
use crate::{Error, Messaging, codes, service::assert_one};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{SessionId, UserId};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Whom a ticket let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// Who took it.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
    /// When the access token ends that it was taken with.
    pub until: DateTime<Utc>,
}

impl Messaging {
    /// How long a ticket opens a socket.
    pub const TICKET_LIFE: TimeDelta = TimeDelta::seconds(30);
    /// How many tickets of one person may wait.
    const MAX_TICKETS: i64 = 20;

    /// A ticket that opens one socket, once. Only its hash is kept.
    ///
    /// # Errors
    /// `messaging.too_many_tickets`; those of the database.
    pub fn issue_ticket(&self, conn: &mut PgConnection, ticket: Ticket) -> Result<String, Error> {
        let (text, now) = (self.random.token(), self.clock.now());
        conn.transaction(|conn| {
            if store::tickets_of(conn, ticket.user, now)? >= Self::MAX_TICKETS {
                return Err(Error::Wait(&codes::TOO_MANY_TICKETS, Duration::from_secs(30)));
            }
            let hash = Sha256::digest(&text);
            assert_one(store::insert_ticket(conn, &hash, ticket, now + Self::TICKET_LIFE)?)
        })?;
        Ok(text)
    }

    /// Uses a ticket up.
    ///
    /// # Errors
    /// `messaging.ticket_invalid`; those of the database.
    pub fn redeem_ticket(&self, conn: &mut PgConnection, text: &str) -> Result<Ticket, Error> {
        let invalid = || Error::Rule(&codes::TICKET_INVALID);
        if text.len() > 64 {
            return Err(invalid());
        }
        let taken = store::take_ticket(conn, &Sha256::digest(text))?;
        let now = self.clock.now();
        let (ticket, expires) = taken.ok_or_else(invalid)?;
        if now < expires && now < ticket.until { Ok(ticket) } else { Err(invalid()) }
    }

    /// Deletes tickets and signs of typing that are over, at most so many of each.
    ///
    /// # Errors
    /// Those of the database.
    pub fn purge(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        let now = self.clock.now();
        Ok(store::purge_tickets(conn, now, limit)? + store::purge_typing(conn, now, limit)?)
    }
}
