//! A payment that is asked back, as callers send and see it.

use super::views::{PersonView, names, text};
use crate::error::ApiResult;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::{Auth, Recipient};
use hostolink_kernel::{RecallId, TransactionId, UserId};
use hostolink_wallet::{Motive, Recall, RecallSide, RecallState};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// Why a payment is asked back (ISO 20022).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) enum MotiveView {
    /// It went to the wrong person.
    #[serde(rename = "AC03")]
    WrongRecipient,
    /// The amount is wrong.
    #[serde(rename = "AM09")]
    WrongAmount,
    /// What was paid for did not come.
    #[serde(rename = "SVNR")]
    NotRendered,
    /// It was paid twice.
    #[serde(rename = "DUPL")]
    Duplicate,
    /// The payer was deceived.
    #[serde(rename = "FRAD")]
    Fraud,
}

/// What has become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RecallStateView {
    /// The receiver has not answered.
    Open,
    /// The money came back.
    Accepted,
    /// The receiver does not give it back.
    Refused,
    /// The payer took the question back.
    Withdrawn,
    /// Support closed it.
    Closed,
    /// Nobody answered in time.
    Expired,
}

/// On which side the caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RecallSideView {
    /// The caller paid, and asks it back.
    Sent,
    /// The caller was paid, and is asked.
    Received,
}

/// A payment that is asked back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecallView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub(super) id: RecallId,
    /// The payment's id.
    #[schema(value_type = String, format = Uuid)]
    transaction_id: TransactionId,
    /// On which side the caller is; left out for support.
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<RecallSideView>,
    /// Who paid, and asks.
    payer: Option<PersonView>,
    /// Who was paid, and is asked.
    receiver: Option<PersonView>,
    /// Why.
    motive: MotiveView,
    /// How much is asked back, in whole francs CFA.
    #[schema(example = 1_500)]
    amount: i64,
    /// The payer's words.
    note: Option<String>,
    /// What has become of it.
    state: RecallStateView,
    /// When it was asked.
    created_at: DateTime<Utc>,
    /// Until when it may be accepted.
    expires_at: DateTime<Utc>,
    /// The transaction that gave it back.
    #[schema(value_type = Option<String>, format = Uuid)]
    refund_id: Option<TransactionId>,
}

/// A page of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecallPage {
    /// The newest first.
    pub(super) items: Vec<RecallView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// Why, and how much.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewRecallBody {
    /// Why.
    pub(super) motive: MotiveView,
    /// Whole francs CFA; all that is left of the payment where it is left out.
    #[schema(minimum = 1, example = 1_500)]
    pub(super) amount: Option<i64>,
    /// A few words for the receiver.
    #[schema(max_length = 140)]
    pub(super) note: Option<String>,
}

/// Which to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RecallQuery {
    /// `sent` or `received`; both where it is left out. Support has no side.
    #[param(value_type = Option<RecallSideView>)]
    pub(super) direction: Option<String>,
    /// One state; every one where it is left out.
    #[param(value_type = Option<RecallStateView>)]
    pub(super) state: Option<String>,
}

/// Recalls as somebody sees them, or support, with the names of their people, asked for at once.
pub(super) fn views(
    conn: &mut PgConnection,
    auth: &Auth,
    reader: Option<UserId>,
    recalls: &[Recall],
) -> ApiResult<Vec<RecallView>> {
    let names = names(conn, auth, recalls.iter().flat_map(|recall| [recall.payer, recall.receiver]))?;
    Ok(recalls.iter().map(|recall| RecallView::new(recall, reader, &names)).collect())
}

impl RecallView {
    fn new(recall: &Recall, reader: Option<UserId>, names: &HashMap<UserId, Recipient>) -> Self {
        let person = |user| names.get(&user).map(PersonView::from);
        Self {
            id: recall.id,
            transaction_id: recall.of,
            direction: reader.and_then(|reader| recall.side(reader)).map(Into::into),
            payer: person(recall.payer),
            receiver: person(recall.receiver),
            motive: recall.motive.into(),
            amount: recall.amount.francs(),
            note: text(recall.note.as_ref()),
            state: recall.state.into(),
            created_at: recall.created_at,
            expires_at: recall.expires_at,
            refund_id: recall.refund,
        }
    }
}

/// Two enums that say the same, each its own way.
macro_rules! same {
    ($view:ident, $own:ident: $($name:ident),*) => {
        impl From<$own> for $view {
            fn from(own: $own) -> Self {
                match own {$($own::$name => Self::$name,)*}
            }
        }

        impl From<$view> for $own {
            fn from(view: $view) -> Self {
                match view {$($view::$name => Self::$name,)*}
            }
        }
    };
}

same!(MotiveView, Motive: WrongRecipient, WrongAmount, NotRendered, Duplicate, Fraud);
same!(RecallStateView, RecallState: Open, Accepted, Refused, Withdrawn, Closed, Expired);
same!(RecallSideView, RecallSide: Sent, Received);
