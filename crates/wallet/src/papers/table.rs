use super::{StatementPaper, formula::harmless, french, total};
use crate::Movement;
use hostolink_kernel::Xof;
use hostolink_ledger::{Direction, Note};

/// The last three are for programs that count. A commission went off what was paid: the amount is what came in.
const COLUMNS: [&str; 13] = [
    "Date",
    "Heure",
    "Survenu le",
    "Opération",
    "Sens",
    "Correspondant",
    "Motif",
    "Montant",
    "Solde",
    "Référence",
    "Montant en francs",
    "Solde en francs",
    "Commission en francs",
];

/// A statement as a table: a line for what was there, one for each movement, two of totals and one for what is left.
pub(super) fn write(paper: &StatementPaper<'_>) -> Vec<u8> {
    let mut table = writer(160 * (paper.statement.movements.len() + 5));
    let mut line = |cells: [String; 13]| write_line(&mut table, &cells);
    line(COLUMNS.map(str::to_owned));
    let statement = paper.statement;
    let (first, last) = (statement.dates.first(), statement.dates.last());
    line(balance("Solde d’ouverture", french::day(first), statement.opening));
    for movement in &statement.movements {
        line(moved(paper, movement));
    }
    for (label, direction) in [("Total des entrées", Direction::In), ("Total des sorties", Direction::Out)] {
        let (count, amount) = total(statement, direction);
        line(sum(label, direction, count, amount));
    }
    line(balance("Solde de clôture", french::day(last), statement.closing));
    table.into_inner().unwrap_or_default()
}

/// Lines that are there already, in the same form.
pub(super) fn of<const N: usize>(lines: &[[String; N]]) -> Vec<u8> {
    let mut table = writer(100 * lines.len());
    lines.iter().for_each(|cells| write_line(&mut table, cells));
    table.into_inner().unwrap_or_default()
}

fn writer(size: usize) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::with_capacity(size))
}

fn write_line(table: &mut csv::Writer<Vec<u8>>, cells: &[String]) {
    // A vector takes everything.
    let _ = table.write_record(cells.iter().map(|cell| harmless(cell).into_owned()));
}

fn moved(paper: &StatementPaper<'_>, movement: &Movement) -> [String; 13] {
    let after = movement.balance_after;
    [
        french::day(movement.recorded_at.date_naive()),
        french::hour(movement.recorded_at),
        french::happened(movement).map(french::instant).unwrap_or_default(),
        french::operation(movement.kind, movement.direction).to_owned(),
        sense(movement.direction).to_owned(),
        paper.other(movement),
        movement.note.as_ref().map(Note::as_str).unwrap_or_default().to_owned(),
        french::francs(movement.amount),
        after.map(french::francs).unwrap_or_default(),
        movement.transaction.to_string(),
        movement.amount.francs().to_string(),
        after.map(|after| after.francs().to_string()).unwrap_or_default(),
        movement.commission.francs().to_string(),
    ]
}

fn balance(label: &str, day: String, amount: Xof) -> [String; 13] {
    let mut cells: [String; 13] = Default::default();
    cells[0] = day;
    label.clone_into(&mut cells[3]);
    cells[8] = french::francs(amount);
    cells[11] = amount.francs().to_string();
    cells
}

fn sum(label: &str, direction: Direction, count: usize, amount: Xof) -> [String; 13] {
    let mut cells: [String; 13] = Default::default();
    cells[3] = format!("{label} ({count})");
    sense(direction).clone_into(&mut cells[4]);
    cells[7] = french::francs(amount);
    cells[10] = amount.francs().to_string();
    cells
}

const fn sense(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "entrée",
        Direction::Out => "sortie",
    }
}
