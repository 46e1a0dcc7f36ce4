use super::tree;
use crate::chain::{self, Hash, SealedHold, Shown, ShownLeg};
use chrono::{DateTime, Timelike, Utc};
use hostolink_kernel::{AccountId, TransactionId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The name of this format: another one has other fields or other hashes.
pub const FORMAT: &str = "hostolink-proof-1";

/// More entries than any transaction has: what comes from a stranger is bounded.
const MAX_LEGS: usize = 64;

/// A SHA-256, written as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(pub(crate) Hash);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl FromStr for Digest {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut hash = Hash::default();
        let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        match hex::decode_to_slice(text, &mut hash) {
            Ok(()) if lower => Ok(Self(hash)),
            _ => Err("a hash is 64 lower-case hexadecimal digits"),
        }
    }
}

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// That a transaction is under a link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Proof {
    /// [`FORMAT`].
    pub format: String,
    /// The half of its leaf that may be shown.
    pub transaction: ProvenTransaction,
    /// Hides the leaf among all others: without it, what is shown could be guessed from the hash. It is derived from the
    /// stored salt, which it does not tell.
    pub public_salt: Digest,
    /// The other half of the leaf: balances, note, key.
    pub private_hash: Digest,
    /// From the leaf up to the root.
    pub path: Vec<Sibling>,
    /// The link over the root.
    pub link: Link,
}

/// What a proof shows of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProvenTransaction {
    /// Its public id.
    pub id: TransactionId,
    /// What it is, by the ledger's own name (`virement`, …).
    pub kind: String,
    /// What the receiver got, in whole francs CFA.
    pub amount: i64,
    /// The transfer that a refund gives back.
    pub refund_of: Option<TransactionId>,
    /// What it says of a hold; left out where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<ProvenHold>,
    /// When it happened in the world, to the microsecond.
    pub event_at: DateTime<Utc>,
    /// When the ledger recorded it, to the microsecond.
    pub recorded_at: DateTime<Utc>,
    /// Its entries, in their order.
    pub legs: Vec<Leg>,
}

/// A hold, as a transaction that begins or ends one tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProvenHold {
    /// The hold that it ends.
    pub ends: Option<TransactionId>,
    /// Whom the money is set aside for, where no entry names them.
    pub to: Option<AccountId>,
    /// From when on it can't be captured, to the microsecond.
    pub expires_at: Option<DateTime<Utc>>,
}

/// An entry: what came to an account, or went from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Leg {
    /// The account: an opaque id.
    pub account: AccountId,
    /// Whole francs CFA; below zero where they left.
    pub amount: i64,
    /// By how much it changed what is set aside; left out where it did not.
    #[serde(default, skip_serializing_if = "nothing")]
    pub held: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
const fn nothing(francs: &i64) -> bool {
    *francs == 0
}

/// On which side of the path a hash stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Before it.
    Left,
    /// After it.
    Right,
}

/// A hash that the path meets on its way up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sibling {
    /// Where it stands.
    pub side: Side,
    /// The hash.
    pub hash: Digest,
}

/// A link of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Link {
    /// Its number, from 1.
    pub number: i64,
    /// The hash of the link before.
    pub before: Digest,
    /// The number of the first transaction that it covers.
    pub first: i64,
    /// The number of the last one.
    pub last: i64,
    /// When it was sealed, to the microsecond.
    pub sealed_at: DateTime<Utc>,
    /// Its hash.
    pub hash: Digest,
}

/// The end of the chain, as it was when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The number of its last link.
    pub number: i64,
    /// That link's hash.
    pub hash: Digest,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
}

/// What a proof that holds leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computed {
    /// The transaction's leaf.
    pub leaf: Digest,
    /// The root of its batch.
    pub root: Digest,
    /// The transaction's number in the ledger.
    pub number: i64,
}

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It is of another format.
    #[error("the format is not {FORMAT}: ask for the proof again, or use a program that knows it")]
    Format,
    /// Its entries can't be those of a transaction.
    #[error("the entries do not sum to zero, or there are none")]
    Legs,
    /// An instant is finer than a microsecond, which no hash covers.
    #[error("an instant is finer than a microsecond")]
    Instant,
    /// The path does not fit the number of transactions under the link.
    #[error("the path does not fit the transactions that the link says to cover")]
    Path,
    /// What is shown does not lead to the link's hash.
    #[error("what is shown does not lead to the link's hash: something was changed")]
    Hash,
}

impl Proof {
    /// Computes leaf, root and link from nothing but what the proof shows. That the link is one of the ledger's is another
    /// question: its hash must be one that the ledger has published or signed.
    ///
    /// # Errors
    /// Where it breaks.
    pub fn verify(&self) -> Result<Computed, Broken> {
        if self.format != FORMAT {
            return Err(Broken::Format);
        }
        let (shown, link) = (&self.transaction, &self.link);
        let sum: i128 = shown.legs.iter().map(|leg| i128::from(leg.amount)).sum();
        if sum != 0 || !(1..=MAX_LEGS).contains(&shown.legs.len()) {
            return Err(Broken::Legs);
        }
        let expires_at = shown.hold.and_then(|hold| hold.expires_at);
        let instants = [shown.event_at, shown.recorded_at, link.sealed_at].into_iter().chain(expires_at);
        if instants.into_iter().any(|at| at.nanosecond() % 1_000 != 0) {
            return Err(Broken::Instant);
        }
        let place = tree::place(link.first, link.last, &self.path).ok_or(Broken::Path)?;
        let leaf = self.leaf();
        let root = tree::climb(leaf, &self.path);
        let hash = chain::link(link.number, &link.before.0, &root, (link.first, link.last), link.sealed_at);
        if hash == link.hash.0 {
            Ok(Computed { leaf: Digest(leaf), root: Digest(root), number: link.first + place })
        } else {
            Err(Broken::Hash)
        }
    }

    fn leaf(&self) -> Hash {
        let shown = &self.transaction;
        chain::shown_leaf(&Shown {
            salt: self.public_salt.0,
            id: shown.id,
            kind: &shown.kind,
            amount: shown.amount,
            refund_of: shown.refund_of,
            event_at: shown.event_at,
            recorded_at: shown.recorded_at,
            hold: shown.hold.map(|ProvenHold { ends, to, expires_at }| SealedHold { ends, to, expires_at }),
            legs: shown
                .legs
                .iter()
                .map(|&Leg { account, amount, held }| ShownLeg { account, amount, held })
                .collect(),
            private: self.private_hash.0,
        })
    }
}
