//! Leaving: what the directory knows of a person goes with them.

use crate::{
    Directory, Error,
    store::{self as stores, departure as store},
};
use diesel::PgConnection;
use hostolink_kernel::UserId;

impl Directory {
    /// Takes the directory's place among those who write, before anything else of the transaction is locked: what [`Directory::forget`]
    /// takes away may count in the directory.
    ///
    /// # Errors
    /// Those of the database.
    pub fn before_forgetting(&self, conn: &mut PgConnection) -> Result<(), Error> {
        stores::lock_revision(conn)?;
        Ok(())
    }

    /// Deletes favourites, suggestions, ratings, reports, claims and shared positions of somebody who leaves. It belongs into the caller's
    /// transaction.
    ///
    /// # Errors
    /// Those of the database.
    pub fn forget(&self, conn: &mut PgConnection, person: UserId) -> Result<(), Error> {
        Ok(store::erase(conn, person)?)
    }
}
