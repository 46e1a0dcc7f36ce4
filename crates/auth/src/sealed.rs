//! What the database keeps and must not be able to read: identity documents.

use crate::{Error, password::keyed};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use hostolink_kernel::{ExposeSecret, Random, Secret};

/// Something encrypted, and the name of its key.
#[derive(Clone)]
pub(crate) struct Sealed {
    pub(crate) key: String,
    /// Nonce, ciphertext, tag.
    pub(crate) bytes: Vec<u8>,
}

/// AES-256-GCM under the keys of the environment. The first key seals; those after it still open, so that a new key can be
/// put in front of an old one.
pub(crate) struct Sealer {
    keys: Vec<(String, [u8; 32])>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|(name, _)| name)).finish()
    }
}

impl Sealer {
    /// `keys` are separated by commas.
    pub(crate) fn new(keys: &Secret) -> Self {
        let derive = |key: &str| {
            let name = keyed(key.as_bytes(), &[b"nom de cle"]);
            let name = name[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            (name, keyed(key.as_bytes(), &[b"piece d'identite"]))
        };
        Self { keys: keys.expose_secret().split(',').map(|key| derive(key.trim())).collect() }
    }

    /// Encrypts. `context` says what it is and whose: what is moved to another row opens no more.
    pub(crate) fn seal(&self, random: &dyn Random, context: &[u8], clear: &[u8]) -> Result<Sealed, Error> {
        let (name, key) = self.keys.first().ok_or(Error::Unreadable)?;
        // 96 random bits: one in 2^32 to meet twice after four billion documents under one key.
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        let mut content = clear.to_vec();
        let sealing = cipher(key)?;
        sealing
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut content)
            .map_err(|_| Error::Unreadable)?;
        Ok(Sealed { key: name.clone(), bytes: [&nonce[..], &content].concat() })
    }

    /// Decrypts.
    pub(crate) fn open(&self, context: &[u8], sealed: &Sealed) -> Result<Vec<u8>, Error> {
        let key = self.keys.iter().find(|(name, _)| *name == sealed.key);
        let (_, key) = key.ok_or(Error::Unreadable)?;
        let (nonce, content) = sealed.bytes.split_at_checked(NONCE_LEN).ok_or(Error::Unreadable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Error::Unreadable)?;
        let mut content = content.to_vec();
        let clear = cipher(key)?
            .open_in_place(nonce, Aad::from(context), &mut content)
            .map_err(|_| Error::Unreadable)?
            .len();
        content.truncate(clear);
        Ok(content)
    }
}

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, Error> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| Error::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::SystemRandom;

    #[test]
    fn only_the_key_and_the_place_open_it() {
        let sealer = Sealer::new(&"new, old".into());
        let sealed = sealer.seal(&SystemRandom, b"row 1", b"a picture").unwrap();
        assert!(!sealed.bytes.windows(7).any(|window| window == b"picture"));
        assert_eq!(sealer.open(b"row 1", &sealed).unwrap(), b"a picture");
        assert!(sealer.open(b"row 2", &sealed).is_err(), "moved to another row");
        let mut changed = sealed.clone();
        changed.bytes[NONCE_LEN] ^= 1;
        assert!(sealer.open(b"row 1", &changed).is_err());
        let cut = Sealed { bytes: sealed.bytes[..5].to_vec(), ..sealed.clone() };
        assert!(sealer.open(b"row 1", &cut).is_err());
        assert!(Sealer::new(&"another".into()).open(b"row 1", &sealed).is_err());
        assert_ne!(sealer.seal(&SystemRandom, b"row 1", b"a picture").unwrap().bytes, sealed.bytes);
    }

    #[test]
    fn an_old_key_still_opens_and_a_new_one_seals() {
        let before = Sealer::new(&"old".into()).seal(&SystemRandom, b"row", b"a picture").unwrap();
        let after = Sealer::new(&"new,old".into());
        assert_eq!(after.open(b"row", &before).unwrap(), b"a picture");
        assert_ne!(after.seal(&SystemRandom, b"row", b"a picture").unwrap().key, before.key);
        assert!(!format!("{after:?}").contains("old"));
    }
}
