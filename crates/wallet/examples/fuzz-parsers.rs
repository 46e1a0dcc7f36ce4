//! Throws random and mutated texts at the parsers of the wallet (codes, notes, files of payments) and of cursors, and says how many it survived:
//! `cargo run --release -p hostolink-wallet --example fuzz-parsers -- 1000000`. The same number throws the same texts.

use hostolink_kernel::{Cursor, QrId, Region, SystemRandom, Xof};
use hostolink_wallet::emv::{Initiation, Payload, PiAlias, PiSpiCode, Token};
use std::io::Write;

/// A small generator (xorshift64*): the run must be the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() >> 33).unwrap_or(0) % end.max(1)
    }

    fn byte(&mut self) -> u8 {
        self.roll().to_be_bytes()[0]
    }
}

/// CRC-16/IBM-3740, written again here: what is mutated and sealed again gets past the first gate.
fn sealed(body: &str) -> String {
    let covered = format!("{body}6304");
    let crc = covered.bytes().fold(0xFFFF_u16, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    });
    format!("{covered}{crc:04X}")
}

/// One text: noise, or a good one with a few bytes replaced, cut, doubled or left out.
fn text(dice: &mut Dice, seeds: &[String]) -> String {
    let mut bytes = match seeds.get(dice.below(seeds.len() + 1)) {
        Some(seed) => seed.clone().into_bytes(),
        None => (0..dice.below(600)).map(|_| dice.byte()).collect(),
    };
    for _ in 0..dice.below(6) {
        let at = dice.below(bytes.len());
        match dice.below(4) {
            0 => bytes.truncate(at),
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = dice.byte();
                }
            }
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = b'0' + dice.byte() % 10;
                }
            }
            _ => bytes.extend_from_within(at..),
        }
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    match text.get(..text.len().saturating_sub(8)) {
        Some(body) if dice.below(2) == 0 => sealed(body),
        _ => text,
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rounds: u64 = std::env::args().nth(1).map_or(Ok(1_000_000), |count| count.parse())?;
    let amount = Xof::new(2_500)?;
    let alias = uuid::Uuid::from_u128(0x3497_a720_ab11_4973_9619_534e_04f2_63a1);
    let own = Payload::one_payment(Token::draw(&SystemRandom), amount)?.write().ok_or("a code of ours")?;
    let pi_spi = PiSpiCode::new(alias, Initiation::Dynamic, Some(amount), "CAISSE_A01")?.write();
    let cursor = Cursor::new("wallet.codes", &QrId::new(alias)).ok_or("a cursor")?;
    let both = PiAlias::of(alias).ok_or("an alias")?;
    let both = Payload::one_payment(Token::draw(&SystemRandom), amount)?.also_for(both).write();
    let file =
        "\u{feff}Destinataire;Nom;Montant;Motif\r\n07 08 09 10 11;\"Koné; Awa\";25 000;Mars\r\n".to_owned();
    let seeds = [own, both.ok_or("a code of ours")?, pi_spi, cursor.as_str().to_owned(), file];
    let (mut files, home) = (0_u64, [Region::COTE_D_IVOIRE]);

    let (mut dice, mut codes, mut cursors) = (Dice(0x9E37_79B9_7F4A_7C15), 0_u64, 0_u64);
    for _ in 0..rounds {
        let text = text(&mut dice, &seeds);
        codes += u64::from(Payload::parse(&text).is_ok());
        let read = Cursor::parse(&text).and_then(|cursor| cursor.keyset::<QrId>("wallet.codes"));
        cursors += u64::from(read.is_ok());
        files += u64::from(hostolink_wallet::parse_bulk_file(text.as_bytes(), &home).is_ok());
        // A note is an answer or a refusal too; which of the two is its own tests' matter.
        let _ = hostolink_wallet::parse_note(Some(&text));
    }
    writeln!(
        std::io::stdout(),
        "{rounds} texts, {codes} read as codes, {cursors} as cursors, {files} as files, no panic"
    )?;
    Ok(())
}
