use crate::{Email, Language, Message, Sms, template::escape};
use hostolink_kernel::Identifier;

/// What the owner of an account is told, whoever did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notice {
    /// The password changed.
    PasswordChanged,
    /// A device got a new PIN.
    PinDefined,
    /// Signing in asks for an authenticator app now.
    TotpOn,
    /// It no longer does.
    TotpOff,
    /// Somebody signed in on a device that was never seen before.
    NewDevice,
    /// Somebody, perhaps themselves, tried to register with an identifier of the account.
    AlreadyRegistered,
    /// The account is to be erased.
    DeletionRequested,
    /// Who paid them asks the payment back.
    RecallAsked,
    /// A payment that they asked back stays where it is.
    RecallRefused,
    /// An administrator froze the money.
    MoneyFrozen,
    /// No administrator freezes it any more.
    MoneyThawed,
    /// A merchant invites them to a till.
    CashierInvited,
    /// A correction of the health directory that they suggested was accepted.
    SuggestionAccepted,
    /// It was refused.
    SuggestionRefused,
    /// Their claim to run an establishment was approved, refused or revoked.
    ClaimDecided,
}

impl Notice {
    /// Every notice.
    pub const ALL: [Self; 15] = [
        Self::PasswordChanged,
        Self::PinDefined,
        Self::TotpOn,
        Self::TotpOff,
        Self::NewDevice,
        Self::AlreadyRegistered,
        Self::DeletionRequested,
        Self::RecallAsked,
        Self::RecallRefused,
        Self::MoneyFrozen,
        Self::MoneyThawed,
        Self::CashierInvited,
        Self::SuggestionAccepted,
        Self::SuggestionRefused,
        Self::ClaimDecided,
    ];

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
            (Self::PinDefined, Language::French) => (
                "Un code PIN a été défini sur un de vos appareils",
                "Si ce n'est pas vous, fermez vos sessions depuis l'application.",
            ),
            (Self::PinDefined, Language::English) => (
                "A PIN was set on one of your devices",
                "If it was not you, end your sessions from the application.",
            ),
            (Self::TotpOn, Language::French) => (
                "Une application d'authentification protège votre compte",
                "Si ce n'est pas vous, fermez vos sessions et contactez l'assistance.",
            ),
            (Self::TotpOn, Language::English) => (
                "An authenticator app now protects your account",
                "If it was not you, end your sessions and contact support.",
            ),
            (Self::TotpOff, Language::French) => (
                "L'application d'authentification ne protège plus votre compte",
                "Si ce n'est pas vous, fermez vos sessions et contactez l'assistance.",
            ),
            (Self::TotpOff, Language::English) => (
                "The authenticator app no longer protects your account",
                "If it was not you, end your sessions and contact support.",
            ),
            (Self::NewDevice, Language::French) => (
                "Connexion depuis un nouvel appareil",
                "Si ce n'est pas vous, fermez cette session depuis l'application et changez votre mot de passe.",
            ),
            (Self::NewDevice, Language::English) => (
                "Sign-in from a new device",
                "If it was not you, end that session from the application and change your password.",
            ),
            (Self::AlreadyRegistered, Language::French) => (
                "Vous avez déjà un compte",
                "Connectez-vous, ou choisissez \"Mot de passe oublié\". Ce n'était pas vous ? Rien n'a changé.",
            ),
            (Self::AlreadyRegistered, Language::English) => (
                "You have an account already",
                "Sign in, or choose \"Forgotten password\". It was not you? Nothing has changed.",
            ),
            (Self::DeletionRequested, Language::French) => (
                "Votre compte sera supprimé dans 30 jours",
                "Pour le garder, reconnectez-vous avec un code et annulez la suppression.",
            ),
            (Self::DeletionRequested, Language::English) => (
                "Your account will be deleted in 30 days",
                "To keep it, sign in with a code and cancel the deletion.",
            ),
            (Self::RecallAsked, Language::French) => (
                "Une personne demande le remboursement d'un paiement",
                "Ouvrez l'application pour accepter ou refuser, sous 7 jours.",
            ),
            (Self::RecallAsked, Language::English) => (
                "Somebody asks for a payment back",
                "Open the application to accept or refuse, within 7 days.",
            ),
            (Self::RecallRefused, Language::French) => (
                "Le paiement que vous avez rappelé n'est pas remboursé",
                "Ouvrez l'application pour les détails, ou contactez l'assistance.",
            ),
            (Self::RecallRefused, Language::English) => (
                "The payment that you asked back is not refunded",
                "Open the application for details, or contact support.",
            ),
            (Self::MoneyFrozen, Language::French) => (
                "Votre compte d'argent est gelé",
                "Rien n'entre ni ne sort pour le moment. Contactez l'assistance.",
            ),
            (Self::MoneyFrozen, Language::English) => {
                ("Your money account is frozen", "Nothing comes in or goes out for now. Contact support.")
            }
            (Self::MoneyThawed, Language::French) => (
                "Le gel de votre compte d'argent est levé",
                "Consultez votre relevé dans l'application, et contactez l'assistance si quelque chose vous étonne.",
            ),
            (Self::MoneyThawed, Language::English) => (
                "The freeze of your money account was lifted",
                "Look at your statement in the application, and contact support if anything surprises you.",
            ),
            (Self::CashierInvited, Language::French) => (
                "Un commerce vous propose de tenir une caisse",
                "Ouvrez l'application pour accepter ou refuser, sous 7 jours.",
            ),
            (Self::CashierInvited, Language::English) => (
                "A merchant invites you to work at a till",
                "Open the application to accept or decline, within 7 days.",
            ),
            (Self::SuggestionAccepted, Language::French) => (
                "Votre correction de l'annuaire de santé est acceptée",
                "Merci : tout le monde la voit dans l'application.",
            ),
            (Self::SuggestionAccepted, Language::English) => (
                "Your correction of the health directory was accepted",
                "Thank you: everybody sees it in the application.",
            ),
            (Self::SuggestionRefused, Language::French) => (
                "Votre correction de l'annuaire de santé n'est pas retenue",
                "Ouvrez l'application pour lire pourquoi.",
            ),
            (Self::SuggestionRefused, Language::English) => (
                "Your correction of the health directory was not accepted",
                "Open the application to read why.",
            ),
            (Self::ClaimDecided, Language::French) => (
                "Votre demande de gérer un établissement de santé est traitée",
                "Ouvrez l'application pour lire la réponse.",
            ),
            (Self::ClaimDecided, Language::English) => (
                "Your claim to run a health establishment was decided",
                "Open the application to read the answer.",
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
    told(to, title, advice, language)
}

/// The message that tells somebody what happened in the application: `title` says what kind of thing, `text` what, and may hold what other people
/// call themselves. Neither opens anything. An SMS holds the title alone, which is ours: it costs, and a name is not put into one.
#[must_use]
pub fn news(to: &Identifier, title: &str, text: &str, language: Language) -> Message {
    match to {
        Identifier::Phone(_) => {
            let advice = match language {
                Language::French => "Ouvrez l'application pour en savoir plus.",
                Language::English => "Open the application to know more.",
            };
            match told(to, title, advice, language) {
                Message::Sms(sms) => Message::Sms(sms.news()),
                mail @ Message::Email(_) => mail,
            }
        }
        Identifier::Email(_) => {
            let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
            told(to, title, &text, language)
        }
    }
}

fn told(to: &Identifier, title: &str, advice: &str, language: Language) -> Message {
    match to {
        Identifier::Phone(number) => {
            let separator = if language == Language::French { " : " } else { ": " };
            Message::Sms(Sms::templated(number.clone(), &format!("Hostolink{separator}{title}. {advice}")))
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
    use crate::{Alphabet, segments};
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
                        assert_eq!(segments(sms.text()), (Alphabet::Gsm7, 1), "{}", sms.text());
                        assert!(!sms.carries_code(), "nobody shows a notice");
                        assert!(!sms.is_news(), "it protects");
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

    #[test]
    fn case_92_what_people_call_themselves_is_text_and_costs_nothing() {
        let hostile = "<script>alert(1)</script>\r\nBcc: x@y.z a commenté votre publication";
        let mailbox = Identifier::parse("awa@example.ci", &[Region::COTE_D_IVOIRE]).unwrap();
        let Message::Email(email) = news(&mailbox, "Nouveau commentaire", hostile, Language::French) else {
            panic!("a mailbox gets an e-mail")
        };
        assert_eq!(email.subject(), "Hostolink - Nouveau commentaire");
        let html = email.html().unwrap();
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"), "{html}");
        assert!(!email.text().contains("\r\nBcc"), "{}", email.text());
        let phone = Identifier::parse("0708091011", &[Region::COTE_D_IVOIRE]).unwrap();
        let Message::Sms(sms) = news(&phone, "Nouveau commentaire", hostile, Language::French) else {
            panic!("a phone gets an SMS")
        };
        assert!(sms.is_news() && !sms.carries_code());
        assert_eq!(segments(sms.text()), (Alphabet::Gsm7, 1), "{}", sms.text());
        assert!(!sms.text().contains("script") && sms.text().contains("Nouveau commentaire"));
    }
}
