use super::{
    model::{Adjustment, AdjustmentState, NewAdjustment, TIME_TO_DECIDE, may_adjust},
    store,
};
use crate::{Error, Wallets, codes};
use diesel::{Connection, PgConnection};
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{AccountId, AdjustmentId, Cursor, Limit, Page, UserId};
use hostolink_ledger::{Account, AccountKind, Action, IdempotencyKey, Once, Order, Outcome, Reply};
use serde_json::json;

/// The name in cursors of the list.
const LIST: &str = "wallet.adjustments";

impl Wallets {
    /// One of Hostolink's own accounts.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn own_account(&self, conn: &mut PgConnection, kind: AccountKind) -> Result<Account, Error> {
        Ok(self.ledger.system_account(conn, kind)?)
    }

    /// Asks for a correction. Nothing moves before another person accepts it.
    ///
    /// # Errors
    /// `wallet.account_unknown`, `wallet.adjustment_own_side`, `wallet.own_money`; two sides that are one are refused; those of the ledger.
    pub fn ask_adjustment(&self, conn: &mut PgConnection, new: NewAdjustment) -> Result<Adjustment, Error> {
        if new.from == new.to {
            return Err(Error::Refused(hostolink_ledger::Refusal::SameAccount));
        }
        let maker = new.by.user.ok_or(Error::Rule(&codes::ADJUSTMENT_UNKNOWN))?;
        let (from, to) = (self.known(conn, new.from)?, self.known(conn, new.to)?);
        if !may_adjust(from.kind, to.kind) {
            return Err(Error::Rule(&codes::ADJUSTMENT_OWN_SIDE));
        }
        if [from.owner, to.owner].contains(&Some(maker)) {
            return Err(Error::Rule(&codes::OWN_MONEY));
        }
        let now = self.clock.now();
        let asked = Adjustment {
            id: AdjustmentId::new(self.random.uuid(now)),
            from: new.from,
            to: new.to,
            amount: new.amount,
            reason: new.reason,
            state: AdjustmentState::Asked,
            maker,
            asked_at: now,
            expires_at: now + TIME_TO_DECIDE,
            checker: None,
            decided_at: None,
            transaction: None,
            rejection: None,
        };
        conn.transaction(|conn| {
            store::insert(conn, &asked)?;
            self.log_adjustment(conn, &new.by, "wallet.adjustment_asked", &asked)?;
            Ok(asked)
        })
    }

    /// One correction.
    ///
    /// # Errors
    /// `wallet.adjustment_unknown`; those of the database.
    pub fn adjustment(&self, conn: &mut PgConnection, id: AdjustmentId) -> Result<Adjustment, Error> {
        store::find(conn, id, self.clock.now())?.ok_or(Error::Rule(&codes::ADJUSTMENT_UNKNOWN))
    }

    /// Accepts or refuses a correction that somebody else asked for. Who accepted it asks again and reads what became of it.
    ///
    /// # Errors
    /// `wallet.adjustment_unknown`, `wallet.adjustment_second_person`, `wallet.own_money`, `wallet.adjustment_expired`,
    /// `wallet.adjustment_decided`; those of the database.
    pub fn decide_adjustment(
        &self,
        conn: &mut PgConnection,
        id: AdjustmentId,
        by: &Actor,
        accept: bool,
    ) -> Result<Adjustment, Error> {
        let checker = by.user.ok_or(Error::Rule(&codes::ADJUSTMENT_UNKNOWN))?;
        let now = self.clock.now();
        conn.transaction(|conn| {
            let mut asked = store::lock(conn, id, now)?.ok_or(Error::Rule(&codes::ADJUSTMENT_UNKNOWN))?;
            if asked.maker == checker {
                return Err(Error::Rule(&codes::ADJUSTMENT_SECOND_PERSON));
            }
            let sides = [self.known(conn, asked.from)?, self.known(conn, asked.to)?];
            if sides.iter().any(|side| side.owner == Some(checker)) {
                return Err(Error::Rule(&codes::OWN_MONEY));
            }
            let accepted = !matches!(asked.state, AdjustmentState::Asked | AdjustmentState::Refused);
            match asked.state {
                AdjustmentState::Asked => {}
                AdjustmentState::Expired => return Err(Error::Rule(&codes::ADJUSTMENT_EXPIRED)),
                _ if asked.checker == Some(checker) && accepted == accept => return Ok(asked),
                _ => return Err(Error::Rule(&codes::ADJUSTMENT_DECIDED)),
            }
            asked.state = if accept { AdjustmentState::Accepted } else { AdjustmentState::Refused };
            (asked.checker, asked.decided_at) = (Some(checker), Some(now));
            store::update(conn, &asked)?;
            let action = if accept { "wallet.adjustment_accepted" } else { "wallet.adjustment_refused" };
            self.log_adjustment(conn, by, action, &asked)?;
            Ok(asked)
        })
    }

    /// The order of an accepted correction. Its key is its own, of nobody: whoever posts it, and however often, it is done once.
    ///
    /// # Errors
    /// When the id is no key: never.
    pub fn adjustment_order(&self, accepted: &Adjustment) -> Result<Order, Error> {
        let corrupt = |_| Error::Ledger(hostolink_ledger::Error::Corrupt("an id that is no key"));
        let action = Action::Adjust { from: accepted.from, to: accepted.to, amount: accepted.amount };
        Ok(Order {
            key: IdempotencyKey::parse(UserId::new(0), &format!("adjustment:{}", accepted.id))
                .map_err(corrupt)?,
            fingerprint: crate::fingerprint::adjustment(accepted.id),
            action,
            charges: Vec::new(),
            caps: Vec::new(),
            once: Some(Once { kind: "ajustement", id: accepted.id.uuid() }),
            note: None,
            event_at: accepted.decided_at.unwrap_or(accepted.asked_at),
        })
    }

    /// Writes what the ledger answered to an accepted correction.
    ///
    /// # Errors
    /// Those of the database.
    pub fn settle_adjustment(
        &self,
        conn: &mut PgConnection,
        id: AdjustmentId,
        reply: Reply,
    ) -> Result<Adjustment, Error> {
        let Reply::Done { outcome, .. } = reply else {
            return Err(hostolink_ledger::Error::Corrupt(
                "the key of an adjustment stands for something else",
            )
            .into());
        };
        conn.transaction(|conn| {
            let found = store::lock(conn, id, self.clock.now())?;
            let mut accepted = found.ok_or(Error::Rule(&codes::ADJUSTMENT_UNKNOWN))?;
            if accepted.state == AdjustmentState::Accepted {
                match outcome {
                    Outcome::Accepted(receipt) => {
                        accepted.state = AdjustmentState::Done;
                        accepted.transaction = Some(receipt.transaction);
                    }
                    Outcome::Refused(refusal) => {
                        accepted.state = AdjustmentState::Rejected;
                        accepted.rejection = Some(refusal.name().to_owned());
                    }
                }
                store::update(conn, &accepted)?;
                let action = "wallet.adjustment_settled";
                self.log_adjustment(conn, &Actor::default(), action, &accepted)?;
            }
            Ok(accepted)
        })
    }

    /// Corrections that were accepted and that the ledger has not answered: their process ended in between.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unsettled_adjustments(
        &self,
        conn: &mut PgConnection,
        limit: i64,
    ) -> Result<Vec<Adjustment>, Error> {
        store::accepted(conn, limit, self.clock.now())
    }

    /// All corrections, the newest first.
    ///
    /// # Errors
    /// Those of the ledger, a cursor that is not of this list among them.
    pub fn adjustments(
        &self,
        conn: &mut PgConnection,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Adjustment>, Error> {
        let before =
            after.map(|cursor| cursor.keyset(LIST)).transpose().map_err(hostolink_ledger::Error::from)?;
        let rows = store::list(conn, before, limit.probe(), self.clock.now())?;
        Ok(Page::from_probe(rows, limit, LIST, |adjustment| adjustment.id))
    }

    fn known(&self, conn: &mut PgConnection, id: AccountId) -> Result<Account, Error> {
        self.ledger.find_account(conn, id)?.ok_or(Error::Rule(&codes::ACCOUNT_UNKNOWN))
    }

    fn log_adjustment(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        action: &'static str,
        what: &Adjustment,
    ) -> Result<(), Error> {
        let entry = audit::Entry {
            actor: by.clone(),
            action,
            object_kind: "adjustment",
            object_id: what.id.to_string(),
            details: json!({
                "from": what.from, "to": what.to, "amount": what.amount.francs(),
                "transaction": what.transaction, "rejection": what.rejection,
            }),
            at: self.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}
