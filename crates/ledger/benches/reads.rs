//! What a balance and the first page of a statement cost in small books and in large ones, in one run on a private cluster.
//!
//! `cargo bench -p hostolink-ledger --bench reads -- [entries]`, ten million unless said. It ends with a verification of the books;
//! when one invariant is false no ratio is printed and the run fails.

#![expect(clippy::print_stdout, reason = "its figures are what the program is for")]
#![expect(clippy::unwrap_used, reason = "a bench that can't be prepared stops")]

use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use hostolink_database::local::LocalCluster;
use hostolink_kernel::{AccountId, Clock, Limit, Random, SystemClock, SystemRandom, UserId, Xof};
use hostolink_ledger::{
    AccountKind, Action, Fingerprint, IdempotencyKey, Ledger, NewHolder, Order, Outcome, Reply,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Accounts that pay the merchant in turn.
const PAYERS: usize = 100;
/// Entries of the small books.
const FEW: u64 = 1_000;
/// Orders a batch.
const BATCH: usize = 512;
/// Questions a measure, after as many that are not counted.
const QUESTIONS: usize = 5_000;

struct Books {
    ledger: Ledger,
    conn: PgConnection,
    agent: UserId,
    float: AccountId,
    payers: Vec<(UserId, AccountId)>,
    merchant: AccountId,
    entries: u64,
}

fn main() {
    let many = std::env::args().find_map(|argument| argument.parse::<u64>().ok()).unwrap_or(10_000_000);
    let folder = tempfile::tempdir().unwrap();
    let cluster = LocalCluster::start(folder.path()).unwrap();
    hostolink_database::migrate::run(&cluster.url()).unwrap();
    let mut books = Books::open(&cluster.url());

    books.grow(FEW);
    let few = books.measure();
    println!("{} entries: balance {:.1?}, first page {:.1?} (medians)", books.entries, few[0], few[1]);
    let start = Instant::now();
    books.grow(many);
    let lasted = start.elapsed();
    println!("posted {} entries in {lasted:.0?}", books.entries);
    let lots = books.measure();
    println!("{} entries: balance {:.1?}, first page {:.1?} (medians)", books.entries, lots[0], lots[1]);

    let report = books.ledger.verify(&mut books.conn, &mut |_| ()).unwrap();
    println!("verified {} transactions in {} links", report.transactions, report.links);
    if !report.holds() {
        println!("INVARIANTS BROKEN: the figures mean nothing. {report:#?}");
        std::process::exit(1);
    }
    for (place, name) in ["balance", "first page"].into_iter().enumerate() {
        let ratio = lots[place].as_secs_f64() / few[place].as_secs_f64();
        println!("{name}: many / few = {ratio:.2} (due: 0.80 to 1.20)");
    }
}

impl Books {
    fn open(url: &str) -> Self {
        let ledger = Ledger::new(Arc::new(SystemClock), Arc::new(SystemRandom));
        let mut conn = PgConnection::establish(url).unwrap();
        let users: Vec<UserRow> = sql_query(
            "INSERT INTO utilisateur (nom) SELECT 'bench' FROM generate_series(1, $1) RETURNING id_user",
        )
        .bind::<diesel::sql_types::BigInt, _>(i64::try_from(PAYERS).unwrap() + 1)
        .load(&mut conn)
        .unwrap();
        let mut payers = Vec::with_capacity(PAYERS + 1);
        for user in users {
            let new = NewHolder { owner: user.id_user, ceiling: Some(Xof::MAX) };
            let holder = ledger.open_holder(&mut conn, &new).unwrap();
            let account = ledger.open_account(&mut conn, holder.id, AccountKind::Main).unwrap();
            payers.push((user.id_user, account.id));
        }
        let (agent, merchant) = payers.pop().unwrap();
        let holder = ledger.find_holder_of(&mut conn, agent).unwrap().unwrap();
        let float = ledger.open_account(&mut conn, holder.id, AccountKind::Float).unwrap().id;
        Self { ledger, conn, agent, float, payers, merchant, entries: 0 }
    }

    /// Posts until there are so many entries: the merchant is paid by everybody in turn, one franc a payment.
    fn grow(&mut self, entries: u64) {
        let payments = usize::try_from((entries - self.entries) / 2).unwrap();
        let each = Xof::new(i64::try_from(payments / PAYERS + 1).unwrap()).unwrap();
        let all = Xof::new(each.francs() * i64::try_from(PAYERS).unwrap()).unwrap();
        self.post(&[order(self.agent, Action::FundFloat { float: self.float, amount: all })]);
        let (agent, float) = (self.agent, self.float);
        let given = self
            .payers
            .clone()
            .into_iter()
            .map(|(_, to)| order(agent, Action::CashIn { float, to, amount: each }));
        self.post(&given.collect::<Vec<_>>());
        while self.entries < entries {
            let (merchant, from) = (self.merchant, usize::try_from(self.entries / 2).unwrap());
            let batch = BATCH.min(usize::try_from((entries - self.entries).div_ceil(2)).unwrap());
            let paid = self.payers.iter().cycle().skip(from % PAYERS).take(batch).map(|(payer, from)| {
                order(*payer, Action::Transfer { from: *from, to: merchant, amount: Xof::new(1).unwrap() })
            });
            let orders: Vec<_> = paid.collect();
            self.post(&orders);
        }
        sql_query("VACUUM ANALYZE").execute(&mut self.conn).unwrap();
    }

    fn post(&mut self, orders: &[Order]) {
        for batch in orders.chunks(BATCH) {
            let replies = self.ledger.post(&mut self.conn, batch).unwrap();
            assert!(
                replies
                    .into_iter()
                    .all(|reply| matches!(reply, Reply::Done { outcome: Outcome::Accepted(_), .. }))
            );
            self.entries += 2 * batch.len() as u64;
        }
    }

    /// The median time of the merchant's balance, and of the first page of the merchant's statement.
    fn measure(&mut self) -> [Duration; 2] {
        let limit = Limit::DEFAULT;
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..2 * QUESTIONS {
            let start = Instant::now();
            self.ledger.find_account(&mut self.conn, self.merchant).unwrap().unwrap();
            times[0].push(start.elapsed());
            let start = Instant::now();
            self.ledger.statement(&mut self.conn, self.merchant, None, limit).unwrap();
            times[1].push(start.elapsed());
        }
        times.map(|times| {
            let mut counted = times[QUESTIONS..].to_vec();
            counted.sort_unstable();
            counted[QUESTIONS / 2]
        })
    }
}

#[derive(diesel::QueryableByName)]
struct UserRow {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    id_user: UserId,
}

fn order(actor: UserId, action: Action) -> Order {
    let now = SystemClock.now();
    Order {
        key: IdempotencyKey::parse(actor, &SystemRandom.uuid(now).to_string()).unwrap(),
        fingerprint: Fingerprint::of("bench", &action.amount().map(Xof::francs)).unwrap(),
        action,
        charges: Vec::new(),
        caps: Vec::new(),
        once: None,
        note: None,
        event_at: now,
    }
}
