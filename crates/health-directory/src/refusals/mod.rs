//! Why the directory does not answer: the codes, with what people read.

mod people;

use hostolink_kernel::{ErrorCode, Kind};
pub(crate) use people::{
    CLAIM_DECIDED, CLAIM_EXISTS, CLAIM_UNKNOWN, ENTRY_NOT_MANAGED, FAVOURITE_UNKNOWN, INVALID_DURATION,
    INVALID_HOURS, INVALID_NAME, INVALID_NUMBER, INVALID_PLACE, INVALID_STARS, INVALID_WORDS,
    NOTHING_TO_EDIT, OWN_MATTER, REASON_REQUIRED, REVIEW_UNKNOWN, SUGGESTION_DECIDED, SUGGESTION_UNKNOWN,
    TOO_MANY_CLAIMS, TOO_MANY_FAVOURITES, TOO_MANY_SHARES, TOO_MANY_SUGGESTIONS,
};
pub use people::{INVALID_CHANGE, SHARE_UNKNOWN};

pub(crate) const NOT_FOUND: ErrorCode = ErrorCode::new(
    "health.establishment_not_found",
    Kind::NotFound,
    "Cet établissement n'existe pas. Reprenez la recherche : son identifiant a pu changer.",
    "There is no such establishment. Search again: its id may have changed.",
);
pub(crate) const CURSOR: ErrorCode = ErrorCode::new(
    "health.invalid_cursor",
    Kind::Invalid,
    "Ce curseur ne vient pas de cette liste. Reprenez-la depuis le début.",
    "This cursor is not of this list. Start the list again.",
);
pub(crate) const FILE: ErrorCode = ErrorCode::new(
    "health.unreadable_file",
    Kind::Invalid,
    "Ce fichier ne peut pas être importé : il est trop grand, illisible, ou il lui manque des colonnes.",
    "This file can't be imported: it is too large, unreadable, or lacks columns.",
);

/// Where somebody is can't be read.
pub const INVALID_POSITION: ErrorCode = ErrorCode::new(
    "health.invalid_position",
    Kind::Invalid,
    "Une position s'écrit « latitude,longitude » en degrés, par exemple 5.3232,-4.0197.",
    "A position is written \"latitude,longitude\" in degrees, for example 5.3232,-4.0197.",
);
/// Latitude and longitude have changed places.
pub const SWAPPED_POSITION: ErrorCode = ErrorCode::new(
    "health.swapped_position",
    Kind::Invalid,
    "Latitude et longitude semblent inversées : la latitude vient d'abord, par exemple 5.3232,-4.0197.",
    "Latitude and longitude seem swapped: the latitude comes first, for example 5.3232,-4.0197.",
);
/// A radius is no distance.
pub const INVALID_RADIUS: ErrorCode = ErrorCode::new(
    "health.invalid_radius",
    Kind::Invalid,
    "Le rayon est une distance en mètres, à partir de 0, autour d'une position « near ».",
    "The radius is a distance in metres, from 0 up, around a position \"near\".",
);
/// No establishment is of such a type.
pub const UNKNOWN_TYPE: ErrorCode = ErrorCode::new(
    "health.unknown_type",
    Kind::Invalid,
    "Ce type d'établissement n'existe pas. Exemples : pharmacy, hospital, health_center.",
    "There is no such type of establishment. For example: pharmacy, hospital, health_center.",
);
/// An area can't be read.
pub const INVALID_AREA: ErrorCode = ErrorCode::new(
    "health.invalid_area",
    Kind::Invalid,
    "Une zone s'écrit « ouest,sud,est,nord » en degrés, par exemple -4.2,5.2,-3.8,5.5.",
    "An area is written \"west,south,east,north\" in degrees, for example -4.2,5.2,-3.8,5.5.",
);
/// A time can't be read.
pub const INVALID_INSTANT: ErrorCode = ErrorCode::new(
    "health.invalid_instant",
    Kind::Invalid,
    "Un instant s'écrit selon RFC 3339, par exemple 2026-11-20T22:00:00Z, et va avec « open ».",
    "A time is written as in RFC 3339, for example 2026-11-20T22:00:00Z, and goes with \"open\".",
);
/// A revision is no number.
pub const INVALID_SINCE: ErrorCode = ErrorCode::new(
    "health.invalid_since",
    Kind::Invalid,
    "« since » est le numéro de révision d'un paquet, à partir de 0.",
    "\"since\" is the revision of a pack, from 0 up.",
);
/// A zoom is no zoom.
pub const INVALID_ZOOM: ErrorCode = ErrorCode::new(
    "health.invalid_zoom",
    Kind::Invalid,
    "Le zoom est un nombre de 0 à 22.",
    "The zoom is a number from 0 to 22.",
);
/// Where somebody is was not said.
pub const POSITION_REQUIRED: ErrorCode = ErrorCode::new(
    "health.position_required",
    Kind::Invalid,
    "Donnez une position « near=latitude,longitude ».",
    "Give a position \"near=latitude,longitude\".",
);
/// Nothing is searched for.
pub const SEARCH_REQUIRED: ErrorCode = ErrorCode::new(
    "health.search_required",
    Kind::Invalid,
    "Donnez 1 à 100 caractères à chercher, dont une lettre ou un chiffre.",
    "Give 1 to 100 characters to search for, with a letter or a digit.",
);
/// A parameter has a value that it does not know.
pub const UNKNOWN_VALUE: ErrorCode = ErrorCode::new(
    "health.unknown_value",
    Kind::Invalid,
    "Ce paramètre n'a pas cette valeur. La description de l'API donne celles qui existent.",
    "This parameter does not have this value. The description of the API lists those that exist.",
);
/// A field mask names a field that there is not.
pub const UNKNOWN_FIELD: ErrorCode = ErrorCode::new(
    "health.unknown_field",
    Kind::Invalid,
    "« fields » nomme un champ qui n'existe pas.",
    "\"fields\" names a field that does not exist.",
);
pub(crate) const NUMBER_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.number_unknown",
    Kind::NotFound,
    "Cet établissement n'a pas ce numéro.",
    "This establishment does not have this number.",
);
pub(crate) const REPORT_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.report_unknown",
    Kind::NotFound,
    "Ce signalement n'existe pas.",
    "There is no such report.",
);
pub(crate) const REPORT_DECIDED: ErrorCode = ErrorCode::new(
    "health.report_decided",
    Kind::Conflict,
    "Ce signalement est déjà traité.",
    "This report is already decided.",
);
pub(crate) const HOLIDAY_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.holiday_unknown",
    Kind::NotFound,
    "Ce jour n'est pas férié.",
    "This day is no holiday.",
);
pub(crate) const INVALID_HOLIDAY: ErrorCode = ErrorCode::new(
    "health.invalid_holiday",
    Kind::Invalid,
    "Un jour férié a une date (AAAA-MM-JJ) et un nom de 1 à 200 caractères.",
    "A holiday has a date (YYYY-MM-DD) and a name of 1 to 200 characters.",
);
/// A list of pharmacies on duty has no source, or no time that makes sense.
pub const INVALID_ROTA: ErrorCode = ErrorCode::new(
    "health.invalid_rota",
    Kind::Invalid,
    "Un tour de garde a une source (1 à 200 caractères) et dure de 1 à 31 jours : « from » puis « until » (AAAA-MM-JJ).",
    "A duty rota has a source (1 to 200 characters) and lasts 1 to 31 days: \"from\", then \"until\" (YYYY-MM-DD).",
);
pub(crate) const ROTA_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.rota_unknown",
    Kind::NotFound,
    "Ce tour de garde n'existe pas.",
    "There is no such duty rota.",
);
pub(crate) const ROTA_WITHDRAWN: ErrorCode = ErrorCode::new(
    "health.rota_withdrawn",
    Kind::Conflict,
    "Ce tour de garde a été retiré. Importez-le à nouveau.",
    "This duty rota was withdrawn. Import it again.",
);
pub(crate) const DUTY_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.duty_unknown",
    Kind::NotFound,
    "Cette garde n'existe pas.",
    "There is no such duty.",
);
pub(crate) const INVALID_LICENCE: ErrorCode = ErrorCode::new(
    "health.invalid_licence",
    Kind::Invalid,
    "Une licence se nomme en 1 à 32 caractères, par exemple CC-BY-4.0.",
    "A licence is named in 1 to 32 characters, for example CC-BY-4.0.",
);
/// No source has such a code.
pub const SOURCE_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.source_unknown",
    Kind::NotFound,
    "Cette source n'existe pas. /api/health/sources donne celles qui existent.",
    "There is no such source. /api/health/sources lists those that exist.",
);
/// No administrative area has such a code.
pub const AREA_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.area_unknown",
    Kind::NotFound,
    "Cette zone n'existe pas. /api/health/areas donne les régions et sous-préfectures.",
    "There is no such area. /api/health/areas lists the regions and sub-prefectures.",
);
/// A polygon can't be read.
pub const INVALID_POLYGON: ErrorCode = ErrorCode::new(
    "health.invalid_polygon",
    Kind::Invalid,
    "Un polygone compte de 3 à 200 points « longitude,latitude » en degrés, séparés par des espaces.",
    "A polygon has 3 to 200 points \"longitude,latitude\" in degrees, with spaces between.",
);
/// A polygon crosses itself.
pub const POLYGON_CROSSES: ErrorCode = ErrorCode::new(
    "health.polygon_crosses",
    Kind::Invalid,
    "Ce polygone se croise ou se touche lui-même.",
    "This polygon crosses or touches itself.",
);
/// No place is called so.
pub const PLACE_UNKNOWN: ErrorCode = ErrorCode::new(
    "health.place_unknown",
    Kind::Invalid,
    "Aucun lieu connu ne porte ce nom. Donnez une position « latitude,longitude », ou un lieu plus grand.",
    "No known place is called so. Give a position \"latitude,longitude\", or a larger place.",
);

/// The codes of this crate.
pub const ERRORS: &[ErrorCode] = &[
    NOT_FOUND,
    CURSOR,
    FILE,
    INVALID_POSITION,
    SWAPPED_POSITION,
    INVALID_RADIUS,
    UNKNOWN_TYPE,
    INVALID_AREA,
    INVALID_INSTANT,
    INVALID_SINCE,
    INVALID_ZOOM,
    POSITION_REQUIRED,
    SEARCH_REQUIRED,
    UNKNOWN_VALUE,
    UNKNOWN_FIELD,
    NUMBER_UNKNOWN,
    REPORT_UNKNOWN,
    REPORT_DECIDED,
    HOLIDAY_UNKNOWN,
    INVALID_HOLIDAY,
    INVALID_ROTA,
    ROTA_UNKNOWN,
    ROTA_WITHDRAWN,
    DUTY_UNKNOWN,
    SOURCE_UNKNOWN,
    INVALID_LICENCE,
    FAVOURITE_UNKNOWN,
    TOO_MANY_FAVOURITES,
    INVALID_CHANGE,
    INVALID_NAME,
    INVALID_PLACE,
    INVALID_HOURS,
    INVALID_NUMBER,
    INVALID_WORDS,
    REASON_REQUIRED,
    TOO_MANY_SUGGESTIONS,
    SUGGESTION_UNKNOWN,
    SUGGESTION_DECIDED,
    OWN_MATTER,
    INVALID_STARS,
    REVIEW_UNKNOWN,
    CLAIM_UNKNOWN,
    CLAIM_EXISTS,
    CLAIM_DECIDED,
    TOO_MANY_CLAIMS,
    ENTRY_NOT_MANAGED,
    NOTHING_TO_EDIT,
    INVALID_DURATION,
    TOO_MANY_SHARES,
    SHARE_UNKNOWN,
    AREA_UNKNOWN,
    INVALID_POLYGON,
    POLYGON_CROSSES,
    PLACE_UNKNOWN,
];
