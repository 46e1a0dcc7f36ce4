use super::{Device, Door, Opening, Proof, Session, SessionSummary, Which};
use crate::{
    Permissions, Role,
    schema::{jeton_rafraichissement, role_permission, session, utilisateur},
};
use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, PgConnection,
    dsl::{InnerJoin, exists, select},
    pg::Pg,
    prelude::*,
    result::QueryResult,
};
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
    /// Its owner, who looks after people, or an operator ended it.
    Closed,
    /// A change of an identifier was taken back: whoever made it is out.
    IdentifierReverted,
    /// The account is to be erased.
    Deleted,
    /// The account was blocked.
    Blocked,
}

impl End {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "deconnexion",
            Self::Reused => "reutilisation",
            Self::PasswordChanged => "mot_de_passe",
            Self::FirstProof => "premiere_preuve",
            Self::Replaced => "remplacee",
            Self::Closed => "fermee",
            Self::IdentifierReverted => "identifiant",
            Self::Deleted => "suppression",
            Self::Blocked => "blocage",
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

/// What a list shows of a session.
#[derive(Queryable, Selectable)]
#[diesel(table_name = session)]
struct SummaryRow {
    public_id: SessionId,
    appareil_nom: Option<String>,
    appareil_plateforme: Option<String>,
    porte: Door,
    preuve: Proof,
    cree_le: DateTime<Utc>,
    vue_le: DateTime<Utc>,
}

impl From<SummaryRow> for SessionSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            id: row.public_id,
            name: row.appareil_nom,
            platform: row.appareil_plateforme,
            door: row.porte,
            proof: row.preuve,
            created_at: row.cree_le,
            last_seen_at: row.vue_le,
        }
    }
}

pub(super) fn insert(
    conn: &mut PgConnection,
    id: SessionId,
    user: UserId,
    opening: &Opening,
    device_since: DateTime<Utc>,
    now: DateTime<Utc>,
    expires: DateTime<Utc>,
) -> QueryResult<usize> {
    let [device, name, platform] = opening.device.as_ref().map(Device::texts).unwrap_or_default();
    diesel::insert_into(session::table)
        .values((
            session::public_id.eq(id),
            session::id_user.eq(user),
            session::preuve.eq(opening.proof),
            session::cree_le.eq(now),
            session::vue_le.eq(now),
            session::expire_le.eq(expires),
            session::porte.eq(opening.door),
            session::appareil_id.eq(device),
            session::appareil_nom.eq(name),
            session::appareil_plateforme.eq(platform),
            session::appareil_depuis.eq(device_since),
        ))
        .execute(conn)
}

/// Since when a code has proven this device for this person, if one did: a device that names no installation is always new. What
/// was ended for a reason proves nothing any more.
pub(super) fn device_since(
    conn: &mut PgConnection,
    user: UserId,
    device: Option<&Device>,
) -> QueryResult<Option<DateTime<Utc>>> {
    use diesel::{dsl::sql, sql_types};
    let [id, ..] = device.map(Device::texts).unwrap_or_default();
    let Some(id) = id else { return Ok(None) };
    let harmless = [End::SignedOut.as_str(), End::Replaced.as_str()];
    session::table
        .filter(session::id_user.eq(user))
        .filter(session::appareil_id.eq(id))
        .filter(session::preuve.eq(Proof::Otp))
        .filter(session::fin.is_null().or(session::fin.eq_any(harmless)))
        .select(sql::<sql_types::Nullable<sql_types::Timestamptz>>("min(coalesce(appareil_depuis, cree_le))"))
        .first(conn)
}

/// Has all of somebody's devices count as new: what they sign in with is another by now.
pub(crate) fn renew_devices(conn: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(session::table.filter(session::id_user.eq(user)))
        .set(session::appareil_depuis.eq(now))
        .execute(conn)
}

/// Whether somebody has signed in before, and never from a device that calls itself so.
pub(super) fn is_new_device(
    conn: &mut PgConnection,
    user: UserId,
    device: Option<&Device>,
) -> QueryResult<bool> {
    let theirs = session::table.filter(session::id_user.eq(user));
    let [id, name, platform] = device.map(Device::texts).unwrap_or_default();
    let known: bool = match id {
        Some(id) => select(exists(theirs.filter(session::appareil_id.eq(id)))).get_result(conn)?,
        // Without an id of its own it is as good as any other of its kind.
        None => {
            let alike = theirs
                .filter(session::appareil_id.is_null())
                .filter(session::appareil_nom.is_not_distinct_from(name))
                .filter(session::appareil_plateforme.is_not_distinct_from(platform));
            select(exists(alike)).get_result(conn)?
        }
    };
    Ok(!known && select(exists(theirs)).get_result(conn)?)
}

/// Somebody's live sessions, the newest first.
pub(super) fn list(
    conn: &mut PgConnection,
    user: UserId,
    before: Option<SessionId>,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<SessionSummary>> {
    let mut live = session::table
        .filter(session::id_user.eq(user))
        .filter(session::finie_le.is_null())
        .filter(session::expire_le.gt(now))
        .select(SummaryRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        live = live.filter(session::public_id.lt(before));
    }
    let rows: Vec<SummaryRow> = live.order(session::public_id.desc()).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(SessionSummary::from).collect())
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

/// A session, what its owner is now, and what that role may.
pub(crate) fn find(
    conn: &mut PgConnection,
    id: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<Option<Session>> {
    let row: Option<StoredSession> = sessions()
        .filter(session::public_id.eq(id))
        .select(StoredSession::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(|row| row.read(now)))
}

/// The same of many, in no order.
pub(super) fn find_all(
    conn: &mut PgConnection,
    ids: &[SessionId],
    now: DateTime<Utc>,
) -> QueryResult<Vec<Session>> {
    let rows: Vec<StoredSession> =
        sessions().filter(session::public_id.eq_any(ids)).select(StoredSession::as_select()).load(conn)?;
    Ok(rows.into_iter().map(|row| row.read(now)).collect())
}

type Sessions = InnerJoin<session::table, InnerJoin<utilisateur::table, role_permission::table>>;

fn sessions() -> Sessions {
    session::table.inner_join(utilisateur::table.inner_join(role_permission::table))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = session, check_for_backend(Pg))]
struct StoredSession {
    public_id: SessionId,
    id_user: UserId,
    #[diesel(select_expression = utilisateur::public_id)]
    user_public_id: UserPublicId,
    #[diesel(select_expression = utilisateur::role)]
    role: Role,
    #[diesel(select_expression = role_permission::permissions)]
    permissions: Vec<String>,
    preuve: Proof,
    porte: Door,
    cree_le: DateTime<Utc>,
    appareil_depuis: Option<DateTime<Utc>>,
    finie_le: Option<DateTime<Utc>>,
    expire_le: DateTime<Utc>,
    #[diesel(select_expression = utilisateur::statut)]
    statut: String,
}

impl StoredSession {
    fn read(self, now: DateTime<Utc>) -> Session {
        Session {
            id: self.public_id,
            user: self.id_user,
            user_public_id: self.user_public_id,
            role: self.role,
            permissions: Permissions::of(self.role, &self.permissions),
            proof: self.preuve,
            door: self.porte,
            opened_at: self.cree_le,
            device_since: self.appareil_depuis.unwrap_or(self.cree_le),
            ended: self.finie_le.is_some() || self.expire_le <= now || self.statut != "actif",
        }
    }
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

/// Ends those of somebody's live sessions that are meant, and says which they were.
pub(super) fn end(
    conn: &mut PgConnection,
    user: UserId,
    which: Which,
    why: End,
    now: DateTime<Utc>,
) -> QueryResult<Vec<SessionId>> {
    // No session has the id that excepts none.
    let nil = SessionId::new(uuid::Uuid::nil());
    let (only, except) = match which {
        Which::One(id) => (Some(id), nil),
        Which::Others(id) => (None, id),
        Which::All => (None, nil),
    };
    let live = session::table
        .filter(session::id_user.eq(user))
        .filter(session::finie_le.is_null())
        .filter(session::public_id.ne(except));
    let end = (session::finie_le.eq(now), session::fin.eq(why.as_str()));
    match only {
        Some(id) => diesel::update(live.filter(session::public_id.eq(id)))
            .set(end)
            .returning(session::public_id)
            .get_results(conn),
        None => diesel::update(live).set(end).returning(session::public_id).get_results(conn),
    }
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
