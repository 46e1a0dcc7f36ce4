use crate::{Email, Language, Message, Sms, template::escape};
use hostolink_kernel::Identifier;

/// What the owner of an account is told at every proven identifier, whoever did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notice {
    /// The password changed.
    PasswordChanged,
}

impl Notice {
    /// Every notice.
    pub const ALL: [Self; 1] = [Self::PasswordChanged];

    /// What happened, and what to do if it was somebody else.
    const fn words(self, language: Language) -> (&'static str, &'static str) {
        match (self, language) {
            (Self::PasswordChanged, Language::French) => (
                "Votre mot de passe a été changé",
                "Si ce n'est pas vous, changez-le tout de suite depuis l'application : \"Mot de passe oublié\".",
            ),
            (Self::PasswordChanged, Language::English) => (
                "Your password was changed",
                "If it was not you, change it at once from the application: \"Forgotten password\".",
            ),
        }
    }
}

/// The message that tells somebody of a change of their account's security. It holds nothing that opens anything.
///
/// The SMS keeps to one segment of the GSM alphabet, as that of a [`code`](crate::code()).
#[must_use]
pub fn notice(to: &Identifier, notice: Notice, language: Language) -> Message {
    let (title, advice) = notice.words(language);
    match to {
        Identifier::Phone(number) => {
            let separator = if language == Language::French { " : " } else { ": " };
            Message::Sms(Sms::templated(number.clone(), format!("Hostolink{separator}{title}. {advice}")))
        }
        Identifier::Email(address) => {
            let lang = if language == Language::French { "fr" } else { "en" };
            let text = format!("{title}.\r\n\r\n{advice}\r\n\r\nHostolink\r\n");
            let html = format!(
                "<!doctype html><html lang=\"{lang}\"><body style=\"font-family:sans-serif\"><p><strong>{title}.</strong></p>\
                 <p>{}</p><p>Hostolink</p></body></html>",
                escape(advice)
            );
            Message::Email(Email::templated(address.clone(), format!("Hostolink - {title}"), text, html))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::tests::GSM;
    use hostolink_kernel::Region;

    #[test]
    fn every_notice_is_short_and_says_what_to_do() {
        for (to, language) in [("0708091011", Language::French), ("0708091011", Language::English)]
            .into_iter()
            .chain([("awa@example.ci", Language::French), ("awa@example.ci", Language::English)])
        {
            let to = Identifier::parse(to, &[Region::COTE_D_IVOIRE]).unwrap();
            for kind in Notice::ALL {
                let (title, advice) = kind.words(language);
                match notice(&to, kind, language) {
                    Message::Sms(sms) => {
                        assert!(sms.text().chars().all(|c| GSM.contains(c)), "{}", sms.text());
                        assert!(sms.text().chars().count() <= 160, "{}", sms.text());
                        assert!(sms.text().contains(title) && sms.text().contains(advice));
                    }
                    Message::Email(email) => {
                        assert!(email.text().contains(title) && email.text().contains(advice));
                        assert!(!email.subject().contains("awa"));
                    }
                }
            }
        }
    }
}
