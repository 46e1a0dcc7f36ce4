//! What is left of somebody's limits.

use super::{Level, LimitRule, Operation, Side, Span};
use crate::{Error, Wallets};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{UserId, Xof};
use hostolink_ledger::{Account, Count};

/// One limit of a person's, and how much of it they have used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnLimit {
    /// Of what; `None` is all of it together.
    pub operation: Option<Operation>,
    /// Of what leaves or of what comes in.
    pub side: Side,
    /// Compared with what.
    pub span: Span,
    /// The most francs.
    pub amount: Option<Xof>,
    /// The most operations.
    pub count: Option<u32>,
    /// Francs that count towards it.
    pub used: Xof,
    /// Operations that count towards it.
    pub used_count: u32,
    /// From when on it is counted anew: of days and months.
    pub frees_at: Option<DateTime<Utc>>,
}

impl OwnLimit {
    /// Francs that are left.
    #[must_use]
    pub fn left(&self) -> Option<Xof> {
        self.amount.map(|most| most.checked_sub(self.used).unwrap_or(Xof::ZERO))
    }

    /// Operations that are left.
    #[must_use]
    pub fn left_count(&self) -> Option<u32> {
        self.count.map(|most| most.saturating_sub(self.used_count))
    }
}

/// A person's limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLimits {
    /// How well the house knows who they are.
    pub level: Level,
    /// All that are in force.
    pub limits: Vec<OwnLimit>,
}

impl Wallets {
    /// The limits that somebody has now, and what is left of them.
    ///
    /// # Errors
    /// Those of the ledger and of the database.
    pub fn own_limits(&self, conn: &mut PgConnection, user: UserId) -> Result<OwnLimits, Error> {
        let account = self.main_account(conn, user)?;
        let (now, book, level) = (self.clock.now(), self.book(conn)?, self.level(conn, user)?);
        let rules: Vec<&LimitRule> = book.in_force(level, now.date_naive()).collect();
        Ok(OwnLimits { level, limits: self.standing(conn, &account, &rules, now)? })
    }

    /// What is left to who gives in an operation.
    pub(crate) fn left_to_giver(
        &self,
        conn: &mut PgConnection,
        giver: &Account,
        operation: Operation,
    ) -> Result<Vec<OwnLimit>, Error> {
        let Some(user) = giver.owner else { return Ok(Vec::new()) };
        let (now, book, level) = (self.clock.now(), self.book(conn)?, self.level(conn, user)?);
        let rules: Vec<&LimitRule> =
            book.of_operation(level, operation, Side::Given, now.date_naive()).collect();
        self.standing(conn, giver, &rules, now)
    }

    fn standing(
        &self,
        conn: &mut PgConnection,
        account: &Account,
        rules: &[&LimitRule],
        now: DateTime<Utc>,
    ) -> Result<Vec<OwnLimit>, Error> {
        let rules = rules.iter().filter(|rule| rule.amount.is_some() || rule.count.is_some());
        let rules: Vec<_> = rules.map(|rule| (*rule, rule.subject.counter(now))).collect();
        let counters: Vec<_> = rules.iter().filter_map(|(_, counter)| counter.as_ref()).collect();
        let mut counts = self.ledger.counted(conn, account.id, &counters)?.into_iter();
        let own = |(rule, counter): &(&LimitRule, Option<_>)| {
            let counted = match (rule.subject.span, counter) {
                (Span::Balance, _) => Count { amount: account.balance.francs(), count: 0 },
                (_, Some(_)) => counts.next().unwrap_or_default(),
                (_, None) => Count::default(),
            };
            OwnLimit {
                operation: rule.subject.operation,
                side: rule.subject.side,
                span: rule.subject.span,
                amount: rule.amount,
                count: rule.count,
                used: Xof::new(counted.amount).unwrap_or(Xof::MAX),
                used_count: u32::try_from(counted.count).unwrap_or(u32::MAX),
                frees_at: counter.as_ref().map(|counter: &hostolink_ledger::Counter| counter.until),
            }
        };
        Ok(rules.iter().map(own).collect())
    }
}
