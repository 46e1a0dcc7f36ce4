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
        Self::create(true)
    }

    /// A database without any table: for tests of the migrations themselves.
    #[must_use]
    pub fn empty() -> Self {
        Self::create(false)
    }

    fn create(migrated: bool) -> Self {
        let cluster = Cluster::get();
        let name = format!("hostolink_test_{:016x}", RandomState::new().hash_one(std::process::id()));
        cluster.create(&name, migrated);
        Self { url: cluster.url(&name), name }
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
