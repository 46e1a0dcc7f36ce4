//! What stands beside establishments: holidays, and where facts come from.

use crate::{
    DataSource,
    schema::{jour_ferie, source_donnees},
};
use chrono::NaiveDate;
use diesel::prelude::*;

/// Says what is celebrated on a day. Whoever edits is the source from then on.
pub(crate) fn put_holiday(
    conn: &mut PgConnection,
    day: NaiveDate,
    name: &str,
    estimated: bool,
) -> QueryResult<usize> {
    let said = (jour_ferie::nom.eq(name), jour_ferie::estime.eq(estimated), jour_ferie::source.eq("edited"));
    diesel::insert_into(jour_ferie::table)
        .values((jour_ferie::jour.eq(day), said))
        .on_conflict(jour_ferie::jour)
        .do_update()
        .set(said)
        .execute(conn)
}

/// Takes a day away, and says whether it was there.
pub(crate) fn delete_holiday(conn: &mut PgConnection, day: NaiveDate) -> QueryResult<bool> {
    Ok(diesel::delete(jour_ferie::table.find(day)).execute(conn)? == 1)
}

/// Writes what a source is, and says its key and whether that is new.
pub(crate) fn put_source(conn: &mut PgConnection, source: &DataSource) -> QueryResult<(i32, bool)> {
    use source_donnees::dsl;
    let known = dsl::source_donnees
        .filter(dsl::code.eq(&source.code))
        .filter(dsl::nom.eq(&source.name))
        .filter(dsl::licence.eq(&source.licence))
        .filter(dsl::licence_url.is_not_distinct_from(&source.licence_url))
        .filter(dsl::attribution.eq(&source.attribution))
        .filter(dsl::url.is_not_distinct_from(&source.url))
        .filter(dsl::partage_identique.eq(source.share_alike))
        .select(dsl::id_source)
        .first(conn)
        .optional()?;
    if let Some(id) = known {
        return Ok((id, false));
    }
    let described = (
        dsl::nom.eq(&source.name),
        dsl::licence.eq(&source.licence),
        dsl::licence_url.eq(&source.licence_url),
        dsl::attribution.eq(&source.attribution),
        dsl::url.eq(&source.url),
        dsl::partage_identique.eq(source.share_alike),
    );
    let id = diesel::insert_into(dsl::source_donnees)
        .values((dsl::code.eq(&source.code), described))
        .on_conflict(dsl::code)
        .do_update()
        .set(described)
        .returning(dsl::id_source)
        .get_result(conn)?;
    Ok((id, true))
}

/// The licence under which a source's list came last.
pub(crate) fn licence_of(conn: &mut PgConnection, code: &str) -> QueryResult<Option<String>> {
    use source_donnees::dsl;
    dsl::source_donnees.filter(dsl::code.eq(code)).select(dsl::licence).first(conn).optional()
}
