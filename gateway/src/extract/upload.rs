use crate::error::{ApiError, INVALID_FIELD, INVALID_FORM, TOO_LARGE};
use actix_multipart::{Multipart, MultipartError};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::CONTENT_LENGTH,
    web::{self, Bytes},
};
use futures_util::{Stream, StreamExt};
use hostolink_media::MAX_BYTES;
use std::{future::Future, pin::Pin};

/// The name of the form's field.
const FIELD: &str = "file";
/// What a form adds around its file, at most.
const AROUND: usize = 16 * 1024;

/// One file of at most [`MAX_BYTES`]: the field `file` of a form, or the body itself. What it is called and said to be is
/// not looked at.
#[derive(Debug)]
pub struct Upload(pub Vec<u8>);

impl FromRequest for Upload {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let length = req.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        if length
            .and_then(|length| length.parse().ok())
            .is_some_and(|length: usize| length > MAX_BYTES + AROUND)
        {
            return Box::pin(std::future::ready(Err(ApiError::new(&TOO_LARGE))));
        }
        if req.content_type().eq_ignore_ascii_case("multipart/form-data") {
            let form = Multipart::new(req.headers(), payload.take());
            return Box::pin(async move { from_form(form).await.map(Self) });
        }
        let body = web::Payload::from_request(req, payload);
        Box::pin(async move {
            let body = body.await.map_err(|_| ApiError::new(&INVALID_FORM))?;
            collect(body.map(|chunk| chunk.map_err(|_| ApiError::new(&INVALID_FORM)))).await.map(Self)
        })
    }
}

async fn from_form(mut form: Multipart) -> Result<Vec<u8>, ApiError> {
    let unreadable = |_: MultipartError| ApiError::new(&INVALID_FORM);
    while let Some(field) = form.next().await {
        let field = field.map_err(unreadable)?;
        let is_file = field.name() == Some(FIELD);
        let content = collect(field.map(|chunk| chunk.map_err(unreadable))).await?;
        if is_file {
            return Ok(content);
        }
    }
    Err(ApiError::field(FIELD, &INVALID_FIELD))
}

/// Reads until the end, or until it is too much.
async fn collect(chunks: impl Stream<Item = Result<Bytes, ApiError>>) -> Result<Vec<u8>, ApiError> {
    let mut content = Vec::new();
    let mut chunks = std::pin::pin!(chunks);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        if content.len() + chunk.len() > MAX_BYTES {
            return Err(ApiError::field(FIELD, &TOO_LARGE));
        }
        content.extend_from_slice(&chunk);
    }
    Ok(content)
}
