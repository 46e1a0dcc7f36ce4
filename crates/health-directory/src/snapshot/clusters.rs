use super::{Filter, Snapshot, filter::Matching};
use crate::Establishment;
use hostolink_geo::Point;
use std::collections::BTreeMap;

/// What a map shows at a zoom: establishments that lie close together there as one.
#[derive(Debug)]
pub struct Clusters<'a> {
    /// The zoom that was drawn: lower than the one asked for where that would have given too many.
    pub zoom: u8,
    /// From north-west to south-east.
    pub clusters: Vec<Cluster<'a>>,
}

/// Establishments that lie close together.
#[derive(Debug)]
pub struct Cluster<'a> {
    /// The same for the same square of the map, whatever is in it.
    pub id: String,
    /// How many there are.
    pub count: usize,
    /// The middle of them, in degrees.
    pub latitude: f64,
    /// The same.
    pub longitude: f64,
    /// The establishment where there is only one.
    pub only: Option<&'a Establishment>,
}

/// The highest zoom of maps.
pub(crate) const MAX_ZOOM: u8 = 22;
/// More than so many are a map that nobody reads.
const MAX_CLUSTERS: usize = 500;
/// Squares of 64 pixels: a tile of a map has 256.
const SQUARES_IN_A_TILE: f64 = 4.0;

impl Snapshot {
    /// The clusters of a filter's establishments at a zoom from 0 to 22; a higher one counts as 22. Together they count everything
    /// that the filter takes.
    #[must_use]
    pub fn clusters(&self, zoom: u8, filter: &Filter) -> Clusters<'_> {
        let matching = Matching::new(self, filter);
        let places: Vec<usize> = (0..self.rows.len()).filter(|place| matching.takes(*place)).collect();
        let mut zoom = zoom.min(MAX_ZOOM);
        loop {
            let squares = self.squares(&places, zoom);
            if squares.len() <= MAX_CLUSTERS || zoom == 0 {
                let clusters = squares.into_iter().map(|(square, all)| self.cluster(zoom, square, &all));
                return Clusters { zoom, clusters: clusters.collect() };
            }
            zoom -= 1;
        }
    }

    fn squares(&self, places: &[usize], zoom: u8) -> BTreeMap<(u32, u32), Vec<usize>> {
        let mut squares: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
        for place in places {
            squares.entry(square(self.rows[*place].position.point, zoom)).or_default().push(*place);
        }
        squares
    }

    fn cluster(&self, zoom: u8, (y, x): (u32, u32), places: &[usize]) -> Cluster<'_> {
        let middle = |axis: fn(Point) -> f64| {
            places.iter().map(|place| axis(self.rows[*place].position.point)).sum::<f64>()
                / places.len() as f64
        };
        Cluster {
            id: format!("{zoom}/{x}/{y}"),
            count: places.len(),
            latitude: middle(Point::latitude),
            longitude: middle(Point::longitude),
            only: if let [place] = places { Some(&self.rows[*place]) } else { None },
        }
    }
}

/// The row and column of a point's square on the map that phones and browsers draw (Web Mercator).
fn square(point: Point, zoom: u8) -> (u32, u32) {
    // The map ends here, so that it is square.
    const NORTH: f64 = 85.051_128_779_806_6;
    let squares = SQUARES_IN_A_TILE * 2_f64.powi(i32::from(zoom));
    let latitude = point.latitude().clamp(-NORTH, NORTH).to_radians();
    let x = (point.longitude() + 180.0) / 360.0;
    let y = (1.0 - latitude.tan().asinh() / std::f64::consts::PI) / 2.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 4 · 2²², and whole from here on"
    )]
    let place = |share: f64| (share * squares).floor().clamp(0.0, squares - 1.0) as u32;
    (place(y), place(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_cover_the_globe() {
        let at = |latitude, longitude, zoom| square(Point::new(latitude, longitude).unwrap(), zoom);
        assert_eq!(at(90.0, 0.0, 0), (0, 2));
        assert_eq!(at(-90.0, 180.0, 0), (3, 2), "a pole has longitude 0");
        assert_eq!(at(0.0, 180.0, 0), (2, 3));
        assert_eq!(at(0.0, -179.9, 0), (2, 0));
        let last = 4 * (1 << 22) - 1;
        assert_eq!(at(-85.06, 180.0, 22), (last, last));
    }
}
