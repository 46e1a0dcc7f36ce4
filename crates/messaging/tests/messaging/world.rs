//! A database, a clock, and people who talk.

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types,
};
use hostolink_audit::Actor;
use hostolink_kernel::{DomainError, Random, UserId};
use hostolink_messaging::{
    Body, Category, Description, Draft, Error, Messaging, NewTheme, Sent, Text, Title,
};
use hostolink_test_support::{FakeClock, SeededRandom, TestDb};
use std::sync::Arc;
use uuid::Uuid;

pub(crate) struct World {
    pub(crate) db: TestDb,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) messaging: Messaging,
    pub(crate) users: Vec<UserId>,
    pub(crate) actor: Actor,
    random: Arc<SeededRandom>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::BigInt)]
    count: i64,
}

impl World {
    pub(crate) fn new(people: i32) -> Self {
        let (db, clock) = (TestDb::new(), Arc::new(FakeClock::new()));
        let random = Arc::new(SeededRandom::new(7));
        let make = format!("INSERT INTO utilisateur (nom) SELECT 'x' FROM generate_series(1, {people})");
        db.conn().batch_execute(&make).unwrap();
        let messaging = Messaging::new(clock.clone(), random.clone());
        let users = (1..=people).map(UserId::new).collect();
        Self { db, clock, messaging, users, actor: Actor::default(), random }
    }

    pub(crate) fn conn(&self) -> PgConnection {
        self.db.conn()
    }

    pub(crate) fn uuid(&self) -> Uuid {
        self.random.uuid(hostolink_kernel::Clock::now(self.clock.as_ref()))
    }

    pub(crate) fn draft(&self, text: &str) -> Draft {
        Draft { client_id: self.uuid(), body: Body::Text(Text::parse(text).unwrap()), reply_to: None }
    }

    /// The conversation of the first two.
    pub(crate) fn pair(&self) -> Uuid {
        let who = (self.users[0], &[][..]);
        let own = self.messaging.open_direct(&mut self.conn(), who, self.users[1], &self.actor).unwrap();
        own.conversation.id
    }

    /// A group of everybody, owned by the first.
    pub(crate) fn group(&self) -> Uuid {
        let (title, who) = (Title::parse("Famille").unwrap(), (self.users[0], &[][..]));
        let own = self.messaging.create_group(&mut self.conn(), who, &title, &self.users, &self.actor);
        own.unwrap().conversation.id
    }

    /// A theme of the first.
    pub(crate) fn theme(&self, title: &str) -> Uuid {
        let new = NewTheme {
            title: Title::parse(title).unwrap(),
            category: Category::Health,
            description: Description::parse("De quoi parler").unwrap(),
        };
        let own = self.messaging.create_theme(&mut self.conn(), self.users[0], &new, &self.actor).unwrap();
        own.conversation.id
    }

    pub(crate) fn try_say(&self, by: usize, room: Uuid, text: &str) -> Result<Sent, Error> {
        self.messaging.send(&mut self.conn(), (self.users[by], &[]), room, &self.draft(text))
    }

    /// Says something; its id.
    pub(crate) fn say(&self, by: usize, room: Uuid, text: &str) -> Uuid {
        self.try_say(by, room, text).unwrap().message.id
    }

    /// The numbers and words that somebody reads, the oldest first.
    pub(crate) fn read(&self, by: usize, room: Uuid) -> Vec<(i64, Option<String>)> {
        let limit = hostolink_kernel::Limit::MAX;
        let who = (self.users[by], &[][..]);
        let (found, more) = self.messaging.messages_after(&mut self.conn(), who, room, 0, limit).unwrap();
        assert!(!more);
        let words = |body: &Body| body.text().map(|text| text.as_str().to_owned());
        found.iter().map(|message| (message.seq, message.body.as_ref().and_then(words))).collect()
    }

    pub(crate) fn unread(&self, by: usize, room: Uuid) -> i64 {
        self.messaging.conversation(&mut self.conn(), (self.users[by], &[]), room).unwrap().unread()
    }

    pub(crate) fn count(&self, query: &str) -> i64 {
        sql_query(query).get_result::<Count>(&mut self.conn()).unwrap().count
    }

    /// The events of these kinds so far.
    pub(crate) fn events(&self, kind: &str) -> i64 {
        self.count(&format!("SELECT count(*) AS count FROM evenement WHERE type = '{kind}'"))
    }

    /// The lines of the audit log for an action.
    pub(crate) fn logged(&self, action: &str) -> i64 {
        self.count(&format!("SELECT count(*) AS count FROM logs WHERE action = '{action}'"))
    }
}

/// The code of a refusal.
#[track_caller]
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.expect_err("it is refused").code().code
}
