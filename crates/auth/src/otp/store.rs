use super::{
    Purpose,
    model::{GUESSES, LIFE},
};
use crate::schema::{essai, otp};
use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::UserId;

/// Keeps the hash of a new code in the place of the one before.
pub(crate) fn replace(
    conn: &mut PgConnection,
    user: UserId,
    purpose: Purpose,
    recipient: &[u8],
    hash: &[u8],
    now: DateTime<Utc>,
    expires: DateTime<Utc>,
) -> QueryResult<usize> {
    let live = (
        otp::code_hache.eq(hash),
        otp::otp_code.eq(""),
        otp::expires_at.eq(expires.naive_utc()),
        otp::is_valid.eq(true),
        otp::tentatives.eq(0),
        otp::cree_le.eq(now),
        otp::consomme_le.eq(None::<DateTime<Utc>>),
    );
    diesel::insert_into(otp::table)
        .values((
            otp::user_id.eq(user),
            otp::objet.eq(purpose.as_str()),
            otp::destinataire.eq(recipient),
            live,
        ))
        .on_conflict((otp::user_id, otp::objet, otp::destinataire))
        .do_update()
        .set(live)
        .execute(conn)
}

/// Whether there is a code that may still be guessed.
pub(super) fn is_live(
    conn: &mut PgConnection,
    user: UserId,
    purpose: Purpose,
    recipient: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let live = otp::table
        .filter(otp::user_id.eq(user))
        .filter(otp::objet.eq(purpose.as_str()))
        .filter(otp::destinataire.eq(recipient))
        .filter(otp::is_valid.eq(true))
        .filter(otp::tentatives.lt(GUESSES))
        .filter(otp::expires_at.gt(now.naive_utc()));
    diesel::select(diesel::dsl::exists(live)).get_result(conn)
}

/// Takes one of the guesses of a live code, before anybody looks whether it is right. Nobody has none.
pub(super) fn reserve(
    conn: &mut PgConnection,
    user: Option<UserId>,
    purpose: Purpose,
    recipient: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<(i32, Vec<u8>)>> {
    // No key is 0: they are counted from 1.
    let live = otp::table
        .filter(otp::user_id.eq(user.unwrap_or(UserId::new(0))))
        .filter(otp::objet.eq(purpose.as_str()))
        .filter(otp::destinataire.eq(recipient))
        .filter(otp::is_valid.eq(true))
        .filter(otp::tentatives.lt(GUESSES))
        .filter(otp::expires_at.gt(now.naive_utc()));
    diesel::update(live)
        .set(otp::tentatives.eq(otp::tentatives + 1))
        .returning((otp::id, otp::code_hache.assume_not_null()))
        .get_result(conn)
        .optional()
}

/// A counter that stands for the code of somebody who is nobody: what is asked for them takes as long, and is refused as
/// soon, as for anybody else.
const DECOY: &str = "leurres";

/// Puts a decoy where a code would be.
pub(super) fn replace_decoy(conn: &mut PgConnection, key: &[u8], now: DateTime<Utc>) -> QueryResult<usize> {
    let new = (essai::nombre.eq(0), essai::debut.eq(now), essai::suivant.eq(now + LIFE));
    diesel::insert_into(essai::table)
        .values((essai::objet.eq(DECOY), essai::cle.eq(key), new))
        .on_conflict((essai::objet, essai::cle))
        .do_update()
        .set(new)
        .execute(conn)
}

/// Takes one of the guesses of a decoy; 0 where none is left.
pub(super) fn reserve_decoy(conn: &mut PgConnection, key: &[u8], now: DateTime<Utc>) -> QueryResult<usize> {
    let live = essai::table
        .find((DECOY, key))
        .filter(essai::nombre.lt(i32::from(GUESSES)))
        .filter(essai::suivant.gt(now));
    diesel::update(live).set(essai::nombre.eq(essai::nombre + 1)).execute(conn)
}

/// Uses a code up; 0 when somebody else just did, or it was replaced.
pub(crate) fn consume(
    conn: &mut PgConnection,
    id: i32,
    hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(otp::table.find(id).filter(otp::is_valid.eq(true)).filter(otp::code_hache.eq(hash)))
        .set((otp::is_valid.eq(false), otp::consomme_le.eq(now)))
        .execute(conn)
}

/// Makes every live code of somebody worthless.
pub(crate) fn invalidate(conn: &mut PgConnection, user: UserId) -> QueryResult<usize> {
    diesel::update(otp::table.filter(otp::user_id.eq(user)).filter(otp::is_valid.eq(true)))
        .set(otp::is_valid.eq(false))
        .execute(conn)
}
