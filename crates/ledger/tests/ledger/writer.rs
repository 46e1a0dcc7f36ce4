//! The thread that does a process's orders.

use crate::world::*;
use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection};
use hostolink_ledger::{Error, Note, Order, Reply, Writer};

fn start(world: &World, capacity: usize) -> Writer {
    let url = world.db.url().to_owned();
    world.ledger.start_writer(move || PgConnection::establish(&url), capacity).unwrap()
}

/// Makes the writer wait until the returned connection lets go: it has taken one order, and the others queue up.
fn hold(world: &World) -> PgConnection {
    let mut conn = world.db.conn();
    conn.batch_execute("BEGIN; SELECT 1 FROM tete_chaine FOR NO KEY UPDATE").unwrap();
    conn
}

/// Puts an order in the queue and goes on; the task has its answer.
async fn hand_over(writer: &Writer, order: Order) -> tokio::task::JoinHandle<Result<Reply, Error>> {
    let writer = writer.clone();
    let mut posted = Box::pin(async move { writer.post(order).await });
    tokio::select! {
        biased;
        reply = &mut posted => tokio::spawn(std::future::ready(reply)),
        () = std::future::ready(()) => tokio::spawn(posted),
    }
}

async fn hand_over_all(
    writer: &Writer,
    orders: &[Order],
) -> Vec<tokio::task::JoinHandle<Result<Reply, Error>>> {
    let mut tasks = Vec::new();
    for order in orders {
        tasks.push(hand_over(writer, order.clone()).await);
    }
    tasks
}

async fn until_waiting(writer: &Writer, count: usize) {
    while writer.waiting() != count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_done_together_and_everybody_is_answered() {
    let world = World::new();
    let mut conn = world.db.conn();
    let (awa, koffi) = (funded(&world.ledger, &mut conn, 100_000), person(&world.ledger, &mut conn, None));
    let writer = start(&world, Writer::CAPACITY);
    let mut held = hold(&world);
    let first = hand_over(&writer, transfer(awa, koffi, 1)).await;
    until_waiting(&writer, 0).await;
    let orders: Vec<Order> = (0..200).map(|_| transfer(awa, koffi, 10)).collect();
    let rest = hand_over_all(&writer, &orders).await;
    until_waiting(&writer, 200).await;
    held.batch_execute("COMMIT").unwrap();
    outcome(first.await.unwrap().unwrap()).unwrap();
    for (task, order) in rest.into_iter().zip(&orders) {
        let reply = task.await.unwrap().unwrap();
        let stored = world.ledger.find_outcome(&mut conn, &order.key).unwrap().unwrap();
        let Reply::Done { outcome, replayed: false } = reply else { panic!("{reply:?}") };
        assert_eq!(stored.outcome, outcome);
    }
    let report = assert_books(&world.ledger, &mut conn);
    // Two to fund Awa, the first, and all that waited in one.
    assert_eq!((report.transactions, report.links), (203, 4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_says_so_and_nothing_is_taken() {
    let world = World::new();
    let mut conn = world.db.conn();
    let (awa, koffi) = (funded(&world.ledger, &mut conn, 1_000), person(&world.ledger, &mut conn, None));
    let writer = start(&world, 1);
    let mut held = hold(&world);
    let first = hand_over(&writer, transfer(awa, koffi, 1)).await;
    until_waiting(&writer, 0).await;
    let second = hand_over(&writer, transfer(awa, koffi, 2)).await;
    until_waiting(&writer, 1).await;
    let refused = transfer(awa, koffi, 4);
    assert!(matches!(writer.post(refused.clone()).await, Err(Error::Busy)));
    held.batch_execute("COMMIT").unwrap();
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    assert_eq!(world.ledger.find_outcome(&mut conn, &refused.key).unwrap(), None);
    // Later, the same key is done.
    outcome(writer.post(refused).await.unwrap()).unwrap();
    assert_eq!(balance(&world.ledger, &mut conn, koffi.main), 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poison_order_is_found_and_the_others_go_on() {
    let world = World::new();
    let mut conn = world.db.conn();
    let (awa, koffi) = (funded(&world.ledger, &mut conn, 1_000), person(&world.ledger, &mut conn, None));
    // A real failure inside Postgres, on one order alone.
    conn.batch_execute("ALTER TABLE transaction ADD CONSTRAINT poison CHECK (note <> 'poison')").unwrap();
    let writer = start(&world, Writer::CAPACITY);
    let mut held = hold(&world);
    let first = hand_over(&writer, transfer(awa, koffi, 1)).await;
    until_waiting(&writer, 0).await;
    let mut orders: Vec<Order> = (0..21).map(|_| transfer(awa, koffi, 10)).collect();
    orders[13].note = Note::parse("poison").unwrap();
    let tasks = hand_over_all(&writer, &orders).await;
    until_waiting(&writer, 21).await;
    held.batch_execute("COMMIT").unwrap();
    first.await.unwrap().unwrap();
    for (place, task) in tasks.into_iter().enumerate() {
        let reply = task.await.unwrap();
        if place == 13 {
            let Err(Error::Database(error)) = reply else { panic!("{reply:?}") };
            assert!(error.to_string().contains("poison"), "{error}");
        } else {
            outcome(reply.unwrap()).unwrap();
        }
    }
    assert_eq!(balance(&world.ledger, &mut conn, koffi.main), 201);
    assert_books(&world.ledger, &mut conn);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_does_what_waits_and_takes_no_more() {
    let world = World::new();
    let mut conn = world.db.conn();
    let (awa, koffi) = (funded(&world.ledger, &mut conn, 1_000), person(&world.ledger, &mut conn, None));
    let writer = start(&world, Writer::CAPACITY);
    let mut held = hold(&world);
    let orders: Vec<Order> = (0..30).map(|_| transfer(awa, koffi, 1)).collect();
    let tasks = hand_over_all(&writer, &orders).await;
    // Nobody listens to this one any more; it is done all the same.
    let lonely = transfer(awa, koffi, 100);
    hand_over(&writer, lonely.clone()).await.abort();
    let stopping = tokio::spawn({
        let writer = writer.clone();
        async move { writer.stop().await }
    });
    held.batch_execute("COMMIT").unwrap();
    for task in tasks {
        outcome(task.await.unwrap().unwrap()).unwrap();
    }
    stopping.await.unwrap();
    writer.stop().await;
    assert!(matches!(writer.post(transfer(awa, koffi, 1)).await, Err(Error::Busy)));
    assert!(world.ledger.find_outcome(&mut conn, &lonely.key).unwrap().is_some());
    assert_eq!(balance(&world.ledger, &mut conn, koffi.main), 130);
    assert_books(&world.ledger, &mut conn);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_cut_is_made_anew() {
    let world = World::new();
    let mut conn = world.db.conn();
    let (awa, koffi) = (funded(&world.ledger, &mut conn, 1_000), person(&world.ledger, &mut conn, None));
    let writer = start(&world, Writer::CAPACITY);
    for _ in 0..3 {
        outcome(writer.post(transfer(awa, koffi, 5)).await.unwrap()).unwrap();
        conn.batch_execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .unwrap();
    }
    outcome(writer.post(transfer(awa, koffi, 5)).await.unwrap()).unwrap();
    assert_eq!(balance(&world.ledger, &mut conn, koffi.main), 20);
    assert_books(&world.ledger, &mut conn);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_somebody_holds_for_too_long_refuses_nobody() {
    // Blnk #276: who waited too long for a lock was told that the transfer failed.
    let world = World::new();
    let mut conn = world.db.conn();
    let (awa, koffi) = (funded(&world.ledger, &mut conn, 1_000), person(&world.ledger, &mut conn, None));
    let writer = start(&world, Writer::CAPACITY);
    let mut held = hold(&world);
    let first = hand_over(&writer, transfer(awa, koffi, 5)).await;
    // The database ends the first wait (5 s); the writer comes back on another connection and waits again.
    let waited = waiting_for_a_lock(&mut conn, None);
    waiting_for_a_lock(&mut conn, Some(waited));
    held.batch_execute("COMMIT").unwrap();
    outcome(first.await.unwrap().unwrap()).unwrap();
    assert_eq!(balance(&world.ledger, &mut conn, koffi.main), 5);
    assert_books(&world.ledger, &mut conn);
}

/// The connection that waits for a lock, once there is one other than `not`.
fn waiting_for_a_lock(conn: &mut PgConnection, not: Option<i32>) -> i32 {
    #[derive(diesel::QueryableByName)]
    struct Waiting {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        pid: i32,
    }
    loop {
        let query = diesel::sql_query(
            "SELECT pid FROM pg_sleep(0.02), pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        let found: Vec<Waiting> = query.load(conn).unwrap();
        if let Some(waiting) = found.iter().find(|waiting| Some(waiting.pid) != not) {
            return waiting.pid;
        }
    }
}
