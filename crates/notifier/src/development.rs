use crate::{
    Channel, Email, EmailSender, Push, PushOutcome, PushSender, Pushing, Sending, SendingSms, Sms, SmsAnswer,
    SmsOutcome, SmsProvider, SmsSender,
};
use chrono::{DateTime, Utc};
use hostolink_kernel::Clock;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

/// Stands for every provider in development: keeps the last messages in memory, to be read there. Clones share them.
#[derive(Clone)]
pub struct DevelopmentOutbox {
    clock: Arc<dyn Clock>,
    capacity: usize,
    newest_first: Arc<Mutex<VecDeque<Sent>>>,
}

/// A message as the development outbox shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Sent {
    /// The way it took.
    pub channel: Channel,
    /// E.164 number, e-mail address, or what a push is addressed to.
    pub recipient: String,
    /// Of an e-mail; of a push, its title.
    pub subject: Option<String>,
    /// The text.
    pub body: String,
    /// When.
    pub sent_at: DateTime<Utc>,
}

impl DevelopmentOutbox {
    /// Keeps the last `capacity` messages.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, capacity: usize) -> Self {
        Self { clock, capacity, newest_first: Arc::default() }
    }

    /// The messages to one recipient (a canonical number or address), or all, newest first.
    #[must_use]
    pub fn messages(&self, recipient: Option<&str>) -> Vec<Sent> {
        let kept = self.newest_first.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().filter(|sent| recipient.is_none_or(|to| sent.recipient == to)).cloned().collect()
    }

    fn keep(&self, channel: Channel, recipient: &str, subject: Option<&str>, body: &str) {
        let sent = Sent {
            channel,
            recipient: recipient.to_owned(),
            subject: subject.map(str::to_owned),
            body: body.to_owned(),
            sent_at: self.clock.now(),
        };
        let mut kept = self.newest_first.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(sent);
        kept.truncate(self.capacity);
    }
}

impl EmailSender for DevelopmentOutbox {
    fn send<'a>(&'a self, email: &'a Email) -> Sending<'a> {
        self.keep(Channel::Email, email.to().as_str(), Some(email.subject()), email.text());
        Box::pin(async { Ok(()) })
    }
}

impl SmsSender for DevelopmentOutbox {
    fn send<'a>(&'a self, sms: &'a Sms) -> SendingSms<'a> {
        self.keep(Channel::Sms, sms.to().as_str(), None, sms.text());
        let answer = SmsAnswer {
            provider: Some(SmsProvider::Development),
            outcome: SmsOutcome::Accepted { id: None },
        };
        Box::pin(async { answer })
    }
}

impl PushSender for DevelopmentOutbox {
    fn send<'a>(&'a self, push: &'a Push) -> Pushing<'a> {
        let title = Push::shown(&push.title, Push::MAX_TITLE);
        let body = Push::shown(&push.body, Push::MAX_BODY);
        self.keep(Channel::Push, push.to.as_str(), Some(&title), &body);
        Box::pin(std::future::ready(PushOutcome::Accepted(None)))
    }
}

impl std::fmt::Debug for DevelopmentOutbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DevelopmentOutbox").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sent")
            .field("channel", &self.channel)
            .field("sent_at", &self.sent_at)
            .finish_non_exhaustive()
    }
}
