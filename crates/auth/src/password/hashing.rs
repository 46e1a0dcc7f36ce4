use super::{Password, PasswordAttempt};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::SmallInt,
};
use hostolink_kernel::{ExposeSecret, Random, Secret, SystemRandom};
use hostolink_sealing::keyed;

/// How a stored hash was made (`utilisateur.mdp_schema`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = SmallInt)]
pub(crate) enum Scheme {
    /// bcrypt of the password itself, which it cuts at 72 bytes: as the older back end left it. Never made here.
    Adopted,
    /// bcrypt of base64(HMAC-SHA-256(pepper, password)): 43 characters, so that nothing is cut, and useless to whoever
    /// has the database alone.
    Peppered,
}

impl FromSql<SmallInt, Pg> for Scheme {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        match i16::from_sql(bytes)? {
            0 => Ok(Self::Adopted),
            1 => Ok(Self::Peppered),
            other => Err(format!("unknown password scheme {other}").into()),
        }
    }
}

impl ToSql<SmallInt, Pg> for Scheme {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let number: &'static i16 = match self {
            Self::Adopted => &0,
            Self::Peppered => &1,
        };
        <i16 as ToSql<SmallInt, Pg>>::to_sql(number, out)
    }
}

/// A password as it is kept. Only [`PasswordWorkers::hash`](super::PasswordWorkers::hash) makes one, so that its rules were checked.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    #[expect(
        clippy::unused_self,
        reason = "a hash made here is always of today's scheme; callers need not know"
    )]
    pub(crate) fn scheme(&self) -> Scheme {
        Scheme::Peppered
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A hash read from the database.
#[derive(Clone)]
pub(crate) struct StoredPassword {
    pub(crate) hash: String,
    pub(crate) scheme: Scheme,
}

/// How passwords are hashed now.
#[derive(Clone)]
pub(super) struct Passwords {
    pepper: Secret,
    cost: u32,
    /// What an unknown person's password is compared with, so that it takes as long as a known one's.
    dummy: String,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passwords").field("cost", &self.cost).finish_non_exhaustive()
    }
}

impl Passwords {
    /// The lowest and the highest cost that bcrypt takes.
    const COSTS: std::ops::RangeInclusive<u32> = 4..=31;

    /// Hashes with `pepper` and 2^`cost` rounds; a cost that bcrypt has not is brought into its range.
    pub(super) fn new(pepper: Secret, cost: u32) -> Self {
        let cost = cost.clamp(*Self::COSTS.start(), *Self::COSTS.end());
        let mut passwords = Self { pepper, cost, dummy: String::new() };
        passwords.dummy = passwords.bcrypt(&SystemRandom.token());
        passwords
    }

    /// Hashes a password. Slow on purpose.
    pub(super) fn hash(&self, password: &Password) -> PasswordHash {
        PasswordHash(self.bcrypt(password.text()))
    }

    /// Whether an attempt matches, and what to keep instead where the stored hash is of an older scheme or cost.
    pub(super) fn verify(
        &self,
        attempt: &PasswordAttempt,
        stored: Option<&StoredPassword>,
    ) -> (bool, Option<PasswordHash>) {
        let Some(StoredPassword { hash, scheme }) = stored else {
            let _as_slow_as_the_real_one = bcrypt::verify(self.peppered(attempt.text()), &self.dummy);
            return (false, None);
        };
        // A hash that can't be read matches nothing.
        let matches = match scheme {
            Scheme::Adopted => bcrypt::verify(attempt.text(), hash),
            Scheme::Peppered => bcrypt::non_truncating_verify(self.peppered(attempt.text()), hash),
        }
        .unwrap_or(false);
        let current = *scheme == Scheme::Peppered && cost_of(hash) == Some(self.cost);
        let upgraded = (matches && !current).then(|| PasswordHash(self.bcrypt(attempt.text())));
        (matches, upgraded)
    }

    /// Hashes another short secret.
    pub(super) fn hash_text(&self, text: &Secret) -> String {
        self.bcrypt(text.expose_secret())
    }

    /// Whether a text is what its hash was made of; one that can't be read is of none.
    pub(super) fn matches_text(&self, text: &Secret, hash: &str) -> bool {
        bcrypt::non_truncating_verify(self.peppered(text.expose_secret()), hash).unwrap_or(false)
    }

    fn bcrypt(&self, text: &str) -> String {
        let mut salt = [0; 16];
        SystemRandom.fill(&mut salt);
        // 43 bytes never reach bcrypt's 72, and the cost is in its range: neither can fail.
        bcrypt::non_truncating_hash_with_salt(self.peppered(text), self.cost, salt)
            .map(|parts| parts.to_string())
            .unwrap_or_default()
    }

    fn peppered(&self, text: &str) -> String {
        STANDARD_NO_PAD.encode(keyed(self.pepper.expose_secret().as_bytes(), &[text.as_bytes()]))
    }
}

fn cost_of(hash: &str) -> Option<u32> {
    hash.parse::<bcrypt::HashParts>().ok().map(|parts| parts.get_cost())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords(pepper: &str) -> Passwords {
        Passwords::new(pepper.to_owned().into(), 4)
    }

    fn password(text: &str) -> Password {
        Password::parse(&text.to_owned().into()).unwrap()
    }

    fn attempt(text: &str) -> PasswordAttempt {
        PasswordAttempt::new(&text.to_owned().into())
    }

    fn stored(hash: &PasswordHash) -> StoredPassword {
        StoredPassword { hash: hash.0.clone(), scheme: hash.scheme() }
    }

    #[test]
    fn case_15_nothing_is_cut() {
        let passwords = passwords("pepper");
        let long = "é".repeat(100);
        let hash = stored(&passwords.hash(&password(&format!("{long}a"))));
        assert_eq!(passwords.verify(&attempt(&format!("{long}a")), Some(&hash)), (true, None));
        assert_eq!(passwords.verify(&attempt(&format!("{long}b")), Some(&hash)), (false, None));
        assert_eq!(passwords.verify(&attempt(&long), Some(&hash)), (false, None));
    }

    #[test]
    fn the_database_alone_is_not_enough() {
        let hash = stored(&passwords("one").hash(&password("MonMotDePasse123")));
        let attempt = attempt("MonMotDePasse123");
        assert!(passwords("one").verify(&attempt, Some(&hash)).0);
        assert!(!passwords("two").verify(&attempt, Some(&hash)).0);
    }

    #[test]
    fn adopted_hashes_work_and_are_upgraded() {
        let passwords = passwords("pepper");
        let adopted = StoredPassword {
            hash: bcrypt::hash("12345", 10).unwrap().replacen("$2y$", "$2b$", 1),
            scheme: Scheme::Adopted,
        };
        assert!(adopted.hash.starts_with("$2b$10$"));
        let (matches, upgraded) = passwords.verify(&attempt("12345"), Some(&adopted));
        assert!(matches);
        let upgraded = stored(&upgraded.unwrap());
        assert_eq!(passwords.verify(&attempt("12345"), Some(&upgraded)), (true, None));
        assert_eq!(passwords.verify(&attempt("12346"), Some(&adopted)), (false, None));
    }

    #[test]
    fn a_hash_that_cannot_be_read_matches_nothing() {
        for hash in ["", "12345", "$2b$10$short", "é"] {
            let stored = StoredPassword { hash: hash.to_owned(), scheme: Scheme::Adopted };
            assert_eq!(passwords("p").verify(&attempt(hash), Some(&stored)), (false, None));
        }
    }

    #[test]
    fn the_dummy_costs_what_a_real_one_does() {
        let passwords = passwords("pepper");
        assert_eq!(cost_of(&passwords.dummy), Some(4));
        assert_eq!(passwords.verify(&attempt(""), None), (false, None));
    }
}
