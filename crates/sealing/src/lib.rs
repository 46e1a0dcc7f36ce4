#![doc = include_str!("../README.md")]

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use hmac::{Hmac, Mac};
use hostolink_kernel::{ExposeSecret, Random, Secret};
use sha2::Sha256;

/// It was sealed with a key that is not configured, for another place, or it was changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("something sealed can't be opened: is its key still configured?")]
pub struct Unreadable;

/// Something encrypted, and the name of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key's name.
    pub key: String,
    /// Nonce, ciphertext, tag.
    pub bytes: Vec<u8>,
}

/// The keys of the environment for one purpose.
pub struct Sealer {
    keys: Vec<Key>,
}

struct Key {
    name: String,
    sealing: [u8; 32],
    hashing: [u8; 32],
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.name)).finish()
    }
}

impl Sealer {
    /// `keys` are separated by commas. The first seals; those after it still open.
    #[must_use]
    pub fn new(keys: &Secret, purpose: &str) -> Self {
        let derive = |key: &str| {
            let key = key.trim().as_bytes();
            let name = keyed(key, &[b"nom de cle"]);
            Key {
                name: name[..8].iter().map(|byte| format!("{byte:02x}")).collect(),
                sealing: keyed(key, &[purpose.as_bytes()]),
                hashing: keyed(key, &[purpose.as_bytes(), b"empreinte"]),
            }
        };
        Self { keys: keys.expose_secret().split(',').map(derive).collect() }
    }

    /// The name of the key that seals: what has another is to be sealed anew.
    #[must_use]
    pub fn newest(&self) -> &str {
        self.keys.first().map_or("", |key| &key.name)
    }

    /// Encrypts. `context` says what it is and whose: what is moved to another row opens no more.
    ///
    /// # Errors
    /// [`Unreadable`] where there is no key.
    pub fn seal(&self, random: &dyn Random, context: &[u8], clear: &[u8]) -> Result<Sealed, Unreadable> {
        let key = self.keys.first().ok_or(Unreadable)?;
        Ok(Sealed { key: key.name.clone(), bytes: seal(&key.sealing, random, context, clear)? })
    }

    /// Decrypts.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn open(&self, context: &[u8], sealed: &Sealed) -> Result<Vec<u8>, Unreadable> {
        open(&self.named(&sealed.key)?.sealing, context, &sealed.bytes)
    }

    /// A keyed hash under the key with this name.
    ///
    /// # Errors
    /// [`Unreadable`] where it is not configured.
    pub fn hash(&self, key: &str, parts: &[&[u8]]) -> Result<[u8; 32], Unreadable> {
        Ok(keyed(&self.named(key)?.hashing, parts))
    }

    /// The same under each key: what was kept under any of them is found by one of these.
    #[must_use]
    pub fn hashes(&self, parts: &[&[u8]]) -> Vec<[u8; 32]> {
        self.keys.iter().map(|key| keyed(&key.hashing, parts)).collect()
    }

    fn named(&self, name: &str) -> Result<&Key, Unreadable> {
        self.keys.iter().find(|key| key.name == name).ok_or(Unreadable)
    }
}

/// Encrypts under one key: nonce, ciphertext, tag.
///
/// # Errors
/// [`Unreadable`], which no 32 bytes bring about.
pub fn seal(
    key: &[u8; 32],
    random: &dyn Random,
    context: &[u8],
    clear: &[u8],
) -> Result<Vec<u8>, Unreadable> {
    // 96 random bits: one in 2^32 to meet twice after four billion messages under one key.
    let mut nonce = [0; NONCE_LEN];
    random.fill(&mut nonce);
    let mut content = clear.to_vec();
    cipher(key)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut content)
        .map_err(|_| Unreadable)?;
    Ok([&nonce[..], &content].concat())
}

/// Decrypts what [`seal`] made.
///
/// # Errors
/// [`Unreadable`] when it was sealed with another key, for another context, or changed since.
pub fn open(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let (nonce, content) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(Unreadable)?;
    let mut content = content.to_vec();
    let clear = cipher(key)?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context), &mut content)
        .map_err(|_| Unreadable)?
        .len();
    content.truncate(clear);
    Ok(content)
}

/// HMAC-SHA-256 over `parts`, each preceded by its length, so that no two lists read alike.
#[must_use]
pub fn keyed(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length is taken (RFC 2104).
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key)
        .unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, Unreadable> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests {

    use super::*;
    use hostolink_kernel::SystemRandom;

    fn sealer(keys: &str) -> Sealer {
        Sealer::new(&keys.to_owned().into(), "tests")
    }

    #[test]
    fn only_the_key_and_the_place_open_it() {
        let sealer = sealer("new, old");
        let sealed = sealer.seal(&SystemRandom, b"row 1", b"a picture").unwrap();
        assert!(!sealed.bytes.windows(7).any(|window| window == b"picture"));
        assert_eq!(sealer.open(b"row 1", &sealed).unwrap(), b"a picture");
        assert!(sealer.open(b"row 2", &sealed).is_err(), "moved to another row");
        for index in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[index] ^= 1;
            assert!(sealer.open(b"row 1", &changed).is_err());
            changed.bytes.truncate(index);
            assert!(sealer.open(b"row 1", &changed).is_err());
        }
        assert!(self::sealer("another").open(b"row 1", &sealed).is_err());
        assert_ne!(sealer.seal(&SystemRandom, b"row 1", b"a picture").unwrap().bytes, sealed.bytes);
        let elsewhere = Sealer::new(&"new, old".into(), "something else");
        assert!(elsewhere.open(b"row 1", &sealed).is_err(), "a key serves one purpose");
    }

    #[test]
    fn an_old_key_still_opens_and_a_new_one_seals() {
        let before = sealer("old").seal(&SystemRandom, b"row", b"a picture").unwrap();
        let after = sealer("new,old");
        assert_eq!(after.open(b"row", &before).unwrap(), b"a picture");
        assert_eq!(after.seal(&SystemRandom, b"row", b"a picture").unwrap().key, after.newest());
        assert_ne!(after.newest(), before.key);
        assert!(!format!("{after:?}").contains("old"));
    }

    #[test]
    fn a_hash_is_found_again_under_any_key_and_tells_lists_apart() {
        let (before, after) = (sealer("old"), sealer("new,old"));
        let hash = before.hash(before.newest(), &[b"922500"]).unwrap();
        assert_eq!(after.hashes(&[b"922500"])[1], hash);
        assert_ne!(after.hash(after.newest(), &[b"922500"]).unwrap(), hash);
        assert_eq!(after.hash("unknown", &[b"922500"]), Err(Unreadable));
        assert_ne!(keyed(b"k", &[b"ab", b"c"]), keyed(b"k", &[b"a", b"bc"]));
    }
}
