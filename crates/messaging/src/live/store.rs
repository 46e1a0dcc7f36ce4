use super::{Ticket, Typing};
use crate::{
    Error, Kind, Membership, Standing,
    conversation::store::{MemberRow, read_member},
    schema::{
        billet_socket as billet, discussion, discussion_membre as membre, message, message_masque as masque,
        saisie,
    },
};
use chrono::{DateTime, Utc};
use diesel::{dsl::max, prelude::*};
use hostolink_kernel::{SessionId, UserId};
use std::collections::HashMap;
use uuid::Uuid;

pub(crate) fn members(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Membership>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<MemberRow> =
        membre::table.filter(membre::public_id.eq_any(ids)).select(MemberRow::as_select()).load(conn)?;
    rows.iter().map(read_member).collect()
}

/// The places of these people in these conversations. More pairs than are asked for may be read, never fewer.
pub(crate) fn places(
    conn: &mut PgConnection,
    pairs: &[(Uuid, UserId)],
) -> Result<HashMap<(Uuid, UserId), Membership>, Error> {
    if pairs.is_empty() {
        return Ok(HashMap::new());
    }
    let mut rooms: Vec<Uuid> = pairs.iter().map(|(room, _)| *room).collect();
    let mut users: Vec<UserId> = pairs.iter().map(|(_, user)| *user).collect();
    rooms.sort_unstable();
    rooms.dedup();
    users.sort_unstable();
    users.dedup();
    let rows: Vec<(Uuid, MemberRow)> = membre::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(membre::id_discussion)))
        .filter(discussion::public_id.eq_any(rooms).and(membre::id_user.eq_any(users)))
        .select((discussion::public_id, MemberRow::as_select()))
        .load(conn)?;
    rows.into_iter()
        .map(|(room, row)| {
            let place = read_member(&row)?;
            Ok(((room, place.user), place))
        })
        .collect()
}

pub(crate) fn masked(
    conn: &mut PgConnection,
    users: &[UserId],
    messages: &[i64],
) -> QueryResult<Vec<(UserId, i64)>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    masque::table
        .filter(masque::id_message.eq_any(messages).and(masque::id_user.eq_any(users)))
        .select((masque::id_user, masque::id_message))
        .load(conn)
}

/// Message, conversation, author, and who has not read it.
pub(super) fn unread_by(
    conn: &mut PgConnection,
    messages: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<Vec<(Uuid, Uuid, UserId, UserId)>> {
    message::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(message::id_discussion)))
        .inner_join(membre::table.on(membre::id_discussion.eq(message::id_discussion)))
        .filter(message::public_id.eq_any(messages).and(message::supprime_le.is_null()))
        .filter(discussion::genre.ne(Kind::Theme.code()))
        .filter(membre::etat.eq(Standing::Active.code()).and(membre::id_user.ne(message::id_user)))
        .filter(membre::depuis_seq.lt(message::seq).and(membre::lu_seq.lt(message::seq)))
        .filter(membre::muet_jusque.is_null().or(membre::muet_jusque.le(now)))
        .order((message::id_message, membre::id_membre))
        .select((message::public_id, discussion::public_id, message::id_user, membre::id_user))
        .load(conn)
}

pub(crate) fn tickets_of(conn: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> QueryResult<i64> {
    billet::table.filter(billet::id_user.eq(user).and(billet::expire_le.gt(now))).count().get_result(conn)
}

pub(crate) fn insert_ticket(
    conn: &mut PgConnection,
    hash: &[u8],
    ticket: Ticket,
    expires: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(billet::table)
        .values((
            billet::empreinte.eq(hash),
            billet::id_user.eq(ticket.user),
            billet::session.eq(ticket.session),
            billet::jeton_expire_le.eq(ticket.until),
            billet::expire_le.eq(expires),
        ))
        .execute(conn)
}

/// Takes it out: of two at once one finds it.
pub(crate) fn take_ticket(
    conn: &mut PgConnection,
    hash: &[u8],
) -> QueryResult<Option<(Ticket, DateTime<Utc>)>> {
    let row: Option<(UserId, SessionId, DateTime<Utc>, DateTime<Utc>)> =
        diesel::delete(billet::table.filter(billet::empreinte.eq(hash)))
            .returning((billet::id_user, billet::session, billet::jeton_expire_le, billet::expire_le))
            .get_result(conn)
            .optional()?;
    Ok(row.map(|(user, session, until, expires)| (Ticket { user, session, until }, expires)))
}

pub(crate) fn purge_tickets(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let over: Vec<Vec<u8>> =
        billet::table.filter(billet::expire_le.le(now)).limit(limit).select(billet::empreinte).load(conn)?;
    diesel::delete(billet::table.filter(billet::empreinte.eq_any(over))).execute(conn)
}

pub(crate) fn set_typing(
    conn: &mut PgConnection,
    conversation: i64,
    user: UserId,
    until: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::sql_query(
        "INSERT INTO saisie (id_discussion, id_user, jusque) VALUES ($1, $2, $3) \
         ON CONFLICT ON CONSTRAINT saisie_pkey DO UPDATE SET jusque = $3, numero = DEFAULT",
    )
    .bind::<diesel::sql_types::BigInt, _>(conversation)
    .bind::<diesel::sql_types::Integer, _>(user)
    .bind::<diesel::sql_types::Timestamptz, _>(until)
    .execute(conn)
}

pub(crate) fn typing_after(conn: &mut PgConnection, number: i64, limit: i64) -> QueryResult<Vec<Typing>> {
    let rows: Vec<(i64, Uuid, UserId, DateTime<Utc>)> = saisie::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(saisie::id_discussion)))
        .filter(saisie::numero.gt(number))
        .order(saisie::numero)
        .limit(limit)
        .select((saisie::numero, discussion::public_id, saisie::id_user, saisie::jusque))
        .load(conn)?;
    let typing = |(number, conversation, user, until)| Typing { number, conversation, user, until };
    Ok(rows.into_iter().map(typing).collect())
}

pub(crate) fn last_typing(conn: &mut PgConnection) -> QueryResult<i64> {
    let last: Option<i64> = saisie::table.select(max(saisie::numero)).first(conn)?;
    Ok(last.unwrap_or(0))
}

/// An hour later: who polls has seen it.
pub(crate) fn purge_typing(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let before = now - chrono::TimeDelta::hours(1);
    let over: Vec<i64> =
        saisie::table.filter(saisie::jusque.le(before)).limit(limit).select(saisie::numero).load(conn)?;
    diesel::delete(saisie::table.filter(saisie::numero.eq_any(over))).execute(conn)
}
