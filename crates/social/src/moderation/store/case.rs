use super::super::model::{Case, CaseState, Reason, Reported, Target, TargetKind};
use crate::{Error, Words};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use std::collections::HashMap;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many reports somebody made since an id.
pub(crate) fn count_since(conn: &mut PgConnection, user: UserId, since: Uuid) -> QueryResult<i64> {
    let row: Count =
        sql_query("SELECT count(*) AS count FROM signalement WHERE id_user = $1 AND public_id >= $2")
            .bind::<Integer, _>(user)
            .bind::<SqlUuid, _>(since)
            .get_result(conn)?;
    Ok(row.count)
}

/// The open case of something, held; made where there is none.
pub(crate) fn open_case(
    conn: &mut PgConnection,
    id: Uuid,
    (target, person): (Target, UserId),
    now: DateTime<Utc>,
) -> QueryResult<Uuid> {
    let (publication, comment) = match target {
        Target::Publication(id) => (Some(id), None),
        Target::Comment(id) => (None, Some(id)),
        Target::Person(_) | Target::Share(_) => (None, None),
    };
    loop {
        sql_query(
            "INSERT INTO dossier_moderation (public_id, genre, publication_id, commentaire_id, id_user, cree_le) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(target.kind().as_str())
        .bind::<Nullable<SqlUuid>, _>(publication)
        .bind::<Nullable<SqlUuid>, _>(comment)
        .bind::<Integer, _>(person)
        .bind::<Timestamptz, _>(now)
        .execute(conn)?;
        let held: Option<Id> = sql_query(
            "SELECT public_id FROM dossier_moderation WHERE etat = 'open' AND genre = $1 AND id_user = $2 \
             AND publication_id IS NOT DISTINCT FROM $3 AND commentaire_id IS NOT DISTINCT FROM $4 FOR NO KEY UPDATE",
        )
        .bind::<Text, _>(target.kind().as_str())
        .bind::<Integer, _>(person)
        .bind::<Nullable<SqlUuid>, _>(publication)
        .bind::<Nullable<SqlUuid>, _>(comment)
        .get_result(conn)
        .optional()?;
        // None: the one that stood in the way was decided in between, and there is room for a new one.
        if let Some(held) = held {
            return Ok(held.public_id);
        }
    }
}

/// Adds a report; 0 where the person made one already.
pub(crate) fn report(
    conn: &mut PgConnection,
    (id, case, user): (Uuid, Uuid, UserId),
    (reason, details, text): (Reason, Option<&Words>, Option<&str>),
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO signalement (public_id, dossier_id, id_user, motif, details, texte_vu, cree_le) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(case)
    .bind::<Integer, _>(user)
    .bind::<Text, _>(reason.as_str())
    .bind::<Nullable<Text>, _>(details.map(Words::as_str))
    .bind::<Nullable<Text>, _>(text)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
    #[diesel(sql_type = Text)]
    genre: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    publication_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    commentaire_id: Option<Uuid>,
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    etat: String,
    #[diesel(sql_type = Integer)]
    signalements: i32,
    #[diesel(sql_type = Nullable<Text>)]
    texte: Option<String>,
    #[diesel(sql_type = Array<SqlUuid>)]
    medias: Vec<Uuid>,
    #[diesel(sql_type = Array<Text>)]
    choices: Vec<String>,
    #[diesel(sql_type = Timestamptz)]
    cree_le: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    decide_le: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "d.public_id, d.genre, d.publication_id, d.commentaire_id, d.id_user, d.etat, d.signalements, \
    coalesce((SELECT p.texte FROM publication p WHERE p.public_id = d.publication_id), \
        (SELECT c.texte FROM commentaire c WHERE c.public_id = d.commentaire_id)) AS texte, \
    coalesce((SELECT p.medias FROM publication p WHERE p.public_id = d.publication_id), '{}') AS medias, \
    ARRAY(SELECT c.texte FROM choix_sondage c WHERE c.publication_id = d.publication_id ORDER BY c.place) AS choices, \
    d.cree_le, d.decide_le";

#[derive(QueryableByName)]
struct ReportRow {
    #[diesel(sql_type = SqlUuid)]
    dossier_id: Uuid,
    #[diesel(sql_type = Text)]
    motif: String,
    #[diesel(sql_type = Nullable<Text>)]
    details: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    texte_vu: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    cree_le: DateTime<Utc>,
}

/// The cases with what the latest of their reports say, in one query more.
fn seen(conn: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<Case>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.public_id).collect();
    let reports: Vec<ReportRow> = sql_query(
        "SELECT s.dossier_id, s.motif, s.details, s.texte_vu, s.cree_le FROM unnest($1) AS d (id) CROSS JOIN LATERAL \
         (SELECT * FROM signalement x WHERE x.dossier_id = d.id ORDER BY x.public_id DESC LIMIT $2) s",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<BigInt, _>(Case::SHOWN)
    .load(conn)?;
    let mut reported: HashMap<Uuid, Vec<Reported>> = HashMap::new();
    for row in reports {
        reported.entry(row.dossier_id).or_default().push(Reported {
            reason: Reason::stored(&row.motif)?,
            details: row.details,
            text: row.texte_vu,
            at: row.cree_le,
        });
    }
    let case = |row: Row| {
        Ok(Case {
            kind: TargetKind::stored(&row.genre)?,
            object: row.publication_id.or(row.commentaire_id),
            person: row.id_user,
            state: CaseState::stored(&row.etat)?,
            reports: row.signalements,
            text: row.texte,
            media: row.medias,
            choices: row.choices,
            created_at: row.cree_le,
            decided_at: row.decide_le,
            reported: reported.remove(&row.public_id).unwrap_or_default(),
            id: row.public_id,
        })
    };
    rows.into_iter().map(case).collect()
}

/// Cases about others than who reads them that nobody has decided, the oldest first.
pub(crate) fn queue(
    conn: &mut PgConnection,
    reader: UserId,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Case>, Error> {
    let rows: Vec<Row> = sql_query(format!(
        "SELECT {COLUMNS} FROM dossier_moderation d WHERE d.etat = 'open' AND d.id_user <> $1 AND d.public_id > $2 \
         ORDER BY d.public_id LIMIT $3"
    ))
    .bind::<Integer, _>(reader)
    .bind::<SqlUuid, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    seen(conn, rows)
}

pub(crate) fn case(conn: &mut PgConnection, id: Uuid) -> Result<Option<Case>, Error> {
    let rows: Vec<Row> =
        sql_query(format!("SELECT {COLUMNS} FROM dossier_moderation d WHERE d.public_id = $1"))
            .bind::<SqlUuid, _>(id)
            .load(conn)?;
    Ok(seen(conn, rows)?.pop())
}

/// Whether somebody is among those who reported a case.
pub(crate) fn has_reported(conn: &mut PgConnection, case: Uuid, user: UserId) -> QueryResult<bool> {
    let row: Count =
        sql_query("SELECT count(*) AS count FROM signalement WHERE dossier_id = $1 AND id_user = $2")
            .bind::<SqlUuid, _>(case)
            .bind::<Integer, _>(user)
            .get_result(conn)?;
    Ok(row.count > 0)
}

/// Decides a case; 0 where somebody did already.
pub(crate) fn decide(
    conn: &mut PgConnection,
    id: Uuid,
    state: CaseState,
    (officer, now): (UserId, DateTime<Utc>),
) -> QueryResult<usize> {
    sql_query(
        "UPDATE dossier_moderation SET etat = $2, decide_par = $3, decide_le = $4 WHERE public_id = $1 AND etat = 'open'",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(state.as_str())
    .bind::<Integer, _>(officer)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
}
