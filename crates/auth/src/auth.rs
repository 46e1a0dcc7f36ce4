use crate::{
    Error, SmsLimits,
    account::Account,
    session::{InvalidSigningKey, Tokens},
};
use diesel::PgConnection;
use hostolink_audit::{Actor, Entry};
use hostolink_kernel::{Clock, ExposeSecret, Random, Region, Secret, SessionId, UserId, UserPublicId};
use hostolink_sealing::{Sealer, keyed};
use serde_json::{Value, json};
use std::sync::Arc;

/// What identity needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Countries whose phone numbers sign in; the first is home.
    pub regions: Vec<Region>,
    /// Who issues access tokens: the address that callers use.
    pub issuer: String,
    /// Ed25519 private keys, PKCS#8 PEM. The first signs access tokens; tokens of those after it are still taken, so that
    /// a new key can be put in front of an old one without signing anybody out.
    pub signing_key: Secret,
    /// Keys the hashes of one-time codes, of who tries what, and the succession of refresh tokens; seals the secrets of
    /// authenticator apps. At least 32 bytes.
    pub code_key: Secret,
    /// How much may be sent by SMS; `None` where it costs nothing: in development.
    pub sms: Option<SmsLimits>,
    /// Encrypt identity documents: one or several, separated by commas, at least 32 characters each. The first encrypts; those
    /// after it still decrypt.
    pub document_keys: Secret,
}

/// Who somebody is. One for the whole program; every method is a use case that opens its own transaction.
///
/// Counters of attempts are committed even where the answer is an error: never call these methods inside a transaction
/// that an error rolls back.
#[derive(Debug)]
pub struct Auth {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) tokens: Tokens,
    pub(crate) sealer: Sealer,
}

/// Somebody whose access token and session were found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedInAs {
    /// Who.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
}

impl Auth {
    /// Reads the keys and signs a token with them, so that a bad key shows at the start and not at the first sign-in.
    ///
    /// # Errors
    /// [`InvalidSigningKey`].
    pub fn try_new(
        settings: Settings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, InvalidSigningKey> {
        let tokens = Tokens::try_new(&settings, clock.now())?;
        let sealer = Sealer::new(&settings.document_keys, "piece d'identite");
        Ok(Self { settings, clock, random, tokens, sealer })
    }

    /// A keyed hash for one `use_`, so that no hash can be taken for another's.
    pub(crate) fn keyed(&self, use_: &str, parts: &[&[u8]]) -> [u8; 32] {
        let key = keyed(self.settings.code_key.expose_secret().as_bytes(), &[use_.as_bytes()]);
        keyed(&key, parts)
    }

    /// Under which key an identifier's tries are counted: the table of counters names nobody.
    pub(crate) fn identifier_key(&self, text: &str) -> [u8; 32] {
        self.keyed("identifiant", &[text.as_bytes()])
    }

    pub(crate) fn record(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        action: &'static str,
        object: UserPublicId,
        details: Value,
    ) -> Result<(), Error> {
        self.record_of(conn, actor, action, ("user", object.to_string()), details)
    }

    /// The same for what is no person: `(kind, id)` says what.
    pub(crate) fn record_of(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        action: &'static str,
        (object_kind, object_id): (&'static str, String),
        details: Value,
    ) -> Result<(), Error> {
        let entry =
            Entry { actor: actor.clone(), action, object_kind, object_id, details, at: self.clock.now() };
        Ok(hostolink_audit::record(conn, &entry)?)
    }

    /// Tells the other domains that there is somebody new to count with.
    pub(crate) fn publish_proven(&self, conn: &mut PgConnection, account: &Account) -> Result<(), Error> {
        self.publish(conn, crate::PROVEN, account.public_id)
    }

    /// Tells them that somebody has another name or day of birth.
    pub(crate) fn publish_named(&self, conn: &mut PgConnection, person: UserPublicId) -> Result<(), Error> {
        self.publish(conn, crate::NAMED, person)
    }

    fn publish(
        &self,
        conn: &mut PgConnection,
        kind: &'static str,
        person: UserPublicId,
    ) -> Result<(), Error> {
        let event = hostolink_outbox::NewEvent { kind, subject: person.uuid(), payload: json!({}) };
        Ok(hostolink_outbox::publish(conn, &event, self.clock.now())?)
    }
}
