use crate::{Error, Picture, Shown, Size, Voice};
use std::sync::{
    Arc, Mutex, PoisonError,
    mpsc::{Receiver, Sender, channel},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

type Job = Box<dyn FnOnce() + Send>;

/// The thread that reads pictures: one, because each may take a second of a core and 200 MB, behind a short queue.
/// Cheap to clone.
#[derive(Clone)]
pub struct PictureWorkers {
    /// One for each picture that waits or is read.
    places: Arc<Semaphore>,
    /// `None` once stopped.
    jobs: Arc<Mutex<Option<Sender<Job>>>>,
}

impl std::fmt::Debug for PictureWorkers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PictureWorkers").field("free", &self.places.available_permits()).finish()
    }
}

impl PictureWorkers {
    /// How many may wait: 16 files of 5 MB are held at most.
    pub const QUEUE: usize = 16;

    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start() -> std::io::Result<Self> {
        let (sender, receiver) = channel();
        std::thread::Builder::new().name("pictures".to_owned()).spawn(move || work(&receiver))?;
        Ok(Self { places: Arc::new(Semaphore::new(Self::QUEUE)), jobs: Arc::new(Mutex::new(Some(sender))) })
    }

    /// Reads a picture as [`Picture::read`] does, without keeping anybody else waiting.
    ///
    /// # Errors
    /// As [`Picture::read`]; [`Error::Busy`] where too many wait, and when the program stops.
    pub async fn read(&self, file: Vec<u8>, size: Size) -> Result<Picture, Error> {
        self.run(move || Picture::read(&file, size), Error::NotAPicture).await
    }

    /// Reads a picture that people publish or send, as [`Shown::read`] does.
    ///
    /// # Errors
    /// As [`PictureWorkers::read`].
    pub async fn show(&self, file: Vec<u8>) -> Result<Shown, Error> {
        self.run(move || Shown::read(&file), Error::NotAPicture).await
    }

    /// Reads a voice note as [`Voice::read`] does.
    ///
    /// # Errors
    /// As [`Voice::read`]; [`Error::Busy`] where too many wait, and when the program stops.
    pub async fn listen(&self, file: Vec<u8>) -> Result<Voice, Error> {
        self.run(move || Voice::read(&file), Error::NotAVoice).await
    }

    /// Has the thread do something. What makes it panic is to blame: `panicked`.
    async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce() -> Result<T, Error> + Send + 'static,
        panicked: Error,
    ) -> Result<T, Error> {
        let place: OwnedSemaphorePermit =
            Arc::clone(&self.places).try_acquire_owned().map_err(|_| Error::Busy)?;
        let (done, result) = oneshot::channel();
        let job: Job = Box::new(move || {
            // Whoever asked has left: nobody needs the answer.
            if done.is_closed() {
                return;
            }
            let read = read();
            // Free before the answer: who gets it may come again at once.
            drop(place);
            let _left_meanwhile = done.send(read);
        });
        let queued = match self.jobs.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(jobs) => jobs.send(job).is_ok(),
            None => false,
        };
        if !queued {
            return Err(Error::Busy);
        }
        result.await.unwrap_or(Err(panicked))
    }

    /// Takes no more; what waits is still read.
    pub fn stop(&self) {
        self.places.close();
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn work(jobs: &Receiver<Job>) {
    while let Ok(job) = jobs.recv() {
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(job)).is_err() {
            tracing::error!("reading a picture or a voice note panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_reads_and_says_when_it_stops() {
        let workers = PictureWorkers::start().unwrap();
        let refused = workers.read(b"no picture".to_vec(), Size::Profile).await;
        assert_eq!(refused, Err(Error::NotAPicture));
        let places: Vec<_> = (0..PictureWorkers::QUEUE)
            .map(|_| Arc::clone(&workers.places).try_acquire_owned().unwrap())
            .collect();
        assert_eq!(workers.read(Vec::new(), Size::Profile).await, Err(Error::Busy), "the queue is full");
        drop(places);
        assert_eq!(workers.read(Vec::new(), Size::Profile).await, Err(Error::NotAPicture));
        workers.stop();
        assert_eq!(workers.read(Vec::new(), Size::Profile).await, Err(Error::Busy));
    }
}
