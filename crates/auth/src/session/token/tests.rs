use super::*;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hostolink_kernel::SystemRandom;
use jsonwebtoken::crypto::sign;
use serde_json::{Value, json};

struct Forge {
    tokens: Tokens,
    pem: String,
    now: DateTime<Utc>,
}

impl Forge {
    fn new() -> Self {
        let pem = new_signing_key(&SystemRandom).expose_secret().to_owned();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        Self { tokens: tokens(&pem, now), pem, now }
    }

    fn header(&self) -> Value {
        json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": self.tokens.header.kid })
    }

    fn claims(&self) -> Value {
        let now = self.now.timestamp();
        json!({
            "iss": "https://api.example.ci", "aud": "hostolink", "sub": uuid::Uuid::nil(), "sid": uuid::Uuid::nil(),
            "iat": now, "nbf": now, "exp": now + 900, "proof": "otp",
        })
    }

    /// Signed with our own key: what is refused is refused for what it says.
    fn signed(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let key = EncodingKey::from_ed_pem(self.pem.as_bytes()).unwrap();
        format!("{message}.{}", sign(message.as_bytes(), &key, Algorithm::EdDSA).unwrap())
    }

    fn judge(&self, token: &str) -> Result<Claims, Error> {
        self.tokens.verify(token, self.now)
    }

    #[track_caller]
    fn refuses(&self, token: &str) {
        assert!(matches!(self.judge(token), Err(Error::TokenInvalid)), "{token}");
    }

    #[track_caller]
    fn refuses_header(&self, name: &str, value: Value) {
        let mut header = self.header();
        header[name] = value;
        self.refuses(&self.signed(&header.to_string(), &self.claims().to_string()));
    }

    #[track_caller]
    fn refuses_claim(&self, name: &str, value: Value) {
        let mut claims = self.claims();
        claims[name] = value;
        self.refuses(&self.signed(&self.header().to_string(), &claims.to_string()));
    }
}

fn tokens(pem: &str, now: DateTime<Utc>) -> Tokens {
    let settings = Settings {
        regions: Vec::new(),
        issuer: "https://api.example.ci".to_owned(),
        signing_key: pem.to_owned().into(),
        code_key: String::new().into(),
        sms: None,
        document_keys: "of the tests".into(),
    };
    Tokens::try_new(&settings, now).unwrap()
}

fn signed_by(tokens: &Tokens, now: DateTime<Utc>) -> String {
    tokens.sign(&bearer(Door::Api), now).unwrap().expose_secret().to_owned()
}

fn bearer(door: Door) -> Bearer {
    let (session, user) = (SessionId::new(uuid::Uuid::max()), UserPublicId::new(uuid::Uuid::nil()));
    Bearer { session, user, role: Role::Agent, proof: Proof::Otp, door }
}

#[test]
fn what_we_sign_we_take() {
    let forge = Forge::new();
    let claims = forge.judge(&signed_by(&forge.tokens, forge.now)).unwrap();
    assert_eq!((claims.session.uuid(), claims.proof), (uuid::Uuid::max(), Proof::Otp));
    // The forge itself makes good tokens: its bad ones are refused for what is bad about them.
    forge.judge(&forge.signed(&forge.header().to_string(), &forge.claims().to_string())).unwrap();
}

#[test]
fn each_door_has_its_lifetime_and_ego_its_claims() {
    let forge = Forge::new();
    for (door, seconds) in [(Door::Api, 900), (Door::Nest, 900), (Door::Ego, 1_800)] {
        let token = forge.tokens.sign(&bearer(door), forge.now).unwrap().expose_secret().to_owned();
        assert_eq!((forge.judge(&token).unwrap().expires_at - forge.now).num_seconds(), seconds);
        let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&payload).unwrap();
        let expected = if door == Door::Ego {
            (json!("ego"), json!(uuid::Uuid::nil()), json!("agent"))
        } else {
            (if door == Door::Api { Value::Null } else { json!("nest") }, Value::Null, Value::Null)
        };
        assert_eq!((claims["door"].clone(), claims["userId"].clone(), claims["role"].clone()), expected);
    }
    // What lasts as long as another door's is none of this door's.
    forge.refuses_claim("door", json!("ego"));
    forge.refuses_claim("door", json!("other"));
    forge.refuses_claim("exp", json!(forge.now.timestamp() + 1_800));
    let mut claims = forge.claims();
    claims["door"] = json!("ego");
    claims["exp"] = json!(forge.now.timestamp() + 1_800);
    forge.judge(&forge.signed(&forge.header().to_string(), &claims.to_string())).unwrap();
}

#[test]
fn case_23_algorithms() {
    let forge = Forge::new();
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let header = json!({ "typ": "at+jwt", "alg": none, "kid": forge.tokens.header.kid }).to_string();
        let (header, claims) =
            (URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(forge.claims().to_string()));
        forge.refuses(&format!("{header}.{claims}."));
        forge.refuses(&format!("{header}.{claims}"));
    }
    // HS256 keyed with our public key, in each form that somebody may have it.
    let public = serde_json::to_value(&forge.tokens.jwks.keys[0]).unwrap();
    let x = public["x"].as_str().unwrap();
    for secret in [x.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(x).unwrap(), public.to_string().into_bytes()]
    {
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid.clone_from(&forge.tokens.header.kid);
        forge.refuses(&encode(&header, &forge.claims(), &EncodingKey::from_secret(&secret)).unwrap());
    }
}

#[test]
fn case_23_keys_come_from_our_settings_alone() {
    let forge = Forge::new();
    for kid in ["", "unknown", "../../../../dev/null", "' OR '1'='1", "a".repeat(100).as_str()] {
        forge.refuses_header("kid", json!(kid));
    }
    forge.refuses_header("kid", Value::Null);
    forge.refuses_header("jwk", serde_json::to_value(&forge.tokens.jwks.keys[0]).unwrap());
    for pointer in ["jku", "x5u"] {
        forge.refuses_header(pointer, json!("https://attacker.example/keys"));
    }
    forge.refuses_header("x5c", json!(["MIIB"]));
    forge.refuses_header("crit", json!(["exp"]));
    // Another's key under our key's name.
    let other = Forge::new();
    forge.refuses(&other.signed(&forge.header().to_string(), &forge.claims().to_string()));
}

#[test]
fn case_23_types_audiences_issuers() {
    let forge = Forge::new();
    for kind in ["JWT", "jwt", "at+JWT", "refresh+jwt", ""] {
        forge.refuses_header("typ", json!(kind));
    }
    forge.refuses_header("typ", Value::Null);
    for name in ["aud", "iss"] {
        for value in [json!("other"), json!(["other"]), Value::Null, json!(7), json!("")] {
            forge.refuses_claim(name, value);
        }
    }
    for (name, value) in
        [("sub", json!("1")), ("sid", json!(1)), ("proof", json!("superadmin")), ("proof", Value::Null)]
    {
        forge.refuses_claim(name, value);
    }
}

#[test]
fn case_23_times_of_every_wrong_kind() {
    let forge = Forge::new();
    let now = forge.now.timestamp();
    for exp in [
        json!((now + 900).to_string()),
        json!(1_800_000_900.0),
        json!(1_800_000_900.5),
        json!(-1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!(u64::MAX),
        json!(now + 901),
        Value::Null,
        json!([now + 900]),
    ] {
        forge.refuses_claim("exp", exp);
    }
    for (iat, nbf) in [(i64::MAX, i64::MAX), (i64::MIN, i64::MIN), (now, now + 1)] {
        let mut claims = forge.claims();
        claims["iat"] = json!(iat);
        claims["nbf"] = json!(nbf);
        forge.refuses(&forge.signed(&forge.header().to_string(), &claims.to_string()));
    }
    for name in ["exp", "nbf", "iat", "iss", "aud", "sub", "sid", "proof"] {
        let mut claims = forge.claims();
        claims.as_object_mut().unwrap().remove(name);
        forge.refuses(&forge.signed(&forge.header().to_string(), &claims.to_string()));
    }
}

#[test]
fn case_23_bytes_of_every_wrong_kind() {
    let forge = Forge::new();
    let (header, claims) = (forge.header().to_string(), forge.claims().to_string());
    let doubled = claims.replacen('{', "{\"proof\":\"password\",", 1);
    forge.refuses(&forge.signed(&header, &doubled));
    let good = forge.signed(&header, &claims);
    let parts: Vec<&str> = good.split('.').collect();
    for bad in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        good[..good.len() - 1].to_owned(),
        format!("{good}A"),
        format!("{good}=="),
        format!("{good}."),
        format!("{good}.{}", parts[2]),
        format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(claims.replace("otp", "OTP")), parts[2]),
        format!("{good} "),
        "é".repeat(100),
        "a".repeat(1_000_000),
        forge.signed(&header, "[]"),
        forge.signed(&header, "null"),
        forge.signed("null", &claims),
        forge.signed(&header, &format!("{claims}{claims}")),
        forge.signed(&header.replacen('{', &format!("{{\"pad\":\"{}\",", "x".repeat(3_000)), 1), &claims),
    ] {
        forge.refuses(&bad);
    }
}

#[test]
fn case_24_clocks_that_differ() {
    let forge = Forge::new();
    let token = signed_by(&forge.tokens, forge.now);
    let at = |seconds| forge.tokens.verify(&token, forge.now + TimeDelta::seconds(seconds));
    assert!(at(-5).is_ok(), "a machine whose clock is a little behind");
    assert!(matches!(at(-6), Err(Error::TokenInvalid)));
    assert!(at(899).is_ok());
    // Remembered or not, the end is the end.
    assert!(matches!(at(900), Err(Error::TokenExpired)));
    assert!(matches!(at(86_400), Err(Error::TokenExpired)));
}

#[test]
fn case_23_a_key_is_turned_without_signing_anybody_out() {
    let forge = Forge::new();
    let old = signed_by(&forge.tokens, forge.now);
    let new_pem = new_signing_key(&SystemRandom).expose_secret().to_owned();
    let turned = tokens(&format!("{new_pem}{}", forge.pem), forge.now);
    assert_eq!(turned.jwks.keys.len(), 2);
    assert!(turned.verify(&old, forge.now).is_ok());
    let new = signed_by(&turned, forge.now);
    assert!(tokens(&new_pem, forge.now).verify(&new, forge.now).is_ok(), "the first signs");
    assert!(
        matches!(tokens(&new_pem, forge.now).verify(&old, forge.now), Err(Error::TokenInvalid)),
        "the old is gone"
    );
}

#[test]
fn the_public_keys_hold_nothing_private() {
    let forge = Forge::new();
    let jwks = serde_json::to_value(forge.tokens.jwks()).unwrap();
    let key = jwks["keys"][0].as_object().unwrap();
    assert_eq!(key["kty"], "OKP");
    assert_eq!(key["crv"], "Ed25519");
    assert_eq!(key["alg"], "EdDSA");
    assert_eq!(key["use"], "sig");
    assert!(!key.contains_key("d"));
}

#[test]
fn case_37_a_bad_key_shows_at_the_start() {
    for pem in [
        "",
        "secret",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n",
    ] {
        let settings = Settings {
            regions: Vec::new(),
            issuer: String::new(),
            signing_key: pem.to_owned().into(),
            code_key: String::new().into(),
            sms: None,
            document_keys: "of the tests".into(),
        };
        assert!(Tokens::try_new(&settings, DateTime::UNIX_EPOCH).is_err(), "{pem}");
    }
}

#[test]
fn memory_is_bounded() {
    let forge = Forge::new();
    let claims = forge.judge(&signed_by(&forge.tokens, forge.now)).unwrap();
    for number in 0..3 * REMEMBERED as u64 {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_be_bytes());
        forge.tokens.remember(hash, (claims, 0));
    }
    let checked = forge.tokens.checked.lock().unwrap();
    assert!(checked.young.len() + checked.old.len() <= REMEMBERED);
}
