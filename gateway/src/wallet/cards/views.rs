//! What callers see of cards: never a number but to its owner who has just shown the PIN.

use super::super::views::{PersonView, text};
use crate::error::ApiResult;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::{Auth, Recipient};
use hostolink_kernel::{AuthorizationId, CardId, ExposeSecret, Page, TransactionId, UserId, Xof};
use hostolink_wallet::card::{
    Authorization, AuthorizationState, Card, CardLabel, CardLimits, CardState, Decline, ShownCard,
    printed_end,
};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// What a card can do.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum CardStateView {
    /// It pays.
    Active,
    /// Its owner has stopped it for a while.
    Frozen,
    /// Its time is over: renew it.
    Expired,
    /// For good.
    Closed,
}

/// How much a card pays at most, in whole francs CFA; `null` is no limit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CardLimitsView {
    /// In one payment.
    per_operation: Option<i64>,
    /// In one day of Abidjan.
    daily: Option<i64>,
    /// In one month.
    monthly: Option<i64>,
}

impl From<CardLimits> for CardLimitsView {
    fn from(limits: CardLimits) -> Self {
        Self {
            per_operation: limits.per_operation.map(Xof::francs),
            daily: limits.daily.map(Xof::francs),
            monthly: limits.monthly.map(Xof::francs),
        }
    }
}

/// A card of the caller's. Its number is not in it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct CardView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: CardId,
    /// What its owner calls it.
    #[schema(example = "Courses")]
    label: Option<String>,
    /// The last four digits of its number.
    #[schema(example = "4242")]
    last4: String,
    /// What it can do.
    state: CardStateView,
    /// It pays once.
    single_use: bool,
    /// How much it pays at most.
    limits: CardLimitsView,
    /// The first merchant who charges it becomes the only one.
    merchant_lock: bool,
    /// Who that is, once there is one.
    merchant: Option<PersonView>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// From when on it pays no more.
    expires_at: DateTime<Utc>,
    /// The last month in which it pays, as cards print it.
    #[schema(example = "11/29")]
    expiry: String,
}

impl CardView {
    /// Cards with the names of their merchants, asked for at once.
    pub(in super::super) fn of(conn: &mut PgConnection, auth: &Auth, cards: &[Card]) -> ApiResult<Vec<Self>> {
        let names = names(conn, auth, cards.iter().filter_map(|card| card.merchant))?;
        Ok(cards.iter().map(|card| Self::new(card, &names)).collect())
    }

    fn new(card: &Card, names: &HashMap<UserId, Recipient>) -> Self {
        Self {
            id: card.id,
            label: card.settings.label.as_ref().map(|label| CardLabel::as_str(label).to_owned()),
            last4: card.last_four.clone(),
            state: match card.state {
                CardState::Active => CardStateView::Active,
                CardState::Frozen => CardStateView::Frozen,
                CardState::Expired => CardStateView::Expired,
                CardState::Closed => CardStateView::Closed,
            },
            single_use: card.single_use,
            limits: card.settings.limits.into(),
            merchant_lock: card.settings.merchant_lock,
            merchant: card.merchant.and_then(|merchant| names.get(&merchant)).map(PersonView::from),
            created_at: card.created_at,
            expires_at: card.expires_at,
            expiry: printed_end(card.expires_at),
        }
    }
}

/// A page of the caller's cards.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CardPage {
    /// The cards, the oldest first.
    items: Vec<CardView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl CardPage {
    pub(super) fn compose(conn: &mut PgConnection, auth: &Auth, page: &Page<Card>) -> ApiResult<Self> {
        Ok(Self { items: CardView::of(conn, auth, &page.items)?, next_cursor: next(page) })
    }
}

/// The secrets of a card, for its owner's eyes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShownCardView {
    /// Its number.
    #[schema(example = "9384000000000007")]
    number: String,
    /// Its code now. There is another every minute, and each pays once.
    #[schema(example = "123456")]
    code: String,
    /// When there is another code; this one counts for a minute more.
    code_until: DateTime<Utc>,
    /// The last month in which it pays, as cards print it.
    #[schema(example = "11/29")]
    expiry: String,
}

impl From<ShownCard> for ShownCardView {
    fn from(shown: ShownCard) -> Self {
        Self {
            number: shown.number.expose_secret().to_owned(),
            code: shown.code.expose_secret().to_owned(),
            code_until: shown.code_until,
            expiry: printed_end(shown.expires_at),
        }
    }
}

/// How far an authorisation has come.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum AuthorizationStateView {
    /// The ledger has not decided yet: send the request again, with the same key.
    Pending,
    /// The money is set aside.
    Held,
    /// It was taken, whole or in part.
    Captured,
    /// It was let go.
    Released,
    /// Nobody took it in time.
    Expired,
    /// The card did not pay.
    Declined,
}

/// What a merchant asked of a card.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuthorizationView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: AuthorizationId,
    /// How far it has come.
    state: AuthorizationStateView,
    /// How much was asked for, in whole francs CFA.
    #[schema(example = 4500)]
    amount: i64,
    /// How much was taken; `null` while nothing was.
    #[schema(example = 4000)]
    captured_amount: Option<i64>,
    /// The transaction that took it: what is given back refers to it.
    #[schema(value_type = Option<String>, format = Uuid)]
    capture: Option<TransactionId>,
    /// The last four digits of the card's number.
    #[schema(example = "4242")]
    last4: String,
    /// What it is for.
    note: Option<String>,
    /// When it was asked for.
    requested_at: DateTime<Utc>,
    /// Until when it may be taken.
    expires_at: DateTime<Utc>,
}

impl From<&Authorization> for AuthorizationView {
    fn from(authorization: &Authorization) -> Self {
        Self {
            id: authorization.id,
            state: match authorization.state {
                AuthorizationState::Pending => AuthorizationStateView::Pending,
                AuthorizationState::Held => AuthorizationStateView::Held,
                AuthorizationState::Captured => AuthorizationStateView::Captured,
                AuthorizationState::Released => AuthorizationStateView::Released,
                AuthorizationState::Expired => AuthorizationStateView::Expired,
                AuthorizationState::Declined => AuthorizationStateView::Declined,
            },
            amount: authorization.amount.francs(),
            captured_amount: authorization.captured.map(|(_, amount)| amount.francs()),
            capture: authorization.captured.map(|(transaction, _)| transaction),
            last4: authorization.last_four.clone(),
            note: text(authorization.note.as_ref()),
            requested_at: authorization.requested_at,
            expires_at: authorization.expires_at,
        }
    }
}

/// A page of a merchant's authorisations.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuthorizationPage {
    /// The authorisations, the newest first.
    items: Vec<AuthorizationView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl From<Page<Authorization>> for AuthorizationPage {
    fn from(page: Page<Authorization>) -> Self {
        Self { items: page.items.iter().map(AuthorizationView::from).collect(), next_cursor: next(&page) }
    }
}

/// Why a card did not pay.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum DeclineView {
    /// The code was not the card's at that time, or had paid already.
    WrongCode,
    /// The card was frozen.
    Frozen,
    /// Its time was over.
    Expired,
    /// It pays once, and did.
    UsedUp,
    /// It is another merchant's alone.
    OtherMerchant,
    /// Above the limit of one payment.
    PerOperation,
    /// Above what was left of the day's limit.
    Daily,
    /// Above what was left of the month's limit.
    Monthly,
    /// The balance did not suffice.
    InsufficientFunds,
    /// The account gives nothing at the moment.
    AccountBlocked,
    /// Another reason.
    Refused,
}

impl From<Decline> for DeclineView {
    fn from(decline: Decline) -> Self {
        match decline {
            Decline::WrongCode => Self::WrongCode,
            Decline::Frozen => Self::Frozen,
            Decline::Expired => Self::Expired,
            Decline::UsedUp => Self::UsedUp,
            Decline::OtherMerchant => Self::OtherMerchant,
            Decline::PerOperation => Self::PerOperation,
            Decline::Daily => Self::Daily,
            Decline::Monthly => Self::Monthly,
            Decline::InsufficientFunds => Self::InsufficientFunds,
            Decline::AccountBlocked => Self::AccountBlocked,
            Decline::Refused => Self::Refused,
        }
    }
}

/// What was asked of one of the caller's cards.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CardPaymentView {
    /// What it is.
    #[serde(flatten)]
    authorization: AuthorizationView,
    /// Who asked.
    merchant: Option<PersonView>,
    /// Why it was declined.
    declined_for: Option<DeclineView>,
}

/// A page of what was asked of a card.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CardPaymentPage {
    /// What was asked, the newest first.
    items: Vec<CardPaymentView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

impl CardPaymentPage {
    pub(super) fn compose(
        conn: &mut PgConnection,
        auth: &Auth,
        page: &Page<Authorization>,
    ) -> ApiResult<Self> {
        let names = names(conn, auth, page.items.iter().map(|authorization| authorization.merchant))?;
        let view = |authorization: &Authorization| CardPaymentView {
            authorization: authorization.into(),
            merchant: names.get(&authorization.merchant).map(PersonView::from),
            declined_for: authorization.decline.map(DeclineView::from),
        };
        Ok(Self { items: page.items.iter().map(view).collect(), next_cursor: next(page) })
    }
}

fn names(
    conn: &mut PgConnection,
    auth: &Auth,
    users: impl Iterator<Item = UserId>,
) -> ApiResult<HashMap<UserId, Recipient>> {
    let mut users: Vec<UserId> = users.collect();
    users.sort_unstable();
    users.dedup();
    if users.is_empty() { Ok(HashMap::new()) } else { Ok(auth.names(conn, &users)?) }
}

fn next<T>(page: &Page<T>) -> Option<String> {
    page.next.as_ref().map(|cursor| cursor.as_str().to_owned())
}
