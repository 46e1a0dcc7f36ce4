//! The payload of one code: what it says, read strictly and written in one form.

use super::{
    EmvError, PiAlias,
    tlv::{self, Field},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hostolink_kernel::{Random, Xof};
use uuid::Uuid;

/// What stands in a code for the row behind it: 128 random bits, in URL-safe base64 (22 characters).
///
/// It is public by nature (whoever sees the code has it) and gives no power but to pay its owner, so it is stored as it
/// is: a hash could not be printed again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Token(String);

impl Token {
    /// Draws a new token.
    #[must_use]
    pub fn draw(random: &dyn Random) -> Self {
        let mut bytes = [0; 16];
        random.fill(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a token; `None` when it is not the text of 128 bits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 16).then(|| Self(text.to_owned()))
    }

    /// The 22 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Tag 01: whether the code is meant to be paid once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiation {
    /// `11`: printed once, paid by many.
    Static,
    /// `12`: made for one payment.
    Dynamic,
}

impl Initiation {
    /// Tag 62.11, by which PI-SPI says the same: where the payer meets the code.
    pub(super) const fn channel(self) -> &'static str {
        match self {
            Self::Static => "000",
            Self::Dynamic => "400",
        }
    }

    /// A channel that is not known is read as static, as the network's own reader does.
    fn of_channel(channel: &str) -> Self {
        if channel == Self::Dynamic.channel() { Self::Dynamic } else { Self::Static }
    }
}

/// Whose code it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Network {
    /// Ours: tag 26, `ci.hostolink`.
    Hostolink(Token),
    /// The BCEAO's instant payments: tag 36, `int.bceao.pi`, and the alias of who is paid.
    PiSpi(Uuid),
    /// A card scheme or another issuer.
    Other,
}

/// What a payload says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    network: Network,
    /// Of a code of ours: what the BCEAO's instant payments know the same account by.
    alias: Option<PiAlias>,
    initiation: Option<Initiation>,
    amount: Option<Xof>,
    reference: Option<String>,
}

const OURS: &str = "ci.hostolink";
pub(super) const PI_SPI: &str = "int.bceao.pi";
/// ISO 4217 numeric code of the franc CFA of the BCEAO.
pub(super) const XOF: &str = "952";
/// ISO 3166 codes of the members of the WAEMU, where PI-SPI runs.
const MEMBERS: [&str; 8] = ["BJ", "BF", "CI", "ML", "NE", "SN", "TG", "GW"];
/// Tags 59 and 60 are mandatory. The name of who is paid is asked from the server, so that no printed code can lie.
const NAME: &str = "HOSTOLINK";
const CITY: &str = "ABIDJAN";
/// The longest amount, in digits (EMVCo tag 54).
const AMOUNT_DIGITS: usize = 13;

impl Payload {
    /// The longest payload that is looked at, in characters. EMVCo's own bound is 512.
    pub const MAX_LENGTH: usize = 512;
    /// The largest amount that tag 54 can print: 13 digits.
    pub const MAX_AMOUNT: i64 = 9_999_999_999_999;

    /// A code that anybody may pay, any amount, any number of times.
    #[must_use]
    pub fn of_account(token: Token) -> Self {
        Self {
            network: Network::Hostolink(token),
            alias: None,
            initiation: Some(Initiation::Static),
            amount: None,
            reference: None,
        }
    }

    /// A code for one payment of `amount`, which must be from 1 to [`Payload::MAX_AMOUNT`].
    ///
    /// # Errors
    /// [`EmvError::Amount`] otherwise.
    pub fn one_payment(token: Token, amount: Xof) -> Result<Self, EmvError> {
        if !is_printable(amount) {
            return Err(EmvError::Amount);
        }
        Ok(Self {
            network: Network::Hostolink(token),
            alias: None,
            initiation: Some(Initiation::Dynamic),
            amount: Some(amount),
            reference: None,
        })
    }

    /// The same code, also for who pays from another institution: with the network's own template, in the form of its profile. The
    /// reference that it wants is our token, by which the payment will find its code.
    #[must_use]
    pub fn also_for(mut self, alias: PiAlias) -> Self {
        if let Network::Hostolink(token) = &self.network {
            self.reference = Some(token.as_str().to_owned());
            self.alias = Some(alias);
        }
        self
    }

    /// Of a code of ours that other institutions can read too: the alias of who is paid.
    #[must_use]
    pub const fn alias(&self) -> Option<PiAlias> {
        self.alias
    }

    /// Whose code it is.
    #[must_use]
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// Whether it is meant to be paid once, where it says so: in tag 01, or for PI-SPI in tag 62.11.
    #[must_use]
    pub const fn initiation(&self) -> Option<Initiation> {
        self.initiation
    }

    /// The amount that is printed in it.
    #[must_use]
    pub const fn amount(&self) -> Option<Xof> {
        self.amount
    }

    /// Tag 62.05: the seller's own reference, where it has one.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    /// Writes our own code. `None` for a code of another network, which is never ours to write.
    #[must_use]
    pub fn write(&self) -> Option<String> {
        let Network::Hostolink(token) = &self.network else { return None };
        let initiation = self.initiation.unwrap_or(Initiation::Static);
        let mut account = String::with_capacity(48);
        tlv::write(&mut account, 0, OURS);
        tlv::write(&mut account, 1, token.as_str());
        let mut more = String::with_capacity(40);
        if let Some(reference) = &self.reference {
            tlv::write(&mut more, 5, reference);
        }
        tlv::write(&mut more, 11, initiation.channel());

        let mut out = String::with_capacity(240);
        tlv::write(&mut out, 0, "01");
        // The profile of PI-SPI says it in tag 62.11 alone, and names nobody.
        if self.alias.is_none() {
            let tag = if initiation == Initiation::Dynamic { "12" } else { "11" };
            tlv::write(&mut out, 1, tag);
        }
        tlv::write(&mut out, 26, &account);
        if let Some(alias) = self.alias {
            tlv::write(&mut out, 36, &alias.template());
        }
        tlv::write(&mut out, 52, "0000");
        tlv::write(&mut out, 53, XOF);
        if let Some(amount) = self.amount {
            tlv::write(&mut out, 54, &amount.francs().to_string());
        }
        tlv::write(&mut out, 58, "CI");
        let (name, city) = if self.alias.is_some() { ("X", "X") } else { (NAME, CITY) };
        tlv::write(&mut out, 59, name);
        tlv::write(&mut out, 60, city);
        tlv::write(&mut out, 62, &more);
        tlv::seal(&mut out);
        Some(out)
    }

    /// Reads what a camera saw. Strict: one wrong character and it is refused.
    ///
    /// # Errors
    /// [`EmvError`], the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, EmvError> {
        if text.len() > Self::MAX_LENGTH {
            return Err(EmvError::TooLong);
        }
        // Printable ASCII only, and "00 02 01" first: what is no payment code is told apart before anything else.
        if !text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) || !text.starts_with("000201") {
            return Err(EmvError::Malformed);
        }
        check_sum(text)?;
        let fields = tlv::read(text)?;
        if fields.iter().position(|field| field.tag == 63) != Some(fields.len() - 1) {
            return Err(EmvError::Malformed);
        }
        let find = |tag: u8| value_of(&fields, tag);
        find(52).filter(|value| value.len() == 4 && digits(value)).ok_or(EmvError::Malformed)?;
        find(59).filter(|value| value.len() <= 25).ok_or(EmvError::Malformed)?;
        find(60).filter(|value| value.len() <= 15).ok_or(EmvError::Malformed)?;
        if find(53).ok_or(EmvError::Malformed)? != XOF {
            return Err(EmvError::Currency);
        }
        let (network, alias) = network(&fields)?;
        let country = find(58).ok_or(EmvError::Malformed)?;
        let known = match network {
            Network::Hostolink(_) => country == "CI",
            Network::PiSpi(_) | Network::Other => MEMBERS.contains(&country),
        };
        if !known {
            return Err(EmvError::Country);
        }
        let more = find(62).map(Additional::read).transpose()?.unwrap_or_default();
        let initiation = match find(1) {
            // PI-SPI has no tag 01 and always a channel.
            None if alias.is_some() => Some(Initiation::of_channel(more.channel.ok_or(EmvError::Malformed)?)),
            None => None,
            Some("11") => Some(Initiation::Static),
            Some("12") => Some(Initiation::Dynamic),
            Some(_) => return Err(EmvError::Malformed),
        };
        let amount = find(54).map(amount).transpose()?;
        let reference = more.reference.map(str::to_owned);
        let alias = alias.filter(|_| matches!(network, Network::Hostolink(_))).and_then(PiAlias::of);
        Ok(Self { network, alias, initiation, amount, reference })
    }
}

/// The last eight characters are `6304` and the checksum of all before it, in capitals.
fn check_sum(text: &str) -> Result<(), EmvError> {
    let body = text.len().checked_sub(4).ok_or(EmvError::Truncated)?;
    let (covered, sum) = (text.get(..body), text.get(body..));
    let (Some(covered), Some(sum)) = (covered, sum) else { return Err(EmvError::Malformed) };
    if !covered.ends_with("6304") {
        return Err(EmvError::Truncated);
    }
    if format!("{:04X}", tlv::crc16(covered.as_bytes())) == sum { Ok(()) } else { Err(EmvError::Checksum) }
}

/// Whose code it is, from the account templates (tags 02 to 51), and the alias of PI-SPI where it carries one. Ours is paid inside the
/// house, whatever other networks the code also carries.
fn network(fields: &[Field<'_>]) -> Result<(Network, Option<Uuid>), EmvError> {
    let (mut ours, mut alias, mut other) = (None, None, false);
    for field in fields {
        match field.tag {
            2..=25 => other = true,
            26..=51 => {
                let inner = tlv::read(field.value)?;
                match (field.tag, value_of(&inner, 0).ok_or(EmvError::Malformed)?) {
                    (26, OURS) => {
                        let token = value_of(&inner, 1).and_then(Token::parse).ok_or(EmvError::Malformed)?;
                        ours = Some(token);
                    }
                    (36, PI_SPI) => {
                        let text = value_of(&inner, 1).filter(|alias| alias.len() == 36);
                        let read = text.and_then(|alias| Uuid::try_parse(alias).ok());
                        alias = Some(read.ok_or(EmvError::Malformed)?);
                    }
                    _ => other = true,
                }
            }
            _ => {}
        }
    }
    let network = match (ours, alias) {
        (Some(token), _) => Network::Hostolink(token),
        (None, Some(alias)) => Network::PiSpi(alias),
        (None, None) if other => Network::Other,
        (None, None) => return Err(EmvError::Malformed),
    };
    Ok((network, alias))
}

fn amount(value: &str) -> Result<Xof, EmvError> {
    if value.len() > AMOUNT_DIGITS || !digits(value) || value.starts_with('0') {
        return Err(EmvError::Amount);
    }
    value.parse().ok().and_then(|francs| Xof::new(francs).ok()).ok_or(EmvError::Amount)
}

/// What tag 62 says, whose parts have at most 25 characters each.
#[derive(Default)]
struct Additional<'a> {
    reference: Option<&'a str>,
    channel: Option<&'a str>,
}

impl<'a> Additional<'a> {
    fn read(value: &'a str) -> Result<Self, EmvError> {
        let inner = tlv::read(value)?;
        if inner.iter().any(|field| field.value.len() > 25) {
            return Err(EmvError::Malformed);
        }
        Ok(Self { reference: value_of(&inner, 5), channel: value_of(&inner, 11) })
    }
}

/// Whether tag 54 can print the amount.
pub(super) fn is_printable(amount: Xof) -> bool {
    (1..=Payload::MAX_AMOUNT).contains(&amount.francs())
}

fn value_of<'a>(fields: &[Field<'a>], tag: u8) -> Option<&'a str> {
    fields.iter().find(|field| field.tag == tag).map(|field| field.value)
}

fn digits(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
#[path = "payload_tests.rs"]
mod tests;
