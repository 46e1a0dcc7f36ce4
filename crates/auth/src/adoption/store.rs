use super::Column;
use crate::schema::utilisateur;
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    prelude::*,
    result::QueryResult,
    sql_query,
    sql_types::{Array, Integer, Text},
};
use hostolink_kernel::UserId;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    valeur: String,
}

/// Makes room for the canonical forms that are proposed; gone with the transaction.
pub(super) fn prepare(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS proposition (id_user integer PRIMARY KEY, valeur text NOT NULL) ON COMMIT DROP;
         TRUNCATE proposition;",
    )
}

pub(super) fn without_canonical(
    conn: &mut PgConnection,
    column: Column,
    after: Option<UserId>,
    limit: i64,
) -> QueryResult<Vec<(UserId, String)>> {
    let people = utilisateur::table
        .filter(utilisateur::id_user.gt(after.unwrap_or(UserId::new(i32::MIN))))
        .order(utilisateur::id_user)
        .limit(limit);
    match column {
        Column::Email => people
            .filter(utilisateur::email.is_not_null())
            .filter(utilisateur::email_normalise.is_null())
            .select((utilisateur::id_user, utilisateur::email.assume_not_null()))
            .load(conn),
        Column::Phone => people
            .filter(utilisateur::telephone.is_not_null())
            .filter(utilisateur::telephone_normalise.is_null())
            .select((utilisateur::id_user, utilisateur::telephone.assume_not_null()))
            .load(conn),
    }
}

pub(super) fn propose(conn: &mut PgConnection, users: &[i32], canonical: &[String]) -> QueryResult<usize> {
    sql_query("INSERT INTO proposition (id_user, valeur) SELECT * FROM unnest($1, $2)")
        .bind::<Array<Integer>, _>(users)
        .bind::<Array<Text>, _>(canonical)
        .execute(conn)
}

/// Writes the forms that exactly one person claims.
pub(super) fn apply(conn: &mut PgConnection, column: Column) -> QueryResult<usize> {
    let name = name(column);
    conn.batch_execute(
        "CREATE INDEX IF NOT EXISTS proposition_valeur ON proposition (valeur); ANALYZE proposition;",
    )?;
    sql_query(format!(
        "UPDATE utilisateur u SET {name}_normalise = p.valeur FROM proposition p
         WHERE u.id_user = p.id_user
           AND NOT EXISTS (SELECT FROM proposition o WHERE o.valeur = p.valeur AND o.id_user <> p.id_user)
           AND NOT EXISTS (SELECT FROM utilisateur o WHERE o.{name}_normalise = p.valeur)"
    ))
    .execute(conn)
}

/// What could be read and was not written.
pub(super) fn refused(conn: &mut PgConnection, column: Column) -> QueryResult<Vec<(UserId, String)>> {
    let name = name(column);
    let rows: Vec<Row> = sql_query(format!(
        "SELECT u.id_user, u.{name} AS valeur FROM proposition p JOIN utilisateur u USING (id_user)
         WHERE u.{name}_normalise IS NULL ORDER BY p.valeur, u.id_user"
    ))
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id_user, row.valeur)).collect())
}

fn name(column: Column) -> &'static str {
    match column {
        Column::Email => "email",
        Column::Phone => "telephone",
    }
}
