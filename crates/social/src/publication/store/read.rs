use super::{
    super::model::{Past, Poll, PollChoice, Publication, State, Visibility},
    VISIBLE,
};
use crate::{Error, Viewer};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use uuid::Uuid;

/// All that is shown of a publication, what `$1`, who looks, did with it among it: one statement a page.
const COLUMNS: &str = "p.public_id, p.id_user, p.texte, p.visibilite, p.thematique, p.medias, p.lien, p.apercu, p.etat, p.likes, \
    p.commentaires, p.partages, p.enregistrements, p.versions, p.cree_le, p.modifie_le, \
    EXISTS (SELECT FROM liker x WHERE x.publication_id = p.public_id AND x.id_user = $1) AS liked, \
    EXISTS (SELECT FROM enregistrement x WHERE x.publication_id = p.public_id AND x.id_user = $1) AS saved, \
    EXISTS (SELECT FROM partages x WHERE x.publication_id = p.public_id AND x.id_user = $1) AS shared, \
    ARRAY(SELECT m.id_user FROM publication_mention m WHERE m.publication_id = p.public_id \
        AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = $1 AND b.id_bloque = m.id_user) \
        AND NOT EXISTS (SELECT FROM blocage b WHERE b.id_user = m.id_user AND b.id_bloque = $1) ORDER BY 1) AS mentioned, \
    (SELECT q.ferme_le FROM sondage q WHERE q.publication_id = p.public_id) AS closes_at, \
    ARRAY(SELECT c.texte FROM choix_sondage c WHERE c.publication_id = p.public_id ORDER BY c.place) AS choices, \
    ARRAY(SELECT c.votes FROM choix_sondage c WHERE c.publication_id = p.public_id ORDER BY c.place) AS votes, \
    (SELECT v.place FROM vote_sondage v WHERE v.publication_id = p.public_id AND v.id_user = $1) AS voted";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    texte: String,
    #[diesel(sql_type = Text)]
    visibilite: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    thematique: Option<Uuid>,
    #[diesel(sql_type = Array<SqlUuid>)]
    medias: Vec<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    lien: Option<String>,
    #[diesel(sql_type = Bool)]
    apercu: bool,
    #[diesel(sql_type = Text)]
    etat: String,
    #[diesel(sql_type = Integer)]
    likes: i32,
    #[diesel(sql_type = Integer)]
    commentaires: i32,
    #[diesel(sql_type = Integer)]
    partages: i32,
    #[diesel(sql_type = Integer)]
    enregistrements: i32,
    #[diesel(sql_type = Integer)]
    versions: i32,
    #[diesel(sql_type = Timestamptz)]
    cree_le: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    modifie_le: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    liked: bool,
    #[diesel(sql_type = Bool)]
    saved: bool,
    #[diesel(sql_type = Bool)]
    shared: bool,
    #[diesel(sql_type = Array<Integer>)]
    mentioned: Vec<UserId>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    closes_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Array<Text>)]
    choices: Vec<String>,
    #[diesel(sql_type = Array<Integer>)]
    votes: Vec<i32>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    voted: Option<i16>,
    #[diesel(sql_type = SqlUuid)]
    place: Uuid,
    #[diesel(sql_type = Nullable<Integer>)]
    shared_by: Option<UserId>,
    #[diesel(sql_type = Nullable<Integer>)]
    rank: Option<i32>,
}

impl Row {
    fn seen(self, now: DateTime<Utc>) -> Result<Publication, Error> {
        let choices = self.choices.into_iter().zip(self.votes);
        let choices = choices.map(|(text, votes)| PollChoice { text, votes }).collect();
        let poll = |closes_at| Poll { choices, closes_at, closed: closes_at <= now, voted: self.voted };
        Ok(Publication {
            id: self.public_id,
            author: self.id_user,
            text: self.texte,
            visibility: Visibility::stored(&self.visibilite)?,
            theme: self.thematique,
            media: self.medias,
            link: self.lien,
            preview: self.apercu,
            state: State::stored(&self.etat)?,
            likes: self.likes,
            comments: self.commentaires,
            shares: self.partages,
            saves: self.enregistrements,
            edits: self.versions,
            created_at: self.cree_le,
            edited_at: self.modifie_le,
            liked: self.liked,
            saved: self.saved,
            shared: self.shared,
            mentioned: self.mentioned,
            poll: self.closes_at.map(poll),
            place: self.place,
            shared_by: self.shared_by,
            rank: self.rank,
        })
    }
}

/// From where publications are read, and in which order.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    /// One, wherever it is.
    One(Uuid),
    /// What is public, the newest first, without those whom the viewer muted.
    Recent,
    /// What is in a theme.
    Theme(Uuid),
    /// What those published or passed on whom the viewer follows.
    Following,
    /// What somebody published.
    By(UserId),
    /// What somebody passed on.
    SharedBy(UserId),
    /// What the viewer keeps.
    Saved,
    /// What has a hashtag.
    Tag(&'a str),
    /// What has some words.
    Words(&'a str),
    /// What is talked about: a list, from behind a place on.
    Trending(i64, i32),
}

/// Nobody whom the viewer muted.
const NOT_MUTED: &str = "NOT EXISTS (SELECT FROM sourdine m WHERE m.id_user = $1 AND m.id_muet = p.id_user)";

impl Source<'_> {
    /// The query. `$1` to `$3` are the viewer, their themes and now; `$4` is where the page begins, `$5` how many it holds, and
    /// `$6` to `$10` are what sources need: an id, a person, a text, a list's number, a place in it.
    pub(super) fn query(self) -> String {
        let (place, from, condition) = match self {
            Self::One(_) => ("p.public_id", "publication p", "p.public_id = $6"),
            Self::Recent => ("p.public_id", "publication p", "p.visibilite = 'public'"),
            Self::Theme(_) => {
                ("p.public_id", "publication p", "p.visibilite = 'theme' AND p.thematique = $6")
            }
            Self::By(_) => ("p.public_id", "publication p", "p.id_user = $7"),
            Self::SharedBy(_) => (
                "l.public_id",
                "partages l JOIN publication p ON p.public_id = l.publication_id",
                "l.id_user = $7",
            ),
            Self::Saved => (
                "l.public_id",
                "enregistrement l JOIN publication p ON p.public_id = l.publication_id",
                "l.id_user = $1",
            ),
            Self::Tag(_) => (
                "l.publication_id",
                "publication_mot l JOIN publication p ON p.public_id = l.publication_id",
                "l.mot = $8",
            ),
            Self::Words(_) => (
                "p.public_id",
                "publication p",
                "to_tsvector('french', p.recherche) @@ plainto_tsquery('french', $8)",
            ),
            Self::Following => return following(),
            Self::Trending(..) => return trending(),
        };
        let muted = match self {
            Self::Recent | Self::Theme(_) | Self::Tag(_) | Self::Words(_) => NOT_MUTED,
            _ => "true",
        };
        // What is shown of each is asked for once it is on the page, not before.
        format!(
            "WITH choisies AS MATERIALIZED (SELECT p.public_id AS id, {place} AS place FROM {from} \
                 WHERE {condition} AND {VISIBLE} AND {muted} AND {place} < $4 ORDER BY {place} DESC LIMIT $5) \
             SELECT {COLUMNS}, c.place, NULL::integer AS shared_by, NULL::integer AS rank \
             FROM choisies c JOIN publication p ON p.public_id = c.id ORDER BY c.place DESC"
        )
    }
}

/// The last of each whom the viewer follows, and of those the last: it costs what they are, not how much there is. Who follows somebody
/// has no block with them, and sees what is for followers; what they passed on may be of anybody, so it is judged whole.
fn following() -> String {
    format!(
        "WITH suivis AS MATERIALIZED (SELECT a.id_suivi FROM abonnement a WHERE a.id_user = $1 \
             AND NOT EXISTS (SELECT FROM sourdine m WHERE m.id_user = $1 AND m.id_muet = a.id_suivi) \
             AND NOT EXISTS (SELECT FROM sanction s WHERE s.id_user = a.id_suivi AND s.degre IN ('suspension', 'ban') \
                 AND s.levee_le IS NULL AND (s.expire_le IS NULL OR s.expire_le > $3))), \
         choisies AS ((SELECT x.public_id AS id, x.public_id AS place, NULL::integer AS shared_by \
              FROM suivis a CROSS JOIN LATERAL (SELECT y.public_id FROM publication y WHERE y.id_user = a.id_suivi \
                  AND y.etat = 'visible' AND (y.visibilite <> 'theme' OR y.thematique = ANY ($2)) \
                  AND y.public_id < $4 ORDER BY y.public_id DESC LIMIT $5) x \
              ORDER BY 2 DESC LIMIT $5) \
             UNION ALL \
             (SELECT x.publication_id, x.public_id, a.id_suivi \
              FROM suivis a CROSS JOIN LATERAL (SELECT y.publication_id, y.public_id \
                  FROM partages y JOIN publication p ON p.public_id = y.publication_id \
                  WHERE y.id_user = a.id_suivi AND y.public_id < $4 AND {VISIBLE} AND {NOT_MUTED} \
                  ORDER BY y.public_id DESC LIMIT $5) x \
              ORDER BY 2 DESC LIMIT $5) ORDER BY place DESC LIMIT $5) \
         SELECT {COLUMNS}, c.place, c.shared_by, NULL::integer AS rank FROM choisies c JOIN publication p ON p.public_id = c.id \
         ORDER BY c.place DESC"
    )
}

fn trending() -> String {
    format!(
        "SELECT {COLUMNS}, p.public_id AS place, NULL::integer AS shared_by, t.place AS rank \
         FROM tendance t JOIN publication p ON p.public_id = t.publication_id \
         WHERE t.numero = $9 AND t.place > $10 AND {VISIBLE} AND {NOT_MUTED} ORDER BY t.place LIMIT $5"
    )
}

/// At most `limit` publications of a source before `before`, as the viewer sees them.
pub(crate) fn page(
    conn: &mut PgConnection,
    viewer: &Viewer,
    source: Source<'_>,
    before: Uuid,
    (now, limit): (DateTime<Utc>, i64),
) -> Result<Vec<Publication>, Error> {
    let id = if let Source::One(id) | Source::Theme(id) = source { id } else { Uuid::nil() };
    let user = if let Source::By(user) | Source::SharedBy(user) = source { user } else { viewer.user };
    let text = if let Source::Tag(text) | Source::Words(text) = source { text } else { "" };
    let (list, rank) = if let Source::Trending(list, rank) = source { (list, rank) } else { (0, 0) };
    let rows: Vec<Row> = sql_query(source.query())
        .bind::<Integer, _>(viewer.user)
        .bind::<Array<SqlUuid>, _>(&viewer.themes)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(before)
        .bind::<BigInt, _>(limit)
        .bind::<SqlUuid, _>(id)
        .bind::<Integer, _>(user)
        .bind::<Text, _>(text)
        .bind::<BigInt, _>(list)
        .bind::<Integer, _>(rank)
        .load(conn)?;
    rows.into_iter().map(|row| row.seen(now)).collect()
}

/// One of the author's own, whatever became of it.
pub(crate) fn own(
    conn: &mut PgConnection,
    author: UserId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Publication>, Error> {
    let query = format!(
        "SELECT {COLUMNS}, p.public_id AS place, NULL::integer AS shared_by, NULL::integer AS rank \
         FROM publication p WHERE p.public_id = $2 AND p.id_user = $1"
    );
    let row: Option<Row> =
        sql_query(query).bind::<Integer, _>(author).bind::<SqlUuid, _>(id).get_result(conn).optional()?;
    row.map(|row| row.seen(now)).transpose()
}

/// Everything of the author's, whatever became of it, the newest first.
pub(crate) fn all_of(
    conn: &mut PgConnection,
    author: UserId,
    before: Uuid,
    bounds: (DateTime<Utc>, i64),
) -> Result<Vec<Publication>, Error> {
    of_author(conn, author, "true", before, bounds)
}

/// What of the author's they took back, or the house hid, the newest first.
pub(crate) fn removed_of(
    conn: &mut PgConnection,
    author: UserId,
    before: Uuid,
    bounds: (DateTime<Utc>, i64),
) -> Result<Vec<Publication>, Error> {
    of_author(conn, author, "p.etat <> 'visible'", before, bounds)
}

fn of_author(
    conn: &mut PgConnection,
    author: UserId,
    condition: &str,
    before: Uuid,
    (now, limit): (DateTime<Utc>, i64),
) -> Result<Vec<Publication>, Error> {
    let query = format!(
        "SELECT {COLUMNS}, p.public_id AS place, NULL::integer AS shared_by, NULL::integer AS rank FROM publication p \
         WHERE p.id_user = $1 AND {condition} AND p.public_id < $2 ORDER BY p.public_id DESC LIMIT $3"
    );
    let rows: Vec<Row> = sql_query(query)
        .bind::<Integer, _>(author)
        .bind::<SqlUuid, _>(before)
        .bind::<BigInt, _>(limit)
        .load(conn)?;
    rows.into_iter().map(|row| row.seen(now)).collect()
}

#[derive(QueryableByName)]
struct PastRow {
    #[diesel(sql_type = Integer)]
    numero: i32,
    #[diesel(sql_type = Text)]
    texte: String,
    #[diesel(sql_type = Timestamptz)]
    remplacee_le: DateTime<Utc>,
}

/// What a publication said before, the last first: a hundred versions at most.
pub(crate) fn past(conn: &mut PgConnection, id: Uuid) -> QueryResult<Vec<Past>> {
    let rows: Vec<PastRow> = sql_query(
        "SELECT numero, texte, remplacee_le FROM version_publication WHERE publication_id = $1 ORDER BY numero DESC",
    )
    .bind::<SqlUuid, _>(id)
    .load(conn)?;
    let past = |row: PastRow| Past { number: row.numero, text: row.texte, until: row.remplacee_le };
    Ok(rows.into_iter().map(past).collect())
}

#[derive(QueryableByName)]
struct Themed {
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    thematique: Uuid,
}

/// Of these publications those that are in a theme, each with the theme's id.
pub(crate) fn themes_of(conn: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<(Uuid, Uuid)>> {
    let rows: Vec<Themed> = sql_query(
        "SELECT public_id, thematique FROM publication \
         WHERE public_id = ANY ($1) AND visibilite = 'theme' AND thematique IS NOT NULL",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.public_id, row.thematique)).collect())
}
