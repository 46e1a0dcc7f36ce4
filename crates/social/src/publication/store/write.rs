use super::{
    super::model::{NewPoll, NewPublication, State, Visibility},
    VISIBLE,
};
use crate::{Error, Viewer, Words};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use std::collections::BTreeSet;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many the author made since an id, whatever became of them.
pub(crate) fn count_since(conn: &mut PgConnection, author: UserId, since: Uuid) -> QueryResult<i64> {
    let row: Count =
        sql_query("SELECT count(*) AS count FROM publication WHERE id_user = $1 AND public_id >= $2")
            .bind::<Integer, _>(author)
            .bind::<SqlUuid, _>(since)
            .get_result(conn)?;
    Ok(row.count)
}

pub(crate) fn insert(
    conn: &mut PgConnection,
    (id, author): (Uuid, UserId),
    new: &NewPublication,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO publication (public_id, id_user, texte, recherche, visibilite, thematique, medias, lien, apercu, cree_le) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(author)
    .bind::<Text, _>(new.text.as_str())
    .bind::<Text, _>(new.text.searched())
    .bind::<Text, _>(new.visibility.as_str())
    .bind::<Nullable<SqlUuid>, _>(new.theme)
    .bind::<Array<SqlUuid>, _>(&new.media)
    .bind::<Nullable<Text>, _>(new.text.link())
    .bind::<Bool, _>(new.preview)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}

pub(crate) fn insert_poll(
    conn: &mut PgConnection,
    id: Uuid,
    poll: &NewPoll,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    sql_query("INSERT INTO sondage (publication_id, ferme_le) VALUES ($1, $2)")
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(now + poll.lasts)
        .execute(conn)?;
    let texts: Vec<&str> = poll.choices.iter().map(Words::as_str).collect();
    sql_query(
        "INSERT INTO choix_sondage (publication_id, place, texte) \
         SELECT $1, n - 1, t FROM unnest($2) WITH ORDINALITY AS c (t, n)",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Array<Text>, _>(texts)
    .execute(conn)?;
    Ok(())
}

/// Says which hashtags a publication has, in place of those that it had. Known ones are held in their order by nobody: they never change.
pub(crate) fn set_tags(conn: &mut PgConnection, id: Uuid, tags: &BTreeSet<String>) -> QueryResult<()> {
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    sql_query("DELETE FROM publication_mot WHERE publication_id = $1 AND mot <> ALL ($2)")
        .bind::<SqlUuid, _>(id)
        .bind::<Array<Text>, _>(&tags)
        .execute(conn)?;
    if !tags.is_empty() {
        sql_query("INSERT INTO mot_diese (mot) SELECT unnest($1) ORDER BY 1 ON CONFLICT DO NOTHING")
            .bind::<Array<Text>, _>(&tags)
            .execute(conn)?;
        sql_query(
            "INSERT INTO publication_mot (publication_id, mot) SELECT $1, unnest($2) ON CONFLICT DO NOTHING",
        )
        .bind::<SqlUuid, _>(id)
        .bind::<Array<Text>, _>(&tags)
        .execute(conn)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Person {
    #[diesel(sql_type = Integer)]
    id_user: UserId,
}

/// Says whom a publication names, in place of those whom it named, and who is named newly.
pub(crate) fn set_mentions(conn: &mut PgConnection, id: Uuid, users: &[UserId]) -> QueryResult<Vec<UserId>> {
    let keys: Vec<i32> = users.iter().map(|user| user.key()).collect();
    sql_query("DELETE FROM publication_mention WHERE publication_id = $1 AND id_user <> ALL ($2)")
        .bind::<SqlUuid, _>(id)
        .bind::<Array<Integer>, _>(&keys)
        .execute(conn)?;
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Person> = sql_query(
        "INSERT INTO publication_mention (publication_id, id_user) SELECT $1, unnest($2) ON CONFLICT DO NOTHING RETURNING id_user",
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
    #[diesel(sql_type = Integer)]
    versions: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    modifie_le: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    retire_le: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    bare: bool,
}

/// A publication that is held until the transaction ends.
#[derive(Debug)]
pub(crate) struct Locked {
    pub(crate) author: UserId,
    pub(crate) text: String,
    pub(crate) state: State,
    pub(crate) edits: i32,
    pub(crate) edited_at: Option<DateTime<Utc>>,
    pub(crate) removed_at: Option<DateTime<Utc>>,
    /// There is nothing but words.
    pub(crate) bare: bool,
}

pub(crate) fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Option<Locked>, Error> {
    let row: Option<Held> = sql_query(
        "SELECT id_user, texte, etat, versions, modifie_le, retire_le, cardinality(medias) = 0 AS bare FROM publication \
         WHERE public_id = $1 FOR NO KEY UPDATE",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .optional()?;
    let locked = |row: Held| {
        Ok(Locked {
            author: row.id_user,
            text: row.texte,
            state: State::stored(&row.etat)?,
            edits: row.versions,
            edited_at: row.modifie_le,
            removed_at: row.retire_le,
            bare: row.bare,
        })
    };
    row.map(locked).transpose()
}

/// Keeps what a publication said, and has it say something else.
pub(crate) fn edit(
    conn: &mut PgConnection,
    id: Uuid,
    before: &Locked,
    text: &Words,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO version_publication (publication_id, numero, texte, remplacee_le) VALUES ($1, $2, $3, $4)",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(before.edits + 1)
    .bind::<Text, _>(&before.text)
    .bind::<Timestamptz, _>(now)
    .execute(conn)?;
    sql_query(
        "UPDATE publication SET texte = $2, recherche = $3, lien = $4, versions = versions + 1, modifie_le = $5 WHERE public_id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(text.as_str())
    .bind::<Text, _>(text.searched())
    .bind::<Nullable<Text>, _>(text.link())
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}

/// Shows a publication or takes it out of sight.
pub(crate) fn set_state(
    conn: &mut PgConnection,
    id: Uuid,
    state: State,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    sql_query("UPDATE publication SET etat = $2, retire_le = CASE WHEN $2 = 'visible' THEN NULL ELSE $3 END WHERE public_id = $1")
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(state.as_str())
        .bind::<Timestamptz, _>(now)
        .execute(conn)
}

#[derive(QueryableByName)]
struct Seen {
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    visibilite: String,
}

/// Whose a publication is, and who else sees it, where the viewer does.
pub(crate) fn author_of_visible(
    conn: &mut PgConnection,
    viewer: &Viewer,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<(UserId, Visibility)>, Error> {
    let query =
        format!("SELECT p.id_user, p.visibilite FROM publication p WHERE p.public_id = $4 AND {VISIBLE}");
    let row: Option<Seen> = sql_query(query)
        .bind::<Integer, _>(viewer.user)
        .bind::<Array<SqlUuid>, _>(&viewer.themes)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(id)
        .get_result(conn)
        .optional()?;
    row.map(|row| Ok((row.id_user, Visibility::stored(&row.visibilite)?))).transpose()
}

/// A reaction to a publication of which each person has one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reaction {
    Like,
    Save,
}

/// Adds one; 0 where it was there.
pub(crate) fn react(
    conn: &mut PgConnection,
    reaction: Reaction,
    (id, user): (Uuid, UserId),
    place: Uuid,
) -> QueryResult<usize> {
    let query = match reaction {
        Reaction::Like => {
            "INSERT INTO liker (publication_id, id_user, public_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
        }
        Reaction::Save => {
            "INSERT INTO enregistrement (publication_id, id_user, public_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
        }
    };
    sql_query(query).bind::<SqlUuid, _>(id).bind::<Integer, _>(user).bind::<SqlUuid, _>(place).execute(conn)
}

pub(crate) fn unreact(
    conn: &mut PgConnection,
    reaction: Reaction,
    (id, user): (Uuid, UserId),
) -> QueryResult<usize> {
    let table = match reaction {
        Reaction::Like => "liker",
        Reaction::Save => "enregistrement",
    };
    take_away(conn, table, (id, user))
}

/// Passes a publication on; 0 where the person did already.
pub(crate) fn share(
    conn: &mut PgConnection,
    (id, publication, user): (Uuid, Uuid, UserId),
    comment: Option<&str>,
) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO partages (public_id, publication_id, id_user, mot) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(publication)
    .bind::<Integer, _>(user)
    .bind::<Nullable<Text>, _>(comment)
    .execute(conn)
}

pub(crate) fn unshare(conn: &mut PgConnection, publication: Uuid, user: UserId) -> QueryResult<usize> {
    take_away(conn, "partages", (publication, user))
}

/// Takes one away again. Where it is counted is held first, as by whoever deletes the publication.
fn take_away(conn: &mut PgConnection, table: &str, (id, user): (Uuid, UserId)) -> QueryResult<usize> {
    sql_query(format!(
        "WITH counted AS (SELECT public_id FROM publication WHERE public_id = $1 FOR NO KEY UPDATE) \
         DELETE FROM {table} l USING counted WHERE l.publication_id = counted.public_id AND l.id_user = $2"
    ))
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(user)
    .execute(conn)
}

#[derive(QueryableByName)]
struct Asked {
    #[diesel(sql_type = Timestamptz)]
    ferme_le: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    choices: i64,
}

/// Until when a publication asks something, and how many answers there are to choose from.
pub(crate) fn poll_of(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<(DateTime<Utc>, i64)>> {
    let row: Option<Asked> = sql_query(
        "SELECT q.ferme_le, (SELECT count(*) FROM choix_sondage c WHERE c.publication_id = q.publication_id) AS choices \
         FROM sondage q WHERE q.publication_id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .optional()?;
    Ok(row.map(|row| (row.ferme_le, row.choices)))
}

/// Answers; 0 where the person did already.
pub(crate) fn vote(conn: &mut PgConnection, (id, user): (Uuid, UserId), choice: i16) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO vote_sondage (publication_id, id_user, place) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(user)
    .bind::<SmallInt, _>(choice)
    .execute(conn)
}
