//! EMVCo merchant-presented QR payloads: what is printed in a code, before anything is looked up.
//!
//! Facts: EMVCo "QR Code Specification for Payment Systems — Merchant-Presented Mode" 1.1 for the structure; the BCEAO's
//! PI-SPI profile (`github.com/pi-spi/qrcode-java`, MIT) for tag 36.
//!
//! A payload says where to ask, never who or with what right: the token means nothing outside the database, and an
//! amount printed in a code is only what the payer's phone may show; the one that is kept on the server is charged.

mod payload;
mod pi_spi;
mod tlv;

pub use payload::{Initiation, Network, Payload, Token};
pub use pi_spi::{PiAlias, PiSpiCode};

/// Why a text is not a payload that can be paid here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmvError {
    /// More than [`Payload::MAX_LENGTH`] characters.
    #[error("the payload is too long")]
    TooLong,
    /// A field runs past the end, or the checksum is not the last field: the end of the code is missing.
    #[error("the payload is cut")]
    Truncated,
    /// Not the tag-length-value text of EMVCo.
    #[error("not an EMVCo payment payload")]
    Malformed,
    /// The checksum is not that of the text: it was misread or changed.
    #[error("the checksum is wrong")]
    Checksum,
    /// The same field twice in one place.
    #[error("a field is there twice")]
    Duplicate,
    /// Not francs CFA of the BCEAO (ISO 4217 numeric 952).
    #[error("another currency")]
    Currency,
    /// Not a country of the network.
    #[error("another country")]
    Country,
    /// The amount is not a whole number of francs above zero.
    #[error("not an amount of francs")]
    Amount,
}
