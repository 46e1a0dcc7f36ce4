//! How a server is put together: where its data is, its keys, one handle a domain.

use crate::{
    commands::Failure,
    config::{Config, Keys},
    extract::SessionCache,
    middleware::rate_limit::AddressLimits,
    notifications::hearing,
    observe::Metrics,
    realtime::{Hub, Peers},
    sms::{RecordedSms, Ways},
    state::State,
    wallet::{Desk, compliance::follow as compliance},
};
use actix_web::web::Data;
use diesel::{Connection, PgConnection};
use hostolink_auth::{Auth, Password, PasswordWorkers, SmsLimits, adoption};
use hostolink_database::{Database, Settings, local::LocalCluster, migrate};
use hostolink_health_directory::Directory;
use hostolink_kernel::{Clock, ExposeSecret, Identifier, Random, Secret, SystemClock, SystemRandom};
use hostolink_ledger::Ledger;
use hostolink_media::PictureWorkers;
use hostolink_messaging::Messaging;
use hostolink_notifications::Notifications;
use hostolink_notifier::{
    DevelopmentOutbox, EmailSender, Fcm, FcmSettings, Notifier, PushSender, SmtpSender, SmtpSettings,
    UnconfiguredEmail, UnconfiguredPush,
};
use hostolink_outbox::Dispatcher;
use hostolink_social::Social;
use hostolink_uploads::{Quota, Uploads};
use hostolink_wallet::{Cards, Wallets};
use std::{fmt, sync::Arc, time::Duration};

/// How many orders may wait for the ledger.
const LEDGER_QUEUE: usize = 8192;

/// Where the data is: a database of somebody's, or a private cluster of our own.
#[derive(Debug)]
pub struct Place {
    /// How to reach it.
    pub url: Secret,
    cluster: Option<LocalCluster>,
}

impl Place {
    /// For the server: its private cluster is nobody else's while it runs.
    ///
    /// # Errors
    /// When the private cluster can't be started, with what to do.
    pub fn serve_from(config: &Config) -> Result<Self, Failure> {
        if let Some(url) = &config.database_url {
            return Ok(Self { url: url.clone(), cluster: None });
        }
        let cluster = LocalCluster::start(&config.data_dir)?;
        if let Some(moved) = cluster.moved() {
            tracing::warn!("{moved}");
        }
        tracing::info!(folder = %cluster.folder().display(), new = cluster.is_new(), "a private Postgres runs");
        Ok(Self { url: cluster.url().into(), cluster: Some(cluster) })
    }

    /// For a command beside the server: joins a private cluster that already runs.
    ///
    /// # Errors
    /// As [`Place::serve_from`].
    pub fn visit(config: &Config) -> Result<Self, Failure> {
        match (&config.database_url, LocalCluster::url_of_running(&config.data_dir)) {
            (None, Some(url)) => Ok(Self { url: url.into(), cluster: None }),
            _ => Self::serve_from(config),
        }
    }

    /// Whether it is a private cluster of this process.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.cluster.is_some()
    }

    /// The URL, for a connection.
    #[must_use]
    pub fn secret_url(&self) -> &str {
        self.url.expose_secret()
    }

    /// Stops the private cluster; the data stays.
    pub fn stop(self) {
        if let Some(cluster) = self.cluster {
            cluster.stop();
        }
    }
}

/// What bringing a database to this version did.
#[derive(Debug)]
pub struct MigrationReport {
    tables: migrate::Report,
    people: Option<adoption::Report>,
}

impl fmt::Display for MigrationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.tables.set_aside.is_empty() {
            writeln!(f, "set aside, rows kept: {}", self.tables.set_aside.join(", "))?;
        }
        match self.tables.applied.as_slice() {
            [] => writeln!(f, "the tables are up to date")?,
            applied => writeln!(
                f,
                "applied {} migrations, up to {}",
                applied.len(),
                applied.last().map_or("", String::as_str)
            )?,
        }
        let Some(people) = &self.people else { return Ok(()) };
        if people.normalised > 0 {
            writeln!(f, "{} phone numbers and e-mail addresses got their canonical form", people.normalised)?;
        }
        for (kept, why) in [
            (&people.colliding, "is also another's, once written canonically"),
            (&people.unreadable, "can't be read"),
        ] {
            for value in kept {
                writeln!(
                    f,
                    "kept as it is (its owner signs in by the exact old value), id_user {}: {} {why}",
                    value.user.key(),
                    value.masked
                )?;
            }
        }
        Ok(())
    }
}

/// Brings the database to this version at the start of the server.
///
/// # Errors
/// When tables of another system are in the way, named with the way out; when a migration fails.
pub fn migrate(url: &Secret, config: &Config) -> Result<MigrationReport, Failure> {
    let tables = migrate::run(url.expose_secret())?;
    // Only rows that were there before a migration lack a canonical form: a plain restart need not look for them.
    let people = if tables.applied.is_empty() { None } else { Some(normalise(url, config)?) };
    Ok(MigrationReport { tables, people })
}

/// The same for an operator, who may set foreign tables aside and always hears of identifiers that were kept as they are.
///
/// # Errors
/// As [`migrate()`].
pub fn migrate_as_told(
    url: &Secret,
    config: &Config,
    set_aside: Option<&str>,
) -> Result<MigrationReport, Failure> {
    let tables = match set_aside {
        Some(schema) => migrate::run_setting_aside(url.expose_secret(), schema)?,
        None => migrate::run(url.expose_secret())?,
    };
    Ok(MigrationReport { tables, people: Some(normalise(url, config)?) })
}

fn normalise(url: &Secret, config: &Config) -> Result<adoption::Report, Failure> {
    let mut conn = PgConnection::establish(url.expose_secret())?;
    Ok(adoption::normalise(&mut conn, &config.regions)?)
}

/// One handle a domain.
///
/// # Errors
/// When a key can't be used or the ledger's writer can't start.
pub fn state(config: Config, place: &Place) -> Result<State, Failure> {
    assemble(config, &place.url, Arc::new(SystemClock), Arc::new(SystemRandom))
}

/// As [`state`], with a clock and randomness of the caller's: the tests'.
///
/// # Errors
/// As [`state`].
pub fn assemble(
    config: Config,
    url: &Secret,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Result<State, Failure> {
    let database = Database::new(&Settings {
        url: url.clone(),
        connections: config.database_connections,
        wait: Duration::from_secs(3),
    });
    let keys = keys(&config, random.as_ref())?;
    let auth = Arc::new(Auth::try_new(auth_settings(&config, &keys), clock.clone(), random.clone())?);
    let passwords = PasswordWorkers::start(&keys.pepper, config.bcrypt_cost)?;
    let ledger = Ledger::new(clock.clone(), random.clone());
    let writer_url = url.clone();
    let writer = ledger.start_writer(move || hostolink_database::connect(&writer_url), LEDGER_QUEUE)?;
    let metrics = Metrics::new()?;
    let outbox = config.is_development().then(|| DevelopmentOutbox::new(clock.clone(), 1_000));
    let ways = Ways::try_new(&config, outbox.as_ref(), &clock)?;
    let sms = RecordedSms {
        router: ways.router.clone(),
        database: database.clone(),
        auth: auth.clone(),
        config: config.sms.clone(),
        measures: metrics.sms.clone(),
    };
    let email = email(&config, outbox.as_ref(), &clock, &random)?;
    let push = push(&config, outbox.as_ref(), &clock)?;
    let settings = hostolink_notifier::Settings::default();
    let notifier = Notifier::start_with_push(email, Arc::new(sms), push, settings);
    let notifications = Notifications::new(clock.clone(), random.clone());
    let (media, media_folder) = crate::media::store(&config, &clock, &random)?;
    let wallets = Arc::new(Wallets::new(ledger.clone(), clock.clone(), random.clone()));
    let cards = Arc::new(Cards::new(wallets.as_ref().clone(), &keys.cards));
    let directory = Arc::new(Directory::new(clock.clone(), random.clone()));
    let messaging = Arc::new(Messaging::new(clock.clone(), random.clone()));
    let hearing = hearing::follow(
        auth.clone(),
        ledger.clone(),
        directory.clone(),
        messaging.clone(),
        notifications.clone(),
    );
    let events = Dispatcher::new(clock.clone(), hostolink_outbox::Settings::default())
        .subscribe("wallet", crate::wallet::levels::follow(auth.clone(), wallets.clone()))
        .subscribe("wallet.requests", crate::wallet::paid::follow(wallets.clone()))
        .subscribe("wallet.screening", compliance::names(auth.clone(), wallets.clone()))
        .subscribe_in_bulk("wallet.watch", 2_000, compliance::movements(wallets.clone()))
        .subscribe("notifications", hearing);
    Ok(State {
        wallets,
        cards,
        directory,
        social: Arc::new(Social::new(clock.clone(), random.clone())),
        events: Arc::new(events),
        uploads: Uploads::new(clock.clone(), random.clone(), Quota::default()),
        notifications,
        pictures: PictureWorkers::start()?,
        media,
        media_folder,
        sessions: SessionCache::new(),
        streams: Hub::new(config.streams),
        peers: Peers::try_new(config.redis_url.as_ref())?,
        messaging,
        address_limits: AddressLimits::new(config.requests_per_second),
        metrics,
        config,
        database,
        auth,
        passwords,
        ledger,
        desk: Desk::new(),
        writer,
        notifier,
        sms: ways,
        development_outbox: outbox,
        clock,
        random,
    })
}

/// The cards alone, for a command.
///
/// # Errors
/// When the keys can't be read.
pub fn cards(config: &Config) -> Result<Cards, Failure> {
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    let keys = keys(config, random.as_ref())?;
    let ledger = Ledger::new(clock.clone(), random.clone());
    Ok(Cards::new(Wallets::new(ledger, clock, random), &keys.cards))
}

/// Those of the environment, or development's own.
fn keys(config: &Config, random: &dyn Random) -> Result<Keys, Failure> {
    match &config.keys {
        Some(keys) => Ok(keys.clone()),
        None => crate::dev::keys::read_or_make(&config.data_dir, random),
    }
}

/// Mail through SMTP where it is configured; in development, without it, to the outbox that can be read.
fn email(
    config: &Config,
    outbox: Option<&DevelopmentOutbox>,
    clock: &Arc<dyn Clock>,
    random: &Arc<dyn Random>,
) -> Result<Arc<dyn EmailSender>, Failure> {
    Ok(match (&config.smtp, outbox) {
        (Some(smtp), _) => {
            let settings = SmtpSettings {
                url: smtp.url.clone(),
                from: smtp.from.clone(),
                timeout: Duration::from_secs(20),
            };
            Arc::new(SmtpSender::try_new(&settings, clock.clone(), random.clone())?)
        }
        (None, Some(outbox)) => Arc::new(outbox.clone()),
        (None, None) => Arc::new(UnconfiguredEmail),
    })
}

/// Pushes through Firebase where it is configured; in development, without it, to the outbox that can be read.
fn push(
    config: &Config,
    outbox: Option<&DevelopmentOutbox>,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn PushSender>, Failure> {
    Ok(match (&config.fcm_service_account, outbox) {
        (Some(account), _) => {
            let settings = FcmSettings {
                service_account: account.clone(),
                url: FcmSettings::URL.to_owned(),
                token_url: FcmSettings::TOKEN_URL.to_owned(),
                timeout: Duration::from_secs(15),
            };
            Arc::new(Fcm::try_new(&settings, clock.clone())?)
        }
        (None, Some(outbox)) => Arc::new(outbox.clone()),
        (None, None) => Arc::new(UnconfiguredPush),
    })
}

fn auth_settings(config: &Config, keys: &Keys) -> hostolink_auth::Settings {
    hostolink_auth::Settings {
        regions: config.regions.clone(),
        issuer: config.public_url.clone(),
        signing_key: keys.signing.clone(),
        code_key: keys.code.clone(),
        sms: config.sms.has_provider().then(|| SmsLimits::for_budget(config.sms.daily_budget_xof)),
        document_keys: keys.documents.clone(),
    }
}

/// Creates the superadmin that the environment names, if there is none yet.
///
/// # Errors
/// When the identifier or the password can't be one.
pub async fn first_superadmin(state: &Data<State>) -> Result<(), Failure> {
    let Some((identifier, password)) = state.config.superadmin.clone() else { return Ok(()) };
    if create_superadmin(state, &identifier, password).await? {
        tracing::info!("the superadmin of the environment was created");
    }
    Ok(())
}

/// Creates a superadmin, unless there is one: then nothing changes and the answer is `false`.
///
/// # Errors
/// When the identifier or the password can't be one.
pub async fn create_superadmin(state: &State, identifier: &str, password: Secret) -> Result<bool, Failure> {
    let identifier = Identifier::parse(identifier, &state.config.regions)
        .map_err(|error| format!("{identifier:?} can't sign in: {error}"))?;
    let password = Password::parse(&password)?;
    let hash = state.passwords.hash(password).await?;
    let auth = state.auth.clone();
    Ok(state.database.run(move |conn| auth.create_superadmin(conn, &identifier, &hash)).await?)
}

/// Loads the directory into memory. A private cluster gets the lists that come with the program at its first start.
///
/// # Errors
/// Those of the database.
pub async fn load_directory(state: &Data<State>, place: &Place) -> Result<(), Failure> {
    let (directory, is_private) = (state.directory.clone(), place.is_private());
    let load = move |conn: &mut PgConnection| {
        if is_private {
            for (source, report) in directory.import_shipped(conn)? {
                tracing::info!(
                    source = source.code(),
                    inserted = report.written.inserted,
                    "a list of the directory was imported"
                );
            }
        }
        directory.refresh(conn).map(|_| ())
    };
    Ok(state.database.run(load).await?)
}

/// Finishes what was accepted: orders in the queue, messages on their way.
pub async fn stop(state: &State) {
    state.writer.stop().await;
    state.passwords.stop();
    state.pictures.stop();
    state.notifier.stop().await;
}
