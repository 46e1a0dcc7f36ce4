//! Amounts, dates and operations as people in Côte d'Ivoire read them. The country keeps UTC all year.

use crate::Movement;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use hostolink_kernel::Xof;
use hostolink_ledger::{Direction, TransactionKind};

/// Between the thousands and before the unit, where no line may break.
const THIN: char = '\u{202f}';

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// `12 500 F CFA`.
pub(super) fn francs(amount: Xof) -> String {
    let digits = amount.francs().to_string();
    let mut text = String::with_capacity(digits.len() * 2 + 9);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    text + &format!("{THIN}F{THIN}CFA")
}

/// `3 mars 2026`.
pub(super) fn day(date: NaiveDate) -> String {
    let month = usize::try_from(date.month0()).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
    let ordinal = if date.day() == 1 { "er" } else { "" };
    format!("{}{ordinal} {month} {}", date.day(), date.year())
}

/// `14:05`.
pub(super) fn hour(at: DateTime<Utc>) -> String {
    at.format("%H:%M").to_string()
}

/// `3 mars 2026 à 14:05`.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    format!("{} à {}", day(at.date_naive()), hour(at))
}

/// When an operation happened, where that is another minute or more before it was recorded.
pub(super) fn happened(movement: &Movement) -> Option<DateTime<Utc>> {
    let apart = (movement.recorded_at - movement.event_at).abs();
    (apart >= TimeDelta::minutes(1)).then_some(movement.event_at)
}

/// What an operation is, to whoever reads their statement.
pub(super) const fn operation(kind: TransactionKind, direction: Direction) -> &'static str {
    use {Direction::In, TransactionKind as Kind};
    match (kind, direction) {
        (Kind::Transfer, In) => "Virement reçu",
        (Kind::Transfer, _) => "Virement envoyé",
        (Kind::QrPayment, In) => "Paiement QR reçu",
        (Kind::QrPayment, _) => "Paiement QR",
        (Kind::Saving, In) => "Épargne",
        (Kind::Saving, _) => "Mise en épargne",
        (Kind::OwnMove, _) => "Mouvement entre comptes du commerce",
        (Kind::CashIn, _) => "Dépôt chez un agent",
        (Kind::CashOut, _) => "Retrait chez un agent",
        (Kind::Funding, _) => "Approvisionnement",
        (Kind::Refund, In) => "Remboursement reçu",
        (Kind::Refund, _) => "Remboursement",
        (Kind::Reversal, _) => "Annulation",
        (Kind::Hold, _) => "Réservation",
        (Kind::Capture, In) => "Paiement réservé reçu",
        (Kind::Capture, _) => "Paiement réservé",
        (Kind::Release, _) => "Réservation libérée",
        (Kind::Expiry, _) => "Réservation expirée",
        (Kind::Adjustment, _) => "Régularisation",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_by_thin_spaces_that_do_not_break() {
        let written = |amount| francs(Xof::new(amount).unwrap()).replace(THIN, "_");
        assert_eq!(written(0), "0_F_CFA");
        assert_eq!(written(500), "500_F_CFA");
        assert_eq!(written(12_500), "12_500_F_CFA");
        assert_eq!(written(100_000), "100_000_F_CFA");
        assert_eq!(written(9_007_199_254_740_991), "9_007_199_254_740_991_F_CFA");
    }

    #[test]
    fn dates_are_french() {
        let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        assert_eq!(day(date(2026, 3, 3)), "3 mars 2026");
        assert_eq!(day(date(2026, 8, 1)), "1er août 2026");
        assert_eq!(day(date(2026, 12, 31)), "31 décembre 2026");
        assert_eq!(instant("2026-02-09T07:05:59Z".parse().unwrap()), "9 février 2026 à 07:05");
    }
}
