use crate::local::{folder, kill, until};
use diesel::{PgConnection, QueryResult, RunQueryDsl};
use hostolink_database::{Database, Error, Settings, local::LocalCluster};
use hostolink_kernel::DomainError;
use hostolink_test_support::TestDb;
use std::{sync::Barrier, time::Duration};

fn pool(url: &str) -> Database {
    Database::new(&Settings { url: url.into(), connections: 4, wait: Duration::from_secs(20) })
}

fn select_1(conn: &mut PgConnection) -> QueryResult<usize> {
    diesel::sql_query("SELECT 1").execute(conn)
}

/// Uses every connection of the pool at the same time.
fn fill(database: &Database) {
    let all = Barrier::new(4);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                database
                    .run_here(|conn| {
                        all.wait();
                        Ok::<_, Error>(select_1(conn)?)
                    })
                    .unwrap();
            });
        }
    });
}

#[test]
fn after_postgres_was_restarted_one_request_fails_and_the_rest_succeed() {
    let folder = folder();
    let cluster = LocalCluster::start(folder.path()).unwrap();
    let database = pool(&cluster.url());
    fill(&database);
    let killed = cluster.pid();
    kill(killed);
    until("a new server", || cluster.pid() != killed);

    let failed = database.run_here(|conn| Ok::<_, Error>(select_1(conn)?)).unwrap_err();
    assert_eq!(failed.code().code, "unavailable", "{failed}: a lost connection asks to try again");
    for _ in 0..8 {
        database.run_here(|conn| Ok::<_, Error>(select_1(conn)?)).unwrap();
    }
    fill(&database);
}

#[test]
fn a_refusal_keeps_its_connection_and_a_transaction_left_open_loses_it() {
    let db = TestDb::new();
    let database = db.database();
    let pid = |conn: &mut PgConnection| {
        Ok::<_, Error>(crate::schema::lines(conn, "SELECT pg_backend_pid()::text AS line").remove(0))
    };
    let first = database.run_here(pid).unwrap();
    let refused: Result<(), Error> = database.run_here(|_| Err(Error::WorkerDied));
    refused.unwrap_err();
    assert_eq!(database.run_here(pid).unwrap(), first);
    database
        .run_here(|conn| {
            use diesel::connection::{AnsiTransactionManager, TransactionManager};
            Ok::<_, Error>(AnsiTransactionManager::begin_transaction(conn)?)
        })
        .unwrap();
    assert_ne!(database.run_here(pid).unwrap(), first);
}

#[tokio::test]
async fn statements_are_bounded_and_a_busy_pool_says_so() {
    let db = TestDb::new();
    let database =
        Database::new(&Settings { url: db.url().into(), connections: 1, wait: Duration::from_millis(50) });
    let shown = database
        .run(|conn| {
            Ok::<_, Error>(crate::schema::lines(
                conn,
                "SELECT concat_ws(' ', current_setting('TimeZone'), current_setting('statement_timeout'), current_setting('lock_timeout')) AS line",
            ))
        })
        .await
        .unwrap();
    assert_eq!(shown, ["UTC 15s 5s"]);
    let busy = database.run_here(|_| database.run_here(|conn| Ok::<_, Error>(select_1(conn)?))).unwrap_err();
    assert!(matches!(busy, Error::PoolTimeout), "{busy}");
    assert_eq!(busy.code().code, "unavailable");
    assert_eq!(busy.retry_after(), Some(Duration::from_secs(2)));
}
