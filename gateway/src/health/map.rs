//! The directory as a page: a map that needs no tiles, the nearest of what is asked for, and numbers to tap.

use crate::{
    error::ApiResult,
    pages::{self, Frame},
    state::State,
};
use actix_web::{HttpResponse, get, web::Data};
use askama::Template;

#[derive(Template)]
#[template(path = "carte.html")]
struct Page<'a> {
    frame: &'a Frame,
    /// The types to choose from.
    kinds: &'static [Kind],
}

/// A type of establishment: its code, what several and what one are called.
type Kind = (&'static str, &'static str, &'static str);

/// In French, in English.
const KINDS: [[Kind; 12]; 2] = [
    [
        ("pharmacy", "Pharmacies", "Pharmacie"),
        ("hospital", "Hôpitaux", "Hôpital"),
        ("health_center", "Centres de santé", "Centre de santé"),
        ("clinic", "Cliniques", "Clinique"),
        ("maternity", "Maternités", "Maternité"),
        ("doctor", "Médecins", "Médecin"),
        ("dentist", "Dentistes", "Dentiste"),
        ("laboratory", "Laboratoires", "Laboratoire"),
        ("blood_bank", "Banques de sang", "Banque de sang"),
        ("physiotherapist", "Kinésithérapeutes", "Kinésithérapeute"),
        ("health_post", "Postes de santé", "Poste de santé"),
        ("other", "Autres", "Établissement de santé"),
    ],
    [
        ("pharmacy", "Pharmacies", "Pharmacy"),
        ("hospital", "Hospitals", "Hospital"),
        ("health_center", "Health centres", "Health centre"),
        ("clinic", "Clinics", "Clinic"),
        ("maternity", "Maternity wards", "Maternity ward"),
        ("doctor", "Doctors", "Doctor"),
        ("dentist", "Dentists", "Dentist"),
        ("laboratory", "Laboratories", "Laboratory"),
        ("blood_bank", "Blood banks", "Blood bank"),
        ("physiotherapist", "Physiotherapists", "Physiotherapist"),
        ("health_post", "Health posts", "Health post"),
        ("other", "Others", "Health facility"),
    ],
];

/// A map of the directory for any browser. The position stays in it, but for the questions it asks; nothing is loaded from elsewhere.
#[utoipa::path(
    tag = "Health directory",
    operation_id = "mapPage",
    responses((status = 200, description = "The page", body = String, content_type = "text/html"))
)]
#[get("/carte")]
pub(super) async fn map_page(state: Data<State>) -> ApiResult<HttpResponse> {
    let frame = Frame::new(&state);
    pages::answer(&frame, &Page { frame: &frame, kinds: &KINDS[usize::from(!frame.french)] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_health_directory::EstablishmentType;
    use std::collections::BTreeSet;

    #[test]
    fn every_type_can_be_chosen_in_both_languages() {
        let all: BTreeSet<&str> = EstablishmentType::ALL.iter().map(|kind| kind.code()).collect();
        for kinds in KINDS {
            assert_eq!(kinds.map(|(code, ..)| code).into_iter().collect::<BTreeSet<_>>(), all);
        }
    }
}
