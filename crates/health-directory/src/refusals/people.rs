//! Why what people do with the directory is refused: favourites, corrections, ratings, claims, shared positions.

use hostolink_kernel::{ErrorCode, Kind};

pub(crate) const FAVOURITE_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.favourite_unknown",
    Kind::NotFound,
    "Cet établissement n'est pas dans vos favoris.",
    "This establishment is not among your favourites.",
);
pub(crate) const TOO_MANY_FAVOURITES: ErrorCode = ErrorCode::new(
    "health.too_many_favourites",
    Kind::Conflict,
    "Vous avez déjà 200 favoris. Retirez-en un.",
    "You have 200 favourites already. Remove one.",
);
/// A correction is about no fact, or several.
pub const INVALID_CHANGE: ErrorCode = ErrorCode::new(
    "health.invalid_change",
    Kind::Invalid,
    "Une correction porte sur un seul fait : name, type, position, hours, numbers, services ou closed.",
    "A correction is about one fact: name, type, position, hours, numbers, services or closed.",
);
pub(crate) const INVALID_NAME: ErrorCode = ErrorCode::new(
    "health.invalid_name",
    Kind::Invalid,
    "Un nom compte de 1 à 200 caractères, dont une lettre ou un chiffre.",
    "A name has 1 to 200 characters, with a letter or a digit.",
);
pub(crate) const INVALID_PLACE: ErrorCode = ErrorCode::new(
    "health.invalid_place",
    Kind::Invalid,
    "Cette position n'est pas possible : latitude et longitude en degrés, précision en mètres.",
    "This position is not possible: latitude and longitude in degrees, accuracy in metres.",
);
pub(crate) const INVALID_HOURS: ErrorCode = ErrorCode::new(
    "health.invalid_hours",
    Kind::Invalid,
    "Les horaires s'écrivent comme dans OpenStreetMap, par exemple « Mo-Fr 07:30-18:00; Sa 08:00-12:00 ».",
    "Opening hours are written as in OpenStreetMap, for example \"Mo-Fr 07:30-18:00; Sa 08:00-12:00\".",
);
pub(crate) const INVALID_NUMBER: ErrorCode = ErrorCode::new(
    "health.invalid_number",
    Kind::Invalid,
    "Donnez de 1 à 10 numéros différents, à dix chiffres ou courts ; WhatsApp n'a pas de numéro court.",
    "Give 1 to 10 different numbers, of ten digits or short; WhatsApp has no short numbers.",
);
pub(crate) const INVALID_WORDS: ErrorCode = ErrorCode::new(
    "health.invalid_text",
    Kind::Invalid,
    "Ce texte est trop long ou contient des caractères interdits.",
    "This text is too long or holds forbidden characters.",
);
pub(crate) const REASON_REQUIRED: ErrorCode = ErrorCode::new(
    "health.reason_required",
    Kind::Invalid,
    "Dites pourquoi, en 1 à 300 caractères.",
    "Say why, in 1 to 300 characters.",
);
pub(crate) const TOO_MANY_SUGGESTIONS: ErrorCode = ErrorCode::new(
    "health.too_many_suggestions",
    Kind::Conflict,
    "Vingt de vos propositions attendent déjà. Patientez.",
    "Twenty of your suggestions are waiting already. Be patient.",
);
pub(crate) const SUGGESTION_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.suggestion_unknown",
    Kind::NotFound,
    "Cette proposition n'existe pas.",
    "There is no such suggestion.",
);
pub(crate) const SUGGESTION_DECIDED: ErrorCode = ErrorCode::new(
    "health.suggestion_decided",
    Kind::Conflict,
    "Cette proposition est déjà traitée.",
    "This suggestion is already decided.",
);
pub(crate) const OWN_MATTER: ErrorCode = ErrorCode::new(
    "health.own_matter",
    Kind::Forbidden,
    "Cela vous concerne vous-même : une autre personne doit le faire.",
    "This concerns yourself: somebody else must do it.",
);
pub(crate) const INVALID_STARS: ErrorCode = ErrorCode::new(
    "health.invalid_stars",
    Kind::Invalid,
    "Une note va de 1 à 5.",
    "A rating is 1 to 5 stars.",
);
pub(crate) const REVIEW_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.review_unknown",
    Kind::NotFound,
    "Cet avis n'existe pas.",
    "There is no such rating.",
);
pub(crate) const CLAIM_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.claim_unknown",
    Kind::NotFound,
    "Cette demande n'existe pas.",
    "There is no such claim.",
);
pub(crate) const CLAIM_EXISTS: ErrorCode = ErrorCode::new(
    "health.claim_exists",
    Kind::Conflict,
    "Vous avez déjà demandé à gérer cet établissement.",
    "You have claimed this establishment already.",
);
pub(crate) const CLAIM_DECIDED: ErrorCode = ErrorCode::new(
    "health.claim_decided",
    Kind::Conflict,
    "Cette demande n'est plus dans cet état.",
    "This claim is no longer in that state.",
);
pub(crate) const TOO_MANY_CLAIMS: ErrorCode = ErrorCode::new(
    "health.too_many_claims",
    Kind::Conflict,
    "Une personne gère ou demande à gérer dix établissements au plus.",
    "One person runs or claims ten establishments at most.",
);
pub(crate) const ENTRY_NOT_MANAGED: ErrorCode = ErrorCode::new(
    "health.entry_not_managed",
    Kind::NotFound,
    "Vous ne gérez pas cet établissement.",
    "You do not run this establishment.",
);
pub(crate) const NOTHING_TO_EDIT: ErrorCode = ErrorCode::new(
    "health.nothing_to_edit",
    Kind::Invalid,
    "Donnez des horaires, des numéros ou des services.",
    "Give hours, numbers or services.",
);
pub(crate) const INVALID_DURATION: ErrorCode = ErrorCode::new(
    "health.invalid_duration",
    Kind::Invalid,
    "Une position se partage de 1 à 1440 minutes.",
    "A position is shared for 1 to 1440 minutes.",
);
pub(crate) const TOO_MANY_SHARES: ErrorCode = ErrorCode::new(
    "health.too_many_shares",
    Kind::Conflict,
    "Votre position est déjà partagée avec vingt personnes.",
    "Your position is already shared with twenty people.",
);
/// Nobody shows this position, or no longer.
pub const SHARE_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.share_unknown",
    Kind::NotFound,
    "Cette position n'est pas partagée avec vous, ou ne l'est plus.",
    "This position is not shared with you, or no longer.",
);
