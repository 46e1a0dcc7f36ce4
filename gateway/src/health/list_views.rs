//! What callers see of emergency numbers, sources and holidays. `null` is unknown, which is not no.

use chrono::{DateTime, NaiveDate, Utc};
use hostolink_health_directory::{DataSource, EmergencyNumber, Holiday, display, tel_uri, whatsapp_link};
use serde::Serialize;
use utoipa::ToSchema;

/// An emergency or useful number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EmergencyNumberView {
    /// Who answers, in French.
    #[schema(example = "SAMU - Service d'aide médicale urgente")]
    service: String,
    /// `fire_rescue`, `medical`, `police`, `child_protection`, `health_info`, `citizen_info`, `pharmacy_duty` or `utility`.
    category: &'static str,
    /// `short`, `e164` or `whatsapp`.
    kind: &'static str,
    /// The number in its one form. A short number has no country code.
    #[schema(example = "185")]
    value: String,
    /// The number as people read it.
    #[schema(example = "185")]
    display: String,
    /// The link that opens the dialler (RFC 3966).
    #[schema(example = "tel:185")]
    tel: String,
    /// The link that opens a chat, for a `whatsapp` account.
    whatsapp: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "CI")]
    country: &'static str,
    /// Where in the country it works.
    #[schema(example = "national")]
    scope: String,
    /// Whether the call is free.
    free: Option<bool>,
    /// What the source says of the price, where yes or no does not say it all.
    cost: Option<String>,
    /// When somebody answers, as the source says.
    #[schema(example = "24/7")]
    hours: Option<String>,
    /// `high`, `medium` or `low`: how well the references support it.
    confidence: &'static str,
    /// `verified` or `unverified`: whether somebody checked that it works.
    status: &'static str,
    /// When that was.
    verified_at: Option<DateTime<Utc>>,
    /// Where it was read.
    references: String,
    /// When the references were written.
    #[schema(example = "2015-2021")]
    period: Option<String>,
    /// What else there is to know.
    note: Option<String>,
}

/// Where facts come from, and what showing them asks.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SourceView {
    /// The code that establishments carry.
    #[schema(example = "osm-healthsites")]
    code: String,
    /// Its name.
    name: String,
    /// The licence (SPDX), or `facts` where nothing is licensed.
    #[schema(example = "ODbL-1.0")]
    licence: String,
    /// Where the licence is written.
    licence_url: Option<String>,
    /// The text to show beside what comes from it.
    attribution: String,
    /// Where it is published.
    url: Option<String>,
    /// Whether what is derived from it may leave only under the same licence.
    share_alike: bool,
}

/// A public holiday.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HolidayView {
    /// The day.
    #[schema(value_type = String, format = Date, example = "2026-08-07")]
    date: NaiveDate,
    /// What is celebrated, in French.
    #[schema(example = "Fête Nationale")]
    name: String,
    /// Whether it depends on the moon and may fall on a day beside this one.
    estimated: bool,
    /// Who says so: `edited` when somebody of the house does.
    source: String,
}

impl From<&Holiday> for HolidayView {
    fn from(holiday: &Holiday) -> Self {
        Self {
            date: holiday.day,
            name: holiday.name.clone(),
            estimated: holiday.estimated,
            source: holiday.source.clone(),
        }
    }
}

impl From<&EmergencyNumber> for EmergencyNumberView {
    fn from(number: &EmergencyNumber) -> Self {
        Self {
            service: number.service.clone(),
            category: number.category.code(),
            kind: number.kind.code(),
            value: number.value.clone(),
            display: display(&number.value),
            tel: tel_uri(&number.value),
            whatsapp: whatsapp_link(number.kind, &number.value),
            country: number.country.code(),
            scope: number.scope.clone(),
            free: number.free,
            cost: number.cost.clone(),
            hours: number.hours.clone(),
            confidence: number.confidence.code(),
            status: number.status.code(),
            verified_at: number.verified_at,
            references: number.references.clone(),
            period: number.period.clone(),
            note: number.note.clone(),
        }
    }
}

impl From<&DataSource> for SourceView {
    fn from(source: &DataSource) -> Self {
        Self {
            code: source.code.clone(),
            name: source.name.clone(),
            licence: source.licence.clone(),
            licence_url: source.licence_url.clone(),
            attribution: source.attribution.clone(),
            url: source.url.clone(),
            share_alike: source.share_alike,
        }
    }
}
