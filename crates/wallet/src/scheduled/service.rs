use super::{
    model::{DueTransfer, NewScheduledTransfer, ScheduleState, ScheduledTransfer, TimeOutcome},
    store,
};
use crate::{Error, Target, TransferCommand, Wallets, Wish, codes, fingerprint};
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_kernel::{Cursor, DomainError, Limit, Page, ScheduleId, UserId};
use hostolink_ledger::{KEY_REUSED, Order, Outcome, Refusal, Reply};

/// The name in cursors of somebody's scheduled transfers.
const LIST: &str = "wallet.scheduled";

impl Wallets {
    /// The most that may go on for one person.
    pub const MAX_SCHEDULED: i64 = 50;

    /// Makes one. The same key and wish again answer the same one.
    ///
    /// # Errors
    /// `request.idempotency_key_reused`; `wallet.schedule_first_invalid` unless it begins within a year;
    /// `wallet.new_device_limit`; `wallet.too_many_schedules`; paying oneself; those of the database.
    pub fn schedule_transfer(
        &self,
        conn: &mut PgConnection,
        new: NewScheduledTransfer,
    ) -> Result<ScheduledTransfer, Error> {
        let owner = new.wish.key.actor();
        conn.transaction(|conn| {
            if let Some(made) = made_before(conn, &new.wish)? {
                return Ok(made);
            }
            let now = self.clock.now();
            new.schedule.check_first(now)?;
            if new.not_before.is_some_and(|known| new.schedule.first() < known) {
                return Err(Error::Refused(Refusal::NewDevice));
            }
            if new.to == owner {
                return Err(Error::Refused(Refusal::SameAccount));
            }
            // Two at once may both find room for one: a few more than the most do no harm.
            if store::count_open(conn, owner)? >= Self::MAX_SCHEDULED {
                return Err(Error::Rule(&codes::TOO_MANY_SCHEDULES));
            }
            let transfer = ScheduledTransfer {
                id: ScheduleId::new(self.random.uuid(now)),
                owner,
                to: new.to,
                amount: new.amount,
                note: new.note,
                schedule: new.schedule,
                passed: 0,
                next_at: new.schedule.time(0),
                state: ScheduleState::Active,
                last: None,
                created_at: now,
            };
            if !store::insert(conn, &transfer, &new.wish.key, &new.wish.fingerprint)? {
                // A twin of this request was quicker.
                return Ok(made_before(conn, &new.wish)?.ok_or(diesel::result::Error::NotFound)?);
            }
            self.record(conn, &transfer, "wallet.transfer_scheduled", new.trace_id)?;
            Ok(transfer)
        })
    }

    /// One of the person's.
    ///
    /// # Errors
    /// `wallet.schedule_unknown`, also for somebody else's; those of the database.
    pub fn scheduled_transfer(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        id: ScheduleId,
    ) -> Result<ScheduledTransfer, Error> {
        store::by_id(conn, owner, id)?.ok_or(Error::Rule(&codes::SCHEDULE_UNKNOWN))
    }

    /// All of the person's, the newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn scheduled_transfers(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<ScheduledTransfer>, Error> {
        let after = after.and_then(|cursor| cursor.keyset::<ScheduleId>(LIST).ok());
        let items = store::list(conn, owner, after, limit.probe())?;
        Ok(Page::from_probe(items, limit, LIST, |transfer: &ScheduledTransfer| transfer.id))
    }

    /// Pauses, resumes or cancels one. Times that passed while it was paused are left out.
    ///
    /// # Errors
    /// `wallet.schedule_unknown`, also for somebody else's; `wallet.schedule_over` where it can't become that any more;
    /// `wallet.schedule_in_progress` while a transfer of it is being made; those of the database.
    pub fn change_schedule(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        id: ScheduleId,
        wanted: ScheduleState,
        trace_id: Option<String>,
    ) -> Result<ScheduledTransfer, Error> {
        let now = self.clock.now();
        let action = match wanted {
            ScheduleState::Paused => "wallet.schedule_paused",
            ScheduleState::Active => "wallet.schedule_resumed",
            ScheduleState::Ended | ScheduleState::Cancelled => "wallet.schedule_cancelled",
        };
        conn.transaction(|conn| {
            let transfer = self.scheduled_transfer(conn, owner, id)?;
            if !transfer.state.may_become(wanted) {
                return Err(Error::Rule(&codes::SCHEDULE_OVER));
            }
            let mut passed = transfer.passed;
            if wanted == ScheduleState::Active {
                while transfer.schedule.time(passed).is_some_and(|due| due <= now) {
                    passed += 1;
                }
            }
            let next_at = transfer.schedule.time(passed).filter(|_| wanted != ScheduleState::Cancelled);
            // Resumed when all its times were over.
            let becomes = if wanted == ScheduleState::Active && next_at.is_none() {
                ScheduleState::Ended
            } else {
                wanted
            };
            if !store::change_state(conn, &transfer, becomes, next_at, passed)? {
                return Err(Error::Rule(&codes::SCHEDULE_IN_PROGRESS));
            }
            let changed = ScheduledTransfer { state: becomes, next_at, passed, ..transfer };
            self.record(conn, &changed, action, trace_id)?;
            Ok(changed)
        })
    }

    /// The times that are due, at most `limit`, each with its order; from now on their owners can't stop them. Those that are more
    /// than a day late are left out and settled as missed. Any number of processes may ask, also for the same time: its
    /// order has the same key.
    ///
    /// # Errors
    /// Those of the database.
    pub fn due_transfers(&self, conn: &mut PgConnection, limit: i64) -> Result<Vec<DueTransfer>, Error> {
        let now = self.clock.now();
        let engaged = conn.transaction(|conn| store::engage(conn, now, limit))?;
        let mut due = Vec::with_capacity(engaged.len());
        for transfer in engaged {
            if transfer.is_missed(now) {
                // A process may have made it, and died before it could say so.
                let wish = wish(&transfer)?;
                let made = self.find_outcome(conn, &wish.key)?.map(|stored| stored.reply(&wish.fingerprint));
                let outcome = made.as_ref().map_or(TimeOutcome::Missed, outcome);
                store::settle(conn, &transfer, &outcome)?;
                continue;
            }
            match self.prepare_scheduled(conn, &transfer) {
                Ok(order) => due.push(DueTransfer { id: transfer.id, number: transfer.passed, order }),
                Err(error @ (Error::Rule(_) | Error::Refused(_))) => {
                    store::settle(conn, &transfer, &TimeOutcome::Refused(error.code().code.to_owned()))?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(due)
    }

    /// Writes down what the ledger answered to the order of a due time.
    ///
    /// # Errors
    /// Those of the database.
    pub fn settle_scheduled(
        &self,
        conn: &mut PgConnection,
        due: &DueTransfer,
        reply: &Reply,
    ) -> Result<(), Error> {
        let transfer = store::any_by_id(conn, due.id)?;
        // Another process was quicker.
        if transfer.passed != due.number {
            return Ok(());
        }
        store::settle(conn, &transfer, &outcome(reply))?;
        Ok(())
    }

    fn prepare_scheduled(
        &self,
        conn: &mut PgConnection,
        transfer: &ScheduledTransfer,
    ) -> Result<Order, Error> {
        let command = TransferCommand {
            wish: wish(transfer)?,
            target: Target::To(transfer.to),
            amount: Some(transfer.amount),
            fee: None,
            note: transfer.note.clone(),
            device_since: None,
        };
        self.prepare_transfer(conn, command)
    }

    fn record(
        &self,
        conn: &mut PgConnection,
        transfer: &ScheduledTransfer,
        action: &'static str,
        trace_id: Option<String>,
    ) -> Result<(), Error> {
        let details = serde_json::json!({ "amount": transfer.amount.francs(), "nextAt": transfer.next_at });
        let entry = audit::Entry {
            actor: audit::Actor { user: Some(transfer.owner), trace_id, address: None },
            action,
            object_kind: "scheduled-transfer",
            object_id: transfer.id.to_string(),
            details,
            at: self.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}

/// What the same wish made under the same key.
fn made_before(conn: &mut PgConnection, wish: &Wish) -> Result<Option<ScheduledTransfer>, Error> {
    match store::by_key(conn, &wish.key)? {
        Some((_, fingerprint)) if fingerprint != wish.fingerprint.as_bytes() => Err(Error::Rule(&KEY_REUSED)),
        found => Ok(found.map(|(made, _)| made)),
    }
}

/// The wish of the next time.
fn wish(transfer: &ScheduledTransfer) -> Result<Wish, Error> {
    let number = transfer.passed;
    Ok(Wish {
        key: transfer.key(number).map_err(|_| Error::Rule(&codes::SCHEDULE_UNKNOWN))?,
        fingerprint: fingerprint::scheduled(transfer.id, number, transfer.amount),
    })
}

/// What the ledger's answer is to a time.
fn outcome(reply: &Reply) -> TimeOutcome {
    match reply {
        Reply::Done { outcome: Outcome::Accepted(receipt), .. } => TimeOutcome::Done(receipt.transaction),
        Reply::Done { outcome: Outcome::Refused(refusal), .. } => {
            TimeOutcome::Refused(refusal.code().code.to_owned())
        }
        Reply::KeyReused => TimeOutcome::Refused(KEY_REUSED.code.to_owned()),
    }
}
