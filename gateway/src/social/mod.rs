//! The social network: publications, what others do with them, people, the house's words, moderation. Nothing here decides; names come from
//! identity and uploads from whoever keeps them, each in one query a page.

mod advertisement_review;
mod advertisements;
mod announcements;
pub(crate) mod blocks;
mod comments;
pub(crate) mod copies;
mod feeds;
mod keys;
mod moderation;
mod moderation_views;
mod people;
mod problems;
mod profiles;
mod publication_views;
mod publications;
mod reactions;
pub(crate) mod themes;

use crate::routes::ServiceConfig;
use crate::{
    error::{ApiError, ApiResult},
    state::State,
};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{UserId, UserPublicId};
use hostolink_social::Viewer;

/// Mounts the addresses of the social network.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .configure(publications::routes)
        .configure(reactions::routes)
        .configure(comments::routes)
        .configure(feeds::routes)
        .configure(profiles::routes)
        .configure(people::routes)
        .configure(moderation::routes)
        .configure(announcements::routes)
        .configure(advertisements::routes)
        .configure(advertisement_review::routes);
}

/// Who looks, with the themes that they are in.
fn viewer(conn: &mut PgConnection, user: UserId) -> ApiResult<Viewer> {
    Ok(Viewer { user, themes: themes::of(conn, user)? })
}

/// The key behind a person's id.
fn person(conn: &mut PgConnection, state: &State, id: UserPublicId) -> ApiResult<UserId> {
    let found = state.auth.find_user(conn, id)?;
    found.ok_or_else(|| ApiError::new(&hostolink_social::PERSON_UNKNOWN))
}

/// What ends a transaction and answers.
struct Refused(ApiError);

impl From<diesel::result::Error> for Refused {
    fn from(error: diesel::result::Error) -> Self {
        Self(hostolink_database::Error::from(error).into())
    }
}

/// Several domains in one transaction.
pub(crate) fn together<T>(
    conn: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> ApiResult<T>,
) -> ApiResult<T> {
    conn.transaction(|conn| work(conn).map_err(Refused)).map_err(|refused: Refused| refused.0)
}
