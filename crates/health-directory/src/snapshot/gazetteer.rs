//! Places by name: "near Yopougon Maroc" without asking anybody else.

use super::{
    Areas,
    words::{Words, question_words},
};
use crate::{PlaceKind, name};
use hostolink_geo::{Index, Point};
use std::collections::HashMap;

/// A place that somebody can be near to.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The source's own id, for example `node/2596945597`.
    pub id: String,
    /// Its name, as the source writes it.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// Where it is.
    pub point: Point,
    /// How many people live there, where the source says.
    pub population: Option<i32>,
    /// The larger place that it is near to, which tells it apart from others of the same name.
    pub within: Option<String>,
    /// The code of its source.
    pub source: String,
}

/// All places at one revision. It never changes.
#[derive(Debug, Default)]
pub struct Gazetteer {
    revision: i64,
    places: Vec<Place>,
    /// How many words the name of each has.
    sizes: Vec<usize>,
    /// The words of their names.
    own: Words,
    /// The words of what is around them: larger places, sub-prefecture, region.
    around: Words,
}

/// A place that fits a question.
#[derive(Debug, Clone, Copy)]
pub struct FoundPlace<'a> {
    /// The place.
    pub place: &'a Place,
    /// How badly it fits: 0 where the words are its name.
    pub misfit: u32,
}

/// A larger place further away, in metres, says nothing of where a place is.
const AROUND: f64 = 15_000.0;
/// How many larger places are looked at: cities and towns, and suburbs.
const LARGER: usize = 3;
/// What a word that only stands for what is around weighs: less than a typing error.
const MISFIT_AROUND: u32 = 2;

impl Gazetteer {
    pub(crate) fn new(revision: i64, mut places: Vec<Place>, areas: &Areas) -> Self {
        places.sort_by(|a, b| a.id.cmp(&b.id));
        // Cities and towns before suburbs, of which many may lie nearer: it is the city that people name.
        let large = [
            Large::new(&places, |kind| matches!(kind, PlaceKind::City | PlaceKind::Town)),
            Large::new(&places, |kind| kind == PlaceKind::Suburb),
        ];
        let mut around = Vec::with_capacity(places.len());
        for here in 0..places.len() {
            let larger: Vec<String> = large
                .iter()
                .flat_map(|large| large.near(&places, here))
                .map(|place| places[place].name.clone())
                .collect();
            let place = &places[here];
            let areas: Vec<&str> = areas.containing(place.point).map(|area| area.name.as_str()).collect();
            around.push(name::fold(&format!("{} {}", larger.join(" "), areas.join(" "))));
            let within = larger.into_iter().next().or_else(|| {
                let area = areas.into_iter().next_back();
                area.map(str::to_owned)
            });
            places[here].within = within.filter(|within| *within != places[here].name);
        }
        let names: Vec<String> = places.iter().map(|place| name::fold(&place.name)).collect();
        let sizes = names.iter().map(|name| question_words(name).len()).collect();
        let (own, around) = (Words::of(names.into_iter()), Words::of(around.into_iter()));
        Self { revision, places, sizes, own, around }
    }

    /// The number of the last change of any of them; 0 where there never was one.
    pub(crate) fn revision(&self) -> i64 {
        self.revision
    }

    /// How many places there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The places that a question may mean, the likeliest first. Each word is one of the place's name or of what is around it, at least
    /// one of its name; it may be cut or mistyped. What fits equally well comes by what it is, then by how many live there, or from a
    /// place by distance.
    #[must_use]
    pub fn find(&self, question: &str, from: Option<Point>, limit: usize) -> Vec<FoundPlace<'_>> {
        let folded = name::fold(question);
        let words = question_words(&folded);
        let mut found: Option<HashMap<u32, Fit>> = None;
        for word in &words {
            let fits = self.fits(word);
            found = Some(match found {
                None => fits,
                Some(found) => found
                    .into_iter()
                    .filter_map(|(place, fit)| Some((place, fit.and(*fits.get(&place)?))))
                    .collect(),
            });
        }
        let named = found.unwrap_or_default().into_iter().filter(|(_, fit)| fit.is_named);
        let mut ranked: Vec<(u32, f64, &Place)> = named
            .map(|(place, fit)| {
                let place = place as usize;
                // A name of more words than were said is another's who is called just so.
                let misfit = fit.misfit + u32::from(self.sizes[place] > words.len());
                let place = &self.places[place];
                (misfit, from.map_or(0.0, |from| from.distance(place.point)), place)
            })
            .collect();
        ranked.sort_unstable_by(|(a_misfit, a_metres, a), (b_misfit, b_metres, b)| {
            let fit = a_misfit.cmp(b_misfit).then(a_metres.total_cmp(b_metres));
            let known = a.kind.cmp(&b.kind).then(b.population.cmp(&a.population));
            fit.then(known).then_with(|| a.name.cmp(&b.name)).then_with(|| a.id.cmp(&b.id))
        });
        ranked.truncate(limit);
        ranked.into_iter().map(|(misfit, _, place)| FoundPlace { place, misfit }).collect()
    }

    /// The places that one word fits.
    fn fits(&self, word: &str) -> HashMap<u32, Fit> {
        let around = self.around.rows(word).into_iter();
        let around =
            around.map(|(place, misfit)| (place, Fit { misfit: misfit + MISFIT_AROUND, is_named: false }));
        let mut fits: HashMap<u32, Fit> = around.collect();
        for (place, misfit) in self.own.rows(word) {
            let fit = fits.entry(place).or_insert(Fit { misfit, is_named: true });
            *fit = Fit { misfit: fit.misfit.min(misfit), is_named: true };
        }
        fits
    }
}

/// How a place fits some words.
#[derive(Debug, Clone, Copy)]
struct Fit {
    misfit: u32,
    /// Whether one of them is of its name.
    is_named: bool,
}

impl Fit {
    fn and(self, other: Self) -> Self {
        Self { misfit: self.misfit + other.misfit, is_named: self.is_named || other.is_named }
    }
}

/// Places of a size, to be found by where they are.
struct Large {
    places: Vec<usize>,
    index: Index,
}

impl Large {
    fn new(places: &[Place], is: impl Fn(PlaceKind) -> bool) -> Self {
        let large: Vec<usize> = (0..places.len()).filter(|place| is(places[*place].kind)).collect();
        let points: Vec<Point> = large.iter().map(|place| places[*place].point).collect();
        Self { places: large, index: Index::new(&points) }
    }

    /// Those that a place may lie in, the nearest first.
    fn near(&self, places: &[Place], here: usize) -> impl Iterator<Item = usize> {
        let may_hold = |other: usize| {
            let other = self.places[other];
            other != here && large_enough(&places[here], &places[other])
        };
        let near = self.index.nearest(places[here].point, LARGER, Some(AROUND), may_hold);
        near.into_iter().map(|near| self.places[near.place])
    }
}

/// Whether a place may lie in another.
fn large_enough(place: &Place, other: &Place) -> bool {
    other.kind < place.kind
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: &str, name: &str, kind: PlaceKind, latitude: f64, population: Option<i32>) -> Place {
        Place {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            point: Point::new(latitude, -4.0).unwrap(),
            population,
            within: None,
            source: "osm-places".to_owned(),
        }
    }

    fn gazetteer() -> Gazetteer {
        let places = vec![
            place("1", "Yopougon", PlaceKind::City, 5.33, Some(1_375_020)),
            place("2", "Quartier Maroc", PlaceKind::Neighbourhood, 5.34, None),
            place("3", "Koko", PlaceKind::Neighbourhood, 7.69, None),
            place("4", "Koko", PlaceKind::Village, 9.4, None),
            place("5", "Bouaké", PlaceKind::City, 7.68, Some(659_223)),
            place("6", "N'Gattakro", PlaceKind::Village, 7.7, None),
            place("7", "Maroc", PlaceKind::Hamlet, 9.5, None),
        ];
        Gazetteer::new(1, places, &Areas::default())
    }

    #[test]
    fn a_place_is_found_by_its_name_and_what_is_around_it() {
        let gazetteer = gazetteer();
        let found = |question: &str| -> Vec<String> {
            gazetteer.find(question, None, 10).iter().map(|found| found.place.id.clone()).collect()
        };
        assert_eq!(found("Yopougon Maroc"), ["2"], "the quarter, not the hamlet of its name nor the city");
        assert_eq!(found("maroc yop"), ["2"]);
        assert_eq!(found("Maroc"), ["7", "2"], "what is called just so first");
        assert_eq!(found("yopugon"), ["1"], "a letter left out");
        assert_eq!(found("bouake"), ["5"], "what is only near to it is not called so");
        assert_eq!(found("koko"), ["3", "4"]);
        assert_eq!(found("Koko, Bouaké"), ["3"]);
        assert_eq!(found("n’gattakro"), ["6"]);
        for nothing in ["", "zzzzzz", "!", "yopougon bouake"] {
            assert_eq!(found(nothing), Vec::<String>::new(), "{nothing:?}");
        }
        let north = Point::new(9.3, -4.0).unwrap();
        assert_eq!(gazetteer.find("koko", Some(north), 1)[0].place.id, "4", "from there, the near one");
        let within = |id: &str| gazetteer.places.iter().find(|place| place.id == id).unwrap().within.clone();
        assert_eq!(
            (within("2"), within("3"), within("4")),
            (Some("Yopougon".to_owned()), Some("Bouaké".to_owned()), None)
        );
        assert_eq!((within("1"), within("5")), (None, None), "a city lies in no other");
    }
}
