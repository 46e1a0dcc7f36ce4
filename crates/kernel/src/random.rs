use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Where randomness comes from. Passed in, so that a property test can repeat itself.
pub trait Random: Send + Sync + std::fmt::Debug {
    /// Fills the whole slice with unpredictable bytes.
    fn fill(&self, bytes: &mut [u8]);

    /// A time-ordered public id (UUIDv7, RFC 9562) for the instant `now`.
    fn uuid(&self, now: DateTime<Utc>) -> Uuid {
        let mut bytes = [0; 10];
        self.fill(&mut bytes);
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }

    /// 256 unpredictable bits in URL-safe base64 without padding: 43 characters.
    fn token(&self) -> String {
        use base64::Engine;
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    }

    /// `N` decimal digits, each equally likely.
    fn digits(&self, count: usize) -> String {
        let mut digits = String::with_capacity(count);
        while digits.len() < count {
            let mut byte = [0; 1];
            self.fill(&mut byte);
            // 250 is the largest multiple of ten in a byte: what is above would favour 0 to 5.
            if byte[0] < 250 {
                digits.push(char::from(b'0' + byte[0] % 10));
            }
        }
        digits
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        clippy::expect_used,
        reason = "the one place; without randomness nothing is safe"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_and_ordered_by_time() {
        let early = SystemRandom.uuid(DateTime::from_timestamp_millis(1_000).unwrap());
        let late = SystemRandom.uuid(DateTime::from_timestamp_millis(1_001).unwrap());
        assert_eq!(early.get_version_num(), 7);
        assert!(early < late);
    }

    #[test]
    fn digits_are_digits_and_not_always_the_same() {
        let codes: std::collections::HashSet<_> = (0..100).map(|_| SystemRandom.digits(6)).collect();
        assert!(codes.len() > 90);
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
    }
}
