use super::super::model::{AppealState, Measure, Reason, Sanction};
use crate::Error;
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// Whether a sanction that is in force keeps somebody from posting.
pub(crate) fn may_not_post(conn: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> QueryResult<bool> {
    is_under(conn, "'silence', 'suspension', 'ban'", user, now)
}

/// Whether one keeps somebody from everything that others notice.
pub(crate) fn may_not_act(conn: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> QueryResult<bool> {
    is_under(conn, "'suspension', 'ban'", user, now)
}

fn is_under(
    conn: &mut PgConnection,
    measures: &'static str,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let row: Yes = sql_query(format!(
        "SELECT EXISTS (SELECT FROM sanction WHERE id_user = $1 AND degre IN ({measures}) AND levee_le IS NULL \
         AND (expire_le IS NULL OR expire_le > $2)) AS yes"
    ))
    .bind::<Integer, _>(user)
    .bind::<Timestamptz, _>(now)
    .get_result(conn)?;
    Ok(row.yes)
}

/// Whether the house has hidden a publication or a comment, and not thought again.
pub(crate) fn is_hidden(
    conn: &mut PgConnection,
    publication: Option<Uuid>,
    comment: Option<Uuid>,
) -> QueryResult<bool> {
    let row: Yes = sql_query(
        "SELECT EXISTS (SELECT FROM sanction WHERE (publication_id = $1 OR commentaire_id = $2) AND levee_le IS NULL) AS yes",
    )
    .bind::<Nullable<SqlUuid>, _>(publication)
    .bind::<Nullable<SqlUuid>, _>(comment)
    .get_result(conn)?;
    Ok(row.yes)
}

#[derive(QueryableByName)]
pub(super) struct Person {
    #[diesel(sql_type = Integer)]
    pub(super) id_user: UserId,
}

#[derive(QueryableByName)]
pub(super) struct Row {
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    degre: String,
    #[diesel(sql_type = Text)]
    motif: String,
    #[diesel(sql_type = Nullable<Text>)]
    mot: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    publication_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    commentaire_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Integer>)]
    decidee_par: Option<UserId>,
    #[diesel(sql_type = Timestamptz)]
    cree_le: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    expire_le: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    levee_le: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    recours: Option<String>,
}

pub(super) const COLUMNS: &str = "s.public_id, s.id_user, s.degre, s.motif, s.mot, s.publication_id, s.commentaire_id, s.decidee_par, s.cree_le, \
    s.expire_le, s.levee_le, (SELECT a.etat FROM recours a WHERE a.sanction_id = s.public_id) AS recours";

impl Row {
    pub(super) fn seen(self) -> Result<Sanction, Error> {
        Ok(Sanction {
            id: self.public_id,
            person: self.id_user,
            measure: Measure::stored(&self.degre)?,
            reason: Reason::stored(&self.motif)?,
            words: self.mot,
            publication: self.publication_id,
            comment: self.commentaire_id,
            decided_by: self.decidee_par,
            created_at: self.cree_le,
            expires_at: self.expire_le,
            lifted_at: self.levee_le,
            appeal: self.recours.as_deref().map(AppealState::stored).transpose()?,
        })
    }
}

pub(crate) fn insert(conn: &mut PgConnection, new: &Sanction, case: Option<Uuid>) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO sanction (public_id, id_user, degre, motif, mot, dossier_id, publication_id, commentaire_id, decidee_par, cree_le, expire_le) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind::<SqlUuid, _>(new.id)
    .bind::<Integer, _>(new.person)
    .bind::<Text, _>(new.measure.as_str())
    .bind::<Text, _>(new.reason.as_str())
    .bind::<Nullable<Text>, _>(new.words.as_deref())
    .bind::<Nullable<SqlUuid>, _>(case)
    .bind::<Nullable<SqlUuid>, _>(new.publication)
    .bind::<Nullable<SqlUuid>, _>(new.comment)
    .bind::<Nullable<Integer>, _>(new.decided_by)
    .bind::<Timestamptz, _>(new.created_at)
    .bind::<Nullable<Timestamptz>, _>(new.expires_at)
    .execute(conn)
}

/// What was decided against somebody, the last first.
pub(crate) fn list(
    conn: &mut PgConnection,
    user: UserId,
    before: Uuid,
    limit: i64,
) -> Result<Vec<Sanction>, Error> {
    let rows: Vec<Row> = sql_query(format!(
        "SELECT {COLUMNS} FROM sanction s WHERE s.id_user = $1 AND s.public_id < $2 ORDER BY s.public_id DESC LIMIT $3"
    ))
    .bind::<Integer, _>(user)
    .bind::<SqlUuid, _>(before)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    rows.into_iter().map(Row::seen).collect()
}

/// Everything that was decided against others than who reads it, the last first.
pub(crate) fn log(
    conn: &mut PgConnection,
    reader: UserId,
    before: Uuid,
    limit: i64,
) -> Result<Vec<Sanction>, Error> {
    let rows: Vec<Row> = sql_query(format!(
        "SELECT {COLUMNS} FROM sanction s WHERE s.id_user <> $1 AND s.public_id < $2 ORDER BY s.public_id DESC LIMIT $3"
    ))
    .bind::<Integer, _>(reader)
    .bind::<SqlUuid, _>(before)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    rows.into_iter().map(Row::seen).collect()
}

/// Against whom one was decided.
pub(crate) fn concerned(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<UserId>> {
    let row: Option<Person> = sql_query("SELECT id_user FROM sanction WHERE public_id = $1")
        .bind::<SqlUuid, _>(id)
        .get_result(conn)
        .optional()?;
    Ok(row.map(|row| row.id_user))
}

/// Whether somebody is among those whose reports led to a sanction.
pub(crate) fn reported_by(conn: &mut PgConnection, id: Uuid, user: UserId) -> QueryResult<bool> {
    let row: Yes = sql_query(
        "SELECT EXISTS (SELECT FROM sanction s JOIN signalement g ON g.dossier_id = s.dossier_id \
         WHERE s.public_id = $1 AND g.id_user = $2) AS yes",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(user)
    .get_result(conn)?;
    Ok(row.yes)
}

/// One, held until the transaction ends.
pub(crate) fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Option<Sanction>, Error> {
    let row: Option<Row> =
        sql_query(format!("SELECT {COLUMNS} FROM sanction s WHERE s.public_id = $1 FOR NO KEY UPDATE"))
            .bind::<SqlUuid, _>(id)
            .get_result(conn)
            .optional()?;
    row.map(Row::seen).transpose()
}

/// Lifts one; 0 where it was lifted.
pub(crate) fn lift(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<usize> {
    sql_query("UPDATE sanction SET levee_le = $2 WHERE public_id = $1 AND levee_le IS NULL")
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(now)
        .execute(conn)
}
