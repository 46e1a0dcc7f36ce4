use hostolink_kernel::UserId;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::Notify;
use uuid::Uuid;

/// How many streams there may be, and how long one may be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Open at a time for one person, in this process: as many devices, and connections that are dead without anybody knowing yet.
    pub of_one: usize,
    /// Open at a time in this process.
    pub of_all: usize,
    /// How often a stream says that it lives, which is also how often it looks without being woken.
    pub pulse: Duration,
    /// Since when nobody has taken anything from a stream: it is given up.
    pub patience: Duration,
}

impl Default for Limits {
    /// 8 a person, 5 000 in all; a pulse every 15 seconds, which proxies need to keep the connection, and three of them of patience.
    fn default() -> Self {
        Self { of_one: 8, of_all: 5_000, pulse: Duration::from_secs(15), patience: Duration::from_secs(45) }
    }
}

/// There is no room for another stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// This person has as many as one may have.
    OfOne,
    /// This process has as many as it may have.
    OfAll,
}

/// The streams of this process.
#[derive(Debug)]
pub struct Hub {
    limits: Limits,
    seats: Mutex<Seats>,
    /// The last event of the outbox that was told; `None` where nobody listened.
    pub(super) told: Mutex<Option<i64>>,
    /// Somebody here did what others may want to hear at once.
    pub(super) kicked: Notify,
}

#[derive(Debug, Default)]
struct Seats {
    closed: bool,
    last: u64,
    open: HashMap<u64, Arc<Inner>>,
    of_user: HashMap<UserId, usize>,
    of_topic: HashMap<Uuid, Vec<u64>>,
}

#[derive(Debug)]
struct Inner {
    user: UserId,
    topics: Vec<Uuid>,
    woken: Notify,
    ended: AtomicBool,
    /// When something was last asked of the stream.
    polled: Mutex<Instant>,
}

/// A stream's place. Dropping it gives the place free.
#[derive(Debug)]
pub struct Seat {
    hub: Arc<Hub>,
    number: u64,
    inner: Arc<Inner>,
}

impl Hub {
    /// Nobody listens yet.
    #[must_use]
    pub fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self { limits, seats: Mutex::default(), told: Mutex::default(), kicked: Notify::new() })
    }

    /// A place for a stream of somebody's, woken by what happens to these public ids.
    ///
    /// # Errors
    /// [`Full`].
    pub fn take(self: &Arc<Self>, user: UserId, topics: Vec<Uuid>, now: Instant) -> Result<Seat, Full> {
        let mut seats = self.seats();
        if seats.of_user.get(&user).is_some_and(|count| *count >= self.limits.of_one) {
            return Err(Full::OfOne);
        }
        if seats.closed || seats.open.len() >= self.limits.of_all {
            return Err(Full::OfAll);
        }
        seats.last += 1;
        let number = seats.last;
        *seats.of_user.entry(user).or_default() += 1;
        for topic in &topics {
            seats.of_topic.entry(*topic).or_default().push(number);
        }
        let inner = Arc::new(Inner {
            user,
            topics,
            woken: Notify::new(),
            ended: AtomicBool::new(false),
            polled: Mutex::new(now),
        });
        seats.open.insert(number, Arc::clone(&inner));
        Ok(Seat { hub: Arc::clone(self), number, inner })
    }

    /// Makes the streams on a topic look.
    pub fn wake(&self, topic: &Uuid) {
        let seats = self.seats();
        for number in seats.of_topic.get(topic).into_iter().flatten() {
            if let Some(seat) = seats.open.get(number) {
                seat.woken.notify_one();
            }
        }
    }

    /// Makes all look.
    pub(super) fn wake_all(&self) {
        self.seats().open.values().for_each(|seat| seat.woken.notify_one());
    }

    /// Something happened here: the events are looked at now, and not at the next turn.
    pub fn kick(&self) {
        if !self.is_empty() {
            self.kicked.notify_one();
        }
    }

    /// Whether nobody listens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many streams are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seats().open.len()
    }

    /// Gives up streams from which nobody takes anything: a reader that is too slow, or gone without a word. Says how many.
    pub fn give_up(&self, now: Instant) -> usize {
        let mut seats = self.seats();
        let quiet = |seat: &Inner| now.saturating_duration_since(*lock(&seat.polled)) > self.limits.patience;
        let numbers: Vec<u64> =
            seats.open.iter().filter(|(_, seat)| quiet(seat)).map(|(number, _)| *number).collect();
        numbers.iter().for_each(|number| seats.remove(*number));
        numbers.len()
    }

    /// Ends every stream, and takes no more: the program stops.
    pub fn close(&self) {
        let mut seats = self.seats();
        seats.closed = true;
        let numbers: Vec<u64> = seats.open.keys().copied().collect();
        numbers.into_iter().for_each(|number| seats.remove(number));
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        lock(&self.seats)
    }
}

impl Seats {
    fn remove(&mut self, number: u64) {
        let Some(seat) = self.open.remove(&number) else { return };
        if let Some(count) = self.of_user.get_mut(&seat.user) {
            *count -= 1;
            if *count == 0 {
                self.of_user.remove(&seat.user);
            }
        }
        for topic in &seat.topics {
            if let Some(numbers) = self.of_topic.get_mut(topic) {
                numbers.retain(|other| *other != number);
                if numbers.is_empty() {
                    self.of_topic.remove(topic);
                }
            }
        }
        seat.ended.store(true, Ordering::Release);
        seat.woken.notify_one();
    }
}

impl Seat {
    /// Whether the stream is to end.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.inner.ended.load(Ordering::Acquire)
    }

    /// Says that the reader takes what it is given.
    pub fn asked(&self, now: Instant) {
        *lock(&self.inner.polled) = now;
    }

    /// Waits until there is a reason to look: `true` for a wake, `false` for the pulse.
    pub async fn reason(&self) -> bool {
        tokio::time::timeout(self.hub.limits.pulse, self.inner.woken.notified()).await.is_ok()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.seats().remove(self.number);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hub() -> Arc<Hub> {
        Hub::new(Limits { of_one: 2, of_all: 3, ..Limits::default() })
    }

    #[actix_web::test]
    async fn places_are_bounded_and_come_back() {
        let (hub, now) = (hub(), Instant::now());
        let take = |user| hub.take(UserId::new(user), vec![Uuid::nil()], now);
        let (first, _second) = (take(1).unwrap(), take(1).unwrap());
        assert_eq!(take(1).unwrap_err(), Full::OfOne);
        let _other = take(2).unwrap();
        assert_eq!(take(3).unwrap_err(), Full::OfAll);
        drop(first);
        assert_eq!(hub.len(), 2);
        take(3).unwrap();
        hub.close();
        assert!(hub.is_empty());
        assert_eq!(take(4).unwrap_err(), Full::OfAll);
        assert!(hub.seats().of_topic.is_empty() && hub.seats().of_user.is_empty());
    }

    #[actix_web::test]
    async fn a_wake_reaches_its_topic_alone_and_is_not_lost_on_who_is_busy() {
        let (hub, now) = (hub(), Instant::now());
        let (topic, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let seat = hub.take(UserId::new(1), vec![topic], now).unwrap();
        hub.wake(&other);
        let waiting = seat.reason();
        tokio::pin!(waiting);
        assert!(futures_util::poll!(&mut waiting).is_pending());
        // Before it waits again: the wake stays until then.
        hub.wake(&topic);
        assert!(waiting.await);
        hub.wake(&topic);
        hub.wake(&topic);
        assert!(seat.reason().await);
    }

    #[actix_web::test]
    async fn who_takes_nothing_loses_the_place() {
        let (hub, start) = (hub(), Instant::now());
        let (slow, quick) = (
            hub.take(UserId::new(1), Vec::new(), start).unwrap(),
            hub.take(UserId::new(2), Vec::new(), start).unwrap(),
        );
        let later = start + Duration::from_secs(40);
        quick.asked(later);
        assert_eq!(hub.give_up(later), 0);
        assert_eq!(hub.give_up(start + Duration::from_secs(46)), 1);
        assert!(slow.ended() && !quick.ended());
        assert!(slow.reason().await, "it hears of it");
        drop(slow);
        assert_eq!(hub.len(), 1);
    }
}
