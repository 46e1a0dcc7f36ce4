use crate::{
    Country, Error, Notes, Refusal,
    import::row::{Bounded, Columns, Row},
    name, number,
};
use hostolink_kernel::EstablishmentId;
use std::collections::{BTreeSet, HashSet};

/// The columns of a list, in any order.
const COLUMNS: &[&str] = &["area", "name", "address", "phones"];

/// A pharmacy as a row tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DutyDraft {
    pub(crate) area: String,
    pub(crate) name: String,
    pub(crate) address: Option<String>,
    pub(crate) numbers: Vec<String>,
    pub(crate) establishment: Option<EstablishmentId>,
}

impl DutyDraft {
    /// The longest list: ten times the country's.
    pub(crate) const MAX_ROWS: usize = 2_000;
}

/// Reads a list; rows that can't be taken are noted with their line.
pub(super) fn read(file: &[u8]) -> Result<(Vec<DutyDraft>, Notes<Refusal>), Error> {
    let mut csv = csv::ReaderBuilder::new().from_reader(Bounded::new(file));
    let columns = Columns::find(csv.byte_headers()?, COLUMNS)?;
    let (mut drafts, mut refused, mut seen) = (Vec::new(), Notes::default(), HashSet::new());
    for record in csv.byte_records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => match error.kind() {
                csv::ErrorKind::UnequalLengths { pos, .. } => {
                    refused.note(pos.as_ref().map_or(0, csv::Position::line), Refusal::Columns);
                    continue;
                }
                _ => return Err(error.into()),
            },
        };
        if drafts.len() == DutyDraft::MAX_ROWS {
            return Err(Error::FileTooLarge);
        }
        let line = record.position().map_or(0, csv::Position::line);
        match draft(&mut Row::new(&columns, &record)) {
            Ok(draft) if seen.insert((draft.area.clone(), draft.name.clone())) => drafts.push(draft),
            Ok(_) => refused.note(line, Refusal::Duplicate),
            Err(refusal) => refused.note(line, refusal),
        }
    }
    Ok((drafts, refused))
}

fn draft(row: &mut Row<'_>) -> Result<DutyDraft, Refusal> {
    let mut numbers: Vec<String> = Vec::new();
    let phones = row.text("phones", 300)?.unwrap_or_default();
    for read in number::read_all(&phones, Country::COTE_D_IVOIRE).into_iter().flatten() {
        if !numbers.contains(&read.value) {
            numbers.push(read.value);
        }
    }
    Ok(DutyDraft {
        area: row.text("area", 100)?.ok_or(Refusal::UnknownValue("area"))?,
        name: row.text("name", 200)?.ok_or(Refusal::NoName)?,
        address: row.text("address", 300)?,
        numbers,
        establishment: None,
    })
}

/// The words that tell a pharmacy from others: without marks in brackets and what nearly all are called.
pub(crate) fn words(name: &str) -> BTreeSet<String> {
    const COMMON: &[&str] =
        &["pharmacie", "pharmacy", "phcie", "d", "de", "des", "du", "l", "la", "le", "les", "grande"];
    let plain = name.split('(').next().unwrap_or_default();
    name::fold(plain)
        .split(' ')
        .filter(|word| !word.is_empty() && !COMMON.contains(word))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_duties_or_have_a_reason() {
        let file = "area,name,address,phones\n\
            ABOBO,PHARMACIE  DU MARCHE (GDE),FACE STATION SHELL 1,27 24 39 12 90 / 07 08 09 10 11\n\
            ABOBO,PHARMACIE DU MARCHE (GDE),,\n\
            ABOBO,,X,0708091011\n\
            ,PHARMACIE X,,\n\
            ABOBO,PHARMACIE Y\n\
            COCODY,PHARMACIE Z,,24391290\n";
        let (drafts, refused) = read(file.as_bytes()).unwrap();
        let numbers: Vec<_> =
            drafts.iter().map(|draft| (draft.name.as_str(), draft.numbers.join(" "))).collect();
        assert_eq!(
            numbers,
            [
                ("PHARMACIE DU MARCHE (GDE)", "+2252724391290 +2250708091011".to_owned()),
                ("PHARMACIE Z", "+2252724391290".to_owned()),
            ]
        );
        let reasons = [
            (3, Refusal::Duplicate),
            (4, Refusal::NoName),
            (5, Refusal::UnknownValue("area")),
            (6, Refusal::Columns),
        ];
        assert_eq!(refused.lines, reasons);
        assert!(matches!(read(b"zone,nom\n"), Err(Error::ColumnsMissing(_))));
    }

    #[test]
    fn names_meet_whatever_their_spelling() {
        assert_eq!(words("PHARMACIE DU MARCHE (GDE)"), words("Pharmacie Marché"));
        assert_ne!(words("Pharmacie du Marché de Cocody"), words("Pharmacie du Marché"));
        assert!(words("Pharmacie").is_empty());
    }
}
