//! Counters. Every count is in Postgres, so that it holds on all processes, and is taken before what it counts is done,
//! so that parallel tries can't outrun it. What is a proof goes through `proof`, which takes its counters here.

mod store;

pub(crate) use store::{
    begin, check, clear, counted_among, give_back, is_counted, purge, take, take_lightly, take_many,
    take_with_delay,
};

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
/// Codes asked for by one address, for whomever: what a machine can make us send and pay. Carriers put thousands of phones
/// behind one address.
pub(crate) const CODES_OF_ADDRESS: [Limit; 2] = [
    Limit { name: "ip_codes", tries: 1_000, seconds: 3_600 },
    Limit { name: "ip_codes_jour", tries: 5_000, seconds: 86_400 },
];
/// Registrations started for one identifier.
pub(crate) const REGISTRATIONS: Limit = Limit { name: "inscriptions", tries: 10, seconds: 600 };
/// Registrations started by one address.
pub(crate) const REGISTRATIONS_OF_ADDRESS: [Limit; 2] = [
    Limit { name: "ip_inscriptions", tries: 1_000, seconds: 3_600 },
    Limit { name: "ip_inscriptions_jour", tries: 5_000, seconds: 86_400 },
];
/// Identifiers that one address asks about: the contract answers who is known. Who wants to know all hundred million numbers
/// takes eleven years.
pub(crate) const QUESTIONS_OF_ADDRESS: Limit = Limit { name: "ip_questions", tries: 1_000, seconds: 3_600 };
/// Changes of their identifiers that one person asks for: each sends two codes.
pub(crate) const CHANGES: Limit = Limit { name: "changements", tries: 5, seconds: 3_600 };
/// Changes to one identifier, by whomever: its owner is a stranger who gets a code each time.
pub(crate) const CHANGES_TO: Limit = Limit { name: "changements_vers", tries: 5, seconds: 3_600 };
/// Receivers that one person asked for in vain: so many in an hour are mistakes, more are a search.
pub(crate) const MISSES: Limit = Limit { name: "recherches_vaines", tries: 30, seconds: 3_600 };
/// Receivers that one person found for the first time today.
pub(crate) const STRANGERS: Limit = Limit { name: "recherches", tries: 200, seconds: 3_600 };
/// One person's asking for one receiver: whom they found today is no stranger.
pub(crate) const ACQUAINTANCES: Limit = Limit { name: "connaissances", tries: i32::MAX - 1, seconds: 86_400 };
/// Files of payments that one person has read: each asks for many people.
pub(crate) const FILES: Limit = Limit { name: "fichiers", tries: 30, seconds: 86_400 };
/// Receivers that one person's files named in vain: no more than who asks for one after the other.
pub(crate) const FILE_MISSES: Limit = Limit { name: "fichiers_vains", tries: 500, seconds: 86_400 };
/// Receivers that one person's files named and that they had not asked for today: the wages of a large house.
pub(crate) const FILE_STRANGERS: Limit = Limit { name: "fichiers_inconnus", tries: 20_000, seconds: 86_400 };
/// Numbers of their address book that one person compares.
pub(crate) const MATCHES: Limit = Limit { name: "carnet", tries: 1_000, seconds: 86_400 };
/// Copies of all that is known of them that one person takes.
pub(crate) const EXPORTS: Limit = Limit { name: "exports", tries: 5, seconds: 86_400 };
/// Passwords defined for one identifier: each costs a hash.
pub(crate) const DEFINITIONS: Limit = Limit { name: "definitions", tries: 10, seconds: 600 };
/// Links that confirm one mailbox.
pub(crate) const LINKS: Limit = Limit { name: "liens", tries: 5, seconds: 3_600 };
/// The same in a day: what a stranger can make an owner receive.
pub(crate) const LINKS_A_DAY: Limit = Limit { name: "liens_jour", tries: 20, seconds: 86_400 };
/// Wishes to set a forgotten password anew, for one identifier.
pub(crate) const RESETS: Limit = Limit { name: "oublis", tries: 5, seconds: 3_600 };
/// The same in a day: what a stranger can make an owner receive, and us pay.
pub(crate) const RESETS_A_DAY: Limit = Limit { name: "oublis_jour", tries: 20, seconds: 86_400 };
/// Pictures of identity documents sent for one account: each costs a second of a core.
pub(crate) const IDENTITY_FILES: Limit = Limit { name: "pieces", tries: 30, seconds: 86_400 };
/// Profile pictures sent for one account.
pub(crate) const PHOTOS: Limit = Limit { name: "photos", tries: 20, seconds: 86_400 };

/// Failures in a row that cost nothing but the try.
pub(crate) const FREE_FAILURES: i32 = 5;
/// The longest wait between two tries, in seconds. With it the free ones, the ten whose waits double from 1 s to 512 s and
/// the 85 that then fit in the first day are 100 in all; 86 each day after. The owner enters by a code at any time.
pub(crate) const LONGEST_DELAY: i32 = 1_000;
