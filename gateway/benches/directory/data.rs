//! Places as real ones lie: in towns, and what is rare is missing in whole towns. Seeded, so that every run has the same.

use hostolink_geo::Point;
use std::fmt::Write;

/// As many kinds as there are, so that one place in eight is of one.
pub(crate) const KINDS: [&str; 8] = [
    "hospital",
    "clinic",
    "doctors",
    "dentist",
    "pharmacy",
    "laboratory",
    "birthing_center",
    "physiotherapist",
];

/// South, north, west, east.
pub(crate) type Bounds = [f64; 4];
pub(crate) const COUNTRY: Bounds = [4.6, 10.3, -8.3, -2.8];
pub(crate) const CONTINENT: Bounds = [-33.0, 35.0, -16.0, 48.0];

/// `SplitMix64`.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub(crate) fn below(&mut self, sides: usize) -> usize {
        usize::try_from(self.next() % sides as u64).unwrap()
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn anywhere(&mut self, bounds: Bounds) -> (f64, f64) {
        (self.between(bounds[0], bounds[1]), self.between(bounds[2], bounds[3]))
    }
}

/// So many places with their kinds, about two hundred a town, most in few towns. Half of the towns have none of one kind.
pub(crate) fn scatter(dice: &mut Dice, bounds: Bounds, places: usize) -> Vec<(Point, usize)> {
    let towns: Vec<_> = (0..places / 200 + 1)
        .map(|_| (dice.anywhere(bounds), dice.between(0.01, 0.3), dice.below(2 * KINDS.len())))
        .collect();
    (0..places)
        .map(|_| {
            let first = dice.below(towns.len());
            let ((north, east), spread, missing) = towns[dice.below(first + 1)];
            let latitude = north + dice.between(-spread, spread) * dice.between(0.0, 1.0);
            let longitude = east + dice.between(-spread, spread) * dice.between(0.0, 1.0);
            let kind = dice.below(KINDS.len());
            let kind = if kind == missing { (kind + 1) % KINDS.len() } else { kind };
            (Point::new(latitude, longitude).unwrap(), kind)
        })
        .collect()
}

/// Where people ask from: half of them in a town, the others anywhere; and for which kind.
pub(crate) fn questions(
    dice: &mut Dice,
    bounds: Bounds,
    places: &[(Point, usize)],
    count: usize,
) -> Vec<(Point, usize)> {
    (0..count)
        .map(|turn| {
            let (latitude, longitude) = if turn % 2 == 0 {
                let (near, _) = places[dice.below(places.len())];
                (near.latitude() + dice.between(-0.02, 0.02), near.longitude() + dice.between(-0.02, 0.02))
            } else {
                dice.anywhere(bounds)
            };
            (Point::new(latitude, longitude).unwrap(), dice.below(KINDS.len()))
        })
        .collect()
}

/// The places as a list that `hostolink import health` takes.
pub(crate) fn list(places: &[(Point, usize)]) -> String {
    let mut list = String::from(
        "osm_id,osm_type,amenity,healthcare,name,operator,operator_type,addr_full,contact_number,opening_hours,emergency,\
         dispensing,wheelchair,iso3c,lon,lat\n",
    );
    for (number, (point, kind)) in places.iter().enumerate() {
        let (kind, hours) = (KINDS[*kind], ["", "24/7", "Mo-Sa 08:00-19:00"][number % 3]);
        let (longitude, latitude) = (point.longitude(), point.latitude());
        let name = format!("{kind} {} de la Source {}", number % 977, number % 31);
        writeln!(
            list,
            "{number},node,{kind},,{name},,private,,+22522445353,{hours},,,,CIV,{longitude:.6},{latitude:.6}"
        )
        .unwrap();
    }
    list
}
