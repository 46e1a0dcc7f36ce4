use crate::{Email, Language, Message, Sms, template::escape};
use hostolink_kernel::{ExposeSecret, Identifier, Secret};

/// Tells who is no longer signed in with, and brings what takes the change back within `hours`. `page` is our own address, up to
/// what precedes the token: it comes from the configuration, never from a request.
///
/// The SMS keeps to the GSM alphabet and to two segments: a link does not fit into one.
#[must_use]
pub fn identifier_changed(
    to: &Identifier,
    page: &str,
    token: &Secret,
    hours: u64,
    language: Language,
) -> Message {
    let token = token.expose_secret();
    let address = format!("{page}{token}");
    match to {
        Identifier::Phone(number) => {
            Message::Sms(Sms::templated(number.clone(), &sms(&address, hours, language)))
        }
        Identifier::Email(mailbox) => {
            let (title, text, html) = email(&address, token, hours, language);
            Message::Email(Email::templated(mailbox.clone(), format!("Hostolink - {title}"), text, html))
        }
    }
}

fn sms(address: &str, hours: u64, language: Language) -> String {
    match language {
        Language::French => format!(
            "Hostolink : les identifiants de votre compte ont changé. Ce n'est pas vous ? Annulez dans les {hours} heures : {address}"
        ),
        Language::English => format!(
            "Hostolink: what your account signs in with has changed. It was not you? Take it back within {hours} hours: {address}"
        ),
    }
}

fn email(address: &str, token: &str, hours: u64, language: Language) -> (&'static str, String, String) {
    let (lang, title, why, button, paste, valid, warning) = match language {
        Language::French => (
            "fr",
            "Vos identifiants de connexion ont changé",
            "Le numéro ou l'adresse e-mail de votre compte a été changé ou retiré. Si c'est vous, ignorez ce message. Sinon, ouvrez ce lien :",
            "Annuler ce changement",
            "Ou collez ce jeton là où l'application le demande :",
            format!(
                "Ce lien est valable {hours} heures. Il rend au compte ses identifiants, ferme toutes ses sessions et retire son mot de passe."
            ),
            "Ne partagez jamais ce lien : personne chez Hostolink ne vous le demandera.",
        ),
        Language::English => (
            "en",
            "What you sign in with has changed",
            "The phone number or e-mail address of your account was changed or removed. If it was you, ignore this message. If not, open this link:",
            "Take this change back",
            "Or paste this token where the application asks for it:",
            format!(
                "This link is valid for {hours} hours. It gives the account back what it signed in with, ends all its sessions and takes its password away."
            ),
            "Never share this link: nobody at Hostolink will ask you for it.",
        ),
    };
    let text = format!(
        "{title}\r\n\r\n{why}\r\n\r\n{address}\r\n\r\n{paste}\r\n{token}\r\n\r\n{valid}\r\n\r\n{warning}\r\n\r\nHostolink\r\n"
    );
    let (address, token) = (escape(address), escape(token));
    let html = format!(
        "<!doctype html><html lang=\"{lang}\"><body style=\"font-family:sans-serif\"><h1 style=\"font-size:1.3em\">{title}</h1>\
         <p>{why}</p><p><a href=\"{address}\">{button}</a></p><p>{paste}<br><code>{token}</code></p><p>{valid}</p>\
         <p><strong>{warning}</strong></p><p>Hostolink</p></body></html>"
    );
    (title, text, html)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Alphabet, segments};
    use hostolink_kernel::Region;

    const PAGE: &str = "https://api.hostolink.example.ci/revert-change#token=";
    const TOKEN: &str = "q8Zt1xVb3nRk7wPy5sLd9fGh2jMc4aEuq8Zt1xVb3_-";

    #[test]
    fn whoever_is_told_can_take_it_back() {
        for language in [Language::French, Language::English] {
            for to in ["0708091011", "awa.kone@example.ci"] {
                let to = Identifier::parse(to, &[Region::COTE_D_IVOIRE]).unwrap();
                match identifier_changed(&to, PAGE, &TOKEN.into(), 72, language) {
                    Message::Sms(sms) => {
                        assert_eq!(segments(sms.text()), (Alphabet::Gsm7, 2), "{}", sms.text());
                        assert!(sms.text().contains(&format!("{PAGE}{TOKEN}")) && sms.text().contains("72 "));
                    }
                    Message::Email(email) => {
                        let html = email.html().unwrap().to_owned();
                        let checked = Email::try_new(
                            email.to().clone(),
                            email.subject(),
                            email.text(),
                            Some(html.clone()),
                        );
                        assert_eq!(checked.as_ref(), Ok(&email));
                        assert!(!email.subject().contains(TOKEN) && !email.subject().contains("awa"));
                        for body in [email.text(), &html] {
                            assert!(
                                body.contains(&format!("{PAGE}{TOKEN}")) && body.contains("72 "),
                                "{body}"
                            );
                        }
                    }
                }
            }
        }
    }
}
