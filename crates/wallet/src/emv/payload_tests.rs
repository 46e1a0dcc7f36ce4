use super::*;
use crate::emv::{PiAlias, PiSpiCode};
use hostolink_kernel::SystemRandom;
use proptest::prelude::*;

/// `body` with its checksum field.
fn sealed(body: &str) -> String {
    let covered = format!("{body}6304");
    format!("{covered}{:04X}", tlv::crc16(covered.as_bytes()))
}

fn token() -> Token {
    Token::parse("AAECAwQFBgcICQoLDA0ODw").unwrap()
}

const ACCOUNT: &str = "26420012ci.hostolink0122AAECAwQFBgcICQoLDA0ODw";
const END: &str = "5802CI5909HOSTOLINK6007ABIDJAN";

/// A body of ours with other parts than the usual ones.
fn body(account: &str, currency: &str, amount: &str, end: &str) -> String {
    format!("000201010211{account}520400005303{currency}{amount}{end}")
}

#[test]
fn our_codes_are_written_in_one_form() {
    let code = Payload::of_account(token()).write().unwrap();
    assert_eq!(code, sealed(&format!("{}62071103000", body(ACCOUNT, "952", "", END))));
    let dynamic = Payload::one_payment(token(), Xof::new(1_500).unwrap()).unwrap();
    let code = dynamic.write().unwrap();
    assert!(
        code.starts_with("00020101021226420012ci.hostolink0122AAECAwQFBgcICQoLDA0ODw52040000530395254041500")
    );
    assert_eq!(Payload::parse(&code), Ok(dynamic));
}

#[test]
fn a_code_for_one_payment_has_an_amount_that_can_be_printed() {
    for francs in [0, Payload::MAX_AMOUNT + 1] {
        assert_eq!(Payload::one_payment(token(), Xof::new(francs).unwrap()), Err(EmvError::Amount));
    }
    let largest = Payload::one_payment(token(), Xof::new(Payload::MAX_AMOUNT).unwrap()).unwrap();
    assert_eq!(Payload::parse(&largest.write().unwrap()), Ok(largest));
}

#[test]
fn tokens_are_128_bits_and_never_the_same() {
    let drawn: std::collections::HashSet<_> = (0..1_000).map(|_| Token::draw(&SystemRandom)).collect();
    assert_eq!(drawn.len(), 1_000);
    assert!(drawn.iter().all(|token| Token::parse(token.as_str()).as_ref() == Some(token)));
    for text in ["", "AAECAwQFBgcICQoLDA0OD", "AAECAwQFBgcICQoLDA0ODw==", "AAECAwQFBgcICQoLDA0ODx", "é"] {
        assert_eq!(Token::parse(text), None, "{text:?}");
    }
}

const PI_ALIAS: &str = "3497a720-ab11-4973-9619-534e04f263a1";

/// The three vectors of the PI-SPI profile: what is written is byte for byte that, and is read back.
#[test]
fn codes_of_pi_spi_are_written_and_read_as_its_profile_says() {
    const HEAD: &str = "00020136560012int.bceao.pi01363497a720-ab11-4973-9619-534e04f263a1";
    let alias = Uuid::try_parse(PI_ALIAS).unwrap();
    for (rest, initiation, francs, reference) in [
        (
            "520400005303952540415005802CI5901X6001X62210510CAISSE_A0111030006304FC58",
            Initiation::Static,
            Some(1_500),
            "CAISSE_A01",
        ),
        (
            "5204000053039525802CI5901X6001X62210510CAISSE_A01110300063042345",
            Initiation::Static,
            None,
            "CAISSE_A01",
        ),
        (
            "5204000053039525405825005802CI5901X6001X62330522Tx-20251112-055052-001110340063041994",
            Initiation::Dynamic,
            Some(82_500),
            "Tx-20251112-055052-001",
        ),
    ] {
        let vector = format!("{HEAD}{rest}");
        let amount = francs.map(|francs| Xof::new(francs).unwrap());
        assert_eq!(PiSpiCode::new(alias, initiation, amount, reference).unwrap().write(), vector);
        let payload = Payload::parse(&vector).unwrap();
        assert_eq!(payload.network(), &Network::PiSpi(alias));
        assert_eq!(payload.initiation(), Some(initiation));
        assert_eq!(payload.amount(), amount);
        assert_eq!(payload.reference(), Some(reference));
        assert_eq!(payload.write(), None);
    }
}

/// A code of ours with the network's template is that of its profile, byte for byte, but for our own template before it.
#[test]
fn a_code_of_ours_for_other_institutions_is_that_of_the_profile_with_our_template() {
    let alias = PiAlias::parse(PI_ALIAS).unwrap();
    for (ours, initiation, francs) in [
        (Payload::of_account(token()), Initiation::Static, None),
        (
            Payload::one_payment(token(), Xof::new(82_500).unwrap()).unwrap(),
            Initiation::Dynamic,
            Some(82_500),
        ),
    ] {
        let shared = ours.also_for(alias);
        let code = shared.write().unwrap();
        let amount = francs.map(|francs| Xof::new(francs).unwrap());
        let bare = PiSpiCode::new(alias.uuid(), initiation, amount, token().as_str()).unwrap().write();
        let (code_body, bare_body) = (&code[..code.len() - 4], &bare[..bare.len() - 4]);
        assert_eq!(code_body.replacen(ACCOUNT, "", 1), bare_body);
        let read = Payload::parse(&code).unwrap();
        assert_eq!(read, shared);
        assert_eq!((read.network(), read.alias()), (&Network::Hostolink(token()), Some(alias)));
        assert_eq!((read.initiation(), read.amount()), (Some(initiation), amount));
        // To another institution it is a code of the network.
        let theirs =
            Payload::parse(&sealed(&code_body[..code_body.len() - 4].replacen(ACCOUNT, "", 1))).unwrap();
        assert_eq!((theirs.network(), theirs.alias()), (&Network::PiSpi(alias.uuid()), None));
    }
}

#[test]
fn an_alias_is_a_uuid_of_version_4_in_its_usual_spelling() {
    assert!(PiAlias::parse(PI_ALIAS).is_some());
    assert_eq!(PiAlias::parse(&PI_ALIAS.to_uppercase()), PiAlias::parse(PI_ALIAS));
    for text in [
        "",
        "3497a720ab1149739619534e04f263a1",
        "{3497a720-ab11-4973-9619-534e04f263a1}",
        "3497a720-ab11-7973-9619-534e04f263a1",
        "3497a720-ab11-4973-c619-534e04f263a1",
        "3497a720-ab11-4973-9619-534e04f263ag",
    ] {
        assert_eq!(PiAlias::parse(text), None, "{text}");
    }
}

#[test]
fn a_code_of_pi_spi_needs_its_channel_and_not_its_reference() {
    let code = |more: &str| {
        let head = format!("00020136560012int.bceao.pi0136{PI_ALIAS}52040000530395254041500");
        Payload::parse(&sealed(&format!("{head}5802SN5901X6001X{more}")))
    };
    for (more, initiation) in [
        ("62071103400", Initiation::Dynamic),
        ("62071103000", Initiation::Static),
        ("62071103731", Initiation::Static),
    ] {
        let read = code(more).unwrap();
        assert_eq!((read.initiation(), read.reference()), (Some(initiation), None), "{more}");
    }
    assert_eq!(code(""), Err(EmvError::Malformed));
    assert_eq!(code("62050501A"), Err(EmvError::Malformed));
}

#[test]
fn a_code_of_pi_spi_that_no_reader_would_take_is_not_written() {
    let alias = Uuid::try_parse(PI_ALIAS).unwrap();
    let new = |alias, amount: Option<i64>, reference: &str| {
        PiSpiCode::new(alias, Initiation::Static, amount.map(|francs| Xof::new(francs).unwrap()), reference)
    };
    assert!(new(alias, Some(Payload::MAX_AMOUNT), &"R".repeat(25)).is_ok());
    for reference in ["", "é", "a\nb", &"R".repeat(26)] {
        assert_eq!(new(alias, None, reference), Err(EmvError::Malformed), "{reference:?}");
    }
    assert_eq!(new(Uuid::from_u128(1), None, "A"), Err(EmvError::Malformed));
    for francs in [0, Payload::MAX_AMOUNT + 1] {
        assert_eq!(new(alias, Some(francs), "A"), Err(EmvError::Amount));
    }
}

#[test]
fn ours_wins_where_a_code_carries_several_networks() {
    let pi = "36560012int.bceao.pi01363497a720-ab11-4973-9619-534e04f263a1";
    let card = "04164000000000000000";
    for account in [format!("{card}{ACCOUNT}{pi}"), format!("{pi}{ACCOUNT}")] {
        let payload = Payload::parse(&sealed(&body(&account, "952", "", END))).unwrap();
        assert_eq!(payload.network(), &Network::Hostolink(token()));
    }
    let payload = Payload::parse(&sealed(&body(&format!("{card}{pi}"), "952", "", END))).unwrap();
    assert!(matches!(payload.network(), Network::PiSpi(_)));
    for account in [card, "27080004abcd", "26080004abcd"] {
        let payload = Payload::parse(&sealed(&body(account, "952", "", END))).unwrap();
        assert_eq!(payload.network(), &Network::Other, "{account}");
    }
}

#[test]
fn every_refusal_says_which() {
    let good = sealed(&body(ACCOUNT, "952", "54041500", END));
    assert!(Payload::parse(&good).is_ok());
    let refused = |text: &str| Payload::parse(text).unwrap_err();

    assert_eq!(refused(""), EmvError::Malformed);
    assert_eq!(refused("https://example.com/pay"), EmvError::Malformed);
    assert_eq!(refused("000201"), EmvError::Truncated);
    assert_eq!(refused(&good[..good.len() - 1]), EmvError::Truncated);
    assert_eq!(refused(&good[..good.len() / 2]), EmvError::Truncated);
    assert_eq!(refused(&format!("{}é", &good)), EmvError::Malformed);
    assert_eq!(refused(&good.to_lowercase()), EmvError::Checksum);
    assert_eq!(refused(&good.replace("54041500", "54041600")), EmvError::Checksum);
    assert_eq!(refused(&sealed(&body(ACCOUNT, "840", "", END))), EmvError::Currency);
    assert_eq!(refused(&sealed(&body(ACCOUNT, "952", "", &END.replace("CI59", "FR59")))), EmvError::Country);
    assert_eq!(refused(&sealed(&body(ACCOUNT, "952", "", &END.replace("CI59", "SN59")))), EmvError::Country);
    assert_eq!(refused(&sealed(&body(ACCOUNT, "952", "54041500540415005", END))), EmvError::Duplicate);
    assert_eq!(refused(&sealed(&body(&format!("{ACCOUNT}{ACCOUNT}"), "952", "", END))), EmvError::Duplicate);
    assert_eq!(refused(&sealed(&body("26160004abcd0004abcd", "952", "", END))), EmvError::Duplicate);
    for amount in ["0", "1.50", "1e3", "0500", "12345678901234", "-1", "+5", "1 500"] {
        let mut field = String::new();
        tlv::write(&mut field, 54, amount);
        assert_eq!(refused(&sealed(&body(ACCOUNT, "952", &field, END))), EmvError::Amount, "{amount}");
    }
    assert_eq!(refused(&sealed(&body("", "952", "", END))), EmvError::Malformed);
    assert_eq!(refused(&sealed(&body("26200012ci.hostolink", "952", "", END))), EmvError::Malformed);
    assert_eq!(refused(&sealed(&body(ACCOUNT, "952", "", "5802CI5909HOSTOLINK"))), EmvError::Malformed);
    let long_name = format!("5802CI5926{}6007ABIDJAN", "A".repeat(26));
    assert_eq!(refused(&sealed(&body(ACCOUNT, "952", "", &long_name))), EmvError::Malformed);
    let long_city = format!("5802CI5901A6016{}", "A".repeat(16));
    assert_eq!(refused(&sealed(&body(ACCOUNT, "952", "", &long_city))), EmvError::Malformed);
    assert_eq!(refused(&sealed(&good)), EmvError::Duplicate);
    // The last eight characters look like a checksum and are the tail of a longer field.
    let hidden = sealed(&body(ACCOUNT, "952", "", "5802CI5909HOSTOLINK6009A"));
    assert_eq!(refused(&hidden), EmvError::Malformed);
    assert_eq!(refused(&"0".repeat(Payload::MAX_LENGTH + 1)), EmvError::TooLong);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Bytes of a good code replaced, then sealed again or not: a text is read or refused, nothing else.
    #[test]
    fn no_mutation_makes_it_panic(
        which in 0..3, reseal: bool, edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<char>()), 1..8),
    ) {
        let (ours, alias) =
            (Payload::one_payment(token(), Xof::new(2_500).unwrap()).unwrap(), PiAlias::parse(PI_ALIAS).unwrap());
        let good = match which {
            0 => ours.write().unwrap(),
            1 => ours.also_for(alias).write().unwrap(),
            _ => PiSpiCode::new(alias.uuid(), Initiation::Dynamic, None, "CAISSE").unwrap().write(),
        };
        let mut text: Vec<char> = good.chars().collect();
        for (at, with) in edits {
            let at = at.index(text.len());
            text[at] = with;
        }
        let text: String = text.into_iter().collect();
        let text = match text.get(..text.len().saturating_sub(8)) {
            Some(start) if reseal => sealed(start),
            _ => text,
        };
        let _ = Payload::parse(&text);
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(bytes: [u8; 16], francs in 1..=Payload::MAX_AMOUNT) {
        let token = Token::parse(&URL_SAFE_NO_PAD.encode(bytes)).unwrap();
        for payload in [
            Payload::of_account(token.clone()),
            Payload::of_account(token.clone()).also_for(PiAlias::parse(PI_ALIAS).unwrap()),
            Payload::one_payment(token.clone(), Xof::new(francs).unwrap()).unwrap(),
            Payload::one_payment(token, Xof::new(francs).unwrap()).unwrap().also_for(PiAlias::parse(PI_ALIAS).unwrap()),
        ] {
            let text = payload.write().unwrap();
            prop_assert!(text.len() < 240);
            prop_assert_eq!(Payload::parse(&text), Ok(payload));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,600}") {
        let _ = Payload::parse(&text);
    }

    #[test]
    fn no_list_of_fields_makes_it_panic(fields in proptest::collection::vec((0u8..=99, "[ -~]{1,40}"), 0..12)) {
        let mut text = "000201".to_owned();
        for (tag, value) in fields {
            tlv::write(&mut text, tag, &value);
        }
        let _ = Payload::parse(&sealed(&text));
    }

    /// A CRC of 16 bits sees every error within 16 bits in a row: one wrong character never passes.
    #[test]
    fn one_wrong_character_is_always_refused(francs in 1..1_000_000i64, at: prop::sample::Index, wrong in 0x20u8..0x7F) {
        let good = Payload::one_payment(token(), Xof::new(francs).unwrap()).unwrap().write().unwrap();
        let mut bytes = good.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != wrong);
        bytes[at] = wrong;
        prop_assert!(Payload::parse(&String::from_utf8(bytes).unwrap()).is_err());
    }

    #[test]
    fn a_code_that_is_cut_is_refused(francs in 1..1_000_000i64, at: prop::sample::Index) {
        let good = Payload::one_payment(token(), Xof::new(francs).unwrap()).unwrap().write().unwrap();
        prop_assert!(Payload::parse(&good[..at.index(good.len())]).is_err());
    }

    /// Shuffled, doubled or stripped fields under a right checksum: refused or read, never a panic, and what is read
    /// as ours is ours.
    #[test]
    fn a_resealed_mutation_never_becomes_another_code(
        start: prop::sample::Index, length in 0usize..20, insert in "[0-9A-Za-z]{0,20}",
    ) {
        let good = Payload::one_payment(token(), Xof::new(2_500).unwrap()).unwrap().write().unwrap();
        let mut text = good[..good.len() - 8].to_owned();
        let from = start.index(text.len());
        let to = (from + length).min(text.len());
        text.replace_range(from..to, &insert);
        if let Ok(payload) = Payload::parse(&sealed(&text))
            && let Network::Hostolink(read) = payload.network()
        {
            prop_assert!(text.contains(read.as_str()));
            if let Some(amount) = payload.amount() {
                let digits = amount.francs().to_string();
                let written = format!("54{:02}{digits}", digits.len());
                prop_assert!(text.contains(&written));
            }
        }
    }
}
