//! The health directory: where help is, how to call it, and where the facts come from. Everybody may ask, and every
//! answer comes from memory.

mod areas;
mod contacts;
mod duty;
mod emergency;
mod establishments;
pub(crate) mod fhir;
mod finding;
mod forms;
mod holidays;
mod list_views;
mod lists;
mod map;
mod nearest;
mod packs;
pub(crate) mod people;
mod places;
mod problems;
mod query;
mod reports;
mod rotas;
mod views;

use crate::routes::ServiceConfig;

/// Mounts `/api/health/*`, `/api/admin/health/*`, the map and `/fhir/R4/*`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(establishments::establishments)
        .service(establishments::within)
        .service(contacts::export)
        .service(establishments::establishment)
        .service(contacts::vcard)
        .service(finding::search)
        .service(finding::referral)
        .service(finding::clusters)
        .service(map::map_page)
        .service(packs::pack)
        .service(packs::sync)
        .service(emergency::emergency)
        .service(duty::on_duty)
        .service(lists::emergency_numbers)
        .service(lists::holidays)
        .service(lists::sources)
        .service(reports::report)
        .service(reports::queue)
        .service(reports::decide)
        .service(holidays::set)
        .service(holidays::remove)
        .service(rotas::import)
        .service(rotas::one)
        .service(rotas::publish)
        .service(rotas::withdraw)
        .service(rotas::assign)
        .service(areas::list)
        .service(areas::one)
        .service(places::find)
        .configure(fhir::routes)
        .configure(people::routes);
}
