//! `hostolink migrate`.

use crate::{
    commands::{Failure, say},
    config::Config,
    startup::{self, Place},
};

/// Brings the database to this version, setting aside foreign tables where it is told to.
pub(super) fn migrate(config: &Config, set_aside: Option<&str>) -> Result<(), Failure> {
    let place = Place::visit(config)?;
    let report = startup::migrate_as_told(&place.url, config, set_aside)?;
    say(&report.to_string())
}
