//! A payment card that a merchant shows us: its number and code are the wallet's to compare, its tries are counted here.

use super::{Attempt, Kind};
use crate::{Auth, Error};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{ExposeSecret, Secret, UserId};

/// A counted try of a card. [`Auth::forgive_card`] takes it back where it was right.
pub struct CardAttempt([Attempt; 2]);

impl Auth {
    /// Counts one try of a card by a merchant, before anybody looks whether there is such a card. Outside of a transaction.
    ///
    /// # Errors
    /// [`Error::TooMany`]; those of the database.
    pub fn count_card(
        &self,
        conn: &mut PgConnection,
        merchant: UserId,
        number: &Secret,
        actor: &Actor,
    ) -> Result<CardAttempt, Error> {
        let address = actor.address;
        let card = self.keyed("carte", &[number.expose_secret().as_bytes()]);
        let reader = self.keyed("lecteur de cartes", &[&merchant.key().to_be_bytes()]);
        let attempts = [
            Attempt { kind: Kind::CardReader, subject: reader, address },
            Attempt { kind: Kind::Card, subject: card, address },
        ];
        conn.transaction(|conn| attempts.iter().try_for_each(|attempt| self.count_try(conn, attempt)))?;
        Ok(CardAttempt(attempts))
    }

    /// Number and code were right. The card's own failures are forgotten; the merchant only gets this try back, so that a card of
    /// their own wipes out nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub fn forgive_card(&self, conn: &mut PgConnection, attempt: &CardAttempt) -> Result<(), Error> {
        let CardAttempt([reader, card]) = attempt;
        self.forgive(conn, card)?;
        self.give_back(conn, reader)
    }
}
