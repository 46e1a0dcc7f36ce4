//! What people read, in French and English. Names are put in as they are: whoever shows them makes them safe for the place.

use crate::{Kind, Notification};
use hostolink_notifier::Language;

/// What a notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// What kind of thing it is: always the same words, which name nobody.
    pub title: &'static str,
    /// What happened.
    pub text: String,
}

impl Words {
    /// Of a notification, with what the last of its people call themselves, the latest first.
    #[must_use]
    pub fn of(notification: &Notification, names: &[String], language: Language) -> Self {
        let french = language == Language::French;
        let Some(kind) = notification.kind else {
            return Self {
                title: if french { "Nouvelle notification" } else { "New notification" },
                text: pick(
                    french,
                    "Mettez l'application à jour pour la lire.",
                    "Update the application to read it.",
                ),
            };
        };
        let who = people(names, notification.actors, french);
        let several = notification.actors > 1;
        let sum = notification.amount.map(francs).unwrap_or_default();
        let mut text = match kind {
            Kind::MoneyReceived => pick(
                french,
                &format!("Vous avez reçu {sum} de {who}."),
                &format!("You received {sum} from {who}."),
            ),
            Kind::PaymentRequested => {
                pick(french, &format!("{who} vous demande {sum}."), &format!("{who} asks you for {sum}."))
            }
            Kind::RequestPaid => pick(
                french,
                &format!("{who} a payé votre demande de {sum}."),
                &format!("{who} paid your request of {sum}."),
            ),
            Kind::RequestDeclined => pick(
                french,
                &format!("{who} a refusé votre demande de {sum}."),
                &format!("{who} declined your request of {sum}."),
            ),
            Kind::NewDevice => pick(
                french,
                "Si ce n'est pas vous, fermez cette session et changez votre mot de passe.",
                "If it was not you, end that session and change your password.",
            ),
            Kind::IdentityLevel => pick(
                french,
                "Ouvrez l'application pour voir ce que vous pouvez faire.",
                "Open the application to see what you can do.",
            ),
            Kind::Message if notification.count > 1 => pick(
                french,
                &format!("{} nouveaux messages de {who}.", notification.count),
                &format!("{} new messages from {who}.", notification.count),
            ),
            Kind::Message => pick(french, &format!("{who} vous a écrit."), &format!("{who} wrote to you.")),
            Kind::Like => pick(
                french,
                &format!("{who} {} votre publication.", if several { "aiment" } else { "aime" }),
                &format!("{who} {} your publication.", if several { "like" } else { "likes" }),
            ),
            Kind::Comment => pick(
                french,
                &format!("{who} {} commenté.", have(several, french)),
                &format!("{who} commented."),
            ),
            Kind::Mention => {
                pick(french, &format!("{who} vous a mentionné."), &format!("{who} mentioned you."))
            }
            Kind::Share => pick(
                french,
                &format!("{who} {} partagé votre publication.", have(several, french)),
                &format!("{who} shared your publication."),
            ),
            Kind::Follow => pick(
                french,
                &format!("{who} vous {}.", if several { "suivent" } else { "suit" }),
                &format!("{who} {} you.", if several { "follow" } else { "follows" }),
            ),
            Kind::Sanction => pick(
                french,
                "Ouvrez l'application pour lire la décision et la contester.",
                "Open the application to read the decision and to appeal.",
            ),
            Kind::DutyRota => pick(
                french,
                "Une pharmacie de vos favoris est de garde.",
                "A pharmacy among your favourites is on duty.",
            ),
        };
        // Many a name ends in an initial.
        if text.ends_with("..") {
            text.pop();
        }
        Self { title: title(kind, french), text }
    }
}

const fn title(kind: Kind, french: bool) -> &'static str {
    match (kind, french) {
        (Kind::MoneyReceived, true) => "Argent reçu",
        (Kind::MoneyReceived, false) => "Money received",
        (Kind::PaymentRequested, true) => "Demande de paiement",
        (Kind::PaymentRequested, false) => "Request to pay",
        (Kind::RequestPaid, true) => "Demande payée",
        (Kind::RequestPaid, false) => "Request paid",
        (Kind::RequestDeclined, true) => "Demande refusée",
        (Kind::RequestDeclined, false) => "Request declined",
        (Kind::NewDevice, true) => "Connexion depuis un nouvel appareil",
        (Kind::NewDevice, false) => "Sign-in from a new device",
        (Kind::IdentityLevel, true) => "Votre identité a été examinée",
        (Kind::IdentityLevel, false) => "Your identity was looked at",
        (Kind::Message, true) => "Nouveau message",
        (Kind::Message, false) => "New message",
        (Kind::Like, true) => "J'aime",
        (Kind::Like, false) => "Likes",
        (Kind::Comment, true) => "Nouveau commentaire",
        (Kind::Comment, false) => "New comment",
        (Kind::Mention, true) => "On parle de vous",
        (Kind::Mention, false) => "You were mentioned",
        (Kind::Share, true) => "Publication partagée",
        (Kind::Share, false) => "Publication shared",
        (Kind::Follow, true) => "Nouvel abonné",
        (Kind::Follow, false) => "New follower",
        (Kind::Sanction, true) => "Décision de modération",
        (Kind::Sanction, false) => "Moderation decision",
        (Kind::DutyRota, true) => "Pharmacie de garde",
        (Kind::DutyRota, false) => "Pharmacy on duty",
    }
}

fn pick(french: bool, fr: &str, en: &str) -> String {
    if french { fr } else { en }.to_owned()
}

const fn have(several: bool, french: bool) -> &'static str {
    match (several, french) {
        (true, true) => "ont",
        (false, true) => "a",
        (_, false) => "",
    }
}

/// "Awa K. et 12 autres personnes".
fn people(names: &[String], all: i32, french: bool) -> String {
    let (some, and) = if french { ("Quelqu'un", "et") } else { ("Somebody", "and") };
    let first = names.first().map_or(some, String::as_str);
    match (all, names.get(1)) {
        (..=1, _) => first.to_owned(),
        (2, Some(second)) => format!("{first} {and} {second}"),
        (2, None) if french => format!("{first} et une autre personne"),
        (2, None) => format!("{first} and one other person"),
        _ if french => format!("{first} et {} autres personnes", all - 1),
        _ => format!("{first} and {} other people", all - 1),
    }
}

/// "12 500 F CFA".
fn francs(amount: i64) -> String {
    let digits = amount.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    format!("{text} F CFA")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::UserId;

    fn told(kind: Option<Kind>, actors: i32, amount: Option<i64>) -> Notification {
        Notification {
            key: 1,
            id: uuid::Uuid::nil(),
            owner: UserId::new(1),
            kind,
            kind_code: "x".to_owned(),
            object: None,
            amount,
            count: actors,
            actors,
            latest: Vec::new(),
            created_at: chrono::DateTime::UNIX_EPOCH,
            updated_at: chrono::DateTime::UNIX_EPOCH,
            read_at: None,
        }
    }

    #[test]
    fn people_are_counted_in_both_languages() {
        let names = ["Awa K.".to_owned(), "Koffi".to_owned()];
        let say = |actors, language| Words::of(&told(Some(Kind::Like), actors, None), &names, language).text;
        assert_eq!(say(1, Language::French), "Awa K. aime votre publication.");
        assert_eq!(say(2, Language::French), "Awa K. et Koffi aiment votre publication.");
        assert_eq!(say(13, Language::French), "Awa K. et 12 autres personnes aiment votre publication.");
        assert_eq!(say(13, Language::English), "Awa K. and 12 other people like your publication.");
        let paid = Words::of(&told(Some(Kind::MoneyReceived), 1, Some(1_250_000)), &names, Language::French);
        assert_eq!(paid.text, "Vous avez reçu 1 250 000 F CFA de Awa K.");
    }

    #[test]
    fn every_kind_says_something_in_both_languages_and_an_unknown_one_too() {
        for language in [Language::French, Language::English] {
            let mut titles = std::collections::HashSet::new();
            for kind in Kind::ALL {
                let words = Words::of(&told(Some(*kind), 1, Some(5)), &[], language);
                assert!(titles.insert(words.title) && words.text.len() > 5, "{kind:?}");
                assert!(!words.text.contains("  "), "{words:?}");
            }
            assert!(Words::of(&told(None, 0, None), &[], language).text.len() > 5);
        }
    }
}
