//! Who must hear nothing of whom, for every domain that shows people to people: asked in the transaction that decides.

use crate::error::ApiResult;
use diesel::PgConnection;
use hostolink_kernel::UserId;
use std::collections::HashSet;

/// Everybody whom the person blocked or who blocked the person, in the order of their keys.
pub(crate) fn hidden(conn: &mut PgConnection, user: UserId) -> ApiResult<Vec<UserId>> {
    Ok(hostolink_social::hidden_from(conn, user)?)
}

/// Those of `others` with whom there is a block, whichever way.
pub(crate) fn between(conn: &mut PgConnection, a: UserId, others: &[UserId]) -> ApiResult<Vec<UserId>> {
    Ok(hostolink_social::blocked_between(conn, a, others)?)
}

/// Every pair of one of `ones` and one of `others` between whom there is a block, whichever way: asked for all at once.
pub(crate) fn among(
    conn: &mut PgConnection,
    ones: &[UserId],
    others: &[UserId],
) -> ApiResult<HashSet<(UserId, UserId)>> {
    Ok(hostolink_social::blocked_among(conn, ones, others)?.into_iter().collect())
}

/// Everybody of whom the person wants to hear nothing: they still see each other.
pub(crate) fn muted(conn: &mut PgConnection, user: UserId) -> ApiResult<Vec<UserId>> {
    Ok(hostolink_social::muted_by(conn, user)?)
}

/// Of these pairs of somebody and another those where the first is to be told nothing of the other, for a block or because they want to hear
/// nothing.
pub(crate) fn unwelcome(
    conn: &mut PgConnection,
    pairs: &[(UserId, UserId)],
) -> ApiResult<Vec<(UserId, UserId)>> {
    Ok(hostolink_social::unwelcome(conn, pairs)?)
}
