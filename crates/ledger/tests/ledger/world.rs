//! People with accounts, in a database of the test's own.

use diesel::{PgConnection, RunQueryDsl};
use hostolink_kernel::{AccountId, Clock, HolderId, Random, SystemRandom, TransactionId, UserId, Xof};
use hostolink_ledger::{
    AccountKind, Action, Fingerprint, IdempotencyKey, Ledger, NewHolder, Order, Outcome, Receipt, Refusal,
    Reply, Report,
};
use hostolink_test_support::{FakeClock, TestDb};
use std::sync::Arc;

pub(crate) struct World {
    pub(crate) db: TestDb,
    pub(crate) ledger: Ledger,
    pub(crate) clock: FakeClock,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Person {
    pub(crate) user: UserId,
    pub(crate) holder: HolderId,
    pub(crate) main: AccountId,
}

#[derive(diesel::QueryableByName)]
struct UserRow {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    id_user: UserId,
}

pub(crate) fn xof(francs: i64) -> Xof {
    Xof::new(francs).unwrap()
}

pub(crate) fn user(conn: &mut PgConnection) -> UserId {
    let row: UserRow = diesel::sql_query("INSERT INTO utilisateur DEFAULT VALUES RETURNING id_user")
        .get_result(conn)
        .unwrap();
    row.id_user
}

/// Somebody with a main account.
pub(crate) fn person(ledger: &Ledger, conn: &mut PgConnection, ceiling: Option<i64>) -> Person {
    let user = user(conn);
    let holder = ledger.open_holder(conn, &NewHolder { owner: user, ceiling: ceiling.map(xof) }).unwrap();
    let main = ledger.open_account(conn, holder.id, AccountKind::Main).unwrap();
    Person { user, holder: holder.id, main: main.id }
}

/// An agent whose float holds that much.
pub(crate) fn agent(ledger: &Ledger, conn: &mut PgConnection, francs: i64) -> (Person, AccountId) {
    let agent = person(ledger, conn, None);
    let float = ledger.open_account(conn, agent.holder, AccountKind::Float).unwrap().id;
    accepted(ledger, conn, &order(agent.user, Action::FundFloat { float, amount: xof(francs) }));
    (agent, float)
}

/// Somebody who has that much.
pub(crate) fn funded(ledger: &Ledger, conn: &mut PgConnection, francs: i64) -> Person {
    let somebody = person(ledger, conn, None);
    let (agent, float) = agent(ledger, conn, francs);
    accepted(
        ledger,
        conn,
        &order(agent.user, Action::CashIn { float, to: somebody.main, amount: xof(francs) }),
    );
    somebody
}

/// An order with a key of its own.
pub(crate) fn order(actor: UserId, action: Action) -> Order {
    keyed(actor, &SystemRandom.token(), action)
}

pub(crate) fn keyed(actor: UserId, key: &str, action: Action) -> Order {
    Order {
        key: IdempotencyKey::parse(actor, key).unwrap(),
        fingerprint: Fingerprint::of("test", &format!("{action:?}")).unwrap(),
        action,
        charges: Vec::new(),
        caps: Vec::new(),
        once: None,
        note: None,
        event_at: FakeClock::new().now(),
    }
}

pub(crate) fn transfer(from: Person, to: Person, francs: i64) -> Order {
    order(from.user, Action::Transfer { from: from.main, to: to.main, amount: xof(francs) })
}

pub(crate) fn refund(of: TransactionId, by: Person, francs: i64) -> Order {
    order(by.user, Action::Refund { of, by: by.main, amount: xof(francs) })
}

/// Sets money aside for an account, for so many seconds or for good.
pub(crate) fn hold(from: Person, to: AccountId, francs: i64, seconds: Option<i64>) -> Order {
    let expires_at = seconds.map(|seconds| FakeClock::new().now() + chrono::TimeDelta::seconds(seconds));
    order(from.user, Action::Hold { from: from.main, to, amount: xof(francs), expires_at })
}

pub(crate) fn capture(hold: TransactionId, by: Person, francs: i64) -> Order {
    order(by.user, Action::Capture { hold, by: by.main, amount: xof(francs) })
}

/// What a reply says; a key that was reused fails the test.
pub(crate) fn outcome(reply: Reply) -> Result<Receipt, Refusal> {
    match reply {
        Reply::Done { outcome: Outcome::Accepted(receipt), .. } => Ok(receipt),
        Reply::Done { outcome: Outcome::Refused(refusal), .. } => Err(refusal),
        Reply::KeyReused => panic!("the key stands for something else"),
    }
}

pub(crate) fn one(ledger: &Ledger, conn: &mut PgConnection, order: &Order) -> Result<Receipt, Refusal> {
    let replies = ledger.post(conn, std::slice::from_ref(order)).unwrap();
    assert_eq!(replies.len(), 1);
    outcome(replies[0])
}

pub(crate) fn accepted(ledger: &Ledger, conn: &mut PgConnection, order: &Order) -> Receipt {
    one(ledger, conn, order).unwrap()
}

pub(crate) fn balance(ledger: &Ledger, conn: &mut PgConnection, account: AccountId) -> i64 {
    ledger.find_account(conn, account).unwrap().unwrap().balance.francs()
}

pub(crate) fn assert_books(ledger: &Ledger, conn: &mut PgConnection) -> Report {
    let report = ledger.verify(conn, &mut |_| ()).unwrap();
    assert!(report.holds(), "{report:?}");
    report
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = FakeClock::new();
        let ledger = Ledger::new(Arc::new(clock.clone()), Arc::new(SystemRandom));
        Self { db: TestDb::new(), ledger, clock }
    }
}
