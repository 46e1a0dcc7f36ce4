//! The closed vocabularies. Each value has one code, the same in the database and in answers.

use crate::name;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The value of a code; codes are in lower case.
            #[must_use]
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    )+};
}

codes! {
    /// What an establishment is, in Hostolink's words; the source's own word is kept beside.
    EstablishmentType {
        /// A hospital of any level.
        Hospital = "hospital",
        /// A health centre, urban or rural, or a medico-social centre.
        HealthCenter = "health_center",
        /// Smaller than a centre: post, hut, dispensary.
        HealthPost = "health_post",
        /// A clinic or polyclinic.
        Clinic = "clinic",
        /// A doctor's practice or an infirmary.
        Doctor = "doctor",
        /// A dentist.
        Dentist = "dentist",
        /// A pharmacy.
        Pharmacy = "pharmacy",
        /// A laboratory for medical analyses.
        Laboratory = "laboratory",
        /// A maternity home.
        Maternity = "maternity",
        /// Where blood is given or kept.
        BloodBank = "blood_bank",
        /// A physiotherapist.
        Physiotherapist = "physiotherapist",
        /// Anything else.
        Other = "other",
    }

    /// Where an establishment stands in the country's health pyramid: who can do less sends to who can do more.
    Level {
        /// First contact: health centres and posts.
        Primary = "primary",
        /// The general hospital of a district.
        GeneralHospital = "general_hospital",
        /// The hospital of a region.
        RegionalHospital = "regional_hospital",
        /// A university hospital.
        UniversityHospital = "university_hospital",
    }

    /// Who runs an establishment.
    Ownership {
        /// The state or a local authority.
        Public = "public",
        /// A private person or company.
        Private = "private",
        /// A church or mosque, or an organisation of one.
        Religious = "religious",
        /// The people it serves.
        Community = "community",
        /// A non-governmental organisation.
        Ngo = "ngo",
    }

    /// How a number is dialled.
    NumberKind {
        /// From anywhere, in E.164 form.
        E164 = "e164",
        /// A short number, inside the country only. It has no country code.
        Short = "short",
        /// A WhatsApp account, in E.164 form.
        WhatsApp = "whatsapp",
    }

    /// What a number of an establishment is for.
    Purpose {
        /// Anything: the desk.
        Main = "main",
        /// Emergencies.
        Emergency = "emergency",
        /// Making an appointment.
        Appointments = "appointments",
        /// The pharmacy in the house.
        Pharmacy = "pharmacy",
        /// An ambulance.
        Ambulance = "ambulance",
    }

    /// Whether somebody has checked that a number works.
    Verification {
        /// It answered, and was whom it should be.
        Verified = "verified",
        /// Nobody has tried.
        Unverified = "unverified",
        /// It does not answer any more.
        Dead = "dead",
    }

    /// What help a number of [`EmergencyNumber`](crate::EmergencyNumber) brings.
    EmergencyCategory {
        /// Fire brigade, rescue, civil protection.
        FireRescue = "fire_rescue",
        /// Medical emergencies.
        Medical = "medical",
        /// Police.
        Police = "police",
        /// Children in distress.
        ChildProtection = "child_protection",
        /// Information about health.
        HealthInfo = "health_info",
        /// Information of the government.
        CitizenInfo = "citizen_info",
        /// Pharmacies on duty.
        PharmacyDuty = "pharmacy_duty",
        /// Water and electricity.
        Utility = "utility",
    }

    /// What an administrative area is.
    AreaLevel {
        /// One of the 33 regions, the two autonomous districts among them.
        Region = "region",
        /// A sub-prefecture.
        Subprefecture = "subprefecture",
    }

    /// What a place is that somebody can be near to, the most known first.
    PlaceKind {
        /// A city.
        City = "city",
        /// A town.
        Town = "town",
        /// A commune or a large quarter of a city.
        Suburb = "suburb",
        /// A quarter.
        Neighbourhood = "neighbourhood",
        /// A village.
        Village = "village",
        /// A hamlet or a single house.
        Hamlet = "hamlet",
        /// A named spot where nobody lives.
        Locality = "locality",
    }

    /// A part of the offline pack: what a share-alike licence covers leaves in a file of its own.
    PackPart {
        /// What may be mixed with anything.
        Base = "base",
        /// What comes from OpenStreetMap, under the ODbL.
        ShareAlike = "odbl",
    }

    /// What an establishment offers.
    Service {
        /// Consultations and care without a doctor.
        Dispensary = "dispensary",
        /// Births.
        Maternity = "maternity",
        /// Analyses.
        Laboratory = "laboratory",
        /// X-rays, ultrasound.
        Imaging = "imaging",
        /// Operations.
        Surgery = "surgery",
        /// Medicines.
        Pharmacy = "pharmacy",
        /// Vaccinations.
        Vaccination = "vaccination",
        /// Teeth.
        Dentistry = "dentistry",
        /// Children.
        Paediatrics = "paediatrics",
        /// Dialysis.
        Dialysis = "dialysis",
        /// An ambulance of its own.
        Ambulance = "ambulance",
        /// Blood.
        BloodBank = "blood_bank",
    }

    /// A fact of an establishment that can be corrected here; no import writes over it then.
    Fact {
        /// Its name.
        Name = "name",
        /// What it is.
        Kind = "type",
        /// Where it is.
        Position = "position",
        /// When it is open.
        Hours = "hours",
        /// Its numbers.
        Numbers = "numbers",
        /// What it offers.
        Services = "services",
        /// Whether it is there at all.
        Closed = "closed",
    }

    /// What became of somebody's word that they run an establishment.
    ClaimState {
        /// Nobody has decided.
        Pending = "pending",
        /// They edit its entry.
        Approved = "approved",
        /// They were not believed.
        Refused = "refused",
        /// They edit it no longer.
        Revoked = "revoked",
    }

    /// By whose word a fact was corrected.
    Corrector {
        /// Somebody of the house checked what a person suggested.
        Review = "review",
        /// Whoever runs the establishment.
        Owner = "owner",
    }

    /// How well the sources support an emergency number.
    Confidence {
        /// Several independent or official sources.
        High = "high",
        /// One good source.
        Medium = "medium",
        /// Old or weak sources.
        Low = "low",
    }
}

impl EstablishmentType {
    /// The service that a place of this type offers by what it is, whether a list says so or not.
    #[must_use]
    pub const fn service(self) -> Option<Service> {
        match self {
            Self::Dentist => Some(Service::Dentistry),
            Self::Pharmacy => Some(Service::Pharmacy),
            Self::Laboratory => Some(Service::Laboratory),
            Self::Maternity => Some(Service::Maternity),
            Self::BloodBank => Some(Service::BloodBank),
            Self::Hospital
            | Self::HealthCenter
            | Self::HealthPost
            | Self::Clinic
            | Self::Doctor
            | Self::Physiotherapist
            | Self::Other => None,
        }
    }
}

impl Level {
    /// From the word that a source has for its type; `None` where that word says nothing of the pyramid.
    pub(crate) fn of(source_kind: &str) -> Option<Self> {
        let kind = name::fold(source_kind);
        match kind.as_str() {
            "centre de sante rural"
            | "centre de sante urbain"
            | "centre medico social"
            | "csr"
            | "csu"
            | "csus"
            | "cms"
            | "fsu"
            | "dispensaire" => Some(Self::Primary),
            "hopital general" | "hg" => Some(Self::GeneralHospital),
            "hospitalier regional" | "centre hospitalier regional" | "chr" => Some(Self::RegionalHospital),
            "hospitalier universitaire" | "centre hospitalier universitaire" | "chu" => {
                Some(Self::UniversityHospital)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for value in EstablishmentType::ALL {
            assert_eq!(EstablishmentType::parse(value.code()), Some(*value));
        }
        assert_eq!(EstablishmentType::parse("Hospital"), None);
        assert_eq!(Verification::parse(""), None);
    }
}
