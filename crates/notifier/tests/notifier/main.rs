//! The ways out: SMTP, Orange, Twilio and Firebase against servers that speak as they do, the queue and the router against providers
//! that misbehave.
#![expect(clippy::unwrap_used, reason = "a test that cannot be prepared fails")]

mod fcm;
mod orange;
mod provider;
mod queue;
mod routing;
mod server;
mod smtp;
mod twilio;

use hostolink_kernel::{EmailAddress, PhoneNumber, Region};
use hostolink_notifier::{Email, Message, Sms};

fn email(to: &str, subject: &str, text: &str) -> Email {
    Email::try_new(EmailAddress::parse(to).unwrap(), subject, text, None).unwrap()
}

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text, &[Region::COTE_D_IVOIRE]).unwrap()
}

fn sms(text: &str) -> Message {
    Message::Sms(Sms::try_new(number("0708091011"), text).unwrap())
}
