//! People with wallets in a database of their own.

use diesel::{PgConnection, RunQueryDsl, sql_query, sql_types};
use hostolink_kernel::{DomainError, SystemRandom, TransactionId, UserId, Xof};
use hostolink_ledger::{IdempotencyKey, Ledger, Order, Outcome, Receipt, Refusal, Reply};
use hostolink_test_support::{FakeClock, TestDb};
use hostolink_wallet::{
    CashInCommand, Error, FloatFundingCommand, Target, TransferCommand, Wallets, Wish, fingerprint,
};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

pub(crate) struct House {
    pub(crate) db: TestDb,
    pub(crate) conn: PgConnection,
    pub(crate) clock: FakeClock,
    pub(crate) ledger: Ledger,
    pub(crate) wallets: Wallets,
}

#[derive(diesel::QueryableByName)]
struct Key {
    #[diesel(sql_type = sql_types::Integer)]
    id_user: i32,
}

impl House {
    pub(crate) fn new() -> Self {
        let db = TestDb::new();
        let conn = db.conn();
        let clock = FakeClock::new();
        let ledger = Ledger::new(Arc::new(clock.clone()), Arc::new(SystemRandom));
        let wallets = Wallets::new(ledger.clone(), Arc::new(clock.clone()), Arc::new(SystemRandom));
        Self { db, conn, clock, ledger, wallets }
    }

    pub(crate) fn person(&mut self) -> UserId {
        let row: Key = sql_query("INSERT INTO utilisateur (nom) VALUES ('Awa') RETURNING id_user")
            .get_result(&mut self.conn)
            .unwrap();
        UserId::new(row.id_user)
    }

    /// Somebody with money, given the way it happens: a float is filled, its agent cashes in.
    pub(crate) fn person_with(&mut self, francs: i64) -> UserId {
        let (superadmin, agent, person) = (self.person(), self.person(), self.person());
        self.fund(superadmin, agent, francs).unwrap();
        self.cash_in(agent, person, francs).unwrap();
        person
    }

    pub(crate) fn fund(&mut self, by: UserId, agent: UserId, francs: i64) -> Result<Receipt, Refusal> {
        let amount = xof(francs);
        let command =
            FloatFundingCommand { wish: wish(by, fingerprint::float_funding("a", amount)), agent, amount };
        let order = self.wallets.prepare_float_funding(&mut self.conn, command).unwrap();
        self.post(order)
    }

    pub(crate) fn cash_in(&mut self, agent: UserId, to: UserId, francs: i64) -> Result<Receipt, Refusal> {
        let amount = xof(francs);
        let command = CashInCommand { wish: wish(agent, fingerprint::cash_in("a", amount)), to, amount };
        let order = self.wallets.prepare_cash_in(&mut self.conn, command).unwrap();
        self.post(order)
    }

    pub(crate) fn post(&mut self, order: Order) -> Result<Receipt, Refusal> {
        match self.ledger.post(&mut self.conn, &[order]).unwrap().pop() {
            Some(Reply::Done { outcome: Outcome::Accepted(receipt), replayed: false }) => Ok(receipt),
            Some(Reply::Done { outcome: Outcome::Refused(refusal), replayed: false }) => Err(refusal),
            reply => panic!("a new key was answered {reply:?}"),
        }
    }

    /// Pays, with a key of its own.
    pub(crate) fn pay(
        &mut self,
        payer: UserId,
        target: Target,
        francs: Option<i64>,
    ) -> Result<Receipt, Refusal> {
        let order = self.order(payer, target, francs).unwrap();
        self.post(order)
    }

    pub(crate) fn order(
        &mut self,
        payer: UserId,
        target: Target,
        francs: Option<i64>,
    ) -> Result<Order, Error> {
        let amount = francs.map(xof);
        let wish = wish(payer, fingerprint::transfer(Some("a"), None, amount, None));
        let command = TransferCommand { wish, target, amount, fee: None, note: None, device_since: None };
        self.wallets.prepare_transfer(&mut self.conn, command)
    }

    /// The code with which a transfer is refused before the ledger sees it.
    pub(crate) fn refused(&mut self, payer: UserId, target: Target, francs: Option<i64>) -> &'static str {
        self.order(payer, target, francs).unwrap_err().code().code
    }

    /// Sets a limit that has been in force since before the test began, as nobody could: `None` is no limit.
    pub(crate) fn limit(&mut self, subject: &str, amount: Option<i64>, count: Option<i32>) {
        let words: Vec<&str> = subject.split(' ').collect();
        sql_query(
            "INSERT INTO limite_kyc (niveau, operation, sens, fenetre, montant, nombre, valide_du, pose_le) \
             VALUES ($1, $2, $3, $4, $5, $6, '2026-01-02', now())",
        )
        .bind::<sql_types::Text, _>(words[0])
        .bind::<sql_types::Text, _>(words[1])
        .bind::<sql_types::Text, _>(words[2])
        .bind::<sql_types::Text, _>(words[3])
        .bind::<sql_types::Nullable<sql_types::BigInt>, _>(amount)
        .bind::<sql_types::Nullable<sql_types::Integer>, _>(count)
        .execute(&mut self.conn)
        .unwrap();
        // As another process would see it, in time.
        self.clock.advance(std::time::Duration::from_secs(5));
    }

    pub(crate) fn balance(&mut self, user: UserId) -> i64 {
        self.wallets.overview(&mut self.conn, user).unwrap().balance.francs()
    }
}

pub(crate) fn xof(francs: i64) -> Xof {
    Xof::new(francs).unwrap()
}

/// A wish under a key nobody used.
pub(crate) fn wish(user: UserId, fingerprint: hostolink_ledger::Fingerprint) -> Wish {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let text = format!("key-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    Wish { key: IdempotencyKey::parse(user, &text).unwrap(), fingerprint }
}

pub(crate) fn unknown_transaction() -> TransactionId {
    TransactionId::new(uuid::Uuid::from_u128(42))
}
