//! An open socket: who it is for, what it is brought, what is asked over it, how it ends.

use super::{
    Ending, Seat, door, follow,
    frames::{self, Asked, Closing, Hello, Refused, Wish},
    mail::{Letter, Text},
};
use crate::{
    context::{CONTEXT, Context},
    error::{ApiError, ApiResult, STEP_UP_REQUIRED, STREAMS_OF_ONE, UNAUTHENTICATED},
    extract::Identity,
    messaging::{mark, say_typing, sending, telling},
    social::blocks,
    state::State,
};
use actix_web::web::Data;
use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError, Session};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::Proof;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, mpsc::Receiver};
use uuid::Uuid;

/// The most events that are brought to who comes back; more are read anew.
const MAX_REPLAY: i64 = 500;
/// How many frames a client may say at once, and how many a second on average.
const BURST: f64 = 60.0;
const PER_SECOND: f64 = 15.0;

/// Who opened a socket.
pub(super) enum Guest {
    /// Whoever had a ticket.
    Known(Box<Entered>),
    /// Somebody who has still to say it.
    Stranger(OwnedSemaphorePermit),
}

/// Somebody who came in, and what they missed.
pub(super) struct Entered {
    identity: Identity,
    until: DateTime<Utc>,
    seat: Seat,
    letters: Receiver<Letter>,
    from: i64,
    missed: Vec<Text>,
    resync: bool,
}

/// Takes a place for somebody, and looks up what they missed since a cursor. Everything after that is in their mailbox.
pub(super) async fn enter(
    state: &Data<State>,
    identity: Identity,
    until: DateTime<Utc>,
    after: Option<i64>,
) -> ApiResult<Entered> {
    let public_id = identity.public_id.uuid();
    // First the place, then the rooms: who is brought into one in between is told so, or finds it among them.
    let topics = vec![identity.session.uuid(), public_id];
    let (seat, letters) =
        state.streams.take_with_mailbox(identity.user, topics, Instant::now()).map_err(door::full)?;
    let shared = state.clone();
    let look = move |conn: &mut PgConnection| {
        // Asked now that the end of the session would be heard: it may have ended since it was looked up.
        identity.confirm(&shared.auth, conn)?;
        let rooms = shared.messaging.rooms(conn, identity.user)?;
        shared.messaging.touch(conn, &[identity.user])?;
        Ok::<_, ApiError>((rooms, blocks::muted(conn, identity.user)?))
    };
    let (rooms, muted) = state.database.run(look).await?;
    seat.set_muted(muted.into_iter().collect());
    let rooms: Vec<Uuid> = rooms.into_iter().filter(|(_, is_in)| *is_in).map(|(room, _)| room).collect();
    let from = loop {
        match seat.settle(rooms.clone()) {
            Some(from) => break from,
            None => follow::begin(state).await?,
        }
    };
    let (missed, resync) = match after {
        None => (Vec::new(), false),
        Some(after) => {
            let shared = state.clone();
            let look = move |conn: &mut PgConnection| {
                telling::missed(conn, &shared, (identity.user, public_id), (after, Some(from)), MAX_REPLAY)
            };
            let missed = state.database.run(look).await?;
            // All of it or nothing: a part would look like all.
            if missed.resync || missed.more { (Vec::new(), true) } else { (missed.frames, false) }
        }
    };
    Ok(Entered { identity, until, seat, letters, from, missed, resync })
}

/// Serves a socket until it ends.
pub(super) async fn serve(
    state: Data<State>,
    guest: Guest,
    (mut session, mut stream): (Session, AggregatedMessageStream),
    context: Context,
) {
    let entered = match guest {
        Guest::Known(entered) => Ok(*entered),
        Guest::Stranger(place) => {
            let greeted = CONTEXT.scope(context.clone(), greet(&state, &mut session, &mut stream)).await;
            drop(place);
            greeted
        }
    };
    let closing = match entered {
        Ok(entered) => {
            let open = Open {
                state,
                session: session.clone(),
                stream,
                identity: entered.identity,
                until: entered.until,
                seat: entered.seat,
                said: (BURST, Instant::now()),
            };
            let first = (entered.from, entered.missed, entered.resync);
            CONTEXT.scope(context, open.run(first, entered.letters)).await
        }
        Err(closing) => closing,
    };
    let _ = session.close(closing.reason()).await;
}

/// Hears whose a socket is.
async fn greet(
    state: &Data<State>,
    session: &mut Session,
    stream: &mut AggregatedMessageStream,
) -> Result<Entered, Closing> {
    let first = tokio::time::timeout(state.config.streams.doorstep, first_text(session, stream)).await;
    let text = first.map_err(|_| Closing::Doorstep)??;
    let hello = match frames::read_hello(&text) {
        Ok(hello) => hello,
        Err(error) => return refuse(session, &error, Closing::Protocol).await,
    };
    match welcome(state, &hello).await {
        Ok(entered) => Ok(entered),
        Err(error) => {
            let closing = match error.code() {
                code if *code == UNAUTHENTICATED => Closing::SignedOut,
                code if *code == STREAMS_OF_ONE => Closing::TooMany,
                code if code.kind == hostolink_kernel::Kind::Invalid => Closing::Protocol,
                code if code.kind == hostolink_kernel::Kind::Unauthenticated => Closing::SignedOut,
                _ => Closing::Unavailable,
            };
            refuse(session, &error, closing).await
        }
    }
}

async fn welcome(state: &Data<State>, hello: &Hello) -> ApiResult<Entered> {
    let after = door::cursor(hello.after.as_deref())?;
    let until = state.auth.verify_access_token(&hello.token)?.expires_at;
    let identity = state.sessions.identify(state, &hello.token, true).await?;
    enter(state, identity, until, after).await
}

async fn first_text(session: &mut Session, stream: &mut AggregatedMessageStream) -> Result<String, Closing> {
    loop {
        match heard(stream.recv().await)? {
            Heard::Text(text) => return Ok(text),
            Heard::Ping(bytes) => session.pong(&bytes).await.map_err(|_| Closing::Asked)?,
            Heard::Pong => {}
        }
    }
}

async fn refuse<T>(session: &mut Session, error: &ApiError, closing: Closing) -> Result<T, Closing> {
    let _ = session.text(frames::refusal(None, error)).await;
    Err(closing)
}

/// What came over the wire.
enum Heard {
    Text(String),
    Ping(actix_web::web::Bytes),
    Pong,
}

fn heard(message: Option<Result<AggregatedMessage, ProtocolError>>) -> Result<Heard, Closing> {
    match message {
        None | Some(Ok(AggregatedMessage::Close(_))) => Err(Closing::Asked),
        Some(Ok(AggregatedMessage::Text(text))) => Ok(Heard::Text(text.to_string())),
        Some(Ok(AggregatedMessage::Ping(bytes))) => Ok(Heard::Ping(bytes)),
        Some(Ok(AggregatedMessage::Pong(_))) => Ok(Heard::Pong),
        Some(Ok(AggregatedMessage::Binary(_))) => Err(Closing::Binary),
        Some(Err(ProtocolError::Overflow)) => Err(Closing::TooLarge),
        Some(Err(_)) => Err(Closing::Protocol),
    }
}

/// A socket that is open for somebody.
struct Open {
    state: Data<State>,
    session: Session,
    stream: AggregatedMessageStream,
    identity: Identity,
    /// When the access token ends, and with it the socket.
    until: DateTime<Utc>,
    seat: Seat,
    /// How many frames may still be said, and since when.
    said: (f64, Instant),
}

impl Open {
    /// Until it ends; why it does.
    async fn run(
        mut self,
        (from, missed, resync): (i64, Vec<Text>, bool),
        mut letters: Receiver<Letter>,
    ) -> Closing {
        let pulse = self.state.config.streams.pulse.as_secs().max(1);
        let cursor = telling::cursor(from);
        let ready = frames::ready(&cursor, resync, pulse, self.identity.public_id);
        // What was missed comes before it, so that the cursor in it is the last.
        for frame in missed.into_iter().chain([Text::from(ready)]) {
            if let Err(closing) = self.say(frame).await {
                return closing;
            }
        }
        loop {
            match self.turn(&mut letters).await {
                Ok(()) => {}
                Err(closing) => return closing,
            }
        }
    }

    /// Waits for one thing, and does it.
    async fn turn(&mut self, letters: &mut Receiver<Letter>) -> Result<(), Closing> {
        match self.seat.ending() {
            Some(Ending::Stop) => return Err(Closing::Restart),
            Some(Ending::Slow) => return Err(Closing::Slow),
            None => {}
        }
        tokio::select! {
            letter = letters.recv() => match letter {
                Some(letter) => {
                    self.check_token()?;
                    self.say(letter.text).await
                }
                None => Err(Closing::Slow),
            },
            message = self.stream.recv() => {
                let heard = heard(message)?;
                self.seat.asked(Instant::now());
                self.answer(heard).await
            }
            woken = self.seat.reason() => {
                self.check_token()?;
                if woken { self.look().await } else { self.session.ping(b"").await.map_err(|_| Closing::Asked) }
            }
        }
    }

    fn check_token(&self) -> Result<(), Closing> {
        if self.state.clock.now() < self.until { Ok(()) } else { Err(Closing::SignedOut) }
    }

    /// Says something, if the reader takes it in time.
    async fn say(&mut self, text: impl Into<Text>) -> Result<(), Closing> {
        let text: Text = text.into();
        let said = tokio::time::timeout(self.state.config.streams.patience, self.session.text(text));
        match said.await {
            Ok(said) => said.map_err(|_| Closing::Asked),
            Err(_) => Err(Closing::Slow),
        }
    }

    /// Something happened to the session or to the person: whether they may still listen, and to whom.
    async fn look(&mut self) -> Result<(), Closing> {
        let (auth, identity) = (self.state.auth.clone(), self.identity);
        let look = move |conn: &mut PgConnection| {
            identity.confirm(&auth, conn)?;
            blocks::muted(conn, identity.user)
        };
        match self.state.database.run(look).await {
            Ok(muted) => {
                self.seat.set_muted(muted.into_iter().collect());
                Ok(())
            }
            Err(error) if error.code().kind == hostolink_kernel::Kind::Unavailable => Ok(()),
            Err(_) => Err(Closing::SignedOut),
        }
    }

    async fn answer(&mut self, heard: Heard) -> Result<(), Closing> {
        self.count()?;
        let text = match heard {
            Heard::Pong => return Ok(()),
            Heard::Ping(bytes) => return self.session.pong(&bytes).await.map_err(|_| Closing::Asked),
            Heard::Text(text) => text,
        };
        self.check_token()?;
        let answer = match frames::read(&text) {
            Ok(Asked { request_id, wish }) => {
                let id = request_id.as_deref();
                match self.grant(wish).await {
                    Ok((status, body)) => frames::result(id, status, &body),
                    Err(error) => frames::refusal(id, &error),
                }
            }
            Err(Refused(id, error)) => frames::refusal(id.as_deref(), &error),
        };
        self.say(answer).await
    }

    /// Every frame counts, pings too.
    fn count(&mut self) -> Result<(), Closing> {
        let now = Instant::now();
        let since = now.saturating_duration_since(self.said.1).min(Duration::from_secs(60));
        let left = since.as_secs_f64().mul_add(PER_SECOND, self.said.0).min(BURST) - 1.0;
        self.said = (left, now);
        if left < 0.0 { Err(Closing::TooFast) } else { Ok(()) }
    }

    async fn grant(&mut self, wish: Wish) -> ApiResult<(u16, Value)> {
        let (state, identity) = (&self.state, self.identity);
        match wish {
            Wish::Ping => Ok((204, Value::Null)),
            Wish::Renew(token) => self.renew(&token).await.map(|()| (204, Value::Null)),
            Wish::Typing(..) | Wish::Send(..) if identity.proof != Proof::Otp => {
                Err(ApiError::new(&STEP_UP_REQUIRED))
            }
            Wish::Typing(room, typing) => {
                say_typing(state, identity, room, typing).await.map(|()| (204, Value::Null))
            }
            Wish::Mark(room, marker) => {
                let own = mark(state, identity, room, marker).await?;
                Ok((200, json!(own)))
            }
            Wish::Send(room, body) => {
                let posted = sending::send(state, identity, room, *body).await?;
                Ok((if posted.replayed { 200 } else { 201 }, json!(posted.message)))
            }
        }
    }

    /// Goes on until a newer token ends. It must be of the same session.
    async fn renew(&mut self, token: &str) -> ApiResult<()> {
        let until = self.state.auth.verify_access_token(token)?.expires_at;
        let identity = self.state.sessions.identify(&self.state, token, true).await?;
        if identity.session != self.identity.session {
            return Err(ApiError::new(&UNAUTHENTICATED));
        }
        (self.identity, self.until) = (identity, until.max(self.until));
        Ok(())
    }
}
