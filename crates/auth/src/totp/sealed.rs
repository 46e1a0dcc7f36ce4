//! Secrets of authenticator apps at rest: AES-256-GCM, so that the database alone gives no codes.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use hostolink_kernel::Random;

/// Seals `secret` with a nonce of its own before it; `bound` must be there again to open it.
pub(super) fn seal(key: &[u8; 32], secret: &[u8], bound: &[u8], random: &dyn Random) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE_LEN];
    random.fill(&mut nonce);
    let mut sealed = secret.to_vec();
    cipher(key)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut sealed)
        .ok()?;
    Some([nonce.as_slice(), &sealed].concat())
}

/// `None` when it was sealed with another key, bound to something else, or changed since.
pub(super) fn open(key: &[u8; 32], sealed: &[u8], bound: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut sealed = sealed.to_vec();
    let opened = cipher(key)?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(bound), &mut sealed)
        .ok()?;
    Some(opened.to_vec())
}

fn cipher(key: &[u8; 32]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::SystemRandom;

    #[test]
    fn only_the_key_and_the_person_open_it() {
        let (key, secret) = ([7; 32], b"12345678901234567890");
        let sealed = seal(&key, secret, b"awa", &SystemRandom).unwrap();
        assert_eq!(open(&key, &sealed, b"awa").unwrap(), secret);
        assert_ne!(
            sealed,
            seal(&key, secret, b"awa", &SystemRandom).unwrap(),
            "a nonce of its own each time"
        );
        assert!(!sealed.windows(secret.len()).any(|window| window == secret));
        assert_eq!(open(&[8; 32], &sealed, b"awa"), None);
        assert_eq!(open(&key, &sealed, b"koffi"), None);
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert_eq!(open(&key, &changed, b"awa"), None);
            assert_eq!(open(&key, &sealed[..index], b"awa"), None);
        }
    }
}
