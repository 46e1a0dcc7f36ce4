//! The outbox on a real Postgres.
#![expect(clippy::unwrap_used, reason = "a test that cannot be prepared fails")]

mod failure;
mod order;

use chrono::{DateTime, Utc};
use diesel::{PgConnection, RunQueryDsl, connection::SimpleConnection};
use hostolink_kernel::Clock;
use hostolink_outbox::{Dispatched, Dispatcher, Event, HandlerError, NewEvent, Settings};
use hostolink_test_support::{FakeClock, TestDb};
use serde_json::json;
use std::sync::{Arc, Mutex};

const SMALL: Settings = Settings { batch: 3, tries: 3 };

fn now() -> DateTime<Utc> {
    FakeClock::new().now()
}

fn publish(conn: &mut PgConnection, numbers: impl IntoIterator<Item = i64>) {
    let events: Vec<_> = numbers
        .into_iter()
        .map(|n| NewEvent {
            kind: "test.counted",
            subject: uuid::Uuid::from_u128(7),
            payload: json!({ "n": n }),
        })
        .collect();
    hostolink_outbox::publish_all(conn, &events, now()).unwrap();
}

fn numbers(events: &[Event]) -> Vec<i64> {
    events.iter().map(|event| event.payload["n"].as_i64().unwrap()).collect()
}

/// What a subscriber saw outside of the database.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<i64>>>);

impl Seen {
    fn add(&self, events: &[Event]) {
        self.0.lock().unwrap().extend(numbers(events));
    }

    fn all(&self) -> Vec<i64> {
        self.0.lock().unwrap().clone()
    }

    fn handler(&self) -> impl Fn(&mut PgConnection, &[Event]) -> Result<(), HandlerError> + use<> {
        let seen = self.clone();
        move |_, events| {
            seen.add(events);
            Ok(())
        }
    }
}

fn dispatcher(clock: &FakeClock) -> Dispatcher {
    Dispatcher::new(Arc::new(clock.clone()), SMALL)
}

fn run_dry(dispatcher: &Dispatcher, conn: &mut PgConnection) -> Dispatched {
    let mut sum = Dispatched::default();
    loop {
        let done = dispatcher.run_once(conn).unwrap();
        sum.numbered += done.numbered;
        sum.delivered += done.delivered;
        sum.failed += done.failed;
        sum.parked += done.parked;
        if !done.more {
            return sum;
        }
    }
}

/// A database with a table that handlers write to.
fn db_with_table() -> TestDb {
    let db = TestDb::new();
    db.conn()
        .batch_execute("CREATE TABLE vu (ordre bigint GENERATED ALWAYS AS IDENTITY, nom text, seq bigint)")
        .unwrap();
    db
}

fn write(conn: &mut PgConnection, name: &str, events: &[Event]) -> Result<(), HandlerError> {
    for event in events {
        diesel::sql_query("INSERT INTO vu (nom, seq) VALUES ($1, $2)")
            .bind::<diesel::sql_types::Text, _>(name)
            .bind::<diesel::sql_types::BigInt, _>(event.seq)
            .execute(conn)?;
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    seq: i64,
}

fn written(conn: &mut PgConnection, name: &str) -> Vec<i64> {
    let rows: Vec<Row> = diesel::sql_query("SELECT seq FROM vu WHERE nom = $1 ORDER BY ordre")
        .bind::<diesel::sql_types::Text, _>(name)
        .load(conn)
        .unwrap();
    rows.into_iter().map(|row| row.seq).collect()
}
