//! The ways out: SMTP against a server that speaks it, the queue against providers that misbehave.
#![expect(clippy::unwrap_used, reason = "a test that cannot be prepared fails")]

mod queue;
mod server;
mod smtp;

use hostolink_kernel::{EmailAddress, PhoneNumber, Region};
use hostolink_notifier::{Email, Message, Sms};

fn email(to: &str, subject: &str, text: &str) -> Email {
    Email::try_new(EmailAddress::parse(to).unwrap(), subject, text, None).unwrap()
}

fn sms(text: &str) -> Message {
    let number = PhoneNumber::parse("0708091011", &[Region::COTE_D_IVOIRE]).unwrap();
    Message::Sms(Sms::try_new(number, text).unwrap())
}
