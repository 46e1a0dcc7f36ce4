use super::NameMatch;
use crate::{
    Auth, Error, Recipient,
    account::{self, Account},
    throttle,
};
use diesel::PgConnection;
use hostolink_kernel::{Identifier, UserId};
use std::collections::{BTreeSet, HashMap};

/// Somebody who was looked up among many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Who it is.
    pub recipient: Recipient,
    /// How the name that the caller believes in goes with theirs.
    pub name: NameMatch,
}

impl Auth {
    /// Who would receive at each of many identifiers, as a file names them beside the names that the caller believes in: in a fixed
    /// number of queries. They are counted by file, by stranger and by miss, with limits of their own: a list of people whom one pays
    /// is mostly right. Of one person one name is compared a call, so that nobody guesses it.
    ///
    /// # Errors
    /// [`Error::TooMany`] after too many files, strangers or misses, then for all of it; those of the database.
    pub fn look_up_many(
        &self,
        conn: &mut PgConnection,
        caller: UserId,
        asked: &[(&Identifier, Option<&str>)],
    ) -> Result<Vec<Option<Found>>, Error> {
        let now = self.clock.now();
        let asker = self.keyed("recherches", &[&caller.key().to_be_bytes()]);
        throttle::take(conn, throttle::FILES, &asker, now)?;
        let accounts = account::by_identifiers(conn, asked.iter().map(|(identifier, _)| *identifier))?;
        let mut by_text: HashMap<String, Account> = HashMap::with_capacity(accounts.len());
        for account in accounts.into_iter().filter(Account::may_receive) {
            for identifier in account.proven_texts() {
                by_text.insert(identifier.to_owned(), account.clone());
            }
        }
        let missed: BTreeSet<&str> = asked
            .iter()
            .map(|(identifier, _)| identifier.as_str())
            .filter(|text| !by_text.contains_key(*text))
            .collect();
        let pairs: BTreeSet<[u8; 32]> =
            by_text.values().map(|found| self.acquaintance(caller, found.id_user)).collect();
        let known = throttle::counted_among(conn, throttle::ACQUAINTANCES, &pairs, now)?;
        let strangers: Vec<&[u8]> =
            pairs.iter().filter(|pair| !known.contains(pair.as_slice())).map(<[u8; 32]>::as_slice).collect();
        if missed.is_empty() && !strangers.is_empty() {
            // A hit and a miss look alike to who has missed too often.
            throttle::check(conn, throttle::FILE_MISSES, &asker, now)?;
        }
        throttle::take_many(conn, throttle::FILE_MISSES, &asker, missed.len(), now)?;
        throttle::take_many(conn, throttle::FILE_STRANGERS, &asker, strangers.len(), now)?;
        throttle::begin(conn, throttle::ACQUAINTANCES, &strangers, now)?;
        Ok(compared(asked, &by_text))
    }

    /// Those of these people who can be given money now, whatever they sign in with.
    ///
    /// # Errors
    /// Those of the database.
    pub fn recipients(
        &self,
        conn: &mut PgConnection,
        users: &[UserId],
    ) -> Result<HashMap<UserId, Recipient>, Error> {
        let accounts = account::by_keys(conn, users)?;
        let can = accounts.into_iter().filter(|account| account.is_proven() && account.may_receive());
        Ok(can.map(|account| (account.id_user, account.into())).collect())
    }

    /// Under which key it is counted that somebody asked for somebody.
    pub(super) fn acquaintance(&self, caller: UserId, other: UserId) -> [u8; 32] {
        self.keyed("connaissance", &[&caller.key().to_be_bytes(), &other.key().to_be_bytes()])
    }
}

/// Each with its person; the first name that is given for a person is the one that is compared.
fn compared(asked: &[(&Identifier, Option<&str>)], by_text: &HashMap<String, Account>) -> Vec<Option<Found>> {
    let mut first: HashMap<UserId, &str> = HashMap::new();
    let mut found = Vec::with_capacity(asked.len());
    for (identifier, name) in asked {
        found.push(by_text.get(identifier.as_str()).map(|account| {
            let given = name.filter(|name| *first.entry(account.id_user).or_insert(name) == *name);
            let parts = [account.prenom.as_deref(), account.nom.as_deref()];
            let name = given.map_or(NameMatch::Unknown, |given| NameMatch::compare(given, parts));
            Found { recipient: account.clone().into(), name }
        }));
    }
    found
}
