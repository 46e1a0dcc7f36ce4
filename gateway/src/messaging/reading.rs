//! Messages, read and found.

use super::{
    message_views::{MessagePage, MessageView},
    people::Unseen,
    problems::Talking,
};
use crate::{
    error::{ApiError, ApiResult, INVALID_FIELD},
    extract::{Identity, PageQuery, PathId, Query},
    state::State,
};
use actix_web::{
    get,
    web::{Data, Json},
};
use diesel::PgConnection;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

/// From where on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AfterQuery {
    /// The number of the last message that is known: what came after it, the oldest first. It does not go with `cursor`.
    #[param(value_type = Option<i64>, minimum = 0)]
    after: Option<String>,
}

/// What is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WordsQuery {
    /// 2 to 100 characters. All the words must be there, however they are spelt.
    #[param(min_length = 2, max_length = 100, example = "medicament")]
    text: String,
}

/// What was said in a conversation: the newest first, page by page; or with `after` what came after a number, the oldest first, and
/// `nextCursor` is then the number to go on from.
#[utoipa::path(
    tag = "Messages",
    operation_id = "messages",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid), AfterQuery, PageQuery),
    responses((status = 200, description = "A page of messages", body = MessagePage), Talking)
)]
#[get("/api/conversations/{id}/messages")]
pub(super) async fn list(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    query: Query<AfterQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<MessagePage>> {
    let (limit, cursor, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let after = query.0.after.map(|text| number(&text)).transpose()?;
    if after.is_some() && cursor.is_some() {
        return Err(ApiError::field("after", &INVALID_FIELD));
    }
    let list = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let reader = unseen.reader(identity.user);
        let (found, next_cursor) = match after {
            Some(seq) => {
                let (found, more) = shared.messaging.messages_after(conn, reader, id.0, seq, limit)?;
                let next = found.last().filter(|_| more).map(|message| message.seq.to_string());
                (found, next)
            }
            None => {
                let page = shared.messaging.messages(conn, reader, id.0, cursor.as_ref(), limit)?;
                (page.items, page.next.map(|cursor| cursor.as_str().to_owned()))
            }
        };
        Ok::<_, ApiError>(MessagePage { items: MessageView::all(conn, &shared, &found)?, next_cursor })
    };
    Ok(Json(state.database.run(list).await?))
}

fn number(text: &str) -> ApiResult<i64> {
    let number = text.parse().ok().filter(|number| *number >= 0);
    number.ok_or_else(|| ApiError::field("after", &INVALID_FIELD))
}

/// What is pinned in a conversation, the newest message first: at most 50.
#[utoipa::path(
    tag = "Messages",
    operation_id = "pinnedMessages",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The conversation's id", format = Uuid)),
    responses((status = 200, description = "All of them", body = MessagePage), Talking)
)]
#[get("/api/conversations/{id}/pins")]
pub(super) async fn pinned(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<MessagePage>> {
    let shared = state.clone();
    let read = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let found = shared.messaging.pinned(conn, unseen.reader(identity.user), id.0)?;
        Ok::<_, ApiError>(MessagePage { items: MessageView::all(conn, &shared, &found)?, next_cursor: None })
    };
    Ok(Json(state.database.run(read).await?))
}

/// One message.
#[utoipa::path(
    tag = "Messages",
    operation_id = "message",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The message's id", format = Uuid)),
    responses((status = 200, description = "The message", body = MessageView), Talking)
)]
#[get("/api/messages/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<MessageView>> {
    let shared = state.clone();
    let one = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let message = shared.messaging.message(conn, unseen.reader(identity.user), id.0)?;
        MessageView::one(conn, &shared, &message)
    };
    Ok(Json(state.database.run(one).await?))
}

/// Messages of the caller's conversations with all these words in them, the newest first.
#[utoipa::path(
    tag = "Messages",
    operation_id = "searchMessages",
    security(("bearer" = [])),
    params(WordsQuery, PageQuery),
    responses((status = 200, description = "A page of messages", body = MessagePage), Talking)
)]
#[get("/api/messages")]
pub(super) async fn search(
    state: Data<State>,
    identity: Identity,
    query: Query<WordsQuery>,
    page: Query<PageQuery>,
) -> ApiResult<Json<MessagePage>> {
    let (limit, after, shared) = (page.0.limit()?, page.0.cursor()?, state.clone());
    let search = move |conn: &mut PgConnection| {
        let unseen = Unseen::of(conn, identity.user)?;
        let reader = unseen.reader(identity.user);
        let page = shared.messaging.search(conn, reader, &query.0.text, after.as_ref(), limit)?;
        let next_cursor = page.next.as_ref().map(|cursor| cursor.as_str().to_owned());
        Ok::<_, ApiError>(MessagePage { items: MessageView::all(conn, &shared, &page.items)?, next_cursor })
    };
    Ok(Json(state.database.run(search).await?))
}

/// A page of what somebody wrote, for their copy of all that is known of them.
pub(crate) fn copy(
    conn: &mut PgConnection,
    state: &State,
    user: UserId,
    after: Option<&Cursor>,
) -> ApiResult<Page<Value>> {
    let page = state.messaging.written_by(conn, user, after, Limit::MAX)?;
    let items = MessageView::all(conn, state, &page.items)?;
    Ok(Page { items: items.iter().map(|view| json!(view)).collect(), next: page.next })
}
