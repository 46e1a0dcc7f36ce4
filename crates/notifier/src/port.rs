use crate::{Email, Sms};
use std::{fmt::Debug, future::Future, pin::Pin, time::Duration};

/// An e-mail being sent.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), SendError>> + Send + 'a>>;

/// Why a message did not leave. Providers repeat addresses in their answers: only their codes are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Never: the provider refuses the message, the recipient, or us.
    #[error("refused for good (code {0:?})")]
    Refused(Option<u16>),
    /// Not now: the provider says so.
    #[error("refused for now (code {0:?})")]
    Later(Option<u16>),
    /// The provider can't be reached, hung up, or spoke nonsense.
    #[error("the provider can't be reached")]
    Unreachable,
    /// The provider took too long. The message may have left.
    #[error("the provider took too long")]
    Timeout,
    /// A text message may have left, and who pays for it is not asked twice: two codes would confuse, and cost.
    #[error("it may have left or not")]
    Unknown,
    /// There is no provider.
    #[error("no provider is configured")]
    Unconfigured,
}

impl SendError {
    /// Whether another try may help.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::Later(_) | Self::Unreachable | Self::Timeout)
    }
}

/// Sends e-mails.
pub trait EmailSender: Debug + Send + Sync {
    /// Sends one, within a time that the provider bounds itself.
    fn send<'a>(&'a self, email: &'a Email) -> Sending<'a>;

    /// Whether there is a provider at all.
    fn is_configured(&self) -> bool {
        true
    }
}

/// Who carries text messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SmsProvider {
    /// Orange's SMS API for Africa and the Middle East.
    Orange,
    /// Twilio.
    Twilio,
    /// The development outbox: nothing leaves, and it costs nothing.
    Development,
}

impl SmsProvider {
    /// Every provider.
    pub const ALL: [Self; 3] = [Self::Orange, Self::Twilio, Self::Development];

    /// Its name in settings, in the database and in measures.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Orange => "orange",
            Self::Twilio => "twilio",
            Self::Development => "developpement",
        }
    }

    /// The provider of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == name)
    }
}

/// What became of a text message, as far as its provider said. Accepted is not delivered: a receipt says that later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmsOutcome {
    /// Taken; under this name its receipts will speak of it, where the provider gave one.
    Accepted {
        /// The provider's id of the message.
        id: Option<String>,
    },
    /// Surely not sent, and trying again in the same way is vain. The provider's status.
    Refused(Option<u16>),
    /// Surely not sent: the provider can't be reached or takes nothing now. Another may.
    Unavailable {
        /// The provider's status.
        code: Option<u16>,
        /// When it says to come back.
        retry_after: Option<Duration>,
    },
    /// It may have left. Never to be sent again.
    Unknown,
}

impl SmsOutcome {
    /// Surely not sent, and nobody said when to come back.
    #[must_use]
    pub const fn unavailable(code: Option<u16>) -> Self {
        Self::Unavailable { code, retry_after: None }
    }
}

/// Who was asked last, and what they said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmsAnswer {
    /// `None` where nobody was asked.
    pub provider: Option<SmsProvider>,
    /// What they said.
    pub outcome: SmsOutcome,
}

/// A text message being sent.
pub type SendingSms<'a> = Pin<Box<dyn Future<Output = SmsAnswer> + Send + 'a>>;

/// Sends text messages to phones.
pub trait SmsSender: Debug + Send + Sync {
    /// Sends one, within a time that the provider bounds itself.
    fn send<'a>(&'a self, sms: &'a Sms) -> SendingSms<'a>;

    /// Whether there is a provider at all.
    fn is_configured(&self) -> bool {
        true
    }
}

/// Stands where no mail server is configured: refuses, so that nobody waits for a message that never comes.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnconfiguredEmail;

impl EmailSender for UnconfiguredEmail {
    fn send<'a>(&'a self, _: &'a Email) -> Sending<'a> {
        Box::pin(async { Err(SendError::Unconfigured) })
    }

    fn is_configured(&self) -> bool {
        false
    }
}

/// Stands where no provider of SMS is configured: refuses, so that nobody waits for a message that never comes.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnconfiguredSms;

impl SmsSender for UnconfiguredSms {
    fn send<'a>(&'a self, _: &'a Sms) -> SendingSms<'a> {
        Box::pin(async { SmsAnswer { provider: None, outcome: SmsOutcome::Refused(None) } })
    }

    fn is_configured(&self) -> bool {
        false
    }
}
