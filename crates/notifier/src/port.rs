use crate::{Email, Sms};
use std::{fmt::Debug, future::Future, pin::Pin};

/// A message being sent.
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

/// Sends text messages to phones.
pub trait SmsSender: Debug + Send + Sync {
    /// Sends one, within a time that the provider bounds itself.
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a>;

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
    fn send<'a>(&'a self, _: &'a Sms) -> Sending<'a> {
        Box::pin(async { Err(SendError::Unconfigured) })
    }

    fn is_configured(&self) -> bool {
        false
    }
}
