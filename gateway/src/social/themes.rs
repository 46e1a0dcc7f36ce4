//! In which themes somebody is: what is published in one is seen by who is in it.

use crate::error::ApiResult;
use diesel::PgConnection;
use hostolink_kernel::UserId;
use uuid::Uuid;

/// The themes of a person.
pub(crate) fn of(conn: &mut PgConnection, user: UserId) -> ApiResult<Vec<Uuid>> {
    Ok(hostolink_messaging::themes_of(conn, user)?)
}
