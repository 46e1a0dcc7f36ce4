//! A payment's receipt, for whoever has its address: a merchant whom the payer shows it, an auditor who checks the proof.

use super::views::{MovementKind, merchants};
use crate::{
    error::{ApiError, ApiResult, Problem},
    state::State,
};
use actix_web::{
    get,
    web::{Data, Json, Path},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::{Auth, Recipient, SignedLink};
use hostolink_kernel::{TransactionId, UserId};
use hostolink_ledger::Proof;
use hostolink_wallet::{CURRENCY, Counterparty, PaymentStatus, PublicReceipt, codes};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// The name of the form of this answer.
const FORMAT: &str = "hostolink-receipt-1";

/// What has become of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum StatusView {
    /// It stands as it was made.
    Paid,
    /// Some of it came back.
    PartlyRefunded,
    /// All of it came back.
    Refunded,
    /// Support undid it.
    Reversed,
}

/// A side of a payment, as anybody may see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SideView {
    /// The given name or its initial, and the initial of the family name, or a merchant's trade name; `null` where there is none to show.
    #[schema(example = "A••• K.")]
    pub(super) name: Option<String>,
    /// Whether it is an agent, for cash.
    pub(super) is_agent: bool,
}

/// A receipt that anybody can verify: what was paid, the proof that the ledger has it, and our signature under the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PublicReceiptView {
    /// Names the form of this answer.
    #[schema(example = "hostolink-receipt-1")]
    format: &'static str,
    /// The transaction's id.
    #[schema(value_type = String, format = Uuid)]
    pub(super) id: TransactionId,
    /// What it is.
    pub(super) kind: MovementKind,
    /// What the receiver got, in whole francs CFA.
    #[schema(example = 12_500)]
    pub(super) amount: i64,
    /// ISO 4217.
    #[schema(example = "XOF")]
    currency: &'static str,
    /// What has become of it.
    pub(super) status: StatusView,
    /// How much came back by refunds.
    #[schema(example = 0)]
    pub(super) refunded: i64,
    /// Who paid.
    pub(super) from: SideView,
    /// Who was paid.
    pub(super) to: SideView,
    /// When it happened.
    pub(super) event_at: DateTime<Utc>,
    /// When the ledger recorded it.
    pub(super) recorded_at: DateTime<Utc>,
    /// `hostolink-proof-1`, as docs/RECEIPTS.md tells it.
    #[schema(value_type = Object)]
    pub(super) proof: Proof,
    /// Our signature (JWS, EdDSA) that the proof's link is one of the ledger's, with the ledger's last link at that time.
    signed_head: String,
    /// Where the keys of that signature are.
    #[schema(example = "https://api.hostolink.ci/.well-known/jwks.json")]
    keys: String,
}

/// Where the receipt of a transaction is shown.
pub(super) fn address(auth: &Auth, id: TransactionId) -> String {
    format!("{}/receipts/{}", auth.issuer(), auth.receipt_token(id))
}

/// The receipt that a token opens. Every other token answers alike.
pub(super) async fn find(state: &State, token: &str) -> ApiResult<PublicReceiptView> {
    let id = state.auth.read_receipt_token(token).ok_or_else(|| ApiError::new(&codes::RECEIPT_UNKNOWN))?;
    let (wallets, auth) = (state.wallets.clone(), state.auth.clone());
    let view = move |conn: &mut PgConnection| {
        let receipt = wallets.receipt(conn, id)?;
        let people: Vec<UserId> = [receipt.from, receipt.to].iter().filter_map(|side| side.user).collect();
        let shops = wallets.trade_names(conn, &merchants([receipt.from, receipt.to]))?;
        PublicReceiptView::new(receipt, &auth.names(conn, &people)?, &shops, &auth)
    };
    state.database.run(view).await
}

/// The receipt of a payment, by the token that its two sides get with it. Anybody may ask. It shows masked names and neither balances
/// nor the note, and proves with nothing but published keys that the ledger has the payment.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "receipt",
    params(("token" = String, Path, description = "The last part of a `receiptUrl`")),
    responses(
        (status = 200, description = "The receipt", body = PublicReceiptView),
        (status = 404, description = "Unknown or forged, which answer alike: `wallet.receipt_unknown`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too much from this address: `request.too_many`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/receipts/{token}")]
pub(super) async fn show(state: Data<State>, token: Path<String>) -> ApiResult<Json<PublicReceiptView>> {
    Ok(Json(find(&state, &token).await?))
}

impl PublicReceiptView {
    fn new(
        receipt: PublicReceipt,
        names: &HashMap<UserId, Recipient>,
        shops: &HashMap<UserId, String>,
        auth: &Auth,
    ) -> ApiResult<Self> {
        // A trade name hangs over the door: anybody may see it.
        let shop = |side: Counterparty| shops.get(&side.user.filter(|_| side.is_merchant)?).cloned();
        let person = |side: Counterparty| names.get(&side.user?)?.public_name.clone();
        let side = |side: Counterparty| SideView {
            name: shop(side).or_else(|| person(side)),
            is_agent: side.is_agent,
        };
        let link = SignedLink {
            number: receipt.proof.link.number,
            hash: receipt.proof.link.hash.to_string(),
            sealed_at: receipt.proof.link.sealed_at,
        };
        let head = SignedLink {
            number: receipt.head.number,
            hash: receipt.head.hash.to_string(),
            sealed_at: receipt.head.sealed_at,
        };
        Ok(Self {
            format: FORMAT,
            id: receipt.transaction,
            kind: receipt.kind.into(),
            amount: receipt.amount.francs(),
            currency: CURRENCY,
            status: receipt.status.into(),
            refunded: receipt.refunded.francs(),
            from: side(receipt.from),
            to: side(receipt.to),
            event_at: receipt.event_at,
            recorded_at: receipt.recorded_at,
            signed_head: auth.sign_head(link, head)?,
            keys: format!("{}/.well-known/jwks.json", auth.issuer()),
            proof: receipt.proof,
        })
    }
}

impl From<PaymentStatus> for StatusView {
    fn from(status: PaymentStatus) -> Self {
        match status {
            PaymentStatus::Paid => Self::Paid,
            PaymentStatus::PartlyRefunded => Self::PartlyRefunded,
            PaymentStatus::Refunded => Self::Refunded,
            PaymentStatus::Reversed => Self::Reversed,
        }
    }
}
