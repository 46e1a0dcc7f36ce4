use crate::Error;
use hostolink_kernel::{ExposeSecret, Random, Secret, UserId};
use std::time::Duration;
use totp_rs::{Builder, Totp};

/// How long a challenge waits for its code.
pub(super) const LIFE: chrono::Duration = chrono::Duration::minutes(5);
/// Codes tried for one challenge.
pub(super) const TRIES: i16 = 5;
/// Recovery codes made at once.
pub(super) const RECOVERY_CODES: usize = 10;
/// Who the app says the code is for.
const ISSUER: &str = "Hostolink";
/// Bytes of a secret: as long as SHA-1's output (RFC 4226 §4, R6).
const SECRET: usize = 20;
/// Characters of a recovery code, in groups of five: 125 random bits, so that a keyed hash is enough (OWASP ASVS 5.0 6.5.2).
const CHARACTERS: usize = 25;
/// RFC 4648 base32: nothing in it looks like another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A first proof was right; the second is still to come. Good for one sign-in.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// Shown with the code.
    pub token: Secret,
    /// How long it waits.
    pub expires_in: Duration,
}

/// What an authenticator app is set up with.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The secret in base32, for typing.
    pub secret: Secret,
    /// `otpauth://totp/…`, for scanning.
    pub uri: Secret,
}

/// What somebody shows as their second proof.
#[derive(Clone)]
pub enum Factor {
    /// The six digits of the authenticator app.
    Totp(Secret),
    /// One of the recovery codes, in whatever spelling.
    RecoveryCode(Secret),
}

impl std::fmt::Debug for Factor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Factor(…)")
    }
}

/// Where in time a code of the app is: which of the steps of thirty seconds, one before and one after included.
pub(super) fn step_of(secret: &[u8], code: &Secret, unix: i64) -> Option<i64> {
    let code: String = code.expose_secret().chars().take(16).filter(|c| !c.is_whitespace()).collect();
    let step = totp(secret, None)?.check(&code, u64::try_from(unix).ok()?)?;
    i64::try_from(step).ok()
}

pub(super) fn new_secret(random: &dyn Random) -> Vec<u8> {
    let mut secret = vec![0; SECRET];
    random.fill(&mut secret);
    secret
}

pub(super) fn enrolment(secret: &[u8], account: &str) -> Result<Enrolment, Error> {
    // Its separator may not be in the name, which only says whose app it is.
    let totp = totp(secret, Some(account.replace(':', " ")));
    let (totp, uri) =
        totp.and_then(|totp| totp.to_url().ok().map(|uri| (totp, uri))).ok_or(Error::TotpOff)?;
    Ok(Enrolment { secret: totp.secret().to_base32().into(), uri: uri.into() })
}

fn totp(secret: &[u8], account: Option<String>) -> Option<Totp> {
    let builder = Builder::new().with_secret(secret).with_issuer(Some(ISSUER));
    builder.with_account_name(account.unwrap_or_default()).build().ok()
}

pub(super) fn new_recovery_codes(random: &dyn Random) -> Vec<Secret> {
    let one = || {
        let mut bytes = [0; CHARACTERS];
        random.fill(&mut bytes);
        let characters: Vec<u8> = bytes.iter().map(|byte| ALPHABET[usize::from(byte & 31)]).collect();
        let groups =
            characters.chunks(5).map(|group| group.iter().copied().map(char::from).collect::<String>());
        groups.collect::<Vec<_>>().join("-").into()
    };
    std::iter::repeat_with(one).take(RECOVERY_CODES).collect()
}

/// What of a recovery code counts: not its case, nor what groups it; `None` when it can't be one.
pub(super) fn canonical(code: &Secret) -> Option<String> {
    let text = code.expose_secret();
    if text.len() > 2 * CHARACTERS {
        return None;
    }
    let code: String =
        text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect();
    (code.len() == CHARACTERS && code.bytes().all(|byte| ALPHABET.contains(&byte))).then_some(code)
}

/// What is sealed with a secret: the row of one person is no secret of another's.
pub(super) fn bound_to(user: UserId) -> [u8; 4] {
    user.key().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::SystemRandom;

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // RFC 6238, appendix B, SHA-1, the last six of its eight digits.
        let secret = b"12345678901234567890";
        for (time, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(step_of(secret, &code.into(), time), Some(time / 30));
        }
    }

    #[test]
    fn case_29_one_step_of_drift_each_way_and_no_more() {
        let (secret, code) = (b"12345678901234567890", Secret::from("081804"));
        let step = 1_111_111_109 / 30;
        let at = |steps: i64| step_of(secret, &code, (step + steps) * 30);
        assert_eq!((at(-1), at(0), at(1)), (Some(step), Some(step), Some(step)));
        assert_eq!((at(-2), at(2)), (None, None));
        for other in ["081805", "81804", "0818044", "", "08180x", "０８１８０４", &"081804".repeat(1_000)]
        {
            assert_eq!(step_of(secret, &other.to_owned().into(), step * 30), None, "{other}");
        }
        assert_eq!(step_of(secret, &"081 804".into(), step * 30), Some(step));
        assert_eq!(step_of(secret, &code, -1), None);
    }

    #[test]
    fn an_app_is_set_up_by_a_uri() {
        let enrolment = enrolment(b"12345678901234567890", "awa@example.ci").unwrap();
        assert_eq!(
            enrolment.uri.expose_secret(),
            "otpauth://totp/Hostolink:awa%40example.ci?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hostolink"
        );
        assert_eq!(enrolment.secret.expose_secret(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(!format!("{enrolment:?}").contains("GEZD"));
    }

    #[test]
    fn recovery_codes_are_read_in_any_spelling() {
        let codes = new_recovery_codes(&SystemRandom);
        assert_eq!(codes.len(), 10);
        for code in &codes {
            let text = code.expose_secret();
            assert_eq!(text.len(), 29, "{text}");
            let read = canonical(code).unwrap();
            assert_eq!(canonical(&text.to_lowercase().replace('-', " ").into()).unwrap(), read);
        }
        for bad in
            ["", "AAAAA", "AAAAA-AAAAA-AAAAA-AAAAA-AAAA1", &"A".repeat(51), "ÀÀÀÀÀ-AAAAA-AAAAA-AAAAA-AAAAA"]
        {
            assert_eq!(canonical(&bad.to_owned().into()), None, "{bad}");
        }
    }
}
