//! How many durable transfers a second: the writer's batches against one well-written transaction a transfer, in one
//! run, on a private cluster with `fsync` and `synchronous_commit` on. Everything either does is the whole job: key,
//! row locks, entries, chain, event.
//!
//! `cargo bench -p hostolink-ledger -- [seconds a measure] [rounds]`. It ends with a verification of the books; when
//! one invariant is false no ratio is printed and the run fails.

#![expect(clippy::print_stdout, reason = "its figures are what the program is for")]
#![expect(clippy::unwrap_used, reason = "a bench that can't be prepared stops")]

use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use hostolink_database::local::LocalCluster;
use hostolink_kernel::{AccountId, Clock, Random, SystemClock, SystemRandom, UserId, Xof};
use hostolink_ledger::{
    AccountKind, Action, Fingerprint, IdempotencyKey, Ledger, NewHolder, Order, Outcome, Reply, Writer,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Accounts that pay.
const PEOPLE: usize = 100_000;
/// What each has at the start: more than a run can spend.
const FUNDS: i64 = 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Load {
    /// Everybody pays one merchant.
    Hot,
    /// Anybody pays somebody by Zipf's law, s = 1.
    Zipf,
    /// Anybody pays anybody.
    Uniform,
    /// Two people pay each other.
    Crossing,
    /// Everybody pays one merchant; of a hundred, five can't, and two are sent again.
    Mixed,
}

const LOADS: [Load; 5] = [Load::Hot, Load::Zipf, Load::Uniform, Load::Crossing, Load::Mixed];
const WAYS: [Way; 6] = [
    Way::OneByOne(16),
    Way::OneByOne(32),
    Way::OneByOne(64),
    Way::Writer(64),
    Way::Writer(256),
    Way::Writer(1024),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// One transaction a transfer, on so many connections.
    OneByOne(usize),
    /// The writer, with so many requests under way.
    Writer(usize),
}

struct Bench {
    url: String,
    ledger: Ledger,
    people: Vec<(UserId, AccountId)>,
    merchant: AccountId,
    /// Running sums of 1/rank.
    ranks: Vec<f64>,
    seconds: u64,
}

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<u64>().ok());
    let (seconds, rounds) = (numbers.next().unwrap_or(4), numbers.next().unwrap_or(5));
    let folder = tempfile::tempdir().unwrap();
    let cluster = LocalCluster::start(folder.path()).unwrap();
    hostolink_database::migrate::run(&cluster.url()).unwrap();
    let bench = Arc::new(prepare(cluster.url(), seconds));
    let conn = &mut bench.connect();
    for setting in ["server_version", "fsync", "synchronous_commit", "shared_buffers"] {
        println!("{setting} = {}", show(conn, setting));
    }
    println!(
        "{PEOPLE} payers, {seconds} s a measure, {rounds} rounds interleaved; transfers/s: median [min–max]; latency of the last round\n"
    );

    let mut measured: Vec<(Load, Way, Vec<f64>, [Duration; 2])> = Vec::new();
    for _ in 0..rounds {
        for load in LOADS {
            for way in WAYS {
                let (rate, latency) = bench.measure(load, way);
                match measured.iter_mut().find(|row| (row.0, row.1) == (load, way)) {
                    Some(row) => {
                        row.2.push(rate);
                        row.3 = latency;
                    }
                    None => measured.push((load, way, vec![rate], latency)),
                }
            }
        }
    }
    let report = bench.ledger.verify(conn, &mut |_| ()).unwrap();
    let median = |load, way| {
        let row = measured.iter().find(|row| (row.0, row.1) == (load, way)).unwrap();
        let mut rates = row.2.clone();
        rates.sort_by(f64::total_cmp);
        (rates[rates.len() / 2], rates[0], rates[rates.len() - 1], row.3)
    };
    for load in LOADS {
        for way in WAYS {
            let (middle, least, most, [p50, p99]) = median(load, way);
            println!("{load:?} {way:?}: {middle:.0} [{least:.0}–{most:.0}]  p50 {p50:.1?} p99 {p99:.1?}");
        }
    }
    println!("\nverified {} transactions in {} links", report.transactions, report.links);
    if !report.holds() {
        println!("INVARIANTS BROKEN: the figures mean nothing. {report:#?}");
        std::process::exit(1);
    }
    for load in LOADS {
        let best = |ways: &[Way]| ways.iter().map(|way| median(load, *way).0).fold(0.0, f64::max);
        println!("{load:?}: batches / one by one = {:.1}", best(&WAYS[3..]) / best(&WAYS[..3]));
    }
}

/// Opens the accounts and fills them, in batches.
fn prepare(url: String, seconds: u64) -> Bench {
    let ledger = Ledger::new(Arc::new(SystemClock), Arc::new(SystemRandom));
    let conn = &mut PgConnection::establish(&url).unwrap();
    // The tables begin empty: plans made then would read them whole for each of 100,000 accounts.
    sql_query("SET enable_seqscan = off").execute(conn).unwrap();
    let users = sql_query(
        "INSERT INTO utilisateur (nom) SELECT 'bench' FROM generate_series(1, $1) RETURNING id_user",
    )
    .bind::<diesel::sql_types::BigInt, _>(i64::try_from(PEOPLE).unwrap() + 1);
    let users: Vec<UserRow> = users.load(conn).unwrap();
    let mut people = Vec::with_capacity(PEOPLE + 1);
    conn.transaction(|conn| {
        for user in users {
            let holder = ledger.open_holder(
                conn,
                &NewHolder { owner: user.id_user, ceiling: Xof::new(FUNDS * 1_000_000).ok() },
            )?;
            people.push((user.id_user, ledger.open_account(conn, holder.id, AccountKind::Main)?.id));
        }
        Ok::<_, hostolink_ledger::Error>(())
    })
    .unwrap();
    let (agent, merchant) = people.pop().unwrap();
    let holder = ledger.find_holder_of(conn, agent).unwrap().unwrap();
    let float = ledger.open_account(conn, holder.id, AccountKind::Float).unwrap().id;
    let all = Xof::new(FUNDS * i64::try_from(PEOPLE).unwrap()).unwrap();
    assert!(done(ledger.post(conn, &[order(agent, Action::FundFloat { float, amount: all })]).unwrap()[0]));
    for some in people.chunks(512) {
        let amount = Xof::new(FUNDS).unwrap();
        let orders: Vec<Order> =
            some.iter().map(|(_, to)| order(agent, Action::CashIn { float, to: *to, amount })).collect();
        assert!(ledger.post(conn, &orders).unwrap().into_iter().all(done));
    }
    sql_query("ANALYZE").execute(conn).unwrap();
    let mut sum = 0.0;
    let ranks = (1..=PEOPLE).map(|rank| {
        sum += 1.0 / rank as f64;
        sum
    });
    Bench { url, ledger, people, merchant, ranks: ranks.collect(), seconds }
}

impl Bench {
    fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url).unwrap()
    }

    /// The `number`th of a client: somebody pays somebody 1 to 100 francs. `last` is the one before.
    fn transfer(&self, load: Load, number: u64, last: Option<&Order>) -> Order {
        let draw = |below: usize| {
            let mut bytes = [0; 8];
            SystemRandom.fill(&mut bytes);
            usize::try_from(u64::from_le_bytes(bytes) % below as u64).unwrap()
        };
        let mut amount = 1 + i64::try_from(draw(100)).unwrap();
        let mut place = draw(PEOPLE);
        let to = match load {
            Load::Hot => self.merchant,
            Load::Zipf => {
                let at = draw(1 << 53) as f64 / (1_u64 << 53) as f64 * self.ranks[PEOPLE - 1];
                let rank = self.ranks.partition_point(|sum| *sum < at);
                place = if place == rank { (rank + 1) % PEOPLE } else { place };
                self.people[rank].1
            }
            Load::Uniform => self.people[(place + 1 + draw(PEOPLE - 1)) % PEOPLE].1,
            Load::Crossing => {
                place %= 2;
                self.people[1 - place].1
            }
            Load::Mixed => {
                match (number % 100, last) {
                    (30 | 70, Some(last)) => return last.clone(),
                    (20 | 40 | 60 | 80 | 99, _) => amount = Xof::MAX.francs(),
                    _ => {}
                }
                self.merchant
            }
        };
        let (user, from) = self.people[place];
        order(user, Action::Transfer { from, to, amount: Xof::new(amount).unwrap() })
    }

    /// Accepted transfers a second, and the median and 99th percentile of the time that each took.
    fn measure(self: &Arc<Self>, load: Load, way: Way) -> (f64, [Duration; 2]) {
        let start = Instant::now();
        let end = start + Duration::from_secs(self.seconds);
        let accepted = Arc::new(AtomicU64::new(0));
        let mut times = match way {
            Way::OneByOne(connections) => std::thread::scope(|scope| {
                let post = || {
                    let mut conn = self.connect();
                    let (mut times, mut order) = (Vec::new(), None);
                    while Instant::now() < end {
                        let next = self.transfer(load, times.len() as u64, order.as_ref());
                        let begun = Instant::now();
                        let reply = self.ledger.post(&mut conn, std::slice::from_ref(&next)).unwrap()[0];
                        order = Some(next);
                        accepted.fetch_add(u64::from(done(reply)), Ordering::Relaxed);
                        times.push(begun.elapsed());
                    }
                    times
                };
                let threads: Vec<_> = (0..connections).map(|_| scope.spawn(post)).collect();
                threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
            }),
            Way::Writer(under_way) => {
                let url = self.url.clone();
                let connect = move || PgConnection::establish(&url);
                let writer = self.ledger.start_writer(connect, Writer::CAPACITY).unwrap();
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                let times = runtime.block_on(async {
                    let mut clients = tokio::task::JoinSet::new();
                    for _ in 0..under_way {
                        let (bench, writer, accepted) = (self.clone(), writer.clone(), accepted.clone());
                        clients.spawn(async move {
                            let (mut times, mut order) = (Vec::new(), None);
                            while Instant::now() < end {
                                let next = bench.transfer(load, times.len() as u64, order.as_ref());
                                let begun = Instant::now();
                                let reply = writer.post(next.clone()).await.unwrap();
                                order = Some(next);
                                accepted.fetch_add(u64::from(done(reply)), Ordering::Relaxed);
                                times.push(begun.elapsed());
                            }
                            times
                        });
                    }
                    clients.join_all().await.concat()
                });
                runtime.block_on(writer.stop());
                times
            }
        };
        let rate = accepted.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64();
        times.sort_unstable();
        (rate, [times[times.len() / 2], times[times.len() * 99 / 100]])
    }
}

#[derive(diesel::QueryableByName)]
struct UserRow {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    id_user: UserId,
}

#[derive(diesel::QueryableByName)]
struct Setting {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

fn show(conn: &mut PgConnection, setting: &str) -> String {
    let row: Setting = sql_query("SELECT current_setting($1) AS value")
        .bind::<diesel::sql_types::Text, _>(setting)
        .get_result(conn)
        .unwrap();
    row.value
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

fn done(reply: Reply) -> bool {
    matches!(reply, Reply::Done { outcome: Outcome::Accepted(_), .. })
}
