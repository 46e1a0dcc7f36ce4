use super::{Proof, Session};
use crate::{
    Role,
    schema::{jeton_rafraichissement, session, utilisateur},
};
use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::{SessionId, UserId, UserPublicId};

/// Why a session ended (`session.fin`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The person signed out.
    SignedOut,
    /// An old refresh token came back: somebody has a copy.
    Reused,
    /// The password changed.
    PasswordChanged,
    /// It was opened before anybody had proven the identifier.
    FirstProof,
    /// A stronger session took its place.
    Replaced,
}

impl End {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "deconnexion",
            Self::Reused => "reutilisation",
            Self::PasswordChanged => "mot_de_passe",
            Self::FirstProof => "premiere_preuve",
            Self::Replaced => "remplacee",
        }
    }
}

/// A refresh token as it is kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = jeton_rafraichissement)]
pub(super) struct RefreshToken {
    pub(super) session_id: SessionId,
    pub(super) rang: i32,
    pub(super) consomme_le: Option<DateTime<Utc>>,
}

/// A session while its family is being turned.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = session)]
pub(super) struct Family {
    pub(super) public_id: SessionId,
    pub(super) cree_le: DateTime<Utc>,
}

pub(super) fn insert(
    conn: &mut PgConnection,
    id: SessionId,
    user: UserId,
    proof: Proof,
    now: DateTime<Utc>,
    expires: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(session::table)
        .values((
            session::public_id.eq(id),
            session::id_user.eq(user),
            session::preuve.eq(proof),
            session::cree_le.eq(now),
            session::vue_le.eq(now),
            session::expire_le.eq(expires),
        ))
        .execute(conn)
}

pub(super) fn insert_token(
    conn: &mut PgConnection,
    hash: &[u8],
    id: SessionId,
    rank: i32,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(jeton_rafraichissement::table)
        .values((
            jeton_rafraichissement::hache.eq(hash),
            jeton_rafraichissement::session_id.eq(id),
            jeton_rafraichissement::rang.eq(rank),
            jeton_rafraichissement::cree_le.eq(now),
        ))
        .execute(conn)
}

/// A session and what its owner is now.
pub(crate) fn find(
    conn: &mut PgConnection,
    id: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<Option<Session>> {
    type Row = (UserId, UserPublicId, Role, Proof, Option<DateTime<Utc>>, DateTime<Utc>, String);
    let row: Option<Row> = session::table
        .inner_join(utilisateur::table)
        .filter(session::public_id.eq(id))
        .select((
            session::id_user,
            utilisateur::public_id,
            utilisateur::role,
            session::preuve,
            session::finie_le,
            session::expire_le,
            utilisateur::statut,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(user, user_public_id, role, proof, finished, expires, status)| Session {
        id,
        user,
        user_public_id,
        role,
        proof,
        ended: finished.is_some() || expires <= now || status != "actif",
    }))
}

pub(super) fn token(conn: &mut PgConnection, hash: &[u8]) -> QueryResult<Option<RefreshToken>> {
    jeton_rafraichissement::table.find(hash).select(RefreshToken::as_select()).first(conn).optional()
}

pub(super) fn token_of_rank(
    conn: &mut PgConnection,
    id: SessionId,
    rank: i32,
) -> QueryResult<Option<RefreshToken>> {
    jeton_rafraichissement::table
        .filter(jeton_rafraichissement::session_id.eq(id))
        .filter(jeton_rafraichissement::rang.eq(rank))
        .select(RefreshToken::as_select())
        .first(conn)
        .optional()
}

/// Holds a family: its tokens are turned by one at a time.
pub(super) fn lock(conn: &mut PgConnection, id: SessionId) -> QueryResult<Family> {
    session::table.find(id).select(Family::as_select()).for_no_key_update().first(conn)
}

pub(super) fn consume(conn: &mut PgConnection, hash: &[u8], now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(
        jeton_rafraichissement::table.find(hash).filter(jeton_rafraichissement::consomme_le.is_null()),
    )
    .set(jeton_rafraichissement::consomme_le.eq(now))
    .execute(conn)
}

pub(super) fn take_again(conn: &mut PgConnection, hash: &[u8]) -> QueryResult<usize> {
    diesel::update(jeton_rafraichissement::table.find(hash).filter(jeton_rafraichissement::repris.eq(false)))
        .set(jeton_rafraichissement::repris.eq(true))
        .execute(conn)
}

pub(super) fn extend(
    conn: &mut PgConnection,
    id: SessionId,
    now: DateTime<Utc>,
    expires: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(session::table.find(id))
        .set((session::vue_le.eq(now), session::expire_le.eq(expires)))
        .execute(conn)
}

/// Ends a session; none of its tokens, whatever their rank, gives anything from then on.
pub(crate) fn end(
    conn: &mut PgConnection,
    id: SessionId,
    why: End,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(session::table.find(id).filter(session::finie_le.is_null()))
        .set((session::finie_le.eq(now), session::fin.eq(why.as_str())))
        .execute(conn)
}

/// Ends all sessions of somebody but `except`.
pub(crate) fn end_all(
    conn: &mut PgConnection,
    user: UserId,
    except: Option<SessionId>,
    why: End,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let except = except.unwrap_or(SessionId::new(uuid::Uuid::nil()));
    let live = session::table
        .filter(session::id_user.eq(user))
        .filter(session::finie_le.is_null())
        .filter(session::public_id.ne(except));
    diesel::update(live).set((session::finie_le.eq(now), session::fin.eq(why.as_str()))).execute(conn)
}

/// Erases sessions, and with them their tokens, that ended or expired before `before`; at most `limit`.
pub(super) fn purge(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let old: Vec<SessionId> = session::table
        .filter(session::expire_le.lt(before))
        .order(session::expire_le)
        .limit(limit)
        .select(session::public_id)
        .load(conn)?;
    diesel::delete(
        session::table.filter(session::public_id.eq_any(old)).filter(session::expire_le.lt(before)),
    )
    .execute(conn)
}
