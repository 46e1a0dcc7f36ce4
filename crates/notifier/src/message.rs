use crate::sms;
use hostolink_kernel::{EmailAddress, PhoneNumber};

/// The way a message takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// An e-mail.
    Email,
    /// A text message to a phone.
    Sms,
    /// A message to an installed application.
    Push,
}

impl Channel {
    /// `email`, `sms` or `push`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Push => "push",
        }
    }
}

/// An e-mail. It may hold a code: neither it nor its recipient prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    to: EmailAddress,
    subject: String,
    text: String,
    html: Option<String>,
}

/// A text message to a phone. It may hold a code: neither it nor its recipient prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Sms {
    to: PhoneNumber,
    text: String,
    carries_code: bool,
    is_news: bool,
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// An e-mail.
    Email(Email),
    /// A text message to a phone.
    Sms(Sms),
}

/// The text can't be a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMessage {
    /// A line break or another control character in the subject would write further headers; 200 characters are enough.
    #[error("a subject is one line of at most 200 characters")]
    Subject,
    /// NUL can't be sent; neither can nothing.
    #[error("a text is not empty and holds no NUL")]
    Text,
}

impl Email {
    /// An e-mail as text and, where there is one, as HTML.
    ///
    /// # Errors
    /// [`InvalidMessage`].
    pub fn try_new(
        to: EmailAddress,
        subject: impl Into<String>,
        text: impl Into<String>,
        html: Option<String>,
    ) -> Result<Self, InvalidMessage> {
        let subject = subject.into();
        if subject.chars().any(char::is_control) || subject.chars().count() > 200 {
            return Err(InvalidMessage::Subject);
        }
        let text = checked(text.into())?;
        Ok(Self { to, subject, text, html: html.map(checked).transpose()? })
    }

    /// For our own templates, whose tests prove that [`Email::try_new`] takes them.
    pub(crate) fn templated(to: EmailAddress, subject: String, text: String, html: String) -> Self {
        Self { to, subject, text, html: Some(html) }
    }

    /// To whom.
    #[must_use]
    pub fn to(&self) -> &EmailAddress {
        &self.to
    }

    /// One line, readable on a locked screen: nothing personal in it, and no code.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same as HTML.
    #[must_use]
    pub fn html(&self) -> Option<&str> {
        self.html.as_deref()
    }
}

impl Sms {
    /// A text message.
    ///
    /// # Errors
    /// [`InvalidMessage`].
    pub fn try_new(to: PhoneNumber, text: impl Into<String>) -> Result<Self, InvalidMessage> {
        Ok(Self { to, text: checked(text.into())?, carries_code: false, is_news: false })
    }

    /// For our own templates. Whatever was put into one, the text stays in the GSM alphabet.
    pub(crate) fn templated(to: PhoneNumber, text: &str) -> Self {
        Self { to, text: sms::fold(text), carries_code: false, is_news: false }
    }

    /// A code, which its recipient is expected to show.
    pub(crate) fn with_code(to: PhoneNumber, text: &str) -> Self {
        Self { carries_code: true, ..Self::templated(to, text) }
    }

    /// The same as something that its reader can do without.
    pub(crate) fn news(self) -> Self {
        Self { is_news: true, ..self }
    }

    /// To whom.
    #[must_use]
    pub fn to(&self) -> &PhoneNumber {
        &self.to
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether somebody is expected to show what it says: then it can be known whether messages arrive and are wanted.
    #[must_use]
    pub fn carries_code(&self) -> bool {
        self.carries_code
    }

    /// Whether its reader can do without it: where little may be spent, codes and what protects an account come first.
    #[must_use]
    pub fn is_news(&self) -> bool {
        self.is_news
    }

    /// How many segments it takes: each is paid for.
    #[must_use]
    pub fn segments(&self) -> u16 {
        sms::segments(&self.text).1
    }
}

fn checked(text: String) -> Result<String, InvalidMessage> {
    if text.trim().is_empty() || text.contains('\0') { Err(InvalidMessage::Text) } else { Ok(text) }
}

impl Message {
    /// The way it takes.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Sms(_) => Channel::Sms,
        }
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Email(…)")
    }
}

impl std::fmt::Debug for Sms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sms(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to() -> EmailAddress {
        EmailAddress::parse("awa@example.ci").unwrap()
    }

    #[test]
    fn a_subject_can_not_write_headers() {
        for subject in
            ["Bonjour\r\nBcc: x@y.z", "Bonjour\nBcc: x@y.z", "a\rb", "a\0b", "a\u{85}b", &"x".repeat(201)]
        {
            assert_eq!(
                Email::try_new(to(), subject, "texte", None),
                Err(InvalidMessage::Subject),
                "{subject:?}"
            );
        }
        for text in ["", " \r\n", "a\0b"] {
            assert_eq!(Email::try_new(to(), "s", text, None), Err(InvalidMessage::Text), "{text:?}");
            assert_eq!(
                Email::try_new(to(), "s", "t", Some(text.into())),
                Err(InvalidMessage::Text),
                "{text:?}"
            );
        }
    }

    #[test]
    fn nothing_of_a_message_prints() {
        let email = Email::try_new(to(), "sujet", "le code 123456", None).unwrap();
        let number = PhoneNumber::parse("0708091011", &[hostolink_kernel::Region::COTE_D_IVOIRE]).unwrap();
        let sms = Sms::try_new(number, "le code 123456").unwrap();
        let printed = format!("{:?} {:?}", Message::Email(email), Message::Sms(sms));
        assert_eq!(printed, "Email(Email(…)) Sms(Sms(…))");
    }
}
