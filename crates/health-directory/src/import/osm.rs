use super::{Draft, Refusal, Remark, place, row::Row};
use crate::{Country, EstablishmentType, Hours, Ownership, Service, number};

/// The columns of healthsites.io without which a list is not one, and which are read. `speciality` is read where it is there; the others
/// are empty in the lists seen so far.
pub(crate) const COLUMNS: &[&str] = &[
    "osm_id",
    "osm_type",
    "amenity",
    "healthcare",
    "name",
    "operator",
    "operator_type",
    "addr_full",
    "contact_number",
    "opening_hours",
    "emergency",
    "dispensing",
    "wheelchair",
    "iso3c",
    "lon",
    "lat",
];

pub(crate) fn read(row: &mut Row<'_>, asked: Option<Country>) -> Result<Draft, Refusal> {
    let country = Country::parse(row.code("iso3c")).ok_or(Refusal::UnknownCountry)?;
    if asked.is_some_and(|asked| asked != country) {
        return Err(Refusal::OtherCountry);
    }
    let key = match (row.code("osm_type"), row.code("osm_id")) {
        // An area made of several ways has the negative id of its relation.
        (shape @ ("node" | "way" | "relation"), id) if id.parse::<i64>().is_ok() => format!("{shape}/{id}"),
        _ => return Err(Refusal::NoId),
    };
    let name = row.text("name", 200)?.ok_or(Refusal::NoName)?;
    let point = place::read(row.code("lat"), row.code("lon"), country)?;
    let source_kind = match row.text("amenity", 100)? {
        None => row.text("healthcare", 100)?,
        amenity => amenity,
    };
    let hours = row.text("opening_hours", 255)?;
    if hours.as_deref().is_some_and(|hours| !Hours::is_readable(hours)) {
        row.remarks.push(Remark::HoursUnreadable);
    }
    let numbers = numbers(row, country)?;
    Ok(Draft {
        key,
        key_repeats: false,
        name,
        kind: kind(source_kind.as_deref().unwrap_or_default()),
        source_kind,
        ownership: ownership(row.code("operator_type")),
        operator: row.text("operator", 200)?,
        country,
        region: None,
        address: row.text("addr_full", 300)?,
        point,
        position_source: Some("OpenStreetMap".to_owned()),
        hours,
        emergency: row.fact("emergency"),
        dispensing: row.fact("dispensing"),
        wheelchair: row.fact("wheelchair"),
        numbers,
        district: None,
        level: None,
        services: services(row.code("speciality")),
        accuracy: None,
    })
}

/// What the tag `healthcare:speciality` tells of services, which is little: most specialities, and `general`, are none of them. Lists
/// without the column are read too.
fn services(tag: &str) -> Option<Vec<Service>> {
    let mut services: Vec<Service> = tag.split(';').filter_map(|word| service(word.trim())).collect();
    services.sort_unstable();
    services.dedup();
    Some(services).filter(|services| !services.is_empty())
}

fn service(speciality: &str) -> Option<Service> {
    Some(match speciality {
        "maternity" | "obstetrics" | "midwifery" => Service::Maternity,
        "laboratory" | "biology" => Service::Laboratory,
        "radiology" | "diagnostic_radiology" | "radiography" | "ultrasound" => Service::Imaging,
        "surgery" | "general_surgery" => Service::Surgery,
        "vaccination" => Service::Vaccination,
        "dentistry" | "dentist" | "stomatology" => Service::Dentistry,
        "paediatrics" | "pediatrics" => Service::Paediatrics,
        "dialysis" => Service::Dialysis,
        "blood_donation" => Service::BloodBank,
        _ => return None,
    })
}

fn numbers(row: &mut Row<'_>, country: Country) -> Result<Vec<number::ReadNumber>, Refusal> {
    let Some(field) = row.text("contact_number", 300)? else { return Ok(Vec::new()) };
    let mut numbers: Vec<number::ReadNumber> = Vec::new();
    for read in number::read_all(&field, country) {
        match read {
            Ok(number)
                if numbers.iter().any(|other| (other.kind, &other.value) == (number.kind, &number.value)) => {
            }
            Ok(number) => {
                if number.converted_2021 {
                    row.remarks.push(Remark::NumberConverted);
                }
                numbers.push(number);
            }
            Err(why) => row.remarks.push(Remark::NumberLeftOut(why)),
        }
    }
    Ok(numbers)
}

/// From the tags `amenity` and `healthcare`.
fn kind(tag: &str) -> EstablishmentType {
    match tag {
        "hospital" => EstablishmentType::Hospital,
        "clinic" => EstablishmentType::Clinic,
        "doctors" | "doctor" => EstablishmentType::Doctor,
        "dentist" => EstablishmentType::Dentist,
        "pharmacy" => EstablishmentType::Pharmacy,
        "laboratory" => EstablishmentType::Laboratory,
        "birthing_center" | "birthing_centre" => EstablishmentType::Maternity,
        "blood_donation" | "blood_bank" => EstablishmentType::BloodBank,
        "physiotherapist" => EstablishmentType::Physiotherapist,
        "centre" | "center" => EstablishmentType::HealthCenter,
        _ => EstablishmentType::Other,
    }
}

fn ownership(tag: &str) -> Option<Ownership> {
    match tag {
        "public" | "government" | "local_authority" => Some(Ownership::Public),
        "private" => Some(Ownership::Private),
        "religious" => Some(Ownership::Religious),
        "community" => Some(Ownership::Community),
        "ngo" => Some(Ownership::Ngo),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::services;
    use crate::{Country, Hours, NumberKind, Service, number};

    /// The pairs that the rule of the 2021 plan gives, worked out apart from this code.
    const GOLDEN: &str = include_str!("numbers_2021.golden.csv");
    const LIST: &[u8] = include_bytes!("../../../../data/civ_healthsites_osm_2020.csv");

    fn column(name: &str) -> Vec<String> {
        let mut csv = csv::Reader::from_reader(LIST);
        let place = csv.headers().unwrap().iter().position(|header| header == name).unwrap();
        csv.records().map(|row| row.unwrap()[place].to_owned()).filter(|value| !value.is_empty()).collect()
    }

    #[test]
    fn the_numbers_of_the_shipped_list_are_converted_as_the_golden_file_says() {
        let numbers = column("contact_number");
        let golden: Vec<(String, String, String)> =
            csv::Reader::from_reader(GOLDEN.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap();
        assert_eq!((numbers.len(), golden.len()), (236, 236));
        for (number, (raw, converted, why)) in numbers.iter().zip(&golden) {
            assert_eq!(number, raw);
            let read = number::read_all(number, Country::COTE_D_IVOIRE);
            let [read] = read.as_slice() else { panic!("{number} is one number") };
            match read {
                Ok(read) => {
                    assert_eq!((&read.value, read.kind), (converted, NumberKind::E164), "{number}");
                    assert!(read.converted_2021 && read.raw == *raw && why.is_empty());
                }
                Err(none) => assert_eq!((converted.as_str(), none.code()), ("", why.as_str()), "{number}"),
            }
        }
        assert_eq!(golden.iter().filter(|(_, converted, _)| converted.is_empty()).count(), 7);
    }

    #[test]
    fn a_speciality_tells_a_service_or_nothing() {
        assert_eq!(services("maternity"), Some(vec![Service::Maternity]));
        assert_eq!(
            services("pediatrics; surgery;surgery"),
            Some(vec![Service::Surgery, Service::Paediatrics])
        );
        for nothing in ["", "general", "psychiatry;ophthalmology", "Maternity", ";", "\u{fffd}"] {
            assert_eq!(services(nothing), None, "{nothing:?}: unknown is not none");
        }
        let shipped = column("speciality");
        assert_eq!(shipped.len(), 8);
        assert_eq!(
            shipped.iter().filter_map(|tag| services(tag)).collect::<Vec<_>>(),
            [[Service::Maternity]]
        );
    }

    #[test]
    fn the_hours_of_the_shipped_list_all_parse_once_their_spaces_are_plain() {
        let hours = column("opening_hours");
        assert_eq!(hours.len(), 280);
        assert_eq!(hours.iter().filter(|hours| Hours::is_readable(hours)).count(), 273);
        assert!(hours.iter().all(|hours| Hours::is_readable(Hours::new(hours).osm())));
    }
}
