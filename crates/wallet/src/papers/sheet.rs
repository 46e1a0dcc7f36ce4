//! Pages of text, lines and filled squares as a PDF. Measures are points from the top left corner.

use super::face::{Face, encoded};
use chrono::{DateTime, Datelike, Timelike, Utc};
use pdf_writer::{Content, Date, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

/// A colour: red, green, blue, each from 0 to 1.
pub(super) type Colour = [f32; 3];

pub(super) const BLACK: Colour = [0.08, 0.09, 0.11];
pub(super) const GREY: Colour = [0.42, 0.45, 0.5];
pub(super) const PALE: Colour = [0.94, 0.96, 0.95];
pub(super) const GREEN: Colour = [0.02, 0.42, 0.3];
pub(super) const WHITE: Colour = [1.0, 1.0, 1.0];

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) colour: Colour,
}

impl Style {
    pub(super) const fn regular(size: f32, colour: Colour) -> Self {
        Self { face: Face::Regular, size, colour }
    }

    pub(super) const fn bold(size: f32, colour: Colour) -> Self {
        Self { face: Face::Bold, size, colour }
    }
}

/// Where a text stands by its `x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// A page under way.
pub(super) struct Page {
    height: f32,
    content: Content,
}

impl Page {
    /// A line of text with its foot at `y`.
    pub(super) fn text(&mut self, x: f32, y: f32, align: Align, style: Style, text: &str) {
        let width = style.face.width(style.size, text);
        let left = match align {
            Align::Left => x,
            Align::Centre => x - width / 2.0,
            Align::Right => x - width,
        };
        let [red, green, blue] = style.colour;
        self.content.begin_text();
        self.content.set_fill_rgb(red, green, blue);
        self.content.set_font(name(style.face), style.size);
        self.content.next_line(left, self.height - y);
        self.content.show(Str(&encoded(text)));
        self.content.end_text();
    }

    /// Filled rectangles of one colour, each from its top left corner.
    pub(super) fn fill(&mut self, colour: Colour, rectangles: impl IntoIterator<Item = [f32; 4]>) {
        let [red, green, blue] = colour;
        self.content.set_fill_rgb(red, green, blue);
        for [x, y, width, height] in rectangles {
            self.content.rect(x, self.height - y - height, width, height);
        }
        self.content.fill_nonzero();
    }
}

/// A document under way.
pub(super) struct Sheets {
    size: (f32, f32),
    title: String,
    made_at: DateTime<Utc>,
    pub(super) pages: Vec<Page>,
}

impl Sheets {
    pub(super) fn new(size: (f32, f32), title: String, made_at: DateTime<Utc>) -> Self {
        Self { size, title, made_at, pages: Vec::new() }
    }

    /// Starts a page, the last from now on.
    pub(super) fn add_page(&mut self) -> &mut Page {
        self.pages.push(Page { height: self.size.1, content: Content::new() });
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    /// The whole file.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut pdf = Pdf::new();
        let mut next = Ref::new(1);
        let [catalog, tree, info, regular, bold] = std::array::from_fn(|_| next.bump());
        let ids: Vec<(Ref, Ref)> = self.pages.iter().map(|_| (next.bump(), next.bump())).collect();
        pdf.catalog(catalog).pages(tree).lang(TextStr("fr-CI"));
        pdf.pages(tree)
            .kids(ids.iter().map(|(page, _)| *page))
            .count(i32::try_from(ids.len()).unwrap_or(i32::MAX))
            .media_box(Rect::new(0.0, 0.0, self.size.0, self.size.1))
            .resources()
            .fonts()
            .pair(name(Face::Regular), regular)
            .pair(name(Face::Bold), bold);
        for (id, font) in [(regular, "Helvetica"), (bold, "Helvetica-Bold")] {
            pdf.type1_font(id).base_font(Name(font.as_bytes())).encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        pdf.document_info(info)
            .title(TextStr(&self.title))
            .producer(TextStr("Hostolink"))
            .creation_date(date(self.made_at));
        for (page, (id, content)) in self.pages.into_iter().zip(ids) {
            pdf.page(id).parent(tree).contents(content).finish();
            pdf.stream(content, &page.content.finish());
        }
        pdf.finish()
    }
}

const fn name(face: Face) -> Name<'static> {
    match face {
        Face::Regular => Name(b"R"),
        Face::Bold => Name(b"B"),
    }
}

fn date(at: DateTime<Utc>) -> Date {
    let part = |number: u32| u8::try_from(number).unwrap_or(0);
    Date::new(u16::try_from(at.year()).unwrap_or(0))
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
