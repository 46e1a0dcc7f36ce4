//! Who receives at an identifier. Whoever may pay may ask, so that asking must not become a way to list who has an
//! account: identity counts it.

use crate::{
    error::{ApiError, ApiResult},
    state::State,
};
use diesel::PgConnection;
use hostolink_auth::{Error, Recipient};
use hostolink_kernel::{ContactId, Identifier, UserId};
use hostolink_wallet::codes;

/// Who would receive at an identifier. An unknown one and an unproven one answer alike.
pub(super) fn find(
    conn: &mut PgConnection,
    state: &State,
    caller: UserId,
    identifier: &Identifier,
) -> ApiResult<Recipient> {
    look_up(conn, state, caller, identifier)?.ok_or_else(|| ApiError::field("to", &codes::RECEIVER_UNKNOWN))
}

/// The same, where nobody is an answer.
pub(super) fn look_up(
    conn: &mut PgConnection,
    state: &State,
    caller: UserId,
    identifier: &Identifier,
) -> ApiResult<Option<Recipient>> {
    match state.auth.look_up(conn, caller, identifier) {
        Ok(found) => Ok(found),
        Err(Error::TooMany(wait)) => Err(ApiError::new(&codes::TOO_MANY_LOOKUPS).retry_after(wait)),
        Err(error) => Err(error.into()),
    }
}

/// Who was saved, if they can receive now: whatever they sign in with by now.
pub(super) fn saved(
    conn: &mut PgConnection,
    state: &State,
    owner: UserId,
    contact: ContactId,
) -> ApiResult<UserId> {
    let person = state.wallets.contact(conn, owner, contact)?.person;
    let can_receive = state.auth.recipients(conn, &[person])?.contains_key(&person);
    if can_receive { Ok(person) } else { Err(ApiError::field("contact", &codes::RECEIVER_UNKNOWN)) }
}
