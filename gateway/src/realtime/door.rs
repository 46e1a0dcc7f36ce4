//! How a socket is opened, and the same without one.

use super::{
    Full,
    frames::MAX_FRAME,
    socket::{self, Guest},
};
use crate::routes::ServiceConfig;
use crate::{
    context,
    error::{
        ApiError, ApiResult, INVALID_CURSOR, ORIGIN_FORBIDDEN, Problem, STREAMS_OF_ALL, STREAMS_OF_ONE,
        UNAUTHENTICATED, UPGRADE_REQUIRED,
    },
    extract::{Identity, Query, bearer_token},
    messaging::{missed, telling},
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{ORIGIN, UPGRADE},
    post, rt,
    web::{Data, Json, Payload},
};
use diesel::PgConnection;
use hostolink_auth::Auth;
use hostolink_kernel::{Cursor, Limit, SessionId, network_of};
use hostolink_messaging::{Messaging, Ticket};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// Mounts `/ws` and `/api/realtime`.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(ticket).service(events).service(open);
}

/// What opens a socket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SocketTicketView {
    /// To show once, as `/ws?ticket=…`.
    ticket: String,
    /// For how many seconds it opens one.
    #[schema(example = 30)]
    expires_in: i64,
}

/// From where on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MissedQuery {
    /// The cursor of the last frame that was read. Without it the answer is where it is now, and nothing else.
    #[param(max_length = 512)]
    after: Option<String>,
    /// How many events at most: 1 to 100, 20 where it is left out.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

/// What happened since.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MissedView {
    /// The frames that a socket would have brought, in order.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
    /// Where that ends: what to ask after the next time.
    cursor: String,
    /// Whether there is more after that now.
    more: bool,
    /// Whether something can't be told any more: read everything anew, and go on from `cursor`.
    resync: bool,
}

/// A ticket that opens one socket within half a minute, once. It is shown in an address, which is why it is short-lived and not the access
/// token; the socket ends with that token unless it is renewed there.
#[utoipa::path(
    tag = "Realtime",
    operation_id = "realtimeTicket",
    security(("bearer" = [])),
    responses(
        (status = 201, description = "The ticket", body = SocketTicketView),
        (status = 401, description = "Nobody is signed in: `auth.required`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Twenty wait already: `messaging.too_many_tickets`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/api/realtime/tickets")]
pub(super) async fn ticket(
    state: Data<State>,
    identity: Identity,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let token = bearer_token(&request).ok_or_else(|| ApiError::new(&UNAUTHENTICATED))?;
    let until = state.auth.verify_access_token(token)?.expires_at;
    let (messaging, wanted) =
        (state.messaging.clone(), Ticket { user: identity.user, session: identity.session, until });
    let ticket = state.database.run(move |conn| messaging.issue_ticket(conn, wanted)).await?;
    let expires_in = Messaging::TICKET_LIFE.num_seconds();
    Ok(HttpResponse::Created().json(SocketTicketView { ticket, expires_in }))
}

/// What happened to the caller's conversations since a cursor: the same frames, in the same order, as a socket brings them.
#[utoipa::path(
    tag = "Realtime",
    operation_id = "realtimeEvents",
    security(("bearer" = [])),
    params(MissedQuery),
    responses(
        (status = 200, description = "What happened", body = MissedView),
        (status = 400, description = "The cursor or limit is none: `request.invalid_cursor`, `request.invalid_limit`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in: `auth.required`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/realtime/events")]
pub(super) async fn events(
    state: Data<State>,
    identity: Identity,
    query: Query<MissedQuery>,
) -> ApiResult<Json<MissedView>> {
    let page = crate::extract::PageQuery { limit: query.0.limit, cursor: None };
    let (limit, after, shared) = (page.limit()?, cursor(query.0.after.as_deref())?, state.clone());
    let look = move |conn: &mut PgConnection| {
        let who = (identity.user, identity.public_id.uuid());
        let after = after.map_or_else(|| hostolink_outbox::last_seq(conn), Ok)?;
        missed::missed(conn, &shared, who, (after, None), count(limit))
    };
    let missed = state.database.run(look).await?;
    let items = missed.frames.iter().filter_map(|frame| serde_json::from_str(frame).ok()).collect();
    let cursor = telling::cursor(missed.upto);
    Ok(Json(MissedView { items, cursor, more: missed.more, resync: missed.resync }))
}

fn count(limit: Limit) -> i64 {
    limit.probe() - 1
}

/// Reads a cursor of what is told live.
pub(super) fn cursor(text: Option<&str>) -> ApiResult<Option<i64>> {
    let invalid = || ApiError::field("after", &INVALID_CURSOR);
    let read = |text: &str| {
        let cursor = Cursor::parse(text).map_err(|_| invalid())?;
        cursor.keyset::<i64>(telling::LIST).ok().filter(|seq| *seq >= 0).ok_or_else(invalid)
    };
    text.map(read).transpose()
}

/// How a socket is opened.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OpenQuery {
    /// A ticket; without one the first frame says whose the socket is.
    #[param(max_length = 64)]
    ticket: Option<String>,
    /// With a ticket: the cursor of the last frame that was read.
    #[param(max_length = 512)]
    after: Option<String>,
}

/// The socket: what happens, as it happens; docs/REALTIME.md describes what is said there. With a ticket, or with an access token in the first
/// frame. A page of the web must be of an origin that is allowed.
#[utoipa::path(
    tag = "Realtime",
    operation_id = "socket",
    params(OpenQuery),
    responses(
        (status = 101, description = "It is open"),
        (status = 400, description = "It is no WebSocket, or the cursor is none: `realtime.upgrade_required`, `request.invalid_cursor`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "The ticket opens nothing: `messaging.ticket_invalid`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The page's origin is not allowed: `realtime.origin_forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "As many as one may have are open: `request.too_many_streams`", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "There is no room: `request.streams_full`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/ws")]
pub(super) async fn open(
    state: Data<State>,
    request: HttpRequest,
    query: Query<OpenQuery>,
    body: Payload,
) -> ApiResult<HttpResponse> {
    if !request.headers().contains_key(UPGRADE) {
        return Err(ApiError::new(&UPGRADE_REQUIRED));
    }
    check_origin(&state, &request)?;
    let after = cursor(query.0.after.as_deref())?;
    let guest = match query.0.ticket {
        Some(given) => {
            let (identity, until) = redeem(&state, given).await?;
            Guest::Known(Box::new(socket::enter(&state, identity, until, after).await?))
        }
        None => {
            let network = context::current().address.map(network_of);
            Guest::Stranger(state.streams.doorstep.enter(network).ok_or_else(|| full(Full::OfAll))?)
        }
    };
    let (response, session, stream) =
        actix_ws::handle(&request, body).map_err(|_| ApiError::new(&UPGRADE_REQUIRED))?;
    let stream = stream.max_frame_size(MAX_FRAME).aggregate_continuations().max_continuation_size(MAX_FRAME);
    rt::spawn(socket::serve(state, guest, (session, stream), context::current()));
    Ok(response)
}

/// Browsers send where a page comes from, whatever the page wants; who is no browser sends nothing.
fn check_origin(state: &State, request: &HttpRequest) -> ApiResult<()> {
    let Some(origin) = request.headers().get(ORIGIN) else { return Ok(()) };
    let allowed = origin.to_str().is_ok_and(|origin| {
        origin == state.config.public_url || state.config.cors_origins.iter().any(|other| other == origin)
    });
    if allowed { Ok(()) } else { Err(ApiError::new(&ORIGIN_FORBIDDEN)) }
}

/// Whose a ticket is, if their session lives.
async fn redeem(state: &Data<State>, given: String) -> ApiResult<(Identity, chrono::DateTime<chrono::Utc>)> {
    let shared = state.clone();
    let redeem = move |conn: &mut PgConnection| {
        let redeemed = shared.messaging.redeem_ticket(conn, &given)?;
        Ok::<_, ApiError>((look_up(&shared.auth, conn, redeemed.session)?, redeemed.until))
    };
    state.database.run(redeem).await
}

fn look_up(auth: &Auth, conn: &mut PgConnection, session: SessionId) -> ApiResult<Identity> {
    let found = auth.session(conn, session)?;
    if found.ended {
        return Err(ApiError::new(&UNAUTHENTICATED));
    }
    Ok(Identity {
        user: found.user,
        public_id: found.user_public_id,
        session,
        role: found.role,
        permissions: found.permissions,
        proof: found.proof,
        device_since: found.device_since,
    })
}

pub(super) fn full(full: Full) -> ApiError {
    match full {
        Full::OfOne => ApiError::new(&STREAMS_OF_ONE).retry_after(Duration::from_secs(15)),
        Full::OfAll => ApiError::new(&STREAMS_OF_ALL).retry_after(Duration::from_secs(15)),
    }
}
