//! `hostolink social`.

use crate::{
    commands::{Failure, say},
    config::Config,
    startup::Place,
};
use diesel::{Connection, PgConnection};

/// Compares every counter with what there is, beside a server that runs; with `repair` sets them right.
pub(super) fn check_counters(config: &Config, repair: bool) -> Result<(), Failure> {
    let place = Place::visit(config)?;
    let mut conn = PgConnection::establish(place.secret_url())?;
    let found = check(&mut conn, repair);
    place.stop();
    found
}

fn check(conn: &mut PgConnection, repair: bool) -> Result<(), Failure> {
    let drifts = hostolink_social::recount(conn)?;
    for drift in &drifts {
        say(&format!(
            "{} of {}: {} counted, {} there\n",
            drift.counter, drift.key, drift.counted, drift.actual
        ))?;
    }
    if repair {
        let repaired = hostolink_social::repair(conn)?;
        return say(&format!("{repaired} counters were set to what there is\n"));
    }
    match drifts.len() {
        0 => say("every counter is what there is\n"),
        count => Err(format!("{count} counters are not what there is: run it with --repair").into()),
    }
}
