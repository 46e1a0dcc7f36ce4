use crate::{
    Calendar, Confidence, Corrector, Country, EmergencyCategory, EstablishmentType, Fact, Hours, Level,
    NumberKind, Opening, Ownership, Purpose, Service, Verification, WhyUnknown,
};
use chrono::{DateTime, Utc};
use hostolink_geo::Point;
use hostolink_kernel::EstablishmentId;
use std::sync::{Arc, OnceLock};

/// Where facts come from, and what showing them asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSource {
    /// Its short name, for example `who-kwtrp-2019`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The licence's SPDX id, or `facts` where nothing is licensed.
    pub licence: String,
    /// Where the licence is written.
    pub licence_url: Option<String>,
    /// The text to show beside what comes from it.
    pub attribution: String,
    /// Where it is published.
    pub url: Option<String>,
    /// Whether what is derived from it may leave only under the same licence.
    pub share_alike: bool,
    /// The number of its last change.
    pub(crate) revision: i64,
}

/// Where an establishment is, and how sure that is.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// The place itself.
    pub point: Point,
    /// How the source knows, in its words, for example `Geonames` (the middle of a village).
    pub source: Option<String>,
    /// How far it may be wrong, in metres.
    pub accuracy_metres: Option<i32>,
    /// When somebody was there.
    pub verified_at: Option<DateTime<Utc>>,
}

/// A place where people find help for their health. `None` is unknown, which is not no.
#[derive(Debug)]
pub struct Establishment {
    /// Its public id.
    pub id: EstablishmentId,
    /// Its name, as the source writes it.
    pub name: String,
    /// The name folded for search and order.
    pub(crate) key: String,
    /// What it is.
    pub kind: EstablishmentType,
    /// What the source calls it.
    pub source_kind: Option<String>,
    /// Where it stands in the health pyramid.
    pub level: Option<Level>,
    /// Who runs it, in Hostolink's words.
    pub ownership: Option<Ownership>,
    /// Who runs it, by name.
    pub operator: Option<String>,
    /// The country.
    pub country: Country,
    /// The region or district, as the source writes it.
    pub region: Option<String>,
    /// The address, often a landmark.
    pub address: Option<String>,
    /// Where it is.
    pub position: Position,
    /// When it is open.
    pub hours: Option<Hours>,
    /// Whether it takes emergencies.
    pub emergency: Option<bool>,
    /// Whether it gives out medicines.
    pub dispensing: Option<bool>,
    /// Whether a wheelchair gets in everywhere; what is only partly reachable stays unknown.
    pub wheelchair: Option<bool>,
    /// Its numbers, in the order in which to try them. Dead ones are here too, marked.
    pub numbers: Vec<Number>,
    /// Where all this comes from.
    pub source: Arc<DataSource>,
    /// When something of it last changed here.
    pub updated_at: DateTime<Utc>,
    /// The number of its last change, its numbers included.
    pub(crate) revision: i64,
    /// The health district, as the source writes it.
    pub district: Option<String>,
    /// What it offers, as far as somebody said; `None` is unknown, which is not nothing. [`Establishment::offers`] asks of one service.
    pub services: Option<Vec<Service>>,
    /// What people think of it.
    pub rating: Rating,
    /// What was corrected here and is no longer the source's word.
    pub corrections: Vec<Correction>,
    /// What somebody made of it to show it.
    pub(crate) shown: OnceLock<Box<str>>,
}

/// How many people rated an establishment, and the sum of their stars: those that are hidden don't count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rating {
    /// How many.
    pub count: i32,
    /// Their stars together.
    pub sum: i32,
}

impl Rating {
    /// The stars of one, to a tenth; `None` where nobody rated it.
    #[must_use]
    pub fn average(self) -> Option<f64> {
        (self.count > 0).then(|| (f64::from(self.sum) * 10.0 / f64::from(self.count)).round() / 10.0)
    }
}

/// A fact that was corrected here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction {
    /// Which one.
    pub fact: Fact,
    /// By whose word.
    pub by: Corrector,
    /// When: that is when it was verified.
    pub at: DateTime<Utc>,
}

impl Establishment {
    /// A text that depends on nothing but this row: made when it is asked for first, and kept as long as the row stays as it is.
    pub fn shown(&self, make: impl FnOnce(&Self) -> String) -> &str {
        self.shown.get_or_init(|| make(self).into_boxed_str())
    }

    /// Its hours, where its country's clock is known.
    fn hours(&self) -> Result<&Hours, WhyUnknown> {
        let hours = self.hours.as_ref().ok_or(WhyUnknown::NotGiven)?;
        if self.country == Country::COTE_D_IVOIRE { Ok(hours) } else { Err(WhyUnknown::OtherClock) }
    }

    /// Whether it is open at an instant, and until when.
    ///
    /// # Errors
    /// [`WhyUnknown`] where its hours don't tell.
    pub fn opening_at(&self, instant: DateTime<Utc>, calendar: &Calendar) -> Result<Opening, WhyUnknown> {
        self.hours()?.at(instant, calendar)
    }

    /// Whether it is open at an instant; `None` is unknown.
    #[must_use]
    pub fn is_open_at(&self, instant: DateTime<Utc>, calendar: &Calendar) -> Option<bool> {
        self.hours().and_then(|hours| hours.is_open_at(instant, calendar)).ok()
    }

    /// Whether it is known to offer a service: a list of its services names it, or that is what the place is. A list may be short, so
    /// that what it does not name is not known to be missing.
    #[must_use]
    pub fn offers(&self, service: Service) -> bool {
        self.kind.service() == Some(service)
            || self.services.as_ref().is_some_and(|all| all.contains(&service))
    }

    /// The number of its last change, which is the version that other systems see.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.revision
    }

    /// The numbers to try, in their order: without the dead ones.
    pub fn alive_numbers(&self) -> impl Iterator<Item = &Number> {
        self.numbers.iter().filter(|number| number.status != Verification::Dead)
    }
}

/// A number of an establishment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// How it is dialled.
    pub kind: NumberKind,
    /// The number in its one form: E.164 with `+`, or the bare digits of a short number.
    pub value: String,
    /// What the source wrote.
    pub raw: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether it was made from a number of the 8-digit plan that ended in 2021.
    pub converted_2021: bool,
    /// Whether it works.
    pub status: Verification,
    /// When that was checked.
    pub verified_at: Option<DateTime<Utc>>,
}

/// A number for emergencies or other useful things, of a country or a part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct EmergencyNumber {
    /// The country in which it works.
    pub country: Country,
    /// How it is dialled.
    pub kind: NumberKind,
    /// The number in its one form, as [`Number::value`].
    pub value: String,
    /// Who answers, in French.
    pub service: String,
    /// What help it brings.
    pub category: EmergencyCategory,
    /// Where it works, as the source says.
    pub scope: String,
    /// Whether the call is free.
    pub free: Option<bool>,
    /// What the source says of the price, where yes or no does not say it all.
    pub cost: Option<String>,
    /// When somebody answers, as the source says.
    pub hours: Option<String>,
    /// Where it was read.
    pub references: String,
    /// When the references were written.
    pub period: Option<String>,
    /// How well they support it.
    pub confidence: Confidence,
    /// Whether it works.
    pub status: Verification,
    /// When that was checked.
    pub verified_at: Option<DateTime<Utc>>,
    /// What else there is to know.
    pub note: Option<String>,
    /// The list it comes from.
    pub source: Arc<DataSource>,
    /// Its place among the numbers of its list.
    pub(crate) order: i16,
    /// The number of its last change.
    pub(crate) revision: i64,
}

impl EmergencyNumber {
    /// Its key in packs and in the log of changes.
    pub(crate) fn key(&self) -> String {
        format!("n/{}/{}/{}/{}", self.source.code, self.country.code(), self.kind.code(), self.value)
    }
}
