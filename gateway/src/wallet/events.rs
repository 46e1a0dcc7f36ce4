//! The caller's movements as they happen (server-sent events): whoever is paid learns it, and whoever pays.

use super::{problems::Reading, views::movements};
use crate::{
    error::{
        ApiError, ApiResult, EVENT_ID_INVALID, Problem, STREAMS_OF_ALL, STREAMS_OF_ONE, UNAUTHENTICATED,
    },
    extract::{Identity, bearer_token},
    realtime::{Full, Seat},
    state::State,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CONTENT_ENCODING, ContentEncoding},
    web::{Bytes, Data},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use futures_util::stream;
use hostolink_kernel::{AccountId, Limit};
use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

/// How long a cut client waits before it comes back.
const RETRY: Duration = Duration::from_secs(3);

/// An open stream: how far it has come, and nothing of what it has said.
struct Open {
    state: Data<State>,
    identity: Identity,
    seat: Seat,
    account: AccountId,
    /// When the access token ends, and with it the stream.
    until: DateTime<Utc>,
    /// The number of the last entry that was told.
    told: i64,
    begun: bool,
}

/// The caller's movements as they happen: an event `transaction` for each, its data a line of the statement, its id the number of the
/// entry. `Last-Event-ID` takes it up again: nothing is missed, nothing comes twice. Without it, it begins now. It ends with the access
/// token, or the session: come back with a new one.
#[utoipa::path(
    tag = "Wallet",
    operation_id = "walletEvents",
    security(("bearer" = [])),
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was read")),
    responses(
        (status = 200, description = "The stream: `id`, `event: transaction`, `data` (a `MovementView`); a comment every 15 seconds", body = String, content_type = "text/event-stream"),
        (status = 429, description = "The caller has too many open: `request.too_many_streams`", body = Problem, content_type = "application/problem+json"),
        Reading,
    )
)]
#[get("/api/wallet/events")]
pub(super) async fn events(
    state: Data<State>,
    identity: Identity,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let asked = last_event_id(&request)?;
    let token = bearer_token(&request).ok_or_else(|| ApiError::new(&UNAUTHENTICATED))?;
    let until = state.auth.verify_access_token(token)?.expires_at;
    let wallets = state.wallets.clone();
    let (account, end) = state.database.run(move |conn| wallets.stream_end(conn, identity.user)).await?;
    let told = asked.unwrap_or(end);
    if told > end {
        return Err(ApiError::field("Last-Event-ID", &EVENT_ID_INVALID));
    }
    let topics = vec![account.uuid(), identity.session.uuid()];
    let seat = state.streams.take(identity.user, topics, Instant::now()).map_err(full)?;
    let open = Open { state, identity, seat, account, until, told, begun: false };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // A compressor would keep an event until there are enough of them; so would a proxy that is not told.
        .insert_header((CONTENT_ENCODING, ContentEncoding::Identity.as_str()))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream::unfold(open, Open::next)))
}

fn last_event_id(request: &HttpRequest) -> ApiResult<Option<i64>> {
    let Some(header) = request.headers().get("Last-Event-ID") else { return Ok(None) };
    let number = header.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let number = number.and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| ApiError::field("Last-Event-ID", &EVENT_ID_INVALID))
}

fn full(full: Full) -> ApiError {
    match full {
        Full::OfOne => ApiError::new(&STREAMS_OF_ONE).retry_after(Duration::from_secs(15)),
        Full::OfAll => ApiError::new(&STREAMS_OF_ALL).retry_after(Duration::from_secs(15)),
    }
}

impl Open {
    /// The next piece; `None` ends the stream. It is asked for only when the reader has room for it.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        self.seat.asked(Instant::now());
        let piece = if self.begun { self.look_or_wait().await? } else { self.begin() };
        self.seat.asked(Instant::now());
        Some((Ok(piece), self))
    }

    /// Says where the stream is: who is cut before the first event knows it too.
    fn begin(&mut self) -> Bytes {
        self.begun = true;
        Bytes::from(format!("retry: {}\nid: {}\n\n", RETRY.as_millis(), self.told))
    }

    async fn look_or_wait(&mut self) -> Option<Bytes> {
        let mut pulse = false;
        loop {
            if self.seat.ended() || self.state.clock.now() >= self.until {
                return None;
            }
            // The pulse looks too: a wake may have been lost.
            let news = self.look().await?;
            if !news.is_empty() {
                return Some(news);
            }
            if pulse {
                return Some(Bytes::from_static(b":\n\n"));
            }
            pulse = !self.seat.reason().await;
        }
    }

    /// What happened since, empty where nothing did; `None` where the session has ended, or nobody can tell: the client comes back.
    async fn look(&mut self) -> Option<Bytes> {
        let (wallets, auth) = (self.state.wallets.clone(), self.state.auth.clone());
        let (account, told, identity) = (self.account, self.told, self.identity);
        let look = move |conn: &mut PgConnection| -> ApiResult<(i64, String)> {
            identity.confirm(&auth, conn)?;
            let news = wallets.movements_after(conn, account, told, Limit::DEFAULT)?;
            let (numbers, happened): (Vec<i64>, Vec<_>) = news.into_iter().unzip();
            let mut text = String::new();
            for (number, view) in numbers.iter().zip(movements(conn, &auth, &happened)?) {
                // Our own views always write, on one line.
                let data = serde_json::to_string(&view).unwrap_or_default();
                text.push_str(&format!("id: {number}\nevent: transaction\ndata: {data}\n\n"));
            }
            Ok((numbers.last().copied().unwrap_or(told), text))
        };
        let (told, text) = self.state.database.run(look).await.ok()?;
        self.told = told;
        Some(Bytes::from(text))
    }
}
