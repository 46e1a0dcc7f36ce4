#![doc = include_str!("../README.md")]

mod change;
mod development;
mod error;
mod fcm;
mod http;
mod link;
mod message;
mod notice;
mod port;
mod push;
mod queue;
mod sms;
mod smtp;
mod template;

pub use change::identifier_changed;
pub use development::{DevelopmentOutbox, Sent};
pub use error::{ERRORS, Error};
pub use fcm::{Fcm, FcmSettings, InvalidFcmSettings};
pub use link::{LinkPurpose, link};
pub use message::{Channel, Email, InvalidMessage, Message, Sms};
pub use notice::{Notice, news, notice};
pub use port::{
    EmailSender, SendError, Sending, SendingSms, SmsAnswer, SmsOutcome, SmsProvider, SmsSender,
    UnconfiguredEmail, UnconfiguredSms,
};
pub use push::{InvalidTarget, Push, PushOutcome, PushSender, PushTarget, Pushing, UnconfiguredPush};
pub use queue::{Notifier, Settings};
pub use sms::{
    Alphabet, BreakerState, InvalidRoutes, InvalidSmsSettings, OrangeSettings, OrangeSms, SmsRouter,
    SmsRoutes, TwilioSettings, TwilioSignature, TwilioSms, segments,
};
pub use smtp::{InvalidSmtpSettings, SmtpSender, SmtpSettings};
pub use template::{CodePurpose, Language, code};
