use crate::{Email, Message, Sms};
use hostolink_kernel::{EmailAddress, ExposeSecret, Identifier, PhoneNumber, Secret};

/// The language of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// French.
    #[default]
    French,
    /// English.
    English,
}

/// What a code is for. The message says so, that nobody gives away more than they think.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodePurpose {
    /// To sign in, or to prove a phone or a mailbox for the first time.
    SignIn,
    /// To set a new password.
    ResetPassword,
    /// To confirm an operation.
    Confirm,
    /// To change what the account signs in with: sent to what it signs in with already.
    ChangeIdentifier,
    /// To sign in to an account with this number or address from now on.
    NewIdentifier,
}

impl CodePurpose {
    /// Every purpose.
    pub const ALL: [Self; 5] =
        [Self::SignIn, Self::ResetPassword, Self::Confirm, Self::ChangeIdentifier, Self::NewIdentifier];

    /// "Your code …": goes on the subject line, where a locked phone shows it.
    const fn title(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::SignIn, Language::French) => "Votre code de connexion",
            (Self::SignIn, Language::English) => "Your sign-in code",
            (Self::ResetPassword, Language::French) => "Votre code pour changer de mot de passe",
            (Self::ResetPassword, Language::English) => "Your code to change your password",
            (Self::Confirm, Language::French) => "Votre code de confirmation",
            (Self::Confirm, Language::English) => "Your confirmation code",
            (Self::ChangeIdentifier, Language::French) => "Votre code pour changer de numéro ou d'e-mail",
            (Self::ChangeIdentifier, Language::English) => "Your code to change your phone number or e-mail",
            (Self::NewIdentifier, Language::French) => "Votre code pour rattacher ce contact à un compte",
            (Self::NewIdentifier, Language::English) => "Your code to add this contact to an account",
        }
    }
}

/// The message that carries a one-time code, valid for `minutes`, by SMS or e-mail as `to` asks.
///
/// The SMS keeps to the basic set of GSM 03.38 and to 160 characters, hence to one segment: a single other character, an
/// `ê` or a curly quote, would make it UCS-2 with 70 characters a segment (3GPP TS 23.038).
#[must_use]
pub fn code(
    to: &Identifier,
    code: &Secret,
    purpose: CodePurpose,
    minutes: u32,
    language: Language,
) -> Message {
    match to {
        Identifier::Phone(number) => Message::Sms(code_sms(number, code, purpose, minutes, language)),
        Identifier::Email(address) => Message::Email(code_email(address, code, purpose, minutes, language)),
    }
}

fn code_sms(to: &PhoneNumber, code: &Secret, purpose: CodePurpose, minutes: u32, language: Language) -> Sms {
    let (title, code) = (purpose.title(language), code.expose_secret());
    let text = match language {
        Language::French => {
            format!("Hostolink : {code}. {title}, valable {minutes} minutes. Ne partagez jamais ce code.")
        }
        Language::English => {
            format!("Hostolink: {code}. {title}, valid for {minutes} minutes. Never share this code.")
        }
    };
    Sms::with_code(to.clone(), &text)
}

fn code_email(
    to: &EmailAddress,
    code: &Secret,
    purpose: CodePurpose,
    minutes: u32,
    language: Language,
) -> Email {
    let (title, code) = (purpose.title(language), code.expose_secret());
    let (lang, separator, valid, warning, ignore) = match language {
        Language::French => (
            "fr",
            " : ",
            format!("Il est valable {minutes} minutes et ne sert qu'une fois."),
            "Ne partagez jamais ce code : personne chez Hostolink ne vous le demandera.",
            "Vous n'avez rien demandé ? Ignorez ce message.",
        ),
        Language::English => (
            "en",
            ": ",
            format!("It is valid for {minutes} minutes and works once."),
            "Never share this code: nobody at Hostolink will ask you for it.",
            "You asked for nothing? Ignore this message.",
        ),
    };
    let text = format!(
        "{title}{separator}{code}\r\n\r\n{valid}\r\n\r\n{warning}\r\n\r\n{ignore}\r\n\r\nHostolink\r\n"
    );
    let html = format!(
        "<!doctype html><html lang=\"{lang}\"><body style=\"font-family:sans-serif\"><p>{title}</p>\
         <p style=\"font-size:2em;letter-spacing:.2em\"><strong>{}</strong></p><p>{valid}</p><p><strong>{warning}</strong></p>\
         <p>{ignore}</p><p>Hostolink</p></body></html>",
        escape(code)
    );
    Email::templated(to.clone(), format!("Hostolink - {title}"), text, html)
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Alphabet;
    use hostolink_kernel::Region;

    fn all(to: &str) -> Vec<(Language, Message)> {
        let to = Identifier::parse(to, &[Region::COTE_D_IVOIRE]).unwrap();
        let mut messages = Vec::new();
        for language in [Language::French, Language::English] {
            for purpose in CodePurpose::ALL {
                messages.push((language, code(&to, &"123456".into(), purpose, 10, language)));
            }
        }
        messages
    }

    #[test]
    fn every_sms_is_one_segment_says_what_it_is_for_and_warns() {
        let mut texts = std::collections::HashSet::new();
        for (language, message) in all("0708091011") {
            let Message::Sms(sms) = message else { panic!("a phone gets an SMS") };
            let text = sms.text();
            assert_eq!(crate::segments(text), (Alphabet::Gsm7, 1), "{text}");
            assert!(!text.contains('?') && sms.carries_code(), "nothing had to be replaced: {text}");
            assert!(text.contains("123456") && text.contains("10 minutes"), "{text}");
            let warning = if language == Language::French {
                "Ne partagez jamais ce code"
            } else {
                "Never share this code"
            };
            assert!(text.contains(warning), "{text}");
            assert!(texts.insert(text.to_owned()), "each purpose has its own words");
        }
    }

    #[test]
    fn every_email_is_valid_warns_and_keeps_the_code_and_the_person_off_the_subject() {
        for (language, message) in all("awa.kone@example.ci") {
            let Message::Email(email) = message else { panic!("a mailbox gets an e-mail") };
            let html = email.html().unwrap().to_owned();
            assert_eq!(
                Email::try_new(email.to().clone(), email.subject(), email.text(), Some(html.clone()))
                    .as_ref(),
                Ok(&email)
            );
            assert!(
                !email.subject().contains("123456") && !email.subject().contains("awa"),
                "{}",
                email.subject()
            );
            let warning = if language == Language::French {
                "Ne partagez jamais ce code"
            } else {
                "Never share this code"
            };
            for body in [email.text(), &html] {
                assert!(
                    body.contains("123456") && body.contains(warning) && body.contains("10 minutes"),
                    "{body}"
                );
            }
        }
    }

    #[test]
    fn what_is_put_into_html_is_text() {
        assert_eq!(escape("<b>&"), "&lt;b&gt;&amp;");
    }
}
