//! What somebody was not there to hear, told as it would have been.

use super::telling;
use crate::{error::ApiResult, realtime::Text, social::blocks, state::State};
use diesel::PgConnection;
use hostolink_kernel::UserId;
use hostolink_outbox as outbox;
use uuid::Uuid;

/// What somebody missed, in order.
pub(crate) struct Missed {
    /// The frames.
    pub(crate) frames: Vec<Text>,
    /// Up to which event that is all.
    pub(crate) upto: i64,
    /// Whether something can't be told any more: all is to be read anew.
    pub(crate) resync: bool,
    /// Whether there is more after `upto`.
    pub(crate) more: bool,
}

/// What somebody would have been brought after one event and up to another, at most so many events of it.
pub(crate) fn missed(
    conn: &mut PgConnection,
    state: &State,
    (user, public_id): (UserId, Uuid),
    (after, upto): (i64, Option<i64>),
    limit: i64,
) -> ApiResult<Missed> {
    let last = upto.map_or_else(|| outbox::last_seq(conn), Ok)?;
    if after > last || !outbox::reaches_back_to(conn, after)? {
        return Ok(Missed { frames: Vec::new(), upto: last, resync: true, more: false });
    }
    let mut subjects: Vec<Uuid> =
        state.messaging.rooms(conn, user)?.into_iter().map(|(room, _)| room).collect();
    subjects.push(public_id);
    let mut events = outbox::read_about(conn, (after, last), &subjects, limit + 1)?;
    let more = events.len() > usize::try_from(limit).unwrap_or(0);
    if more {
        events.pop();
    }
    let upto = events.last().filter(|_| more).map_or(last, |event| event.seq);
    let listeners = subjects.into_iter().map(|subject| (subject, vec![user])).collect();
    let muted = blocks::muted(conn, user)?;
    let mut told = telling::tell(conn, state, &events, &listeners)?;
    told.retain(|told| !told.authors.iter().any(|author| muted.contains(author)));
    Ok(Missed { frames: told.into_iter().map(|told| told.text).collect(), upto, resync: false, more })
}
