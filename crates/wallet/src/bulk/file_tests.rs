use super::*;
use hostolink_kernel::DomainError;
use proptest::prelude::*;

fn parse(text: impl AsRef<[u8]>) -> Result<Vec<AskedLine>, &'static str> {
    parse_bulk_file(text.as_ref(), &[Region::COTE_D_IVOIRE]).map_err(|error| error.code().code)
}

/// The one line of a file with this header and cells.
fn line(cells: &str) -> AskedLine {
    parse(format!("destinataire;montant;nom;motif\n{cells}\n")).unwrap().remove(0)
}

fn wrong(cells: &str) -> &'static str {
    line(cells).error.map_or("", |error| error.code)
}

#[test]
fn a_mark_and_either_sign_and_either_language_are_read_alike() {
    let said =
        "Bénéficiaire;Nom;Montant;Référence\r\n07 08 09 10 11;Awa Koné;25 000;Mars\r\nk@example.ci;;500;\r\n";
    let read = parse(said).unwrap();
    assert_eq!(read.len(), 2);
    assert_eq!(
        (read[0].line, read[0].recipient.as_str(), read[0].name.as_deref(), read[0].amount.unwrap().francs()),
        (2, "07 08 09 10 11", Some("Awa Koné"), 25_000)
    );
    assert_eq!(read[0].identifier.as_ref().unwrap().as_str(), "+2250708091011");
    assert_eq!(read[0].note.as_ref().unwrap().as_str(), "Mars");
    assert_eq!((&read[1].name, &read[1].note, read[1].error), (&None, &None, None));
    assert_eq!(parse(format!("\u{feff}{said}")).unwrap(), read);
    let english = said
        .replace(';', ",")
        .replace("Bénéficiaire,Nom,Montant,Référence", "\"recipient\",Full_Name,AMOUNT,reference");
    assert_eq!(parse(english).unwrap(), read);
    let other_order = "x;REFERENCE; montant ;nom;destinataire\n1;Mars;25000;Awa Koné;07 08 09 10 11\n;;500;;k@example.ci\n;;;;\n\n";
    assert_eq!(parse(other_order).unwrap(), read, "unknown columns and blank lines are left out");
}

#[test]
fn a_line_says_where_it_begins() {
    for end in ["\n", "\r\n", "\r"] {
        let file = ["", "to,amount,note", "07,1,", "", ",,", "07,2,\"two\nlines\"", "07,3,", ""].join(end);
        let begins: Vec<u32> = parse(file).unwrap().iter().map(|line| line.line).collect();
        assert_eq!(begins, [3, 6, 8], "{end:?}");
    }
}

#[test]
fn a_file_that_is_none_is_refused_whole() {
    for (file, code) in [
        (&b""[..], "wallet.bulk_empty"),
        (b"\xef\xbb\xbf", "wallet.bulk_empty"),
        (b"destinataire;montant\n", "wallet.bulk_empty"),
        (b"destinataire;montant\n;\n", "wallet.bulk_empty"),
        (b"{}", "wallet.bulk_header_invalid"),
        (b"0708091011;500\n", "wallet.bulk_header_invalid"),
        (b"destinataire\tmontant\n0708091011\t500\n", "wallet.bulk_header_invalid"),
        (b"destinataire;somme\n0708091011;500\n", "wallet.bulk_header_invalid"),
        (b"destinataire;email;montant\n0708091011;a@b.ci;500\n", "wallet.bulk_header_invalid"),
        (b"destinataire;montant;Montant\n0708091011;1;500\n", "wallet.bulk_header_invalid"),
        (b"destinataire;montant;nom\n0708091011;1;Kon\xe9\n", "wallet.bulk_unreadable"),
        (b"\xff\xfed\0e\0s\0t\0", "wallet.bulk_unreadable"),
    ] {
        assert_eq!(parse(file), Err(code), "{}", String::from_utf8_lossy(file));
    }
}

#[test]
fn one_line_too_many_is_told_at_once() {
    let file = |lines: usize| format!("to,amount\n{}", "0708091011,1\n".repeat(lines));
    assert_eq!(parse(file(MAX_LINES)).unwrap().len(), MAX_LINES);
    assert_eq!(parse(file(MAX_LINES + 1)), Err("wallet.bulk_too_many_lines"));
    assert_eq!(parse(file(100_001)), Err("wallet.bulk_too_many_lines"));
}

#[test]
fn what_is_wrong_with_a_line_is_said_there() {
    for (cells, code) in [
        ("0708091011;500;Awa;Mars", ""),
        ("+225 07 08 09 10 11;500;Awa;", ""),
        ("'+2250708091011;500;Awa;'- Mars", ""),
        ("07 08 09;500;Awa;", "wallet.bulk_recipient_invalid"),
        (";500;Awa;", "wallet.bulk_recipient_invalid"),
        ("a@;500;Awa;", "wallet.bulk_recipient_invalid"),
        ("0708091011;;Awa;", "wallet.amount_invalid"),
        ("0708091011;0;Awa;", "wallet.amount_invalid"),
        ("0708091011;-1;Awa;", "wallet.amount_invalid"),
        ("0708091011;1.5;Awa;", "wallet.amount_invalid"),
        ("0708091011;1,5;Awa;", "wallet.amount_invalid"),
        ("0708091011;1e3;Awa;", "wallet.amount_invalid"),
        ("0708091011;9223372036854775808;Awa;", "wallet.amount_invalid"),
        ("0708091011;9007199254740992;Awa;", "wallet.amount_invalid"),
        ("0708091011;99999999999999999999999999999999;Awa;", "wallet.amount_invalid"),
        ("0708091011;2 50;Awa;", "wallet.amount_invalid"),
        ("0708091011;2500 000;Awa;", "wallet.amount_invalid"),
        ("0708091011;500 F;Awa;", "wallet.amount_invalid"),
        ("0708091011;٥٠٠;Awa;", "wallet.amount_invalid"),
        ("0708091011;500;=HYPERLINK(\"\"x\"\");", "wallet.bulk_name_formula"),
        ("0708091011;500;'=1+1;", "wallet.bulk_name_formula"),
        ("0708091011;500;@SUM(A1);", "wallet.bulk_name_formula"),
        ("0708091011;500;+Awa;", "wallet.bulk_name_formula"),
        ("0708091011;500; -Awa;", "wallet.bulk_name_formula"),
        ("0708091011;500;Awa\u{7};", "wallet.bulk_name_invalid"),
        ("0708091011;500;Awa;a\u{0}b", "wallet.note_invalid"),
        ("0708091011;500;Awa;Mars;avril", "wallet.bulk_columns"),
    ] {
        assert_eq!(wrong(cells), code, "{cells}");
    }
    assert_eq!(wrong(&format!("0708091011;500;{};", "é".repeat(101))), "wallet.bulk_name_invalid");
    assert_eq!(wrong(&format!("0708091011;500;Awa;{}", "é".repeat(141))), "wallet.note_invalid");
    assert_eq!(
        wrong("0708091011;500;Awa;=1+1"),
        "",
        "a note is text, and is made harmless where it is written"
    );
    assert_eq!(line(&format!("{};500;;", "9".repeat(5_000))).recipient.len(), 100);
    assert_eq!(line("0708091011;1\u{202f}234\u{a0}567;;").amount.unwrap().francs(), 1_234_567);
    assert_eq!(line("'+2250708091011;500;;").recipient, "+2250708091011");
    let quoted = line("0708091011;500;\"Koné; Awa\";\"dit \"\"Mars\"\"\"");
    assert_eq!(
        (quoted.name.unwrap(), quoted.note.unwrap().as_str().to_owned()),
        ("Koné; Awa".to_owned(), "dit \"Mars\"".to_owned())
    );
}

#[test]
fn nobody_is_printed() {
    let text = format!("{:?}", line("0708091011;500;Awa;Mars"));
    assert!(!text.contains("0708") && !text.contains("Awa") && !text.contains("Mars"), "{text}");
}

/// Whatever was read is what the table takes.
fn check(lines: &[AskedLine]) {
    assert!((1..=MAX_LINES).contains(&lines.len()));
    for line in lines {
        let short = |text: &str| text.chars().count() <= 100 && !text.chars().any(char::is_control);
        assert!(short(&line.recipient) && line.name.as_deref().is_none_or(short));
        assert!(line.amount.is_none_or(|amount| !amount.is_zero()));
        assert!(line.error.is_some() || (line.identifier.is_some() && line.amount.is_some()));
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(lines) = parse(bytes) {
            check(&lines);
        }
    }

    #[test]
    fn whatever_comes_under_a_header_is_read_or_refused(
        header in prop_oneof![Just("to,amount,name,note\n"), Just("\u{feff}Destinataire;Montant;Nom;Motif\r\n")],
        rest in "[\\PC\"';,\n\r0-9@. =+-]{0,200}",
    ) {
        if let Ok(lines) = parse(format!("{header}{rest}")) {
            check(&lines);
        }
    }

    #[test]
    fn what_a_spreadsheet_writes_is_read_back(
        rows in proptest::collection::vec((0_u64..100_000_000, 1_i64..1_000_000_000, "[a-zA-Zé ';,\"]{0,20}", "\\PC{0,40}"), 1..20),
        semicolons: bool,
        mark: bool,
    ) {
        let delimiter = if semicolons { b';' } else { b',' };
        let mut csv = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        csv.write_record(["destinataire", "nom", "montant", "motif"]).unwrap();
        for (number, amount, name, note) in &rows {
            csv.write_record([format!("07{number:08}"), name.clone(), amount.to_string(), note.clone()]).unwrap();
        }
        let written = String::from_utf8(csv.into_inner().unwrap()).unwrap();
        let read = parse(if mark { format!("\u{feff}{written}") } else { written }).unwrap();
        check(&read);
        prop_assert_eq!(read.len(), rows.len());
        for ((number, amount, name, note), line) in rows.iter().zip(&read) {
            prop_assert_eq!(line.error, None);
            prop_assert_eq!(line.identifier.as_ref().unwrap().as_str(), format!("+22507{number:08}"));
            prop_assert_eq!(line.amount.unwrap().francs(), *amount);
            prop_assert_eq!(line.name.as_deref().unwrap_or_default(), name.trim());
            let said = line.note.as_ref().map_or("", Note::as_str);
            prop_assert_eq!(said, bare(note.trim()).trim());
        }
    }
}
