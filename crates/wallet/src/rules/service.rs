use super::{Fee, Level, LimitRule, NewLimit, NewScale, Operation, Scale, Side, book::Book, store};
use crate::{Error, Wallets, codes};
use chrono::NaiveDate;
use diesel::{Connection, PgConnection, QueryResult};
use hostolink_audit as audit;
use hostolink_kernel::{Cursor, Limit, Page, UserId, Xof};
use hostolink_ledger::{Account, AccountKind, Bearer, Cap, Charge};
use serde_json::json;
use std::{collections::HashMap, sync::Arc};

/// The names in cursors of the two lists.
const LIMITS: &str = "wallet.limits";
const SCALES: &str = "wallet.scales";

/// What an order costs and what it has to keep.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    pub(crate) charges: Vec<Charge>,
    pub(crate) caps: Vec<Cap>,
}

/// How well the house knows some people.
#[derive(Debug)]
pub(crate) struct Levels(HashMap<UserId, Level>);

impl Levels {
    pub(crate) fn of(conn: &mut PgConnection, people: &[UserId]) -> QueryResult<Self> {
        store::levels(conn, people).map(Self)
    }

    /// That of an account's owner; who has none is not identified.
    pub(crate) fn at(&self, account: &Account) -> Level {
        account.owner.and_then(|user| self.0.get(&user).copied()).unwrap_or(Level::Unidentified)
    }
}

impl Wallets {
    /// Says how well the house knows who people are. Their limits are those of that level from now on; money above a
    /// lowered one stays.
    ///
    /// # Errors
    /// Those of the database.
    pub fn set_levels(&self, conn: &mut PgConnection, people: &[(UserId, Level)]) -> Result<(), Error> {
        let now = self.clock.now();
        for (person, level) in people {
            store::set_level(conn, *person, *level, now)?;
        }
        Ok(())
    }

    pub(crate) fn level(&self, conn: &mut PgConnection, user: UserId) -> Result<Level, Error> {
        Ok(store::levels(conn, &[user])?.remove(&user).unwrap_or(Level::Unidentified))
    }

    pub(crate) fn book(&self, conn: &mut PgConnection) -> Result<Arc<Book>, Error> {
        self.shelf.read(conn, self.clock.now())
    }

    /// What an operation costs now.
    pub(crate) fn fee(
        &self,
        conn: &mut PgConnection,
        operation: Operation,
        amount: Xof,
    ) -> Result<Fee, Error> {
        self.book(conn)?.fee(operation, amount, self.clock.now().date_naive())
    }

    /// What an operation between customers' accounts costs and has to keep. Floats are no customers': `None`. The
    /// receiver's ceiling is brought up to date on the way. The fee comes apart, as it is shown.
    pub(crate) fn terms(
        &self,
        conn: &mut PgConnection,
        what: (Operation, Xof),
        giver: Option<&Account>,
        receiver: Option<&Account>,
        agent: Option<UserId>,
    ) -> Result<(Terms, Fee), Error> {
        let people: Vec<UserId> =
            [giver, receiver].into_iter().flatten().filter_map(|account| account.owner).collect();
        let levels = Levels::of(conn, &people)?;
        self.terms_of(conn, &levels, what, (giver, receiver), agent)
    }

    /// The same where levels are known.
    pub(crate) fn terms_of(
        &self,
        conn: &mut PgConnection,
        levels: &Levels,
        (operation, amount): (Operation, Xof),
        (giver, receiver): (Option<&Account>, Option<&Account>),
        agent: Option<UserId>,
    ) -> Result<(Terms, Fee), Error> {
        let (now, book) = (self.clock.now(), self.book(conn)?);
        let today = now.date_naive();
        let mut caps = Vec::new();
        for (account, side) in [(giver, Side::Given), (receiver, Side::Received)] {
            let Some(account) = account else { continue };
            let level = levels.at(account);
            if side == Side::Received {
                self.keep_ceiling(conn, account, book.ceiling(level, today))?;
            }
            let rules = book.of_operation(level, operation, side, today);
            caps.extend(rules.filter_map(|rule| rule.cap(account.id, now)));
        }
        let fee = book.fee(operation, amount, today)?;
        let mut charges = self.charges(conn, fee, agent)?;
        if let Some(receiver) = receiver.filter(|_| operation == Operation::QrPayment) {
            charges.extend(self.commission(conn, receiver, amount)?);
        }
        Ok((Terms { charges, caps }, fee))
    }

    /// Who pays a fee pays it to Hostolink, and to the agent what is theirs.
    fn charges(
        &self,
        conn: &mut PgConnection,
        fee: Fee,
        agent: Option<UserId>,
    ) -> Result<Vec<Charge>, Error> {
        let mut charges = Vec::new();
        let (bearer, earned) = (Bearer::Giver, agent.filter(|_| !fee.agent.is_zero()));
        let (ours, theirs) = split(fee, earned.is_some());
        if !ours.is_zero() {
            let to = self.ledger.system_account(conn, AccountKind::Fees)?.id;
            charges.push(Charge { to, amount: ours, bearer });
        }
        if let Some(agent) = earned {
            let to = self.account(conn, agent, AccountKind::Commission)?.id;
            charges.push(Charge { to, amount: theirs, bearer });
        }
        Ok(charges)
    }

    /// Brings the ceiling that the ledger keeps for a person to what their limit says today.
    pub(crate) fn keep_ceiling(
        &self,
        conn: &mut PgConnection,
        account: &Account,
        ceiling: Option<Xof>,
    ) -> Result<(), Error> {
        if account.ceiling != ceiling {
            self.ledger.set_ceiling(conn, account.holder, ceiling)?;
        }
        Ok(())
    }

    /// The most that somebody may hold today.
    pub(crate) fn ceiling_of(&self, conn: &mut PgConnection, user: UserId) -> Result<Option<Xof>, Error> {
        let level = self.level(conn, user)?;
        Ok(self.book(conn)?.ceiling(level, self.clock.now().date_naive()))
    }

    /// All limits, past ones and those to come: the latest first.
    ///
    /// # Errors
    /// A cursor of another list; those of the database.
    pub fn limit_rules(
        &self,
        conn: &mut PgConnection,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<LimitRule>, Error> {
        let key = |rule: &LimitRule| {
            let subject = &rule.subject;
            let operation = subject.operation.map_or("", Operation::name);
            let words = [subject.level.name(), operation, subject.side.name(), subject.span.name()];
            (rule.from, words.join(":"))
        };
        page(store::limits(conn)?, after, limit, LIMITS, key)
    }

    /// All scales, past ones and those to come: the latest first.
    ///
    /// # Errors
    /// As [`Wallets::limit_rules`].
    pub fn scales(
        &self,
        conn: &mut PgConnection,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Scale>, Error> {
        let key = |scale: &Scale| (scale.from, format!("{}:{}", scale.operation.name(), scale.payer.name()));
        page(store::scales(conn)?, after, limit, SCALES, key)
    }

    /// Adds a limit from a day to come. What was and what is stays as it is written.
    ///
    /// # Errors
    /// `wallet.rule_not_future`, `wallet.rule_date_taken`; those of the database.
    pub fn add_limit(
        &self,
        conn: &mut PgConnection,
        by: &audit::Actor,
        new: &NewLimit,
    ) -> Result<LimitRule, Error> {
        let now = self.clock.now();
        refuse_unless_future(new.from, now.date_naive())?;
        let added = conn.transaction::<_, Error, _>(|conn| {
            store::insert_limit(conn, new, by.user, now)
                .map_err(|error| taken(error, "limite_kyc_sujet_valide_du_key"))?;
            let subject = &new.subject;
            let words = [
                subject.level.as_str(),
                subject.operation.map_or("all", Operation::as_str),
                subject.side.as_str(),
                subject.span.as_str(),
            ];
            audit::record(
                conn,
                &audit::Entry {
                    actor: by.clone(),
                    action: "wallet.limit_added",
                    object_kind: "limit",
                    object_id: format!("{} {}", words.join(":"), new.from),
                    details: json!({ "amount": new.amount.map(Xof::francs), "count": new.count, "from": new.from }),
                    at: now,
                },
            )?;
            let same = |rule: &LimitRule| rule.subject == new.subject && rule.from == new.from;
            Ok(store::limits(conn)?.into_iter().find(same).ok_or(diesel::result::Error::NotFound)?)
        })?;
        self.shelf.forget();
        Ok(added)
    }

    /// Adds a scale from a day to come.
    ///
    /// # Errors
    /// As [`Wallets::add_limit`].
    pub fn add_scale(
        &self,
        conn: &mut PgConnection,
        by: &audit::Actor,
        new: &NewScale,
    ) -> Result<Scale, Error> {
        let now = self.clock.now();
        refuse_unless_future(new.from, now.date_naive())?;
        let added = conn.transaction::<_, Error, _>(|conn| {
            store::insert_scale(conn, new, by.user, now)
                .map_err(|error| taken(error, "bareme_frais_sujet_valide_du_key"))?;
            let bands: Vec<_> = new
                .bands
                .iter()
                .map(|band| {
                    json!([
                        band.from_amount.francs(),
                        band.fixed.francs(),
                        band.basis_points,
                        band.minimum.map(Xof::francs),
                        band.maximum.map(Xof::francs),
                        band.agent_share
                    ])
                })
                .collect();
            audit::record(
                conn,
                &audit::Entry {
                    actor: by.clone(),
                    action: "wallet.scale_added",
                    object_kind: "scale",
                    object_id: format!("{} {}", new.operation.as_str(), new.from),
                    details: json!({ "bands": bands, "from": new.from, "payer": new.payer.as_str() }),
                    at: now,
                },
            )?;
            let same = |scale: &Scale| {
                (scale.operation, scale.payer, scale.from) == (new.operation, new.payer, new.from)
            };
            Ok(store::scales(conn)?.into_iter().find(same).ok_or(diesel::result::Error::NotFound)?)
        })?;
        self.shelf.forget();
        Ok(added)
    }
}

/// Hostolink's part of a fee, and the agent's where there is one.
pub(super) fn split(fee: Fee, with_agent: bool) -> (Xof, Xof) {
    let theirs = if with_agent { fee.agent } else { Xof::ZERO };
    (fee.total.checked_sub(theirs).unwrap_or(Xof::ZERO), theirs)
}

/// What was and what is can't be changed, also not by somebody who is late.
pub(crate) fn refuse_unless_future(from: NaiveDate, today: NaiveDate) -> Result<(), Error> {
    if from > today { Ok(()) } else { Err(Error::Rule(&codes::RULE_NOT_FUTURE)) }
}

pub(crate) fn taken(error: diesel::result::Error, constraint: &str) -> Error {
    if hostolink_database::on_unique(&error, constraint) {
        Error::Rule(&codes::RULE_DATE_TAKEN)
    } else {
        error.into()
    }
}

/// A page of a list that is short enough to be read whole, the highest key first.
pub(crate) fn page<T>(
    mut rows: Vec<T>,
    after: Option<&Cursor>,
    limit: Limit,
    list: &str,
    key: impl Fn(&T) -> (NaiveDate, String),
) -> Result<Page<T>, Error> {
    let after: Option<(NaiveDate, String)> =
        after.map(|cursor| cursor.keyset(list)).transpose().map_err(hostolink_ledger::Error::from)?;
    rows.sort_by_key(|row| std::cmp::Reverse(key(row)));
    rows.retain(|row| after.as_ref().is_none_or(|after| key(row) < *after));
    rows.truncate(limit.count() + 1);
    Ok(Page::from_probe(rows, limit, list, key))
}
