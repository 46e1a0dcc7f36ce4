use crate::{
    Conversation, Error, Kind, Membership, Role, Standing,
    conversation::store::{MemberRow, read_member},
    schema::{discussion, discussion_membre as membre},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use hostolink_kernel::UserId;
use uuid::Uuid;

/// In a theme everybody reads what was said before; in a group who comes reads on from there.
fn begins_at(conversation: &Conversation) -> i64 {
    if conversation.kind == Kind::Theme { 0 } else { conversation.last_seq }
}

/// Puts people in, in one statement. What was said before they came is read to them.
pub(crate) fn insert(
    conn: &mut PgConnection,
    conversation: &Conversation,
    people: &[(Uuid, UserId, Role)],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let row = |(id, user, role): &(Uuid, UserId, Role)| {
        (
            membre::public_id.eq(*id),
            membre::id_discussion.eq(conversation.key),
            membre::id_user.eq(*user),
            membre::role.eq(role.code()),
            membre::etat.eq(Standing::Active.code()),
            membre::depuis_seq.eq(begins_at(conversation)),
            membre::remis_seq.eq(conversation.last_seq),
            membre::lu_seq.eq(conversation.last_seq),
            membre::rejoint_le.eq(now),
        )
    };
    let rows: Vec<_> = people.iter().map(row).collect();
    diesel::insert_into(membre::table).values(rows).execute(conn)
}

/// Puts somebody in again who had left.
pub(crate) fn come_back(
    conn: &mut PgConnection,
    (conversation, key): (&Conversation, i64),
    role: Role,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(membre::table.find(key))
        .set((
            membre::role.eq(role.code()),
            membre::etat.eq(Standing::Active.code()),
            membre::depuis_seq.eq(begins_at(conversation)),
            membre::remis_seq.eq(conversation.last_seq),
            membre::lu_seq.eq(conversation.last_seq),
            membre::lu_ecrits.eq(membre::ecrits),
            membre::archive.eq(false),
            membre::rejoint_le.eq(now),
        ))
        .execute(conn)
}

pub(crate) fn set_standing(conn: &mut PgConnection, key: i64, standing: Standing) -> QueryResult<usize> {
    diesel::update(membre::table.find(key))
        .set((membre::etat.eq(standing.code()), membre::role.eq(Role::Member.code())))
        .execute(conn)
}

pub(crate) fn set_role(conn: &mut PgConnection, key: i64, role: Role) -> QueryResult<usize> {
    diesel::update(membre::table.find(key)).set(membre::role.eq(role.code())).execute(conn)
}

pub(crate) fn set_own(
    conn: &mut PgConnection,
    key: i64,
    muted_until: Option<DateTime<Utc>>,
    archived: bool,
) -> QueryResult<usize> {
    diesel::update(membre::table.find(key))
        .set((membre::muet_jusque.eq(muted_until), membre::archive.eq(archived)))
        .execute(conn)
}

/// Those of these people who are or were in it.
pub(crate) fn among(
    conn: &mut PgConnection,
    conversation: i64,
    people: &[UserId],
) -> Result<Vec<Membership>, Error> {
    let rows: Vec<MemberRow> = membre::table
        .filter(membre::id_discussion.eq(conversation).and(membre::id_user.eq_any(people)))
        .select(MemberRow::as_select())
        .load(conn)?;
    rows.iter().map(read_member).collect()
}

/// Who is in it, in the order in which they came first.
pub(crate) fn list(
    conn: &mut PgConnection,
    conversation: i64,
    hidden: &[UserId],
    after: Option<Uuid>,
    count: i64,
) -> Result<Vec<Membership>, Error> {
    let rows: Vec<MemberRow> = membre::table
        .filter(membre::id_discussion.eq(conversation))
        .filter(membre::etat.eq(Standing::Active.code()))
        .filter(membre::id_user.ne_all(hidden))
        .filter(membre::public_id.gt(after.unwrap_or(Uuid::nil())))
        .order(membre::public_id)
        .limit(count)
        .select(MemberRow::as_select())
        .load(conn)?;
    rows.iter().map(read_member).collect()
}

/// Who would take over when the owner goes: a moderator, else who came first.
pub(crate) fn heir(conn: &mut PgConnection, conversation: i64, but: i64) -> QueryResult<Option<(i64, Uuid)>> {
    membre::table
        .filter(membre::id_discussion.eq(conversation).and(membre::id_membre.ne(but)))
        .filter(membre::etat.eq(Standing::Active.code()))
        .order((membre::role.eq(Role::Moderator.code()).desc(), membre::id_membre))
        .select((membre::id_membre, membre::public_id))
        .first(conn)
        .optional()
}

/// Whether somebody else owns it.
pub(crate) fn has_owner(conn: &mut PgConnection, conversation: i64) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        membre::table
            .filter(membre::id_discussion.eq(conversation))
            .filter(membre::etat.eq(Standing::Active.code()))
            .filter(membre::role.eq(Role::Owner.code())),
    ))
    .get_result(conn)
}

/// In how many groups and themes somebody is.
pub(crate) fn rooms_of(conn: &mut PgConnection, user: UserId) -> QueryResult<i64> {
    membre::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(membre::id_discussion)))
        .filter(membre::id_user.eq(user).and(membre::etat.eq(Standing::Active.code())))
        .filter(discussion::genre.ne(Kind::Direct.code()))
        .count()
        .get_result(conn)
}

/// The same of many: those who are in as many as one may be.
pub(crate) fn in_too_many(conn: &mut PgConnection, users: &[UserId], most: i64) -> QueryResult<bool> {
    let full: Vec<UserId> = membre::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(membre::id_discussion)))
        .filter(membre::id_user.eq_any(users).and(membre::etat.eq(Standing::Active.code())))
        .filter(discussion::genre.ne(Kind::Direct.code()))
        .group_by(membre::id_user)
        .having(diesel::dsl::count_star().ge(most))
        .select(membre::id_user)
        .limit(1)
        .load(conn)?;
    Ok(!full.is_empty())
}
