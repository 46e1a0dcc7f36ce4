//! Sending a message, by whatever way it was asked.

use super::{
    bodies::MessageBody,
    message_views::MessageView,
    people::{Unseen, may_speak, together},
};
use crate::{
    error::{ApiError, ApiResult},
    extract::Identity,
    media::uploads,
    state::State,
};
use actix_web::web::Data;
use diesel::PgConnection;
use hostolink_kernel::UserId;
use hostolink_messaging::{Body, Draft};
use hostolink_uploads::Nature;
use uuid::Uuid;

/// What was sent.
pub(crate) struct Posted {
    /// The message.
    pub(crate) message: MessageView,
    /// Whether an earlier request had sent it already.
    pub(crate) replayed: bool,
}

/// Sends it, and has it told at once.
pub(crate) async fn send(
    state: &Data<State>,
    identity: Identity,
    conversation: Uuid,
    body: MessageBody,
) -> ApiResult<Posted> {
    let (draft, shared) = (body.read()?, state.clone());
    let send = move |conn: &mut PgConnection| {
        identity.confirm(&shared.auth, conn)?;
        post(conn, &shared, identity.user, (conversation, &draft))
    };
    let posted = state.database.run(move |conn| together(conn, send)).await?;
    if !posted.replayed {
        state.streams.nudge();
    }
    Ok(posted)
}

fn post(
    conn: &mut PgConnection,
    state: &State,
    author: UserId,
    (conversation, draft): (Uuid, &Draft),
) -> ApiResult<Posted> {
    let unseen = Unseen::of(conn, author)?;
    let who = (author, &unseen.blocked[..]);
    // Whose conversation it is comes before whether what is sent is there.
    let own = state.messaging.conversation(conn, who, conversation)?;
    let before = state.messaging.sent_before(conn, author, conversation, draft)?;
    if before.is_none() {
        may_speak(conn, state, author, own.conversation.kind)?;
        check(conn, state, author, &draft.body)?;
    }
    let sent = state.messaging.send(conn, who, conversation, draft)?;
    if !sent.replayed {
        let nature = if matches!(draft.body, Body::Voice(_)) { Nature::Voice } else { Nature::Image };
        uploads::claim_of(conn, author, (draft.body.media(), nature), ("message", sent.message.id))?;
    }
    Ok(Posted { message: MessageView::one(conn, state, &sent.message)?, replayed: sent.replayed })
}

/// What a card shows is there, and the author's to show.
fn check(conn: &mut PgConnection, state: &State, author: UserId, body: &Body) -> ApiResult<()> {
    match body {
        Body::Establishment(id) => {
            state.directory.snapshot().get(*id)?;
        }
        Body::PaymentRequest(id) => {
            let request = state.wallets.request(conn, author, *id)?;
            if request.requester != author {
                return Err(ApiError::new(&hostolink_wallet::codes::REQUEST_UNKNOWN));
            }
        }
        _ => {}
    }
    Ok(())
}
