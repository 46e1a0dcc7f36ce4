//! A request to pay, as callers send and see it.

use super::views::{PersonView, names, person, text};
use crate::error::ApiResult;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::Auth;
use hostolink_kernel::{RequestId, TransactionId, UserId};
use hostolink_wallet::{PaymentRequest, RequestSide, RequestState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What has become of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RequestStateView {
    /// It can be paid.
    Open,
    /// It was paid.
    Paid,
    /// Who was asked does not want to.
    Refused,
    /// Who asked took it back.
    Cancelled,
    /// Its time is over.
    Expired,
}

/// On which side the caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RequestSideView {
    /// The caller asked.
    Sent,
    /// The caller is asked.
    Received,
}

/// A request to pay.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub(super) id: RequestId,
    /// On which side the caller is.
    direction: RequestSideView,
    /// Who is on the other side: show it before asking to confirm.
    counterparty: Option<PersonView>,
    /// How much, in whole francs CFA.
    #[schema(example = 5_000)]
    amount: i64,
    /// The words of who asked.
    note: Option<String>,
    /// What has become of it.
    state: RequestStateView,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// Until when it may be paid.
    expires_at: DateTime<Utc>,
    /// The transaction that paid it.
    #[schema(value_type = Option<String>, format = Uuid)]
    transaction_id: Option<TransactionId>,
}

/// A page of requests.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestPage {
    /// The requests, newest first.
    pub(super) items: Vec<RequestView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// Whom to ask, and for how much. Either `to` or `qr`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewRequestBody {
    /// The phone number or e-mail address of who is asked, in any usual spelling.
    #[schema(example = "07 08 09 10 11")]
    pub(super) to: Option<String>,
    /// The payload of their own code, scanned.
    #[schema(max_length = 512)]
    pub(super) qr: Option<String>,
    /// Whole francs CFA.
    #[schema(minimum = 1, example = 5_000)]
    pub(super) amount: i64,
    /// A few words for them.
    #[schema(max_length = 140)]
    pub(super) note: Option<String>,
    /// How long it may be paid: 60 seconds to 30 days, 7 days where it is left out.
    #[schema(minimum = 60, maximum = 2_592_000, example = 604_800)]
    pub(super) expires_in_seconds: Option<i64>,
}

/// Which requests to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RequestQuery {
    /// `sent` or `received`; both where it is left out.
    #[param(value_type = Option<RequestSideView>)]
    pub(super) direction: Option<String>,
    /// One state; every one where it is left out.
    #[param(value_type = Option<RequestStateView>)]
    pub(super) state: Option<String>,
}

pub(super) fn view(
    conn: &mut PgConnection,
    auth: &Auth,
    user: UserId,
    request: &PaymentRequest,
) -> ApiResult<RequestView> {
    let other = if request.payer == user { request.requester } else { request.payer };
    let counterparty = person(conn, auth, other)?;
    Ok(RequestView::new(request, user, counterparty))
}

/// The same for many, whose names are asked for at once.
pub(super) fn views(
    conn: &mut PgConnection,
    auth: &Auth,
    user: UserId,
    requests: &[PaymentRequest],
) -> ApiResult<Vec<RequestView>> {
    let other =
        |request: &PaymentRequest| if request.payer == user { request.requester } else { request.payer };
    let names = names(conn, auth, requests.iter().map(other))?;
    let view = |request: &PaymentRequest| {
        let counterparty = names.get(&other(request)).map(PersonView::from);
        RequestView::new(request, user, counterparty)
    };
    Ok(requests.iter().map(view).collect())
}

impl RequestView {
    fn new(request: &PaymentRequest, user: UserId, counterparty: Option<PersonView>) -> Self {
        Self {
            id: request.id,
            direction: match request.side(user) {
                Some(RequestSide::Received) => RequestSideView::Received,
                _ => RequestSideView::Sent,
            },
            counterparty,
            amount: request.amount.francs(),
            note: text(request.note.as_ref()),
            state: request.state.into(),
            created_at: request.created_at,
            expires_at: request.expires_at,
            transaction_id: request.transaction,
        }
    }
}

impl From<RequestState> for RequestStateView {
    fn from(state: RequestState) -> Self {
        match state {
            RequestState::Open => Self::Open,
            RequestState::Paid => Self::Paid,
            RequestState::Refused => Self::Refused,
            RequestState::Cancelled => Self::Cancelled,
            RequestState::Expired => Self::Expired,
        }
    }
}

impl From<RequestStateView> for RequestState {
    fn from(state: RequestStateView) -> Self {
        match state {
            RequestStateView::Open => Self::Open,
            RequestStateView::Paid => Self::Paid,
            RequestStateView::Refused => Self::Refused,
            RequestStateView::Cancelled => Self::Cancelled,
            RequestStateView::Expired => Self::Expired,
        }
    }
}

impl From<RequestSideView> for RequestSide {
    fn from(side: RequestSideView) -> Self {
        match side {
            RequestSideView::Sent => Self::Sent,
            RequestSideView::Received => Self::Received,
        }
    }
}
