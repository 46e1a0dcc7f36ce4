//! The hash chain: one link a batch. A leaf is a salted hash of one transaction, a link covers the Merkle root of its
//! leaves (built as in RFC 6962 §2.1), so that one transaction can be proven without showing the others. Its private
//! half (balances, note, key) is a hash of its own in the leaf, under a salt of its own: a proof does not open it.

use chrono::{DateTime, Utc};
use hostolink_kernel::{AccountId, TransactionId};
use sha2::{Digest, Sha256};

pub(crate) type Hash = [u8; 32];

/// Bytes of a transaction's salt.
pub(crate) const SALT: usize = 16;

/// What the first link follows.
pub(crate) fn genesis() -> Hash {
    Sha256::digest("hostolink ledger genesis").into()
}

/// A transaction with all that its leaf covers.
#[derive(Debug)]
pub(crate) struct Sealed<'a> {
    pub(crate) number: i64,
    pub(crate) id: TransactionId,
    pub(crate) kind: &'a str,
    pub(crate) amount: i64,
    pub(crate) refund_of: Option<TransactionId>,
    pub(crate) hold: Option<SealedHold>,
    pub(crate) event_at: DateTime<Utc>,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) note: Option<&'a str>,
    pub(crate) actor: i32,
    pub(crate) key: &'a str,
    pub(crate) fingerprint: &'a [u8],
    pub(crate) salt: &'a [u8],
    /// The hash of the private half, where the note was erased: it can't be computed any more.
    pub(crate) private: Option<Hash>,
    pub(crate) legs: Vec<SealedLeg>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct SealedLeg {
    pub(crate) account: AccountId,
    pub(crate) amount: i64,
    pub(crate) balance_after: i64,
    pub(crate) held: i64,
    pub(crate) held_after: i64,
    pub(crate) version: i64,
}

/// What a transaction says of a hold: which one it ends, whom it is for, until when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SealedHold {
    pub(crate) ends: Option<TransactionId>,
    pub(crate) to: Option<AccountId>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

impl SealedHold {
    /// `None` where there is nothing to say: the leaf of most transactions.
    pub(crate) fn of(
        ends: Option<TransactionId>,
        to: Option<AccountId>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Option<Self> {
        (ends.is_some() || to.is_some()).then_some(Self { ends, to, expires_at })
    }

    fn hash(&self) -> Hash {
        let ends = self.ends.as_ref().map(|id| id.uuid());
        let to = self.to.as_ref().map(|id| id.uuid());
        let expires_at = self.expires_at.map(|at| at.timestamp_micros().to_be_bytes());
        Fields::new("hold")
            .optional(ends.as_ref().map(|id| id.as_bytes().as_slice()))
            .optional(to.as_ref().map(|id| id.as_bytes().as_slice()))
            .optional(expires_at.as_ref().map(<[u8; 8]>::as_slice))
            .end()
    }
}

/// Hashes fields so that no two lists of fields read alike: each with its length.
struct Fields(Sha256);

impl Fields {
    fn new(domain: &str) -> Self {
        Self(Sha256::new()).bytes(domain.as_bytes())
    }

    fn bytes(mut self, field: &[u8]) -> Self {
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field);
        self
    }

    fn number(self, field: i64) -> Self {
        self.bytes(&field.to_be_bytes())
    }

    fn optional(self, field: Option<&[u8]>) -> Self {
        match field {
            Some(field) => self.number(1).bytes(field),
            None => self.number(0),
        }
    }

    fn end(self) -> Hash {
        self.0.finalize().into()
    }
}

/// The half of a leaf that a proof shows, and the hash of the other half.
#[derive(Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) salt: Hash,
    pub(crate) id: TransactionId,
    pub(crate) kind: &'a str,
    pub(crate) amount: i64,
    pub(crate) refund_of: Option<TransactionId>,
    pub(crate) event_at: DateTime<Utc>,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) hold: Option<SealedHold>,
    pub(crate) legs: Vec<ShownLeg>,
    pub(crate) private: Hash,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct ShownLeg {
    pub(crate) account: AccountId,
    pub(crate) amount: i64,
    pub(crate) held: i64,
}

/// The leaf of one transaction.
pub(crate) fn leaf(sealed: &Sealed<'_>) -> Hash {
    shown_leaf(&show(sealed))
}

/// What a proof shows of a transaction: neither the stored salt nor anything of the private half can be told from it.
pub(crate) fn show<'a>(sealed: &Sealed<'a>) -> Shown<'a> {
    let salt = |domain| Fields::new(domain).bytes(sealed.salt).end();
    let mut private = Fields::new("private")
        .bytes(&salt("private salt"))
        .number(sealed.number)
        .number(sealed.actor.into())
        .bytes(sealed.key.as_bytes())
        .bytes(sealed.fingerprint)
        .optional(sealed.note.map(str::as_bytes));
    for leg in &sealed.legs {
        private = private.number(leg.balance_after).number(leg.version);
        if leg.held != 0 {
            private = private.number(leg.held_after);
        }
    }
    Shown {
        salt: salt("public salt"),
        id: sealed.id,
        kind: sealed.kind,
        amount: sealed.amount,
        refund_of: sealed.refund_of,
        event_at: sealed.event_at,
        recorded_at: sealed.recorded_at,
        hold: sealed.hold,
        legs: sealed
            .legs
            .iter()
            .map(|leg| ShownLeg { account: leg.account, amount: leg.amount, held: leg.held })
            .collect(),
        private: sealed.private.unwrap_or_else(|| private.end()),
    }
}

/// The leaf, from what a proof shows of it.
pub(crate) fn shown_leaf(shown: &Shown<'_>) -> Hash {
    let mut fields = Fields::new("leaf")
        .bytes(&shown.salt)
        .bytes(shown.id.uuid().as_bytes())
        .bytes(shown.kind.as_bytes())
        .number(shown.amount)
        .optional(shown.refund_of.as_ref().map(|id| id.uuid()).as_ref().map(|id| id.as_bytes().as_slice()))
        .number(shown.event_at.timestamp_micros())
        .number(shown.recorded_at.timestamp_micros());
    for leg in &shown.legs {
        fields = fields.bytes(leg.account.uuid().as_bytes()).number(leg.amount);
        // An entry that sets nothing aside keeps the form of those from before there were holds. A field's length tells
        // which is which: an account has 16 bytes, a number 8, a hash 32.
        if leg.held != 0 {
            fields = fields.number(leg.held);
        }
    }
    if let Some(hold) = &shown.hold {
        fields = fields.bytes(&hold.hash());
    }
    fields.bytes(&shown.private).end()
}

/// The Merkle root of a batch's leaves.
pub(crate) fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Fields::new("no leaf").end(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(left_of(leaves.len()));
            node(&root(left), &root(right))
        }
    }
}

/// How many of `leaves` leaves, two or more, are under the left child of their root.
pub(crate) const fn left_of(leaves: usize) -> usize {
    leaves.next_power_of_two() / 2
}

/// A node of the tree.
pub(crate) fn node(left: &Hash, right: &Hash) -> Hash {
    Fields::new("node").bytes(left).bytes(right).end()
}

/// A link: its own number, the link before, and what it covers.
pub(crate) fn link(
    number: i64,
    before: &[u8],
    root: &Hash,
    (first, last): (i64, i64),
    at: DateTime<Utc>,
) -> Hash {
    Fields::new("link")
        .number(number)
        .bytes(before)
        .bytes(root)
        .number(first)
        .number(last)
        .number(at.timestamp_micros())
        .end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_depends_on_each_leaf_and_its_place() {
        let leaves: Vec<Hash> = (0..7).map(|n| [n; 32]).collect();
        let whole = root(&leaves);
        for place in 0..7 {
            let mut changed = leaves.clone();
            changed[place][31] ^= 1;
            assert_ne!(root(&changed), whole);
        }
        let mut swapped = leaves.clone();
        swapped.swap(2, 5);
        assert_ne!(root(&swapped), whole);
        assert_ne!(root(&leaves[..6]), whole);
        assert_eq!(root(&leaves[..1]), leaves[0]);
    }

    #[test]
    fn fields_do_not_run_into_one_another() {
        assert_ne!(Fields::new("a").bytes(b"bc").end(), Fields::new("ab").bytes(b"c").end());
        assert_ne!(Fields::new("a").optional(None).end(), Fields::new("a").optional(Some(b"")).end());
    }
}
