use super::{Freeze, FreezeCause};
use crate::schema::gel;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use hostolink_kernel::UserId;

/// Lets a cause stand. `false` where it does already.
pub(super) fn insert(
    conn: &mut PgConnection,
    person: UserId,
    cause: FreezeCause,
    (reason, by): (Option<&str>, Option<UserId>),
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let rows = diesel::insert_into(gel::table)
        .values((
            gel::id_user.eq(person),
            gel::cause.eq(cause.name()),
            gel::motif.eq(reason),
            gel::pose_par.eq(by),
            gel::pose_le.eq(now),
        ))
        .on_conflict((gel::id_user, gel::cause))
        .do_nothing()
        .execute(conn)?;
    Ok(rows == 1)
}

/// Takes a cause away. `false` where it did not stand.
pub(super) fn delete(conn: &mut PgConnection, person: UserId, cause: FreezeCause) -> QueryResult<bool> {
    let rows = diesel::delete(gel::table.filter(gel::id_user.eq(person)).filter(gel::cause.eq(cause.name())))
        .execute(conn)?;
    Ok(rows == 1)
}

/// What stands.
pub(super) fn standing(conn: &mut PgConnection, person: UserId) -> QueryResult<Vec<Freeze>> {
    let rows: Vec<(String, Option<String>, DateTime<Utc>)> = gel::table
        .filter(gel::id_user.eq(person))
        .order(gel::cause)
        .select((gel::cause, gel::motif, gel::pose_le))
        .load(conn)?;
    let freeze = |(name, reason, since): (String, _, _)| {
        let cause = FreezeCause::ALL.into_iter().find(|cause| cause.name() == name);
        let cause = cause.ok_or_else(|| diesel::result::Error::DeserializationError("gel.cause".into()))?;
        Ok(Freeze { cause, reason, since })
    };
    rows.into_iter().map(freeze).collect()
}
