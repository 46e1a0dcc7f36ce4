use super::{Password, PasswordAttempt, PasswordHash, Passwords};
use crate::{Error, sign_in::PendingSignIn};
use hostolink_kernel::Secret;
use std::{
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&Passwords) + Send>;

/// The threads that hash passwords: one fewer than the machine has cores, so that a rush of sign-ins never takes the
/// last one, behind a bounded queue. Cheap to clone.
#[derive(Clone)]
pub struct PasswordWorkers {
    /// `None` once stopped.
    jobs: Arc<Mutex<Option<SyncSender<Job>>>>,
}

/// What comparing a password came to. Only [`PasswordWorkers::verify`] makes one.
#[derive(Debug)]
pub struct Verified {
    pub(crate) matches: bool,
    pub(crate) upgraded: Option<PasswordHash>,
}

impl std::fmt::Debug for PasswordWorkers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordWorkers")
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
        let (jobs, waiting) = sync_channel::<Job>(queue);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..threads.max(1) {
            let (waiting, passwords) = (Arc::clone(&waiting), Arc::clone(&passwords));
            std::thread::Builder::new()
                .name(format!("passwords-{number}"))
                .spawn(move || work(&waiting, &passwords))?;
        }
        Ok(Self { jobs: Arc::new(Mutex::new(Some(jobs))) })
    }

    /// Hashes a password that may be set.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, Error> {
        self.run(move |passwords| passwords.hash(&password)).await
    }

    /// Compares what somebody typed with what [`Auth::begin_sign_in`](crate::Auth::begin_sign_in) found, and takes as
    /// long where it found nobody.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full.
    pub async fn verify(&self, attempt: PasswordAttempt, pending: &PendingSignIn) -> Result<Verified, Error> {
        let stored = pending.stored.clone();
        self.run(move |passwords| {
            let (matches, upgraded) = passwords.verify(&attempt, stored.as_ref());
            Verified { matches, upgraded }
        })
        .await
    }

    /// Takes no more; the threads end when the queue is empty.
    pub fn stop(&self) {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Passwords) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (done, result) = oneshot::channel();
        let job = Box::new(move |passwords: &Passwords| {
            // Whoever asked has left: nobody needs the answer.
            if !done.is_closed() {
                let _left_meanwhile = done.send(work(passwords));
            }
        });
        let queued = match self.jobs.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(jobs) => jobs.try_send(job).is_ok(),
            None => false,
        };
        if !queued {
            return Err(Error::Busy);
        }
        result.await.map_err(|_| Error::Database(hostolink_database::Error::WorkerDied))
    }
}

fn work(waiting: &Mutex<Receiver<Job>>, passwords: &Passwords) {
    loop {
        // The lock is held while waiting for a job, never while doing it.
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // A job that panics fails its own caller; the thread goes on.
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job(passwords))).is_err() {
            tracing::error!("hashing a password panicked");
        }
    }
}
