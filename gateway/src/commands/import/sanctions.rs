//! `hostolink import sanctions`: the list first, then everybody against every list.

use super::bar;
use crate::{
    commands::{Failure, say},
    config::Config,
    startup::{self, Place},
    wallet::compliance::follow::to_compare,
};
use diesel::PgConnection;
use hostolink_auth::civil_names_after;
use hostolink_kernel::{SystemClock, SystemRandom};
use hostolink_ledger::Ledger;
use hostolink_wallet::{ListFormat, ListReport, ListSource, Screened, Wallets};
use indicatif::ProgressBar;
use std::{fmt::Write as _, fs::File, path::Path, sync::Arc, time::Duration};

/// How many people are compared at once.
const BATCH: i64 = 500;

pub(super) fn import(
    config: &Config,
    file: &Path,
    source: &str,
    format: Option<&str>,
) -> Result<(), Failure> {
    let (source, format) = (ListSource::parse(source)?, form(file, format)?);
    let reader = File::open(file).map_err(|error| format!("can't read {}: {error}", file.display()))?;
    let bar = bar(reader.metadata()?.len());
    let place = Place::visit(config)?;
    startup::migrate(&place.url, config)?;
    let mut conn = hostolink_database::connect(&place.url)?;
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    let wallets = Wallets::new(Ledger::new(clock.clone(), random.clone()), clock, random);
    let report =
        wallets.import_list(&mut conn, &source, format, reader, &mut |bytes| bar.set_position(bytes))?;
    bar.finish_and_clear();
    say(&readable(file, &report))?;
    if report.taken() == 0 {
        place.stop();
        return Err("nothing was imported, and nothing was closed".into());
    }
    let screened = screen_everybody(&mut conn, &wallets)?;
    say(&format!("  {} people compared, {} new alerts\n", screened.people, screened.alerts))?;
    place.stop();
    Ok(())
}

/// What the operator said, or what the end of the file's name says.
fn form(file: &Path, said: Option<&str>) -> Result<ListFormat, Failure> {
    match (said, file.extension().and_then(|end| end.to_str())) {
        (Some("csv"), _) | (None, Some("csv")) => Ok(ListFormat::Csv),
        (Some("un-xml"), _) | (None, Some("xml")) => Ok(ListFormat::UnXml),
        (Some(other), _) => Err(format!("no form is called {other:?}: --format is csv or un-xml").into()),
        (None, _) => Err("say --format csv or --format un-xml: the file's name doesn't".into()),
    }
}

/// Compares everybody, a batch at a time: who is named meanwhile is compared when the server hears of it.
fn screen_everybody(conn: &mut PgConnection, wallets: &Wallets) -> Result<Screened, Failure> {
    let spinner = ProgressBar::new_spinner().with_message("comparing people");
    spinner.enable_steady_tick(Duration::from_millis(200));
    let (mut screened, mut after) = (Screened::default(), None);
    loop {
        let names = civil_names_after(conn, after, BATCH)?;
        let Some(last) = names.last() else { break };
        after = Some(last.user);
        let people: Vec<_> = names.iter().map(to_compare).collect();
        screened += wallets.screen(conn, &people)?;
        spinner.set_position(screened.people as u64);
    }
    spinner.finish_and_clear();
    Ok(screened)
}

/// What became of the rows, then why they were refused, with the first of them.
fn readable(file: &Path, report: &ListReport) -> String {
    let refused: u64 = report.refused.values().map(|(count, _)| count).sum();
    let mut text = format!(
        "{}: {} rows\n  {} new, {} changed, {} as before, {} closed, {refused} refused\n",
        file.display(),
        report.rows,
        report.added,
        report.changed,
        report.unchanged,
        report.closed,
    );
    for (why, (count, rows)) in &report.refused {
        let shown: Vec<String> = rows.iter().map(u64::to_string).collect();
        let more = if *count > rows.len() as u64 { ", …" } else { "" };
        let _ = writeln!(text, "  refused: {count} × {why} (row {}{more})", shown.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostolink_wallet::EntryRefusal;

    #[test]
    fn the_report_says_what_became_of_the_rows_and_why() {
        let mut report = ListReport { rows: 9, added: 1, unchanged: 2, closed: 4, ..ListReport::default() };
        report.refused.insert(EntryRefusal::Name, (6, vec![2, 3, 4, 5, 6]));
        assert_eq!(
            readable(Path::new("liste.csv"), &report),
            "liste.csv: 9 rows\n  1 new, 0 changed, 2 as before, 4 closed, 6 refused\n  \
             refused: 6 × there is no name to compare (row 2, 3, 4, 5, 6, …)\n"
        );
    }

    #[test]
    fn the_form_is_said_or_named() {
        assert_eq!(form(Path::new("a.csv"), None).unwrap(), ListFormat::Csv);
        assert_eq!(form(Path::new("a.xml"), None).unwrap(), ListFormat::UnXml);
        assert_eq!(form(Path::new("a.txt"), Some("un-xml")).unwrap(), ListFormat::UnXml);
        for (file, said) in [("a.txt", None), ("a.csv", Some("pdf"))] {
            form(Path::new(file), said).unwrap_err();
        }
    }
}
