use super::formula::harmless;
use crate::{BulkLine, LineState, NameVerdict};
use hostolink_kernel::{UserId, Xof};
use hostolink_ledger::Note;
use std::collections::HashMap;

/// Those that a file is read by keep their names: what comes back out can be corrected and sent again.
const COLUMNS: [&str; 12] = [
    "Ligne",
    "Destinataire",
    "Nom",
    "Montant",
    "Motif",
    "Bénéficiaire trouvé",
    "Correspondance",
    "Frais",
    "Résultat",
    "Code",
    "Explication",
    "Transaction",
];

/// What came of a file of payments, and the words that the caller knows for it.
pub struct BulkPaper<'a> {
    /// Its lines.
    pub lines: &'a [BulkLine],
    /// The receivers, as the payer may see them.
    pub names: &'a HashMap<UserId, String>,
    /// What a code says to people.
    pub sentence: &'a dyn Fn(&str) -> &'static str,
}

impl BulkPaper<'_> {
    /// As CSV: UTF-8 without a mark, semicolons, CRLF; no cell that a spreadsheet would take for a formula.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        let mut table = csv::WriterBuilder::new()
            .delimiter(b';')
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::with_capacity(200 * (self.lines.len() + 1)));
        // A vector takes everything.
        let _ = table.write_record(COLUMNS);
        for line in self.lines {
            let _ = table.write_record(self.cells(line).iter().map(|cell| harmless(cell).into_owned()));
        }
        table.into_inner().unwrap_or_default()
    }

    fn cells(&self, line: &BulkLine) -> [String; 12] {
        let francs =
            |amount: Option<Xof>| amount.map(|amount| amount.francs().to_string()).unwrap_or_default();
        let found = line.receiver.map(|user| self.names.get(&user).map_or("•••", String::as_str));
        let (result, code, transaction) = match &line.state {
            LineState::Invalid(code) => ("à corriger", code.as_str(), None),
            LineState::Ready => ("à payer", "", None),
            LineState::Done(id) => ("payé", "", Some(id.to_string())),
            LineState::Refused(code) => ("refusé", code.as_str(), None),
            LineState::Stopped => ("non exécuté (arrêt demandé)", "", None),
        };
        [
            line.line.to_string(),
            line.recipient.clone(),
            line.name.clone().unwrap_or_default(),
            francs(line.amount),
            line.note.as_ref().map(Note::as_str).unwrap_or_default().to_owned(),
            found.unwrap_or_default().to_owned(),
            line.verdict.map(verdict).unwrap_or_default().to_owned(),
            francs(line.fee),
            result.to_owned(),
            code.to_owned(),
            if code.is_empty() { String::new() } else { (self.sentence)(code).to_owned() },
            transaction.unwrap_or_default(),
        ]
    }
}

const fn verdict(verdict: NameVerdict) -> &'static str {
    match verdict {
        NameVerdict::Same => "identique",
        NameVerdict::Close => "proche",
        NameVerdict::Different => "différent",
        NameVerdict::Unknown => "inconnu",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{parse_bulk_file, parse_note};
    use hostolink_kernel::Region;

    #[test]
    fn what_comes_out_can_be_sent_again_and_starts_no_formula() {
        let line = |number, recipient: &str, name: &str, note, state| BulkLine {
            number,
            line: number + 1,
            recipient: recipient.to_owned(),
            receiver: (number == 1).then(|| UserId::new(7)),
            name: Some(name.to_owned()),
            verdict: (number == 1).then_some(NameVerdict::Same),
            amount: Xof::new(500).ok(),
            fee: (number == 1).then_some(Xof::ZERO),
            note: parse_note(Some(note)).unwrap(),
            repeats: None,
            state,
        };
        let lines = [
            line(1, "+2250708091011", "Awa; Koné", "=1+1", LineState::Ready),
            line(2, "k@example.ci", "=cmd()", "", LineState::Invalid("wallet.bulk_name_formula".to_owned())),
        ];
        let names = HashMap::from([(UserId::new(7), "Awa K.".to_owned())]);
        let paper = BulkPaper { lines: &lines, names: &names, sentence: &|_| "Corrigez." };
        let csv = String::from_utf8(paper.csv()).unwrap();
        let rows: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(rows[1], "2;'+2250708091011;\"Awa; Koné\";500;'=1+1;Awa K.;identique;0;à payer;;;");
        assert_eq!(rows[2], "3;k@example.ci;'=cmd();500;;;;;à corriger;wallet.bulk_name_formula;Corrigez.;");
        let read = parse_bulk_file(csv.as_bytes(), &[Region::COTE_D_IVOIRE]).unwrap();
        assert_eq!(read[0].error, None);
        assert_eq!((&read[0].recipient, &read[0].name), (&lines[0].recipient, &lines[0].name));
        assert_eq!((read[0].note.clone(), read[0].amount), (lines[0].note.clone(), lines[0].amount));
        assert_eq!(read[1].error.unwrap().code, "wallet.bulk_name_formula");
    }
}
