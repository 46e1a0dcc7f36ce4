use super::Shown;
use crate::{
    Fact, Kind, Notification,
    schema::{
        appareil_push as device, boite_notification as boite, fait_notification as fait, notification,
        preference_notification as preference,
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_database::prepared;
use hostolink_kernel::UserId;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// Holds these people's boxes until the end of the transaction, in the order of their keys, and makes those that are missing.
pub(crate) fn hold_boxes(conn: &mut PgConnection, people: &[UserId]) -> QueryResult<()> {
    let keys: Vec<i32> = people.iter().map(|person| person.key()).collect();
    sql_query(
        "INSERT INTO boite_notification (id_user) SELECT u FROM unnest($1) AS u \
         WHERE NOT EXISTS (SELECT FROM boite_notification b WHERE b.id_user = u) ORDER BY u ON CONFLICT DO NOTHING",
    )
    .bind::<Array<Integer>, _>(&keys)
    .execute(conn)?;
    let _held: Vec<i32> = boite::table
        .filter(boite::id_user.eq_any(&keys))
        .order(boite::id_user)
        .select(boite::id_user)
        .for_no_key_update()
        .load(conn)?;
    Ok(())
}

/// By what a fact is known: whom it was told, its kind, who did it, what makes it the same.
pub(crate) type Known = (UserId, String, Option<UserId>, Uuid);

#[derive(QueryableByName)]
struct KnownRow {
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Integer>)]
    id_acteur: Option<UserId>,
    #[diesel(sql_type = SqlUuid)]
    source: Uuid,
}

/// Which of these were told already.
pub(crate) fn known(conn: &mut PgConnection, facts: &[&Fact]) -> QueryResult<HashSet<Known>> {
    let rows: Vec<KnownRow> = sql_query(
        "SELECT f.id_user, f.type AS kind, f.id_acteur, f.source FROM unnest($1, $2, $3, $4) AS d (u, t, a, s) \
         JOIN fait_notification f ON f.id_user = d.u AND f.type = d.t AND COALESCE(f.id_acteur, 0) = d.a AND f.source = d.s",
    )
    .bind::<Array<Integer>, _>(facts.iter().map(|fact| fact.to.user.key()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(facts.iter().map(|fact| fact.kind.code()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(
        facts.iter().map(|fact| fact.actor.map_or(0, UserId::key)).collect::<Vec<_>>(),
    )
    .bind::<Array<SqlUuid>, _>(facts.iter().map(|fact| fact.source).collect::<Vec<_>>())
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id_user, row.kind, row.id_acteur, row.source)).collect())
}

/// A notification that facts go to.
pub(crate) struct Group {
    pub(crate) id: Uuid,
    pub(crate) kind: &'static str,
    pub(crate) object: Option<(&'static str, Uuid)>,
    pub(crate) amount: Option<i64>,
    pub(crate) first: DateTime<Utc>,
    pub(crate) last: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct KeyRow {
    #[diesel(sql_type = BigInt)]
    id_notification: i64,
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    cle_groupe: String,
}

fn by_group(rows: Vec<KeyRow>) -> HashMap<(UserId, String), i64> {
    rows.into_iter().map(|row| ((row.id_user, row.cle_groupe), row.id_notification)).collect()
}

/// Brings the unread ones of these groups to the top, and says which there are.
pub(crate) fn lift(
    conn: &mut PgConnection,
    groups: &BTreeMap<(UserId, String), Group>,
) -> QueryResult<HashMap<(UserId, String), i64>> {
    let rows: Vec<KeyRow> = sql_query(
        "UPDATE notification n SET maj_le = GREATEST(n.maj_le, g.l) FROM unnest($1, $2, $3) AS g (u, c, l) \
         WHERE n.id_user = g.u AND n.cle_groupe = g.c AND n.lue_le IS NULL \
         RETURNING n.id_notification, n.id_user, n.cle_groupe",
    )
    .bind::<Array<Integer>, _>(groups.keys().map(|(user, _)| user.key()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(groups.keys().map(|(_, key)| key).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(groups.values().map(|group| group.last).collect::<Vec<_>>())
    .load(conn)?;
    Ok(by_group(rows))
}

/// Makes new ones.
pub(crate) fn insert(
    conn: &mut PgConnection,
    groups: &[(&(UserId, String), &Group)],
) -> QueryResult<HashMap<(UserId, String), i64>> {
    if groups.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<KeyRow> = prepared(
        "INSERT INTO notification (public_id, id_user, type, cle_groupe, objet_type, objet, montant, cree_le, maj_le) \
         SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id_notification, id_user, cle_groupe",
    )
    .bind::<Array<SqlUuid>, _>(groups.iter().map(|(_, group)| group.id).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(groups.iter().map(|((user, _), _)| user.key()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(groups.iter().map(|(_, group)| group.kind).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(groups.iter().map(|((_, key), _)| key).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(
        groups.iter().map(|(_, group)| group.object.map(|(kind, _)| kind)).collect::<Vec<_>>(),
    )
    .bind::<Array<Nullable<SqlUuid>>, _>(
        groups.iter().map(|(_, group)| group.object.map(|(_, id)| id)).collect::<Vec<_>>(),
    )
    .bind::<Array<Nullable<BigInt>>, _>(groups.iter().map(|(_, group)| group.amount).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(groups.iter().map(|(_, group)| group.first).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(groups.iter().map(|(_, group)| group.last).collect::<Vec<_>>())
    .load(conn)?;
    Ok(by_group(rows))
}

pub(crate) fn insert_facts<'a>(
    conn: &mut PgConnection,
    facts: impl Iterator<Item = (i64, &'a Fact)>,
) -> QueryResult<usize> {
    let (groups, facts): (Vec<i64>, Vec<&Fact>) = facts.unzip();
    prepared(
        "INSERT INTO fait_notification (id_notification, id_user, type, id_acteur, source, survenu_le) \
         SELECT * FROM unnest(?, ?, ?, ?, ?, ?)",
    )
    .bind::<Array<BigInt>, _>(groups)
    .bind::<Array<Integer>, _>(facts.iter().map(|fact| fact.to.user.key()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(facts.iter().map(|fact| fact.kind.code()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Integer>>, _>(
        facts.iter().map(|fact| fact.actor.map(UserId::key)).collect::<Vec<_>>(),
    )
    .bind::<Array<SqlUuid>, _>(facts.iter().map(|fact| fact.source).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(facts.iter().map(|fact| fact.at).collect::<Vec<_>>())
    .execute(conn)
}

/// Deletes what one was told of the other. What moved money between them stays.
pub(crate) fn delete_facts_between(conn: &mut PgConnection, a: UserId, b: UserId) -> QueryResult<usize> {
    let of = |owner: UserId, actor: UserId| {
        fait::id_user.eq(owner.key()).and(fait::id_acteur.assume_not_null().eq(actor.key()))
    };
    let social = fait::table.filter(of(a, b).or(of(b, a))).filter(fait::type_.ne_all(Kind::despite_blocks()));
    diesel::delete(social).execute(conn)
}

/// What nothing is left of.
pub(crate) fn delete_empty(conn: &mut PgConnection, owners: &[UserId]) -> QueryResult<usize> {
    let owners: Vec<i32> = owners.iter().map(|owner| owner.key()).collect();
    let empty =
        notification::table.filter(notification::id_user.eq_any(owners).and(notification::faits.eq(0)));
    diesel::delete(empty).execute(conn)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = notification, check_for_backend(Pg))]
pub(crate) struct Row {
    id_notification: i64,
    public_id: Uuid,
    id_user: i32,
    type_: String,
    objet_type: Option<String>,
    objet: Option<Uuid>,
    montant: Option<i64>,
    faits: i32,
    acteurs: i32,
    cree_le: DateTime<Utc>,
    maj_le: DateTime<Utc>,
    lue_le: Option<DateTime<Utc>>,
}

impl From<Row> for Notification {
    fn from(row: Row) -> Self {
        Self {
            key: row.id_notification,
            id: row.public_id,
            owner: UserId::new(row.id_user),
            kind: Kind::parse(&row.type_),
            kind_code: row.type_,
            object: row.objet_type.zip(row.objet),
            amount: row.montant,
            count: row.faits,
            actors: row.acteurs,
            latest: Vec::new(),
            created_at: row.cree_le,
            updated_at: row.maj_le,
            read_at: row.lue_le,
        }
    }
}

/// Somebody's, the latest first.
pub(crate) fn list(
    conn: &mut PgConnection,
    owner: UserId,
    shown: Shown<'_>,
    after: Option<(DateTime<Utc>, i64)>,
    limit: i64,
) -> QueryResult<Vec<Notification>> {
    let mut rows = notification::table
        .filter(notification::id_user.eq(owner.key()))
        .select(Row::as_select())
        .into_boxed();
    if shown.unread {
        rows = rows.filter(notification::lue_le.is_null());
    }
    if !shown.hidden.is_empty() {
        let hidden: Vec<i32> = shown.hidden.iter().map(|person| person.key()).collect();
        let of_others = fait::table
            .filter(fait::id_notification.eq(notification::id_notification))
            .filter(fait::id_acteur.is_null().or(fait::id_acteur.assume_not_null().ne_all(hidden)));
        // Money is told whoever moved it: what the badge counts is shown.
        let told_anyway = notification::type_.eq_any(Kind::despite_blocks());
        rows = rows.filter(told_anyway.or(diesel::dsl::exists(of_others)));
    }
    if let Some((at, key)) = after {
        let same = notification::maj_le.eq(at).and(notification::id_notification.lt(key));
        rows = rows.filter(notification::maj_le.lt(at).or(same));
    }
    let rows: Vec<Row> = rows
        .order((notification::maj_le.desc(), notification::id_notification.desc()))
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(Notification::from).collect())
}

#[derive(QueryableByName)]
struct LatestRow {
    #[diesel(sql_type = BigInt)]
    id_notification: i64,
    #[diesel(sql_type = Integer)]
    id_acteur: UserId,
}

/// Says who did each last, three people at most, in one query: none of `hidden`, but for who moved money.
pub(crate) fn name_latest(
    conn: &mut PgConnection,
    notifications: &mut [Notification],
    hidden: &[UserId],
) -> QueryResult<()> {
    // One that leaves by several ways is there several times.
    let shown: BTreeMap<i64, bool> =
        notifications.iter().map(|row| (row.key, row.kind.is_some_and(|kind| !kind.is_social()))).collect();
    let rows: Vec<LatestRow> = sql_query(
        "SELECT n.k AS id_notification, d.id_acteur FROM unnest($1, $2) AS n (k, tous), LATERAL ( \
             SELECT f.id_acteur, max(f.id_fait) AS dernier FROM fait_notification f \
             WHERE f.id_notification = n.k AND f.id_acteur IS NOT NULL AND (n.tous OR f.id_acteur <> ALL ($3)) \
             GROUP BY f.id_acteur ORDER BY dernier DESC LIMIT 3) AS d ORDER BY n.k, d.dernier DESC",
    )
    .bind::<Array<BigInt>, _>(shown.keys().copied().collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(shown.values().copied().collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(hidden.iter().map(|person| person.key()).collect::<Vec<_>>())
    .load(conn)?;
    let mut latest: HashMap<i64, Vec<UserId>> = HashMap::new();
    for row in rows {
        latest.entry(row.id_notification).or_default().push(row.id_acteur);
    }
    for row in notifications {
        row.latest = latest.get(&row.key).cloned().unwrap_or_default();
    }
    Ok(())
}

pub(crate) fn unread(conn: &mut PgConnection, owner: UserId) -> QueryResult<Option<i32>> {
    boite::table.find(owner.key()).select(boite::non_lues).first(conn).optional()
}

/// How many are unread, of everybody who was told something.
pub(crate) fn unread_of(conn: &mut PgConnection, people: &[UserId]) -> QueryResult<HashMap<UserId, i32>> {
    let keys: Vec<i32> = people.iter().map(|person| person.key()).collect();
    let rows: Vec<(i32, i32)> = boite::table
        .filter(boite::id_user.eq_any(keys))
        .select((boite::id_user, boite::non_lues))
        .load(conn)?;
    Ok(rows.into_iter().map(|(person, unread)| (UserId::new(person), unread)).collect())
}

pub(crate) fn mark(
    conn: &mut PgConnection,
    owner: UserId,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let theirs = notification::table
        .filter(notification::id_user.eq(owner.key()).and(notification::lue_le.is_null()))
        .filter(notification::public_id.eq_any(ids));
    diesel::update(theirs).set(notification::lue_le.eq(now)).execute(conn)
}

pub(crate) fn mark_up_to(
    conn: &mut PgConnection,
    owner: UserId,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let theirs = notification::table
        .filter(notification::id_user.eq(owner.key()).and(notification::lue_le.is_null()))
        .filter(notification::maj_le.le(at));
    diesel::update(theirs).set(notification::lue_le.eq(now)).execute(conn)
}

pub(crate) fn mark_about(
    conn: &mut PgConnection,
    owner: UserId,
    kind: Kind,
    object: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let theirs = notification::table
        .filter(notification::id_user.eq(owner.key()).and(notification::lue_le.is_null()))
        .filter(notification::objet.eq(object).and(notification::type_.eq(kind.code())));
    diesel::update(theirs).set(notification::lue_le.eq(now)).execute(conn)
}

pub(crate) fn delete(conn: &mut PgConnection, owner: UserId, id: Uuid) -> QueryResult<usize> {
    let one =
        notification::table.filter(notification::id_user.eq(owner.key()).and(notification::public_id.eq(id)));
    diesel::delete(one).execute(conn)
}

/// The keys and owners of what was last touched before `before`.
pub(crate) fn older(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<(i64, UserId)>> {
    let rows: Vec<(i64, i32)> = notification::table
        .filter(notification::maj_le.lt(before))
        .order(notification::maj_le)
        .limit(limit)
        .select((notification::id_notification, notification::id_user))
        .load(conn)?;
    Ok(rows.into_iter().map(|(key, owner)| (key, UserId::new(owner))).collect())
}

pub(crate) fn delete_older(
    conn: &mut PgConnection,
    keys: &[i64],
    before: DateTime<Utc>,
) -> QueryResult<usize> {
    let old = notification::table
        .filter(notification::id_notification.eq_any(keys).and(notification::maj_le.lt(before)));
    diesel::delete(old).execute(conn)
}

/// Who was told of somebody.
pub(crate) fn told_of(conn: &mut PgConnection, actor: UserId) -> QueryResult<Vec<UserId>> {
    let owners: Vec<i32> = fait::table
        .filter(fait::id_acteur.eq(Some(actor.key())))
        .select(fait::id_user)
        .distinct()
        .load(conn)?;
    Ok(owners.into_iter().map(UserId::new).collect())
}

/// Deletes what somebody was told, and what others were told of them.
pub(crate) fn delete_all_of(conn: &mut PgConnection, person: UserId) -> QueryResult<()> {
    diesel::delete(fait::table.filter(fait::id_acteur.eq(Some(person.key())))).execute(conn)?;
    diesel::delete(notification::table.filter(notification::id_user.eq(person.key()))).execute(conn)?;
    Ok(())
}

/// Deletes what somebody wanted, and their devices.
pub(crate) fn drop_settings(conn: &mut PgConnection, person: UserId) -> QueryResult<()> {
    diesel::delete(preference::table.filter(preference::id_user.eq(person.key()))).execute(conn)?;
    diesel::delete(device::table.filter(device::id_user.eq(person.key()))).execute(conn)?;
    diesel::delete(boite::table.filter(boite::id_user.eq(person.key()))).execute(conn)?;
    Ok(())
}
