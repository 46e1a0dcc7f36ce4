#![doc = include_str!("../README.md")]

mod change;
mod development;
mod error;
mod link;
mod message;
mod notice;
mod port;
mod queue;
mod sms;
mod smtp;
mod template;

pub use change::identifier_changed;
pub use development::{DevelopmentOutbox, Sent};
pub use error::{ERRORS, Error};
pub use link::{LinkPurpose, link};
pub use message::{Channel, Email, InvalidMessage, Message, Sms};
pub use notice::{Notice, notice};
pub use port::{
    EmailSender, SendError, Sending, SendingSms, SmsAnswer, SmsOutcome, SmsProvider, SmsSender,
    UnconfiguredEmail, UnconfiguredSms,
};
pub use queue::{Notifier, Settings};
pub use sms::{
    Alphabet, BreakerState, InvalidRoutes, InvalidSmsSettings, OrangeSettings, OrangeSms, SmsRouter,
    SmsRoutes, TwilioSettings, TwilioSignature, TwilioSms, segments,
};
pub use smtp::{InvalidSmtpSettings, SmtpSender, SmtpSettings};
pub use template::{CodePurpose, Language, code};
