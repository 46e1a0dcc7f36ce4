use chrono::{DateTime, Utc};
use hostolink_kernel::UserId;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Who asks, and in which request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    /// The person; `None` where nobody is signed in yet, or for the system itself.
    pub user: Option<UserId>,
    /// The request's `traceId`, as its answer shows it (at most 64 characters); `None` outside of requests.
    pub trace_id: Option<String>,
    /// From which address. Tries are counted by it; the log does not keep it, because nothing personal can be erased there.
    pub address: Option<IpAddr>,
}

impl Actor {
    /// The same request, by somebody who is known by now.
    #[must_use]
    pub fn known_as(&self, user: UserId) -> Self {
        Self { user: Some(user), ..self.clone() }
    }
}

/// One thing that was done.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Who did it.
    pub actor: Actor,
    /// `domain.verb`, for example `wallet.transfer` (at most 64 characters).
    pub action: &'static str,
    /// What it was done to, for example `transaction` (at most 64 characters).
    pub object_kind: &'static str,
    /// The object's public id (at most 128 characters). Never a phone number or an e-mail address.
    pub object_id: String,
    /// What else matters, up to 8 KiB of JSON: ids, amounts, states before and after. Nothing personal: it can't be
    /// erased.
    pub details: Value,
    /// When.
    pub at: DateTime<Utc>,
}

/// An [`Entry`] as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its number; numbers grow, with gaps.
    pub id: i64,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    pub object_kind: String,
    /// To which one.
    pub object_id: String,
    /// What else matters.
    pub details: Value,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something deleted that is kept for a time, so that it can be brought back.
#[derive(Clone, PartialEq)]
pub struct Discarded {
    /// What it was, for example `publication` (at most 64 characters).
    pub object_kind: String,
    /// Its public id (at most 128 characters).
    pub object_id: String,
    /// All of it, up to 1 MiB of JSON. It may be personal: it goes when it expires.
    pub snapshot: Value,
    /// Who deleted it.
    pub by: Option<UserId>,
    /// Why (at most 200 characters).
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Until when it can be brought back; later than `at`.
    pub expires: DateTime<Utc>,
}

impl std::fmt::Debug for Discarded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Discarded")
            .field("object_kind", &self.object_kind)
            .field("object_id", &self.object_id)
            .finish_non_exhaustive()
    }
}

/// The end of the chain at some moment. Written down elsewhere, it shows later that nothing before it was cut or made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The number of the last seal.
    pub seq: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// The text is not `number:64 hexadecimal digits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a head is written number:hash")]
pub struct InvalidHead;

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seq, hex::encode(self.hash))
    }
}

impl std::str::FromStr for Head {
    type Err = InvalidHead;

    fn from_str(text: &str) -> Result<Self, InvalidHead> {
        let (seq, hash) = text.split_once(':').ok_or(InvalidHead)?;
        let mut head = Self { seq: seq.parse().map_err(|_| InvalidHead)?, hash: [0; 32] };
        hex::decode_to_slice(hash, &mut head.hash).map_err(|_| InvalidHead)?;
        Ok(head)
    }
}

/// The first thing that is wrong with the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A seal is gone.
    #[error("seal {seq} is missing")]
    SealMissing {
        /// Its number.
        seq: i64,
    },
    /// A row is gone, its seal is there.
    #[error("row {id} of logs, sealed as {seq}, is missing")]
    RowMissing {
        /// The seal's number.
        seq: i64,
        /// The row's number.
        id: i64,
    },
    /// A row, or its seal, is not what it was.
    #[error("row {id} of logs, or its seal {seq}, was changed")]
    Changed {
        /// The seal's number.
        seq: i64,
        /// The row's number.
        id: i64,
    },
    /// A row has no seal and none is due: it was slipped in, or its seal was taken away.
    #[error("row {id} of logs was never sealed, or lost its seal")]
    Unsealed {
        /// The row's number.
        id: i64,
    },
    /// The chain no longer passes through a head that was written down.
    #[error("the chain no longer passes through the known head {seq}")]
    NotTheKnownChain {
        /// The head's number.
        seq: i64,
    },
}

/// What checking the whole chain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verification {
    /// How many links hold, from the first on.
    pub links: u64,
    /// The last link that holds.
    pub head: Option<Head>,
    /// The first that does not.
    pub problem: Option<Problem>,
}

/// A row of `logs` as its seal sees it: `details` in the text form of Postgres, which does not depend on our JSON library.
#[derive(Debug, diesel::Queryable)]
pub(crate) struct Sealable {
    pub(crate) id: i64,
    pub(crate) user: Option<UserId>,
    pub(crate) action: String,
    pub(crate) object_kind: String,
    pub(crate) object_id: String,
    pub(crate) details: String,
    pub(crate) trace_id: Option<String>,
    pub(crate) at: DateTime<Utc>,
}

/// The hash before the first link.
pub(crate) const GENESIS: [u8; 32] = [0; 32];

/// SHA-256 over the previous hash and the row. Every text is preceded by its length, so that no two rows read alike.
pub(crate) fn link(previous: [u8; 32], seq: i64, row: &Sealable) -> [u8; 32] {
    fn text(hash: &mut Sha256, text: &str) {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    let mut hash = Sha256::new();
    hash.update(b"hostolink-logs-1");
    hash.update(previous);
    hash.update(seq.to_be_bytes());
    hash.update(row.id.to_be_bytes());
    hash.update(row.at.timestamp_micros().to_be_bytes());
    hash.update([u8::from(row.user.is_some())]);
    hash.update(row.user.map_or(0, UserId::key).to_be_bytes());
    text(&mut hash, &row.action);
    text(&mut hash, &row.object_kind);
    text(&mut hash, &row.object_id);
    text(&mut hash, &row.details);
    hash.update([u8::from(row.trace_id.is_some())]);
    text(&mut hash, row.trace_id.as_deref().unwrap_or_default());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Sealable {
        Sealable {
            id: 7,
            user: None,
            action: "wallet.transfer".into(),
            object_kind: "transaction".into(),
            object_id: "1".into(),
            details: "{}".into(),
            trace_id: None,
            at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn every_field_weighs() {
        let changes: [fn(&mut Sealable); 9] = [
            |row| row.id += 1,
            |row| row.user = Some(UserId::new(0)),
            |row| row.user = Some(UserId::new(1)),
            |row| row.action.push('2'),
            |row| row.object_kind = "transactio".into(),
            |row| (row.object_kind, row.object_id) = ("transaction1".into(), String::new()),
            |row| row.details = "{ }".into(),
            |row| row.trace_id = Some(String::new()),
            |row| row.at += chrono::Duration::microseconds(1),
        ];
        let mut seen = std::collections::HashSet::from([
            link(GENESIS, 1, &row()),
            link(GENESIS, 2, &row()),
            link([1; 32], 1, &row()),
        ]);
        for change in changes {
            let mut row = row();
            change(&mut row);
            assert!(seen.insert(link(GENESIS, 1, &row)), "{row:?}");
        }
        assert_eq!(seen.len(), 12);
    }

    #[test]
    fn the_form_of_a_link_never_changes() {
        // Changing it would break every chain in use. Computed apart from this code, with Python's hashlib.
        assert_eq!(
            hex::encode(link(GENESIS, 1, &row())),
            "c235b6b22fa1b5d5cbf3dbf3741cb71b8c2ace01b3cc8510517ca35ee5db382b"
        );
    }

    #[test]
    fn a_head_reads_back() {
        let head = Head { seq: 12, hash: [0xab; 32] };
        assert_eq!(head.to_string().parse(), Ok(head));
        for text in ["", "12", "12:", "x:00", &format!("12:{}", "a".repeat(63))] {
            assert_eq!(text.parse::<Head>(), Err(InvalidHead), "{text}");
        }
    }
}
