use crate::{Error, Profile, account::Account, schema::utilisateur};
use chrono::NaiveDate;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::hash::{Hash, Hasher};
use unicode_normalization::UnicodeNormalization;

/// The longest name or trade, in characters.
const MAX_NAME: usize = 80;
/// The longest postal address, in characters.
const MAX_ADDRESS: usize = 200;
/// The longest number to be reached at, in characters.
const MAX_CONTACT_PHONE: usize = 32;
/// Nobody who signs in was born before.
const EARLIEST_BIRTH: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).expect("a date of the calendar");

/// ISO 3166-1 alpha-2, as of 2026.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP \
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT \
    MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW \
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ \
    UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// What somebody changes of their own profile: each field stays as it is until it is set here. Nothing else of an account
/// can be written with it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProfileChange {
    pub(super) fields: Fields,
    pub(super) seen: Option<Vec<String>>,
}

/// The columns: `None` leaves one as it is, `Some(None)` empties it.
#[derive(Clone, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = utilisateur)]
pub(super) struct Fields {
    prenom: Option<Option<String>>,
    nom: Option<Option<String>>,
    pays: Option<Option<String>>,
    adresse: Option<Option<String>>,
    profession: Option<Option<String>>,
    date_naissance: Option<Option<NaiveDate>>,
    langue: Option<Option<String>>,
    telephone_contact: Option<Option<String>>,
}

impl ProfileChange {
    /// The given name; nothing, or only spaces, empties it.
    ///
    /// # Errors
    /// [`Error::FirstNameInvalid`].
    pub fn first_name(&mut self, text: Option<&str>) -> Result<(), Error> {
        self.fields.prenom = Some(name(text).ok_or(Error::FirstNameInvalid)?);
        Ok(())
    }

    /// The family name; nothing, or only spaces, empties it.
    ///
    /// # Errors
    /// [`Error::LastNameInvalid`].
    pub fn last_name(&mut self, text: Option<&str>) -> Result<(), Error> {
        self.fields.nom = Some(name(text).ok_or(Error::LastNameInvalid)?);
        Ok(())
    }

    /// The country, by its ISO 3166-1 alpha-2 code, for example `CI`.
    ///
    /// # Errors
    /// [`Error::CountryInvalid`].
    pub fn country(&mut self, code: Option<&str>) -> Result<(), Error> {
        let code = code.map(|text| text.trim().to_ascii_uppercase()).filter(|code| !code.is_empty());
        if code.as_deref().is_some_and(|code| !COUNTRIES.split(' ').any(|country| country == code)) {
            return Err(Error::CountryInvalid);
        }
        self.fields.pays = Some(code);
        Ok(())
    }

    /// The postal address, at most 200 characters on one line.
    ///
    /// # Errors
    /// [`Error::AddressInvalid`].
    pub fn address(&mut self, text: Option<&str>) -> Result<(), Error> {
        self.fields.adresse = Some(line(text, MAX_ADDRESS).ok_or(Error::AddressInvalid)?);
        Ok(())
    }

    /// What the person does for a living, at most 80 characters.
    ///
    /// # Errors
    /// [`Error::ProfessionInvalid`].
    pub fn profession(&mut self, text: Option<&str>) -> Result<(), Error> {
        self.fields.profession = Some(line(text, MAX_NAME).ok_or(Error::ProfessionInvalid)?);
        Ok(())
    }

    /// The day of birth, `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`Error::BirthDateInvalid`].
    pub fn birth_date(&mut self, text: Option<&str>) -> Result<(), Error> {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        let read = |text: &str| {
            let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
            // Chrono also takes signs and short months: one spelling a day.
            let date = date.filter(|date| *date >= EARLIEST_BIRTH && date.to_string() == text);
            date.ok_or(Error::BirthDateInvalid)
        };
        self.fields.date_naissance = Some(text.map(read).transpose()?);
        Ok(())
    }

    /// In which language messages are to be: `fr` or `en`.
    ///
    /// # Errors
    /// [`Error::LanguageInvalid`].
    pub fn language(&mut self, tag: Option<&str>) -> Result<(), Error> {
        let tag = tag.map(|text| text.trim().to_ascii_lowercase()).filter(|tag| !tag.is_empty());
        if tag.as_deref().is_some_and(|tag| !["fr", "en"].contains(&tag)) {
            return Err(Error::LanguageInvalid);
        }
        self.fields.langue = Some(tag);
        Ok(())
    }

    /// A number to reach the person at: 4 to 20 digits, an exit code included, as it is typed. It proves nothing.
    ///
    /// # Errors
    /// [`Error::ContactPhoneInvalid`].
    pub fn contact_phone(&mut self, text: Option<&str>) -> Result<(), Error> {
        let text = line(text, MAX_CONTACT_PHONE).ok_or(Error::ContactPhoneInvalid)?;
        if text.as_deref().is_some_and(|text| !is_dialled(text)) {
            return Err(Error::ContactPhoneInvalid);
        }
        self.fields.telephone_contact = Some(text);
        Ok(())
    }

    /// Of a registration, what waits for the first proof: given name, family name, number to be reached at.
    pub(crate) fn provisional(&self) -> [Option<&str>; 3] {
        let Fields { prenom, nom, telephone_contact, .. } = &self.fields;
        [prenom, nom, telephone_contact].map(|field| field.as_ref().and_then(Option::as_deref))
    }

    /// The change that a provisional name and number come to at the first proof; what was not given stays.
    pub(crate) fn kept([prenom, nom, telephone_contact]: [Option<String>; 3]) -> Self {
        let given = |field: Option<String>| field.map(Some);
        let fields = Fields {
            prenom: given(prenom),
            nom: given(nom),
            telephone_contact: given(telephone_contact),
            ..Fields::default()
        };
        Self { fields, seen: None }
    }

    /// The change is meant for a profile in one of these versions only ([`Profile::version`]): whoever changed it in
    /// between is not overwritten unseen.
    pub fn seen(&mut self, versions: Vec<String>) {
        self.seen = Some(versions);
    }

    pub(super) fn born_after(&self, today: NaiveDate) -> bool {
        self.fields.date_naissance.flatten().is_some_and(|date| date > today)
    }
}

impl Fields {
    /// The JSON names of what is not already so, for the audit log, which keeps no values.
    pub(super) fn changing(&self, account: &Account) -> Vec<&'static str> {
        fn differs<T: PartialEq>(new: Option<&Option<T>>, old: &Option<T>) -> bool {
            new.is_some_and(|new| new != old)
        }
        let fields = [
            ("firstName", differs(self.prenom.as_ref(), &account.prenom)),
            ("lastName", differs(self.nom.as_ref(), &account.nom)),
            ("country", differs(self.pays.as_ref(), &account.pays)),
            ("address", differs(self.adresse.as_ref(), &account.adresse)),
            ("profession", differs(self.profession.as_ref(), &account.profession)),
            ("birthDate", differs(self.date_naissance.as_ref(), &account.date_naissance)),
            ("language", differs(self.langue.as_ref(), &account.langue)),
            ("contactPhone", differs(self.telephone_contact.as_ref(), &account.telephone_contact)),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

impl std::fmt::Debug for ProfileChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProfileChange(…)")
    }
}

impl Profile {
    /// Another text whenever something of the profile is another: the entity tag of HTTP. Two releases of this program may
    /// say it differently: whoever compares reads the profile again.
    #[must_use]
    pub fn version(&self) -> String {
        let mut digest = Digesting(Sha256::new());
        self.hash(&mut digest);
        let digest = digest.0.finalize();
        digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Hashes every field, also those that come later, without naming them.
struct Digesting(Sha256);

impl Hasher for Digesting {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

/// Digits, and what people write between them. E.164 numbers have 15 digits at most; an exit code precedes some.
fn is_dialled(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (4..=20).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || " +-.()/".contains(c))
}

/// A name has a letter.
fn name(text: Option<&str>) -> Option<Option<String>> {
    let name = line(text, MAX_NAME)?;
    name.as_deref().is_none_or(|name| name.chars().any(char::is_alphabetic)).then_some(name)
}

/// One line as people read it: NFC, trimmed, single spaces. `Some(None)` where nothing is left; `None` where it is too long
/// or holds what is not seen: controls, or marks that hide text or turn its direction.
fn line(text: Option<&str>, max: usize) -> Option<Option<String>> {
    let Some(text) = text else { return Some(None) };
    if text.len() > 16 * max || text.chars().any(is_unseen) {
        return None;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").nfc().collect();
    (line.chars().count() <= max).then(|| Some(line).filter(|line| !line.is_empty()))
}

/// Controls, line separators, marks of direction and of format, fillers, tags, private use: Unicode 16, categories Cc,
/// Cf, Zl, Zp, Co, and the letters that draw nothing.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
            | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_name(text: &str) -> Result<Option<String>, Error> {
        let mut change = ProfileChange::default();
        change.first_name(Some(text))?;
        Ok(change.fields.prenom.unwrap())
    }

    #[test]
    fn a_name_is_what_people_read() {
        for (typed, kept) in [
            ("  Awa  ", Some("Awa")),
            ("N’Guessan", Some("N’Guessan")),
            ("Marie   Ange", Some("Marie Ange")),
            ("Kone\u{301}", Some("Koné")),
            ("王", Some("王")),
            ("", None),
            (" \u{a0} ", None),
        ] {
            assert_eq!(first_name(typed).unwrap().as_deref(), kept, "{typed:?}");
        }
        assert_eq!(first_name(&"é".repeat(80)).unwrap().unwrap().chars().count(), 80);
    }

    #[test]
    fn a_name_hides_nothing() {
        for typed in [
            "Awa\0",
            "Awa\nKoné",
            "Awa\tK",
            "\u{202e}awA",
            "A\u{200b}wa",
            "Awa\u{2066}",
            "\u{feff}Awa",
            "Awa\u{2028}",
            "A\u{ad}wa",
            "\u{e0041}",
            "12345",
            "+2250708091011",
            "\u{3164}",
            &"a".repeat(81),
            &" ".repeat(100_000),
        ] {
            assert!(matches!(first_name(typed), Err(Error::FirstNameInvalid)), "{typed:.40?}");
        }
    }

    #[test]
    fn a_country_is_one_of_iso_3166() {
        assert_eq!(COUNTRIES.split(' ').count(), 249);
        let country = |code: &str| {
            let mut change = ProfileChange::default();
            change.country(Some(code)).map(|()| change.fields.pays.unwrap())
        };
        assert_eq!(country(" ci ").unwrap().as_deref(), Some("CI"));
        assert_eq!(country("").unwrap(), None);
        for code in ["XX", "CIV", "Côte d'Ivoire", "C", "CI FR", "CÎ"] {
            assert!(matches!(country(code), Err(Error::CountryInvalid)), "{code}");
        }
    }

    #[test]
    fn a_birth_date_is_a_day_of_the_calendar() {
        let born = |text: &str| {
            let mut change = ProfileChange::default();
            change.birth_date(Some(text)).map(|()| change)
        };
        let change = born("1990-02-28").unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert!(change.born_after(day("1990-02-27")) && !change.born_after(day("1990-02-28")));
        for text in [
            "1990-02-30",
            "1899-12-31",
            "28/02/1990",
            "1990-2-28",
            "+1990-02-2",
            "90-02-28",
            "199-02-281",
            "x",
        ] {
            assert!(matches!(born(text), Err(Error::BirthDateInvalid)), "{text}");
        }
    }
}
