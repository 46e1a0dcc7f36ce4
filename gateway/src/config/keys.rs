//! The keys: what signs, hashes and seals.

use super::is_weak;
use hostolink_kernel::{ExposeSecret, Secret};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The keys of the program.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Ed25519 private key that signs access tokens, PKCS#8 PEM.
    pub signing: Secret,
    /// Keys the hashes of one-time codes.
    pub code: Secret,
    /// Keys the hashes of passwords.
    pub pepper: Secret,
    /// Encrypt identity documents, the newest first, separated by commas.
    pub documents: Secret,
    /// Encrypt the numbers of cards, the newest first, separated by commas.
    pub cards: Secret,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Variables {
    jwt_signing_key: Option<Secret>,
    otp_key: Option<Secret>,
    password_pepper: Option<Secret>,
    document_key: Option<Secret>,
    card_key: Option<Secret>,
}

impl Variables {
    /// All or none; production takes strong ones only, each for one purpose.
    pub(super) fn check(self, development: bool, problems: &mut Vec<String>) -> Option<Keys> {
        if !development {
            self.check_production(problems);
        }
        match self {
            Self {
                jwt_signing_key: Some(signing),
                otp_key: Some(code),
                password_pepper: Some(pepper),
                document_key: Some(documents),
                card_key: Some(cards),
            } => Some(Keys { signing, code, pepper, documents, cards }),
            Self {
                jwt_signing_key: None,
                otp_key: None,
                password_pepper: None,
                document_key: None,
                card_key: None,
            } => None,
            _ => {
                if development {
                    problems.push(
                        "JWT_SIGNING_KEY, OTP_KEY, PASSWORD_PEPPER, DOCUMENT_KEY and CARD_KEY go together"
                            .to_owned(),
                    );
                }
                None
            }
        }
    }

    fn check_production(&self, problems: &mut Vec<String>) {
        match &self.jwt_signing_key {
            Some(key) if key.expose_secret().contains("PRIVATE KEY") => {}
            _ => problems.push(
                "JWT_SIGNING_KEY is missing or not a PEM key: make one with `openssl genpkey -algorithm ed25519`".to_owned(),
            ),
        }
        let mut seen = BTreeSet::new();
        for (name, secret) in [
            ("OTP_KEY", &self.otp_key),
            ("PASSWORD_PEPPER", &self.password_pepper),
            ("DOCUMENT_KEY", &self.document_key),
            ("CARD_KEY", &self.card_key),
        ] {
            let keys = secret.as_ref().map_or("", |keys| keys.expose_secret());
            // The first two are one key each, commas and all.
            let several = matches!(name, "DOCUMENT_KEY" | "CARD_KEY");
            let parts: Vec<&str> =
                if several { keys.split(',').map(str::trim).collect() } else { vec![keys] };
            if parts.iter().any(|key| is_weak(key)) {
                problems.push(format!("{name} is missing or weak: make one with `openssl rand -base64 32`"));
            } else if parts.iter().any(|key| !seen.insert(*key)) {
                problems.push(format!("{name} is the same as another key: each needs its own"));
            }
        }
    }
}
