//! `hostolink migrate`.

use crate::{
    commands::{Failure, say},
    config::Config,
    startup::{self, Place},
};

/// Brings the database to this version, setting aside foreign tables where it is told to.
pub(super) fn migrate(config: &Config, set_aside: Option<&str>) -> Result<(), Failure> {
    let place = Place::visit(config)?;
    if let Some(schema) = set_aside {
        let moved = hostolink_database::adoption::set_aside(place.secret_url(), schema)?;
        say(&format!("set aside in the schema {schema}: {moved}\n"))?;
    }
    let report = startup::migrate(&place.url, config)?;
    say(&report.to_string())
}
