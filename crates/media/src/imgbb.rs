//! ImgBB: public pictures, uploaded by us (API v1, `POST /1/upload`). It has no call that deletes.

use crate::{
    Error, MediaStore, Owner, Pending, Picture, Reply, Stored, Ticket,
    cloudinary::{client, send},
};
use hostolink_kernel::{ExposeSecret, Secret};
use reqwest::multipart::Form;
use serde::Deserialize;
use std::time::Duration;

/// Pictures on ImgBB.
pub struct Imgbb {
    key: Secret,
    api: String,
    client: reqwest::Client,
}

impl std::fmt::Debug for Imgbb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Imgbb(…)")
    }
}

#[derive(Deserialize)]
struct Answer {
    success: bool,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    url: String,
}

impl Imgbb {
    /// Where the API is.
    pub const API: &'static str = "https://api.imgbb.com";

    /// `key` is of their page "API"; `api` is [`Imgbb::API`] or a test's own; one call may take `timeout`.
    ///
    /// # Errors
    /// When the system gives no HTTP client.
    pub fn try_new(key: Secret, api: &str, timeout: Duration) -> Result<Self, Error> {
        let client = client(timeout).map_err(|_| Error::Unconfigured)?;
        Ok(Self { key, api: api.trim_end_matches('/').to_owned(), client })
    }

    async fn store(&self, picture: &Picture) -> Result<Stored, Error> {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let form = Form::new()
            .text("key", self.key.expose_secret().to_owned())
            .text("name", "photo")
            .text("image", STANDARD.encode(picture.jpeg()));
        let answer = send(self.client.post(format!("{}/1/upload", self.api)).multipart(form)).await?;
        let answer: Answer = serde_json::from_slice(&answer).map_err(|_| Error::Store(None))?;
        // Whatever they answer, our clients are sent to their host only.
        let url = url::Url::parse(&answer.data.url).map_err(|_| Error::Store(None))?;
        let theirs = url.scheme() == "https" && url.host_str().is_some_and(|host| host == "i.ibb.co");
        if answer.success && theirs { Ok(Stored { url: url.into() }) } else { Err(Error::Store(None)) }
    }
}

impl MediaStore for Imgbb {
    fn ticket(&self, _: Owner) -> Option<Ticket> {
        // Its key is a secret and signs nothing: a client that had it could upload whatever it likes.
        None
    }

    fn confirm(&self, _: Owner, _: &Reply) -> Result<Stored, Error> {
        Err(Error::NoTickets)
    }

    fn put<'a>(&'a self, _: Owner, picture: &'a Picture) -> Pending<'a, Stored> {
        Box::pin(self.store(picture))
    }

    fn delete<'a>(&'a self, _: &'a str) -> Pending<'a, ()> {
        Box::pin(std::future::ready(Ok(())))
    }
}
