//! The social network on a real Postgres.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails there")]

mod advertising;
mod comments;
mod counters;
mod feeds;
mod moderation;
mod people;
mod publications;
mod statements;
mod upkeep;
mod visibility;

use diesel::{PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt};
use hostolink_audit::Actor;
use hostolink_kernel::{DomainError, UserId};
use hostolink_social::{
    Comment, Error, NewComment, NewPublication, Publication, Social, Viewer, Visibility, Words,
};
use hostolink_test_support::{FakeClock, SeededRandom, TestDb};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// People among each other, on a database of the test's own. Time passes when something is made: lists are in the order of time.
struct World {
    db: TestDb,
    clock: FakeClock,
    social: Social,
    people: Vec<UserId>,
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn actor(user: UserId) -> Actor {
    Actor { user: Some(user), trace_id: None, address: None }
}

fn code(error: &Error) -> &'static str {
    error.code().code
}

fn words(text: &str) -> Words {
    Words::parse(text, 10_000).unwrap()
}

/// Something public.
fn new(author: UserId, text: &str) -> NewPublication {
    NewPublication {
        text: words(text),
        visibility: Visibility::Public,
        theme: None,
        media: Vec::new(),
        preview: false,
        poll: None,
        key: None,
        actor: actor(author),
    }
}

impl World {
    fn new(count: i32) -> Self {
        let (db, clock) = (TestDb::new(), FakeClock::new());
        let make = format!("INSERT INTO utilisateur (nom) SELECT 'x' FROM generate_series(1, {count})");
        db.conn().batch_execute(&make).unwrap();
        let social = Social::new(Arc::new(clock.clone()), Arc::new(SeededRandom::new(53)));
        Self { db, clock, social, people: (1..=count).map(UserId::new).collect() }
    }

    fn conn(&self) -> PgConnection {
        self.db.conn()
    }

    fn tick(&self) {
        self.clock.advance(Duration::from_millis(5));
    }

    fn count(&self, query: &str) -> i64 {
        sql_query(query).get_result::<Count>(&mut self.conn()).unwrap().count
    }

    /// How many rows of the log are of an action.
    fn logged(&self, action: &str) -> i64 {
        self.count(&format!("SELECT count(*) AS count FROM logs WHERE action = '{action}'"))
    }

    fn try_publish(&self, new: &NewPublication) -> Result<Publication, Error> {
        self.tick();
        let viewer = Viewer::new(new.actor.user.unwrap());
        self.social.publish(&mut self.conn(), &viewer, new).map(|(made, _)| made)
    }

    fn publish(&self, author: UserId, text: &str) -> Publication {
        self.try_publish(&new(author, text)).unwrap()
    }

    fn say(
        &self,
        author: UserId,
        publication: Uuid,
        parent: Option<Uuid>,
        text: &str,
    ) -> Result<Comment, Error> {
        self.tick();
        let new = NewComment { publication, parent, text: words(text), key: None, actor: actor(author) };
        self.social.comment(&mut self.conn(), &Viewer::new(author), &new).map(|(said, _)| said)
    }

    /// What was told of a kind, as `subject payload`.
    fn told(&self, kind: &str) -> Vec<serde_json::Value> {
        #[derive(diesel::QueryableByName)]
        struct Told {
            #[diesel(sql_type = diesel::sql_types::Jsonb)]
            charge: serde_json::Value,
        }
        let rows: Vec<Told> =
            sql_query(format!("SELECT charge FROM evenement WHERE type = '{kind}' ORDER BY id_evenement"))
                .load(&mut self.conn())
                .unwrap();
        rows.into_iter().map(|row| row.charge).collect()
    }
}
