//! `hostolink messaging`.

use crate::{
    commands::{Failure, say},
    config::Config,
    startup::Place,
};
use hostolink_kernel::{SystemClock, SystemRandom};
use hostolink_messaging::Messaging;
use std::sync::Arc;

/// Compares each counter with a count, beside a server that runs; `repair` sets wrong ones right, and nobody writes meanwhile.
pub(super) fn check_counters(config: &Config, repair: bool) -> Result<(), Failure> {
    let place = Place::visit(config)?;
    let mut conn = hostolink_database::connect(&place.url)?;
    let messaging = Messaging::new(Arc::new(SystemClock), Arc::new(SystemRandom));
    let found = messaging.recount(&mut conn, repair)?;
    for drift in &found {
        say(&format!(
            "{} of {}: says {}, counting gives {}\n",
            drift.counter, drift.of, drift.stored, drift.counted
        ))?;
    }
    place.stop();
    match (found.len(), repair) {
        (0, _) => say("every counter is what a count gives\n"),
        (count, true) => say(&format!("{count} counters were set right\n")),
        (count, false) => {
            Err(format!("{count} counters are wrong; --repair sets them right. Find out why first").into())
        }
    }
}
