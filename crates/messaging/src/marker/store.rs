use super::Preferences;
use crate::{
    Error, Membership, Standing,
    conversation::store::{MemberRow, read_member},
    schema::{discussion_membre as membre, preference_messagerie as preference, presence},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, upsert::excluded};
use hostolink_kernel::UserId;

/// Holds somebody's place until the transaction ends, without holding up who writes.
pub(crate) fn hold(conn: &mut PgConnection, key: i64) -> Result<Membership, Error> {
    let row: MemberRow =
        membre::table.find(key).select(MemberRow::as_select()).for_no_key_update().first(conn)?;
    read_member(&row)
}

pub(crate) fn set(
    conn: &mut PgConnection,
    key: i64,
    (delivered, read, rank): (i64, i64, i64),
) -> QueryResult<usize> {
    diesel::update(membre::table.find(key))
        .set((membre::remis_seq.eq(delivered), membre::lu_seq.eq(read), membre::lu_ecrits.eq(rank)))
        .execute(conn)
}

/// The places of the others in a conversation.
pub(crate) fn others(
    conn: &mut PgConnection,
    conversation: i64,
    hidden: &[UserId],
    count: i64,
) -> Result<Vec<Membership>, Error> {
    let rows: Vec<MemberRow> = membre::table
        .filter(membre::id_discussion.eq(conversation).and(membre::etat.eq(Standing::Active.code())))
        .filter(membre::id_user.ne_all(hidden))
        .order(membre::public_id)
        .limit(count)
        .select(MemberRow::as_select())
        .load(conn)?;
    rows.iter().map(read_member).collect()
}

pub(crate) fn preferences(conn: &mut PgConnection, user: UserId) -> QueryResult<Option<Preferences>> {
    let found: Option<(bool, bool)> = preference::table
        .find(user)
        .select((preference::montre_lu, preference::montre_presence))
        .first(conn)
        .optional()?;
    Ok(found.map(|(shares_read, shares_presence)| Preferences { shares_read, shares_presence }))
}

pub(crate) fn set_preferences(
    conn: &mut PgConnection,
    user: UserId,
    wanted: Preferences,
) -> QueryResult<usize> {
    diesel::insert_into(preference::table)
        .values((
            preference::id_user.eq(user),
            preference::montre_lu.eq(wanted.shares_read),
            preference::montre_presence.eq(wanted.shares_presence),
        ))
        .on_conflict(preference::id_user)
        .do_update()
        .set((
            preference::montre_lu.eq(excluded(preference::montre_lu)),
            preference::montre_presence.eq(excluded(preference::montre_presence)),
        ))
        .execute(conn)
}

/// Those of these people who show nobody what they read.
pub(crate) fn hiding_read(conn: &mut PgConnection, users: &[UserId]) -> QueryResult<Vec<UserId>> {
    preference::table
        .filter(preference::id_user.eq_any(users).and(preference::montre_lu.eq(false)))
        .select(preference::id_user)
        .load(conn)
}

/// Writes down that these people are there, in the order of their keys.
pub(crate) fn touch(conn: &mut PgConnection, users: &[UserId], now: DateTime<Utc>) -> QueryResult<usize> {
    let mut users = users.to_vec();
    users.sort_unstable();
    users.dedup();
    let rows: Vec<_> =
        users.iter().map(|user| (presence::id_user.eq(*user), presence::vu_le.eq(now))).collect();
    diesel::insert_into(presence::table)
        .values(rows)
        .on_conflict(presence::id_user)
        .do_update()
        .set(presence::vu_le.eq(excluded(presence::vu_le)))
        .execute(conn)
}

/// When those of these people were last there who show it.
pub(crate) fn seen(conn: &mut PgConnection, users: &[UserId]) -> QueryResult<Vec<(UserId, DateTime<Utc>)>> {
    presence::table
        .left_join(preference::table.on(preference::id_user.eq(presence::id_user)))
        .filter(presence::id_user.eq_any(users))
        .filter(preference::montre_presence.nullable().is_null().or(preference::montre_presence.eq(true)))
        .select((presence::id_user, presence::vu_le))
        .load(conn)
}
