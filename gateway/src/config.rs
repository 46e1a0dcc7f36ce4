//! What the environment says, read once. `.env.example` lists every variable with its reason.

use crate::realtime::Limits;
use actix_web::http::Uri;
use hostolink_kernel::{ExposeSecret, Region, Secret};
use ipnet::IpNet;
use serde::Deserialize;
use std::{net::IpAddr, path::PathBuf};

mod keys;
mod media;
mod sms;

pub use keys::Keys;
pub use media::Media;
pub use sms::{Orange, Sms, Twilio};

/// Which doors are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A developer's machine: simulators, readable one-time codes, a database of its own.
    Development,
    /// Everything else.
    Production,
}

/// The whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Which doors are open.
    pub mode: Mode,
    /// Where the server listens.
    pub host: IpAddr,
    /// The port it listens on; 0 takes a free one.
    pub port: u16,
    /// The address that callers use, without a slash at the end.
    pub public_url: String,
    /// The database to use; `None` runs a private local cluster.
    pub database_url: Option<Secret>,
    /// The most connections of the pool.
    pub database_connections: u32,
    /// How many threads answer requests: one a core.
    pub workers: usize,
    /// How many streams there may be, and their pulse.
    pub streams: Limits,
    /// Where development keeps its cluster and its keys.
    pub data_dir: PathBuf,
    /// The keys; `None` lets development make its own.
    pub keys: Option<Keys>,
    /// The cost of a new bcrypt hash.
    pub bcrypt_cost: u32,
    /// Countries whose phone numbers sign in; the first is home.
    pub regions: Vec<Region>,
    /// The mail server and the sender's address; `None` only in development.
    pub smtp: Option<Smtp>,
    /// How text messages leave.
    pub sms: Sms,
    /// The service account of Firebase, as JSON: how pushes leave. Without it none do.
    pub fcm_service_account: Option<Secret>,
    /// Where profile pictures are kept.
    pub media: Media,
    /// The superadmin to create at start, if there is none yet.
    pub superadmin: Option<(String, Secret)>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Exact web origins that may call from a browser.
    pub cors_origins: Vec<String>,
    /// A Redis through which processes wake one another. It may hold a password.
    pub redis_url: Option<Secret>,
    /// Requests a second that one address may send, on average.
    pub requests_per_second: u32,
    /// The bearer token of `/metrics`; `None` closes it in production and opens it to this machine in development.
    pub metrics_token: Option<Secret>,
    /// The largest sum, in whole francs CFA, that moves without the device's PIN.
    pub pin_required_above: i64,
    /// How orders reach the books.
    pub posting: Posting,
    /// For how many days the directory tells old copies what is gone.
    pub directory_memory_days: u32,
    /// Whether log lines are JSON.
    pub json_logs: bool,
}

/// How orders reach the books. Both are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Posting {
    /// The writer's thread takes all that wait in one transaction.
    Batches,
    /// Each request has a transaction of its own: slower, to measure what batches bring.
    OneByOne,
}

/// How mail leaves.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// `smtps://user:password@host:465`, `smtp://…?tls=required`.
    pub url: Secret,
    /// The sender, for example `Hostolink <ne-pas-repondre@example.ci>`.
    pub from: String,
}

/// Everything that keeps the program from starting, each with what to do.
#[derive(Debug, thiserror::Error)]
#[error("the configuration is not usable:\n{}", .0.iter().map(|problem| format!("  - {problem}")).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError(Vec<String>);

#[derive(Debug, Default, Deserialize)]
struct Variables {
    app_env: Option<String>,
    host: Option<IpAddr>,
    port: Option<u16>,
    public_url: Option<String>,
    database_url: Option<Secret>,
    database_connections: Option<u32>,
    hostolink_data_dir: Option<PathBuf>,
    hostolink_dev_expose: Option<String>,
    bcrypt_cost: Option<u32>,
    sign_in_countries: Option<String>,
    smtp_url: Option<Secret>,
    mail_from: Option<String>,
    fcm_service_account: Option<Secret>,
    superadmin_identifier: Option<String>,
    superadmin_password: Option<Secret>,
    trusted_proxies: Option<String>,
    cors_origins: Option<String>,
    redis_url: Option<Secret>,
    rate_limit_per_second: Option<u32>,
    metrics_token: Option<Secret>,
    pin_required_above: Option<i64>,
    ledger_posting: Option<Posting>,
    directory_memory_days: Option<u32>,
    log_format: Option<String>,
}

impl Config {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem at once.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(config::Environment::default())
    }

    fn read(source: config::Environment) -> Result<Self, ConfigError> {
        let unreadable = |error: config::ConfigError| ConfigError(vec![error.to_string()]);
        let source = config::Config::builder().add_source(source.ignore_empty(true)).build();
        let source = source.map_err(unreadable)?;
        let media: media::Variables = source.clone().try_deserialize().map_err(unreadable)?;
        let sms: sms::Variables = source.clone().try_deserialize().map_err(unreadable)?;
        let keys: keys::Variables = source.clone().try_deserialize().map_err(unreadable)?;
        let variables: Variables = source.try_deserialize().map_err(unreadable)?;
        let mut problems = Vec::new();
        let sms = sms.check(&mut problems);
        let config = Config { sms, media: media.check(), ..variables.check(&mut problems) };
        let config = Config { keys: keys.check(config.is_development(), &mut problems), ..config };
        if problems.is_empty() { Ok(config) } else { Err(ConfigError(problems)) }
    }

    /// Whether the development doors are open.
    #[must_use]
    pub fn is_development(&self) -> bool {
        self.mode == Mode::Development
    }
}

impl Variables {
    fn check(self, problems: &mut Vec<String>) -> Config {
        let mode = self.mode(problems);
        let development = mode == Mode::Development;
        if !development {
            self.check_production(problems);
        }
        let host = self.host.unwrap_or(if development { [127, 0, 0, 1].into() } else { [0, 0, 0, 0].into() });
        if development && !host.is_loopback() && self.hostolink_dev_expose.as_deref() != Some("1") {
            problems.push(format!(
                "HOST={host} would show the development doors (readable codes, known passwords) to the network: keep 127.0.0.1, or set HOSTOLINK_DEV_EXPOSE=1"
            ));
        }
        let port = self.port.unwrap_or(3000);
        let bcrypt_cost = self.bcrypt_cost.unwrap_or(if development { 10 } else { 12 });
        if !(10..=15).contains(&bcrypt_cost) {
            problems.push("BCRYPT_COST is from 10 to 15".to_owned());
        }
        let connections = self.database_connections.unwrap_or(16);
        if !(2..=500).contains(&connections) {
            problems.push("DATABASE_CONNECTIONS is from 2 to 500".to_owned());
        }
        let pin_required_above = self.pin_required_above.unwrap_or(100_000);
        if pin_required_above < 0 {
            problems.push("PIN_REQUIRED_ABOVE is a sum in francs, 0 or more".to_owned());
        }
        let directory_memory_days = self.directory_memory_days.unwrap_or(180);
        if !(1..=3_650).contains(&directory_memory_days) {
            problems.push("DIRECTORY_MEMORY_DAYS is from 1 to 3650".to_owned());
        }
        let superadmin = match (self.superadmin_identifier, self.superadmin_password) {
            (Some(identifier), Some(password)) => Some((identifier, password)),
            (None, None) => None,
            _ => {
                problems.push("SUPERADMIN_IDENTIFIER and SUPERADMIN_PASSWORD go together".to_owned());
                None
            }
        };
        let smtp = match (self.smtp_url, self.mail_from) {
            (Some(url), Some(from)) => Some(Smtp { url, from }),
            (None, None) => None,
            _ => {
                problems.push("SMTP_URL and MAIL_FROM go together".to_owned());
                None
            }
        };
        Config {
            mode,
            host,
            port,
            public_url: self
                .public_url
                .unwrap_or_else(|| format!("http://localhost:{port}"))
                .trim_end_matches('/')
                .to_owned(),
            database_url: self.database_url,
            database_connections: connections,
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            streams: Limits::default(),
            data_dir: self.hostolink_data_dir.unwrap_or_else(|| ".hostolink".into()),
            keys: None,
            bcrypt_cost,
            regions: list(
                self.sign_in_countries.as_deref().unwrap_or("CI"),
                "SIGN_IN_COUNTRIES",
                problems,
                Region::parse,
            ),
            smtp,
            sms: Sms::default(),
            fcm_service_account: self.fcm_service_account,
            media: Media::default(),
            superadmin,
            trusted_proxies: list(
                self.trusted_proxies.as_deref().unwrap_or(""),
                "TRUSTED_PROXIES",
                problems,
                |text| text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from)),
            ),
            redis_url: self.redis_url,
            cors_origins: list(
                self.cors_origins.as_deref().unwrap_or(""),
                "CORS_ORIGINS",
                problems,
                |text| {
                    let uri: Uri = text.parse().ok()?;
                    (uri.scheme().is_some() && uri.host().is_some() && !text.ends_with('/'))
                        .then(|| text.to_owned())
                },
            ),
            requests_per_second: self
                .rate_limit_per_second
                .unwrap_or(if development { 5_000 } else { 100 })
                .max(1),
            metrics_token: self.metrics_token,
            pin_required_above,
            posting: self.ledger_posting.unwrap_or(Posting::Batches),
            directory_memory_days,
            json_logs: self.log_format.map_or(!development, |format| format == "json"),
        }
    }

    /// Development only where nothing speaks of production: a forgotten variable never opens its doors.
    fn mode(&self, problems: &mut Vec<String>) -> Mode {
        match self.app_env.as_deref() {
            Some("development") => Mode::Development,
            Some("production") => Mode::Production,
            None if self.database_url.is_none() => Mode::Development,
            None => Mode::Production,
            Some(other) => {
                problems.push(format!("APP_ENV is development or production, not {other:?}"));
                Mode::Production
            }
        }
    }

    fn check_production(&self, problems: &mut Vec<String>) {
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
        if self.metrics_token.as_ref().is_some_and(|token| is_weak(token.expose_secret())) {
            problems.push("METRICS_TOKEN is weak: make one with `openssl rand -base64 32`".to_owned());
        }
    }
}

/// Short, or with few different characters: a placeholder rather than a random key.
fn is_weak(secret: &str) -> bool {
    let different: std::collections::BTreeSet<char> = secret.chars().collect();
    secret.len() < 32 || different.len() < 12
}

fn list<T>(text: &str, name: &str, problems: &mut Vec<String>, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let mut values = Vec::new();
    for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        match parse(item) {
            Some(value) => values.push(value),
            None => problems.push(format!("{name} has {item:?}, which can't be read")),
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, String> {
        let map = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::read(config::Environment::default().source(Some(map))).map_err(|error| error.to_string())
    }

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nno real one\n-----END PRIVATE KEY-----";

    #[test]
    fn nothing_set_is_development_on_loopback() {
        let config = read(&[]).unwrap();
        assert!(config.is_development() && config.host.is_loopback());
        assert_eq!(config.port, 3000);
        assert_eq!(config.regions, [Region::COTE_D_IVOIRE]);
    }

    #[test]
    fn a_database_alone_means_production_and_names_all_that_is_missing() {
        let problems = read(&[("DATABASE_URL", "postgres://x")]).unwrap_err();
        for name in [
            "PUBLIC_URL",
            "SMTP_URL",
            "JWT_SIGNING_KEY",
            "OTP_KEY",
            "PASSWORD_PEPPER",
            "DOCUMENT_KEY",
            "CARD_KEY",
        ] {
            assert!(problems.contains(name), "{name} is not named in {problems}");
        }
        assert!(!problems.contains("DATABASE_URL"));
    }

    #[test]
    fn weak_and_shared_secrets_are_refused() {
        let strong = "q8Zt1xVb3nRk7wPy5sLd9fGh2jMc4aEu";
        let mut variables = vec![
            ("DATABASE_URL", "postgres://x"),
            ("PUBLIC_URL", "https://x.ci"),
            ("SMTP_URL", "smtps://x"),
            ("MAIL_FROM", "x@x.ci"),
            ("JWT_SIGNING_KEY", KEY),
            ("OTP_KEY", strong),
            ("PASSWORD_PEPPER", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
            ("DOCUMENT_KEY", "hG7tR2wQ9zXc5vBn1mKj8lPo4iUy6eDa,short"),
            ("CARD_KEY", "mB4xS8vT2nYq6wEr0uLp9zKc3jHd7gFa"),
        ];
        assert!(read(&variables).unwrap_err().contains("PASSWORD_PEPPER"));
        variables[6].1 = strong;
        assert!(read(&variables).unwrap_err().contains("the same"));
        variables[6].1 = "uE4aCm2jHg9fDl5sYp7wKr3nBv1xTz8q";
        assert!(read(&variables).unwrap_err().contains("DOCUMENT_KEY"), "each of its keys counts");
        variables[7].1 = variables[8].1;
        assert!(read(&variables).unwrap_err().contains("the same"), "what opens one thing opens no other");
        variables[7].1 = "hG7tR2wQ9zXc5vBn1mKj8lPo4iUy6eDa";
        assert_eq!(read(&variables).unwrap().mode, Mode::Production);
    }

    #[test]
    fn development_does_not_show_itself_to_the_network() {
        assert!(read(&[("HOST", "0.0.0.0")]).unwrap_err().contains("HOSTOLINK_DEV_EXPOSE"));
        assert!(read(&[("HOST", "0.0.0.0"), ("HOSTOLINK_DEV_EXPOSE", "1")]).is_ok());
        assert!(read(&[("APP_ENV", "staging")]).unwrap_err().contains("APP_ENV"));
        assert!(read(&[("DIRECTORY_MEMORY_DAYS", "0")]).unwrap_err().contains("DIRECTORY_MEMORY_DAYS"));
    }

    #[test]
    fn lists_are_read_and_bad_items_named() {
        let config =
            read(&[("TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1"), ("CORS_ORIGINS", "https://app.example.ci")])
                .unwrap();
        assert_eq!(config.trusted_proxies.len(), 2);
        assert!(read(&[("SIGN_IN_COUNTRIES", "CI,Atlantis")]).unwrap_err().contains("Atlantis"));
    }
}
