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
    /// The types to choose from, each with its name.
    kinds: &'static [(&'static str, &'static str)],
}

const KINDS: [[(&str, &str); 12]; 2] = [
    [
        ("pharmacy", "Pharmacies"),
        ("hospital", "Hôpitaux"),
        ("health_center", "Centres de santé"),
        ("clinic", "Cliniques"),
        ("maternity", "Maternités"),
        ("doctor", "Médecins"),
        ("dentist", "Dentistes"),
        ("laboratory", "Laboratoires"),
        ("blood_bank", "Banques de sang"),
        ("physiotherapist", "Kinésithérapeutes"),
        ("health_post", "Postes de santé"),
        ("other", "Autres"),
    ],
    [
        ("pharmacy", "Pharmacies"),
        ("hospital", "Hospitals"),
        ("health_center", "Health centres"),
        ("clinic", "Clinics"),
        ("maternity", "Maternity wards"),
        ("doctor", "Doctors"),
        ("dentist", "Dentists"),
        ("laboratory", "Laboratories"),
        ("blood_bank", "Blood banks"),
        ("physiotherapist", "Physiotherapists"),
        ("health_post", "Health posts"),
        ("other", "Others"),
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
            assert_eq!(kinds.map(|(code, _)| code).into_iter().collect::<BTreeSet<_>>(), all);
        }
    }
}
