use super::super::model::Key;
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Binary, Integer, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Binary)]
    empreinte: Vec<u8>,
    #[diesel(sql_type = SqlUuid)]
    objet: Uuid,
}

/// Takes a key for something that is to be made. A twin of the request that is on its way is waited for; `false` where it made it.
pub(crate) fn take_key(
    conn: &mut PgConnection,
    user: UserId,
    key: &Key,
    object: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let rows = sql_query(
        "INSERT INTO cle_sociale (id_user, cle, empreinte, objet, cree_le) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind::<Integer, _>(user)
    .bind::<Text, _>(&key.text)
    .bind::<Binary, _>(key.fingerprint.as_slice())
    .bind::<SqlUuid, _>(object)
    .bind::<Timestamptz, _>(now)
    .execute(conn)?;
    Ok(rows == 1)
}

/// What was made under a key, and the hash of what was asked.
pub(crate) fn key_of(
    conn: &mut PgConnection,
    user: UserId,
    key: &Key,
) -> QueryResult<Option<(Uuid, Vec<u8>)>> {
    let row: Option<Taken> =
        sql_query("SELECT empreinte, objet FROM cle_sociale WHERE id_user = $1 AND cle = $2")
            .bind::<Integer, _>(user)
            .bind::<Text, _>(&key.text)
            .get_result(conn)
            .optional()?;
    Ok(row.map(|row| (row.objet, row.empreinte)))
}

/// Forgets keys that were taken before an instant.
pub(crate) fn forget_keys(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    sql_query(
        "DELETE FROM cle_sociale WHERE (id_user, cle) IN \
         (SELECT id_user, cle FROM cle_sociale WHERE cree_le < $1 ORDER BY cree_le LIMIT $2)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(conn)
}
