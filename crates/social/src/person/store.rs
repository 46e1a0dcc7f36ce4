use super::model::{Counts, NewProfile, Profile, Tie};
use crate::{Handle, Words};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Person {
    #[diesel(sql_type = Integer)]
    user: UserId,
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = Integer)]
    user: UserId,
    #[diesel(sql_type = Integer)]
    other: UserId,
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

fn people(rows: Vec<Person>) -> Vec<UserId> {
    rows.into_iter().map(|row| row.user).collect()
}

fn keys(users: &[UserId]) -> Vec<i32> {
    users.iter().map(|user| user.key()).collect()
}

pub(super) fn hidden_from(conn: &mut PgConnection, user: UserId) -> QueryResult<Vec<UserId>> {
    sql_query(
        "SELECT id_bloque AS \"user\" FROM blocage WHERE id_user = $1 \
         UNION SELECT id_user FROM blocage WHERE id_bloque = $1 ORDER BY 1",
    )
    .bind::<Integer, _>(user)
    .load(conn)
    .map(people)
}

pub(super) fn blocked_between(
    conn: &mut PgConnection,
    user: UserId,
    others: &[UserId],
) -> QueryResult<Vec<UserId>> {
    sql_query(
        "SELECT id_bloque AS \"user\" FROM blocage WHERE id_user = $1 AND id_bloque = ANY ($2) \
         UNION SELECT id_user FROM blocage WHERE id_bloque = $1 AND id_user = ANY ($2) ORDER BY 1",
    )
    .bind::<Integer, _>(user)
    .bind::<Array<Integer>, _>(keys(others))
    .load(conn)
    .map(people)
}

pub(super) fn blocked_among(
    conn: &mut PgConnection,
    ones: &[UserId],
    others: &[UserId],
) -> QueryResult<Vec<(UserId, UserId)>> {
    let rows: Vec<Pair> = sql_query(
        "SELECT id_user AS \"user\", id_bloque AS other FROM blocage WHERE id_user = ANY ($1) AND id_bloque = ANY ($2) \
         UNION SELECT id_bloque, id_user FROM blocage WHERE id_bloque = ANY ($1) AND id_user = ANY ($2)",
    )
    .bind::<Array<Integer>, _>(keys(ones))
    .bind::<Array<Integer>, _>(keys(others))
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.user, row.other)).collect())
}

pub(super) fn muted_by(conn: &mut PgConnection, user: UserId) -> QueryResult<Vec<UserId>> {
    sql_query("SELECT id_muet AS \"user\" FROM sourdine WHERE id_user = $1 ORDER BY 1")
        .bind::<Integer, _>(user)
        .load(conn)
        .map(people)
}

pub(super) fn unwelcome(
    conn: &mut PgConnection,
    pairs: &[(UserId, UserId)],
) -> QueryResult<Vec<(UserId, UserId)>> {
    let rows: Vec<Pair> = sql_query(
        "SELECT p.u AS \"user\", p.o AS other FROM unnest($1, $2) AS p (u, o) \
         WHERE EXISTS (SELECT FROM blocage b WHERE (b.id_user, b.id_bloque) IN ((p.u, p.o), (p.o, p.u))) \
         OR EXISTS (SELECT FROM sourdine s WHERE s.id_user = p.u AND s.id_muet = p.o)",
    )
    .bind::<Array<Integer>, _>(pairs.iter().map(|(user, _)| user.key()).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(pairs.iter().map(|(_, other)| other.key()).collect::<Vec<_>>())
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.user, row.other)).collect())
}

/// Whether there is such a person who is not out of reach of who asks: a block either way, or a suspension.
pub(crate) fn can_be_seen(
    conn: &mut PgConnection,
    (viewer, user): (UserId, UserId),
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let row: Yes = sql_query(
        "SELECT ($1 = $2 OR NOT EXISTS (SELECT FROM blocage WHERE (id_user, id_bloque) IN (($1, $2), ($2, $1))) \
         AND NOT EXISTS (SELECT FROM sanction WHERE id_user = $2 AND degre IN ('suspension', 'ban') AND levee_le IS NULL \
             AND (expire_le IS NULL OR expire_le > $3))) AS yes",
    )
    .bind::<Integer, _>(viewer)
    .bind::<Integer, _>(user)
    .bind::<Timestamptz, _>(now)
    .get_result(conn)?;
    Ok(row.yes)
}

pub(super) fn profile(conn: &mut PgConnection, viewer: UserId, user: UserId) -> QueryResult<Profile> {
    sql_query(
        "SELECT d.u AS \"user\", p.pseudo AS handle, p.bio, coalesce(p.abonnes, 0) AS followers, coalesce(p.abonnements, 0) AS following, \
             coalesce(p.publications, 0) AS publications, coalesce(p.commentaires, 0) AS comments, coalesce(p.blocages, 0) AS blocked, \
             coalesce(p.visiteurs, 0) AS viewers, \
             (SELECT x.cree_le FROM publication x WHERE x.id_user = $2 AND x.etat = 'visible' AND (x.visibilite = 'public' OR $1 = $2) \
                 ORDER BY x.public_id DESC LIMIT 1) AS last_published_at, \
             EXISTS (SELECT FROM abonnement WHERE id_user = $1 AND id_suivi = $2) AS followed, \
             EXISTS (SELECT FROM abonnement WHERE id_user = $2 AND id_suivi = $1) AS follows, \
             EXISTS (SELECT FROM sourdine WHERE id_user = $1 AND id_muet = $2) AS muted \
         FROM (SELECT $2 AS u) d LEFT JOIN profil_social p ON p.id_user = d.u",
    )
    .bind::<Integer, _>(viewer)
    .bind::<Integer, _>(user)
    .get_result(conn)
}

pub(super) fn set_profile(conn: &mut PgConnection, user: UserId, new: &NewProfile) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO profil_social (id_user, pseudo, bio) VALUES ($1, $2, $3) \
         ON CONFLICT (id_user) DO UPDATE SET pseudo = excluded.pseudo, bio = excluded.bio",
    )
    .bind::<Integer, _>(user)
    .bind::<Nullable<Text>, _>(new.handle.as_ref().map(Handle::as_str))
    .bind::<Nullable<Text>, _>(new.bio.as_ref().map(Words::as_str))
    .execute(conn)
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Integer)]
    user: UserId,
    #[diesel(sql_type = Text)]
    handle: String,
}

/// What these people are called behind an @: those of them who have chosen it.
pub(super) fn handles(conn: &mut PgConnection, users: &[UserId]) -> QueryResult<Vec<(UserId, String)>> {
    let rows: Vec<Named> = sql_query(
        "SELECT id_user AS \"user\", pseudo AS handle FROM profil_social WHERE id_user = ANY ($1) AND pseudo IS NOT NULL",
    )
    .bind::<Array<Integer>, _>(keys(users))
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.user, row.handle)).collect())
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Integer)]
    user: UserId,
    #[diesel(embed)]
    counts: Counts,
}

/// What is counted of these people: those of whom something is.
pub(super) fn counts(conn: &mut PgConnection, users: &[UserId]) -> QueryResult<Vec<(UserId, Counts)>> {
    let rows: Vec<Counted> = sql_query(
        "SELECT p.id_user AS \"user\", p.abonnes AS followers, p.publications, p.visiteurs AS viewers, p.blocages AS blocked, \
             (SELECT x.public_id FROM publication x WHERE x.id_user = p.id_user AND x.etat = 'visible' \
                 ORDER BY x.public_id DESC LIMIT 1) AS last_publication \
         FROM profil_social p WHERE p.id_user = ANY ($1)",
    )
    .bind::<Array<Integer>, _>(keys(users))
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.user, row.counts)).collect())
}

/// The people behind handles in what `by` said in a publication or to it: without who says so, without those who have a block with them or
/// with who published, and without whom it is not for. Who is in its theme is another domain's to know.
pub(crate) fn named(
    conn: &mut PgConnection,
    (by, publication): (UserId, Uuid),
    handles: Vec<&str>,
) -> QueryResult<Vec<UserId>> {
    sql_query(
        "SELECT p.id_user AS \"user\" FROM profil_social p JOIN publication x ON x.public_id = $3 \
         WHERE p.pseudo = ANY ($2) AND p.id_user <> $1 \
         AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user IN ($1, x.id_user) AND b.id_bloque = p.id_user) \
         AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = p.id_user AND b.id_bloque IN ($1, x.id_user)) \
         AND (x.visibilite <> 'followers' OR p.id_user = x.id_user \
             OR EXISTS (SELECT FROM abonnement f WHERE f.id_user = p.id_user AND f.id_suivi = x.id_user)) ORDER BY 1",
    )
    .bind::<Integer, _>(by)
    .bind::<Array<Text>, _>(handles)
    .bind::<SqlUuid, _>(publication)
    .load(conn)
    .map(people)
}

/// Whose handle begins with a few letters, by handle.
pub(super) fn search(
    conn: &mut PgConnection,
    viewer: UserId,
    beginning: &str,
    after: &str,
    (now, limit): (DateTime<Utc>, i64),
) -> QueryResult<Vec<(UserId, String)>> {
    let rows: Vec<Named> = sql_query(
        "SELECT p.id_user AS \"user\", p.pseudo AS handle FROM profil_social p WHERE p.pseudo ~>=~ $2 AND p.pseudo ~<~ $6 AND p.pseudo ~>~ $3 \
         AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = $1 AND b.id_bloque = p.id_user) \
         AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = p.id_user AND b.id_bloque = $1) \
         AND NOT EXISTS (SELECT FROM sanction s WHERE s.id_user = p.id_user AND s.degre IN ('suspension', 'ban') AND s.levee_le IS NULL \
             AND (s.expire_le IS NULL OR s.expire_le > $4)) \
         ORDER BY p.pseudo USING ~<~ LIMIT $5",
    )
    .bind::<Integer, _>(viewer)
    .bind::<Text, _>(beginning)
    .bind::<Text, _>(after)
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    // Sorts behind every letter of a handle.
    .bind::<Text, _>(format!("{beginning}~"))
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.user, row.handle)).collect())
}

/// Notes that somebody looked at a profile, where that is new.
pub(super) fn visit(conn: &mut PgConnection, viewer: UserId, user: UserId) -> QueryResult<usize> {
    sql_query("INSERT INTO visite_profil (id_user, id_visiteur) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind::<Integer, _>(user)
        .bind::<Integer, _>(viewer)
        .execute(conn)
}

/// The tables of who has what to do with whom, with the other's column.
#[derive(Debug, Clone, Copy)]
pub(super) enum Table {
    Follows,
    Blocks,
    Mutes,
}

impl Table {
    const fn add(self) -> &'static str {
        match self {
            Self::Follows => {
                "INSERT INTO abonnement (id_user, id_suivi, public_id, cree_le) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
            }
            Self::Blocks => {
                "INSERT INTO blocage (id_user, id_bloque, public_id, cree_le) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
            }
            Self::Mutes => {
                "INSERT INTO sourdine (id_user, id_muet, public_id, cree_le) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
            }
        }
    }

    const fn remove(self) -> &'static str {
        match self {
            Self::Follows => "DELETE FROM abonnement WHERE id_user = $1 AND id_suivi = $2",
            Self::Blocks => "DELETE FROM blocage WHERE id_user = $1 AND id_bloque = $2",
            Self::Mutes => "DELETE FROM sourdine WHERE id_user = $1 AND id_muet = $2",
        }
    }

    const fn count(self) -> &'static str {
        match self {
            Self::Follows => "SELECT count(*) AS count FROM abonnement WHERE id_user = $1",
            Self::Blocks => "SELECT count(*) AS count FROM blocage WHERE id_user = $1",
            Self::Mutes => "SELECT count(*) AS count FROM sourdine WHERE id_user = $1",
        }
    }

    const fn list(self) -> &'static str {
        match self {
            Self::Follows => "SELECT id_suivi AS \"user\", public_id AS place FROM abonnement",
            Self::Blocks => "SELECT id_bloque AS \"user\", public_id AS place FROM blocage",
            Self::Mutes => "SELECT id_muet AS \"user\", public_id AS place FROM sourdine",
        }
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

pub(super) fn count(conn: &mut PgConnection, table: Table, user: UserId) -> QueryResult<i64> {
    let row: Count = sql_query(table.count()).bind::<Integer, _>(user).get_result(conn)?;
    Ok(row.count)
}

/// Adds one; 0 where it was there.
pub(super) fn add(
    conn: &mut PgConnection,
    table: Table,
    (user, other): (UserId, UserId),
    (id, now): (Uuid, DateTime<Utc>),
) -> QueryResult<usize> {
    sql_query(table.add())
        .bind::<Integer, _>(user)
        .bind::<Integer, _>(other)
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(now)
        .execute(conn)
}

pub(super) fn remove(
    conn: &mut PgConnection,
    table: Table,
    (user, other): (UserId, UserId),
) -> QueryResult<usize> {
    sql_query(table.remove()).bind::<Integer, _>(user).bind::<Integer, _>(other).execute(conn)
}

/// Keeps others from tying two people, or from parting them, until the transaction ends: who follows somebody must not pass who blocks them.
pub(super) fn hold_pair(conn: &mut PgConnection, (one, other): (UserId, UserId)) -> QueryResult<usize> {
    sql_query("SELECT pg_advisory_xact_lock(least($1, $2), greatest($1, $2))")
        .bind::<Integer, _>(one)
        .bind::<Integer, _>(other)
        .execute(conn)
}

/// Ends what two people follow of each other.
pub(super) fn unfollow_each_other(
    conn: &mut PgConnection,
    (one, other): (UserId, UserId),
) -> QueryResult<usize> {
    sql_query("DELETE FROM abonnement WHERE (id_user, id_suivi) IN (($1, $2), ($2, $1))")
        .bind::<Integer, _>(one)
        .bind::<Integer, _>(other)
        .execute(conn)
}

/// Somebody's list for themselves, the newest first.
pub(super) fn list(
    conn: &mut PgConnection,
    table: Table,
    user: UserId,
    before: Uuid,
    limit: i64,
) -> QueryResult<Vec<Tie>> {
    let query =
        format!("{} WHERE id_user = $1 AND public_id < $2 ORDER BY public_id DESC LIMIT $3", table.list());
    sql_query(query).bind::<Integer, _>(user).bind::<SqlUuid, _>(before).bind::<BigInt, _>(limit).load(conn)
}

/// Who follows somebody, or whom they follow, as `viewer` may see it; the newest first.
pub(super) fn followers(
    conn: &mut PgConnection,
    (viewer, user): (UserId, UserId),
    whom_they_follow: bool,
    before: Uuid,
    (now, limit): (DateTime<Utc>, i64),
) -> QueryResult<Vec<Tie>> {
    let (shown, of) = if whom_they_follow { ("id_suivi", "id_user") } else { ("id_user", "id_suivi") };
    let query = format!(
        "SELECT f.{shown} AS \"user\", f.public_id AS place FROM abonnement f WHERE f.{of} = $2 AND f.public_id < $3 \
         AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = $1 AND b.id_bloque = f.{shown}) \
         AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = f.{shown} AND b.id_bloque = $1) \
         AND NOT EXISTS (SELECT FROM sanction s WHERE s.id_user = f.{shown} AND s.degre IN ('suspension', 'ban') AND s.levee_le IS NULL \
             AND (s.expire_le IS NULL OR s.expire_le > $4)) \
         ORDER BY f.public_id DESC LIMIT $5"
    );
    sql_query(query)
        .bind::<Integer, _>(viewer)
        .bind::<Integer, _>(user)
        .bind::<SqlUuid, _>(before)
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(limit)
        .load(conn)
}
