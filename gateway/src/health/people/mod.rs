//! What people do with the directory: keep, correct, rate, run; and whom they show where they are.

mod bodies;
mod claims;
pub(crate) mod copies;
mod favourites;
mod moderation;
mod positions;
mod ratings;
mod suggestions;

use crate::{error::ApiError, extract::Identity, routes::ServiceConfig, state::State};
use diesel::PgConnection;

/// Mounts `/api/health/{favourites,suggestions,ratings,claims}`, their reviews under `/api/admin/health`, and shared positions.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(favourites::list)
        .service(favourites::keep)
        .service(favourites::unkeep)
        .service(suggestions::list)
        .service(suggestions::suggest)
        .service(suggestions::show)
        .service(suggestions::queue)
        .service(suggestions::decide)
        .service(ratings::mine)
        .service(ratings::of_establishment)
        .service(ratings::rate)
        .service(ratings::unrate)
        .service(ratings::report)
        .service(moderation::queue)
        .service(moderation::hide)
        .service(moderation::restore)
        .service(claims::list)
        .service(claims::claim)
        .service(claims::give_up)
        .service(claims::edit)
        .service(claims::queue)
        .service(claims::approve)
        .service(claims::refuse)
        .service(claims::revoke)
        .service(positions::given)
        .service(positions::share)
        .service(positions::tell)
        .service(positions::stop)
        .service(positions::shown)
        .service(positions::one);
}

/// Looks once more whether somebody may decide, then lets them.
fn confirmed<T>(
    conn: &mut PgConnection,
    (state, identity): (&State, &Identity),
    decide: impl FnOnce(&mut PgConnection) -> Result<T, hostolink_health_directory::Error>,
) -> Result<T, ApiError> {
    identity.confirm(&state.auth, conn)?;
    Ok(decide(conn)?)
}
