//! Why nothing is written or shown: the codes, with what people read.

use hostolink_kernel::{ErrorCode, Kind};

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $kind:ident, $fr:literal, $en:literal;)*) => {
        $($(#[$doc])* pub const $name: ErrorCode = ErrorCode::new($code, Kind::$kind, $fr, $en);)*
        /// The codes of this crate.
        pub const ERRORS: &[ErrorCode] = &[$($name),*];
    };
}

refusals! {
    /// There is no such conversation, or not for who asks.
    CONVERSATION_UNKNOWN = "messaging.conversation_unknown", NotFound, "Cette discussion n'existe pas.", "There is no such conversation.";
    /// There is no such message, or not for who asks.
    MESSAGE_UNKNOWN = "messaging.message_unknown", NotFound, "Ce message n'existe pas.", "There is no such message.";
    /// Nobody of the conversation has this id.
    PERSON_UNKNOWN = "messaging.person_unknown", NotFound, "Cette personne est introuvable.", "This person can't be found.";
    /// The cursor is of another list.
    CURSOR = "messaging.invalid_cursor", Invalid, "Ce curseur ne vient pas de cette liste. Reprenez-la depuis le début.", "This cursor is not of this list. Start the list again.";
    /// A title is empty or too long.
    TITLE_INVALID = "messaging.title_invalid", Invalid, "Un titre compte de 1 à 80 caractères sur une ligne, dont une lettre ou un chiffre.", "A title has 1 to 80 characters on one line, with a letter or a digit.";
    /// A description is empty or too long.
    DESCRIPTION_INVALID = "messaging.description_invalid", Invalid, "Une description compte de 1 à 500 caractères.", "A description has 1 to 500 characters.";
    /// A value is none of those that exist.
    VALUE_UNKNOWN = "messaging.value_unknown", Invalid, "Ce champ n'a pas cette valeur. La description de l'API donne celles qui existent.", "This field does not have this value. The description of the API lists those that exist.";
    /// A pause between messages is out of bounds.
    SLOW_INVALID = "messaging.slow_mode_invalid", Invalid, "Le mode lent va de 0 à 3600 secondes.", "Slow mode is 0 to 3600 seconds.";
    /// A text is empty or too long.
    TEXT_INVALID = "messaging.text_invalid", Invalid, "Un message compte de 1 à 4000 caractères.", "A message has 1 to 4000 characters.";
    /// A message has nothing in it, or too much.
    CONTENT_INVALID = "messaging.content_invalid", Invalid, "Un message a un seul contenu : texte, 1 à 10 médias, un message vocal, une position, un établissement ou une demande de paiement.", "A message has one content: a text, 1 to 10 media, a voice note, a position, an establishment or a payment request.";
    /// A place is no place.
    PLACE_INVALID = "messaging.place_invalid", Invalid, "Cette position n'est pas possible : latitude et longitude en degrés, précision de 1 à 100000 mètres.", "This position is not possible: latitude and longitude in degrees, accuracy of 1 to 100000 metres.";
    /// What is answered is in no message of this conversation.
    REPLY_UNKNOWN = "messaging.reply_unknown", Unprocessable, "Le message auquel vous répondez n'est pas dans cette discussion.", "The message that you reply to is not in this conversation.";
    /// The id was used for another message.
    CLIENT_ID_REUSED = "messaging.client_id_reused", Unprocessable, "Cet identifiant a déjà servi pour un autre message. Tirez-en un nouveau.", "This id was used for another message. Draw a new one.";
    /// Too quick for this room.
    SLOW_DOWN = "messaging.slow_down", TooMany, "Le mode lent est actif ici. Patientez avant d'écrire à nouveau.", "Slow mode is on here. Wait before you write again.";
    /// The room is closed.
    CLOSED = "messaging.closed", Conflict, "Ce thème est fermé : on n'y écrit plus.", "This theme is closed: nobody writes in it any more.";
    /// Only the author may.
    NOT_AUTHOR = "messaging.not_author", Forbidden, "Seul l'auteur du message peut faire cela.", "Only the author of the message may do this.";
    /// The time for it is over.
    TOO_LATE = "messaging.too_late", Conflict, "Il est trop tard : un message se modifie pendant 15 minutes et se supprime pour tous pendant 48 heures.", "It is too late: a message can be edited for 15 minutes and deleted for all for 48 hours.";
    /// Only a text can be edited.
    NOT_EDITABLE = "messaging.not_editable", Conflict, "Seul un texte se modifie, et un message supprimé ne se modifie plus.", "Only a text can be edited, and a deleted message can't any more.";
    /// The message is gone.
    DELETED = "messaging.deleted", Conflict, "Ce message est supprimé.", "This message is deleted.";
    /// The role is too low.
    ROLE_REQUIRED = "messaging.role_required", Forbidden, "Seuls les modérateurs de la discussion peuvent faire cela.", "Only moderators of the conversation may do this.";
    /// It goes with groups and themes only, or with one of them only.
    NOT_HERE = "messaging.not_here", Conflict, "Cela n'existe pas dans ce genre de discussion.", "This does not exist in this kind of conversation.";
    /// Nobody writes to themselves.
    ONESELF = "messaging.oneself", Unprocessable, "Choisissez une autre personne que vous-même.", "Choose somebody other than yourself.";
    /// A group has too many members.
    TOO_MANY_MEMBERS = "messaging.too_many_members", Conflict, "Un groupe compte 256 membres au plus.", "A group has 256 members at most.";
    /// Somebody begins too many conversations.
    TOO_MANY_CONVERSATIONS = "messaging.too_many_conversations", TooMany, "Vous avez ouvert beaucoup de discussions aujourd'hui. Réessayez demain.", "You have opened many conversations today. Try again tomorrow.";
    /// Somebody is in too many groups and themes.
    TOO_MANY_ROOMS = "messaging.too_many_rooms", Conflict, "Une personne est dans 500 groupes et thèmes au plus.", "One person is in 500 groups and themes at most.";
    /// Who was sent away does not come back by themselves.
    BANNED = "messaging.banned", Forbidden, "Vous avez été exclu de ce thème.", "You were banned from this theme.";
    /// A sign is none of those there are.
    SIGN_UNKNOWN = "messaging.sign_unknown", Invalid, "Cette réaction n'existe pas. La description de l'API donne celles qui existent.", "There is no such reaction. The description of the API lists those that exist.";
    /// Too much is pinned.
    TOO_MANY_PINS = "messaging.too_many_pins", Conflict, "Cinquante messages sont épinglés. Retirez-en un.", "Fifty messages are pinned. Remove one.";
    /// A marker is beyond the last message.
    MARKER_INVALID = "messaging.marker_invalid", Invalid, "Donnez deliveredSeq ou readSeq, de 0 au numéro du dernier message.", "Give deliveredSeq or readSeq, from 0 to the number of the last message.";
    /// Nothing is searched for.
    SEARCH_REQUIRED = "messaging.search_required", Invalid, "Donnez 2 à 100 caractères à chercher, dont une lettre ou un chiffre.", "Give 2 to 100 characters to search for, with a letter or a digit.";
    /// A conversation is silenced until when it can't be.
    MUTE_INVALID = "messaging.mute_invalid", Invalid, "« mutedUntil » est un instant à venir.", "\"mutedUntil\" is a time to come.";
    /// What opens a socket is unknown, used or over.
    TICKET_INVALID = "messaging.ticket_invalid", Unauthenticated, "Ce billet est inconnu, a déjà servi ou a expiré. Prenez-en un autre.", "This ticket is unknown, used or expired. Take another one.";
    /// Too many tickets wait.
    TOO_MANY_TICKETS = "messaging.too_many_tickets", TooMany, "Trop de connexions sont en attente. Patientez une minute.", "Too many connections are waiting. Wait a minute.";
}
