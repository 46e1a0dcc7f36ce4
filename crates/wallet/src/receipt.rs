//! What anybody may be shown of a payment: no balance, no note, no id but the transaction's, and the proof that the ledger has it.

use crate::{Counterparty, Error, Wallets, codes};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{TransactionId, Xof};
use hostolink_ledger::{Head, Proof, Transaction, TransactionKind};

/// What has become of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentStatus {
    /// It stands as it was made.
    Paid,
    /// Some of it came back.
    PartlyRefunded,
    /// All of it came back.
    Refunded,
    /// Support undid it.
    Reversed,
}

/// A payment as anybody may see it who has its receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicReceipt {
    /// The transaction.
    pub transaction: TransactionId,
    /// What it is.
    pub kind: TransactionKind,
    /// Who gave.
    pub from: Counterparty,
    /// Who received.
    pub to: Counterparty,
    /// What the receiver got.
    pub amount: Xof,
    /// What has become of it.
    pub status: PaymentStatus,
    /// How much of it came back; what a reversal took back is in its status.
    pub refunded: Xof,
    /// When it happened.
    pub event_at: DateTime<Utc>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// That it is under a link of the ledger's chain.
    pub proof: Proof,
    /// Where the chain ends now.
    pub head: Head,
}

impl Wallets {
    /// The receipt of a payment, for whoever showed what opens it: the caller checks that.
    ///
    /// # Errors
    /// `wallet.receipt_unknown` for what is no payment between people; those of the ledger.
    pub fn receipt(&self, conn: &mut PgConnection, id: TransactionId) -> Result<PublicReceipt, Error> {
        let unknown = || Error::Rule(&codes::RECEIPT_UNKNOWN);
        let found = self.ledger.find_transaction(conn, id)?;
        let transaction = found.filter(|found| found.kind.has_receipt()).ok_or_else(unknown)?;
        let proof = self.ledger.prove(conn, id)?.ok_or_else(unknown)?;
        // Read after the proof: the end is never before its link.
        let head = self.ledger.head(conn)?.ok_or_else(unknown)?;
        let status = PaymentStatus::of(&transaction);
        Ok(PublicReceipt {
            transaction: id,
            kind: transaction.kind,
            from: transaction.from.into(),
            to: transaction.to.into(),
            amount: transaction.amount,
            status,
            refunded: if status == PaymentStatus::Reversed { Xof::ZERO } else { transaction.refunded },
            event_at: transaction.event_at,
            recorded_at: transaction.recorded_at,
            proof,
            head,
        })
    }
}

impl PaymentStatus {
    fn of(transaction: &Transaction) -> Self {
        if transaction.reversed {
            Self::Reversed
        } else if transaction.refunded.is_zero() {
            Self::Paid
        } else if transaction.refunded < transaction.amount {
            Self::PartlyRefunded
        } else {
            Self::Refunded
        }
    }
}
