//! `/api/media`: leave to upload one file, the file, and what becomes of it until something shows it.

use super::{
    FileForm,
    uploads::{MediaKind, MediaView},
};
use crate::{
    auth::actor,
    error::{ApiError, ApiResult, Problem},
    extract::{Identity, Json as Body, PathId, Upload},
    state::State,
};
use actix_web::{
    HttpResponse, delete, get,
    http::header::LOCATION,
    post, put, rt,
    web::{Data, Json},
};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_audit::Actor;
use hostolink_media::{MAX_BYTES, Owner, Stored};
use hostolink_uploads::{Doomed, File, Media, Nature, Ticket};
use serde::{Deserialize, Serialize};
use tracing::Instrument;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is to be uploaded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TicketBody {
    /// `image` or `voice`.
    kind: MediaKind,
}

/// Leave to upload one file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UploadTicketView {
    /// The id of the ticket, and of the file later.
    id: Uuid,
    /// What the file must be.
    kind: MediaKind,
    /// With which method.
    #[schema(example = "PUT")]
    method: &'static str,
    /// Where to, with the bearer token: the file as the body, or as `file` of a form.
    upload_url: String,
    /// The largest file that is taken, in bytes.
    max_bytes: usize,
    /// From when on it is too late.
    expires_at: DateTime<Utc>,
}

impl UploadTicketView {
    fn new(given: Ticket, public_url: &str) -> Self {
        Self {
            id: given.id,
            kind: given.nature.into(),
            method: "PUT",
            upload_url: format!("{public_url}/api/media/{}/content", given.id),
            max_bytes: MAX_BYTES,
            expires_at: given.expires_at,
        }
    }
}

/// Leave to upload one file: a picture, or a voice note of at most two minutes. It is good for an hour and for one file. At most 20 at a time and
/// 200 a day.
#[utoipa::path(
    tag = "Media",
    operation_id = "mediaTicket",
    security(("bearer" = [])),
    request_body = TicketBody,
    responses(
        (status = 201, description = "How to upload it", body = UploadTicketView),
        (status = 400, description = "No such kind: `request.*`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in: `auth.required`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No room: `media.quota_reached`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many under way, or today: `media.too_many_tickets`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[post("/api/media")]
pub(super) async fn ticket(
    state: Data<State>,
    identity: Identity,
    body: Body<TicketBody>,
) -> ApiResult<HttpResponse> {
    let (uploads, nature, actor) = (state.uploads.clone(), body.0.kind.into(), actor(Some(&identity)));
    let give = move |conn: &mut PgConnection| uploads.ticket(conn, identity.user, nature, &actor);
    let view = UploadTicketView::new(state.database.run(give).await?, &state.config.public_url);
    let location = format!("/api/media/{}", view.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(view))
}

/// The file of a ticket. A picture is turned upright, made smaller and written anew, with a small one beside it; of a voice note the sound alone is
/// kept. Nothing else of the file is: no place, no name, no comment. A file that is none uses the ticket up.
#[utoipa::path(
    tag = "Media",
    operation_id = "uploadMedia",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The ticket's id", format = Uuid)),
    request_body(content((Vec<u8> = "application/octet-stream"), (FileForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "It is there, and waits a day for something to show it", body = MediaView),
        (status = 400, description = "No such file, too large or too small: `media.not_a_picture`, `media.not_a_voice`, `media.too_long`, `media.too_many_pixels`, `media.too_few_pixels`, `request.*`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in: `auth.required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such ticket of the caller's, or it was used or is over: `media.ticket_unknown`, `not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "More than 5 MB: `request.too_large`", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Not now; the ticket is still good: `media.store_unavailable`, `media.unconfigured`, `media.no_voices`, `media.busy`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[put("/api/media/{id}/content")]
pub(super) async fn content(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
    file: Upload,
) -> ApiResult<Json<MediaView>> {
    // Who asks and from where is known here alone.
    let actor = actor(Some(&identity));
    let media = go_on(keep(state, identity, id.0, file.0, actor)).await?;
    Ok(Json(media.into()))
}

/// Does what was begun to its end, also where its request is over before: what the store has is then still written down, or deleted there.
async fn go_on<T: 'static>(work: impl Future<Output = ApiResult<T>> + 'static) -> ApiResult<T> {
    let done = rt::spawn(work.in_current_span()).await;
    done.unwrap_or_else(|_| Err(hostolink_database::Error::WorkerDied.into()))
}

/// Takes the file of a ticket, stores it and writes that down.
async fn keep(
    state: Data<State>,
    identity: Identity,
    id: Uuid,
    file: Vec<u8>,
    actor: Actor,
) -> ApiResult<Media> {
    let (uploads, owner) = (state.uploads.clone(), identity.user);
    let nature = state.database.run(move |conn| uploads.receive(conn, owner, id)).await?;
    let stored = match take(&state, Owner(identity.public_id.uuid()), nature, file).await {
        Ok(stored) => stored,
        Err(error) => return Err(refuse(&state, &identity, id, error).await),
    };
    let (uploads, written) = (state.uploads.clone(), stored.clone());
    let finish = move |conn: &mut PgConnection| uploads.finish(conn, (owner, id), &written, &actor);
    match state.database.run(finish).await {
        Ok(media) => Ok(media),
        Err(error) => {
            // Nobody will ever be told where it is.
            forget(&state, [Some(stored.url), stored.thumbnail].into_iter().flatten()).await;
            Err(error.into())
        }
    }
}

/// Reads a file, makes it safe and stores it.
async fn take(
    state: &State,
    owner: Owner,
    nature: Nature,
    file: Vec<u8>,
) -> Result<File, hostolink_media::Error> {
    let size = |bytes: usize| i64::try_from(bytes).unwrap_or(i64::MAX);
    let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
    match nature {
        Nature::Image => {
            let shown = state.pictures.show(file).await?;
            let Stored { url } = state.media.put(owner, &shown.picture).await?;
            let small = match state.media.put(owner, &shown.thumbnail).await {
                Ok(small) => small,
                Err(error) => {
                    forget(state, [url].into_iter()).await;
                    return Err(error);
                }
            };
            Ok(File {
                media_type: hostolink_media::Picture::MEDIA_TYPE,
                bytes: size(shown.picture.jpeg().len() + shown.thumbnail.jpeg().len()),
                pixels: Some((side(shown.picture.width()), side(shown.picture.height()))),
                milliseconds: None,
                blurhash: Some(shown.blurhash),
                url,
                thumbnail: Some(small.url),
            })
        }
        Nature::Voice => {
            let voice = state.pictures.listen(file).await?;
            let Stored { url } = state.media.put_voice(owner, &voice).await?;
            Ok(File {
                media_type: voice.media_type(),
                bytes: size(voice.bytes().len()),
                pixels: None,
                milliseconds: i32::try_from(voice.milliseconds()).ok(),
                blurhash: None,
                url,
                thumbnail: None,
            })
        }
    }
}

/// Ends the ticket where the file is to blame, and gives it back where we are.
async fn refuse(state: &State, identity: &Identity, id: Uuid, error: hostolink_media::Error) -> ApiError {
    use hostolink_media::Error::{NotAPicture, NotAVoice, TooFewPixels, TooLong, TooManyPixels};
    let (uploads, owner) = (state.uploads.clone(), identity.user);
    let is_file = matches!(error, NotAPicture | NotAVoice | TooFewPixels | TooLong | TooManyPixels);
    let note = move |conn: &mut PgConnection| {
        if is_file { uploads.refuse(conn, owner, id) } else { uploads.give_back(conn, owner, id) }
    };
    if let Err(error) = state.database.run(note).await {
        tracing::warn!(%error, "a ticket stays taken until it is over");
    }
    error.into()
}

async fn forget(state: &State, urls: impl Iterator<Item = String>) {
    for url in urls {
        if let Err(error) = state.media.delete(&url).await {
            tracing::warn!(%error, "an upload that nobody has stays in its store");
        }
    }
}

/// A finished file of the caller's.
#[utoipa::path(
    tag = "Media",
    operation_id = "ownMedia",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The file's id", format = Uuid)),
    responses(
        (status = 200, description = "The file", body = MediaView),
        (status = 401, description = "Nobody is signed in: `auth.required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The caller has no finished file with this id: `media.unknown`, `not_found`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[get("/api/media/{id}")]
pub(super) async fn one(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<Json<MediaView>> {
    let uploads = state.uploads.clone();
    let media: Media = state.database.run(move |conn| uploads.get(conn, identity.user, id.0)).await?;
    Ok(Json(media.into()))
}

/// Gives a ticket back, or deletes a file that nothing shows yet. What is published goes with what shows it.
#[utoipa::path(
    tag = "Media",
    operation_id = "deleteMedia",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The id of the ticket or file", format = Uuid)),
    responses(
        (status = 204, description = "It leaves the store soon"),
        (status = 401, description = "Nobody is signed in: `auth.required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The caller has none with this id: `media.unknown`, `not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Something shows it: `media.in_use`", body = Problem, content_type = "application/problem+json"),
    )
)]
#[delete("/api/media/{id}")]
pub(super) async fn remove(
    state: Data<State>,
    identity: Identity,
    id: PathId<Uuid>,
) -> ApiResult<HttpResponse> {
    let (uploads, actor) = (state.uploads.clone(), actor(Some(&identity)));
    state.database.run(move |conn| uploads.remove(conn, identity.user, id.0, &actor)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Deletes from the store what nobody shows any more. What it does not delete now is tried again.
///
/// # Errors
/// Those of the database.
pub async fn sweep(state: Data<State>) -> Result<(), String> {
    const AT_ONCE: i64 = 100;
    let uploads = state.uploads.clone();
    let doomed = state.database.run(move |conn| uploads.sweep(conn, AT_ONCE)).await;
    let mut gone: Vec<Doomed> = Vec::new();
    'files: for file in doomed.map_err(|error| error.to_string())? {
        for url in &file.urls {
            if let Err(error) = state.media.delete(url).await {
                tracing::warn!(%error, "a file stays in its store for now");
                continue 'files;
            }
        }
        gone.push(file);
    }
    let uploads = state.uploads.clone();
    let note = move |conn: &mut PgConnection| uploads.gone(conn, &gone);
    state.database.run(note).await.map(|_| ()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::sync::oneshot;

    #[actix_web::test]
    async fn what_was_begun_is_done_although_nobody_waits_any_more() {
        let ((stored, is_stored), (written, is_written)) = (oneshot::channel::<()>(), oneshot::channel());
        let work = go_on(async move {
            let _ = is_stored.await;
            let _ = written.send("written down");
            Ok(())
        });
        assert!(tokio::time::timeout(Duration::from_millis(10), work).await.is_err(), "the time is over");
        stored.send(()).unwrap();
        assert_eq!(is_written.await.unwrap(), "written down");
    }
}
