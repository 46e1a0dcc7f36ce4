use super::{Draft, Refusal, place, row::Row};
use crate::{Country, EstablishmentType, Ownership, name};

/// Maina et al. 2019. `tier` is left alone: for Côte d'Ivoire it calls every urban centre a provincial hospital.
pub(crate) const COLUMNS: &[&str] = &[
    "iso3",
    "admin1",
    "facility_name",
    "facility_type",
    "facility_type_9",
    "ownership",
    "lat",
    "lon",
    "ll_source",
];

pub(crate) fn read(row: &mut Row<'_>, asked: Option<Country>) -> Result<Draft, Refusal> {
    let country = Country::parse(row.code("iso3")).ok_or(Refusal::UnknownCountry)?;
    if asked.is_some_and(|asked| asked != country) {
        return Err(Refusal::OtherCountry);
    }
    let name = row.text("facility_name", 200)?.ok_or(Refusal::NoName)?;
    let region = row.text("admin1", 100)?;
    let point = place::read(row.code("lat"), row.code("lon"), country)?;
    // The list has no ids: what stays the same between two editions is who it names and where.
    let key = format!(
        "{}/{}/{}",
        country.code(),
        name::fold(region.as_deref().unwrap_or_default()),
        name::fold(&name)
    );
    Ok(Draft {
        key,
        key_repeats: true,
        name,
        kind: kind(row.code("facility_type_9")),
        source_kind: row.text("facility_type", 100)?,
        ownership: ownership(row.code("ownership")),
        operator: None,
        country,
        region,
        address: None,
        point,
        position_source: row.text("ll_source", 64)?,
        hours: None,
        emergency: None,
        dispensing: None,
        wheelchair: None,
        numbers: Vec::new(),
        district: None,
        level: None,
        services: None,
        accuracy: None,
    })
}

/// From the nine types into which the authors grouped the countries' own.
fn kind(type_9: &str) -> EstablishmentType {
    match type_9 {
        "Hospital" => EstablishmentType::Hospital,
        "Health Centre" | "Medical Center" => EstablishmentType::HealthCenter,
        "Health Clinic" | "Polyclinic" => EstablishmentType::Clinic,
        "Dispensary" | "Health Post" | "Health Hut" | "Health Station" | "Community Health Unit" => {
            EstablishmentType::HealthPost
        }
        "Maternity" => EstablishmentType::Maternity,
        _ => EstablishmentType::Other,
    }
}

/// Only what says clearly who runs it.
fn ownership(text: &str) -> Option<Ownership> {
    match text {
        "Public" | "Publique" | "MoH" | "MoHSS" | "Govt." | "Local authority" => Some(Ownership::Public),
        "FBO" | "Confessionnel" => Some(Ownership::Religious),
        "CBO" => Some(Ownership::Community),
        "NGO" | "ONG/non-lucratif" => Some(Ownership::Ngo),
        "Private not for profit" | "Privé à but non lucratif" => Some(Ownership::Private),
        _ => None,
    }
}
