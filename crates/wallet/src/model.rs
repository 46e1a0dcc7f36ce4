//! What a person asks of their wallet and what they see of it.

use crate::{rules::OwnLimit, till::Shop};
use chrono::{DateTime, Utc};
use hostolink_kernel::{AccountId, TransactionId, UserId, Xof};
use hostolink_ledger::{
    AccountKind, AccountStatus, Direction, Entry, Fingerprint, IdempotencyKey, Note, Party, Transaction,
    TransactionKind,
};

/// What a wallet shows first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overview {
    /// The person's main account.
    pub account: AccountId,
    /// What it may do.
    pub status: AccountStatus,
    /// How much is in it.
    pub balance: Xof,
    /// How much may be spent now.
    pub available: Xof,
    /// How much is set aside for operations under way.
    pub held: Xof,
    /// The most that the person may hold; `None` is no ceiling.
    pub ceiling: Option<Xof>,
}

/// The currency of every wallet (ISO 4217).
pub const CURRENCY: &str = "XOF";

/// Who is on the other side of a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counterparty {
    /// The person; `None` for Hostolink itself.
    pub user: Option<UserId>,
    /// Whether money came from an agent's float, or went there.
    pub is_agent: bool,
    /// Whether it is a merchant or a till of theirs: payers know them by the trade name.
    pub is_merchant: bool,
}

impl From<Party> for Counterparty {
    fn from(party: Party) -> Self {
        Self {
            user: party.owner,
            is_agent: party.kind == AccountKind::Float,
            is_merchant: matches!(party.kind, AccountKind::Merchant | AccountKind::Till),
        }
    }
}

/// One operation as one of its two sides sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Its public id.
    pub transaction: TransactionId,
    /// What it is.
    pub kind: TransactionKind,
    /// Whether money came or went.
    pub direction: Direction,
    /// How much came or went.
    pub amount: Xof,
    /// What it cost this side, a merchant who received, of what the giver paid: `amount` and this are that together.
    pub commission: Xof,
    /// What the account held right after it; only a statement's line knows.
    pub balance_after: Option<Xof>,
    /// Who is on the other side.
    pub other: Counterparty,
    /// The giver's words.
    pub note: Option<Note>,
    /// The transfer that a refund gives back.
    pub refund_of: Option<TransactionId>,
    /// How much of it this person may still give back: zero unless they received a transfer.
    pub refundable: Xof,
    /// When it happened in the world.
    pub event_at: DateTime<Utc>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

impl From<Entry> for Movement {
    fn from(entry: Entry) -> Self {
        Self {
            transaction: entry.transaction,
            kind: entry.kind,
            direction: entry.direction,
            amount: entry.amount,
            commission: entry.commission,
            balance_after: Some(entry.balance_after),
            other: entry.other.into(),
            note: entry.note,
            refund_of: entry.refund_of,
            refundable: entry.refundable,
            event_at: entry.event_at,
            recorded_at: entry.recorded_at,
        }
    }
}

impl Movement {
    /// The transaction as `user` sees it; `None` for whoever is on neither side.
    #[must_use]
    pub(crate) fn seen_by(user: UserId, transaction: Transaction) -> Option<Self> {
        // Between accounts of one person it is seen from the main one, or else from the merchant's.
        let put_by = transaction.from.owner == Some(user)
            && matches!(
                (transaction.from.kind, transaction.to.kind),
                (AccountKind::Main, AccountKind::Savings | AccountKind::Merchant)
                    | (AccountKind::Merchant, AccountKind::Till)
            );
        let (direction, other) = if transaction.to.owner == Some(user) && !put_by {
            (Direction::In, transaction.from)
        } else if transaction.from.owner == Some(user) {
            (Direction::Out, transaction.to)
        } else {
            return None;
        };
        // What the other side pays for it is not theirs to know.
        let commission = if direction == Direction::In { transaction.commission } else { Xof::ZERO };
        Some(Self {
            transaction: transaction.id,
            kind: transaction.kind,
            direction,
            amount: transaction.amount.checked_sub(commission).unwrap_or(transaction.amount),
            commission,
            balance_after: None,
            other: other.into(),
            note: transaction.note,
            refund_of: transaction.refund_of,
            refundable: if direction == Direction::In { transaction.refundable } else { Xof::ZERO },
            event_at: transaction.event_at,
            recorded_at: transaction.recorded_at,
        })
    }
}

/// Who is to receive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A person whose identifier is proven: the caller looked it up.
    To(UserId),
    /// Whoever shows the code with this payload.
    Qr(String),
}

/// What a transfer would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Who would receive.
    pub receiver: UserId,
    /// Where, if they are a merchant there.
    pub shop: Option<Shop>,
    /// What the receiver would get; a merchant pays their commission of it.
    pub amount: Xof,
    /// What it would cost on top, by the scale in force.
    pub fee: Xof,
    /// What would leave the payer's account.
    pub total: Xof,
    /// The payer's limits that it would count towards, and what is left of them before it.
    pub limits: Vec<OwnLimit>,
}

/// Whose wish it is, under which key, and what the key stands for: on every command that moves money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Who asks, and their key.
    pub key: IdempotencyKey,
    /// What the key stands for; see [`crate::fingerprint`].
    pub fingerprint: Fingerprint,
}

/// Pay somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferCommand {
    /// The payer's wish.
    pub wish: Wish,
    /// Who is to receive.
    pub target: Target,
    /// How much; may be left out where a code fixes it.
    pub amount: Option<Xof>,
    /// What the payer was shown that it costs; where it costs something else by now, nothing moves.
    pub fee: Option<Xof>,
    /// A few words for the receiver.
    pub note: Option<Note>,
    /// Since when the payer's device is known, where they are at one: little leaves from a new one.
    pub device_since: Option<DateTime<Utc>>,
}

/// Give money against cash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashInCommand {
    /// The agent's wish.
    pub wish: Wish,
    /// Who gave the cash and receives the money.
    pub to: UserId,
    /// How much.
    pub amount: Xof,
}

/// Fill an agent's float with new money, against money in the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FloatFundingCommand {
    /// The superadmin's wish; the caller checks the role.
    pub wish: Wish,
    /// The agent; the caller checks the role.
    pub agent: UserId,
    /// How much.
    pub amount: Xof,
}

/// Give back a transfer that one received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundCommand {
    /// The receiver's wish.
    pub wish: Wish,
    /// The transfer.
    pub of: TransactionId,
    /// How much; all that is left where it is left out.
    pub amount: Option<Xof>,
    /// A few words for who paid.
    pub note: Option<Note>,
}

/// Reads a caller's amount: whole francs above zero.
///
/// # Errors
/// `wallet.amount_invalid`.
pub fn parse_amount(amount: i64) -> Result<Xof, crate::Error> {
    Xof::new(amount)
        .ok()
        .filter(|amount| !amount.is_zero())
        .ok_or(crate::Error::Rule(&crate::codes::AMOUNT_INVALID))
}

/// Reads a caller's note or label.
///
/// # Errors
/// `wallet.note_invalid`.
pub fn parse_note(text: Option<&str>) -> Result<Option<Note>, crate::Error> {
    text.map_or(Ok(None), Note::parse).map_err(|_| crate::Error::Rule(&crate::codes::NOTE_INVALID))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_kernel::DomainError;

    #[test]
    fn an_amount_is_whole_francs_above_zero() {
        assert_eq!(parse_amount(1).unwrap().francs(), 1);
        for amount in [0, -1, i64::MIN, i64::MAX, Xof::MAX.francs() + 1] {
            assert_eq!(parse_amount(amount).unwrap_err().code().code, "wallet.amount_invalid", "{amount}");
        }
    }

    #[test]
    fn a_note_is_short_or_nothing() {
        assert_eq!(parse_note(None).unwrap(), None);
        assert_eq!(parse_note(Some("  ")).unwrap(), None);
        assert_eq!(parse_note(Some("a\nb")).unwrap_err().code().code, "wallet.note_invalid");
    }
}
