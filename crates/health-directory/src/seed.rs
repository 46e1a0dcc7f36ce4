//! The lists that come with the program (`data/` of the repository), so that it has something to show from anywhere.

use crate::Source;

/// Each list with its bytes, in the order in which to import them.
pub const FILES: [(Source, &[u8]); 3] = [
    (Source::Emergency, include_bytes!("../../../data/civ_emergency_numbers.csv")),
    (Source::Who, include_bytes!("../../../data/civ_who_kwtrp_2019.csv")),
    (Source::Osm, include_bytes!("../../../data/civ_healthsites_osm_2020.csv")),
];
