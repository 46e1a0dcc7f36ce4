//! How often something may be tried. Every count is in Postgres, so that it holds on all processes, and is taken
//! before the try is judged, so that parallel tries can't outrun it.

mod store;

pub(crate) use store::{clear, purge, take, take_with_delay};

/// Tries within a window that starts with the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    /// The counter's name (`essai.objet`).
    pub(crate) name: &'static str,
    /// How many tries.
    pub(crate) tries: i32,
    /// In how long, in seconds.
    pub(crate) seconds: i32,
}

/// Codes sent to one identifier.
pub(crate) const CODES: Limit = Limit { name: "codes", tries: 10, seconds: 600 };
/// Codes sent to one identifier in a day: what a stranger can make an owner receive, and us pay.
pub(crate) const CODES_A_DAY: Limit = Limit { name: "codes_jour", tries: 100, seconds: 86_400 };
/// Codes guessed for one identifier, whatever the number of codes that were sent: starting over buys no guesses.
pub(crate) const GUESSES: Limit = Limit { name: "devinettes", tries: 20, seconds: 3_600 };
/// The same in a day: less than one chance in ten thousand for a stranger.
pub(crate) const GUESSES_A_DAY: Limit = Limit { name: "devinettes_jour", tries: 60, seconds: 86_400 };
/// Registrations started for one identifier.
pub(crate) const REGISTRATIONS: Limit = Limit { name: "inscriptions", tries: 10, seconds: 600 };
/// Passwords defined for one identifier: each costs a hash.
pub(crate) const DEFINITIONS: Limit = Limit { name: "definitions", tries: 10, seconds: 600 };
/// Passwords tried for one account.
pub(crate) const PASSWORDS: &str = "mots_de_passe";

/// Failures in a row that cost nothing but the try.
pub(crate) const FREE_FAILURES: i32 = 5;
/// The longest wait between two passwords, in seconds: 96 guesses a day, and the owner enters by a code at any time.
pub(crate) const LONGEST_DELAY: i32 = 900;
