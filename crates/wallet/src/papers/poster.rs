use super::{
    french,
    sheet::{Align, BLACK, GREEN, GREY, Sheets, Style, WHITE},
};
use crate::picture::{PictureError, symbol};
use chrono::{DateTime, Utc};
use hostolink_kernel::Xof;
use qrcode::{Color, QrCode};

/// A6, in points.
const SIZE: (f32, f32) = (297.64, 419.53);
const MIDDLE: f32 = SIZE.0 / 2.0;
const WIDEST: f32 = SIZE.0 - 36.0;
/// The symbol's side with its quiet zone: 6.7 cm, which a phone reads from an arm's length.
const SIDE: f32 = 190.0;
const TOP: f32 = 92.0;
/// The quiet zone that ISO/IEC 18004 asks for, in modules.
const QUIET: f32 = 4.0;

/// A code to be paid, to print and to put up at a till.
#[derive(Debug)]
pub struct Poster<'a> {
    /// What the symbol says.
    pub payload: &'a str,
    /// Who is paid, as payers see them.
    pub name: &'a str,
    /// How much, where the code fixes it.
    pub amount: Option<Xof>,
    /// The owner's words.
    pub label: Option<&'a str>,
    /// Until when it may be paid.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it is made.
    pub made_at: DateTime<Utc>,
}

impl Poster<'_> {
    /// As PDF, A6, the symbol drawn as squares.
    ///
    /// # Errors
    /// [`PictureError::TooLong`] for a payload that no symbol holds.
    pub fn pdf(&self) -> Result<Vec<u8>, PictureError> {
        let symbol = symbol(self.payload)?;
        let mut sheets = Sheets::new(SIZE, format!("Payer {}", self.name), self.made_at);
        let page = sheets.add_page();
        page.fill(GREEN, [[0.0, 0.0, SIZE.0, 78.0]]);
        page.text(MIDDLE, 34.0, Align::Centre, Style::bold(15.0, WHITE), "Hostolink");
        page.text(MIDDLE, 61.0, Align::Centre, Style::bold(20.0, WHITE), "Scannez pour payer");
        page.fill(BLACK, modules(&symbol));
        let mut foot = TOP + SIDE;
        let mut line = |style: Style, text: &str| {
            let style = Style { size: size_for(style, text), ..style };
            let text = style.face.fitted(style.size, text, WIDEST);
            foot += style.size + 7.0;
            page.text(MIDDLE, foot, Align::Centre, style, &text);
        };
        line(Style::bold(20.0, BLACK), self.name);
        if let Some(amount) = self.amount {
            line(Style::bold(22.0, GREEN), &french::francs(amount));
        }
        if let Some(label) = self.label {
            line(Style::regular(11.0, BLACK), label);
        }
        if let Some(end) = self.expires_at {
            line(Style::regular(9.0, GREY), &format!("Valable jusqu’au {}", french::instant(end)));
        }
        let advice = "Vérifiez le nom affiché avant de confirmer.";
        page.text(MIDDLE, SIZE.1 - 14.0, Align::Centre, Style::regular(7.5, GREY), advice);
        Ok(sheets.finish())
    }
}

/// The largest size up to the style's, and at least half of it, at which the text fits.
fn size_for(style: Style, text: &str) -> f32 {
    let wide = style.face.width(style.size, text);
    if wide <= WIDEST { style.size } else { (style.size * WIDEST / wide).max(style.size / 2.0) }
}

/// The dark squares, those that touch in a row as one.
fn modules(symbol: &QrCode) -> Vec<[f32; 4]> {
    let width = symbol.width();
    let measure = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
    let module = SIDE / (measure(width) + 2.0 * QUIET);
    let left = (SIZE.0 - SIDE) / 2.0 + QUIET * module;
    let mut squares = Vec::new();
    for (row, cells) in symbol.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        for run in cells.chunk_by(|one, other| one == other) {
            if run[0] == Color::Dark {
                let y = TOP + (QUIET + measure(row)) * module;
                squares.push([left + measure(column) * module, y, measure(run.len()) * module, module]);
            }
            column += run.len();
        }
    }
    squares
}
