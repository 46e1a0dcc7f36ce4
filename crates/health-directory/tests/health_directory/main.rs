//! The directory on a real Postgres.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails there")]

mod bad_rows;
mod changes;
mod imports;
mod ministry;
mod people;
mod replicas;
mod shipped;

use hostolink_audit::Actor;
use hostolink_health_directory::{Country, Directory, Error, Import, Report, Source};
use hostolink_test_support::{FakeClock, SeededRandom, TestDb};
use std::sync::Arc;

fn directory() -> Directory {
    Directory::new(Arc::new(FakeClock::new()), Arc::new(SeededRandom::new(7)))
}

fn import(source: Source) -> Import {
    Import { source, country: Some(Country::COTE_D_IVOIRE), actor: Actor::default() }
}

/// A directory on a database of the test's own.
struct Fixture {
    db: TestDb,
    directory: Directory,
}

impl Fixture {
    fn new() -> Self {
        Self { db: TestDb::new(), directory: directory() }
    }

    fn shipped() -> Self {
        let db = TestDb::seeded("health_directory_shipped_lists", |conn| {
            // Randomness of its own: what a test adds has other ids.
            let random = Arc::new(SeededRandom::new(1));
            Directory::new(Arc::new(FakeClock::new()), random).import_shipped(conn).unwrap();
        });
        let fixture = Self { db, directory: directory() };
        assert!(fixture.directory.refresh(&mut fixture.db.conn()).unwrap());
        fixture
    }

    fn import(&self, source: Source, file: &[u8]) -> Result<Report, Error> {
        self.directory.import(&mut self.db.conn(), &import(source), file, &mut |_| ())
    }
}
