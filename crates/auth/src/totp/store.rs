use super::model::TRIES;
use crate::{
    Device, Door, Proof,
    schema::{code_secours, defi_totp, totp},
    session::Opening,
};
use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::{SessionId, UserId};

/// Somebody's authenticator app.
#[derive(Queryable, Selectable)]
#[diesel(table_name = totp)]
pub(super) struct App {
    pub(super) secret_chiffre: Vec<u8>,
    pub(super) actif_le: Option<DateTime<Utc>>,
    pub(super) dernier_pas: Option<i64>,
}

/// A sign-in that waits for its second proof.
pub(super) struct Waiting {
    pub(super) opening: Opening,
    pub(super) replaces: Option<SessionId>,
    pub(super) password_dropped: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = defi_totp)]
struct WaitingRow {
    preuve: Proof,
    porte: Door,
    appareil_id: Option<String>,
    appareil_nom: Option<String>,
    appareil_plateforme: Option<String>,
    remplace: Option<SessionId>,
    mdp_abandonne: bool,
}

pub(super) fn is_on(conn: &mut PgConnection, user: UserId) -> QueryResult<bool> {
    let on = totp::table.find(user).filter(totp::actif_le.is_not_null());
    diesel::select(diesel::dsl::exists(on)).get_result(conn)
}

/// Who of these people has one on.
pub(crate) fn on_of(conn: &mut PgConnection, users: &[UserId]) -> QueryResult<Vec<UserId>> {
    let on = totp::table.filter(totp::id_user.eq_any(users)).filter(totp::actif_le.is_not_null());
    on.select(totp::id_user).load(conn)
}

/// Holds somebody's app: its codes are taken one at a time.
pub(super) fn lock(conn: &mut PgConnection, user: UserId) -> QueryResult<Option<App>> {
    totp::table.find(user).select(App::as_select()).for_no_key_update().first(conn).optional()
}

/// Keeps a new secret in the place of one that was never confirmed; 0 when one is on.
pub(super) fn enrol(
    conn: &mut PgConnection,
    user: UserId,
    sealed: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(totp::table.find(user).filter(totp::actif_le.is_null())).execute(conn)?;
    diesel::insert_into(totp::table)
        .values((totp::id_user.eq(user), totp::secret_chiffre.eq(sealed), totp::cree_le.eq(now)))
        .on_conflict_do_nothing()
        .execute(conn)
}

pub(super) fn turn_on(conn: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(totp::table.find(user)).set(totp::actif_le.eq(now)).execute(conn)
}

pub(crate) fn turn_off(conn: &mut PgConnection, user: UserId) -> QueryResult<usize> {
    diesel::delete(totp::table.find(user)).execute(conn)
}

/// Writes down the step of a code: neither it nor an earlier one is taken again.
pub(super) fn take_step(conn: &mut PgConnection, user: UserId, step: i64) -> QueryResult<usize> {
    diesel::update(totp::table.find(user)).set(totp::dernier_pas.eq(step)).execute(conn)
}

/// Puts these recovery codes in the place of all before.
pub(super) fn replace_recovery_codes(
    conn: &mut PgConnection,
    user: UserId,
    hashes: &[[u8; 32]],
) -> QueryResult<usize> {
    diesel::delete(code_secours::table.filter(code_secours::id_user.eq(user))).execute(conn)?;
    let rows: Vec<_> = hashes
        .iter()
        .map(|hash| (code_secours::id_user.eq(user), code_secours::hache.eq(hash.as_slice())))
        .collect();
    diesel::insert_into(code_secours::table).values(rows).execute(conn)
}

/// Uses a recovery code up; 0 when it is none, or was used.
pub(super) fn use_recovery_code(conn: &mut PgConnection, user: UserId, hash: &[u8]) -> QueryResult<usize> {
    diesel::delete(code_secours::table.find((user, hash))).execute(conn)
}

pub(super) fn recovery_codes_left(conn: &mut PgConnection, user: UserId) -> QueryResult<i64> {
    code_secours::table.filter(code_secours::id_user.eq(user)).count().get_result(conn)
}

pub(super) fn challenge(
    conn: &mut PgConnection,
    hash: &[u8],
    user: UserId,
    waiting: &Waiting,
    expires: DateTime<Utc>,
) -> QueryResult<usize> {
    let device = waiting.opening.device.as_ref();
    let [id, name, platform] = device.map(Device::texts).unwrap_or_default();
    diesel::insert_into(defi_totp::table)
        .values((
            defi_totp::hache.eq(hash),
            defi_totp::id_user.eq(user),
            defi_totp::preuve.eq(waiting.opening.proof),
            defi_totp::porte.eq(waiting.opening.door),
            defi_totp::appareil_id.eq(id),
            defi_totp::appareil_nom.eq(name),
            defi_totp::appareil_plateforme.eq(platform),
            defi_totp::remplace.eq(waiting.replaces),
            defi_totp::mdp_abandonne.eq(waiting.password_dropped),
            defi_totp::expire_le.eq(expires),
        ))
        .execute(conn)
}

/// Takes one of a challenge's tries, before anybody looks whether the code is right: whose it is, and how they came in.
pub(super) fn reserve(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<(UserId, Proof)>> {
    let live = defi_totp::table
        .find(hash)
        .filter(defi_totp::expire_le.gt(now))
        .filter(defi_totp::tentatives.lt(TRIES));
    diesel::update(live)
        .set(defi_totp::tentatives.eq(defi_totp::tentatives + 1))
        .returning((defi_totp::id_user, defi_totp::preuve))
        .get_result(conn)
        .optional()
}

/// Uses a challenge up; `None` when somebody else just did.
pub(super) fn consume(conn: &mut PgConnection, hash: &[u8]) -> QueryResult<Option<Waiting>> {
    let row: Option<WaitingRow> = diesel::delete(defi_totp::table.find(hash))
        .returning(WaitingRow::as_returning())
        .get_result(conn)
        .optional()?;
    Ok(row.map(|row| Waiting {
        opening: Opening {
            proof: row.preuve,
            door: row.porte,
            device: Device::stored(row.appareil_id, row.appareil_nom, row.appareil_plateforme),
        },
        replaces: row.remplace,
        password_dropped: row.mdp_abandonne,
    }))
}

/// Makes every waiting sign-in of somebody worthless.
pub(crate) fn drop_challenges(conn: &mut PgConnection, user: UserId) -> QueryResult<usize> {
    diesel::delete(defi_totp::table.filter(defi_totp::id_user.eq(user))).execute(conn)
}

/// Erases challenges that expired before `before`, at most `limit`.
pub(crate) fn purge(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let old: Vec<Vec<u8>> = defi_totp::table
        .filter(defi_totp::expire_le.lt(before))
        .order(defi_totp::expire_le)
        .limit(limit)
        .select(defi_totp::hache)
        .load(conn)?;
    diesel::delete(defi_totp::table.filter(defi_totp::hache.eq_any(old))).execute(conn)
}
