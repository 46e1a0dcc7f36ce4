use super::model::{Comment, NewComment};
use crate::{Error, State, Words};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use uuid::Uuid;

/// All that is shown of a comment to `$1`. What is out of sight says nothing any more.
const COLUMNS: &str = "c.public_id, c.publication_id, c.parent_id, c.profondeur, c.id_user, \
    CASE WHEN c.etat = 'visible' THEN c.texte ELSE '' END AS texte, c.etat, c.likes, c.reponses, c.cree_le, c.modifie_le, \
    EXISTS (SELECT FROM liker_commentaire x WHERE x.commentaire_id = c.public_id AND x.id_user = $1) AS liked, \
    CASE WHEN c.etat = 'visible' \
        THEN ARRAY(SELECT m.id_user FROM commentaire_mention m WHERE m.commentaire_id = c.public_id \
            AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = $1 AND b.id_bloque = m.id_user) \
            AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = m.id_user AND b.id_bloque = $1) ORDER BY 1) ELSE '{}' END AS mentioned";

/// Whether `c` may be shown to `$1` at `$2`: there to be seen, or holding answers together; and by nobody who is out of reach.
const VISIBLE: &str = "(c.etat = 'visible' OR c.reponses > 0) AND (c.id_user = $1 OR ( \
    NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = $1 AND b.id_bloque = c.id_user) \
    AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = c.id_user AND b.id_bloque = $1) \
    AND NOT EXISTS (SELECT FROM sanction s WHERE s.id_user = c.id_user AND s.degre IN ('suspension', 'ban') AND s.levee_le IS NULL \
        AND (s.expire_le IS NULL OR s.expire_le > $2))))";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    publication_id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    parent_id: Option<Uuid>,
    #[diesel(sql_type = SmallInt)]
    profondeur: i16,
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    texte: String,
    #[diesel(sql_type = Text)]
    etat: String,
    #[diesel(sql_type = Integer)]
    likes: i32,
    #[diesel(sql_type = Integer)]
    reponses: i32,
    #[diesel(sql_type = Timestamptz)]
    cree_le: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    modifie_le: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    liked: bool,
    #[diesel(sql_type = Array<Integer>)]
    mentioned: Vec<UserId>,
}

impl Row {
    fn seen(self) -> Result<Comment, Error> {
        Ok(Comment {
            id: self.public_id,
            publication: self.publication_id,
            parent: self.parent_id,
            depth: self.profondeur,
            author: self.id_user,
            text: self.texte,
            state: State::stored(&self.etat)?,
            likes: self.likes,
            replies: self.reponses,
            liked: self.liked,
            mentioned: self.mentioned,
            created_at: self.cree_le,
            edited_at: self.modifie_le,
        })
    }
}

/// One comment, where the viewer may see it; whether they see its publication is another question.
pub(crate) fn one(
    conn: &mut PgConnection,
    viewer: UserId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Comment>, Error> {
    let row: Option<Row> =
        sql_query(format!("SELECT {COLUMNS} FROM commentaire c WHERE c.public_id = $3 AND {VISIBLE}"))
            .bind::<Integer, _>(viewer)
            .bind::<Timestamptz, _>(now)
            .bind::<SqlUuid, _>(id)
            .get_result(conn)
            .optional()?;
    row.map(Row::seen).transpose()
}

/// The comments of a publication, or the answers to one of them, the oldest first. Without whom the viewer muted.
pub(crate) fn thread(
    conn: &mut PgConnection,
    viewer: UserId,
    (publication, parent): (Uuid, Option<Uuid>),
    after: Uuid,
    (now, limit): (DateTime<Utc>, i64),
) -> Result<Vec<Comment>, Error> {
    let of = if parent.is_some() { "c.parent_id = $4" } else { "c.parent_id IS NULL" };
    let rows: Vec<Row> = sql_query(format!(
        "SELECT {COLUMNS} FROM commentaire c WHERE c.publication_id = $3 AND {of} AND c.public_id > $5 AND {VISIBLE} \
         AND NOT EXISTS (SELECT FROM sourdine m WHERE m.id_user = $1 AND m.id_muet = c.id_user) \
         ORDER BY c.public_id LIMIT $6"
    ))
    .bind::<Integer, _>(viewer)
    .bind::<Timestamptz, _>(now)
    .bind::<SqlUuid, _>(publication)
    .bind::<Nullable<SqlUuid>, _>(parent)
    .bind::<SqlUuid, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    rows.into_iter().map(Row::seen).collect()
}

/// Everything that somebody said, whatever became of it, the newest first; with its words.
pub(crate) fn all_of(
    conn: &mut PgConnection,
    author: UserId,
    before: Uuid,
    limit: i64,
) -> Result<Vec<Comment>, Error> {
    // What they took back is theirs still, as long as it is kept.
    let columns =
        COLUMNS.replace("CASE WHEN c.etat = 'visible' THEN c.texte ELSE '' END AS texte", "c.texte");
    let rows: Vec<Row> = sql_query(format!(
        "SELECT {columns} FROM commentaire c WHERE c.id_user = $1 AND c.public_id < $2 ORDER BY c.public_id DESC LIMIT $3"
    ))
    .bind::<Integer, _>(author)
    .bind::<SqlUuid, _>(before)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    rows.into_iter().map(Row::seen).collect()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many the author made since an id, whatever became of them.
pub(crate) fn count_since(conn: &mut PgConnection, author: UserId, since: Uuid) -> QueryResult<i64> {
    let row: Count =
        sql_query("SELECT count(*) AS count FROM commentaire WHERE id_user = $1 AND public_id >= $2")
            .bind::<Integer, _>(author)
            .bind::<SqlUuid, _>(since)
            .get_result(conn)?;
    Ok(row.count)
}

pub(crate) fn insert(
    conn: &mut PgConnection,
    (id, author): (Uuid, UserId),
    new: &NewComment,
    (depth, now): (i16, DateTime<Utc>),
) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO commentaire (public_id, publication_id, parent_id, profondeur, id_user, texte, cree_le) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(new.publication)
    .bind::<Nullable<SqlUuid>, _>(new.parent)
    .bind::<SmallInt, _>(depth)
    .bind::<Integer, _>(author)
    .bind::<Text, _>(new.text.as_str())
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}

#[derive(QueryableByName)]
struct Person {
    #[diesel(sql_type = Integer)]
    id_user: UserId,
}

/// Says whom a comment names, in place of those whom it named, and who is named newly.
pub(crate) fn set_mentions(conn: &mut PgConnection, id: Uuid, users: &[UserId]) -> QueryResult<Vec<UserId>> {
    let keys: Vec<i32> = users.iter().map(|user| user.key()).collect();
    sql_query("DELETE FROM commentaire_mention WHERE commentaire_id = $1 AND id_user <> ALL ($2)")
        .bind::<SqlUuid, _>(id)
        .bind::<Array<Integer>, _>(&keys)
        .execute(conn)?;
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Person> = sql_query(
        "INSERT INTO commentaire_mention (commentaire_id, id_user) SELECT $1, unnest($2) ON CONFLICT DO NOTHING RETURNING id_user",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Array<Integer>, _>(&keys)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id_user).collect())
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    texte: String,
    #[diesel(sql_type = Text)]
    etat: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    retire_le: Option<DateTime<Utc>>,
}

/// A comment that is held until the transaction ends.
#[derive(Debug)]
pub(crate) struct Locked {
    pub(crate) author: UserId,
    pub(crate) text: String,
    pub(crate) state: State,
    pub(crate) removed_at: Option<DateTime<Utc>>,
}

/// Holds a comment, and before it its publication: everybody who counts comments takes them in this order.
pub(crate) fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Option<Locked>, Error> {
    sql_query(
        "SELECT FROM publication WHERE public_id = (SELECT publication_id FROM commentaire WHERE public_id = $1) FOR NO KEY UPDATE",
    )
    .bind::<SqlUuid, _>(id)
    .execute(conn)?;
    let row: Option<Held> = sql_query(
        "SELECT id_user, texte, etat, retire_le FROM commentaire WHERE public_id = $1 FOR NO KEY UPDATE",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .optional()?;
    let locked = |row: Held| {
        Ok(Locked {
            author: row.id_user,
            text: row.texte,
            state: State::stored(&row.etat)?,
            removed_at: row.retire_le,
        })
    };
    row.map(locked).transpose()
}

pub(crate) fn edit(
    conn: &mut PgConnection,
    id: Uuid,
    text: &Words,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    sql_query("UPDATE commentaire SET texte = $2, modifie_le = $3 WHERE public_id = $1")
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(text.as_str())
        .bind::<Timestamptz, _>(now)
        .execute(conn)
}

/// Shows a comment or takes it out of sight. It and its publication are held.
pub(crate) fn set_state(
    conn: &mut PgConnection,
    id: Uuid,
    state: State,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    sql_query("UPDATE commentaire SET etat = $2, retire_le = CASE WHEN $2 = 'visible' THEN NULL ELSE $3 END WHERE public_id = $1")
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(state.as_str())
        .bind::<Timestamptz, _>(now)
        .execute(conn)
}

/// Likes a comment; 0 where the person did already.
pub(crate) fn like(conn: &mut PgConnection, id: Uuid, user: UserId) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO liker_commentaire (commentaire_id, id_user) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(user)
    .execute(conn)
}

pub(crate) fn unlike(conn: &mut PgConnection, id: Uuid, user: UserId) -> QueryResult<usize> {
    // Where it is counted is held first, as by whoever deletes the comment.
    sql_query(
        "WITH counted AS (SELECT public_id FROM commentaire WHERE public_id = $1 FOR NO KEY UPDATE) \
         DELETE FROM liker_commentaire l USING counted WHERE l.commentaire_id = counted.public_id AND l.id_user = $2",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(user)
    .execute(conn)
}

/// Empties the words of comments that are out of sight since before an instant: they only hold their answers together from then on. What the house
/// hid keeps them as long as somebody may still say something against it, or waits for the answer.
pub(crate) fn purge_deleted(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    sql_query(
        "UPDATE commentaire SET texte = '' WHERE public_id IN (SELECT c.public_id FROM commentaire c \
         WHERE c.etat <> 'visible' AND c.retire_le < $1 AND c.texte <> '' AND (c.etat = 'deleted' OR NOT EXISTS (SELECT FROM sanction s \
             LEFT JOIN recours r ON r.sanction_id = s.public_id WHERE s.commentaire_id = c.public_id AND (s.cree_le >= $1 OR r.etat = 'open'))) \
         ORDER BY c.retire_le LIMIT $2 FOR NO KEY UPDATE OF c SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(conn)
}
