//! All limits and scales, as they stood a few seconds ago: they begin at midnight at the earliest, so a copy this young lacks
//! only what was added in the last seconds before it.

use super::{Fee, Level, LimitRule, Operation, Payer, Scale, Side, Span, store};
use crate::{Error, WatchKind, WatchRule, compliance};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::PgConnection;
use hostolink_kernel::Xof;
use std::sync::{Arc, PoisonError, RwLock};

/// How old a copy may be.
const MAX_AGE: TimeDelta = TimeDelta::seconds(5);

/// Every limit, scale and rule of vigilance, past ones and those to come. Of one subject the oldest comes first.
#[derive(Debug)]
pub(crate) struct Book {
    pub(super) limits: Vec<LimitRule>,
    pub(super) scales: Vec<Scale>,
    watch: Vec<WatchRule>,
    read_at: DateTime<Utc>,
}

/// Where the copy lies. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf(Arc<RwLock<Option<Arc<Book>>>>);

impl Shelf {
    /// The copy, made anew where it is too old.
    pub(super) fn read(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Arc<Book>, Error> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(book) = kept.filter(|book| (now - book.read_at).abs() < MAX_AGE) {
            return Ok(book);
        }
        let (limits, scales) = (store::limits(conn)?, store::scales(conn)?);
        let watch = compliance::watch_rules(conn)?;
        let book = Arc::new(Book { limits, scales, watch, read_at: now });
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(book.clone());
        Ok(book)
    }

    /// Has it read anew the next time.
    pub(crate) fn forget(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Book {
    /// What limits people of a level on a day.
    pub(super) fn in_force(&self, level: Level, today: NaiveDate) -> impl Iterator<Item = &LimitRule> {
        self.limits.iter().filter(move |rule| {
            rule.subject.level == level && rule.from <= today && rule.until.is_none_or(|until| today < until)
        })
    }

    /// The most that people of a level may hold on a day.
    pub(crate) fn ceiling(&self, level: Level, today: NaiveDate) -> Option<Xof> {
        self.in_force(level, today).find(|rule| rule.subject.span == Span::Balance)?.amount
    }

    /// What limits one side of an operation on a day.
    pub(super) fn of_operation(
        &self,
        level: Level,
        operation: Operation,
        side: Side,
        today: NaiveDate,
    ) -> impl Iterator<Item = &LimitRule> {
        self.in_force(level, today).filter(move |rule| {
            let subject = &rule.subject;
            subject.side == side && subject.span != Span::Balance && subject.covers(operation)
        })
    }

    /// What an operation costs on a day.
    pub(super) fn fee(&self, operation: Operation, amount: Xof, today: NaiveDate) -> Result<Fee, Error> {
        let scale = self.scale((operation, Payer::Giver), today);
        scale.map_or(Ok(Fee::default()), |scale| scale.fee(amount))
    }

    /// What a merchant pays of a payment by code or by card on a day.
    pub(super) fn commission(&self, amount: Xof, today: NaiveDate) -> Result<Fee, Error> {
        let scale = self.scale((Operation::QrPayment, Payer::Receiver), today);
        scale.map_or(Ok(Fee::default()), |scale| scale.commission(amount))
    }

    /// The scale in force on a day.
    pub(super) fn scale(&self, of: (Operation, Payer), today: NaiveDate) -> Option<&Scale> {
        self.scales.iter().find(|scale| {
            (scale.operation, scale.payer) == of
                && scale.from <= today
                && scale.until.is_none_or(|until| today < until)
        })
    }

    /// The rules of vigilance in force on a day.
    pub(crate) fn watching(&self, today: NaiveDate) -> impl Iterator<Item = &WatchRule> {
        self.watch.iter().filter(move |rule| rule.in_force(today))
    }

    /// Those of one kind.
    pub(crate) fn watch(&self, kind: WatchKind, today: NaiveDate) -> impl Iterator<Item = &WatchRule> {
        self.watching(today).filter(move |rule| rule.kind == kind)
    }
}
