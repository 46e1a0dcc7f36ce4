//! Notifications on a real Postgres.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails there")]

mod cost;
mod counters;
mod delivery;
mod devices;
mod inbox;

use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Text},
};
use hostolink_audit::Actor;
use hostolink_kernel::{Clock, Limit, SessionId, UserId, UserPublicId};
use hostolink_notifications::{
    Delivery, Device, Error, Fact, Kind, NewDevice, Notification, Notifications, Platform, Recipient, Shown,
};
use hostolink_notifier::PushTarget;
use hostolink_test_support::{FakeClock, SeededRandom, TestDb};
use std::sync::Arc;
use uuid::Uuid;

/// Ten people: the keys are 1 to 10.
pub(crate) struct Fixture {
    pub(crate) db: TestDb,
    pub(crate) clock: FakeClock,
    pub(crate) notifications: Notifications,
}

pub(crate) const AWA: i32 = 1;
pub(crate) const KOFFI: i32 = 2;

pub(crate) fn recipient(key: i32) -> Recipient {
    let id = u128::try_from(key).unwrap();
    Recipient { user: UserId::new(key), public_id: UserPublicId::new(Uuid::from_u128(id)) }
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let (db, clock) = (TestDb::new(), FakeClock::new());
        let people = "INSERT INTO utilisateur (nom) SELECT 'x' FROM generate_series(1, 10)";
        db.conn().batch_execute(people).unwrap();
        let notifications = Notifications::new(Arc::new(clock.clone()), Arc::new(SeededRandom::new(7)));
        Self { db, clock, notifications }
    }

    /// Somebody does something to somebody's publication.
    pub(crate) fn fact(&self, to: i32, kind: Kind, actor: i32, publication: u128, source: u128) -> Fact {
        Fact {
            to: recipient(to),
            kind,
            actor: Some(UserId::new(actor)),
            object: Some(("publication", Uuid::from_u128(publication))),
            source: Uuid::from_u128(source),
            amount: None,
            at: self.clock.now(),
        }
    }

    pub(crate) fn like(&self, to: i32, actor: i32, publication: u128) -> Fact {
        self.fact(to, Kind::Like, actor, publication, publication)
    }

    pub(crate) fn record(&self, facts: &[Fact]) -> usize {
        self.notifications.record(&mut self.db.conn(), facts).unwrap()
    }

    pub(crate) fn list(&self, owner: i32) -> Vec<Notification> {
        let shown = Shown { hidden: &[], unread: false };
        let page = self.notifications.list(&mut self.db.conn(), UserId::new(owner), shown, None, Limit::MAX);
        page.unwrap().items
    }

    pub(crate) fn unread(&self, owner: i32) -> i32 {
        self.notifications.unread(&mut self.db.conn(), UserId::new(owner)).unwrap()
    }

    pub(crate) fn device(&self, owner: i32, number: u128) -> Result<Device, Error> {
        let new = NewDevice {
            owner: UserId::new(owner),
            session: SessionId::new(Uuid::from_u128(number)),
            target: PushTarget::token(&format!("a-registration-token-{number}")).unwrap(),
            platform: Platform::Android,
        };
        self.notifications.register(&mut self.db.conn(), &new, &Actor::default())
    }

    pub(crate) fn lease(&self) -> Vec<Delivery> {
        self.notifications.lease(&mut self.db.conn(), 100).unwrap()
    }

    pub(crate) fn count(&self, from: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            count: i64,
        }
        let query = format!("SELECT count(*) AS count FROM {from}");
        sql_query(query).get_result::<Count>(&mut self.db.conn()).unwrap().count
    }

    /// The states of what leaves, in their order.
    pub(crate) fn states(&self) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct State {
            #[diesel(sql_type = Text)]
            statut: String,
        }
        let query = "SELECT statut FROM envoi_notification ORDER BY id_envoi";
        let rows: Vec<State> = sql_query(query).load(&mut self.db.conn()).unwrap();
        rows.into_iter().map(|row| row.statut).collect()
    }

    pub(crate) fn assert_counters(&self) {
        assert_eq!(self.notifications.recount(&mut self.db.conn(), 10).unwrap(), []);
    }
}
