//! The names that people are compared with lists by: those they gave, or those of the document that two reviewers have seen.

mod store;

use crate::{Auth, Error};
use chrono::NaiveDate;
use diesel::PgConnection;
use hostolink_kernel::{UserId, UserPublicId};

/// Somebody's whole name. Not for others to see.
#[derive(Clone, PartialEq, Eq)]
pub struct CivilName {
    /// Whose.
    pub user: UserId,
    /// The same for callers.
    pub public_id: UserPublicId,
    /// The given names.
    pub first_name: Option<String>,
    /// The family name.
    pub last_name: Option<String>,
    /// The day of birth: the document's where there is one.
    pub birth_date: Option<NaiveDate>,
}

impl CivilName {
    /// Given names and family name.
    #[must_use]
    pub fn whole(&self) -> String {
        let parts = [&self.first_name, &self.last_name].into_iter().flatten();
        parts.map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

impl std::fmt::Debug for CivilName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CivilName").field("public_id", &self.public_id).finish_non_exhaustive()
    }
}

impl Auth {
    /// The names of these people; who has none is left out.
    ///
    /// # Errors
    /// Those of the database.
    pub fn civil_names(&self, conn: &mut PgConnection, people: &[UserId]) -> Result<Vec<CivilName>, Error> {
        Ok(store::of(conn, people)?)
    }

    /// The same, by what callers see of them.
    ///
    /// # Errors
    /// Those of the database.
    pub fn civil_names_of(
        &self,
        conn: &mut PgConnection,
        people: &[UserPublicId],
    ) -> Result<Vec<CivilName>, Error> {
        Ok(store::of_public(conn, people)?)
    }
}

/// Everybody's names, at most `limit` at once, in the order of their keys: for who goes through all of them.
///
/// # Errors
/// Those of the database.
pub fn civil_names_after(
    conn: &mut PgConnection,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<CivilName>, Error> {
    Ok(store::after(conn, after, limit)?)
}
