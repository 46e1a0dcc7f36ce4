use crate::model::{Event, NewEvent, Parked, SubscriberStatus};
use crate::schema::{
    abonne_evenement as abonne, evenement, evenement_ecarte as ecarte, suite_evenement as suite,
};
use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult,
    prelude::*,
    sql_types::{Array, BigInt, Jsonb, Text, Timestamptz, Uuid},
};
use hostolink_database::prepared;

/// Adds the events in their order, in one statement whatever their number.
pub(crate) fn insert(conn: &mut PgConnection, events: &[NewEvent], now: DateTime<Utc>) -> QueryResult<usize> {
    prepared(
        "INSERT INTO evenement (type, sujet, charge, survenu_le) SELECT t, s, c, ? \
         FROM unnest(?, ?, ?) WITH ORDINALITY AS e (t, s, c, n) ORDER BY n",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Text>, _>(events.iter().map(|event| event.kind).collect::<Vec<_>>())
    .bind::<Array<Uuid>, _>(events.iter().map(|event| event.subject).collect::<Vec<_>>())
    .bind::<Array<Jsonb>, _>(events.iter().map(|event| &event.payload).collect::<Vec<_>>())
    .execute(conn)
}

pub(crate) fn any_without_seq(conn: &mut PgConnection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(evenement::table.filter(evenement::seq.is_null()))).get_result(conn)
}

/// Makes this transaction the one dispatcher and tells the last number given; `None` where another is it.
pub(crate) fn lock_sequence(conn: &mut PgConnection) -> QueryResult<Option<i64>> {
    suite::table.select(suite::dernier_seq).for_update().skip_locked().first(conn).optional()
}

pub(crate) fn last_seq(conn: &mut PgConnection) -> QueryResult<i64> {
    suite::table.select(suite::dernier_seq).first(conn)
}

/// Numbers the oldest committed events from `last` + 1 on and says how many.
pub(crate) fn number(conn: &mut PgConnection, last: i64, limit: i64) -> QueryResult<usize> {
    prepared(
        "UPDATE evenement e SET seq = ? + lot.rang FROM ( \
             SELECT id_evenement, row_number() OVER (ORDER BY id_evenement) AS rang FROM ( \
                 SELECT id_evenement FROM evenement WHERE seq IS NULL ORDER BY id_evenement LIMIT ?) AS attente) AS lot \
         WHERE e.id_evenement = lot.id_evenement",
    )
    .bind::<BigInt, _>(last)
    .bind::<BigInt, _>(limit)
    .execute(conn)
}

pub(crate) fn set_last_seq(conn: &mut PgConnection, last: i64) -> QueryResult<usize> {
    diesel::update(suite::table).set(suite::dernier_seq.eq(last)).execute(conn)
}

/// Wakes whoever listens, at commit. Only the dispatcher may: it takes a lock that every other notifier waits for.
pub(crate) fn notify(conn: &mut PgConnection, channel: &str, last: i64) -> QueryResult<usize> {
    diesel::sql_query("SELECT pg_notify($1, $2)")
        .bind::<Text, _>(channel)
        .bind::<Text, _>(last.to_string())
        .execute(conn)
}

pub(crate) fn events_after(conn: &mut PgConnection, seq: i64, limit: i64) -> QueryResult<Vec<Event>> {
    evenement::table
        .filter(evenement::seq.gt(seq))
        .select((
            evenement::seq.assume_not_null(),
            evenement::type_,
            evenement::sujet,
            evenement::charge,
            evenement::survenu_le,
        ))
        .order(evenement::seq)
        .limit(limit)
        .load(conn)
}

/// Those of messages and notifications about these subjects; its own index serves it.
pub(crate) fn live_events(
    conn: &mut PgConnection,
    (after, upto): (i64, i64),
    subjects: &[uuid::Uuid],
    limit: i64,
) -> QueryResult<Vec<Event>> {
    evenement::table
        .filter(evenement::type_.like("messaging.%").or(evenement::type_.like("notifications.%")))
        .filter(evenement::sujet.eq_any(subjects))
        .filter(evenement::seq.gt(after).and(evenement::seq.le(upto)))
        .select((
            evenement::seq.assume_not_null(),
            evenement::type_,
            evenement::sujet,
            evenement::charge,
            evenement::survenu_le,
        ))
        .order(evenement::seq)
        .limit(limit)
        .load(conn)
}

/// The number of the oldest event that is kept for its age: those that were set aside stay longer, alone.
pub(crate) fn first_seq(conn: &mut PgConnection) -> QueryResult<Option<i64>> {
    let aside = ecarte::table.filter(ecarte::seq.nullable().eq(evenement::seq));
    evenement::table
        .filter(evenement::seq.is_not_null())
        .filter(diesel::dsl::not(diesel::dsl::exists(aside)))
        .order(evenement::seq)
        .select(evenement::seq.assume_not_null())
        .first(conn)
        .optional()
}

pub(crate) fn register(conn: &mut PgConnection, names: &[&str]) -> QueryResult<usize> {
    let rows: Vec<_> = names.iter().map(|name| abonne::nom.eq(*name)).collect();
    diesel::insert_into(abonne::table).values(rows).on_conflict_do_nothing().execute(conn)
}

/// A subscriber that has something to take.
#[derive(QueryableByName)]
pub(crate) struct Due {
    #[diesel(sql_type = Text, column_name = nom)]
    pub(crate) name: String,
    /// How many events, nearly: numbers have gaps where events are kept no longer.
    #[diesel(sql_type = BigInt, column_name = en_attente)]
    pub(crate) waiting: i64,
}

/// Those that have something to take and are not being left alone.
pub(crate) fn due(conn: &mut PgConnection, names: &[&str], now: DateTime<Utc>) -> QueryResult<Vec<Due>> {
    prepared(
        "SELECT a.nom, s.dernier_seq - a.curseur AS en_attente FROM abonne_evenement a CROSS JOIN suite_evenement s \
         WHERE a.nom = ANY (?) AND a.curseur < s.dernier_seq AND (a.prochain_essai IS NULL OR a.prochain_essai <= ?)",
    )
    .bind::<Array<Text>, _>(names)
    .bind::<Timestamptz, _>(now)
    .load(conn)
}

/// Holds a subscriber until the end of the transaction: its cursor and its failed tries. `None` where another process does,
/// or where it is to be left alone.
pub(crate) fn hold_subscriber(
    conn: &mut PgConnection,
    name: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<(i64, i32)>> {
    abonne::table
        .find(name)
        .filter(abonne::prochain_essai.is_null().or(abonne::prochain_essai.le(now)))
        .select((abonne::curseur, abonne::essais))
        .for_no_key_update()
        .skip_locked()
        .first(conn)
        .optional()
}

pub(crate) fn advance(conn: &mut PgConnection, name: &str, cursor: i64) -> QueryResult<usize> {
    diesel::update(abonne::table.find(name))
        .set((
            abonne::curseur.eq(cursor),
            abonne::essais.eq(0),
            abonne::prochain_essai.eq(None::<DateTime<Utc>>),
            abonne::derniere_erreur.eq(None::<String>),
        ))
        .execute(conn)
}

pub(crate) fn postpone(
    conn: &mut PgConnection,
    name: &str,
    tries: i32,
    until: DateTime<Utc>,
    error: &str,
) -> QueryResult<usize> {
    diesel::update(abonne::table.find(name))
        .set((abonne::essais.eq(tries), abonne::prochain_essai.eq(until), abonne::derniere_erreur.eq(error)))
        .execute(conn)
}

pub(crate) fn park(
    conn: &mut PgConnection,
    name: &str,
    seq: i64,
    error: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(ecarte::table)
        .values((
            ecarte::nom.eq(name),
            ecarte::seq.eq(seq),
            ecarte::erreur.eq(error),
            ecarte::ecarte_le.eq(now),
        ))
        .execute(conn)
}

/// Holds one event that is to be tried again, and says which.
pub(crate) fn hold_replay(conn: &mut PgConnection, name: &str) -> QueryResult<Option<i64>> {
    ecarte::table
        .select(ecarte::seq)
        .filter(ecarte::nom.eq(name).and(ecarte::a_rejouer))
        .order(ecarte::seq)
        .for_no_key_update()
        .skip_locked()
        .first(conn)
        .optional()
}

pub(crate) fn unpark(conn: &mut PgConnection, name: &str, seq: i64) -> QueryResult<usize> {
    diesel::delete(ecarte::table.find((name, seq))).execute(conn)
}

pub(crate) fn park_again(conn: &mut PgConnection, name: &str, seq: i64, error: &str) -> QueryResult<usize> {
    diesel::update(ecarte::table.find((name, seq)))
        .set((ecarte::a_rejouer.eq(false), ecarte::erreur.eq(error)))
        .execute(conn)
}

pub(crate) fn ask_replay(conn: &mut PgConnection, name: &str, seq: i64) -> QueryResult<usize> {
    diesel::update(ecarte::table.find((name, seq))).set(ecarte::a_rejouer.eq(true)).execute(conn)
}

/// The names of those that have an event to try again.
pub(crate) fn replays(conn: &mut PgConnection, names: &[&str]) -> QueryResult<Vec<String>> {
    ecarte::table
        .select(ecarte::nom)
        .filter(ecarte::nom.eq_any(names).and(ecarte::a_rejouer))
        .distinct()
        .load(conn)
}

pub(crate) fn parked(conn: &mut PgConnection, limit: i64) -> QueryResult<Vec<Parked>> {
    ecarte::table.order((ecarte::nom, ecarte::seq)).limit(limit).load(conn)
}

pub(crate) fn subscribers(conn: &mut PgConnection) -> QueryResult<Vec<SubscriberStatus>> {
    abonne::table.order(abonne::nom).load(conn)
}

/// Deletes the first events that everybody has taken and nobody set aside, up to the first that is too young: what is left has no holes.
pub(crate) fn delete_delivered(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    diesel::sql_query(
        "WITH premiers AS ( \
             SELECT e.id_evenement, e.seq, e.survenu_le FROM evenement e \
             WHERE e.seq <= COALESCE((SELECT min(curseur) FROM abonne_evenement), (SELECT dernier_seq FROM suite_evenement)) \
             AND NOT EXISTS (SELECT FROM evenement_ecarte p WHERE p.seq = e.seq) ORDER BY e.seq LIMIT $2) \
         DELETE FROM evenement WHERE id_evenement IN ( \
             SELECT id_evenement FROM premiers WHERE seq < COALESCE( \
                 (SELECT min(seq) FROM premiers WHERE survenu_le >= $1), 9223372036854775807))",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(conn)
}
