//! One database on a cluster of its own, where each commit reaches the disk as on a server that people use.

use crate::fill::fill;
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{BigInt, Text},
};
use hostolink_database::local::LocalCluster;
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;

pub(crate) struct Place {
    // In this order: the server stops before its files go.
    cluster: LocalCluster,
    _folder: TempDir,
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Place {
    /// With so many publications and what hangs on them.
    pub(crate) fn filled(publications: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The account that runs Postgres, where root starts it, must get through.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let cluster = LocalCluster::start(&folder.path().join("database")).unwrap();
        hostolink_database::migrate::run(&cluster.url()).unwrap();
        // Without the bounds of the program's own connections: making all this takes longer than any request.
        fill(&mut PgConnection::establish(&cluster.url()).unwrap(), publications);
        Self { cluster, _folder: folder }
    }

    /// How to reach it.
    pub(crate) fn url(&self) -> String {
        self.cluster.url()
    }

    /// A connection like those of the program.
    pub(crate) fn connect(&self) -> PgConnection {
        hostolink_database::connect(&self.url().into()).unwrap()
    }

    /// What Postgres says of one of its settings.
    pub(crate) fn setting(&self, name: &str) -> String {
        let row = sql_query("SELECT current_setting($1) AS value").bind::<Text, _>(name);
        row.get_result::<Setting>(&mut self.connect()).unwrap().value
    }

    /// What a query counts.
    pub(crate) fn count(&self, query: &str) -> i64 {
        sql_query(query).get_result::<Count>(&mut self.connect()).unwrap().count
    }
}
