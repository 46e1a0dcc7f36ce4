use super::Refusal;
use crate::Country;
use hostolink_geo::{InvalidPoint, Point};

/// Reads a position of `country` in degrees, rounded to six decimals (0.1 m).
pub(crate) fn read(latitude: &str, longitude: &str, country: Country) -> Result<Point, Refusal> {
    if latitude.is_empty() || longitude.is_empty() {
        return Err(Refusal::NoPosition);
    }
    let number = |text: &str| text.parse::<f64>().map_err(|_| Refusal::NotANumber);
    let (latitude, longitude) = (number(latitude)?, number(longitude)?);
    let rounded = |degrees: f64| (degrees * 1e6).round() / 1e6;
    match Point::new(rounded(latitude), rounded(longitude)) {
        Ok(point) if point.latitude().abs() < 0.001 && point.longitude().abs() < 0.001 => {
            Err(Refusal::NullIsland)
        }
        Ok(point) => match country.may_contain(point) {
            Some(false) if country.seems_swapped(point) => Err(Refusal::Swapped),
            Some(false) => Err(Refusal::OutsideCountry),
            Some(true) | None => Ok(point),
        },
        Err(InvalidPoint::NotFinite | InvalidPoint::Form) => Err(Refusal::NotANumber),
        // Metres: an easting of a UTM zone is 100,000 to 900,000, a northing up to 10,000,000.
        Err(_) if latitude.abs() > 1_000.0 || longitude.abs() > 1_000.0 => Err(Refusal::Projected),
        // Out of range one way and a place the other way.
        Err(_)
            if Point::new(longitude, latitude)
                .is_ok_and(|point| country.may_contain(point) != Some(false)) =>
        {
            Err(Refusal::Swapped)
        }
        Err(_) => Err(Refusal::OutOfRange),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_position_has_its_reason() {
        let ci = Country::COTE_D_IVOIRE;
        for (latitude, longitude, refusal) in [
            ("", "", Refusal::NoPosition),
            ("5.3", "", Refusal::NoPosition),
            ("5,3", "-4.0", Refusal::NotANumber),
            ("NaN", "-4.0", Refusal::NotANumber),
            ("5.3", "inf", Refusal::NotANumber),
            ("1e999", "-4.0", Refusal::NotANumber),
            ("588000.5", "382000.1", Refusal::Projected),
            ("0", "0", Refusal::NullIsland),
            ("0.0000001", "-0.0", Refusal::NullIsland),
            ("-4.0197", "5.3232", Refusal::Swapped),
            ("95.3", "-4.0", Refusal::OutOfRange),
            ("5.3", "-190", Refusal::OutOfRange),
            ("5.3", "4.0", Refusal::OutsideCountry),
            ("48.85", "2.35", Refusal::OutsideCountry),
        ] {
            assert_eq!(read(latitude, longitude, ci), Err(refusal), "{latitude} {longitude}");
        }
        let point = read("7.647908336925241", "-5.026663500565803", ci).unwrap();
        assert_eq!((point.latitude(), point.longitude()), (7.647908, -5.026664));
    }

    #[test]
    fn of_other_countries_less_is_known() {
        let kenya = Country::parse("KE").unwrap();
        assert!(read("-1.28", "36.82", kenya).is_ok());
        assert!(read("5.3232", "-4.0197", kenya).is_ok());
        assert_eq!(read("0", "0", kenya), Err(Refusal::NullIsland));
        assert_eq!(read("100", "1", kenya), Err(Refusal::Swapped));
        assert_eq!(read("100", "100", kenya), Err(Refusal::OutOfRange));
    }
}
