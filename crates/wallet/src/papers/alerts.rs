use super::formula::harmless;
use crate::{Alert, WatchKind};
use chrono::{DateTime, SecondsFormat, Utc};
use hostolink_kernel::{UserId, Xof};
use std::collections::HashMap;

const COLUMNS: [&str; 17] = [
    "Alerte",
    "Ouverte le",
    "Genre",
    "État",
    "Retient",
    "Personne",
    "Nom",
    "Montant en francs",
    "Nombre",
    "Transaction",
    "Nom sur la liste",
    "Liste",
    "Référence",
    "Attribuée à",
    "Décidée le",
    "Décidée par",
    "Levée le",
];

/// Somebody in a report: their id and their name.
pub type NamedPerson = (String, String);

/// Alerts as a table, for whoever they are reported to: UTF-8, semicolons, CRLF; no cell that a spreadsheet would take for a formula.
#[must_use]
pub fn alerts<S: std::hash::BuildHasher>(
    alerts: &[Alert],
    people: &HashMap<UserId, NamedPerson, S>,
) -> Vec<u8> {
    let mut table = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::with_capacity(200 * (alerts.len() + 1)));
    let name = |user: Option<UserId>| {
        user.and_then(|user| people.get(&user)).map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let mut line = |cells: [String; 17]| {
        // A vector takes everything.
        let _ = table.write_record(cells.iter().map(|cell| harmless(cell).into_owned()));
    };
    line(COLUMNS.map(str::to_owned));
    for alert in alerts {
        let listed = alert.listed.as_ref();
        line([
            alert.id.to_string(),
            instant(Some(alert.opened_at)),
            kind(alert.kind).to_owned(),
            alert.state.name().to_owned(),
            if alert.holds { "oui" } else { "non" }.to_owned(),
            people.get(&alert.person).map(|(id, _)| id.clone()).unwrap_or_default(),
            name(Some(alert.person)),
            alert.amount.map(Xof::francs).map(|francs| francs.to_string()).unwrap_or_default(),
            alert.count.map(|count| count.to_string()).unwrap_or_default(),
            alert.transaction.map(|id| id.to_string()).unwrap_or_default(),
            listed.map(|listed| listed.name.clone()).unwrap_or_default(),
            listed.map(|listed| listed.source.clone()).unwrap_or_default(),
            listed.map(|listed| listed.reference.clone()).unwrap_or_default(),
            name(alert.assignee),
            instant(alert.decided_at),
            name(alert.decided_by),
            instant(alert.released_at),
        ]);
    }
    table.into_inner().unwrap_or_default()
}

fn instant(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default()
}

const fn kind(kind: WatchKind) -> &'static str {
    match kind {
        WatchKind::Sanctions => "liste de sanctions",
        WatchKind::Structuring => "fractionnement",
        WatchKind::ManyReceivers => "nombreux bénéficiaires",
        WatchKind::InAndOut => "aller-retour rapide",
        WatchKind::FirstLarge => "première grosse opération",
        WatchKind::NewDevice => "appareil récent",
    }
}
