use super::{Password, PasswordAttempt, PasswordHash, Passwords, pace::Pace};
use crate::{Error, sign_in::PendingSignIn};
use hostolink_kernel::Secret;
use std::{
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    time::Instant,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

type Job = Box<dyn FnOnce(&Passwords) + Send>;

/// The threads that hash passwords: one fewer than the machine has cores, so that a rush of sign-ins never takes the
/// last one, behind a bounded queue. Cheap to clone.
#[derive(Clone)]
pub struct PasswordWorkers {
    /// One for each job that waits or runs.
    places: Arc<Semaphore>,
    /// `None` once stopped.
    jobs: Arc<Mutex<Option<Sender<Job>>>>,
}

/// A place in the queue, taken before a try is counted: nobody's try is lost because the queue was full.
pub struct Place {
    jobs: Arc<Mutex<Option<Sender<Job>>>>,
    place: OwnedSemaphorePermit,
}

/// What comparing a password came to. Only [`Place::verify`] makes one.
#[derive(Debug)]
pub struct Verified {
    pub(crate) matches: bool,
    pub(crate) upgraded: Option<PasswordHash>,
}

impl std::fmt::Debug for PasswordWorkers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordWorkers").field("free", &self.places.available_permits()).finish()
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place")
    }
}

impl PasswordWorkers {
    /// How many may wait: at cost 12 the last of them waits about twelve seconds on two cores.
    pub const QUEUE: usize = 64;

    /// Starts the threads. `pepper` keys the hashes: losing it loses every password. A new hash takes 2^`cost` rounds.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(pepper: &Secret, cost: u32) -> std::io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self::start_with(pepper, cost, cores.saturating_sub(1).max(1), Self::QUEUE)
    }

    /// The same with so many `threads` and places in the `queue`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start_with(pepper: &Secret, cost: u32, threads: usize, queue: usize) -> std::io::Result<Self> {
        let passwords = Arc::new(Passwords::new(pepper.clone(), cost));
        let (jobs, waiting) = channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..threads.max(1) {
            let (waiting, passwords) = (Arc::clone(&waiting), Arc::clone(&passwords));
            std::thread::Builder::new()
                .name(format!("passwords-{number}"))
                .spawn(move || work(&waiting, &passwords))?;
        }
        let places = Arc::new(Semaphore::new(threads.max(1) + queue));
        Ok(Self { places, jobs: Arc::new(Mutex::new(Some(jobs))) })
    }

    /// Takes a place in the queue.
    ///
    /// # Errors
    /// [`Error::Busy`] when it is full.
    pub fn reserve(&self) -> Result<Place, Error> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Error::Busy)?;
        Ok(Place { jobs: Arc::clone(&self.jobs), place })
    }

    /// Hashes a password that may be set.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, Error> {
        self.reserve()?.hash(password).await
    }

    /// Takes no more; the threads end when the queue is empty.
    pub fn stop(&self) {
        self.places.close();
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Place {
    /// Hashes a password that may be set.
    ///
    /// # Errors
    /// [`Error::Busy`] when the program stops.
    pub async fn hash(self, password: Password) -> Result<PasswordHash, Error> {
        self.run(move |passwords| passwords.hash(&password)).await
    }

    /// Compares what somebody typed with what [`Auth::begin_sign_in`](crate::Auth::begin_sign_in) found, and takes as
    /// long where it found nobody.
    ///
    /// # Errors
    /// [`Error::Busy`] when the program stops.
    pub async fn verify(self, attempt: PasswordAttempt, pending: &PendingSignIn) -> Result<Verified, Error> {
        let stored = pending.stored.clone();
        self.run(move |passwords| {
            let (matches, upgraded) = passwords.verify(&attempt, stored.as_ref());
            Verified { matches, upgraded }
        })
        .await
    }

    /// Hashes another short secret; `text` says what it is and whose, so that it can't be taken for a password.
    pub(crate) async fn hash_text(self, text: Secret) -> Result<String, Error> {
        self.run(move |passwords| passwords.hash_text(&text)).await
    }

    /// Compares one with its hash.
    pub(crate) async fn matches_text(self, text: Secret, hash: String) -> Result<bool, Error> {
        self.run(move |passwords| passwords.matches_text(&text, &hash)).await
    }

    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&Passwords) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (done, result) = oneshot::channel();
        let place = self.place;
        let job: Job = Box::new(move |passwords| {
            // Whoever asked has left: nobody needs the answer.
            let result = (!done.is_closed()).then(|| work(passwords));
            drop(place);
            if let Some(result) = result {
                let _left_meanwhile = done.send(result);
            }
        });
        let queued = match self.jobs.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(jobs) => jobs.send(job).is_ok(),
            None => false,
        };
        if !queued {
            return Err(Error::Busy);
        }
        result.await.map_err(|_| Error::Database(hostolink_database::Error::WorkerDied))
    }
}

fn work(waiting: &Mutex<Receiver<Job>>, passwords: &Passwords) {
    give_way();
    let mut pace = Pace::new();
    loop {
        // The lock is held while waiting for a job, never while doing it.
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        let began = Instant::now();
        // A job that panics fails its own caller; the thread goes on.
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(passwords))).is_err() {
            tracing::error!("hashing a password panicked");
        }
        // Whoever asked has the answer: what rests is the thread, before the next one.
        pace.rest(began.elapsed());
    }
}

/// Lets every other thread of the machine go first: a hash takes a core for as long as a hundred requests, and a request
/// should not wait for one at any of its steps. A core that nobody else wants is still all its own.
#[cfg(target_os = "linux")]
fn give_way() {
    /// A tenth of what a thread of the usual priority gets where both want the same core (sched(7)): little, never nothing.
    const LOW: i32 = 10;
    // On Linux a priority is a thread's own, whatever POSIX says of processes (setpriority(2), "C library/kernel differences").
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), LOW) {
        tracing::warn!(%error, "the threads that hash passwords keep the priority of the others");
    }
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}

#[cfg(test)]
mod tests {
    use super::*;

    fn password() -> Password {
        Password::parse(&"MonMotDePasse123".into()).unwrap()
    }

    #[tokio::test]
    async fn a_full_queue_says_so_and_empties() {
        let workers = PasswordWorkers::start_with(&"pepper".into(), 4, 1, 1).unwrap();
        let (running, waiting) = (workers.reserve().unwrap(), workers.reserve().unwrap());
        assert!(matches!(workers.hash(password()).await, Err(Error::Busy)));
        running.hash(password()).await.unwrap();
        workers.reserve().unwrap().hash(password()).await.unwrap();
        drop(waiting);
        assert_eq!(workers.places.available_permits(), 2);
    }

    #[tokio::test]
    async fn who_left_costs_no_hash() {
        let workers = PasswordWorkers::start_with(&"pepper".into(), 4, 1, 10).unwrap();
        let (open, gate) = channel::<()>();
        let done = Arc::new(Mutex::new(Vec::new()));
        let note = |name: &'static str| {
            let done = Arc::clone(&done);
            move |_: &Passwords| done.lock().unwrap().push(name)
        };
        let busy = tokio::spawn(workers.reserve().unwrap().run(move |_| gate.recv().unwrap()));
        tokio::task::yield_now().await;
        for _ in 0..9 {
            let mut leaves = Box::pin(workers.reserve().unwrap().run(note("left")));
            // Polled once, it waits in the queue; dropped, its caller is gone.
            assert!(poll_once(&mut leaves).is_pending());
        }
        open.send(()).unwrap();
        workers.reserve().unwrap().run(note("stayed")).await.unwrap();
        busy.await.unwrap().unwrap();
        assert_eq!(*done.lock().unwrap(), ["stayed"]);
    }

    fn poll_once<F: Future + Unpin>(future: &mut F) -> std::task::Poll<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        std::pin::Pin::new(future).poll(&mut context)
    }

    #[tokio::test]
    async fn a_stopped_one_takes_no_more() {
        let workers = PasswordWorkers::start(&"pepper".into(), 4).unwrap();
        workers.stop();
        assert!(matches!(workers.hash(password()).await, Err(Error::Busy)));
    }

    #[tokio::test]
    async fn a_panic_fails_its_own_caller_only() {
        let workers = PasswordWorkers::start_with(&"pepper".into(), 4, 1, 1).unwrap();
        let broken = workers.reserve().unwrap().run(|_| -> () { panic!("a defect") }).await;
        assert!(matches!(broken, Err(Error::Database(_))));
        workers.hash(password()).await.unwrap();
    }
}
