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

/// A server whose directory holds the shipped lists.
pub(super) async fn with_directory() -> TestApp {
    let app = TestApp::start();
    let conn = &mut app.db.conn();
    app.state.directory.import_shipped(conn).unwrap();
    app.state.directory.refresh(conn).unwrap();
    app
}
