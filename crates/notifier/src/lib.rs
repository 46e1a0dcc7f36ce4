#![doc = include_str!("../README.md")]

mod development;
mod error;
mod message;
mod port;
mod queue;
mod smtp;
mod template;

pub use development::{DevelopmentOutbox, Sent};
pub use error::{ERRORS, Error};
pub use message::{Channel, Email, InvalidMessage, Message, Sms};
pub use port::{EmailSender, SendError, Sending, SmsSender, UnconfiguredEmail, UnconfiguredSms};
pub use queue::{Notifier, Settings};
pub use smtp::{InvalidSmtpSettings, SmtpSender, SmtpSettings};
pub use template::{CodePurpose, Language, code};
