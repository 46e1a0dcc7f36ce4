use crate::model::{Actor, Discarded, Entry, Head, Record, Sealable};
use crate::schema::{corbeille, log_a_sceller, logs, sceau_log};
use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult,
    dsl::sql,
    prelude::*,
    sql_types::{Array, BigInt, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz},
};
use hostolink_database::prepared;
use hostolink_kernel::UserId;
use serde_json::Value;

/// Adds the entries and queues them for sealing, in one statement whatever their number.
pub(crate) fn insert(conn: &mut PgConnection, entries: &[Entry]) -> QueryResult<usize> {
    fn column<T>(entries: &[Entry], field: impl Fn(&Entry) -> T) -> Vec<T> {
        entries.iter().map(field).collect()
    }
    prepared(
        "WITH nouveau AS ( \
             INSERT INTO logs (id_user, action, objet_type, objet_id, details, trace_id, survenu_le) \
             SELECT u, a, t, o, d, r, s \
             FROM unnest(?, ?, ?, ?, ?, ?, ?) WITH ORDINALITY AS e (u, a, t, o, d, r, s, n) ORDER BY n \
             RETURNING id_log) \
         INSERT INTO log_a_sceller (id_log) SELECT id_log FROM nouveau",
    )
    .bind::<Array<Nullable<Integer>>, _>(column(entries, |e| e.actor.user))
    .bind::<Array<Text>, _>(column(entries, |e| e.action))
    .bind::<Array<Text>, _>(column(entries, |e| e.object_kind))
    .bind::<Array<Text>, _>(entries.iter().map(|e| e.object_id.as_str()).collect::<Vec<_>>())
    .bind::<Array<Jsonb>, _>(entries.iter().map(|e| &e.details).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(entries.iter().map(|e| e.actor.trace_id.as_deref()).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(column(entries, |e| e.at))
    .execute(conn)
}

type RecordRow = (i64, Option<UserId>, String, String, String, Value, Option<String>, DateTime<Utc>);

fn record(row: RecordRow) -> Record {
    let (id, user, action, object_kind, object_id, details, trace_id, at) = row;
    Record {
        id,
        actor: Actor { user, trace_id, ..Actor::default() },
        action,
        object_kind,
        object_id,
        details,
        at,
    }
}

pub(crate) fn of_trace(conn: &mut PgConnection, trace_id: &str, limit: i64) -> QueryResult<Vec<Record>> {
    let rows: Vec<RecordRow> =
        logs::table.filter(logs::trace_id.eq(trace_id)).order(logs::id_log).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(record).collect())
}

/// What a person did or was done to them, after a number.
pub(crate) fn concerning(
    conn: &mut PgConnection,
    user: UserId,
    public_id: &str,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Record>> {
    let done_to_them = logs::objet_id.eq(public_id).and(logs::objet_type.eq("user"));
    let rows: Vec<RecordRow> = logs::table
        .filter(logs::id_user.eq(user).assume_not_null().or(done_to_them))
        .filter(logs::id_log.gt(after))
        .order(logs::id_log)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(record).collect())
}

/// Any number that the other advisory locks of this database don't use: "sceau" in ASCII.
const SEALER: i64 = 0x73_63_65_61_75;

/// Whether this transaction is now the one sealer.
pub(crate) fn become_sealer(conn: &mut PgConnection) -> QueryResult<bool> {
    diesel::select(sql::<Bool>("pg_try_advisory_xact_lock(").bind::<BigInt, _>(SEALER).sql(")"))
        .get_result(conn)
}

pub(crate) fn head(conn: &mut PgConnection) -> QueryResult<Option<Head>> {
    let last: Option<(i64, Vec<u8>)> = sceau_log::table
        .select((sceau_log::seq, sceau_log::empreinte))
        .order(sceau_log::seq.desc())
        .first(conn)
        .optional()?;
    // The column's constraint says 32 bytes; where it was lifted, zeros break the chain and verification tells.
    Ok(last.map(|(seq, hash)| Head { seq, hash: hash.try_into().unwrap_or_default() }))
}

/// The columns of [`Sealable`], in its order.
macro_rules! sealable {
    () => {
        (
            logs::id_log,
            logs::id_user,
            logs::action,
            logs::objet_type,
            logs::objet_id,
            sql::<Text>("logs.details::text"),
            logs::trace_id,
            logs::survenu_le,
        )
    };
}

/// The oldest rows that wait for their seal.
pub(crate) fn unsealed(conn: &mut PgConnection, limit: i64) -> QueryResult<Vec<Sealable>> {
    log_a_sceller::table
        .inner_join(logs::table)
        .select(sealable!())
        .order(log_a_sceller::id_log)
        .limit(limit)
        .load(conn)
}

/// Adds links and takes their rows off the queue; both counts are asserted.
pub(crate) fn insert_seals(conn: &mut PgConnection, seals: &[(i64, i64, [u8; 32])]) -> QueryResult<()> {
    let ids: Vec<i64> = seals.iter().map(|seal| seal.1).collect();
    let added = diesel::sql_query(
        "INSERT INTO sceau_log (seq, id_log, empreinte) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[])",
    )
    .bind::<Array<BigInt>, _>(seals.iter().map(|seal| seal.0).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(&ids)
    .bind::<Array<Binary>, _>(seals.iter().map(|seal| seal.2.as_slice()).collect::<Vec<_>>())
    .execute(conn)?;
    let taken =
        diesel::delete(log_a_sceller::table.filter(log_a_sceller::id_log.eq_any(&ids))).execute(conn)?;
    if added == seals.len() && taken == seals.len() {
        Ok(())
    } else {
        Err(diesel::result::Error::RollbackTransaction)
    }
}

/// A link as it is kept, and its row where that is still there.
pub(crate) type Link = (i64, i64, Vec<u8>, Option<Sealable>);

pub(crate) fn links_after(conn: &mut PgConnection, seq: i64, limit: i64) -> QueryResult<Vec<Link>> {
    sceau_log::table
        .left_join(logs::table)
        .select((sceau_log::seq, sceau_log::id_log, sceau_log::empreinte, sealable!().nullable()))
        .filter(sceau_log::seq.gt(seq))
        .order(sceau_log::seq)
        .limit(limit)
        .load(conn)
}

/// The highest number of a row, 0 where there is none.
pub(crate) fn last_id(conn: &mut PgConnection) -> QueryResult<i64> {
    Ok(logs::table.select(diesel::dsl::max(logs::id_log)).first::<Option<i64>>(conn)?.unwrap_or(0))
}

/// The first row numbered above `after`, up to `until`, that has no seal and waits for none.
pub(crate) fn first_without_seal(
    conn: &mut PgConnection,
    after: i64,
    until: i64,
) -> QueryResult<Option<i64>> {
    use diesel::dsl::{exists, not};
    logs::table
        .select(logs::id_log)
        .filter(logs::id_log.gt(after).and(logs::id_log.le(until)))
        .filter(not(exists(sceau_log::table.filter(sceau_log::id_log.eq(logs::id_log)))))
        .filter(not(exists(log_a_sceller::table.filter(log_a_sceller::id_log.eq(logs::id_log)))))
        .order(logs::id_log)
        .first(conn)
        .optional()
}

pub(crate) fn insert_discarded(conn: &mut PgConnection, discarded: &Discarded) -> QueryResult<usize> {
    diesel::insert_into(corbeille::table)
        .values((
            corbeille::objet_type.eq(&discarded.object_kind),
            corbeille::objet_id.eq(&discarded.object_id),
            corbeille::contenu.eq(&discarded.snapshot),
            corbeille::id_user.eq(discarded.by),
            corbeille::motif.eq(&discarded.reason),
            corbeille::supprime_le.eq(discarded.at),
            corbeille::expire_le.eq(discarded.expires),
        ))
        .execute(conn)
}

type DiscardedRow = (i64, String, String, Value, Option<UserId>, String, DateTime<Utc>, DateTime<Utc>);

pub(crate) fn latest_discarded(
    conn: &mut PgConnection,
    object_kind: &str,
    object_id: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Discarded>> {
    let row: Option<DiscardedRow> = corbeille::table
        .filter(corbeille::objet_type.eq(object_kind).and(corbeille::objet_id.eq(object_id)))
        .filter(corbeille::expire_le.gt(now))
        .order(corbeille::id_corbeille.desc())
        .first(conn)
        .optional()?;
    Ok(row.map(|(_, object_kind, object_id, snapshot, by, reason, at, expires)| Discarded {
        object_kind,
        object_id,
        snapshot,
        by,
        reason,
        at,
        expires,
    }))
}

pub(crate) fn delete_expired(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM corbeille WHERE id_corbeille IN \
         (SELECT id_corbeille FROM corbeille WHERE expire_le <= $1 ORDER BY expire_le LIMIT $2)",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .execute(conn)
}
