//! What is gone is noted for a while, so that copies lose it too; then it is forgotten, and who has an older copy gets a new one.

use crate::schema::{changement_annuaire, revision_annuaire};
use chrono::{DateTime, Utc};
use diesel::{dsl::exists, prelude::*};

/// The number by which what was gone may be forgotten.
pub(super) fn forgotten(conn: &mut PgConnection) -> QueryResult<i64> {
    revision_annuaire::table.select(revision_annuaire::oublie).first(conn)
}

/// Whether something is gone since before an instant, and not forgotten.
pub(crate) fn has_changes_to_forget(conn: &mut PgConnection, before: DateTime<Utc>) -> QueryResult<bool> {
    let long_gone = changement_annuaire::table
        .filter(changement_annuaire::retire)
        .filter(changement_annuaire::change_le.lt(before));
    diesel::select(exists(long_gone)).get_result(conn)
}

/// Forgets up to `at_once` things that are gone since before an instant, the first gone first, and notes up to which number.
pub(crate) fn forget_changes(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    at_once: i64,
) -> QueryResult<usize> {
    let oldest: Vec<String> = changement_annuaire::table
        .filter(changement_annuaire::retire)
        .filter(changement_annuaire::change_le.lt(before))
        .order((changement_annuaire::revision, changement_annuaire::cle))
        .limit(at_once)
        .select(changement_annuaire::cle)
        .load(conn)?;
    let gone = changement_annuaire::table.filter(changement_annuaire::cle.eq_any(oldest));
    let numbers: Vec<i64> =
        diesel::delete(gone).returning(changement_annuaire::revision).get_results(conn)?;
    if let Some(last) = numbers.iter().max() {
        diesel::update(revision_annuaire::table.filter(revision_annuaire::oublie.lt(last)))
            .set(revision_annuaire::oublie.eq(last))
            .execute(conn)?;
    }
    Ok(numbers.len())
}
