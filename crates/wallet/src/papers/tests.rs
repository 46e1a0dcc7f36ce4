use super::{Poster, StatementPaper};
use crate::{
    Counterparty, Dates, Movement, Statement,
    emv::{Payload, Token},
    parse_note,
};
use chrono::{DateTime, TimeDelta, Utc};
use hostolink_kernel::{AccountId, SystemRandom, TransactionId, UserId, Xof};
use hostolink_ledger::{Direction, TransactionKind};
use std::collections::HashMap;
use uuid::Uuid;

const ISSUED: &str = "2026-04-02T18:10:00Z";

fn xof(francs: i64) -> Xof {
    Xof::new(francs).unwrap()
}

fn movement(kind: TransactionKind, direction: Direction, amount: i64, after: i64) -> Movement {
    let at: DateTime<Utc> = "2026-03-03T14:05:09.5Z".parse().unwrap();
    Movement {
        transaction: TransactionId::new(Uuid::from_u128(u128::from(after.unsigned_abs()))),
        kind,
        direction,
        amount: xof(amount),
        commission: Xof::ZERO,
        balance_after: Some(xof(after)),
        other: Counterparty { user: Some(UserId::new(7)), is_agent: false, is_merchant: false },
        note: None,
        refund_of: None,
        refundable: Xof::ZERO,
        event_at: at,
        recorded_at: at,
    }
}

fn statement(movements: Vec<Movement>, opening: i64, closing: i64) -> Statement {
    Statement {
        account: AccountId::new(Uuid::from_u128(9)),
        dates: Dates::parse("2026-03-01", "2026-03-31", "2026-04-02".parse().unwrap()).unwrap(),
        opening: xof(opening),
        closing: xof(closing),
        movements,
    }
}

/// A statement as a table and as a document.
fn written(statement: &Statement) -> (Vec<u8>, Vec<u8>) {
    let names = HashMap::from([
        (UserId::new(7), "K••• Y.".to_owned()),
        (UserId::new(8), "+225••••••••11".to_owned()),
    ]);
    let paper = StatementPaper {
        statement,
        owner: "Awa Koné",
        contact: "+2250708091011 · awa@example.ci",
        names: &names,
        shops: &HashMap::from([(UserId::new(8), "Maquis du Plateau".to_owned())]),
        issued_at: ISSUED.parse().unwrap(),
    };
    (paper.csv(), paper.pdf())
}

/// Four movements, with all that a line can say.
fn march() -> Statement {
    let mut deposit = movement(TransactionKind::CashIn, Direction::In, 12_500, 1_012_500);
    deposit.other = Counterparty { user: Some(UserId::new(8)), is_agent: true, is_merchant: false };
    let mut rent = movement(TransactionKind::Transfer, Direction::Out, 4_000, 1_008_500);
    rent.note = parse_note(Some("=HYPERLINK(\"http://x\";\"loyer\")")).unwrap();
    rent.event_at -= TimeDelta::days(1);
    let mut old = movement(TransactionKind::QrPayment, Direction::In, 500, 1_009_000);
    old.other.user = Some(UserId::new(404));
    old.commission = xof(5);
    let mut funded = movement(TransactionKind::Reversal, Direction::In, 8, 1_009_008);
    funded.other = Counterparty { user: None, is_agent: false, is_merchant: false };
    funded.event_at -= TimeDelta::seconds(59);
    statement(vec![deposit, rent, old, funded], 1_000_000, 1_009_008)
}

#[test]
fn a_table_tells_it_all_and_runs_nothing() {
    let (bytes, _) = written(&march());
    assert!(!bytes.starts_with(b"\xef\xbb\xbf"));
    let text = String::from_utf8(bytes).unwrap().replace('\u{202f}', "_");
    let id = |number: u128| Uuid::from_u128(number).to_string();
    let lines = [
        "Date;Heure;Survenu le;Opération;Sens;Correspondant;Motif;Montant;Solde;Référence;Montant en francs;Solde en francs;Commission en francs"
            .to_owned(),
        "1er mars 2026;;;Solde d’ouverture;;;;;1_000_000_F_CFA;;;1000000;".to_owned(),
        format!(
            "3 mars 2026;14:05;;Dépôt chez un agent;entrée;Agent +225••••••••11;;12_500_F_CFA;1_012_500_F_CFA;{};12500;1012500;0",
            id(1_012_500)
        ),
        format!(
            "3 mars 2026;14:05;2 mars 2026 à 14:05;Virement envoyé;sortie;K••• Y.;\"'=HYPERLINK(\"\"http://x\"\";\"\"loyer\"\")\";4_000_F_CFA;1_008_500_F_CFA;{};4000;1008500;0",
            id(1_008_500)
        ),
        format!(
            "3 mars 2026;14:05;;Paiement QR reçu;entrée;•••;;500_F_CFA;1_009_000_F_CFA;{};500;1009000;5",
            id(1_009_000)
        ),
        format!("3 mars 2026;14:05;;Annulation;entrée;Hostolink;;8_F_CFA;1_009_008_F_CFA;{};8;1009008;0", id(1_009_008)),
        ";;;Total des entrées (3);entrée;;;13_008_F_CFA;;;13008;;".to_owned(),
        ";;;Total des sorties (1);sortie;;;4_000_F_CFA;;;4000;;".to_owned(),
        "31 mars 2026;;;Solde de clôture;;;;;1_009_008_F_CFA;;;1009008;".to_owned(),
    ];
    assert_eq!(text, lines.map(|line| line + "\r\n").concat());
}

#[test]
fn a_merchant_bears_the_trade_name_and_the_person_behind_does_not() {
    let mut bought = movement(TransactionKind::QrPayment, Direction::Out, 500, 500);
    bought.other = Counterparty { user: Some(UserId::new(8)), is_agent: false, is_merchant: true };
    let mut sent = bought.clone();
    sent.other.is_merchant = false;
    let (bytes, _) = written(&statement(vec![bought, sent], 1_500, 500));
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains(";sortie;Maquis du Plateau;"));
    assert!(text.contains(";sortie;+225••••••••11;") || text.contains(";sortie;'+225••••••••11;"));
}

/// The texts of a document in the order in which they were set, read back from its bytes: `(…) Tj`, or `<…> Tj` in hexadecimal.
fn texts(pdf: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(pdf);
    let shown = text.lines().filter_map(|line| line.strip_suffix(" Tj"));
    shown
        .map(|text| match text.strip_prefix('<') {
            Some(digits) => {
                let bytes = hex::decode(digits.trim_end_matches('>')).unwrap();
                encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned()
            }
            None => text[1..text.len() - 1].replace('\\', ""),
        })
        .collect()
}

#[test]
fn a_document_has_pages_that_say_how_many_they_are() {
    let (_, pdf) = written(&march());
    assert!(pdf.starts_with(b"%PDF-") && pdf.ends_with(b"%%EOF"));
    let shown = texts(&pdf);
    for expected in [
        "Relevé de compte",
        "Du 1er mars 2026 au 31 mars 2026",
        "Awa Koné",
        "+2250708091011 · awa@example.ci",
        "Édité le 2 avril 2026 à 18:10 (UTC)",
        "Entrées (3)",
        "13\u{a0}008\u{a0}F\u{a0}CFA",
        "Virement envoyé",
        "Agent +225••••••••11",
        "Survenu le 2 mars 2026 à 14:05",
        "1\u{a0}009\u{a0}008\u{a0}F\u{a0}CFA",
        "page 1 sur 1",
    ] {
        assert!(shown.iter().any(|text| text == expected), "{expected} is not in {shown:#?}");
    }

    let many: Vec<_> =
        (1..=100).map(|n| movement(TransactionKind::Transfer, Direction::In, 10, n * 10)).collect();
    let (_, pdf) = written(&statement(many, 0, 1_000));
    let shown = texts(&pdf);
    let pages: Vec<_> = shown.iter().filter(|text| text.starts_with("page ")).collect();
    assert_eq!(pages.len(), 5);
    assert_eq!((pages[0].as_str(), pages[4].as_str()), ("page 1 sur 5", "page 5 sur 5"));
    assert_eq!(
        shown.iter().filter(|text| *text == "Virement reçu").count(),
        100,
        "none is lost between pages"
    );

    let empty = texts(&written(&statement(Vec::new(), 0, 0)).1);
    assert!(empty.iter().any(|text| text == "Aucune opération sur cette période."));
}

/// Draws the black squares of a page (`x y w h re`), four pixels a point, without a PDF library.
fn rasterised(pdf: &[u8]) -> image::GrayImage {
    let text = String::from_utf8_lossy(pdf);
    let black = text.split("0.08 0.09 0.11 rg\n").skip(1).find(|part| part.contains(" re\n")).unwrap();
    let mut pixels = image::GrayImage::from_pixel(298 * 4, 420 * 4, image::Luma([255]));
    let pixel = |points: f32| -> u32 { format!("{:.0}", points * 4.0).parse().unwrap() };
    for line in black.lines().take_while(|line| line.ends_with(" re")) {
        let numbers: Vec<f32> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
        let [x, y, width, height] = numbers[..] else { panic!("unexpected {line:?}") };
        for column in pixel(x)..pixel(x + width) {
            for row in pixel(419.53 - y - height)..pixel(419.53 - y) {
                pixels.put_pixel(column, row, image::Luma([0]));
            }
        }
    }
    pixels
}

#[test]
fn another_program_reads_the_payload_from_the_page() {
    let token = Token::draw(&SystemRandom);
    for (payload, amount) in [
        (Payload::of_account(token.clone()).write().unwrap(), None),
        (Payload::one_payment(token, xof(12_500)).unwrap().write().unwrap(), Some(xof(12_500))),
    ] {
        let poster = Poster {
            payload: &payload,
            name: "Pharmacie de l’Étoile (Cocody) — Côte d’Ivoire, Abidjan, deux Plateaux",
            amount,
            label: amount.map(|_| "Deux attiékés"),
            expires_at: amount.map(|_| "2026-04-03T08:00:00Z".parse().unwrap()),
            made_at: ISSUED.parse().unwrap(),
        };
        let pdf = poster.pdf().unwrap();
        let mut picture = rqrr::PreparedImage::prepare(rasterised(&pdf));
        let grids = picture.detect_grids();
        assert_eq!(grids.len(), 1, "one code on the page");
        assert_eq!(grids[0].decode().unwrap().1, payload);
        let shown = texts(&pdf);
        assert_eq!(shown[..2], ["Hostolink", "Scannez pour payer"]);
        assert!(shown[2].starts_with("Pharmacie de l’Étoile (Cocody) —"), "{shown:?}");
        let fixed = shown.iter().any(|text| text == "12\u{a0}500\u{a0}F\u{a0}CFA");
        assert_eq!(fixed, amount.is_some());
        let end = shown.iter().any(|text| text == "Valable jusqu’au 3 avril 2026 à 08:00");
        assert_eq!(end, amount.is_some());
    }
    let too_long = "x".repeat(5_000);
    let poster = Poster {
        payload: &too_long,
        name: "",
        amount: None,
        label: None,
        expires_at: None,
        made_at: ISSUED.parse().unwrap(),
    };
    assert!(poster.pdf().is_err());
}
