//! The caller's movements as they happen (server-sent events): whoever is paid learns it, and whoever pays.

use super::{
    problems::Reading,
    views::{MovementView, movements},
};
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
use hostolink_kernel::{AccountId, Limit, TillId, UserId};
use hostolink_wallet::{Error, Wallets, codes};
use serde::Serialize;
use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

/// How long a cut client waits before it comes back.
const RETRY: Duration = Duration::from_secs(3);

/// Whose movements a stream tells.
#[derive(Debug, Clone, Copy)]
pub(super) enum Watch {
    /// The caller's own.
    Own,
    /// Those at a till where the caller works.
    Till(TillId),
    /// Those at each till of the caller's trade.
    Merchant,
}

/// An account that a stream follows, and how far it has come there.
#[derive(Debug, Clone, Copy)]
struct Place {
    account: AccountId,
    till: Option<TillId>,
    /// The number of the last entry that was told.
    told: i64,
}

/// A movement, and where it was.
#[derive(Serialize)]
struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    till: Option<TillId>,
    #[serde(flatten)]
    movement: MovementView,
}

/// An open stream: how far it has come, and nothing of what it has said.
struct Open {
    state: Data<State>,
    identity: Identity,
    seat: Seat,
    watch: Watch,
    places: Vec<Place>,
    /// When the access token ends, and with it the stream.
    until: DateTime<Utc>,
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
    open(state, identity, &request, Watch::Own).await
}

/// Opens a stream for who may listen there, where it was or from now on.
pub(super) async fn open(
    state: Data<State>,
    identity: Identity,
    request: &HttpRequest,
    watch: Watch,
) -> ApiResult<HttpResponse> {
    let asked = last_event_id(request)?;
    let token = bearer_token(request).ok_or_else(|| ApiError::new(&UNAUTHENTICATED))?;
    let until = state.auth.verify_access_token(token)?.expires_at;
    let wallets = state.wallets.clone();
    let places = state.database.run(move |conn| {
        let mut places = watch.places(conn, &wallets, identity.user)?;
        let accounts: Vec<AccountId> = places.iter().map(|place| place.account).collect();
        let ends = wallets.stream_ends(conn, &accounts)?;
        begin(&mut places, &ends, asked.as_deref())?;
        Ok::<_, ApiError>(places)
    });
    let places = places.await?;
    let tills = places.iter().filter_map(|place| Some(place.till?.uuid()));
    let topics = places.iter().map(|place| place.account.uuid()).chain(tills);
    let topics = topics.chain([identity.session.uuid()]).collect();
    let seat = state.streams.take(identity.user, topics, Instant::now()).map_err(full)?;
    let open = Open { state, identity, seat, watch, places, until, begun: false };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // A compressor would keep an event until there are enough of them; so would a proxy that is not told.
        .insert_header((CONTENT_ENCODING, ContentEncoding::Identity.as_str()))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream::unfold(open, Open::next)))
}

impl Watch {
    /// What there is to follow, for who may: asked again at each look, so that who is removed hears nothing more.
    fn places(self, conn: &mut PgConnection, wallets: &Wallets, user: UserId) -> Result<Vec<Place>, Error> {
        let place = |(till, account): (Option<TillId>, AccountId)| Place { account, till, told: 0 };
        match self {
            Self::Own => Ok(vec![place((None, wallets.own_account_id(conn, user)?))]),
            Self::Till(id) => Ok(vec![place((Some(id), wallets.till_account(conn, user, id)?))]),
            Self::Merchant => match wallets.merchant_accounts(conn, user)? {
                tills if tills.is_empty() => Err(Error::Rule(&codes::MERCHANT_STATE)),
                tills => Ok(tills.into_iter().map(|(till, account)| place((Some(till), account))).collect()),
            },
        }
    }
}

/// Numbers of entries, one for each account that was followed, with points between.
fn last_event_id(request: &HttpRequest) -> ApiResult<Option<Vec<i64>>> {
    let Some(header) = request.headers().get("Last-Event-ID") else { return Ok(None) };
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    let numbers = header.to_str().ok().and_then(|text| text.split('.').map(number).collect());
    numbers.map(Some).ok_or_else(|| ApiError::field("Last-Event-ID", &EVENT_ID_INVALID))
}

/// Where each account is taken up: where it was, or at its end. A till that was opened since begins with its first entry.
fn begin(places: &mut [Place], ends: &[i64], asked: Option<&[i64]>) -> ApiResult<()> {
    let invalid = || ApiError::field("Last-Event-ID", &EVENT_ID_INVALID);
    if asked.is_some_and(|asked| asked.len() > places.len()) {
        return Err(invalid());
    }
    for (at, (place, end)) in places.iter_mut().zip(ends).enumerate() {
        place.told = asked.map_or(*end, |asked| asked.get(at).copied().unwrap_or(0));
        if place.told > *end {
            return Err(invalid());
        }
    }
    Ok(())
}

fn id_of(places: &[Place]) -> String {
    places.iter().map(|place| place.told.to_string()).collect::<Vec<_>>().join(".")
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
        Bytes::from(format!("retry: {}\nid: {}\n\n", RETRY.as_millis(), id_of(&self.places)))
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

    /// What happened since, empty where nothing did; `None` where the session has ended, who listens may no more, or nobody can tell: the
    /// client comes back.
    async fn look(&mut self) -> Option<Bytes> {
        let (wallets, auth) = (self.state.wallets.clone(), self.state.auth.clone());
        let (watch, identity, known) = (self.watch, self.identity, self.places.clone());
        let look = move |conn: &mut PgConnection| -> ApiResult<(Vec<Place>, String)> {
            identity.confirm(&auth, conn)?;
            let mut places = match watch {
                Watch::Own => known,
                _ => {
                    let mut places = watch.places(conn, &wallets, identity.user)?;
                    // Tills keep their sequence, and new ones come last.
                    places.iter_mut().zip(&known).for_each(|(place, known)| place.told = known.told);
                    places
                }
            };
            let after: Vec<_> = places.iter().map(|place| (place.account, place.told)).collect();
            let news = wallets.movements_after(conn, &after, Limit::DEFAULT)?;
            let happened: Vec<_> = news.iter().map(|(.., movement)| movement.clone()).collect();
            let views = movements(conn, &auth, &wallets, &happened)?;
            let mut text = String::new();
            for ((account, number, _), movement) in news.into_iter().zip(views) {
                let Some(place) = places.iter_mut().find(|place| place.account == account) else { continue };
                place.told = number;
                let till = place.till;
                // Our own views always write, on one line.
                let data = serde_json::to_string(&Told { till, movement }).unwrap_or_default();
                text.push_str(&format!("id: {}\nevent: transaction\ndata: {data}\n\n", id_of(&places)));
            }
            Ok((places, text))
        };
        let (places, text) = self.state.database.run(look).await.ok()?;
        self.places = places;
        Some(Bytes::from(text))
    }
}
