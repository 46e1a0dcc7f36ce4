use hostolink_kernel::{DomainError, ErrorCode, FieldError, Kind};
use std::time::Duration;

/// Why a picture was not taken. What a provider said is not repeated: it names keys and addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Neither JPEG nor PNG nor WebP, or not a whole one.
    #[error("the file is no JPEG, PNG or WebP that can be read")]
    NotAPicture,
    /// So many pixels that reading it would take too much memory.
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// So few that nobody could tell what it shows.
    #[error("the picture has too few pixels")]
    TooFewPixels,
    /// No sound in a form that we read, or not a whole one.
    #[error("the file is no Opus or AAC that can be read")]
    NotAVoice,
    /// It lasts longer than a voice note may.
    #[error("the voice note is too long")]
    TooLong,
    /// This store takes pictures only.
    #[error("this store takes no sound")]
    NoVoices,
    /// Too many pictures wait.
    #[error("too many pictures wait to be read")]
    Busy,
    /// This deployment has no store of pictures.
    #[error("no store of pictures is configured")]
    Unconfigured,
    /// The store refused, hung up or took too long.
    #[error("the store of pictures did not take it (status {0:?})")]
    Store(Option<u16>),
    /// What a client says the store answered was not signed by the store, or is not this client's upload.
    #[error("the store's answer is not genuine")]
    ReplyInvalid,
    /// This store takes pictures through us only.
    #[error("this store gives no tickets")]
    NoTickets,
}

macro_rules! codes {
    ($($name:ident = $code:literal, $kind:ident, $fr:literal, $en:literal;)*) => {
        $(const $name: ErrorCode = ErrorCode::new($code, Kind::$kind, $fr, $en);)*
        /// The codes of this crate.
        pub const ERRORS: &[ErrorCode] = &[$($name),*];
    };
}

codes! {
    NOT_A_PICTURE = "media.not_a_picture", Invalid, "Ce fichier n'est pas une image JPEG, PNG ou WebP lisible. Reprenez la photo.", "This file is no readable JPEG, PNG or WebP picture. Take the photo again.";
    TOO_MANY_PIXELS = "media.too_many_pixels", Invalid, "Cette image est trop grande : réduisez-la à 25 millions de pixels.", "This picture is too large: bring it down to 25 million pixels.";
    TOO_FEW_PIXELS = "media.too_few_pixels", Invalid, "Cette image est trop petite pour être lue. Reprenez la photo de plus près.", "This picture is too small to be read. Take the photo from nearer.";
    NOT_A_VOICE = "media.not_a_voice", Invalid, "Ce fichier n'est pas un message vocal lisible (Opus ou AAC). Enregistrez-le de nouveau.", "This file is no readable voice note (Opus or AAC). Record it again.";
    TOO_LONG = "media.too_long", Invalid, "Un message vocal dure au plus 2 minutes.", "A voice note lasts 2 minutes at most.";
    NO_VOICES = "media.no_voices", Unavailable, "L'envoi de messages vocaux n'est pas disponible ici.", "Voice notes can't be uploaded here.";
    BUSY = "media.busy", Unavailable, "Beaucoup d'images arrivent en ce moment. Réessayez dans quelques secondes.", "Many pictures are coming in. Try again in a few seconds.";
    UNCONFIGURED = "media.unconfigured", Unavailable, "L'envoi d'images n'est pas disponible ici.", "Pictures can't be uploaded here.";
    STORE = "media.store_unavailable", Unavailable, "Le service d'images ne répond pas. Réessayez dans quelques instants.", "The picture service does not answer. Try again in a moment.";
    REPLY_INVALID = "media.reply_invalid", Unprocessable, "Cet envoi n'est pas reconnu. Recommencez l'envoi de l'image.", "This upload is not recognised. Upload the picture again.";
    NO_TICKETS = "media.no_tickets", Unprocessable, "Envoyez l'image directement à cette adresse.", "Send the picture itself to this address.";
}

impl DomainError for Error {
    fn code(&self) -> &'static ErrorCode {
        match self {
            Self::NotAPicture => &NOT_A_PICTURE,
            Self::TooManyPixels => &TOO_MANY_PIXELS,
            Self::TooFewPixels => &TOO_FEW_PIXELS,
            Self::NotAVoice => &NOT_A_VOICE,
            Self::TooLong => &TOO_LONG,
            Self::NoVoices => &NO_VOICES,
            Self::Busy => &BUSY,
            Self::Unconfigured => &UNCONFIGURED,
            Self::Store(_) => &STORE,
            Self::ReplyInvalid => &REPLY_INVALID,
            Self::NoTickets => &NO_TICKETS,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        matches!(self, Self::Busy | Self::Store(_)).then_some(Duration::from_secs(5))
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::NotAPicture
            | Self::TooManyPixels
            | Self::TooFewPixels
            | Self::NotAVoice
            | Self::TooLong => {
                vec![FieldError::new("file", self.code())]
            }
            _ => Vec::new(),
        }
    }
}
