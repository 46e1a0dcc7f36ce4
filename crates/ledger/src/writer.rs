//! The one thread that does this process's orders: it takes what waits, does it in one transaction, answers, and takes
//! what came in the meantime. Under load the batches grow, idle there is no delay.

use crate::{Error, Order, Reply, posting};
use diesel::{ConnectionResult, PgConnection, connection::SimpleConnection, result::Error as Query};
use hostolink_database as database;
use hostolink_kernel::{Clock, Random};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{mpsc, oneshot, watch};

/// The most orders of one transaction.
const BATCH: usize = 512;
/// How often a batch is tried while the database is away or contended: with the pauses between, about five seconds.
const TRIES: u32 = 10;

/// The way to the writer's thread. Cheap to clone; the thread ends when the last clone is gone or one says [`Writer::stop`].
#[derive(Debug, Clone)]
pub struct Writer {
    queue: mpsc::Sender<Job>,
    ended: watch::Receiver<()>,
}

enum Job {
    Do(Box<Order>, Answer),
    Stop,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Job(…)")
    }
}

type Answer = oneshot::Sender<Result<Reply, Error>>;

impl Writer {
    /// Orders that may wait before more are answered [`Error::Busy`].
    pub const CAPACITY: usize = 8192;

    pub(crate) fn start(
        connect: impl Fn() -> ConnectionResult<PgConnection> + Send + 'static,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        capacity: usize,
    ) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel(capacity);
        let (ending, ended) = watch::channel(());
        let work = Work { connect: Box::new(connect), conn: None, clock, random };
        std::thread::Builder::new().name("ledger-writer".to_owned()).spawn(move || {
            work.run(jobs);
            drop(ending);
        })?;
        Ok(Self { queue, ended })
    }

    /// Hands an order over and waits for its durable outcome. Once handed over it is done, whether somebody still waits
    /// or not.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full or the writer stops: the order was not taken. [`Error::Away`] when the
    /// database stayed away: the same order (its key) may be sent again. Others concern this order alone.
    pub async fn post(&self, order: Order) -> Result<Reply, Error> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Job::Do(Box::new(order), answer)).map_err(|_| Error::Busy)?;
        answered.await.unwrap_or(Err(Error::Away))
    }

    /// How many orders wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Takes no more orders, does those that wait, and comes back when all is done.
    pub async fn stop(&self) {
        let mut ended = self.ended.clone();
        if self.queue.send(Job::Stop).await.is_ok() {
            // The thread drops the other end: that is the news.
            while ended.changed().await.is_ok() {}
        }
    }
}

/// What the thread owns.
struct Work {
    connect: Box<dyn Fn() -> ConnectionResult<PgConnection> + Send>,
    conn: Option<PgConnection>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

/// Why a batch was not done.
enum Failure {
    /// It may work in a moment, on another connection.
    Passing(Error),
    /// One of its orders can't be done.
    Poison(Error),
}

impl Work {
    fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut taken = Vec::with_capacity(BATCH);
        while jobs.blocking_recv_many(&mut taken, BATCH) > 0 {
            let (mut orders, mut answers) =
                (Vec::with_capacity(taken.len()), Vec::with_capacity(taken.len()));
            for job in taken.drain(..) {
                match job {
                    Job::Do(order, answer) => {
                        orders.push(*order);
                        answers.push(Some(answer));
                    }
                    // What is in the queue is still done; then nothing more comes.
                    Job::Stop => jobs.close(),
                }
            }
            self.settle(&orders, &mut answers);
        }
    }

    /// Does the orders and answers each. A batch that can't be done is halved until the order is found that can't.
    fn settle(&mut self, orders: &[Order], answers: &mut [Option<Answer>]) {
        match self.post(orders) {
            Ok(replies) => {
                for (answer, reply) in answers.iter_mut().zip(replies) {
                    tell(answer, Ok(reply));
                }
            }
            Err(Failure::Passing(error)) => {
                tracing::error!(error = %error, orders = orders.len(), "the database stayed away from the ledger's writer");
                answers.iter_mut().for_each(|answer| tell(answer, Err(Error::Away)));
            }
            Err(Failure::Poison(error)) => {
                if let [answer] = answers {
                    tracing::error!(error = %error, "an order can't be done");
                    tell(answer, Err(error));
                } else {
                    let half = orders.len() / 2;
                    let (first, second) = answers.split_at_mut(half);
                    self.settle(&orders[..half], first);
                    self.settle(&orders[half..], second);
                }
            }
        }
    }

    /// Tries until it is done, can't be, or was tried often enough. A try whose end is unknown is no danger: its keys
    /// were written with it or not at all.
    fn post(&mut self, orders: &[Order]) -> Result<Vec<Reply>, Failure> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.post_once(orders) {
                Err(Failure::Passing(error)) if tries < TRIES => {
                    let pause = Duration::from_millis((10 << tries).min(1_000));
                    tracing::warn!(error = %error, tries, "the ledger's writer tries again");
                    std::thread::sleep(pause);
                }
                done => return done,
            }
        }
    }

    fn post_once(&mut self, orders: &[Order]) -> Result<Vec<Reply>, Failure> {
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        let (mut conn, used) = match self.conn.take() {
            Some(conn) => (conn, true),
            None => (self.open().map_err(Failure::Passing)?, false),
        };
        let now = self.clock.now();
        match catch_unwind(AssertUnwindSafe(|| posting::post(&mut conn, orders, now, self.random.as_ref()))) {
            Ok(Ok(replies)) => {
                self.conn = Some(conn);
                Ok(replies)
            }
            // A connection on which something failed is not used again: opening one costs little, and this is rare. What
            // served before may itself be to blame (its plans, after a migration), so a new one is tried first.
            Ok(Err(error)) if used || passes(&error) => Err(Failure::Passing(error)),
            Ok(Err(error)) => Err(Failure::Poison(error)),
            Err(_) => Err(Failure::Poison(Error::Corrupt("posting panicked"))),
        }
    }

    fn open(&self) -> Result<PgConnection, Error> {
        let mut conn = (self.connect)().map_err(|error| {
            tracing::warn!(error = %error, "the ledger's writer can't connect");
            Error::Away
        })?;
        // Every acknowledged order is on disk, whatever the server's default.
        conn.batch_execute(
            "SET synchronous_commit = on; SET TimeZone = 'UTC'; SET statement_timeout = '30s'; \
             SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '30s'",
        )?;
        Ok(conn)
    }
}

/// Whether the same batch may work in a moment.
fn passes(error: &Error) -> bool {
    fn query_passes(error: &Query) -> bool {
        use diesel::result::DatabaseErrorKind::ReadOnlyTransaction;
        match error {
            Query::RollbackErrorOnCommit { rollback_error, commit_error } => {
                query_passes(rollback_error) || query_passes(commit_error)
            }
            Query::DatabaseError(ReadOnlyTransaction, _) => true,
            error => database::describe(error).kind == hostolink_kernel::Kind::Unavailable,
        }
    }
    match error {
        Error::Away => true,
        Error::Database(database::Error::Query(error)) => query_passes(error),
        _ => false,
    }
}

fn tell(answer: &mut Option<Answer>, reply: Result<Reply, Error>) {
    if let Some(answer) = answer.take() {
        // Who asked may be gone; the order is done all the same.
        let _ = answer.send(reply);
    }
}
