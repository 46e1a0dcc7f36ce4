//! Profile pictures: a ticket to upload one to the store, or the picture itself through us; and what people upload to publish or to send.
//! Where files are kept, `hostolink_media` knows; what becomes of them, `hostolink_uploads`.

mod photo;
mod tickets;
pub(crate) mod uploads;
mod views;

pub use tickets::sweep;
pub(crate) use views::FileForm;

use crate::{commands::Failure, config::Config, routes::ServiceConfig};
use actix_web::{HttpResponse, get, http::header, web};
use hostolink_kernel::{Clock, Random};
use hostolink_media::{Cloudinary, CloudinarySettings, Folder, Imgbb, MediaStore, Unconfigured};
use std::{sync::Arc, time::Duration};

/// How long a store may take for one picture; what a request may take in all is 30 seconds.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Mounts `/api/me/photo`, `/api/media` and development's `/media`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(photo::ticket)
        .service(photo::put_photo)
        .service(photo::delete_photo)
        .service(tickets::ticket)
        .service(tickets::content)
        .service(tickets::one)
        .service(tickets::remove)
        .service(show);
}

/// The store that the environment names; in development a folder, which this program shows itself.
pub(crate) fn store(
    config: &Config,
    clock: &Arc<dyn Clock>,
    random: &Arc<dyn Random>,
) -> Result<(Arc<dyn MediaStore>, Option<Folder>), Failure> {
    if let Some(url) = &config.media.cloudinary {
        let settings = CloudinarySettings {
            url: url.clone(),
            api: "https://api.cloudinary.com".to_owned(),
            timeout: TIMEOUT,
        };
        return Ok((Arc::new(Cloudinary::try_new(&settings, clock.clone(), random.clone())?), None));
    }
    if let Some(key) = &config.media.imgbb {
        return Ok((Arc::new(Imgbb::try_new(key.clone(), Imgbb::API, TIMEOUT)?), None));
    }
    if !config.is_development() {
        return Ok((Arc::new(Unconfigured), None));
    }
    let base = format!("{}/media", config.public_url);
    let folder = Folder::new(config.data_dir.join("media"), &base, clock.clone(), random.clone());
    Ok((Arc::new(folder.clone()), Some(folder)))
}

/// A picture or a voice note, in development. In production the store shows them.
#[utoipa::path(
    tag = "Development",
    operation_id = "media",
    params(("name" = String, Path, description = "The file's name, as the picture's address has it")),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "image/jpeg"),
        (status = 404, description = "There is none", body = crate::error::Problem, content_type = "application/problem+json"),
    )
)]
#[get("/media/{name}")]
pub(crate) async fn show(
    state: web::Data<crate::state::State>,
    name: web::Path<String>,
) -> crate::error::ApiResult<HttpResponse> {
    let folder = state.media_folder.as_ref();
    let found = folder.and_then(|folder| folder.read(&name));
    let (file, media_type) = found.ok_or_else(crate::error::ApiError::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .body(file))
}
