//! `/api/admin/notifications/deliveries`: what did not reach people, for operators.

use crate::{
    error::{ApiResult, Problem},
    extract::{PageQuery, Query},
    state::State,
    wallet::views::{PersonView, names},
};
use actix_web::{
    get,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_notifications::{Channel, Failure, Undelivered};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// By which way something was to leave.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum WayView {
    /// To an installed application.
    Push,
    /// To a mailbox.
    Email,
    /// To a number.
    Sms,
}

/// Why something did not arrive.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum FailureView {
    /// The provider will never take it, or the application is gone.
    Refused,
    /// It was tried eight times.
    Abandoned,
    /// It may have left, and was not sent twice.
    Unknown,
}

impl From<WayView> for Channel {
    fn from(way: WayView) -> Self {
        match way {
            WayView::Push => Self::Push,
            WayView::Email => Self::Email,
            WayView::Sms => Self::Sms,
        }
    }
}

impl From<FailureView> for Failure {
    fn from(failure: FailureView) -> Self {
        match failure {
            FailureView::Refused => Self::Refused,
            FailureView::Abandoned => Self::Abandoned,
            FailureView::Unknown => Self::Unknown,
        }
    }
}

impl From<Failure> for FailureView {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused => Self::Refused,
            Failure::Abandoned => Self::Abandoned,
            Failure::Unknown => Self::Unknown,
        }
    }
}

/// Which of them to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveriesQuery {
    /// By one way alone.
    channel: Option<WayView>,
    /// For one reason alone.
    failure: Option<FailureView>,
}

/// Something that did not arrive: to whom and why. What it said is its person's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UndeliveredView {
    /// The notification's id.
    notification_id: Uuid,
    /// Its kind.
    #[schema(example = "like")]
    kind: String,
    /// Whose it is; left out where the person is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonView>,
    /// By which way it was to leave: `push`, `email`, `sms`.
    #[schema(example = "push")]
    channel: &'static str,
    /// Why it did not arrive.
    failure: FailureView,
    /// How often it was tried.
    tries: i32,
    /// The provider's last status; left out where it gave none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 404)]
    code: Option<i32>,
    /// Since when it was to leave.
    created_at: DateTime<Utc>,
    /// When it was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
}

/// A page of what did not arrive.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UndeliveredPage {
    /// The latest first.
    items: Vec<UndeliveredView>,
    /// Where the next page starts; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What did not reach people, the latest first: refused, tried in vain, or unknown. As long as the notification itself is kept: 90 days.
#[utoipa::path(
    tag = "Notifications",
    operation_id = "undeliveredNotifications",
    security(("bearer" = [])),
    params(DeliveriesQuery, PageQuery),
    responses(
        (status = 200, description = "A page of them", body = UndeliveredPage),
        (status = 400, description = "A parameter has not the expected form: `request.*`, `notifications.invalid_cursor`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in: `auth.required`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role does not allow it: `auth.forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too much at once; `Retry-After` says when to try again", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/admin/notifications/deliveries")]
pub(super) async fn deliveries(
    state: Data<State>,
    query: Query<DeliveriesQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<UndeliveredPage>> {
    let (limit, after) = (page.0.limit()?, page.0.cursor()?);
    let which = (query.0.channel.map(Channel::from), query.0.failure.map(Failure::from));
    let shared = state.clone();
    let list = move |conn: &mut PgConnection| -> ApiResult<UndeliveredPage> {
        let page = shared.notifications.undelivered(conn, which, after.as_ref(), limit)?;
        let people = names(conn, &shared.auth, page.items.iter().map(|one| one.owner))?;
        let view = |one: Undelivered| UndeliveredView {
            notification_id: one.notification,
            kind: one.kind_code,
            person: people.get(&one.owner).map(PersonView::from),
            channel: one.channel.code(),
            failure: one.failure.into(),
            tries: one.tries,
            code: one.code,
            created_at: one.created_at,
            ended_at: one.ended_at,
        };
        Ok(UndeliveredPage {
            items: page.items.into_iter().map(view).collect(),
            next_cursor: page.next.map(|cursor| cursor.as_str().to_owned()),
        })
    };
    Ok(Json(state.database.run(list).await?))
}
