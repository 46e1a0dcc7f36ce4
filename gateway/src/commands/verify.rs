//! Proofs for an auditor.

use crate::{
    commands::{Failure, say},
    config::Config,
    startup::Place,
};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{SystemClock, SystemRandom};
use hostolink_ledger::Ledger;
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::Arc;

/// `hostolink ledger verify`.
pub(super) fn ledger(config: &Config) -> Result<(), Failure> {
    let place = Place::visit(config)?;
    let mut conn = PgConnection::establish(place.secret_url())?;
    let books = Ledger::new(Arc::new(SystemClock), Arc::new(SystemRandom));
    let bar = counter("transactions");
    let report = books.verify(&mut conn, &mut |read| bar.set_position(read))?;
    bar.finish_and_clear();
    for check in &report.checks {
        match &check.violation {
            None => say(&format!("true   {}\n", check.invariant.name()))?,
            Some(violation) => say(&format!("FALSE  {}: {violation}\n", check.invariant.name()))?,
        }
    }
    if report.holds() {
        Ok(())
    } else {
        Err("the ledger is not sound: stop the writers and find out why before anything else".into())
    }
}

/// `hostolink audit verify`.
pub(super) fn audit(config: &Config) -> Result<(), Failure> {
    let place = Place::visit(config)?;
    let mut conn = PgConnection::establish(place.secret_url())?;
    hostolink_audit::seal(&mut conn)?;
    let bar = counter("rows");
    let found = hostolink_audit::verify(&mut conn, None, |read| bar.set_position(read))?;
    bar.finish_and_clear();
    match (found.problem, found.head) {
        (Some(problem), _) => Err(format!("the audit log was tampered with: {problem}").into()),
        (None, Some(head)) => say(&format!("{} rows, the chain holds; its head is {head}\n", found.links)),
        (None, None) => say("the audit log is empty\n"),
    }
}

/// A counter that shows on a terminal only.
fn counter(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {human_pos} {msg} read in {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    ProgressBar::new_spinner().with_style(style).with_message(what)
}
