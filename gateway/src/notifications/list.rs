//! `/api/notifications`.

use super::{
    bodies::{ListQuery, Read, ReadBody},
    problems::Own,
    views::{NotificationPage, NotificationView, UnreadView},
};
use crate::{
    auth::actor,
    context,
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body, PageQuery, PathId, Query},
    social::blocks,
    state::State,
};
use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use hostolink_notifications::{Reads, Recipient, Shown};
use serde_json::{Value, json};
use uuid::Uuid;

impl Identity {
    /// The caller as somebody who is told things.
    pub(crate) const fn recipient(&self) -> Recipient {
        Recipient { user: self.user, public_id: self.public_id }
    }
}

/// What the caller was told, the latest first: things alike together until they are read. Nobody is named whom the caller blocked, or who blocked
/// the caller, but for who moved money.
#[utoipa::path(
    tag = "Notifications",
    operation_id = "notifications",
    security(("bearer" = [])),
    params(ListQuery, PageQuery),
    responses((status = 200, description = "A page of notifications", body = NotificationPage), Own)
)]
#[get("/api/notifications")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    query: Query<ListQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<NotificationPage>> {
    let (limit, after) = (page.0.limit()?, page.0.cursor()?);
    let (unread, language, shared) =
        (query.0.unread.unwrap_or(false), context::current().language, state.clone());
    let list = move |conn: &mut PgConnection| -> ApiResult<NotificationPage> {
        let hidden = blocks::hidden(conn, identity.user)?;
        let shown = Shown { hidden: &hidden, unread };
        let page = shared.notifications.list(conn, identity.user, shown, after.as_ref(), limit)?;
        let items = NotificationView::all(conn, &shared.auth, page.items, language)?;
        Ok(NotificationPage { items, next_cursor: page.next.map(|cursor| cursor.as_str().to_owned()) })
    };
    Ok(Json(state.database.run(list).await?))
}

/// How many of the caller's notifications were not read: what a badge shows.
#[utoipa::path(
    tag = "Notifications",
    operation_id = "unreadNotifications",
    security(("bearer" = [])),
    responses((status = 200, description = "The number", body = UnreadView), Own)
)]
#[get("/api/notifications/unread-count")]
pub(super) async fn count_unread(state: Data<State>, identity: Identity) -> ApiResult<Json<UnreadView>> {
    let notifications = state.notifications.clone();
    let unread = state.database.run(move |conn| notifications.unread(conn, identity.user)).await?;
    Ok(Json(UnreadView { unread }))
}

/// Marks notifications as read: some, or all that were there when a list was shown. Saying so twice changes nothing; ids of others' are passed over
/// like those of nobody's. The answer is what the badge shows then.
#[utoipa::path(
    tag = "Notifications",
    operation_id = "readNotifications",
    security(("bearer" = [])),
    request_body = ReadBody,
    responses((status = 200, description = "They are read", body = UnreadView), Own)
)]
#[post("/api/notifications/read")]
pub(super) async fn read(
    state: Data<State>,
    identity: Identity,
    body: Body<ReadBody>,
) -> ApiResult<Json<UnreadView>> {
    let (read, notifications) = (body.0.read()?, state.notifications.clone());
    let mark = move |conn: &mut PgConnection| -> Result<i32, hostolink_notifications::Error> {
        let reads = match &read {
            Read::Ids(ids) => Reads::Some(ids),
            Read::UpTo(at) => Reads::UpTo(*at),
        };
        notifications.mark_read(conn, identity.recipient(), reads)?;
        notifications.unread(conn, identity.user)
    };
    let unread = state.database.run(mark).await?;
    state.streams.kick();
    Ok(Json(UnreadView { unread }))
}

/// Forgets one of the caller's notifications.
#[utoipa::path(
    tag = "Notifications",
    operation_id = "deleteNotification",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The notification's id", format = Uuid)),
    responses(
        (status = 204, description = "It is forgotten"),
        (status = 404, description = "The caller has none with this id: `notifications.unknown`, `not_found`", body = Problem, content_type = "application/problem+json"),
        Own,
    )
)]
#[delete("/api/notifications/{id}")]
pub(super) async fn remove(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<HttpResponse> {
    let (notifications, actor) = (state.notifications.clone(), actor(Some(&identity)));
    let remove =
        move |conn: &mut PgConnection| notifications.delete(conn, identity.recipient(), id.0, &actor);
    state.database.run(remove).await?;
    state.streams.kick();
    Ok(HttpResponse::NoContent().finish())
}

/// A page of them for their owner's copy of all that is known.
pub(crate) fn copy(
    conn: &mut PgConnection,
    state: &State,
    owner: UserId,
    after: Option<&Cursor>,
) -> Result<Page<Value>, ApiError> {
    let shown = Shown { hidden: &[], unread: false };
    let page = state.notifications.list(conn, owner, shown, after, Limit::MAX)?;
    let views = NotificationView::all(conn, &state.auth, page.items, context::Language::French)?;
    Ok(Page { items: views.iter().map(|view| json!(view)).collect(), next: page.next })
}
