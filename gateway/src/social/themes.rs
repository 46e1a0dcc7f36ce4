//! In which themes somebody is: what is published in one is seen by who is in it.

use crate::error::ApiResult;
use diesel::PgConnection;
use hostolink_kernel::UserId;
use uuid::Uuid;

/// The themes of a person. No theme exists before there are messages: nobody is in one.
pub(crate) fn of(_: &mut PgConnection, _: UserId) -> ApiResult<Vec<Uuid>> {
    Ok(Vec::new())
}
