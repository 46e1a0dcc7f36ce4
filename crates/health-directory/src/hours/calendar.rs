use chrono::{Datelike, Days, NaiveDate};
use opening_hours::{Context, ContextHolidays};
use std::{collections::BTreeMap, sync::Arc};

/// A public holiday of Côte d'Ivoire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub day: NaiveDate,
    /// What is celebrated, in French.
    pub name: String,
    /// Whether it depends on the moon: it is announced late, and may fall on a day beside this one.
    pub estimated: bool,
    /// Who says so.
    pub source: String,
    /// The number of its last change.
    pub(crate) revision: i64,
}

/// The public holidays that are known.
#[derive(Debug, Default)]
pub struct Calendar {
    days: BTreeMap<NaiveDate, Holiday>,
    context: Context,
}

impl Calendar {
    pub(crate) fn new(holidays: Vec<Holiday>) -> Self {
        let public = Arc::new(holidays.iter().map(|holiday| holiday.day).collect());
        let context = Context::default().with_holidays(ContextHolidays::new(public, Arc::default()));
        Self { days: holidays.into_iter().map(|holiday| (holiday.day, holiday)).collect(), context }
    }

    /// The holidays in their order.
    pub fn holidays(&self) -> impl Iterator<Item = &Holiday> {
        self.days.values()
    }

    /// The holiday of a day.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<&Holiday> {
        self.days.get(&day)
    }

    pub(super) fn context(&self) -> Context {
        self.context.clone()
    }

    /// Whether the holidays of a day's year are known at all.
    pub(super) fn knows_year_of(&self, day: NaiveDate) -> bool {
        let first = NaiveDate::from_ymd_opt(day.year(), 1, 1);
        let last = NaiveDate::from_ymd_opt(day.year(), 12, 31);
        first.zip(last).is_some_and(|(first, last)| self.days.range(first..=last).next().is_some())
    }

    /// Whether a holiday that depends on the moon may fall on one of these days.
    pub(super) fn is_doubtful(&self, from: NaiveDate, to: NaiveDate) -> bool {
        let around = |day: NaiveDate, back: bool| {
            let one = Days::new(1);
            if back { day.checked_sub_days(one) } else { day.checked_add_days(one) }.unwrap_or(day)
        };
        let (first, last) = (around(from, true), around(to, false));
        first <= last && self.days.range(first..=last).any(|(_, holiday)| holiday.estimated)
    }
}
