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

#[tokio::test]
async fn nobody_waits_longer_than_asked_however_many_wait() {
    const WAIT: Duration = Duration::from_millis(200);
    let db = TestDb::new();
    let database = Database::new(&Settings { url: db.url().into(), connections: 2, wait: WAIT });
    let (busy, mut started) = tokio::sync::mpsc::unbounded_channel();
    let working: Vec<_> = (0..2)
        .map(|_| {
            let (database, busy) = (database.clone(), busy.clone());
            tokio::spawn(async move {
                let work = move |conn: &mut PgConnection| {
                    busy.send(()).unwrap();
                    Ok::<_, Error>(diesel::sql_query("SELECT pg_sleep(2)").execute(conn)?)
                };
                database.run(work).await
            })
        })
        .collect();
    for _ in 0..2 {
        started.recv().await.unwrap();
    }

    let began = std::time::Instant::now();
    let waiting: Vec<_> = (0..50)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move { database.run(|conn| Ok::<_, Error>(select_1(conn)?)).await })
        })
        .collect();
    for refused in waiting {
        assert!(matches!(refused.await.unwrap(), Err(Error::PoolTimeout)));
    }
    let waited = began.elapsed();
    assert!(waited >= WAIT && waited < Duration::from_millis(1500), "{waited:?}");
    for done in working {
        done.await.unwrap().unwrap();
    }
    for _ in 0..4 {
        database.run(|conn| Ok::<_, Error>(select_1(conn)?)).await.unwrap();
    }
}

#[tokio::test]
async fn a_worker_that_dies_gives_its_place_back() {
    let db = TestDb::new();
    let database =
        Database::new(&Settings { url: db.url().into(), connections: 1, wait: Duration::from_secs(20) });
    let died: Result<(), Error> = database.run(|_| panic!("the worker dies")).await;
    assert!(matches!(died, Err(Error::WorkerDied)));
    database.run(|conn| Ok::<_, Error>(select_1(conn)?)).await.unwrap();
}

#[test]
fn a_server_that_accepts_and_says_nothing_is_given_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://u@{}/db?sslmode=disable&gssencmode=disable", silent.local_addr().unwrap());
    let began = std::time::Instant::now();
    let refused = hostolink_database::connect(&url.into()).map(|_| ()).unwrap_err();
    assert!(refused.to_string().contains("timeout"), "{refused}");
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

/// Our bounds stand before the operator's words, in both forms that libpq reads.
#[test]
fn of_two_values_libpq_keeps_the_last() {
    let db = TestDb::new();
    let name = |url: &str| {
        let mut conn = hostolink_database::connect(&url.into()).unwrap();
        crate::schema::lines(&mut conn, "SELECT current_setting('application_name') AS line").remove(0)
    };
    let and = if db.url().contains('?') { '&' } else { '?' };
    assert_eq!(name(&format!("{}{and}application_name=a&application_name=b", db.url())), "b");
    let pairs = crate::schema::lines(
        &mut db.conn(),
        "SELECT format('host=%s port=%s dbname=%s user=%s', btrim(current_setting('unix_socket_directories'), chr(34)), \
                current_setting('port'), current_database(), current_user) AS line",
    )
    .remove(0);
    assert_eq!(name(&format!("{pairs} application_name=a application_name=b")), "b");
}
