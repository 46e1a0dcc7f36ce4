use crate::{
    Error, Own,
    conversation::store::{MemberRow, Row, read_own},
    schema::{
        billet_socket as billet, discussion, discussion_membre as membre, message, message_masque as masque,
        preference_messagerie as preference, presence, reaction_message as reaction, saisie,
    },
};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use uuid::Uuid;

/// A counter that says something else than a count.
#[derive(QueryableByName)]
pub(crate) struct Wrong {
    #[diesel(sql_type = Text)]
    pub(crate) compteur: String,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) objet: Uuid,
    #[diesel(sql_type = BigInt)]
    pub(crate) garde: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) compte: i64,
}

pub(crate) fn wrong(conn: &mut PgConnection, limit: i64) -> QueryResult<Vec<Wrong>> {
    sql_query(
        "SELECT * FROM ( \
           SELECT 'discussion.dernier_seq' AS compteur, d.public_id AS objet, d.dernier_seq AS garde, count(m.*) AS compte \
           FROM discussion d LEFT JOIN message m ON m.id_discussion = d.id_discussion GROUP BY d.id_discussion \
           UNION ALL \
           SELECT 'discussion.membres_nombre', d.public_id, d.membres_nombre, count(p.*) \
           FROM discussion d LEFT JOIN discussion_membre p ON p.id_discussion = d.id_discussion AND p.etat = 'active' GROUP BY d.id_discussion \
           UNION ALL \
           SELECT 'discussion_membre.ecrits', p.public_id, p.ecrits, count(m.*) \
           FROM discussion_membre p LEFT JOIN message m ON m.id_discussion = p.id_discussion AND m.id_user = p.id_user GROUP BY p.id_membre \
           UNION ALL \
           SELECT 'discussion_membre.lu_ecrits', p.public_id, p.lu_ecrits, count(m.*) \
           FROM discussion_membre p LEFT JOIN message m ON m.id_discussion = p.id_discussion AND m.id_user = p.id_user AND m.seq <= p.lu_seq GROUP BY p.id_membre \
           UNION ALL \
           SELECT 'message.reactions', m.public_id, (SELECT coalesce(sum(v::bigint), 0)::bigint FROM jsonb_each_text(m.reactions) x (k, v)), \
             (SELECT count(*) FROM reaction_message r WHERE r.id_message = m.id_message) \
           FROM message m WHERE m.reactions <> '{}' OR EXISTS (SELECT FROM reaction_message r WHERE r.id_message = m.id_message) \
         ) c WHERE garde <> compte ORDER BY compteur, objet LIMIT $1",
    )
    .bind::<BigInt, _>(limit)
    .load(conn)
}

/// Counts anew, under the locks that writers take, in their order: conversations, places, reactions. Each count is a statement after the lock of
/// what it counts, so that it sees what whoever held it before has written.
///
/// Places are held row by row: who marks holds one before writing it, and would wait for a lock of the table that waits for the row. Reactions are
/// held as a table: who takes theirs back on leaving holds no conversation, and whoever puts one holds theirs before it and waits for nothing
/// after it.
pub(crate) fn repair(conn: &mut PgConnection) -> QueryResult<()> {
    for statement in [
        "SELECT FROM discussion ORDER BY id_discussion FOR NO KEY UPDATE",
        "SELECT FROM discussion_membre ORDER BY id_membre FOR NO KEY UPDATE",
        "LOCK TABLE reaction_message IN SHARE ROW EXCLUSIVE MODE",
        "UPDATE discussion d SET membres_nombre = c.n, dernier_seq = greatest(dernier_seq, c.seq) FROM ( \
           SELECT d.id_discussion, (SELECT count(*) FROM discussion_membre p WHERE p.id_discussion = d.id_discussion AND p.etat = 'active') AS n, \
             (SELECT coalesce(max(seq), 0) FROM message m WHERE m.id_discussion = d.id_discussion) AS seq FROM discussion d) c \
         WHERE c.id_discussion = d.id_discussion AND (d.membres_nombre, d.dernier_seq) IS DISTINCT FROM (c.n, greatest(d.dernier_seq, c.seq))",
        "UPDATE discussion_membre p SET ecrits = c.n, lu_ecrits = c.lus FROM ( \
           SELECT p.id_membre, count(m.*) AS n, count(m.*) FILTER (WHERE m.seq <= p.lu_seq) AS lus FROM discussion_membre p \
           LEFT JOIN message m ON m.id_discussion = p.id_discussion AND m.id_user = p.id_user GROUP BY p.id_membre) c \
         WHERE c.id_membre = p.id_membre AND (p.ecrits, p.lu_ecrits) IS DISTINCT FROM (c.n, c.lus)",
        "UPDATE message m SET reactions = c.r FROM ( \
           SELECT m.id_message, coalesce((SELECT jsonb_object_agg(signe, n) FROM (SELECT signe, count(*) AS n FROM reaction_message r \
             WHERE r.id_message = m.id_message GROUP BY signe) s), '{}') AS r FROM message m) c \
         WHERE c.id_message = m.id_message AND c.r <> m.reactions",
    ] {
        sql_query(statement).execute(conn)?;
    }
    Ok(())
}

/// The conversations that somebody is in, in the order of their keys.
pub(crate) fn all_of(conn: &mut PgConnection, user: UserId) -> Result<Vec<Own>, Error> {
    let rows: Vec<(Row, MemberRow)> = discussion::table
        .inner_join(membre::table.on(membre::id_discussion.eq(discussion::id_discussion)))
        .filter(membre::id_user.eq(user).and(membre::etat.eq("active")))
        .order(discussion::id_discussion)
        .select((Row::as_select(), MemberRow::as_select()))
        .load(conn)?;
    rows.into_iter().map(|(row, member)| read_own((row, None, member))).collect()
}

/// A message that somebody wrote: its key, its id, its conversation's, its attachments.
type Written = (i64, Uuid, Uuid, Vec<Uuid>);

/// What somebody wrote and did not delete.
pub(crate) fn written_by(conn: &mut PgConnection, user: UserId) -> QueryResult<Vec<Written>> {
    message::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(message::id_discussion)))
        .filter(message::id_user.eq(user).and(message::supprime_le.is_null()))
        .order(message::id_message)
        .select((message::id_message, message::public_id, discussion::public_id, message::medias))
        .load(conn)
}

/// The ids of what somebody wrote, the newest first.
pub(crate) fn ids_by(
    conn: &mut PgConnection,
    user: UserId,
    before: Uuid,
    count: i64,
) -> QueryResult<Vec<Uuid>> {
    message::table
        .filter(message::id_user.eq(user).and(message::supprime_le.is_null()))
        .filter(message::public_id.lt(before))
        .order(message::public_id.desc())
        .limit(count)
        .select(message::public_id)
        .load(conn)
}

/// Deletes what is only theirs.
pub(crate) fn forget(conn: &mut PgConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(reaction::table.filter(reaction::id_user.eq(user))).execute(conn)?;
    diesel::delete(masque::table.filter(masque::id_user.eq(user))).execute(conn)?;
    diesel::delete(preference::table.find(user)).execute(conn)?;
    diesel::delete(presence::table.find(user)).execute(conn)?;
    diesel::delete(saisie::table.filter(saisie::id_user.eq(user))).execute(conn)?;
    diesel::delete(billet::table.filter(billet::id_user.eq(user))).execute(conn)?;
    Ok(())
}
