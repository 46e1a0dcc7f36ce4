use super::{
    StatementPaper,
    face::Face,
    french,
    sheet::{Align, BLACK, GREEN, GREY, PALE, Page, Sheets, Style, WHITE},
    total,
};
use crate::Movement;
use hostolink_ledger::{Direction, Note};

/// A4, and what lies on it, in points.
const SIZE: (f32, f32) = (595.28, 841.89);
const MARGIN: f32 = 42.0;
const RIGHT: f32 = SIZE.0 - MARGIN;
const BOTTOM: f32 = SIZE.1 - 56.0;
/// Where the columns start, or end where they hold amounts.
const DATE: f32 = MARGIN + 6.0;
const WHAT: f32 = MARGIN + 84.0;
const OUT: f32 = 372.0;
const IN: f32 = 460.0;
const AFTER: f32 = RIGHT - 6.0;
const WHAT_WIDTH: f32 = OUT - WHAT - 84.0;
const LINE: f32 = 11.0;

const TEXT: Style = Style::regular(8.5, BLACK);
const STRONG: Style = Style::bold(8.5, BLACK);
const SMALL: Style = Style::regular(7.5, GREY);
const RECEIVED: Style = Style::bold(8.5, GREEN);

/// A statement as a document.
pub(super) fn draw(paper: &StatementPaper<'_>) -> Vec<u8> {
    let statement = paper.statement;
    let (first, last) = (french::day(statement.dates.first()), french::day(statement.dates.last()));
    let mut sheets = Sheets::new(SIZE, format!("Relevé de compte du {first} au {last}"), paper.issued_at);
    let mut y = front(sheets.add_page(), paper, &format!("Du {first} au {last}"));
    for (place, movement) in statement.movements.iter().enumerate() {
        let lines = Lines::of(paper, movement);
        if y + lines.height() > BOTTOM {
            y = columns(sheets.add_page(), MARGIN);
        }
        if let Some(page) = sheets.pages.last_mut() {
            lines.draw(page, y, place % 2 == 1);
        }
        y += lines.height();
    }
    if statement.movements.is_empty()
        && let Some(page) = sheets.pages.last_mut()
    {
        page.text(WHAT, y + 20.0, Align::Left, SMALL, "Aucune opération sur cette période.");
    }
    let count = sheets.pages.len();
    for (place, page) in sheets.pages.iter_mut().enumerate() {
        foot(page, &format!("Compte {}", statement.account), &format!("page {} sur {count}", place + 1));
    }
    sheets.finish()
}

/// The first page's head: whose account, when, and the period in four figures. Returns where the operations start.
fn front(page: &mut Page, paper: &StatementPaper<'_>, dates: &str) -> f32 {
    page.fill(GREEN, [[0.0, 0.0, SIZE.0, 74.0]]);
    page.text(MARGIN, 46.0, Align::Left, Style::bold(22.0, WHITE), "Hostolink");
    page.text(RIGHT, 38.0, Align::Right, Style::bold(13.0, WHITE), "Relevé de compte");
    page.text(RIGHT, 54.0, Align::Right, Style::regular(9.5, WHITE), dates);

    let half = (SIZE.0 - 2.0 * MARGIN) / 2.0;
    let owner = Style::bold(12.0, BLACK);
    page.text(MARGIN, 104.0, Align::Left, owner, &Face::Bold.fitted(12.0, paper.owner, half));
    page.text(MARGIN, 119.0, Align::Left, TEXT, &Face::Regular.fitted(8.5, paper.contact, half));
    let issued = format!("Édité le {} (UTC)", french::instant(paper.issued_at));
    page.text(RIGHT, 104.0, Align::Right, SMALL, &issued);
    page.text(RIGHT, 116.0, Align::Right, SMALL, "Montants en francs CFA (XOF)");

    let statement = paper.statement;
    let (received, given) = (total(statement, Direction::In), total(statement, Direction::Out));
    let figures = [
        ("Solde d’ouverture".to_owned(), statement.opening),
        (format!("Entrées ({})", received.0), received.1),
        (format!("Sorties ({})", given.0), given.1),
        ("Solde de clôture".to_owned(), statement.closing),
    ];
    page.fill(PALE, [[MARGIN, 136.0, RIGHT - MARGIN, 46.0]]);
    let mut x = MARGIN + 12.0;
    for (label, amount) in figures {
        page.text(x, 153.0, Align::Left, SMALL, &label);
        page.text(x, 171.0, Align::Left, Style::bold(11.0, BLACK), &french::francs(amount));
        x += (RIGHT - MARGIN) / 4.0;
    }
    columns(page, 200.0)
}

/// The names of the columns. Returns where the operations start.
fn columns(page: &mut Page, y: f32) -> f32 {
    let style = Style::bold(7.5, GREY);
    for (x, align, name) in [
        (DATE, Align::Left, "DATE"),
        (WHAT, Align::Left, "OPÉRATION"),
        (OUT, Align::Right, "DÉBIT"),
        (IN, Align::Right, "CRÉDIT"),
        (AFTER, Align::Right, "SOLDE"),
    ] {
        page.text(x, y + 10.0, align, style, name);
    }
    page.fill(GREY, [[MARGIN, y + 15.0, RIGHT - MARGIN, 0.6]]);
    y + 16.0
}

fn foot(page: &mut Page, account: &str, number: &str) {
    page.fill(PALE, [[MARGIN, SIZE.1 - 44.0, RIGHT - MARGIN, 0.6]]);
    page.text(MARGIN, SIZE.1 - 30.0, Align::Left, SMALL, account);
    page.text(RIGHT, SIZE.1 - 30.0, Align::Right, SMALL, number);
}

/// What stands in the row of a movement.
struct Lines {
    day: String,
    hour: String,
    what: &'static str,
    details: Vec<String>,
    amount: String,
    received: bool,
    after: String,
}

impl Lines {
    fn of(paper: &StatementPaper<'_>, movement: &Movement) -> Self {
        let details = [
            Some(paper.other(movement)),
            movement.note.as_ref().map(|note| format!("« {} »", Note::as_str(note))),
            (!movement.commission.is_zero())
                .then(|| format!("Commission déduite : {}", french::francs(movement.commission))),
            french::happened(movement).map(|at| format!("Survenu le {}", french::instant(at))),
        ];
        let fitted = |text: String| Face::Regular.fitted(SMALL.size, &text, WHAT_WIDTH);
        Self {
            day: french::day(movement.recorded_at.date_naive()),
            hour: french::hour(movement.recorded_at),
            what: french::operation(movement.kind, movement.direction),
            details: details.into_iter().flatten().map(fitted).collect(),
            amount: french::francs(movement.amount),
            received: movement.direction == Direction::In,
            after: movement.balance_after.map(french::francs).unwrap_or_default(),
        }
    }

    fn height(&self) -> f32 {
        let lines = u8::try_from(self.details.len().max(1)).unwrap_or(u8::MAX);
        f32::from(lines) * LINE + LINE + 8.0
    }

    fn draw(&self, page: &mut Page, y: f32, shaded: bool) {
        if shaded {
            page.fill(PALE, [[MARGIN, y, RIGHT - MARGIN, self.height()]]);
        }
        let mut foot = y + 13.0;
        page.text(DATE, foot, Align::Left, TEXT, &self.day);
        page.text(DATE, foot + LINE, Align::Left, SMALL, &self.hour);
        page.text(WHAT, foot, Align::Left, STRONG, self.what);
        let (x, style) = if self.received { (IN, RECEIVED) } else { (OUT, STRONG) };
        page.text(x, foot, Align::Right, style, &self.amount);
        page.text(AFTER, foot, Align::Right, TEXT, &self.after);
        for detail in &self.details {
            foot += LINE;
            page.text(WHAT, foot, Align::Left, SMALL, detail);
        }
    }
}
