//! What production refuses to start without.

use super::Variables;
use hostolink_kernel::ExposeSecret;

impl Variables {
    pub(super) fn check_production(&self, problems: &mut Vec<String>) {
        if self.database_url.is_none() {
            problems.push(
                "DATABASE_URL is missing: production keeps its data in a Postgres of its own".to_owned(),
            );
        }
        if self.public_url.as_deref().is_none_or(|url| !url.starts_with("https://")) {
            problems
                .push("PUBLIC_URL is missing or not https://: links in mails and tokens name it".to_owned());
        }
        if self.smtp_url.is_none() || self.mail_from.is_none() {
            problems
                .push("SMTP_URL and MAIL_FROM are missing: one-time codes could not be mailed".to_owned());
        }
        match &self.jwt_signing_key {
            Some(key) if key.expose_secret().contains("PRIVATE KEY") => {}
            _ => problems.push(
                "JWT_SIGNING_KEY is missing or not a PEM key: make one with `openssl genpkey -algorithm ed25519`".to_owned(),
            ),
        }
        for (name, secret) in [("OTP_KEY", &self.otp_key), ("PASSWORD_PEPPER", &self.password_pepper)] {
            if secret.as_ref().is_none_or(|secret| is_weak(secret.expose_secret())) {
                problems.push(format!("{name} is missing or weak: make one with `openssl rand -base64 32`"));
            }
        }
        let documents = self.document_key.as_ref().map_or("", |keys| keys.expose_secret());
        if documents.split(',').any(|key| is_weak(key.trim())) {
            problems
                .push("DOCUMENT_KEY is missing or weak: make one with `openssl rand -base64 32`".to_owned());
        }
        if let (Some(code), Some(pepper)) = (&self.otp_key, &self.password_pepper)
            && code.expose_secret() == pepper.expose_secret()
        {
            problems.push("OTP_KEY and PASSWORD_PEPPER are the same: each needs its own".to_owned());
        }
        if self.metrics_token.as_ref().is_some_and(|token| is_weak(token.expose_secret())) {
            problems.push("METRICS_TOKEN is weak: make one with `openssl rand -base64 32`".to_owned());
        }
    }
}

/// Short, or with few different characters: a placeholder rather than a random key.
pub(super) fn is_weak(secret: &str) -> bool {
    let different: std::collections::BTreeSet<char> = secret.chars().collect();
    secret.len() < 32 || different.len() < 12
}
