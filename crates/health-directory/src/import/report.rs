use crate::WhyNoNumber;
use std::collections::BTreeMap;

/// Why a row was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refusal {
    /// It has another number of columns than the first line.
    #[error("the row has not as many columns as the first line")]
    Columns,
    /// A text holds control characters or lost some of its letters for good.
    #[error("the text of column {0} is damaged")]
    DamagedText(&'static str),
    /// A text is longer than anything of its kind.
    #[error("the text of column {0} is too long")]
    TooLong(&'static str),
    /// There is no name.
    #[error("the name is empty")]
    NoName,
    /// There is no id of the source's.
    #[error("the source's own id is empty")]
    NoId,
    /// There is no position.
    #[error("the coordinates are empty")]
    NoPosition,
    /// A coordinate is no finite number.
    #[error("a coordinate is not a finite number")]
    NotANumber,
    /// The coordinates are metres of a projection (UTM), not degrees.
    #[error("the coordinates look like metres of a projection (UTM), not degrees")]
    Projected,
    /// Read as metres of either of the country's two UTM zones, the position lies in the country.
    #[error("the coordinates are metres of UTM, and both zone 29 and zone 30 would do")]
    AmbiguousZone,
    /// The position is 0, 0: it was never set.
    #[error("the position is 0,0: it was never set")]
    NullIsland,
    /// A coordinate is out of range.
    #[error("a coordinate lies outside -90..90 or -180..180")]
    OutOfRange,
    /// Latitude and longitude changed places.
    #[error("latitude and longitude are swapped")]
    Swapped,
    /// The position is more than 20 km outside the country.
    #[error("the position lies more than 20 km outside the country")]
    OutsideCountry,
    /// The row is of another country than the one that was asked for.
    #[error("the row is of another country")]
    OtherCountry,
    /// The country is not known.
    #[error("the country is not known")]
    UnknownCountry,
    /// It says the same as an earlier row.
    #[error("the row repeats an earlier one")]
    Duplicate,
    /// It is not a number that can be dialled.
    #[error("the number cannot be dialled")]
    Number,
    /// The number and its `tel:` link disagree.
    #[error("the number and its tel: link disagree")]
    Dial,
    /// A value is none of those that the column takes.
    #[error("the value of column {0} is not one of its values")]
    UnknownValue(&'static str),
    /// It draws no area.
    #[error("the feature is no polygon of at least three positions")]
    NoPolygon,
    /// A border crosses or touches itself.
    #[error("the border crosses or touches itself")]
    SelfCrossing,
    /// A border has more positions than are taken.
    #[error("the border has too many positions")]
    TooManyPositions,
}

/// What was odd about a row that was taken all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Remark {
    /// A number was left out: it can't be dialled.
    #[error("a number was left out: {0}")]
    NumberLeftOut(WhyNoNumber),
    /// A number of the 8-digit plan was converted.
    #[error("a number of the 8-digit plan was converted and waits for verification")]
    NumberConverted,
    /// The opening hours don't parse; they are kept as a text.
    #[error("the opening hours do not parse; they are kept as text")]
    HoursUnreadable,
    /// A text was in another encoding, and repaired.
    #[error("a text was repaired from a wrong encoding")]
    TextRepaired,
    /// A question mark stands where a letter was lost before the list was published.
    #[error("a letter was lost at the source: a question mark stands in its place")]
    LetterLost,
    /// The marks that a spreadsheet put around a code were taken off; its zeros stay.
    #[error("the apostrophe or quotation marks around a code were taken off")]
    CodeCleaned,
    /// There is no code: the region, the district and the name tell which it is.
    #[error("the code is empty: region, district and name are its key")]
    NoCode,
    /// Establishments with other names have the same code: the name is a part of their keys.
    #[error("the code is also that of an establishment with another name")]
    CodeShared,
    /// Latitude and longitude had changed places.
    #[error("latitude and longitude had changed places, and were put back")]
    SwapUndone,
    /// The coordinates were metres of UTM, and only one zone lies in the country.
    #[error("the coordinates were metres of UTM, and were converted to degrees")]
    Unprojected,
    /// A coordinate was written with a comma.
    #[error("a coordinate was written with a decimal comma")]
    DecimalComma,
    /// A value is none of those that the column takes: it was left out.
    #[error("a value of column {0} is not known, and was left out")]
    ValueUnknown(&'static str),
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that are new.
    pub inserted: u64,
    /// Rows that the source had said otherwise before.
    pub updated: u64,
    /// Rows that say what they said before.
    pub unchanged: u64,
}

impl Counts {
    /// Rows that were taken, changed or not.
    #[must_use]
    pub fn taken(self) -> u64 {
        self.inserted + self.updated + self.unchanged
    }

    /// Whether anything changed.
    #[must_use]
    pub fn changed(self) -> bool {
        self.inserted + self.updated > 0
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.inserted += more.inserted;
        self.updated += more.updated;
        self.unchanged += more.unchanged;
    }
}

/// Lines with what was noted about them: the first of them one by one, all of them counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notes<T> {
    /// The first thousand, with their line in the file.
    pub lines: Vec<(u64, T)>,
    /// How many there are of each.
    pub counts: BTreeMap<T, u64>,
}

impl<T: Ord + Copy> Notes<T> {
    const LISTED: usize = 1_000;

    pub(crate) fn note(&mut self, line: u64, what: T) {
        if self.lines.len() < Self::LISTED {
            self.lines.push((line, what));
        }
        *self.counts.entry(what).or_default() += 1;
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}

impl<T> Default for Notes<T> {
    fn default() -> Self {
        Self { lines: Vec::new(), counts: BTreeMap::new() }
    }
}

/// What became of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The rows of the file.
    pub rows: u64,
    /// Those that were taken.
    pub written: Counts,
    /// Those that were not, and why.
    pub refused: Notes<Refusal>,
    /// What was odd about those that were taken.
    pub remarks: Notes<Remark>,
}
