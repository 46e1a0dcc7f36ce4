use crate::cluster::Cluster;
use diesel::PgConnection;
use hostolink_database::{Database, Settings};
use hostolink_kernel::Secret;
use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

/// A database of the test's own, with every migration applied. Nobody else sees its rows.
#[derive(Debug)]
pub struct TestDb {
    name: String,
    url: String,
}

impl TestDb {
    /// A migrated database.
    #[must_use]
    pub fn new() -> Self {
        let name = name();
        Cluster::get().create(&name, true);
        Self::named(name)
    }

    /// A migrated database with what `seed` puts into it, which is told by `content`: a name that no other content has. It may be a
    /// copy of what another test's `seed` made, so that neither the time nor the randomness in it are this test's own.
    #[must_use]
    pub fn seeded(content: &str, seed: impl FnOnce(&mut PgConnection)) -> Self {
        let name = name();
        Cluster::get().create_seeded(&name, content, seed);
        Self::named(name)
    }

    /// A database without any table: for tests of the migrations themselves.
    #[must_use]
    pub fn empty() -> Self {
        let name = name();
        Cluster::get().create(&name, false);
        Self::named(name)
    }

    fn named(name: String) -> Self {
        Self { url: Cluster::get().url(&name), name }
    }

    /// A connection, with the bounds that the program's own have.
    #[must_use]
    pub fn conn(&self) -> PgConnection {
        hostolink_database::connect(&self.url().into()).expect("a connection to the test's database")
    }

    /// A pool of four connections.
    #[must_use]
    pub fn database(&self) -> Database {
        Database::new(&Settings {
            url: Secret::from(self.url()),
            connections: 4,
            wait: Duration::from_secs(30),
        })
    }

    /// The libpq URL, for a program under test.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

fn name() -> String {
    format!("hostolink_test_{:016x}", RandomState::new().hash_one(std::process::id()))
}

impl Default for TestDb {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        Cluster::get().release(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::{RunQueryDsl, connection::SimpleConnection};

    #[test]
    fn every_test_has_its_own_database() {
        let (one, other) = (TestDb::empty(), TestDb::empty());
        assert_ne!(one.url(), other.url());
        one.conn().batch_execute("CREATE TABLE seul (a int)").unwrap();
        diesel::sql_query("SELECT a FROM seul").execute(&mut one.conn()).unwrap();
        diesel::sql_query("SELECT a FROM seul").execute(&mut other.conn()).unwrap_err();
    }

    #[test]
    fn content_is_made_once_and_copied_from_then_on() {
        let marked = |mark: &'static str| {
            move |conn: &mut PgConnection| {
                conn.batch_execute(&format!("CREATE TABLE contenu AS SELECT '{mark}' AS a")).unwrap();
            }
        };
        let one = TestDb::seeded("of_a_test", marked("first"));
        one.conn().batch_execute("INSERT INTO contenu VALUES ('of one alone')").unwrap();
        let other = TestDb::seeded("of_a_test", marked("second"));
        let rows = diesel::sql_query("SELECT a FROM contenu").execute(&mut other.conn()).unwrap();
        assert_eq!(rows, 1);
        assert!(hostolink_database::migrate::applied(&mut other.conn()).unwrap().len() > 1);
    }

    #[tokio::test]
    async fn the_pool_leads_to_the_same_migrated_database() {
        let db = TestDb::new();
        db.conn().batch_execute("CREATE TABLE seul (a int)").unwrap();
        let rows = db
            .database()
            .run(|conn| {
                diesel::sql_query("SELECT a FROM seul").execute(conn)?;
                let versions = hostolink_database::migrate::applied(conn).unwrap();
                Ok::<_, hostolink_database::Error>(versions.len())
            })
            .await
            .unwrap();
        assert!(rows > 0);
    }
}
