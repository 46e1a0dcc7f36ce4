//! What everybody holds together, and what must lie in the bank for it.

use super::views::AccountKindView;
use crate::{
    error::{ApiError, ApiResult, Problem},
    extract::{PageQuery, Query},
    state::State,
    wallet::problems::Reading,
};
use actix_web::{
    get,
    web::{Data, Json},
};
use chrono::{DateTime, NaiveDate, Utc};
use hostolink_ledger::{AccountKind, Books, DailyProof, KindTotal};
use serde::Serialize;
use utoipa::ToSchema;

/// What all accounts of a kind hold.
#[derive(Debug, Serialize, ToSchema)]
struct KindTotalView {
    /// The kind.
    kind: AccountKindView,
    /// How many accounts.
    accounts: i64,
    /// What they hold together, in whole francs CFA; below zero for what was issued.
    #[schema(example = 1_250_000)]
    balance: i64,
    /// How much of it is set aside.
    held: i64,
}

impl From<KindTotal> for KindTotalView {
    fn from(total: KindTotal) -> Self {
        Self { kind: total.kind.into(), accounts: total.accounts, balance: total.balance, held: total.held }
    }
}

/// The chain of the ledger's batches, as it stood then.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChainView {
    /// The last link's number.
    link: i64,
    /// The last transaction's number.
    last_transaction: i64,
    /// The last link's hash (SHA-256), in hexadecimal.
    head: String,
}

/// All accounts at one moment, of one snapshot.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BooksView {
    /// When.
    at: DateTime<Utc>,
    /// What customers hold, in whole francs CFA: main accounts, savings and commissions.
    #[schema(example = 1_250_000)]
    customers: i64,
    /// What agents hold to give.
    #[schema(example = 500_000)]
    agents: i64,
    /// What must lie in the cantonment account for it: all that was issued and is not Hostolink's.
    #[schema(example = 1_750_000)]
    cantonment: i64,
    /// What Hostolink has earned.
    #[schema(example = 0)]
    fees: i64,
    /// Everything sums to nothing, as it must.
    balanced: bool,
    /// By kind of account.
    totals: Vec<KindTotalView>,
    /// The chain at that moment.
    chain: ChainView,
}

impl From<Books> for BooksView {
    fn from(books: Books) -> Self {
        let customers = books.sum(&[
            AccountKind::Main,
            AccountKind::Savings,
            AccountKind::Merchant,
            AccountKind::Till,
            AccountKind::Commission,
        ]);
        let agents = books.sum(&[AccountKind::Float]);
        Self {
            at: books.at,
            customers,
            agents,
            cantonment: customers + agents,
            fees: books.sum(&[AccountKind::Fees]),
            balanced: books.balanced(),
            chain: ChainView { link: books.link, last_transaction: books.last, head: books.head.to_string() },
            totals: books.totals.into_iter().map(KindTotalView::from).collect(),
        }
    }
}

/// The books of a day.
#[derive(Debug, Serialize, ToSchema)]
struct ProofView {
    /// The day, at whose start they were kept.
    day: NaiveDate,
    #[serde(flatten)]
    books: BooksView,
}

impl From<DailyProof> for ProofView {
    fn from(proof: DailyProof) -> Self {
        Self { day: proof.day, books: proof.books.into() }
    }
}

/// A page of daily books.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProofPage {
    /// The days, the newest first.
    items: Vec<ProofView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What customers, agents and Hostolink hold now, what must lie in the bank for it, and the chain's head: one snapshot.
#[utoipa::path(
    tag = "Back office",
    operation_id = "books",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The books now", body = BooksView),
        (status = 403, description = "The role does not allow it: `auth.forbidden`, `auth.step_up_required`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/admin/books")]
pub(super) async fn books_now(state: Data<State>) -> ApiResult<Json<BooksView>> {
    let ledger = state.ledger.clone();
    Ok(Json(state.database.run(move |conn| ledger.books(conn)).await?.into()))
}

/// The books as they were kept at the start of each day, with the chain's head.
#[utoipa::path(
    tag = "Back office",
    operation_id = "proofs",
    security(("bearer" = [])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page of days", body = ProofPage),
        (status = 403, description = "The role does not allow it: `auth.forbidden`, `auth.step_up_required`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/admin/proofs")]
pub(super) async fn daily_proofs(state: Data<State>, query: Query<PageQuery>) -> ApiResult<Json<ProofPage>> {
    let (limit, after) = (query.0.limit()?, query.0.cursor()?);
    let ledger = state.ledger.clone();
    let page = state.database.run(move |conn| ledger.daily_proofs(conn, after.as_ref(), limit)).await;
    let page = page.map_err(ApiError::from)?;
    let next_cursor = page.next.as_ref().map(|cursor| cursor.as_str().to_owned());
    Ok(Json(ProofPage { items: page.items.into_iter().map(ProofView::from).collect(), next_cursor }))
}
