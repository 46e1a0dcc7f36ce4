use crate::{
    commands::{Failure, say},
    config::Config,
    startup::Place,
};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{SystemClock, SystemRandom};
use hostolink_notifications::Notifications;
use std::sync::Arc;

/// The most counters that are named.
const MOST: i64 = 100;

/// `hostolink notifications check-counters`.
pub(super) fn check_counters(config: &Config, repair: bool) -> Result<(), Failure> {
    let place = Place::visit(config)?;
    let mut conn = PgConnection::establish(place.secret_url())?;
    let notifications = Notifications::new(Arc::new(SystemClock), Arc::new(SystemRandom));
    let drifts = notifications.recount(&mut conn, MOST)?;
    for drift in &drifts {
        say(&format!(
            "{} of row {}: {} kept, {} counted\n",
            drift.counter, drift.key, drift.kept, drift.counted
        ))?;
    }
    match (drifts.is_empty(), repair) {
        (true, _) => say("every counter equals what it counts\n"),
        (false, true) => {
            let mended = notifications.repair(&mut conn)?;
            say(&format!("{mended} rows were mended\n"))
        }
        (false, false) => Err("counters differ from what they count: --repair sets them right".into()),
    }
}
