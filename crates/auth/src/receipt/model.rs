use chrono::{DateTime, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{Jwk, JwkSet},
};
use serde::{Deserialize, Serialize};

/// `typ` of a signed head: no access token is one, and none passes for one (RFC 8725 §3.11).
pub(super) const TYPE: &str = "hostolink-head+jwt";
/// Longer texts are not looked at. Ours have about 600 characters.
const MAX_LENGTH: usize = 2_048;

/// A link of the ledger's chain, as it is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignedLink {
    /// Its number.
    pub number: i64,
    /// Its hash: 64 hexadecimal digits.
    pub hash: String,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
}

/// What Hostolink signs of its ledger: that a link is one of its chain, and where the chain ended then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignedHead {
    /// Who signed: the address that callers use.
    pub iss: String,
    /// When, in seconds since 1970.
    pub iat: i64,
    /// The link that a proof leads to.
    pub link: SignedLink,
    /// The chain's last link at that time.
    pub head: SignedLink,
}

/// A text is no signed head of who has these keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHead {
    /// The keys are no JWK set.
    #[error("the keys are no JWK set (RFC 7517): take what /.well-known/jwks.json answers")]
    Keys,
    /// It is another kind of token, or none.
    #[error("this is no signed head")]
    Form,
    /// None of the keys is named by it.
    #[error("it was signed with a key that is not among these")]
    UnknownKey,
    /// The signature is not of that key.
    #[error("the signature does NOT hold")]
    Signature,
}

impl SignedHead {
    /// Reads a signed head and checks its signature with published keys, and with nothing else.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(jwks: &str, token: &str) -> Result<Self, InvalidHead> {
        let keys: JwkSet = serde_json::from_str(jwks).map_err(|_| InvalidHead::Keys)?;
        if token.len() > MAX_LENGTH {
            return Err(InvalidHead::Form);
        }
        let header = decode_header(token).map_err(|_| InvalidHead::Form)?;
        if header.typ.as_deref() != Some(TYPE) || header.alg != Algorithm::EdDSA || header.crit.is_some() {
            return Err(InvalidHead::Form);
        }
        let named = |key: &&Jwk| key.common.key_id.is_some() && key.common.key_id == header.kid;
        let key = keys.keys.iter().find(named).ok_or(InvalidHead::UnknownKey)?;
        let key = DecodingKey::from_jwk(key).map_err(|_| InvalidHead::Keys)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        // It says what was true at a time: it does not end, and it is for everybody.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["iss"]);
        decode(token, &key, &validation).map(|read| read.claims).map_err(|_| InvalidHead::Signature)
    }
}
