use super::{
    model::{LIFETIME, NewRecall, ONCE, OPEN, Recall, RecallFilter, RecallState, WINDOW},
    store,
};
use crate::{Error, RefundCommand, Wallets, Wish, codes};
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_kernel::{Cursor, InvalidCursor, Limit, Page, RecallId, UserId};
use hostolink_ledger::{self as ledger, Order, Refusal, Transaction};
use hostolink_outbox::{self as outbox, NewEvent};
use serde_json::json;
use uuid::Uuid;

/// The name of the list in its cursors.
const LIST: &str = "wallet.recalls";

impl Wallets {
    /// Asks a payment back, of who received it.
    ///
    /// # Errors
    /// `wallet.transaction_unknown` for who is on neither side; `wallet.recall_impossible`, `wallet.recall_too_late`,
    /// `wallet.recall_exists`, `wallet.too_many_recalls`; more than is left of it is refused; those of the database.
    pub fn create_recall(&self, conn: &mut PgConnection, new: NewRecall) -> Result<Recall, Error> {
        let now = self.clock.now();
        let payment = self.payment_of(conn, &new)?;
        let receiver = payment.to.owner.ok_or(Error::Rule(&codes::RECALL_IMPOSSIBLE))?;
        if now - payment.recorded_at > WINDOW {
            return Err(Error::Rule(&codes::RECALL_TOO_LATE));
        }
        let amount = new.amount.unwrap_or(payment.refundable);
        if amount.is_zero() || amount > payment.refundable {
            return Err(Error::Refused(Refusal::RefundExceeds));
        }
        let recall = Recall {
            id: RecallId::new(self.random.uuid(now)),
            of: new.of,
            payer: new.payer,
            receiver,
            motive: new.motive,
            amount,
            note: new.note,
            state: RecallState::Open,
            created_at: now,
            expires_at: now + LIFETIME,
            refund: None,
        };
        conn.transaction(|conn| {
            if store::open_of(conn, recall.payer, now)? >= OPEN {
                return Err(Error::Rule(&codes::TOO_MANY_RECALLS));
            }
            store::insert(conn, &recall)?;
            self.note_recall(conn, &recall, "wallet.recall_asked", Some(recall.payer), new.trace_id)?;
            Ok(recall)
        })
    }

    /// The payment that somebody made and asks back.
    fn payment_of(&self, conn: &mut PgConnection, new: &NewRecall) -> Result<Transaction, Error> {
        let side = |found: &Transaction| [found.from.owner, found.to.owner].contains(&Some(new.payer));
        let found = self.ledger.find_transaction(conn, new.of)?.filter(side);
        let payment = found.ok_or(Error::Rule(&codes::TRANSACTION_UNKNOWN))?;
        if payment.from.owner == Some(new.payer) && payment.kind.refundable() {
            Ok(payment)
        } else {
            Err(Error::Rule(&codes::RECALL_IMPOSSIBLE))
        }
    }

    /// One of somebody's recalls, asked or received.
    ///
    /// # Errors
    /// `wallet.recall_unknown`, also for a stranger's; those of the database.
    pub fn recall(&self, conn: &mut PgConnection, user: UserId, id: RecallId) -> Result<Recall, Error> {
        let found = store::find(conn, id)?.filter(|recall| recall.side(user).is_some());
        let recall = found.ok_or(Error::Rule(&codes::RECALL_UNKNOWN))?;
        self.seen_recalls(conn, vec![recall])?.pop().ok_or(Error::Rule(&codes::RECALL_UNKNOWN))
    }

    /// Recalls, the newest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn recalls(
        &self,
        conn: &mut PgConnection,
        filter: RecallFilter,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Recall>, Error> {
        let before = after.map(|cursor| cursor.keyset::<RecallId>(LIST)).transpose();
        let before = before.map_err(|InvalidCursor| ledger::Error::Cursor(InvalidCursor))?;
        let rows = store::list(conn, filter, before, self.clock.now(), limit.probe())?;
        let page = Page::from_probe(rows, limit, LIST, |recall| recall.id);
        let mut items = self.seen_recalls(conn, page.items)?;
        // Given back a moment ago, where the row does not say so yet.
        items.retain(|recall| filter.state.is_none_or(|state| recall.state == state));
        Ok(Page { items, next: page.next })
    }

    /// The receiver does not give it back. Saying so twice is saying so.
    ///
    /// # Errors
    /// `wallet.recall_unknown`, also for who asked; `wallet.recall_ended`; those of the database.
    pub fn refuse_recall(
        &self,
        conn: &mut PgConnection,
        receiver: UserId,
        id: RecallId,
        trace_id: Option<String>,
    ) -> Result<Recall, Error> {
        let may = |recall: &Recall| recall.receiver == receiver;
        self.end_recall(
            conn,
            id,
            (RecallState::Refused, "wallet.recall_refused"),
            may,
            (Some(receiver), trace_id),
        )
    }

    /// The payer takes the question back. Saying so twice is saying so.
    ///
    /// # Errors
    /// `wallet.recall_unknown`, also for who is asked; `wallet.recall_ended`; those of the database.
    pub fn withdraw_recall(
        &self,
        conn: &mut PgConnection,
        payer: UserId,
        id: RecallId,
        trace_id: Option<String>,
    ) -> Result<Recall, Error> {
        let may = |recall: &Recall| recall.payer == payer;
        self.end_recall(
            conn,
            id,
            (RecallState::Withdrawn, "wallet.recall_withdrawn"),
            may,
            (Some(payer), trace_id),
        )
    }

    /// Support closes it; the caller checks the role. No money moves.
    ///
    /// # Errors
    /// `wallet.recall_unknown`; `wallet.recall_ended`; those of the database.
    pub fn close_recall(
        &self,
        conn: &mut PgConnection,
        by: UserId,
        id: RecallId,
        trace_id: Option<String>,
    ) -> Result<Recall, Error> {
        self.end_recall(
            conn,
            id,
            (RecallState::Closed, "wallet.recall_closed"),
            |_| true,
            (Some(by), trace_id),
        )
    }

    /// Ends recalls that nobody answered in time, at most `limit` of them, and returns how many were due. Any number of processes
    /// may ask.
    ///
    /// # Errors
    /// Those of the database.
    pub fn expire_recalls(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        let now = self.clock.now();
        let due = store::due(conn, now, limit)?;
        for id in &due {
            let expired = (RecallState::Expired, "wallet.recall_expired");
            match self.end_recall(conn, *id, expired, |_| true, (None, None)) {
                Ok(_) => {}
                // It came back, which its row is told now, or somebody else ended it a moment ago.
                Err(Error::Rule(code)) if *code == codes::RECALL_ENDED => {
                    if self.ledger.find_done(conn, ONCE, &[id.uuid()])?.values().any(Option::is_some) {
                        self.recalls_accepted(conn, &[*id], now)?;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(due.len())
    }

    /// Writes down that recalled payments came back: the ledger has said so.
    ///
    /// # Errors
    /// Those of the database.
    pub fn recalls_accepted(
        &self,
        conn: &mut PgConnection,
        ids: &[RecallId],
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        Ok(store::end(conn, ids, RecallState::Accepted, at).map(|_| ())?)
    }

    /// The order that gives a recalled payment back, once whoever asks and however often. Where some came back meanwhile, the rest.
    ///
    /// # Errors
    /// `wallet.recall_unknown` for all but the receiver; `wallet.recall_ended`; what the ledger would refuse; those of the database.
    pub fn prepare_recall_refund(
        &self,
        conn: &mut PgConnection,
        wish: Wish,
        id: RecallId,
    ) -> Result<Order, Error> {
        let receiver = wish.key.actor();
        let recall = self.recall(conn, receiver, id)?;
        if recall.receiver != receiver {
            return Err(Error::Rule(&codes::RECALL_UNKNOWN));
        }
        if recall.state != RecallState::Open {
            return Err(Error::Rule(&codes::RECALL_ENDED));
        }
        let found = self.ledger.find_transaction(conn, recall.of)?;
        let payment = found.ok_or(Error::Rule(&codes::TRANSACTION_UNKNOWN))?;
        let amount = recall.amount.min(payment.refundable);
        let refund = RefundCommand { wish, of: recall.of, amount: Some(amount), note: None };
        Ok(Order { once: Some(recall.once()), ..self.prepare_refund(conn, refund)? })
    }

    /// Ends a recall that is open: as [`Wallets::cancel_request`] does.
    fn end_recall(
        &self,
        conn: &mut PgConnection,
        id: RecallId,
        (state, action): (RecallState, &'static str),
        may: impl Fn(&Recall) -> bool,
        (by, trace_id): (Option<UserId>, Option<String>),
    ) -> Result<Recall, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            let found = store::lock(conn, id)?.filter(may);
            let mut recall = found.ok_or(Error::Rule(&codes::RECALL_UNKNOWN))?;
            if recall.state == state {
                return Ok(recall);
            }
            if recall.state != RecallState::Open {
                return Err(Error::Rule(&codes::RECALL_ENDED));
            }
            store::end(conn, &[id], state, now)?;
            recall.state = state;
            self.note_recall(conn, &recall, action, by, trace_id)?;
            match self.ledger.close(conn, recall.once())? {
                None => Ok(recall),
                Some(_) => Err(Error::Rule(&codes::RECALL_ENDED)),
            }
        })
    }

    /// Recalls as the ledger knows them, in one query.
    fn seen_recalls(&self, conn: &mut PgConnection, recalls: Vec<Recall>) -> Result<Vec<Recall>, Error> {
        let asked = |recall: &&Recall| matches!(recall.state, RecallState::Open | RecallState::Accepted);
        let ids: Vec<Uuid> = recalls.iter().filter(asked).map(|recall| recall.id.uuid()).collect();
        let done = self.ledger.find_done(conn, ONCE, &ids)?;
        let now = self.clock.now();
        let seen = |recall: Recall| {
            let known = done.get(&recall.id.uuid()).copied();
            recall.seen(known, now)
        };
        Ok(recalls.into_iter().map(seen).collect())
    }

    /// Writes down what happened to a recall, and tells the other domains.
    fn note_recall(
        &self,
        conn: &mut PgConnection,
        recall: &Recall,
        action: &'static str,
        by: Option<UserId>,
        trace_id: Option<String>,
    ) -> Result<(), Error> {
        let at = self.clock.now();
        let entry = audit::Entry {
            actor: audit::Actor { user: by, trace_id, address: None },
            action,
            object_kind: "recall",
            object_id: recall.id.to_string(),
            details: json!({
                "transaction": recall.of, "motive": recall.motive.code(), "amount": recall.amount.francs(),
            }),
            at,
        };
        audit::record(conn, &entry)?;
        let payload = json!({ "transaction": recall.of, "amount": recall.amount.francs() });
        Ok(outbox::publish(conn, &NewEvent { kind: action, subject: recall.id.uuid(), payload }, at)?)
    }
}
