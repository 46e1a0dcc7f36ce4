//! The bare code of the BCEAO's instant payments: what its own profile prints, and nothing of ours.

use super::{EmvError, Initiation, payload, tlv};
use hostolink_kernel::Xof;
use uuid::{Uuid, Variant};

/// An alias of the kind `SHID`, the only one that codes print: a UUID of version 4 (RFC 9562). It has no check digits; a code's own
/// checksum covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PiAlias(Uuid);

impl PiAlias {
    /// Takes what the network gave, hyphenated.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 36).then(|| Uuid::try_parse(text).ok()).flatten().and_then(Self::of)
    }

    /// The same, read already.
    #[must_use]
    pub fn of(alias: Uuid) -> Option<Self> {
        let drawn = alias.get_version_num() == 4 && alias.get_variant() == Variant::RFC4122;
        drawn.then_some(Self(alias))
    }

    /// The UUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// Tag 36.
    pub(super) fn template(self) -> String {
        let mut account = String::with_capacity(56);
        tlv::write(&mut account, 0, payload::PI_SPI);
        tlv::write(&mut account, 1, &self.0.hyphenated().to_string());
        account
    }
}

/// A PI-SPI code to be written. Its name and city are `X`: who is paid is asked of the network by the alias, so that no
/// printed code can lie about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PiSpiCode {
    alias: PiAlias,
    initiation: Initiation,
    amount: Option<Xof>,
    reference: String,
}

impl PiSpiCode {
    /// The longest reference, in characters (tag 62.05).
    pub const MAX_REFERENCE: usize = 25;

    /// A code of an Ivorian alias. The profile wants a reference from who writes a code.
    ///
    /// # Errors
    /// [`EmvError::Malformed`] for an alias that is no UUID of version 4 or a reference that is not 1 to 25 printable ASCII
    /// characters; [`EmvError::Amount`] for an amount that tag 54 can't print.
    pub fn new(
        alias: Uuid,
        initiation: Initiation,
        amount: Option<Xof>,
        reference: &str,
    ) -> Result<Self, EmvError> {
        let alias = PiAlias::of(alias).ok_or(EmvError::Malformed)?;
        let printable = reference.bytes().all(|byte| (0x20..0x7F).contains(&byte));
        if !printable || !(1..=Self::MAX_REFERENCE).contains(&reference.len()) {
            return Err(EmvError::Malformed);
        }
        if amount.is_some_and(|amount| !payload::is_printable(amount)) {
            return Err(EmvError::Amount);
        }
        Ok(Self { alias, initiation, amount, reference: reference.to_owned() })
    }

    /// The payload, byte for byte as the profile prints it.
    #[must_use]
    pub fn write(&self) -> String {
        let mut more = String::with_capacity(36);
        tlv::write(&mut more, 5, &self.reference);
        tlv::write(&mut more, 11, self.initiation.channel());

        let mut out = String::with_capacity(176);
        tlv::write(&mut out, 0, "01");
        tlv::write(&mut out, 36, &self.alias.template());
        tlv::write(&mut out, 52, "0000");
        tlv::write(&mut out, 53, payload::XOF);
        if let Some(amount) = self.amount {
            tlv::write(&mut out, 54, &amount.francs().to_string());
        }
        tlv::write(&mut out, 58, "CI");
        tlv::write(&mut out, 59, "X");
        tlv::write(&mut out, 60, "X");
        tlv::write(&mut out, 62, &more);
        tlv::seal(&mut out);
        out
    }
}
