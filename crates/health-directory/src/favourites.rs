//! The establishments that people keep at hand.

use crate::{Directory, Error, refusals, store::favourites as store};
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_kernel::{Cursor, EstablishmentId, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

/// An establishment that somebody keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Favourite {
    pub(crate) id: Uuid,
    /// The establishment; whether it is still there, the snapshot tells.
    pub establishment: EstablishmentId,
    /// Its name when it was kept.
    pub name: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// The name that this list's cursors carry.
const LIST: &str = "favourites";

impl Directory {
    /// The most that one person keeps.
    pub const MAX_FAVOURITES: i64 = 200;

    /// Keeps an establishment. Keeping it again changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`]; `health.too_many_favourites`; those of the database.
    pub fn keep(
        &self,
        conn: &mut PgConnection,
        establishment: EstablishmentId,
        (actor, user): (&audit::Actor, UserId),
    ) -> Result<Favourite, Error> {
        let name = self.snapshot().get(establishment)?.name.clone();
        let now = self.clock().now();
        conn.transaction(|conn| {
            if let Some(kept) = store::of(conn, user, establishment)? {
                return Ok(kept);
            }
            // Two at once may both find room for one: a few more than the most do no harm.
            if store::count(conn, user)? >= Self::MAX_FAVOURITES {
                return Err(Error::Rule(&refusals::TOO_MANY_FAVOURITES));
            }
            let new = Favourite { id: self.random().uuid(now), establishment, name, created_at: now };
            store::insert(conn, user, &new)?;
            // Not which establishment: the log is kept longer than favourites are, and it may tell of an illness.
            self.note(conn, (actor, "health.favourite_kept"), ("favori_etablissement", new.id), json!({}))?;
            Ok(new)
        })
    }

    /// Keeps one no longer.
    ///
    /// # Errors
    /// `health.favourite_unknown`; those of the database.
    pub fn unkeep(
        &self,
        conn: &mut PgConnection,
        establishment: EstablishmentId,
        (actor, user): (&audit::Actor, UserId),
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            let id =
                store::delete(conn, user, establishment)?.ok_or(Error::Rule(&refusals::FAVOURITE_UNKNOWN))?;
            self.note(conn, (actor, "health.favourite_dropped"), ("favori_etablissement", id), json!({}))
        })
    }

    /// What somebody keeps, the newest first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn favourites(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Favourite>, Error> {
        let after = after.map(|cursor| cursor.keyset::<Uuid>(LIST)).transpose()?;
        Ok(Page::from_probe(store::list(conn, user, after, limit.probe())?, limit, LIST, |kept| kept.id))
    }
}
