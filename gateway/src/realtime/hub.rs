use super::{
    doorstep::Doorstep,
    limits::{Ending, Full, Limits},
    mail::{Letter, Mailbox, Told},
};
use hostolink_kernel::UserId;
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Instant,
};
use tokio::sync::{Notify, mpsc::Receiver};
use uuid::Uuid;

/// The streams of this process.
#[derive(Debug)]
pub struct Hub {
    limits: Limits,
    seats: Mutex<Seats>,
    /// Held by whoever tells what happened: one at a time, so that nothing is told twice or in another order.
    pub(super) turn: tokio::sync::Mutex<()>,
    /// Somebody here did what others may want to hear at once.
    pub(super) kicked: Notify,
    /// Another process says that there is something to read.
    pub(super) hinted: Notify,
    /// Room for sockets of whom nobody knows yet whose they are.
    pub(super) doorstep: Arc<Doorstep>,
    /// The last sign of typing that was told.
    pub(super) typing: Mutex<Option<i64>>,
}

#[derive(Debug, Default)]
struct Seats {
    closed: bool,
    last: u64,
    open: HashMap<u64, Arc<Inner>>,
    of_user: HashMap<UserId, Vec<u64>>,
    of_topic: HashMap<Uuid, Vec<u64>>,
    /// How many of them have a mailbox.
    mailboxes: usize,
    /// The last event of the outbox that was told; `None` where nobody listened.
    told: Option<i64>,
    /// The last event whose listeners were looked up: who comes later hears it from the database.
    gathered: Option<i64>,
}

#[derive(Debug)]
struct Inner {
    user: UserId,
    topics: Mutex<HashSet<Uuid>>,
    woken: Notify,
    /// 0 while it is open, else an [`Ending`] and one.
    ended: AtomicU8,
    /// When something was last asked of the stream.
    polled: Mutex<Instant>,
    mailbox: Option<Mailbox>,
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
        Arc::new(Self {
            limits,
            seats: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            kicked: Notify::new(),
            hinted: Notify::new(),
            doorstep: Doorstep::new(&limits),
            typing: Mutex::default(),
        })
    }

    /// A place for a stream of somebody's, woken by what happens to these public ids.
    ///
    /// # Errors
    /// [`Full`].
    pub fn take(self: &Arc<Self>, user: UserId, topics: Vec<Uuid>, now: Instant) -> Result<Seat, Full> {
        self.sit(user, topics, now, None)
    }

    /// The same for a socket, to which what is told is brought.
    ///
    /// # Errors
    /// [`Full`].
    pub(super) fn take_with_mailbox(
        self: &Arc<Self>,
        user: UserId,
        topics: Vec<Uuid>,
        now: Instant,
    ) -> Result<(Seat, Receiver<Letter>), Full> {
        let (mailbox, letters) = Mailbox::new(self.limits.letters);
        Ok((self.sit(user, topics, now, Some(mailbox))?, letters))
    }

    fn sit(
        self: &Arc<Self>,
        user: UserId,
        topics: Vec<Uuid>,
        now: Instant,
        mailbox: Option<Mailbox>,
    ) -> Result<Seat, Full> {
        let mut seats = self.seats();
        if seats.of_user.get(&user).is_some_and(|open| open.len() >= self.limits.of_one) {
            return Err(Full::OfOne);
        }
        if seats.closed || seats.open.len() >= self.limits.of_all {
            return Err(Full::OfAll);
        }
        seats.last += 1;
        let number = seats.last;
        seats.of_user.entry(user).or_default().push(number);
        seats.mailboxes += usize::from(mailbox.is_some());
        let inner = Arc::new(Inner {
            user,
            topics: Mutex::default(),
            woken: Notify::new(),
            ended: AtomicU8::new(0),
            polled: Mutex::new(now),
            mailbox,
        });
        seats.open.insert(number, Arc::clone(&inner));
        seats.listen(number, &inner, topics);
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

    /// Has everybody with a mailbox listen to a topic, too: who is on the topic of a person that came into a room.
    pub(super) fn follow(&self, user: UserId, topic: Uuid) {
        let mut seats = self.seats();
        let numbers = seats.of_user.get(&user).cloned().unwrap_or_default();
        for number in numbers {
            if let Some(inner) = seats.open.get(&number).filter(|inner| inner.mailbox.is_some()).cloned() {
                seats.listen(number, &inner, [topic]);
            }
        }
    }

    /// What is to be told next: after which number. `None` where nobody listens, or until [`Hub::begin`].
    pub(super) fn told(&self) -> Option<i64> {
        let mut seats = self.seats();
        if seats.open.is_empty() {
            (seats.told, seats.gathered) = (None, None);
        }
        seats.told
    }

    /// Begins to tell, after this number.
    pub(super) fn begin(&self, last: i64) {
        let mut seats = self.seats();
        if !seats.open.is_empty() {
            (seats.told, seats.gathered) = (Some(last), Some(last));
        }
    }

    /// Says up to which number all was told.
    pub(super) fn told_up_to(&self, last: i64) {
        let mut seats = self.seats();
        if seats.told.is_some() {
            seats.told = Some(last);
        }
    }

    /// Whether events up to this number need not be looked up: nobody has a mailbox, and who comes after this reads them from the database.
    pub(super) fn passed(&self, upto: i64) -> bool {
        let mut seats = self.seats();
        let nobody = seats.mailboxes == 0;
        if nobody {
            seats.gathered = seats.gathered.max(Some(upto));
        }
        nobody
    }

    /// Whether less than this was told, or nothing yet.
    pub(super) fn is_behind(&self, seq: i64) -> bool {
        self.seats().gathered.is_none_or(|gathered| gathered < seq)
    }

    /// Who listens to these topics with a mailbox, for events up to this number. Who comes after that reads those from the database.
    pub(super) fn gather(&self, upto: i64, topics: &HashSet<Uuid>) -> HashMap<Uuid, Vec<UserId>> {
        let mut seats = self.seats();
        seats.gathered = seats.gathered.max(Some(upto));
        seats.listeners(topics)
    }

    /// Who listens to these topics now, for what passes and is not kept.
    pub(crate) fn listeners(&self, topics: &HashSet<Uuid>) -> HashMap<Uuid, Vec<UserId>> {
        self.seats().listeners(topics)
    }

    /// Brings what is told to whom it concerns. Who has no room for it is given up, and resumes.
    pub(super) fn bring(&self, told: &[Told]) {
        let mut seats = self.seats();
        let mut slow = Vec::new();
        for told in told {
            for user in &told.to {
                for number in seats.of_user.get(user).into_iter().flatten() {
                    let mailbox = seats.open.get(number).and_then(|inner| inner.mailbox.as_ref());
                    if mailbox.is_some_and(|mailbox| !mailbox.put(told)) {
                        slow.push(*number);
                    }
                }
            }
        }
        slow.into_iter().for_each(|number| seats.remove(number, Some(Ending::Slow)));
    }

    /// Whether any has a mailbox.
    #[must_use]
    pub fn has_mailboxes(&self) -> bool {
        self.seats().mailboxes > 0
    }

    /// Whose sockets are open here.
    #[must_use]
    pub fn people(&self) -> Vec<UserId> {
        let seats = self.seats();
        let with_mailbox = seats.open.values().filter(|inner| inner.mailbox.is_some());
        with_mailbox.map(|inner| inner.user).collect()
    }

    /// Another process says that something happened.
    pub fn hint(&self) {
        self.hinted.notify_one();
    }

    /// Something was written here that others are to hear at once, whoever listens where.
    pub fn nudge(&self) {
        self.kicked.notify_one();
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
        numbers.iter().for_each(|number| seats.remove(*number, Some(Ending::Slow)));
        numbers.len()
    }

    /// Ends every stream, and takes no more: the program stops.
    pub fn close(&self) {
        let mut seats = self.seats();
        seats.closed = true;
        let numbers: Vec<u64> = seats.open.keys().copied().collect();
        numbers.into_iter().for_each(|number| seats.remove(number, Some(Ending::Stop)));
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        lock(&self.seats)
    }
}

impl Seats {
    fn listeners(&self, topics: &HashSet<Uuid>) -> HashMap<Uuid, Vec<UserId>> {
        let users = |topic: &Uuid| -> Vec<UserId> {
            let numbers = self.of_topic.get(topic).into_iter().flatten();
            let inners = numbers.filter_map(|number| self.open.get(number));
            let mut users: Vec<UserId> =
                inners.filter(|inner| inner.mailbox.is_some()).map(|inner| inner.user).collect();
            users.sort_unstable();
            users.dedup();
            users
        };
        topics.iter().map(|topic| (*topic, users(topic))).filter(|(_, users)| !users.is_empty()).collect()
    }

    fn listen(&mut self, number: u64, inner: &Inner, topics: impl IntoIterator<Item = Uuid>) {
        let mut own = lock(&inner.topics);
        for topic in topics {
            if own.insert(topic) {
                self.of_topic.entry(topic).or_default().push(number);
            }
        }
    }

    fn remove(&mut self, number: u64, why: Option<Ending>) {
        let Some(seat) = self.open.remove(&number) else { return };
        self.mailboxes -= usize::from(seat.mailbox.is_some());
        if let Some(open) = self.of_user.get_mut(&seat.user) {
            open.retain(|other| *other != number);
            if open.is_empty() {
                self.of_user.remove(&seat.user);
            }
        }
        for topic in lock(&seat.topics).iter() {
            if let Some(numbers) = self.of_topic.get_mut(topic) {
                numbers.retain(|other| *other != number);
                if numbers.is_empty() {
                    self.of_topic.remove(topic);
                }
            }
        }
        let why = why.unwrap_or(Ending::Stop);
        seat.ended.store(why as u8 + 1, Ordering::Release);
        seat.woken.notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

mod seat;
#[cfg(test)]
mod tests;
