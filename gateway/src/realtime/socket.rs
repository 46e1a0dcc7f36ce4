//! An open socket: who it is for, what it is brought, what is asked over it, how it ends.

use super::{
    Ending, Seat, door,
    doorstep::Place,
    follow,
    frames::{self, Asked, Closing, Refused, Wish},
    greeting::greet,
    mail::{Letter, Text},
};
use crate::{
    context::{CONTEXT, Context},
    error::{ApiError, ApiResult, STEP_UP_REQUIRED, UNAUTHENTICATED},
    extract::Identity,
    messaging::{mark, missed, say_typing, sending, telling},
    social::blocks,
    state::State,
};
use actix_web::web::Data;
use actix_ws::{AggregatedMessage, AggregatedMessageStream, Closed, ProtocolError, Session};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use futures_util::FutureExt;
use hostolink_auth::Proof;
use serde_json::{Value, json};
use std::{
    future::Future,
    pin::pin,
    time::{Duration, Instant},
};
use tokio::sync::mpsc::Receiver;
use uuid::Uuid;

/// The most events that are brought to who comes back; more are read anew.
const MAX_REPLAY: i64 = 500;
/// How many frames a client may say at once, and how many a second on average.
const BURST: f64 = 60.0;
const PER_SECOND: f64 = 15.0;
/// How many frames are said before the socket is looked after again.
const TOGETHER: usize = 16;
/// How long the last word to a socket may take.
pub(super) const LAST_WORD: Duration = Duration::from_secs(5);

/// Who opened a socket.
pub(super) enum Guest {
    /// Whoever had a ticket.
    Known(Box<Entered>),
    /// Somebody who has still to say it.
    Stranger(Place),
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
    // Who just read where it is comes with a number that was perhaps not told here yet.
    if after.is_some_and(|after| state.streams.is_behind(after)) {
        follow::begin(state).await?;
    }
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
                missed::missed(conn, &shared, (identity.user, public_id), (after, Some(from)), MAX_REPLAY)
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
    let (entered, place) = match guest {
        Guest::Known(entered) => (Ok(*entered), None),
        Guest::Stranger(place) => {
            let greeting = CONTEXT.scope(context.clone(), greet(&state, &mut session, &mut stream));
            // What a socket seldom does is kept apart: ten thousand that wait hold no room for it.
            let greeted = Box::pin(greeting).await;
            (greeted, Some(place))
        }
    };
    match entered {
        Ok(entered) => {
            drop(place);
            let mut open = Open {
                state,
                session: session.clone(),
                stream,
                identity: entered.identity,
                until: entered.until,
                seat: entered.seat,
                said: (BURST, Instant::now()),
                pinged: Instant::now(),
            };
            let first = (entered.from, entered.missed, entered.resync);
            let closing = CONTEXT.scope(context, open.run(first, entered.letters)).await;
            close(session, closing).await;
            // Its place is free once nothing is said any more.
            drop(open);
        }
        Err(closing) => {
            close(session, closing).await;
            drop(place);
        }
    }
}

async fn close(session: Session, closing: Closing) {
    let _ = in_time(LAST_WORD, session.close(closing.reason())).await;
}

/// What is said counts as said once the reader takes it, which may not take for ever.
pub(super) async fn in_time(
    patience: Duration,
    said: impl Future<Output = Result<(), Closed>>,
) -> Result<(), Closing> {
    let mut said = pin!(said);
    // Most is taken at once, and needs no alarm.
    let done = match said.as_mut().now_or_never() {
        Some(done) => done,
        None => tokio::time::timeout(patience, said).await.map_err(|_| Closing::Slow)?,
    };
    done.map_err(|Closed| Closing::Asked)
}

/// What came over the wire.
pub(super) enum Heard {
    Text(String),
    Ping(actix_web::web::Bytes),
    Pong,
}

/// Reads it; an end is an end.
pub(super) fn heard(message: Option<Result<AggregatedMessage, ProtocolError>>) -> Result<Heard, Closing> {
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
    /// When the client was last asked whether it lives.
    pinged: Instant,
}

impl Open {
    /// Until it ends; why it does.
    async fn run(
        &mut self,
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
        let pulse = self.state.config.streams.pulse;
        // However much there is to read: the answers keep the place.
        if self.pinged.elapsed() >= pulse {
            self.check_token()?;
            in_time(self.state.config.streams.patience, self.session.ping(b"")).await?;
            self.pinged = Instant::now();
        }
        let rest = pulse.saturating_sub(self.pinged.elapsed());
        tokio::select! {
            letter = letters.recv() => match letter {
                Some(letter) => {
                    self.check_token()?;
                    self.say(letter.text).await?;
                    self.say_waiting(letters).await
                }
                None => Err(Closing::Slow),
            },
            message = self.stream.recv() => {
                let heard = heard(message)?;
                self.seat.asked(Instant::now());
                Box::pin(self.answer(heard)).await
            }
            () = self.seat.woken() => {
                self.check_token()?;
                Box::pin(self.look()).await
            }
            () = tokio::time::sleep(rest) => Ok(()),
        }
    }

    /// Says what else is in the mailbox, so that it leaves together; a few at a time, since the socket may have ended meanwhile.
    async fn say_waiting(&mut self, letters: &mut Receiver<Letter>) -> Result<(), Closing> {
        for _ in 1..TOGETHER {
            match letters.try_recv() {
                Ok(letter) => self.say(letter.text).await?,
                Err(_) => break,
            }
        }
        Ok(())
    }

    fn check_token(&self) -> Result<(), Closing> {
        if self.state.clock.now() < self.until { Ok(()) } else { Err(Closing::SignedOut) }
    }

    /// Says something, if the reader takes it in time.
    async fn say(&mut self, text: impl Into<Text>) -> Result<(), Closing> {
        let text: Text = text.into();
        in_time(self.state.config.streams.patience, self.session.text(text)).await
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
            // What they were to hear of is not known: they come back and are asked anew.
            Err(error) if error.code().kind == hostolink_kernel::Kind::Unavailable => {
                Err(Closing::Unavailable)
            }
            Err(_) => Err(Closing::SignedOut),
        }
    }

    async fn answer(&mut self, heard: Heard) -> Result<(), Closing> {
        self.count()?;
        let text = match heard {
            Heard::Pong => return Ok(()),
            Heard::Ping(bytes) => {
                return in_time(self.state.config.streams.patience, self.session.pong(&bytes)).await;
            }
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
