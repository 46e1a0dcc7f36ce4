use crate::model::{Event, back_off, shorten};
use crate::{Error, WAKE_UP, store};
use chrono::{DateTime, Utc};
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::{Connection, PgConnection, QueryResult};
use hostolink_kernel::Clock;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Why a subscriber did not take an event. Its text is kept and logged: nothing personal in it.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

type Handler = Box<dyn Fn(&mut PgConnection, &[Event]) -> Result<(), HandlerError> + Send + Sync>;

/// How events are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The most events numbered, or given to one subscriber, in one transaction.
    pub batch: u16,
    /// How often a subscriber may fail at one event before it is set aside.
    pub tries: u16,
}

impl Default for Settings {
    /// 500 events; 12 tries, which take about a quarter of an hour.
    fn default() -> Self {
        Self { batch: 500, tries: 12 }
    }
}

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dispatched {
    /// Events that got their number.
    pub numbered: usize,
    /// Events that subscribers took, each counted once a subscriber.
    pub delivered: usize,
    /// Failures of subscribers.
    pub failed: usize,
    /// Events set aside.
    pub parked: usize,
    /// Whether a batch was full: there may be more at once.
    pub more: bool,
}

/// Numbers committed events and hands them to subscribers. Any number of processes may run one: at each moment one of them
/// numbers, and one serves a given subscriber.
pub struct Dispatcher {
    clock: Arc<dyn Clock>,
    settings: Settings,
    subscribers: Vec<Subscriber>,
    registered: AtomicBool,
}

struct Subscriber {
    name: &'static str,
    handler: Handler,
    /// The most events it is given at once.
    batch: u16,
    /// Whether it waits for a full batch while events go on coming.
    patient: bool,
}

impl std::fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dispatcher")
            .field("settings", &self.settings)
            .field("subscribers", &self.names())
            .finish_non_exhaustive()
    }
}

impl Dispatcher {
    /// A dispatcher without subscribers.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, settings: Settings) -> Self {
        Self { clock, settings, subscribers: Vec::new(), registered: AtomicBool::new(false) }
    }

    /// Adds a subscriber, known for ever by `name` (at most 64 characters). A new one starts at the oldest event kept.
    ///
    /// `handler` gets events in order, each at least once, in a transaction that also moves the subscriber's cursor: what it
    /// writes with that connection is there exactly once. What it does elsewhere may be done again after a crash. It must
    /// not wait for a network, nor for more than a few seconds. It ignores the kinds it does not know.
    #[must_use]
    pub fn subscribe(
        mut self,
        name: &'static str,
        handler: impl Fn(&mut PgConnection, &[Event]) -> Result<(), HandlerError> + Send + Sync + 'static,
    ) -> Self {
        let batch = self.settings.batch;
        self.subscribers.push(Subscriber { name, handler: Box::new(handler), batch, patient: false });
        self
    }

    /// The same for a handler whose work is mostly the same for many events as for one, and that may be late: while events go on coming, it
    /// is given `batch` of them at a time; as soon as none comes, all there are.
    #[must_use]
    pub fn subscribe_in_bulk(
        mut self,
        name: &'static str,
        batch: u16,
        handler: impl Fn(&mut PgConnection, &[Event]) -> Result<(), HandlerError> + Send + Sync + 'static,
    ) -> Self {
        self.subscribers.push(Subscriber { name, handler: Box::new(handler), batch, patient: true });
        self
    }

    fn names(&self) -> Vec<&'static str> {
        self.subscribers.iter().map(|subscriber| subscriber.name).collect()
    }

    /// One round: numbers at most a batch, then gives each subscriber at most a batch. Not inside a transaction. Two
    /// cheap queries when nothing happened: call it several times a second.
    ///
    /// # Errors
    /// Those of the database, the first of them; the other subscribers have had their turn. A handler's failure is no
    /// error here: it is logged, counted, and tried again later.
    pub fn run_once(&self, conn: &mut PgConnection) -> Result<Dispatched, Error> {
        let names = self.names();
        if !self.registered.load(Ordering::Acquire) {
            store::register(conn, &names)?;
            self.registered.store(true, Ordering::Release);
        }
        let batch = i64::from(self.settings.batch);
        let mut done = Dispatched::default();
        if store::any_without_seq(conn)? {
            done.numbered = conn.transaction(|conn| number(conn, batch))?;
            done.more = done.numbered == usize::from(self.settings.batch);
        }
        let now = self.clock.now();
        let due = store::due(conn, &names, now)?;
        let replays = store::replays(conn, &names)?;
        let mut first_error = None;
        for subscriber in &self.subscribers {
            let name = subscriber.name;
            if replays.iter().any(|replaying| replaying == name)
                && let Err(error) = conn.transaction(|conn| self.replay(conn, subscriber, &mut done))
            {
                first_error.get_or_insert(error);
            }
            let Some(waiting) = due.iter().find(|due| due.name == name).map(|due| due.waiting) else {
                continue;
            };
            if subscriber.patient && done.numbered > 0 && waiting < i64::from(subscriber.batch) {
                done.more = true;
            } else if let Err(error) = conn.transaction(|conn| self.deliver(conn, subscriber, now, &mut done))
            {
                first_error.get_or_insert(error);
            }
        }
        first_error.map_or(Ok(done), |error| Err(error.into()))
    }

    /// Numbers what was committed, at most a batch, and hands out nothing: for who has just written and wants it heard at once. Says
    /// how many, and whether there may be more: also where another process is numbering just now, and may not see the last. Not inside a
    /// transaction.
    ///
    /// # Errors
    /// Those of the database.
    pub fn number(&self, conn: &mut PgConnection) -> Result<Dispatched, Error> {
        let mut done = Dispatched::default();
        if store::any_without_seq(conn)? {
            let batch = i64::from(self.settings.batch);
            done.numbered = conn.transaction(|conn| number(conn, batch))?;
            done.more = done.numbered == 0 || done.numbered == usize::from(self.settings.batch);
        }
        Ok(done)
    }

    fn deliver(
        &self,
        conn: &mut PgConnection,
        Subscriber { name, handler, batch, .. }: &Subscriber,
        now: DateTime<Utc>,
        done: &mut Dispatched,
    ) -> QueryResult<()> {
        let Some((cursor, tries)) = store::hold_subscriber(conn, name, now)? else { return Ok(()) };
        // After a failure the event at fault is met alone.
        let limit = if tries == 0 { i64::from(*batch) } else { 1 };
        let events = store::events_after(conn, cursor, limit)?;
        let Some(last) = events.last() else { return Ok(()) };
        if events.len() > 1 && attempt(conn, handler, &events)?.is_ok() {
            store::advance(conn, name, last.seq)?;
            done.delivered += events.len();
            done.more |= events.len() == usize::from(*batch);
            return Ok(());
        }
        for (position, event) in events.iter().enumerate() {
            match attempt(conn, handler, std::slice::from_ref(event))? {
                Ok(()) => {
                    store::advance(conn, name, event.seq)?;
                    done.delivered += 1;
                    done.more |= tries > 0;
                }
                Err(error) => {
                    let tries = if position == 0 { tries } else { 0 }; // they were those of the first
                    return self.failed(conn, name, event, tries + 1, &shorten(&error.to_string()), done);
                }
            }
        }
        Ok(())
    }

    fn failed(
        &self,
        conn: &mut PgConnection,
        name: &'static str,
        event: &Event,
        tries: i32,
        error: &str,
        done: &mut Dispatched,
    ) -> QueryResult<()> {
        let now = self.clock.now();
        done.failed += 1;
        if tries < i32::from(self.settings.tries) {
            tracing::warn!(
                subscriber = name,
                seq = event.seq,
                kind = event.kind,
                tries,
                error,
                "event refused"
            );
            store::postpone(conn, name, tries, now + back_off(tries), error)?;
        } else {
            tracing::error!(
                subscriber = name,
                seq = event.seq,
                kind = event.kind,
                tries,
                error,
                "event set aside"
            );
            store::park(conn, name, event.seq, error, now)?;
            store::advance(conn, name, event.seq)?;
            done.parked += 1;
            done.more = true;
        }
        Ok(())
    }

    /// Tries one event that somebody asked to have tried again.
    fn replay(
        &self,
        conn: &mut PgConnection,
        Subscriber { name, handler, .. }: &Subscriber,
        done: &mut Dispatched,
    ) -> QueryResult<()> {
        let Some(seq) = store::hold_replay(conn, name)? else { return Ok(()) };
        let events = store::events_after(conn, seq - 1, 1)?;
        match attempt(conn, handler, &events)? {
            Ok(()) => {
                store::unpark(conn, name, seq)?;
                done.delivered += 1;
            }
            Err(error) => {
                store::park_again(conn, name, seq, &shorten(&error.to_string()))?;
                done.failed += 1;
            }
        }
        done.more = true;
        Ok(())
    }
}

/// Gives the oldest committed events their numbers.
fn number(conn: &mut PgConnection, batch: i64) -> QueryResult<usize> {
    let Some(last) = store::lock_sequence(conn)? else { return Ok(0) };
    // A statement of its own, begun under the lock: it sees all that the last dispatcher did.
    let count = store::number(conn, last, batch)?;
    if count > 0 {
        let last = last + i64::try_from(count).unwrap_or(batch);
        store::set_last_seq(conn, last)?;
        store::notify(conn, WAKE_UP, last)?;
    }
    Ok(count)
}

/// Runs a handler in a savepoint: what it wrote before it failed, or panicked, is undone. The outer error is the
/// connection's.
fn attempt(
    conn: &mut PgConnection,
    handler: &Handler,
    events: &[Event],
) -> QueryResult<Result<(), HandlerError>> {
    let before = depth(conn)?;
    let result = catch_unwind(AssertUnwindSafe(|| {
        conn.transaction::<(), HandlerError, _>(|conn| handler(conn, events))
    }));
    result.map_or_else(
        |_panic| {
            while depth(conn)? > before {
                AnsiTransactionManager::rollback_transaction(conn)?;
            }
            Ok(Err("the subscriber panicked".into()))
        },
        Ok,
    )
}

fn depth(conn: &mut PgConnection) -> QueryResult<u32> {
    let depth = AnsiTransactionManager::transaction_manager_status_mut(conn).transaction_depth()?;
    Ok(depth.map_or(0, Into::into))
}
