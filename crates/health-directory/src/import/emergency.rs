use super::{Drafted, Refusal, Remark, Seen, Source, row::Row};
use crate::{Confidence, Country, EmergencyCategory, NumberKind, number};

const COLUMNS: &[&str] = &[
    "numero",
    "dial",
    "kind",
    "service_fr",
    "category",
    "scope",
    "free",
    "hours",
    "source",
    "source_date",
    "confidence",
    "note",
];

/// An emergency number as a row tells it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EmergencyDraft {
    pub(crate) country: Country,
    pub(crate) kind: NumberKind,
    pub(crate) value: String,
    pub(crate) service: String,
    pub(crate) category: EmergencyCategory,
    pub(crate) scope: String,
    pub(crate) free: Option<bool>,
    pub(crate) cost: Option<String>,
    pub(crate) hours: Option<String>,
    pub(crate) references: String,
    pub(crate) period: Option<String>,
    pub(crate) confidence: Confidence,
    pub(crate) note: Option<String>,
}

impl Drafted for EmergencyDraft {
    fn columns(_: Source) -> &'static [&'static str] {
        COLUMNS
    }

    fn read(row: &mut Row<'_>, _: Source, country: Option<Country>) -> Result<Self, Refusal> {
        let country = country.unwrap_or(Country::COTE_D_IVOIRE);
        let number = number::read(row.code("numero"), country).map_err(|_| Refusal::Number)?;
        // A number to dial in an emergency is not guessed: an old one must be converted by whoever compiles the list.
        if number.converted_2021 || row.code("kind") != number.kind.code() {
            return Err(Refusal::Number);
        }
        if row.code("dial") != number::tel_uri(&number.value) {
            return Err(Refusal::Dial);
        }
        let (free, cost) = price(row.text("free", 100)?);
        Ok(Self {
            country,
            kind: number.kind,
            value: number.value,
            service: row.text("service_fr", 200)?.ok_or(Refusal::NoName)?,
            category: EmergencyCategory::parse(row.code("category"))
                .ok_or(Refusal::UnknownValue("category"))?,
            scope: row.text("scope", 100)?.ok_or(Refusal::UnknownValue("scope"))?,
            free,
            cost,
            hours: row.text("hours", 100)?.filter(|hours| hours != "unknown"),
            references: row.text("source", 500)?.ok_or(Refusal::UnknownValue("source"))?,
            period: row.text("source_date", 32)?,
            confidence: match row.code("confidence") {
                "A" => Confidence::High,
                "B" => Confidence::Medium,
                "C" => Confidence::Low,
                _ => return Err(Refusal::UnknownValue("confidence")),
            },
            note: row.text("note", 500)?,
        })
    }

    fn distinguish(&mut self, seen: &mut Seen) -> Result<Option<Remark>, Refusal> {
        seen.note(&self.value, None).map(|_| None)
    }
}

/// Whether a call is free, and what else is said of its price: `yes (announced)` is no plain yes.
fn price(text: Option<String>) -> (Option<bool>, Option<String>) {
    match text.as_deref() {
        None | Some("unknown") => (None, None),
        Some("yes") => (Some(true), None),
        Some("no") => (Some(false), None),
        Some(said) if said.starts_with("no (") => (Some(false), text),
        Some(_) => (None, text),
    }
}
