//! The health directory, from the outside, over the lists that come with the program.

mod areas;
mod bad_input;
pub(super) mod editing;
mod establishments;
mod fhir;
mod finding;
mod import;
mod lists;
mod packs;
mod people;
mod positions;

use crate::app::TestApp;
use hostolink_health_directory::Directory;
use hostolink_kernel::SystemRandom;
use hostolink_test_support::{FakeClock, TestDb};
use std::sync::Arc;

/// A server whose directory holds the shipped lists.
pub(super) async fn with_directory() -> TestApp {
    let db = TestDb::seeded("api_shipped_lists", |conn| {
        let directory = Directory::new(Arc::new(FakeClock::new()), Arc::new(SystemRandom));
        directory.import_shipped(conn).unwrap();
    });
    let app = TestApp::start_on(db, |_| {});
    app.state.database.run_here(|conn| app.state.directory.refresh(conn)).unwrap();
    app
}
