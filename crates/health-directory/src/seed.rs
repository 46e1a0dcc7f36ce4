//! The lists that come with the program (`data/` of the repository), so that it has something to show from anywhere.

use crate::Source;

/// Each list with its bytes, in the order in which to import them.
pub const FILES: [(Source, &[u8]); 6] = [
    (Source::Emergency, include_bytes!("../../../data/civ_emergency_numbers.csv")),
    (Source::Who, include_bytes!("../../../data/civ_who_kwtrp_2019.csv")),
    (Source::Osm, include_bytes!("../../../data/civ_healthsites_osm_2020.csv")),
    (Source::Areas, include_bytes!("../../../data/civ_regions_cntig_ocha_2018.geojson")),
    (Source::Areas, include_bytes!("../../../data/civ_subprefectures_cntig_ocha_2018.geojson")),
    (Source::Places, include_bytes!("../../../data/civ_osm_2019_places.csv")),
];
