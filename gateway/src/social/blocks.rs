//! Who must hear nothing of whom, for every domain that shows people to people: asked in the transaction that decides.

use crate::error::ApiResult;
use diesel::PgConnection;
use hostolink_kernel::UserId;

/// Everybody whom the person blocked or who blocked the person, in the order of their keys.
pub(crate) fn hidden(_: &mut PgConnection, _: UserId) -> ApiResult<Vec<UserId>> {
    Ok(Vec::new())
}

/// Those of `others` with whom there is a block, whichever way.
pub(crate) fn between(_: &mut PgConnection, _: UserId, _: &[UserId]) -> ApiResult<Vec<UserId>> {
    Ok(Vec::new())
}

/// Everybody of whom the person wants to hear nothing: they still see each other.
pub(crate) fn muted(_: &mut PgConnection, _: UserId) -> ApiResult<Vec<UserId>> {
    Ok(Vec::new())
}
