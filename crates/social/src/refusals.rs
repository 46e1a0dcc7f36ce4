//! Why something is refused among people: the codes, with what they read.

use hostolink_kernel::{ErrorCode, Kind};

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $kind:ident, $fr:literal, $en:literal;)*) => {
        $($(#[$doc])* pub const $name: ErrorCode = ErrorCode::new($code, Kind::$kind, $fr, $en);)*
        /// Every code of this crate.
        pub const ERRORS: &[ErrorCode] = &[$($name),*];
    };
}

refusals! {
    /// The cursor is of another list.
    INVALID_CURSOR = "social.invalid_cursor", Invalid, "Ce curseur ne vient pas de cette liste. Reprenez-la depuis le début.", "This cursor is not of this list. Start the list again.";
    /// A text is empty, too long, or holds what no text may.
    INVALID_TEXT = "social.invalid_text", Invalid, "Ce texte est vide, trop long, ou contient un caractère interdit.", "This text is empty, too long, or holds a forbidden character.";
    /// Too many hashtags or mentions.
    TOO_MANY_TAGS = "social.too_many_tags", Invalid, "Un texte porte au plus 20 mots-dièse et 20 mentions. Retirez-en.", "A text has at most 20 hashtags and 20 mentions. Take some out.";
    /// Too many pictures.
    TOO_MANY_MEDIA = "social.too_many_media", Invalid, "Une publication porte au plus 10 médias, chacun une fois.", "A publication has at most 10 media, each once.";
    /// A poll can't be one.
    INVALID_POLL = "social.invalid_poll", Invalid, "Un sondage a de 2 à 10 réponses différentes de 1 à 80 caractères, et dure d'une heure à 30 jours.", "A poll has 2 to 10 different answers of 1 to 80 characters, and lasts an hour to 30 days.";
    /// A handle can't be one.
    INVALID_HANDLE = "social.invalid_handle", Invalid, "Un pseudo compte de 3 à 30 lettres minuscules sans accent, chiffres, points ou tirets bas, et ne finit pas par un point.", "A handle has 3 to 30 lower-case letters without accents, digits, dots or underscores, and does not end with a dot.";
    /// Nothing to search for.
    SEARCH_TOO_SHORT = "social.search_too_short", Invalid, "Cherchez au moins deux lettres.", "Search for two letters at least.";
    /// A period can't be one.
    INVALID_PERIOD = "social.invalid_period", Invalid, "La fin vient après le début et dans l'avenir, au plus 90 jours plus tard.", "The end is after the beginning and in the future, 90 days later at most.";
    /// A district is none.
    UNKNOWN_AREA = "social.unknown_area", Invalid, "Ce district n'existe pas. Utilisez les codes ISO 3166-2, par exemple CI-AB pour Abidjan.", "There is no such district. Use the codes of ISO 3166-2, for example CI-AB for Abidjan.";
    /// A link can't be one.
    INVALID_LINK = "social.invalid_link", Invalid, "Un lien commence par https:// et compte au plus 2000 caractères.", "A link begins with https:// and has at most 2000 characters.";
    /// A budget can't be one.
    INVALID_BUDGET = "social.invalid_budget", Invalid, "Un budget va de 1 000 à 10 000 000 de francs CFA.", "A budget is 1,000 to 10,000,000 francs CFA.";
    /// There is no such publication, or not for the one who asks.
    PUBLICATION_UNKNOWN = "social.publication_unknown", NotFound, "Cette publication n'existe pas ou plus.", "There is no such publication, or not any more.";
    /// There is no such comment, or not for the one who asks.
    COMMENT_UNKNOWN = "social.comment_unknown", NotFound, "Ce commentaire n'existe pas ou plus.", "There is no such comment, or not any more.";
    /// There is no such share, or it has no words.
    SHARE_UNKNOWN = "social.share_unknown", NotFound, "Ce partage n'existe pas ou plus, ou rien n'y est dit.", "There is no such share, or not any more, or nothing is said beside it.";
    /// There is no such person, or not for the one who asks.
    PERSON_UNKNOWN = "social.person_unknown", NotFound, "Cette personne n'existe pas ou plus.", "There is no such person, or not any more.";
    /// There is no such theme, or the person is not in it.
    THEME_UNKNOWN = "social.theme_unknown", NotFound, "Cette thématique n'existe pas, ou vous n'en êtes pas membre.", "There is no such theme, or you are not in it.";
    /// There is no such poll.
    POLL_UNKNOWN = "social.poll_unknown", NotFound, "Cette publication ne pose pas cette question.", "This publication asks no such question.";
    /// There is no such case.
    CASE_UNKNOWN = "social.case_unknown", NotFound, "Ce dossier de modération n'existe pas.", "There is no such moderation case.";
    /// There is no such sanction, or it is not the caller's.
    SANCTION_UNKNOWN = "social.sanction_unknown", NotFound, "Cette sanction n'existe pas.", "There is no such sanction.";
    /// There is no such appeal.
    APPEAL_UNKNOWN = "social.appeal_unknown", NotFound, "Ce recours n'existe pas.", "There is no such appeal.";
    /// There is no such announcement.
    ANNOUNCEMENT_UNKNOWN = "social.announcement_unknown", NotFound, "Cette annonce n'existe pas ou plus.", "There is no such announcement, or not any more.";
    /// There is no such advertisement.
    ADVERTISEMENT_UNKNOWN = "social.advertisement_unknown", NotFound, "Cette publicité n'existe pas ou plus.", "There is no such advertisement, or not any more.";
    /// A sanction forbids it.
    SANCTIONED = "social.sanctioned", Forbidden, "Une sanction vous empêche de publier pour le moment. Vos sanctions et leurs recours sont dans votre profil.", "A sanction keeps you from posting for now. Your sanctions, and how to appeal, are in your profile.";
    /// One's own matter.
    OWN_MATTER = "social.own_matter", Forbidden, "Vous ne pouvez pas décider de ce qui vous concerne, ni de qui est à votre niveau ou au-dessus.", "You can't decide what concerns yourself, nor about who is at your level or above.";
    /// Another must look at it.
    SECOND_PERSON = "social.second_person", Forbidden, "Quelqu'un d'autre que la personne qui a décidé de la sanction doit examiner ce recours.", "Somebody else than who decided the sanction has to look at this appeal.";
    /// Somebody has it already.
    HANDLE_TAKEN = "social.handle_taken", Conflict, "Ce pseudo est déjà pris. Choisissez-en un autre.", "This handle is taken. Choose another.";
    /// It was shared.
    ALREADY_SHARED = "social.already_shared", Conflict, "Vous avez déjà partagé cette publication.", "You have shared this publication already.";
    /// It was answered.
    ALREADY_VOTED = "social.already_voted", Conflict, "Vous avez déjà répondu à ce sondage.", "You have answered this poll already.";
    /// It was decided.
    ALREADY_DECIDED = "social.already_decided", Conflict, "C'est déjà décidé. Relisez ce qu'il en est.", "It is decided already. Read what it came to.";
    /// It was appealed.
    ALREADY_APPEALED = "social.already_appealed", Conflict, "Vous avez déjà fait recours contre cette sanction.", "You have appealed against this sanction already.";
    /// Not in this state.
    WRONG_STATE = "social.wrong_state", Conflict, "Ce n'est plus possible là où elle en est. Relisez son état.", "It is too late, or too early, for that. Read its state again.";
    /// The poll is over.
    POLL_CLOSED = "social.poll_closed", Unprocessable, "Ce sondage est terminé.", "This poll is over.";
    /// Oneself.
    ONESELF = "social.oneself", Unprocessable, "Vous ne pouvez pas faire cela avec vous-même.", "You can't do that with yourself.";
    /// Too many of something.
    TOO_MANY = "social.too_many", Unprocessable, "Vous avez atteint le nombre permis. Retirez-en d'abord.", "You have reached the number that is allowed. Take some away first.";
    /// The thread is too deep.
    THREAD_TOO_DEEP = "social.thread_too_deep", Unprocessable, "Ce fil de réponses est trop profond. Répondez plus haut.", "This thread is too deep. Answer further up.";
    /// It was edited too often.
    TOO_MANY_EDITS = "social.too_many_edits", Unprocessable, "Cette publication a été modifiée trop souvent.", "This publication was edited too often.";
    /// It is too late to bring it back, or to appeal.
    TOO_LATE = "social.too_late", Unprocessable, "Le délai est passé.", "The time for that is over.";
    /// The key was used for something else.
    KEY_REUSED = "social.key_reused", Unprocessable, "Cette clé a déjà servi pour une autre demande. Tirez-en une nouvelle.", "This key was used for another request. Draw a new one.";
    /// Only what is public may be passed on.
    NOT_PUBLIC = "social.not_public", Unprocessable, "Seule une publication publique peut être partagée.", "Only a public publication can be shared.";
    /// Too often.
    TOO_OFTEN = "social.too_often", TooMany, "Trop souvent. Patientez un peu avant de réessayer.", "Too often. Wait a little before you try again.";
}
