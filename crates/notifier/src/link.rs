use crate::{Email, Language, Message, template::escape};
use hostolink_kernel::{EmailAddress, ExposeSecret, Secret};

/// What a mailed link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// To set a forgotten password anew, within so many minutes.
    ResetPassword,
    /// To choose the first password of an account that an administrator made, within so many minutes.
    Invitation,
    /// To confirm the mailbox of an account that was just made.
    ConfirmAddress,
}

/// The words of one mail.
struct Words {
    lang: &'static str,
    title: &'static str,
    why: &'static str,
    button: &'static str,
    paste: Option<&'static str>,
    valid: String,
    warning: &'static str,
    ignore: &'static str,
}

/// The e-mail that brings a link, good for `minutes` and once. `page` is our own address, up to what precedes the token: it comes from
/// the configuration, never from a request.
#[must_use]
pub fn link(
    to: &EmailAddress,
    page: &str,
    token: &Secret,
    purpose: LinkPurpose,
    minutes: u32,
    language: Language,
) -> Message {
    let words = words(purpose, minutes, language);
    let Words { lang, title, why, button, paste, valid, warning, ignore } = &words;
    let token = token.expose_secret();
    let address = format!("{page}{token}");
    let pasted = paste.map(|paste| format!("{paste}\r\n{token}\r\n\r\n")).unwrap_or_default();
    let text = format!(
        "{title}\r\n\r\n{why}\r\n\r\n{address}\r\n\r\n{pasted}{valid}\r\n\r\n{warning}\r\n\r\n{ignore}\r\n\r\nHostolink\r\n"
    );
    let (address, token) = (escape(&address), escape(token));
    let pasted = paste.map(|paste| format!("<p>{paste}<br><code>{token}</code></p>")).unwrap_or_default();
    let html = format!(
        "<!doctype html><html lang=\"{lang}\"><body style=\"font-family:sans-serif\"><h1 style=\"font-size:1.3em\">{title}</h1>\
         <p>{why}</p><p><a href=\"{address}\">{button}</a></p>{pasted}<p>{valid}</p><p><strong>{warning}</strong></p>\
         <p>{ignore}</p><p>Hostolink</p></body></html>"
    );
    Message::Email(Email::templated(to.clone(), format!("Hostolink - {title}"), text, html))
}

fn words(purpose: LinkPurpose, minutes: u32, language: Language) -> Words {
    let life = life(minutes, language);
    match (purpose, language) {
        (LinkPurpose::ResetPassword, Language::French) => Words {
            lang: "fr",
            title: "Choisissez un nouveau mot de passe",
            why: "Quelqu'un a demandé à changer le mot de passe de votre compte. Si c'est vous, ouvrez ce lien :",
            button: "Choisir un nouveau mot de passe",
            paste: Some("Ou collez ce jeton là où l'application le demande :"),
            valid: format!("Ce lien est valable {life} et ne sert qu'une fois."),
            warning: "Ne partagez jamais ce lien : personne chez Hostolink ne vous le demandera.",
            ignore: "Vous n'avez rien demandé ? Ignorez ce message : votre mot de passe ne change pas.",
        },
        (LinkPurpose::ResetPassword, Language::English) => Words {
            lang: "en",
            title: "Choose a new password",
            why: "Somebody asked to change the password of your account. If it was you, open this link:",
            button: "Choose a new password",
            paste: Some("Or paste this token where the application asks for it:"),
            valid: format!("This link is valid for {life} and works once."),
            warning: "Never share this link: nobody at Hostolink will ask you for it.",
            ignore: "You asked for nothing? Ignore this message: your password does not change.",
        },
        (LinkPurpose::Invitation, Language::French) => Words {
            lang: "fr",
            title: "Un compte vous attend",
            why: "Un administrateur a créé un compte pour vous. Pour choisir votre mot de passe, ouvrez ce lien :",
            button: "Choisir mon mot de passe",
            paste: Some("Ou collez ce jeton là où l'application le demande :"),
            valid: format!(
                "Ce lien est valable {life} et ne sert qu'une fois. Passé ce délai, demandez-en un autre avec \"Mot de passe oublié\"."
            ),
            warning: "Ne partagez jamais ce lien : personne chez Hostolink ne vous le demandera.",
            ignore: "Vous n'attendiez rien ? Ignorez ce message : le compte ne servira à personne.",
        },
        (LinkPurpose::Invitation, Language::English) => Words {
            lang: "en",
            title: "An account is waiting for you",
            why: "An administrator made an account for you. To choose your password, open this link:",
            button: "Choose my password",
            paste: Some("Or paste this token where the application asks for it:"),
            valid: format!(
                "This link is valid for {life} and works once. After that, ask for another with \"Forgotten password\"."
            ),
            warning: "Never share this link: nobody at Hostolink will ask you for it.",
            ignore: "You were waiting for nothing? Ignore this message: the account will serve nobody.",
        },
        (LinkPurpose::ConfirmAddress, Language::French) => Words {
            lang: "fr",
            title: "Confirmez votre adresse e-mail",
            why: "Un compte vient d'être créé avec cette adresse. Si c'est vous, ouvrez ce lien :",
            button: "Confirmer mon adresse",
            paste: None,
            valid: format!("Ce lien est valable {life} et ne sert qu'une fois."),
            warning: "N'ouvrez ce lien que si vous venez de créer ce compte : son mot de passe est celui qui a été saisi alors.",
            ignore: "Vous n'avez rien créé ? Ignorez ce message : le compte ne servira à personne.",
        },
        (LinkPurpose::ConfirmAddress, Language::English) => Words {
            lang: "en",
            title: "Confirm your e-mail address",
            why: "An account was just made with this address. If it was you, open this link:",
            button: "Confirm my address",
            paste: None,
            valid: format!("This link is valid for {life} and works once."),
            warning: "Open this link only if you have just made this account: its password is the one that was typed then.",
            ignore: "You made none? Ignore this message: the account will serve nobody.",
        },
    }
}

/// Hours where they are whole and several, else minutes.
fn life(minutes: u32, language: Language) -> String {
    match (minutes, language) {
        (120.., Language::French) if minutes.is_multiple_of(60) => format!("{} heures", minutes / 60),
        (120.., Language::English) if minutes.is_multiple_of(60) => format!("{} hours", minutes / 60),
        _ => format!("{minutes} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://api.example.ci/reset-password#token=";
    const TOKEN: &str = "q8Zt1xVb3nRk7wPy5sLd9fGh2jMc4aEu";

    #[test]
    fn every_link_is_valid_warns_and_stays_off_the_subject() {
        let to = EmailAddress::parse("awa.kone@example.ci").unwrap();
        for purpose in [LinkPurpose::ResetPassword, LinkPurpose::Invitation, LinkPurpose::ConfirmAddress] {
            for (language, warning) in [
                (Language::French, ["Ne partagez jamais ce lien", "N'ouvrez ce lien que si"]),
                (Language::English, ["Never share this link", "Open this link only if"]),
            ] {
                let Message::Email(email) = link(&to, PAGE, &TOKEN.into(), purpose, 60, language) else {
                    panic!("an e-mail")
                };
                let html = email.html().unwrap().to_owned();
                let checked = Email::try_new(to.clone(), email.subject(), email.text(), Some(html.clone()));
                assert_eq!(checked.as_ref(), Ok(&email));
                assert!(!email.subject().contains(TOKEN) && !email.subject().contains("awa"));
                for body in [email.text(), &html] {
                    assert!(body.contains(&format!("{PAGE}{TOKEN}")), "{body}");
                    assert!(body.contains("60 minutes"), "{body}");
                    assert!(warning.iter().any(|warning| body.contains(warning)), "{body}");
                }
            }
        }
    }

    #[test]
    fn a_day_is_told_in_hours() {
        assert_eq!(life(1_440, Language::French), "24 heures");
        assert_eq!(life(60, Language::English), "60 minutes");
        assert_eq!(life(90, Language::English), "90 minutes");
    }
}
