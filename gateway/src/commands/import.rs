//! `hostolink import`.

mod sanctions;

use crate::{
    cli::Import,
    commands::{Failure, say},
    config::Config,
    startup::{self, Place},
};
use hostolink_audit::Actor;
use hostolink_health_directory::{self as health, Country, Directory, MinistryList, Notes, Report, Source};
use hostolink_kernel::{SystemClock, SystemRandom};
use indicatif::{ProgressBar, ProgressStyle};
use std::{fmt::Display, fmt::Write as _, fs::File, path::Path, sync::Arc};

/// How many rows the report shows one by one for each reason.
const SHOWN: usize = 5;

/// What is imported into the directory.
enum List {
    Of(health::Import),
    Ministry(MinistryList),
}

/// Imports a list and says what became of each row.
pub(super) fn import(config: &Config, what: &Import) -> Result<(), Failure> {
    let (file, list) = match what {
        Import::Establishments { file, source, country } => {
            (file, List::Of(establishments(source, country)?))
        }
        Import::EmergencyNumbers { file } => {
            (file, List::Of(list(Source::Emergency, Some(Country::COTE_D_IVOIRE))))
        }
        Import::Areas { file } => (file, List::Of(list(Source::Areas, Some(Country::COTE_D_IVOIRE)))),
        Import::Places { file } => (file, List::Of(list(Source::Places, Some(Country::COTE_D_IVOIRE)))),
        Import::Ministry { file, licence, verified_on } => {
            let (licence, verified_on) = (licence.clone(), *verified_on);
            (file, List::Ministry(MinistryList { licence, verified_on, actor: Actor::default() }))
        }
        Import::Sanctions { file, source, format } => {
            return sanctions::import(config, file, source, format.as_deref());
        }
    };
    let reader = File::open(file).map_err(|error| format!("can't read {}: {error}", file.display()))?;
    let bar = bar(reader.metadata()?.len());
    let place = Place::visit(config)?;
    startup::migrate(&place.url, config)?;
    let mut conn = hostolink_database::connect(&place.url)?;
    let directory = Directory::new(Arc::new(SystemClock), Arc::new(SystemRandom));
    let progress = &mut |done: health::Progress| bar.set_position(done.bytes);
    let report = match &list {
        List::Of(import) => directory.import(&mut conn, import, reader, progress)?,
        List::Ministry(list) => directory.import_ministry(&mut conn, list, reader, progress)?,
    };
    bar.finish_and_clear();
    say(&readable(file, &report))?;
    place.stop();
    if report.written.taken() == 0 { Err("nothing was imported".into()) } else { Ok(()) }
}

fn establishments(source: &str, country: &str) -> Result<health::Import, Failure> {
    let source = match source {
        "who" => Source::Who,
        "osm" => Source::Osm,
        other => return Err(format!("no list is called {other:?}: --source is who or osm").into()),
    };
    match country {
        "all" => Ok(list(source, None)),
        code => match Country::parse(&code.to_ascii_uppercase()) {
            Some(country) => Ok(list(source, Some(country))),
            None => {
                Err(format!("{code:?} is no country of Africa: --country takes an ISO 3166-1 code, or all")
                    .into())
            }
        },
    }
}

fn list(source: Source, country: Option<Country>) -> health::Import {
    health::Import { source, country, actor: Actor::default() }
}

/// Shows on a terminal only.
fn bar(bytes: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(bytes).with_style(style)
}

/// What became of the rows, then why, then examples with their lines.
fn readable(file: &Path, report: &Report) -> String {
    let mut text = format!(
        "{}: {} rows\n  {} new, {} changed, {} as before, {} refused\n",
        file.display(),
        report.rows,
        report.written.inserted,
        report.written.updated,
        report.written.unchanged,
        report.refused.total(),
    );
    notes(&mut text, "refused", &report.refused);
    notes(&mut text, "taken, but", &report.remarks);
    text
}

fn notes<T: Ord + Copy + Display>(text: &mut String, title: &str, notes: &Notes<T>) {
    for (what, count) in &notes.counts {
        let lines: Vec<String> = notes
            .lines
            .iter()
            .filter(|(_, noted)| noted == what)
            .take(SHOWN)
            .map(|(line, _)| line.to_string())
            .collect();
        let more = if *count > lines.len() as u64 { ", …" } else { "" };
        let _ = writeln!(text, "  {title}: {count} × {what} (line {}{more})", lines.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_health_directory::{Counts, Refusal, Remark};

    #[test]
    fn the_report_says_what_became_of_the_rows_and_why() {
        let mut report = Report {
            rows: 12,
            written: Counts { inserted: 4, updated: 1, unchanged: 0 },
            ..Report::default()
        };
        report.refused.lines = (2..9).map(|line| (line, Refusal::NoPosition)).collect();
        report.refused.counts = [(Refusal::NoPosition, 7)].into();
        report.remarks.lines = vec![(11, Remark::TextRepaired)];
        report.remarks.counts = [(Remark::TextRepaired, 1)].into();
        assert_eq!(
            readable(Path::new("liste.csv"), &report),
            "liste.csv: 12 rows\n  4 new, 1 changed, 0 as before, 7 refused\n  \
             refused: 7 × the coordinates are empty (line 2, 3, 4, 5, 6, …)\n  \
             taken, but: 1 × a text was repaired from a wrong encoding (line 11)\n"
        );
    }

    #[test]
    fn what_can_be_asked_for() {
        assert_eq!(establishments("who", "CI").unwrap().country, Some(Country::COTE_D_IVOIRE));
        assert_eq!(establishments("osm", "ci").unwrap().source, Source::Osm);
        assert_eq!(establishments("who", "all").unwrap().country, None);
        for (source, country) in [("who", "FR"), ("ministry", "CI"), ("who", "")] {
            establishments(source, country).unwrap_err();
        }
    }
}
