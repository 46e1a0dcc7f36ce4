use crate::{
    Channel, EmailSender, Error, Message, Push, PushOutcome, PushSender, SendError, SmsOutcome, SmsSender,
    UnconfiguredPush,
};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, mpsc},
    task::{JoinHandle, JoinSet},
};

/// How messages wait and are tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The most messages that wait.
    pub capacity: usize,
    /// The most messages that are being sent, or wait for another try.
    pub concurrency: usize,
    /// The pauses before each further try, after an error that may pass. Codes live for minutes: so do their messages.
    pub pauses: Vec<Duration>,
    /// How long [`Notifier::stop`] waits for what is still to be sent.
    pub grace: Duration,
}

impl Default for Settings {
    /// 1,000 wait, 32 are sent at once, further tries after 1, 4 and 15 s, 10 s of grace.
    fn default() -> Self {
        Self {
            capacity: 1_000,
            concurrency: 32,
            pauses: [1, 4, 15].map(Duration::from_secs).into(),
            grace: Duration::from_secs(10),
        }
    }
}

/// Takes messages at once and sends them behind the requests' backs. Cheap to clone.
///
/// Nobody waits for a provider, so how long an answer takes tells nothing about who exists, and a slow provider slows no request.
/// Messages wait in memory only, because codes are kept nowhere else: when the process dies they are lost, and their recipients ask
/// again.
#[derive(Debug, Clone)]
pub struct Notifier(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// `None` is a place that was taken for nobody.
    queue: mpsc::Sender<Option<Message>>,
    senders: Arc<Senders>,
    closing: Arc<Notify>,
    worker: Mutex<Option<JoinHandle<()>>>,
    grace: Duration,
}

#[derive(Debug)]
struct Senders {
    email: Arc<dyn EmailSender>,
    sms: Arc<dyn SmsSender>,
    push: Arc<dyn PushSender>,
    pauses: Vec<Duration>,
    pending: AtomicUsize,
    taken: AtomicU64,
}

impl Notifier {
    /// Starts the one worker, on the tokio runtime that this is called in.
    #[must_use]
    pub fn start(email: Arc<dyn EmailSender>, sms: Arc<dyn SmsSender>, settings: Settings) -> Self {
        Self::start_with_push(email, sms, Arc::new(UnconfiguredPush), settings)
    }

    /// The same with a provider of pushes.
    #[must_use]
    pub fn start_with_push(
        email: Arc<dyn EmailSender>,
        sms: Arc<dyn SmsSender>,
        push: Arc<dyn PushSender>,
        settings: Settings,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(settings.capacity.max(1));
        let closing = Arc::new(Notify::new());
        let senders = Arc::new(Senders {
            email,
            sms,
            push,
            pauses: settings.pauses,
            pending: AtomicUsize::new(0),
            taken: AtomicU64::new(0),
        });
        let work = work(waiting, closing.clone(), senders.clone(), settings.concurrency.max(1));
        let worker = Mutex::new(Some(tokio::spawn(work)));
        Self(Arc::new(Inner { queue, senders, closing, worker, grace: settings.grace }))
    }

    /// Whether a message of this channel would be taken now. Ask it before looking whether somebody exists: then the
    /// refusal is the same for everybody.
    ///
    /// # Errors
    /// As [`Notifier::send`].
    pub fn check(&self, channel: Channel) -> Result<(), Error> {
        let senders = &self.0.senders;
        match channel {
            Channel::Email if !senders.email.is_configured() => Err(Error::EmailUnconfigured),
            Channel::Sms if !senders.sms.is_configured() => Err(Error::SmsUnconfigured),
            Channel::Push if !senders.push.is_configured() => Err(Error::PushUnconfigured),
            _ if self.0.queue.capacity() == 0 => Err(Error::Unavailable),
            _ => Ok(()),
        }
    }

    /// Takes a message. Call it after the commit of what it tells of. Whether it arrives is never known here.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many wait; [`Error::SmsUnconfigured`] and [`Error::EmailUnconfigured`] where there is no
    /// provider. None of them depends on the recipient.
    pub fn send(&self, message: Message) -> Result<(), Error> {
        self.enqueue(message.channel(), Some(message))
    }

    /// Takes a place in the queue and sends nothing: what is asked for somebody who does not exist costs as much there.
    ///
    /// # Errors
    /// As [`Notifier::send`].
    pub fn send_to_nobody(&self, channel: Channel) -> Result<(), Error> {
        self.enqueue(channel, None)
    }

    fn enqueue(&self, channel: Channel, message: Option<Message>) -> Result<(), Error> {
        self.check(channel)?;
        let senders = &self.0.senders;
        senders.pending.fetch_add(1, Ordering::Relaxed);
        self.0.queue.try_send(message).map_err(|_| {
            senders.pending.fetch_sub(1, Ordering::Relaxed);
            Error::Unavailable
        })?;
        senders.taken.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Sends one message once and says what came of it: for whoever keeps what is to be sent in a table of their own, and tries again
    /// from there. It goes out by the same senders, and does not pass through the queue.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send_once(&self, message: &Message) -> Result<(), SendError> {
        self.0.senders.send_once(message).await
    }

    /// The same for a push.
    pub async fn push_once(&self, push: &Push) -> PushOutcome {
        self.0.senders.push.send(push).await
    }

    /// How many places of the queue were taken since the start, those for nobody too.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.0.senders.taken.load(Ordering::Relaxed)
    }

    /// How many messages wait or are being sent.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.0.senders.pending.load(Ordering::Relaxed)
    }

    /// Takes no more, sends what waits for as long as the grace allows, and says how many messages were lost.
    pub async fn stop(&self) -> usize {
        let worker = self.0.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut worker) = worker {
            self.0.closing.notify_one();
            if tokio::time::timeout(self.0.grace, &mut worker).await.is_err() {
                worker.abort();
            }
        }
        let lost = self.pending();
        if lost > 0 {
            tracing::warn!(lost, "messages were not sent before the stop");
        }
        lost
    }
}

async fn work(
    mut waiting: mpsc::Receiver<Option<Message>>,
    closing: Arc<Notify>,
    senders: Arc<Senders>,
    concurrency: usize,
) {
    let mut sending = JoinSet::new();
    let mut closed = false;
    loop {
        tokio::select! {
            () = closing.notified(), if !closed => {
                waiting.close(); // what waits is still received
                closed = true;
            }
            Some(_) = sending.join_next() => {}
            message = waiting.recv(), if sending.len() < concurrency => {
                let Some(message) = message else { break };
                let senders = senders.clone();
                sending.spawn(async move { senders.deliver(message.as_ref()).await });
            }
        }
    }
    while sending.join_next().await.is_some() {}
}

impl Senders {
    async fn deliver(&self, message: Option<&Message>) {
        if let Some(message) = message {
            self.try_until_sent(message).await;
        }
        self.pending.fetch_sub(1, Ordering::Relaxed);
    }

    async fn try_until_sent(&self, message: &Message) {
        let channel = message.channel().as_str();
        let mut pauses = self.pauses.iter();
        let mut tries = 1;
        loop {
            match self.send_once(message).await {
                Ok(()) => {
                    tracing::debug!(channel, tries, "message sent");
                    break;
                }
                Err(error) => match pauses.next().filter(|_| error.is_transient()) {
                    Some(pause) => {
                        tracing::warn!(channel, tries, %error, "message not sent, will be tried again");
                        tokio::time::sleep(*pause).await;
                        tries += 1;
                    }
                    None => {
                        tracing::error!(channel, tries, %error, "message given up");
                        break;
                    }
                },
            }
        }
    }

    async fn send_once(&self, message: &Message) -> Result<(), SendError> {
        match message {
            Message::Email(email) => self.email.send(email).await,
            Message::Sms(sms) => match self.sms.send(sms).await.outcome {
                SmsOutcome::Accepted { .. } => Ok(()),
                SmsOutcome::Refused(code) => Err(SendError::Refused(code)),
                SmsOutcome::Unavailable { code, .. } => Err(SendError::Later(code)),
                SmsOutcome::Unknown => Err(SendError::Unknown),
            },
        }
    }
}
