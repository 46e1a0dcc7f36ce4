//! The same receipt as a page: what a merchant sees on the payer's phone, or on their own.

use super::{
    receipt::{self, PublicReceiptView, SideView, StatusView},
    views::MovementKind,
};
use crate::{
    context::Language,
    error::ApiResult,
    pages::{self, Frame},
    state::State,
};
use actix_web::{
    HttpResponse, get,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use chrono::{DateTime, Datelike, Utc};
use hostolink_kernel::Xof;
use hostolink_wallet as wallet;

const MONTHS: [(&str, &str); 12] = [
    ("janvier", "January"),
    ("février", "February"),
    ("mars", "March"),
    ("avril", "April"),
    ("mai", "May"),
    ("juin", "June"),
    ("juillet", "July"),
    ("août", "August"),
    ("septembre", "September"),
    ("octobre", "October"),
    ("novembre", "November"),
    ("décembre", "December"),
];

#[derive(Template)]
#[template(path = "receipt.html")]
struct Page<'a> {
    frame: &'a Frame,
    /// `None` where the address opens none.
    receipt: Option<Shown>,
    /// Where the page really is.
    base: &'a str,
    token: &'a str,
    looked_at: String,
}

/// What the page writes, in words.
struct Shown {
    stands: bool,
    title: &'static str,
    amount: String,
    kind: &'static str,
    /// What came back, where something did.
    refunded: Option<String>,
    from: String,
    to: String,
    date: String,
    id: String,
    link: i64,
    hash: String,
}

/// The receipt of a payment as a page, made for a phone. It says from which address it must come to be true, and when it was looked
/// at: a picture of it is no receipt.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "receiptPage",
    params(("token" = String, Path, description = "The last part of a `receiptUrl`")),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 404, description = "A page that says that there is no such receipt", body = String, content_type = "text/html"),
    )
)]
#[get("/receipts/{token}")]
pub(super) async fn page(state: Data<State>, token: Path<String>) -> ApiResult<HttpResponse> {
    let frame = Frame::new(&state);
    let receipt = match receipt::find(&state, &token).await {
        Ok(receipt) => Some(Shown::new(&receipt, frame.language())),
        Err(error) if error.code() == &wallet::codes::RECEIPT_UNKNOWN => None,
        Err(error) => return Err(error),
    };
    let found = receipt.is_some();
    let looked_at = instant(state.clock.now(), frame.language());
    let base = state.auth.issuer();
    let mut answer = pages::answer(&frame, &Page { frame: &frame, receipt, base, token: &token, looked_at })?;
    if !found {
        *answer.status_mut() = StatusCode::NOT_FOUND;
    }
    Ok(answer)
}

impl Shown {
    fn new(receipt: &PublicReceiptView, language: Language) -> Self {
        let say = |(fr, en)| match language {
            Language::French => fr,
            Language::English => en,
        };
        Self {
            stands: receipt.status == StatusView::Paid,
            title: say(match receipt.status {
                StatusView::Paid => ("Paiement vérifié", "Payment verified"),
                StatusView::PartlyRefunded => ("Remboursé en partie", "Partly refunded"),
                StatusView::Refunded => ("Paiement remboursé", "Payment refunded"),
                StatusView::Reversed => ("Paiement annulé", "Payment reversed"),
            }),
            amount: francs(receipt.amount),
            kind: say(kind(receipt.kind)),
            refunded: (receipt.refunded > 0).then(|| francs(receipt.refunded)),
            from: name(&receipt.from, say(("Client Hostolink", "Hostolink customer"))),
            to: name(&receipt.to, say(("Client Hostolink", "Hostolink customer"))),
            date: instant(receipt.event_at, language),
            id: receipt.id.to_string(),
            link: receipt.proof.link.number,
            hash: receipt.proof.link.hash.to_string(),
        }
    }
}

/// Who it is, where there is no name to show.
fn name(side: &SideView, nobody: &str) -> String {
    match (&side.name, side.is_agent) {
        (Some(name), true) => format!("{name} (agent)"),
        (Some(name), false) => name.clone(),
        (None, true) => "Agent Hostolink".to_owned(),
        (None, false) => nobody.to_owned(),
    }
}

const fn kind(kind: MovementKind) -> (&'static str, &'static str) {
    match kind {
        MovementKind::Transfer => ("Virement", "Transfer"),
        MovementKind::QrPayment => ("Paiement par code QR", "QR code payment"),
        MovementKind::CashIn => ("Dépôt d’espèces", "Cash deposit"),
        MovementKind::CashOut => ("Retrait d’espèces", "Cash withdrawal"),
        MovementKind::Refund => ("Remboursement", "Refund"),
        MovementKind::Reversal => ("Annulation", "Reversal"),
        _ => ("Paiement", "Payment"),
    }
}

fn francs(amount: i64) -> String {
    Xof::new(amount).unwrap_or(Xof::ZERO).to_string()
}

/// `29 novembre 2026 à 18:06:12 (GMT)`: the time of Côte d'Ivoire.
fn instant(at: DateTime<Utc>, language: Language) -> String {
    let (french, english) = MONTHS[at.month0() as usize % MONTHS.len()];
    let (day, year, time) = (at.day(), at.year(), at.format("%H:%M:%S"));
    match language {
        Language::French if day == 1 => format!("1er {french} {year} à {time} (GMT)"),
        Language::French => format!("{day} {french} {year} à {time} (GMT)"),
        Language::English => format!("{day} {english} {year}, {time} (GMT)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_people_here_write_them() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(instant(at("2026-08-01T09:05:07.9Z"), Language::French), "1er août 2026 à 09:05:07 (GMT)");
        assert_eq!(
            instant(at("2026-12-31T23:59:59Z"), Language::French),
            "31 décembre 2026 à 23:59:59 (GMT)"
        );
        assert_eq!(instant(at("2026-02-03T00:00:00Z"), Language::English), "3 February 2026, 00:00:00 (GMT)");
    }
}
