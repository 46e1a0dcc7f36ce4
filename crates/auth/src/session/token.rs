use super::{Claims, Door, Proof};
use crate::{Error, Role, Settings};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_kernel::{ExposeSecret, Random, Secret, SessionId, UserPublicId};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// `typ` of an access token (RFC 9068 §2.1): no other token of ours, and no ID token of others, is taken for one.
const TYPE: &str = "at+jwt";
/// Who takes them.
const AUDIENCE: &str = "hostolink";
/// Longer texts are not looked at. Ours have about 500 characters.
const MAX_LENGTH: usize = 2_048;
/// How far the clocks of two of our machines may differ.
const SKEW: TimeDelta = TimeDelta::seconds(5);
/// How many checked tokens are remembered.
const REMEMBERED: usize = 50_000;
/// What precedes the 32 bytes of an Ed25519 private key in PKCS#8 (RFC 8410 §7).
const PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A signing key can't be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "the signing key is no Ed25519 private key in PKCS#8 PEM; `openssl genpkey -algorithm ed25519` makes one"
)]
pub struct InvalidSigningKey;

/// A new signing key, PKCS#8 PEM.
#[must_use]
pub fn new_signing_key(random: &dyn Random) -> Secret {
    let mut der = PKCS8.to_vec();
    der.resize(PKCS8.len() + 32, 0);
    random.fill(&mut der[PKCS8.len()..]);
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der)).into()
}

/// Whom an access token is for.
pub(super) struct Bearer {
    pub(super) session: SessionId,
    pub(super) user: UserPublicId,
    pub(super) role: Role,
    pub(super) proof: Proof,
    pub(super) door: Door,
}

/// The claims as they travel. EGO's clients also read `userId` and `role`; here they decide nothing.
#[derive(Serialize, Deserialize)]
struct Wire {
    iss: String,
    aud: String,
    sub: UserPublicId,
    sid: SessionId,
    iat: i64,
    nbf: i64,
    exp: i64,
    proof: Proof,
    #[serde(default, skip_serializing_if = "Door::is_api")]
    door: Door,
    #[serde(rename = "userId", skip_serializing_if = "Option::is_none")]
    user_id: Option<UserPublicId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
}

/// Signs and checks access tokens.
pub(crate) struct Tokens {
    signing: EncodingKey,
    header: Header,
    keys: HashMap<String, DecodingKey>,
    jwks: JwkSet,
    issuer: String,
    validation: Validation,
    checked: Mutex<Checked>,
}

/// Tokens whose signature was found good, by hash. When the young are too many they become the old, and the old go.
#[derive(Default)]
struct Checked {
    young: HashMap<[u8; 32], (Claims, i64)>,
    old: HashMap<[u8; 32], (Claims, i64)>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("kid", &self.header.kid).finish_non_exhaustive()
    }
}

impl Tokens {
    pub(crate) fn try_new(settings: &Settings, now: DateTime<Utc>) -> Result<Self, InvalidSigningKey> {
        let pem = settings.signing_key.expose_secret();
        let mut read = Vec::new();
        for (start, _) in pem.match_indices("-----BEGIN") {
            read.push(read_key(&pem[start..])?);
        }
        let jwks = JwkSet { keys: read.iter().map(|(_, public)| public.clone()).collect() };
        let signing = read.into_iter().next().ok_or(InvalidSigningKey)?.0;
        let mut keys = HashMap::new();
        for key in &jwks.keys {
            let decoding = DecodingKey::from_jwk(key).map_err(|_| InvalidSigningKey)?;
            keys.insert(key.common.key_id.clone().ok_or(InvalidSigningKey)?, decoding);
        }
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = jwks.keys.first().and_then(|key| key.common.key_id.clone());
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud"]);
        // The library asks the machine for the time; ours comes from the clock, below.
        validation.validate_exp = false;
        let issuer = settings.issuer.clone();
        let tokens = Self { signing, header, keys, jwks, issuer, validation, checked: Mutex::default() };
        let bearer = Bearer {
            session: SessionId::new(uuid::Uuid::nil()),
            user: UserPublicId::new(uuid::Uuid::nil()),
            role: Role::User,
            proof: Proof::Password,
            door: Door::Api,
        };
        let token = tokens.sign(&bearer, now).map_err(|_| InvalidSigningKey)?;
        tokens.verify(token.expose_secret(), now).map_err(|_| InvalidSigningKey)?;
        Ok(tokens)
    }

    pub(super) fn sign(&self, bearer: &Bearer, now: DateTime<Utc>) -> Result<Secret, Error> {
        let iat = now.timestamp();
        let is_ego = bearer.door == Door::Ego;
        let wire = Wire {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: bearer.user,
            sid: bearer.session,
            iat,
            nbf: iat,
            exp: (now + bearer.door.access()).timestamp(),
            proof: bearer.proof,
            door: bearer.door,
            user_id: is_ego.then_some(bearer.user),
            role: is_ego.then(|| bearer.role.as_str().to_owned()),
        };
        self.encode(&self.header, &wire).map(Secret::from)
    }

    /// Signs claims that are no access token's: a `typ` of their own says what they are.
    pub(crate) fn sign_as(&self, kind: &str, claims: &impl Serialize) -> Result<String, Error> {
        let header = Header { typ: Some(kind.to_owned()), ..self.header.clone() };
        self.encode(&header, claims)
    }

    fn encode(&self, header: &Header, claims: &impl Serialize) -> Result<String, Error> {
        // The key signed when the program started.
        encode(header, claims, &self.signing).map_err(|error| {
            tracing::error!(%error, "a token could not be signed");
            Error::TokenInvalid
        })
    }

    pub(crate) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, Error> {
        if token.len() > MAX_LENGTH {
            return Err(Error::TokenInvalid);
        }
        let hash: [u8; 32] = Sha256::digest(token).into();
        let (claims, nbf) = match self.remembered(&hash) {
            Some(found) => found,
            None => {
                let found = self.check(token)?;
                self.remember(hash, found);
                found
            }
        };
        if nbf > (now + SKEW).timestamp() {
            return Err(Error::TokenInvalid);
        }
        if claims.expires_at <= now {
            return Err(Error::TokenExpired);
        }
        Ok(claims)
    }

    /// The public keys (RFC 7517).
    pub(crate) fn jwks(&self) -> &JwkSet {
        &self.jwks
    }

    fn check(&self, token: &str) -> Result<(Claims, i64), Error> {
        let refuse = |_| Error::TokenInvalid;
        let header = decode_header(token).map_err(refuse)?;
        // Keys come from our settings alone: a header that brings or points to one is not ours. Nor does it look
        // anywhere for its `kid`: it is one of two known texts or none.
        let brings_key =
            header.jwk.is_some() || header.jku.is_some() || header.x5u.is_some() || header.x5c.is_some();
        if header.typ.as_deref() != Some(TYPE) || header.crit.is_some() || brings_key {
            return Err(Error::TokenInvalid);
        }
        let key = header.kid.as_ref().and_then(|kid| self.keys.get(kid)).ok_or(Error::TokenInvalid)?;
        let wire: Wire = decode(token, key, &self.validation).map_err(refuse)?.claims;
        let expires_at = DateTime::from_timestamp(wire.exp, 0).ok_or(Error::TokenInvalid)?;
        if wire.iat != wire.nbf || wire.exp.checked_sub(wire.iat) != Some(wire.door.access().num_seconds()) {
            return Err(Error::TokenInvalid);
        }
        Ok((Claims { session: wire.sid, user: wire.sub, proof: wire.proof, expires_at }, wire.nbf))
    }

    fn remembered(&self, hash: &[u8; 32]) -> Option<(Claims, i64)> {
        let checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        checked.young.get(hash).or_else(|| checked.old.get(hash)).copied()
    }

    fn remember(&self, hash: [u8; 32], claims: (Claims, i64)) {
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        if checked.young.len() >= REMEMBERED / 2 {
            checked.old = std::mem::take(&mut checked.young);
        }
        checked.young.insert(hash, claims);
    }
}

fn read_key(pem: &str) -> Result<(EncodingKey, Jwk), InvalidSigningKey> {
    let key = EncodingKey::from_ed_pem(pem.as_bytes()).map_err(|_| InvalidSigningKey)?;
    let mut jwk = Jwk::from_encoding_key(&key, Algorithm::EdDSA).map_err(|_| InvalidSigningKey)?;
    jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| InvalidSigningKey)?);
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok((key, jwk))
}

#[cfg(test)]
mod tests;
