//! What callers see: never a row.

use super::receipt;
use crate::error::ApiResult;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::{Auth, Recipient};
use hostolink_kernel::{Page, TransactionId, UserId, UserPublicId, Xof};
use hostolink_ledger::{self as ledger, Note, Receipt};
use hostolink_wallet::{Counterparty, Movement, Shop, Wallets};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// Somebody, as others may see them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonView {
    /// Their id.
    #[schema(value_type = String, format = Uuid)]
    id: UserPublicId,
    /// The given name and an initial, or a masked identifier.
    #[schema(example = "Awa K.")]
    name: String,
}

impl PersonView {
    /// The same person as payers know them who trade.
    pub(super) fn trading_as(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }
}

/// A merchant, as whoever pays there sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShopView {
    /// The name over the door.
    #[schema(example = "Maquis du Plateau")]
    name: String,
    /// Where it is.
    #[schema(example = "Abidjan")]
    city: String,
    /// What is sold: a category of ISO 18245.
    #[schema(example = "5812")]
    category: String,
    /// The till's name; `null` for the merchant's own.
    #[schema(example = "Caisse 2")]
    till: Option<String>,
}

impl From<&Shop> for ShopView {
    fn from(shop: &Shop) -> Self {
        Self {
            name: shop.trade_name.clone(),
            city: shop.city.clone(),
            category: shop.category.clone(),
            till: shop.till.clone(),
        }
    }
}

impl From<&Recipient> for PersonView {
    fn from(person: &Recipient) -> Self {
        Self { id: person.public_id, name: person.display_name.clone() }
    }
}

/// What a movement of money is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum MovementKind {
    /// A person paid another.
    Transfer,
    /// The same by a code that the receiver showed.
    QrPayment,
    /// Money was put into a pot, or taken back out of it.
    Saving,
    /// A merchant moved what they earned between accounts of their own.
    OwnMove,
    /// An agent gave money against cash.
    CashIn,
    /// An agent handed cash out.
    CashOut,
    /// An agent's float was filled.
    FloatFunding,
    /// A payment was given back, whole or in part.
    Refund,
    /// Support undid a movement, charges included.
    Reversal,
    /// Money was set aside; none moved.
    Hold,
    /// Money that was set aside was taken.
    Capture,
    /// Money that was set aside was let go.
    Release,
    /// The same because nobody took it in time.
    Expiry,
    /// Hostolink corrected the books.
    Adjustment,
}

impl From<ledger::TransactionKind> for MovementKind {
    fn from(kind: ledger::TransactionKind) -> Self {
        match kind {
            ledger::TransactionKind::Transfer => Self::Transfer,
            ledger::TransactionKind::QrPayment => Self::QrPayment,
            ledger::TransactionKind::Saving => Self::Saving,
            ledger::TransactionKind::OwnMove => Self::OwnMove,
            ledger::TransactionKind::CashIn => Self::CashIn,
            ledger::TransactionKind::CashOut => Self::CashOut,
            ledger::TransactionKind::Funding => Self::FloatFunding,
            ledger::TransactionKind::Refund => Self::Refund,
            ledger::TransactionKind::Reversal => Self::Reversal,
            ledger::TransactionKind::Hold => Self::Hold,
            ledger::TransactionKind::Capture => Self::Capture,
            ledger::TransactionKind::Release => Self::Release,
            ledger::TransactionKind::Expiry => Self::Expiry,
            ledger::TransactionKind::Adjustment => Self::Adjustment,
        }
    }
}

/// Whether money came or went.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum DirectionView {
    /// It came in.
    In,
    /// It went out.
    Out,
}

/// The proof that money moved.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReceiptView {
    /// The transaction's id.
    #[schema(value_type = String, format = Uuid)]
    id: TransactionId,
    /// What it is.
    kind: MovementKind,
    /// What the receiver got, in whole francs CFA; a merchant pays their commission of it.
    #[schema(example = 1500)]
    amount: i64,
    /// What it cost on top.
    #[schema(example = 0)]
    fee: i64,
    /// What was left right after it on the account that gave. Only where who asked is who gave.
    #[schema(example = 8500)]
    #[serde(skip_serializing_if = "Option::is_none")]
    balance_after: Option<i64>,
    /// When it happened.
    event_at: DateTime<Utc>,
    /// When the ledger recorded it.
    recorded_at: DateTime<Utc>,
}

impl From<Receipt> for ReceiptView {
    fn from(receipt: Receipt) -> Self {
        use ledger::TransactionKind::{Capture, Expiry, Funding, Hold, Release};
        // Who asked is not who gave: a merchant does not see what a card's owner has left.
        let own = !matches!(receipt.kind, Funding | Hold | Capture | Release | Expiry);
        Self {
            id: receipt.transaction,
            kind: receipt.kind.into(),
            amount: receipt.amount.francs(),
            fee: receipt.fee.francs(),
            balance_after: own.then(|| receipt.balance_after.francs()),
            event_at: receipt.event_at,
            recorded_at: receipt.recorded_at,
        }
    }
}

/// One operation, as its reader sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MovementView {
    /// The transaction's id.
    #[schema(value_type = String, format = Uuid)]
    id: TransactionId,
    /// What it is.
    kind: MovementKind,
    /// Whether money came or went.
    direction: DirectionView,
    /// How much came or went, in whole francs CFA.
    #[schema(example = 1500)]
    amount: i64,
    /// What it cost the reader, a merchant, of what was paid: `amount` and this are that together. Left out where it cost nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    commission: Option<i64>,
    /// What the account held right after it; only in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    balance_after: Option<i64>,
    /// Who is on the other side; `null` is Hostolink.
    counterparty: Option<PersonView>,
    /// Whether the other side is an agent's float.
    by_agent: bool,
    /// The giver's words.
    note: Option<String>,
    /// The transfer that a refund gives back.
    #[schema(value_type = Option<String>, format = Uuid)]
    refund_of: Option<TransactionId>,
    /// How much of it the reader may still give back: zero unless they received a transfer.
    refundable: i64,
    /// A page that shows anybody who opens it that this payment was made; left out where no money moved between people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://api.hostolink.ci/receipts/…")]
    receipt_url: Option<String>,
    /// When it happened.
    event_at: DateTime<Utc>,
    /// When the ledger recorded it.
    recorded_at: DateTime<Utc>,
}

/// A page of a statement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MovementPage {
    /// The operations, newest first.
    items: Vec<MovementView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl MovementPage {
    /// A page of the wallet's with the names of its people, asked for at once.
    pub(super) fn compose(
        conn: &mut PgConnection,
        auth: &Auth,
        wallets: &Wallets,
        page: &Page<Movement>,
    ) -> ApiResult<Self> {
        let next_cursor = page.next.as_ref().map(|cursor| cursor.as_str().to_owned());
        Ok(Self { items: movements(conn, auth, wallets, &page.items)?, next_cursor })
    }
}

/// Operations with the names of their people and of their trades, asked for at once.
pub(super) fn movements(
    conn: &mut PgConnection,
    auth: &Auth,
    wallets: &Wallets,
    movements: &[Movement],
) -> ApiResult<Vec<MovementView>> {
    let names = names(conn, auth, movements.iter().filter_map(|movement| movement.other.user))?;
    let shops = wallets.trade_names(conn, &merchants(movements.iter().map(|movement| movement.other)))?;
    Ok(movements.iter().map(|movement| MovementView::new(movement, &names, &shops, auth)).collect())
}

/// Those of these sides that are known by a trade name, each once.
pub(super) fn merchants(sides: impl IntoIterator<Item = Counterparty>) -> Vec<UserId> {
    let mut users: Vec<UserId> =
        sides.into_iter().filter(|side| side.is_merchant).filter_map(|side| side.user).collect();
    users.sort_unstable();
    users.dedup();
    users
}

impl MovementView {
    fn new(
        movement: &Movement,
        names: &HashMap<UserId, Recipient>,
        shops: &HashMap<UserId, String>,
        auth: &Auth,
    ) -> Self {
        let Counterparty { user, is_agent, is_merchant } = movement.other;
        let person = user.and_then(|user| names.get(&user)).map(PersonView::from);
        let shop = user.filter(|_| is_merchant).and_then(|user| shops.get(&user));
        Self {
            id: movement.transaction,
            kind: movement.kind.into(),
            direction: match movement.direction {
                ledger::Direction::In => DirectionView::In,
                ledger::Direction::Out => DirectionView::Out,
            },
            amount: movement.amount.francs(),
            commission: Some(movement.commission.francs()).filter(|francs| *francs > 0),
            balance_after: movement.balance_after.map(Xof::francs),
            counterparty: match shop {
                Some(name) => person.map(|person| person.trading_as(name)),
                None => person,
            },
            by_agent: is_agent,
            note: text(movement.note.as_ref()),
            refund_of: movement.refund_of,
            refundable: movement.refundable.francs(),
            receipt_url: movement.kind.has_receipt().then(|| receipt::address(auth, movement.transaction)),
            event_at: movement.event_at,
            recorded_at: movement.recorded_at,
        }
    }
}

/// People's names, asked for at once.
pub(crate) fn names(
    conn: &mut PgConnection,
    auth: &Auth,
    users: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, Recipient>, hostolink_auth::Error> {
    let mut users: Vec<UserId> = users.into_iter().collect();
    users.sort_unstable();
    users.dedup();
    if users.is_empty() { Ok(HashMap::new()) } else { auth.names(conn, &users) }
}

/// Somebody's name; `None` where the person is gone.
pub(super) fn person(
    conn: &mut PgConnection,
    auth: &Auth,
    user: UserId,
) -> Result<Option<PersonView>, hostolink_auth::Error> {
    Ok(auth.names(conn, &[user])?.get(&user).map(PersonView::from))
}

/// Who would receive: by the trade name where they trade.
pub(super) fn receiver(
    conn: &mut PgConnection,
    auth: &Auth,
    user: UserId,
    shop: Option<&Shop>,
) -> Result<Option<PersonView>, hostolink_auth::Error> {
    let person = person(conn, auth, user)?;
    Ok(match shop {
        Some(shop) => person.map(|person| person.trading_as(&shop.trade_name)),
        None => person,
    })
}

pub(super) fn text(note: Option<&Note>) -> Option<String> {
    note.map(|note| note.as_str().to_owned())
}
