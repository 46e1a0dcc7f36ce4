//! What was kept for a while and goes: of every domain, each apart.

use crate::{
    error::{ApiError, ApiResult},
    media::uploads,
    social::together,
    state::State,
};
use actix_web::web::Data;
use diesel::PgConnection;
use hostolink_social::{Purged, Social};

/// How many rows of one kind go in one statement.
const AT_ONCE: i64 = 5_000;
/// How many such statements there are in one turn: a million rows in ten minutes is more than is written.
const TURNS: usize = 200;

/// Delivered events of last week, the recycle bin's expired things, sessions and counters that are good for nothing, limits' among them,
/// lists of pharmacies on duty that are over, what the directory lost too long ago to tell, positions that are shown no more,
/// notifications and devices that are too old, and what people took back, or the house hid, a month ago. What one domain can't do keeps no other
/// from its own.
///
/// # Errors
/// The first of those of the database; all the others are in the log.
pub async fn erase_what_is_over(state: Data<State>) -> Result<(), String> {
    let shared = state.clone();
    let erase = move |conn: &mut PgConnection| -> ApiResult<()> {
        let now = shared.clock.now();
        let days = i64::from(shared.config.directory_memory_days);
        let mut failed = Failed::default();
        let week = now - chrono::Duration::days(7);
        failed.note("events", all(|| hostolink_outbox::purge(conn, week, AT_ONCE)));
        failed.note("the recycle bin", all(|| hostolink_audit::purge_discarded(conn, now, AT_ONCE)));
        failed.note("sessions", all(|| shared.auth.purge(conn, AT_ONCE)));
        failed.note("counters of money", all(|| shared.wallets.forget_counters(conn, AT_ONCE)));
        let long_ago = now - chrono::Duration::days(days);
        failed.note("the directory", shared.directory.tidy(conn, long_ago, AT_ONCE));
        failed.note("positions", all(|| shared.directory.purge_positions(conn, AT_ONCE)));
        failed.note("notifications", all(|| shared.notifications.purge(conn, AT_ONCE)));
        failed.note("devices", all(|| shared.notifications.purge_devices(conn, AT_ONCE)));
        failed.note("what is kept of people", shared.social.tidy(conn, AT_ONCE));
        failed.note("publications", purge_publications(conn, &shared.social));
        failed.note("messages", all(|| shared.messaging.purge(conn, AT_ONCE)));
        failed.first.map_or(Ok(()), Err)
    };
    state.database.run(erase).await.map_err(|error| error.to_string())
}

/// Purges until less than a full slice is left. The rest, should there be one, waits for the next turn.
fn all<E>(mut purge: impl FnMut() -> Result<usize, E>) -> Result<(), E> {
    for _ in 0..TURNS {
        if i64::try_from(purge()?).is_ok_and(|gone| gone < AT_ONCE) {
            break;
        }
    }
    Ok(())
}

/// What could not be done.
#[derive(Default)]
struct Failed {
    first: Option<ApiError>,
}

impl Failed {
    fn note<T, E: Into<ApiError>>(&mut self, what: &'static str, done: Result<T, E>) {
        if let Err(error) = done {
            let error = error.into();
            tracing::warn!(what, %error, "something that is over could not be erased; it is tried again");
            self.first.get_or_insert(error);
        }
    }
}

/// Deletes for good what is out of sight for a month, with the files that it showed, a slice in each transaction.
fn purge_publications(conn: &mut PgConnection, social: &Social) -> ApiResult<()> {
    // The rest waits for the next turn.
    const STEPS: usize = 100;
    for _ in 0..STEPS {
        let purged = together(conn, |conn| {
            let purged = social.purge(conn)?;
            if let Purged::Publications(gone) = &purged {
                uploads::release(conn, "publication", gone)?;
            }
            Ok(purged)
        })?;
        if purged == Purged::Nothing {
            break;
        }
    }
    Ok(())
}
