//! Who comes without a ticket says whose the socket is.

use super::{
    door,
    frames::{self, Closing, Hello},
    socket::{Entered, Heard, LAST_WORD, enter, heard, in_time},
};
use crate::{
    error::{ApiError, ApiResult, STREAMS_OF_ONE, UNAUTHENTICATED},
    state::State,
};
use actix_web::web::Data;
use actix_ws::{AggregatedMessageStream, Session};

/// Hears whose a socket is.
pub(super) async fn greet(
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
    let _ = in_time(LAST_WORD, session.text(frames::refusal(None, error))).await;
    Err(closing)
}
