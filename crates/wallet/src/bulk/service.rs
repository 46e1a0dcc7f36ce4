use super::{
    MAX_BULK_LINES,
    model::{
        Bulk, BulkCheck, BulkLine, BulkMode, BulkState, CheckedLine, ConfirmBulk, LIFETIME, LineFilter,
        LineState, NameVerdict, NewBulk, leaves_room,
    },
    store,
};
use crate::{Error, Wallets, codes, rules::Operation};
use diesel::{Connection, PgConnection};
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{BulkId, Cursor, DomainError, Limit, Page, UserId, Xof};
use hostolink_ledger::{KEY_REUSED, Refusal};
use serde_json::json;
use std::collections::HashMap;

/// The names in cursors of somebody's files, of a file's lines, and of the lines of all of them.
const LIST: &str = "wallet.bulk";
const LINES: &str = "wallet.bulk.lines";
const ALL_LINES: &str = "wallet.bulk.lines.all";

impl Wallets {
    /// Keeps a file that was read and whose people were looked up, for its owner to say yes or no to.
    ///
    /// # Errors
    /// `wallet.too_many_bulk_drafts`; `ledger.amount_too_large` where all the amounts have no sum; those of the database.
    pub fn draft_bulk(&self, conn: &mut PgConnection, new: NewBulk) -> Result<Bulk, Error> {
        let now = self.clock.now();
        let mut bulk = Bulk {
            key: 0,
            id: BulkId::new(self.random.uuid(now)),
            owner: new.owner,
            mode: None,
            state: BulkState::Draft,
            lines: 0,
            payable: 0,
            names_differ: 0,
            repeated: 0,
            amount: Xof::ZERO,
            fee: Xof::ZERO,
            largest: Xof::ZERO,
            done: 0,
            refused: 0,
            stopped: 0,
            paid: Xof::ZERO,
            created_at: now,
            expires_at: now + LIFETIME,
            confirmed_at: None,
            stop_asked_at: None,
            ended_at: None,
        };
        let mut first_of: HashMap<UserId, u32> = HashMap::new();
        let mut lines = Vec::with_capacity(new.lines.len());
        for checked in new.lines {
            let line = self.judge(conn, &mut bulk, &mut first_of, checked)?;
            lines.push(line);
        }
        conn.transaction(|conn| {
            // Two at once may both find room for one: a few more than the most do no harm.
            if store::has_many_drafts(conn, bulk.owner, now)? {
                return Err(Error::Rule(&codes::TOO_MANY_BULK_DRAFTS));
            }
            bulk.key = store::insert(conn, &bulk, &lines)?;
            self.record_bulk(conn, &new.actor, "wallet.bulk_drafted", &bulk)?;
            Ok(bulk)
        })
    }

    /// Judges the next line, and adds what can be paid to what the file comes to.
    fn judge(
        &self,
        conn: &mut PgConnection,
        bulk: &mut Bulk,
        first_of: &mut HashMap<UserId, u32>,
        CheckedLine { asked, receiver }: CheckedLine,
    ) -> Result<BulkLine, Error> {
        bulk.lines += 1;
        let number = bulk.lines;
        let mut fee = None;
        let error = match (asked.error, receiver, asked.amount) {
            (Some(error), ..) => Some(error),
            (None, Some((user, _)), _) if user == bulk.owner => Some(Refusal::SameAccount.code()),
            (None, Some(_), Some(amount)) => match self.fee(conn, Operation::Transfer, amount) {
                Ok(cost) => {
                    fee = Some(cost.total);
                    None
                }
                Err(refused @ (Error::Rule(_) | Error::Refused(_))) => Some(refused.code()),
                Err(error) => return Err(error),
            },
            _ => Some(&codes::RECEIVER_UNKNOWN),
        };
        let receiver = receiver.filter(|_| error.is_none());
        let mut repeats = None;
        if let (Some((user, verdict)), Some(amount), Some(fee)) = (receiver, asked.amount, fee) {
            let sum =
                |one: Xof, other| one.checked_add(other).map_err(|_| Error::Refused(Refusal::AmountTooLarge));
            bulk.payable += 1;
            bulk.names_differ += u32::from(verdict == NameVerdict::Different);
            (bulk.amount, bulk.fee) = (sum(bulk.amount, amount)?, sum(bulk.fee, fee)?);
            bulk.largest = bulk.largest.max(amount);
            repeats = Some(*first_of.entry(user).or_insert(number)).filter(|first| *first != number);
            bulk.repeated += u32::from(repeats.is_some());
        }
        Ok(BulkLine {
            number,
            line: asked.line,
            recipient: asked.recipient,
            receiver: receiver.map(|(user, _)| user),
            name: asked.name,
            verdict: receiver.map(|(_, verdict)| verdict),
            amount: asked.amount,
            fee,
            note: asked.note,
            repeats,
            state: error.map_or(LineState::Ready, |error| LineState::Invalid(error.code.to_owned())),
        })
    }

    /// One of the person's files.
    ///
    /// # Errors
    /// `wallet.bulk_unknown`, also for somebody else's; those of the database.
    pub fn bulk(&self, conn: &mut PgConnection, owner: UserId, id: BulkId) -> Result<Bulk, Error> {
        let found = store::of(conn, owner, id)?.ok_or(Error::Rule(&codes::BULK_UNKNOWN))?;
        Ok(found.seen(self.clock.now()))
    }

    /// All of the person's, the newest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn bulks(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Bulk>, Error> {
        let before = after.map(|cursor| cursor.keyset(LIST)).transpose()?;
        let rows = store::list(conn, owner, before, limit.probe())?;
        let now = self.clock.now();
        Ok(Page::from_probe(rows, limit, LIST, |bulk: &Bulk| bulk.id).map(|bulk| bulk.seen(now)))
    }

    /// The lines of one of the person's files, in their order: all, or some. Those of what was dropped are gone.
    ///
    /// # Errors
    /// `wallet.bulk_unknown`, also for somebody else's; a cursor that is not of this list; those of the database.
    pub fn bulk_lines(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, BulkId),
        filter: Option<LineFilter>,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<BulkLine>, Error> {
        let bulk = self.bulk(conn, owner, id)?;
        let after = after.map_or(Ok(0), |cursor| cursor.keyset(LINES))?;
        let rows = store::lines(conn, bulk.key, filter, after, limit.probe())?;
        Ok(Page::from_probe(rows, limit, LINES, |line: &BulkLine| line.number))
    }

    /// All lines of one of the person's files: there are never more than [`MAX_BULK_LINES`].
    ///
    /// # Errors
    /// `wallet.bulk_unknown`, also for somebody else's; those of the database.
    pub fn all_bulk_lines(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        id: BulkId,
    ) -> Result<Vec<BulkLine>, Error> {
        let bulk = self.bulk(conn, owner, id)?;
        store::lines(conn, bulk.key, None, 0, i64::try_from(MAX_BULK_LINES).unwrap_or(i64::MAX))
    }

    /// The lines of all of the person's files, each with its file, the oldest file first: for their own copy.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn lines_of_bulks(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<(BulkId, BulkLine)>, Error> {
        let after = after.map(|cursor| cursor.keyset(ALL_LINES)).transpose()?;
        let rows = store::lines_of_all(conn, owner, after, limit.probe())?;
        Ok(Page::from_probe(rows, limit, ALL_LINES, |(file, line)| (*file, line.number)))
    }

    /// Whether one could be paid now.
    ///
    /// # Errors
    /// Those of the ledger and of the database.
    pub fn check_bulk(&self, conn: &mut PgConnection, bulk: &Bulk) -> Result<BulkCheck, Error> {
        let account = self.main_account(conn, bulk.owner)?;
        let limits = self.left_to_giver(conn, &account, Operation::Transfer)?;
        let total = bulk.amount.checked_add(bulk.fee);
        Ok(BulkCheck {
            available: account.available(),
            balance_suffices: total.is_ok_and(|total| total <= account.available()),
            limits_suffice: limits.iter().all(|limit| leaves_room(limit, bulk)),
            limits,
        })
    }

    /// Says yes to a draft: from now on it is paid. The same key and wish again answer the same, and say so.
    ///
    /// # Errors
    /// `wallet.bulk_unknown`, also for somebody else's; `request.idempotency_key_reused`; `wallet.bulk_over` where it is no draft any
    /// more; `wallet.bulk_nothing_to_pay`, `wallet.bulk_lines_invalid`, `wallet.bulk_names_differ`, `wallet.bulk_too_many_together`; those
    /// of the database.
    pub fn confirm_bulk(&self, conn: &mut PgConnection, wanted: &ConfirmBulk) -> Result<(Bulk, bool), Error> {
        let (now, owner) = (self.clock.now(), wanted.wish.key.actor());
        conn.transaction(|conn| {
            let found = store::lock_of(conn, owner, wanted.id)?.ok_or(Error::Rule(&codes::BULK_UNKNOWN))?;
            if let Some((key, fingerprint)) = store::confirmation(conn, found.key)?
                && key == wanted.wish.key.text()
            {
                let same = fingerprint == wanted.wish.fingerprint.as_bytes();
                return if same { Ok((found, true)) } else { Err(Error::Rule(&KEY_REUSED)) };
            }
            let found = found.seen(now);
            if let Some(code) = stands_in_the_way(&found, wanted) {
                return Err(Error::Rule(code));
            }
            let (mode, confirmed_at) = (Some(wanted.mode), Some(now));
            let bulk = Bulk { mode, confirmed_at, state: BulkState::Running, ..found };
            store::confirm(conn, &bulk, &wanted.wish.key, &wanted.wish.fingerprint).map_err(|error| {
                if hostolink_database::on_unique(&error, "paiement_groupe_cle_key") {
                    Error::Rule(&KEY_REUSED)
                } else {
                    error.into()
                }
            })?;
            self.record_bulk(conn, &wanted.actor, "wallet.bulk_confirmed", &bulk)?;
            Ok((bulk, false))
        })
    }

    /// Drops a draft. What its file said is forgotten.
    ///
    /// # Errors
    /// `wallet.bulk_unknown`, also for somebody else's; `wallet.bulk_over` where it is no draft any more; those of the database.
    pub fn cancel_bulk(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, BulkId),
        actor: &Actor,
    ) -> Result<Bulk, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            let found = store::lock_of(conn, owner, id)?.ok_or(Error::Rule(&codes::BULK_UNKNOWN))?.seen(now);
            if found.state != BulkState::Draft {
                return Err(Error::Rule(&codes::BULK_OVER));
            }
            store::drop_drafts(conn, &[found.key], BulkState::Cancelled, now)?;
            let bulk = Bulk { state: BulkState::Cancelled, ended_at: Some(now), ..found };
            self.record_bulk(conn, actor, "wallet.bulk_cancelled", &bulk)?;
            Ok(bulk)
        })
    }

    /// Ends drafts that nobody confirmed in time, at most `limit`, forgets what their files said, and returns how many were due. Any
    /// number of processes may ask.
    ///
    /// # Errors
    /// Those of the database.
    pub fn expire_bulks(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            let due = store::lock_expired(conn, now, limit)?;
            let keys: Vec<i64> = due.iter().map(|bulk| bulk.key).collect();
            store::drop_drafts(conn, &keys, BulkState::Expired, now)?;
            let actor = Actor { user: None, trace_id: None, address: None };
            for bulk in &due {
                self.record_bulk(conn, &actor, "wallet.bulk_expired", bulk)?;
            }
            Ok(due.len())
        })
    }

    /// Counts and sums, and nobody's name.
    pub(super) fn record_bulk(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        action: &'static str,
        bulk: &Bulk,
    ) -> Result<(), Error> {
        let details = json!({
            "lines": bulk.lines,
            "payable": bulk.payable,
            "amount": bulk.amount.francs(),
            "mode": bulk.mode.map(BulkMode::name),
            "done": bulk.done,
            "refused": bulk.refused,
            "stopped": bulk.stopped,
        });
        let entry = audit::Entry {
            actor: actor.clone(),
            action,
            object_kind: "bulk-payment",
            object_id: bulk.id.to_string(),
            details,
            at: self.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}

/// Why a file is not paid on this word.
fn stands_in_the_way(bulk: &Bulk, wanted: &ConfirmBulk) -> Option<&'static hostolink_kernel::ErrorCode> {
    if bulk.state != BulkState::Draft {
        Some(&codes::BULK_OVER)
    } else if bulk.payable == 0 {
        Some(&codes::BULK_NOTHING_TO_PAY)
    } else if bulk.invalid() > 0 && !wanted.skip_invalid {
        Some(&codes::BULK_LINES_INVALID)
    } else if bulk.names_differ > 0 && !wanted.accept_names {
        Some(&codes::BULK_NAMES_DIFFER)
    } else if wanted.mode == BulkMode::Atomic && bulk.payable > BulkMode::MOST_TOGETHER {
        Some(&codes::BULK_TOO_MANY_TOGETHER)
    } else {
        None
    }
}
