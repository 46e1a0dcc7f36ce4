use crate::{message::Reaction, schema::reaction_message as reaction};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::Text};
use hostolink_kernel::UserId;
use uuid::Uuid;

/// Puts a sign in place of what the person had put before; whether that changed anything.
pub(crate) fn react(
    conn: &mut PgConnection,
    (id, key, user): (Uuid, i64, UserId),
    sign: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::sql_query(
        "INSERT INTO reaction_message (id_message, id_user, signe, cree_le, public_id) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT ON CONSTRAINT reaction_message_pkey DO UPDATE SET signe = $3, cree_le = $4 WHERE reaction_message.signe <> $3",
    )
    .bind::<diesel::sql_types::BigInt, _>(key)
    .bind::<diesel::sql_types::Integer, _>(user)
    .bind::<Text, _>(sign)
    .bind::<diesel::sql_types::Timestamptz, _>(now)
    .bind::<diesel::sql_types::Uuid, _>(id)
    .execute(conn)
}

pub(crate) fn unreact(conn: &mut PgConnection, (key, user): (i64, UserId)) -> QueryResult<usize> {
    diesel::delete(reaction::table.find((key, user))).execute(conn)
}

/// Who put which sign, the first first.
pub(crate) fn reactions(
    conn: &mut PgConnection,
    key: i64,
    hidden: &[UserId],
    after: Option<Uuid>,
    count: i64,
) -> QueryResult<Vec<Reaction>> {
    let rows: Vec<(Uuid, UserId, String, DateTime<Utc>)> = reaction::table
        .filter(reaction::id_message.eq(key))
        .filter(reaction::id_user.ne_all(hidden))
        .filter(reaction::public_id.gt(after.unwrap_or(Uuid::nil())))
        .order(reaction::public_id)
        .limit(count)
        .select((reaction::public_id, reaction::id_user, reaction::signe, reaction::cree_le))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, user, sign, created_at)| Reaction { id, user, sign, created_at }).collect())
}

/// The signs that these people put to these messages, for who tells of them.
pub(crate) fn signs(
    conn: &mut PgConnection,
    messages: &[i64],
    users: &[UserId],
) -> QueryResult<Vec<(i64, UserId, String)>> {
    reaction::table
        .filter(reaction::id_message.eq_any(messages).and(reaction::id_user.eq_any(users)))
        .select((reaction::id_message, reaction::id_user, reaction::signe))
        .load(conn)
}
