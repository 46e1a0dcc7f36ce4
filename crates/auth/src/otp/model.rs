use crate::{Device, Door};
use hostolink_kernel::{Identifier, Secret, SessionId};

/// Digits of a code: 20 bits, enough with five guesses (OWASP ASVS 5.0 6.5.4).
pub(crate) const DIGITS: usize = 6;
/// How long a code is good for (OWASP ASVS 5.0 6.5.5).
pub(crate) const LIFE: chrono::Duration = chrono::Duration::minutes(10);
/// Guesses of one code.
pub(crate) const GUESSES: i16 = 5;

/// What a code is good for. A code of one purpose is no code for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signing in, and with it proving an identifier.
    SignIn,
    /// Setting a forgotten password anew.
    Reset,
    /// Changing an identifier: shown by one that is proven already.
    KnownIdentifier,
    /// Changing an identifier: shown by the new one.
    NewIdentifier,
}

impl Purpose {
    /// Its name in the database (`otp.objet`).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "connexion",
            Self::Reset => "reinitialisation",
            Self::KnownIdentifier => "identifiant_connu",
            Self::NewIdentifier => "nouvel_identifiant",
        }
    }
}

/// A code to bring to somebody. Never log it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Who gets it.
    pub recipient: Identifier,
    /// What it is good for.
    pub purpose: Purpose,
    /// The code.
    pub code: Secret,
    /// How long it is good for.
    pub expires_in: std::time::Duration,
}

/// The answer to a wish for a code: the same for everybody, but that a stranger's holds nothing to deliver.
#[derive(Debug, Clone)]
pub struct Generated {
    /// What to send, if anything.
    pub delivery: Option<Delivery>,
    /// How long a code is good for.
    pub expires_in: std::time::Duration,
}

/// Somebody shows a code.
#[derive(Clone, Copy)]
pub struct VerifyOtp<'a> {
    /// Who they say they are.
    pub identifier: &'a str,
    /// The code as it was typed.
    pub code: &'a str,
    /// What registering or defining the password answered, if the client kept it.
    pub attempt_token: Option<&'a Secret>,
    /// In which session they already are, if any. A code asked for in a session is verified in it.
    pub signed_in: Option<SessionId>,
    /// Where they come in.
    pub door: Door,
    /// On which device, as far as it says.
    pub device: Option<&'a Device>,
}

impl std::fmt::Debug for VerifyOtp<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VerifyOtp(…)")
    }
}
