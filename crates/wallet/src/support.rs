//! What support does with somebody's transaction. Who may, the caller has checked.

use crate::{Error, Wallets, codes, model::Wish, rules::Terms};
use diesel::PgConnection;
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{TransactionId, Xof};
use hostolink_ledger::{Action, Order, Refusal};
use serde_json::json;

/// An order that gives a transaction back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportRefund {
    /// The order.
    pub order: Order,
    /// How much it moves.
    pub amount: Xof,
}

impl Wallets {
    /// The order that undoes a transaction whole, what it cost included, or gives a part of it back for its receiver. Nobody does
    /// so with one of their own.
    ///
    /// # Errors
    /// `wallet.transaction_unknown`, `wallet.own_money`; what the ledger would refuse; those of the database.
    pub fn prepare_support_refund(
        &self,
        conn: &mut PgConnection,
        wish: Wish,
        of: TransactionId,
        amount: Option<Xof>,
    ) -> Result<SupportRefund, Error> {
        let found = self.ledger.find_transaction(conn, of)?;
        let found = found.ok_or(Error::Rule(&codes::TRANSACTION_UNKNOWN))?;
        if [found.from.owner, found.to.owner].contains(&Some(wish.key.actor())) {
            return Err(Error::Rule(&codes::OWN_MONEY));
        }
        let (action, amount) = match amount {
            None => (Action::Reverse { of }, found.amount),
            Some(amount) if found.kind.refundable() => {
                (Action::Refund { of, by: found.to.account, amount }, amount)
            }
            Some(_) => return Err(Error::Refused(Refusal::NotRefundable)),
        };
        Ok(SupportRefund { order: self.order(wish, action, Terms::default(), None, None), amount })
    }

    /// Writes down that support orders such a refund, and why.
    ///
    /// # Errors
    /// Those of the database.
    pub fn log_support_refund(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        of: TransactionId,
        amount: Option<Xof>,
        reason: &'static str,
    ) -> Result<(), Error> {
        let entry = audit::Entry {
            actor: by.clone(),
            action: "wallet.refund_ordered",
            object_kind: "transaction",
            object_id: of.to_string(),
            details: json!({ "amount": amount.map(Xof::francs), "reason": reason }),
            at: self.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}
