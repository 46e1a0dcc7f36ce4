//! `/api/me/photo`.

use super::views::{FileForm, PhotoView, ReplyBody, TicketView};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body, Upload},
    state::State,
};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse, delete,
    dev::Payload,
    post, put,
    web::{Data, Json},
};
use hostolink_media::{Owner, Size, Stored};
use std::{future::Future, pin::Pin};

/// What comes to `PUT /api/me/photo`: what the store answered, or a picture.
#[derive(Debug)]
pub(super) enum Sent {
    Reply(ReplyBody),
    File(Vec<u8>),
}

impl FromRequest for Sent {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if req.content_type() == "application/json" {
            let reply = Body::<ReplyBody>::from_request(req, payload);
            Box::pin(async move { reply.await.map(|reply| Self::Reply(reply.0)) })
        } else {
            let file = Upload::from_request(req, payload);
            Box::pin(async move { file.await.map(|file| Self::File(file.0)) })
        }
    }
}

/// Leave to upload one profile picture. Where the store takes pictures from clients, the answer is a signed form: nothing in
/// it can be changed.
#[utoipa::path(
    tag = "Identity",
    operation_id = "photoTicket",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "How to upload it", body = TicketView),
        (status = 401, description = "Nobody is signed in: `auth.required`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/api/me/photo")]
pub(super) async fn ticket(state: Data<State>, identity: Identity) -> Json<TicketView> {
    let ticket = state.media.ticket(Owner(identity.public_id.uuid()));
    Json(TicketView::new(ticket, &state.config.public_url))
}

/// Shows a profile picture: the one that was uploaded with a ticket (JSON), or this one (`multipart/form-data` with `file`, or
/// the picture as the body). It is turned upright, made smaller and written anew; nothing else of the file is kept.
#[utoipa::path(
    tag = "Identity",
    operation_id = "setPhoto",
    security(("bearer" = [])),
    request_body(content((ReplyBody = "application/json"), (FileForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "Where it is shown", body = PhotoView),
        (status = 400, description = "No picture, or one that is too large or too small: `media.*`, `request.*`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in: `auth.required`", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "More than 5 MB: `request.too_large`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not what the store answered: `media.reply_invalid`, `media.no_tickets`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many pictures today: `auth.too_many_attempts`", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store does not answer: `media.store_unavailable`, `media.unconfigured`, `media.busy`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[put("/api/me/photo")]
pub(super) async fn put_photo(
    state: Data<State>,
    identity: Identity,
    sent: Sent,
) -> ApiResult<Json<PhotoView>> {
    let owner = Owner(identity.public_id.uuid());
    let auth = state.auth.clone();
    state.database.run(move |conn| auth.count_photo(conn, identity.user)).await?;
    let stored = match sent {
        Sent::Reply(reply) => state.media.confirm(owner, &reply.into())?,
        Sent::File(file) => {
            let picture = state.pictures.read(file, Size::Profile).await?;
            state.media.put(owner, &picture).await?
        }
    };
    replace(&state, &identity, Some(stored.clone())).await?;
    Ok(Json(PhotoView { photo: stored.url }))
}

/// Takes the profile picture away.
#[utoipa::path(
    tag = "Identity",
    operation_id = "deletePhoto",
    security(("bearer" = [])),
    responses(
        (status = 204, description = "There is none any more"),
        (status = 401, description = "Nobody is signed in: `auth.required`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[delete("/api/me/photo")]
pub(super) async fn delete_photo(state: Data<State>, identity: Identity) -> ApiResult<HttpResponse> {
    replace(&state, &identity, None).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Writes the picture's address down, then deletes the one before. A store that does not answer now keeps a picture that
/// nobody is shown any more: no reason to refuse the new one.
async fn replace(state: &State, identity: &Identity, new: Option<Stored>) -> ApiResult<()> {
    let (auth, actor, user) = (state.auth.clone(), actor(Some(identity)), identity.user);
    let url = new.as_ref().map(|stored| stored.url.clone());
    let before = state.database.run(move |conn| auth.set_photo(conn, user, url.as_deref(), &actor)).await?;
    let gone = before.filter(|before| new.is_none_or(|new| new.url != *before));
    if let Some(gone) = gone
        && let Err(error) = state.media.delete(&gone).await
    {
        tracing::warn!(%error, "a replaced picture stays in its store");
    }
    Ok(())
}
