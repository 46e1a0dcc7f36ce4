//! Who must hear nothing of whom, for every domain that shows people to people.

use super::store;
use crate::Error;
use diesel::PgConnection;
use hostolink_kernel::UserId;

/// Everybody whom the person blocked or who blocked the person, each once, in the order of their keys. The first are at most
/// [`Social::MAX_BLOCKS`](crate::Social::MAX_BLOCKS), the others any number: a list of people is better asked about with [`blocked_between`].
///
/// # Errors
/// Those of the database.
pub fn hidden_from(conn: &mut PgConnection, user: UserId) -> Result<Vec<UserId>, Error> {
    Ok(store::hidden_from(conn, user)?)
}

/// Those of `others` with whom the person has a block, whichever way.
///
/// # Errors
/// Those of the database.
pub fn blocked_between(
    conn: &mut PgConnection,
    user: UserId,
    others: &[UserId],
) -> Result<Vec<UserId>, Error> {
    if others.is_empty() { Ok(Vec::new()) } else { Ok(store::blocked_between(conn, user, others)?) }
}

/// Every pair of one of `ones` and one of `others` who have a block between them, whichever way. One query, however many.
///
/// # Errors
/// Those of the database.
pub fn blocked_among(
    conn: &mut PgConnection,
    ones: &[UserId],
    others: &[UserId],
) -> Result<Vec<(UserId, UserId)>, Error> {
    let nobody = ones.is_empty() || others.is_empty();
    if nobody { Ok(Vec::new()) } else { Ok(store::blocked_among(conn, ones, others)?) }
}

/// Everybody of whom the person wants to hear nothing.
///
/// # Errors
/// Those of the database.
pub fn muted_by(conn: &mut PgConnection, user: UserId) -> Result<Vec<UserId>, Error> {
    Ok(store::muted_by(conn, user)?)
}

/// Of these pairs of somebody and another those where the first is to be told nothing of the other: there is a block between them, or the
/// first wants to hear nothing. One query, however many.
///
/// # Errors
/// Those of the database.
pub fn unwelcome(
    conn: &mut PgConnection,
    pairs: &[(UserId, UserId)],
) -> Result<Vec<(UserId, UserId)>, Error> {
    if pairs.is_empty() { Ok(Vec::new()) } else { Ok(store::unwelcome(conn, pairs)?) }
}
