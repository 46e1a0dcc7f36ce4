use super::{FREE_FAILURES, LONGEST_DELAY, Limit};
use crate::{Error, schema::essai};
use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, PgConnection, QueryableByName, RunQueryDsl,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Binary, Integer, Text, Timestamptz},
};
use hostolink_database::prepared;
use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Integer)]
    nombre: i32,
    #[diesel(sql_type = Timestamptz)]
    debut: DateTime<Utc>,
}

/// One statement; with `quick` as its source it does not wait for the disk.
macro_rules! counting {
    ($source:literal) => {
        concat!(
            "INSERT INTO essai (objet, cle, nombre, debut, suivant) ",
            $source,
            " ON CONFLICT ON CONSTRAINT essai_pkey DO UPDATE SET
                 nombre = CASE WHEN essai.debut <= EXCLUDED.debut - make_interval(secs => ?) THEN 1
                     ELSE LEAST(essai.nombre + 1, ? + 1) END,
                 debut = CASE WHEN essai.debut <= EXCLUDED.debut - make_interval(secs => ?) THEN EXCLUDED.debut
                     ELSE essai.debut END
             RETURNING nombre, debut"
        )
    };
}

/// Takes one try of `limit` for `key`. The caller's transaction must be committed even where what follows fails.
pub(crate) fn take(
    conn: &mut PgConnection,
    limit: Limit,
    key: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    count(conn, counting!("VALUES (?, ?, 1, ?, ?)"), limit, key, now)
}

/// The same for what is asked often and is no proof: every process sees the count at once, but where Postgres itself
/// dies the counts of its last second may be lost. Outside of a transaction.
pub(crate) fn take_lightly(
    conn: &mut PgConnection,
    limit: Limit,
    key: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    // The setting holds until this one statement has committed.
    const QUICK: &str =
        counting!("SELECT ?, ?, 1, ?, ? FROM (SELECT set_config('synchronous_commit', 'off', true)) quick");
    count(conn, QUICK, limit, key, now)
}

fn count(
    conn: &mut PgConnection,
    sql: &'static str,
    limit: Limit,
    key: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let taken: Taken = prepared(sql)
        .bind::<Text, _>(limit.name)
        .bind::<Binary, _>(key)
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(now)
        .bind::<Integer, _>(limit.seconds)
        .bind::<Integer, _>(limit.tries)
        .bind::<Integer, _>(limit.seconds)
        .get_result(conn)?;
    if taken.nombre <= limit.tries {
        return Ok(());
    }
    Err(too_many(taken.debut + chrono::Duration::seconds(limit.seconds.into()), now))
}

/// Takes `tries` of them at once, or refuses; none is nothing.
pub(crate) fn take_many(
    conn: &mut PgConnection,
    limit: Limit,
    key: &[u8],
    tries: usize,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if tries == 0 {
        return Ok(());
    }
    let taken: Taken = sql_query(
        "INSERT INTO essai (objet, cle, nombre, debut, suivant) VALUES ($1, $2, LEAST($6, $5 + 1), $3, $3)
         ON CONFLICT ON CONSTRAINT essai_pkey DO UPDATE SET
             nombre = CASE WHEN essai.debut <= $3 - make_interval(secs => $4) THEN LEAST($6, $5 + 1)
                 ELSE LEAST(essai.nombre::bigint + $6, $5 + 1)::integer END,
             debut = CASE WHEN essai.debut <= $3 - make_interval(secs => $4) THEN $3 ELSE essai.debut END
         RETURNING nombre, debut",
    )
    .bind::<Text, _>(limit.name)
    .bind::<Binary, _>(key)
    .bind::<Timestamptz, _>(now)
    .bind::<Integer, _>(limit.seconds)
    .bind::<Integer, _>(limit.tries)
    .bind::<Integer, _>(i32::try_from(tries).unwrap_or(i32::MAX))
    .get_result(conn)?;
    if taken.nombre <= limit.tries {
        return Ok(());
    }
    Err(too_many(taken.debut + chrono::Duration::seconds(limit.seconds.into()), now))
}

/// Begins the window of each of these keys anew, with one try. They are distinct.
pub(crate) fn begin(
    conn: &mut PgConnection,
    limit: Limit,
    keys: &[&[u8]],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sql_query(
        "INSERT INTO essai (objet, cle, nombre, debut, suivant) SELECT $1, k, 1, $3, $3 FROM unnest($2) k ORDER BY k
         ON CONFLICT ON CONSTRAINT essai_pkey DO UPDATE SET nombre = 1, debut = $3",
    )
    .bind::<Text, _>(limit.name)
    .bind::<Array<Binary>, _>(keys)
    .bind::<Timestamptz, _>(now)
    .execute(conn)?;
    Ok(())
}

/// Those of these keys for which something was counted in their present windows.
pub(crate) fn counted_among(
    conn: &mut PgConnection,
    limit: Limit,
    keys: &BTreeSet<[u8; 32]>,
    now: DateTime<Utc>,
) -> Result<HashSet<Vec<u8>>, Error> {
    let live = essai::debut.gt(now - chrono::Duration::seconds(limit.seconds.into()));
    let keys: Vec<&[u8]> = keys.iter().map(<[u8; 32]>::as_slice).collect();
    let counted: Vec<Vec<u8>> = essai::table
        .filter(essai::objet.eq(limit.name).and(essai::cle.eq_any(keys)).and(live))
        .select(essai::cle)
        .load(conn)?;
    Ok(counted.into_iter().collect())
}

/// Takes one try that counts as failed until [`clear`] says otherwise; after [`FREE_FAILURES`] in a row each doubles the
/// wait for the next, up to [`LONGEST_DELAY`]. A quiet day forgives all.
pub(crate) fn take_with_delay(
    conn: &mut PgConnection,
    name: &str,
    key: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let taken: Option<Taken> = prepared(
        "INSERT INTO essai (objet, cle, nombre, debut, suivant) VALUES (?, ?, 1, ?, ?)
         ON CONFLICT ON CONSTRAINT essai_pkey DO UPDATE SET
             nombre = CASE WHEN essai.debut <= EXCLUDED.debut - interval '1 day' THEN 1
                 ELSE LEAST(essai.nombre + 1, 1000) END,
             debut = EXCLUDED.debut,
             suivant = CASE WHEN essai.debut <= EXCLUDED.debut - interval '1 day' OR essai.nombre + 1 < ? THEN EXCLUDED.debut
                 ELSE EXCLUDED.debut + make_interval(secs => LEAST(?, power(2, LEAST(essai.nombre + 1 - ?, 20)))) END
         WHERE essai.suivant <= EXCLUDED.debut
         RETURNING nombre, debut",
    )
    .bind::<Text, _>(name)
    .bind::<Binary, _>(key)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now)
    .bind::<Integer, _>(FREE_FAILURES)
    .bind::<Integer, _>(LONGEST_DELAY)
    .bind::<Integer, _>(FREE_FAILURES)
    .get_result(conn)
    .optional()?;
    if taken.is_some() {
        return Ok(());
    }
    let next = essai::table.find((name, key)).select(essai::suivant).first(conn).optional()?;
    Err(too_many(next.unwrap_or(now), now))
}

/// Refuses where a limit is used up, and counts nothing.
pub(crate) fn check(
    conn: &mut PgConnection,
    limit: Limit,
    key: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    match window(conn, limit, key, now)? {
        Some((count, start)) if count >= limit.tries => {
            Err(too_many(start + chrono::Duration::seconds(limit.seconds.into()), now))
        }
        _ => Ok(()),
    }
}

/// Whether something was counted in the present window.
pub(crate) fn is_counted(
    conn: &mut PgConnection,
    limit: Limit,
    key: &[u8],
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    Ok(window(conn, limit, key, now)?.is_some_and(|(count, _)| count > 0))
}

/// The count of the present window, and its start.
fn window(
    conn: &mut PgConnection,
    limit: Limit,
    key: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<(i32, DateTime<Utc>)>, Error> {
    let live = essai::debut.gt(now - chrono::Duration::seconds(limit.seconds.into()));
    Ok(essai::table
        .find((limit.name, key))
        .filter(live)
        .select((essai::nombre, essai::debut))
        .first(conn)
        .optional()?)
}

/// Forgets what was tried: it succeeded.
pub(crate) fn clear(conn: &mut PgConnection, names: &[&str], key: &[u8]) -> Result<(), Error> {
    // One at a time, in the order in which they are taken.
    for name in names {
        diesel::delete(essai::table.find((name, key))).execute(conn)?;
    }
    Ok(())
}

/// Gives one try back: it was none that this counter is for.
pub(crate) fn give_back(conn: &mut PgConnection, name: &str, key: &[u8]) -> Result<(), Error> {
    diesel::update(essai::table.find((name, key)).filter(essai::nombre.gt(0)))
        .set(essai::nombre.eq(essai::nombre - 1))
        .execute(conn)?;
    Ok(())
}

/// Erases counters that count no longer, at most `limit`.
pub(crate) fn purge(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> Result<usize, Error> {
    let erased = sql_query(
        "DELETE FROM essai WHERE (objet, cle) IN (SELECT objet, cle FROM essai WHERE debut < $1 ORDER BY debut LIMIT $2)
         AND debut < $1",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(conn)?;
    Ok(erased)
}

fn too_many(next: DateTime<Utc>, now: DateTime<Utc>) -> Error {
    let wait = (next - now).to_std().unwrap_or_default();
    // Whole seconds, upwards: `Retry-After` knows nothing else.
    Error::TooMany(Duration::from_secs(wait.as_secs() + 1))
}
