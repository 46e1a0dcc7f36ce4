//! Cloudinary: the client uploads straight to it, with what we signed (Upload API, `POST /v1_1/{cloud}/image/upload`).

use crate::{Error, MediaStore, Owner, Pending, Picture, Reply, Stored, Ticket, Voice, signature::Algorithm};
use chrono::Duration;
use hostolink_kernel::{Clock, ExposeSecret, Random, Secret};
use reqwest::multipart::{Form, Part};
use serde::Deserialize;
use std::{sync::Arc, time::Duration as StdDuration};
use subtle::ConstantTimeEq;

/// How long a signature is good for: Cloudinary refuses a `timestamp` of more than an hour ago.
const SIGNATURE_LIFE: Duration = Duration::hours(1);
/// The folder of profile pictures.
const FOLDER: &str = "profils";
/// The longest side of what a client uploads with a ticket, in pixels: a profile picture.
const PROFILE: u32 = 800;
/// The largest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// How to reach Cloudinary.
#[derive(Debug, Clone)]
pub struct CloudinarySettings {
    /// `cloudinary://API_KEY:API_SECRET@CLOUD`, as their console shows it; `?signature_algorithm=sha256` for an account that was set so.
    pub url: Secret,
    /// Where the API is: `https://api.cloudinary.com`, or a test's own.
    pub api: String,
    /// How long one call may take.
    pub timeout: StdDuration,
}

/// The address can't be used. Never shows it: it holds the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the Cloudinary URL is not cloudinary://API_KEY:API_SECRET@CLOUD")]
pub struct InvalidCloudinaryUrl;

/// Pictures on Cloudinary.
pub struct Cloudinary {
    cloud: String,
    key: String,
    secret: Secret,
    algorithm: Algorithm,
    api: String,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl std::fmt::Debug for Cloudinary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cloudinary").field("cloud", &self.cloud).finish_non_exhaustive()
    }
}

/// The fields of a form.
type Fields = Vec<(&'static str, String)>;

/// What Cloudinary calls what it keeps.
#[derive(Clone, Copy)]
enum Kind {
    Image,
    Video,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
        }
    }
}

/// What we read of an answer to an upload.
#[derive(Deserialize)]
struct Uploaded {
    public_id: String,
    version: u64,
    signature: String,
}

impl Cloudinary {
    /// Reads the settings; connects at the first picture.
    ///
    /// # Errors
    /// [`InvalidCloudinaryUrl`].
    pub fn try_new(
        settings: &CloudinarySettings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, InvalidCloudinaryUrl> {
        let url = url::Url::parse(settings.url.expose_secret()).map_err(|_| InvalidCloudinaryUrl)?;
        let name = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        };
        let cloud = url.host_str().filter(|cloud| name(cloud)).ok_or(InvalidCloudinaryUrl)?;
        let secret = url.password().filter(|secret| name(secret)).ok_or(InvalidCloudinaryUrl)?;
        if url.scheme() != "cloudinary" || !name(url.username()) {
            return Err(InvalidCloudinaryUrl);
        }
        let option = url.query_pairs().find(|(name, _)| name == "signature_algorithm");
        let algorithm = match option.as_ref().map(|(_, value)| value.as_ref()) {
            None | Some("sha1") => Algorithm::Sha1,
            Some("sha256") => Algorithm::Sha256,
            Some(_) => return Err(InvalidCloudinaryUrl),
        };
        Ok(Self {
            cloud: cloud.to_owned(),
            key: url.username().to_owned(),
            secret: secret.into(),
            algorithm,
            api: settings.api.trim_end_matches('/').to_owned(),
            client: client(settings.timeout).map_err(|_| InvalidCloudinaryUrl)?,
            clock,
            random,
        })
    }

    fn call(&self, kind: Kind, what: &str) -> String {
        format!("{}/v1_1/{}/{}/{what}", self.api, self.cloud, kind.as_str())
    }

    /// Adds the time, the signature and the key.
    fn signed(&self, mut parameters: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
        parameters.push(("timestamp", self.clock.now().timestamp().to_string()));
        let signature = self.algorithm.of_call(&parameters, &self.secret);
        parameters.push(("signature", signature));
        parameters.push(("api_key", self.key.clone()));
        parameters
    }

    /// All that an upload may be is fixed and signed here: its name, that it replaces nothing, that it is a picture, that it
    /// is stored anew as a JPEG of at most so many pixels a side, which leaves its metadata behind.
    fn upload(&self, owner: Owner, most: u32) -> Vec<(&'static str, String)> {
        let name = self.random.uuid(self.clock.now());
        self.signed(vec![
            ("allowed_formats", "jpg,png,webp".to_owned()),
            ("format", "jpg".to_owned()),
            ("overwrite", "false".to_owned()),
            ("public_id", format!("{}{name}", prefix(owner))),
            ("transformation", format!("c_limit,h_{most},w_{most}")),
        ])
    }

    fn address(&self, kind: Kind) -> String {
        format!("https://res.cloudinary.com/{}/{}/upload/", self.cloud, kind.as_str())
    }

    /// The name and version that the store gave, where it did say so and the name is one of this owner's.
    fn genuine<'a>(&self, owner: Owner, reply: &'a Reply) -> Result<(u64, &'a str), Error> {
        let expected = self.algorithm.of_reply(&reply.public_id, reply.version, &self.secret);
        let genuine = bool::from(expected.as_bytes().ct_eq(reply.signature.as_bytes()));
        // The store vouches that it said so; whose upload it was, the name says that we gave it.
        let name = reply.public_id.strip_prefix(&prefix(owner));
        if !genuine || name.is_none_or(|name| uuid::Uuid::try_parse(name).is_err()) {
            return Err(Error::ReplyInvalid);
        }
        Ok((reply.version, &reply.public_id))
    }

    async fn send_file(&self, call: String, fields: Fields, file: Part) -> Result<Reply, Error> {
        let form = fields.into_iter().fold(Form::new(), |form, (name, value)| form.text(name, value));
        let answer = send(self.client.post(call).multipart(form.part("file", file))).await?;
        let uploaded: Uploaded = serde_json::from_slice(&answer).map_err(|_| Error::Store(None))?;
        Ok(Reply { public_id: uploaded.public_id, version: uploaded.version, signature: uploaded.signature })
    }

    async fn store(&self, owner: Owner, picture: &Picture) -> Result<Stored, Error> {
        let file = Part::bytes(picture.jpeg().to_vec()).file_name("photo.jpg");
        let file = file.mime_str(Picture::MEDIA_TYPE).map_err(|_| Error::Store(None))?;
        // It is as small already as its use asks for.
        let fields = self.upload(owner, picture.width().max(picture.height()));
        let reply = self.send_file(self.call(Kind::Image, "upload"), fields, file).await?;
        self.confirm(owner, &reply)
    }

    /// Cloudinary keeps sound among its videos.
    async fn store_voice(&self, owner: Owner, voice: &Voice) -> Result<Stored, Error> {
        let ending = voice.extension();
        let file = Part::bytes(voice.bytes().to_vec()).file_name(format!("voice.{ending}"));
        let file = file.mime_str(voice.media_type()).map_err(|_| Error::Store(None))?;
        let fields = self.signed(vec![
            ("allowed_formats", "ogg,aac".to_owned()),
            ("overwrite", "false".to_owned()),
            ("public_id", format!("{}{}", prefix(owner), self.random.uuid(self.clock.now()))),
        ]);
        let reply = self.send_file(self.call(Kind::Video, "upload"), fields, file).await?;
        let (version, name) = self.genuine(owner, &reply)?;
        Ok(Stored { url: format!("{}v{version}/{name}.{ending}", self.address(Kind::Video)) })
    }

    async fn destroy(&self, url: &str) -> Result<(), Error> {
        let found = [Kind::Image, Kind::Video].into_iter().find_map(|kind| {
            let name = url.strip_prefix(&self.address(kind)).and_then(public_id)?;
            Some((kind, name))
        });
        let Some((kind, public_id)) = found else { return Ok(()) };
        let parameters =
            self.signed(vec![("invalidate", "true".to_owned()), ("public_id", public_id.to_owned())]);
        let form = parameters.into_iter().fold(Form::new(), |form, (name, value)| form.text(name, value));
        send(self.client.post(self.call(kind, "destroy")).multipart(form)).await.map(|_| ())
    }
}

impl MediaStore for Cloudinary {
    fn ticket(&self, owner: Owner) -> Option<Ticket> {
        let expires_at = self.clock.now() + SIGNATURE_LIFE;
        Some(Ticket {
            url: self.call(Kind::Image, "upload"),
            fields: self.upload(owner, PROFILE),
            expires_at,
        })
    }

    fn confirm(&self, owner: Owner, reply: &Reply) -> Result<Stored, Error> {
        let (version, name) = self.genuine(owner, reply)?;
        Ok(Stored { url: format!("{}v{version}/{name}.jpg", self.address(Kind::Image)) })
    }

    fn put<'a>(&'a self, owner: Owner, picture: &'a Picture) -> Pending<'a, Stored> {
        Box::pin(self.store(owner, picture))
    }

    fn put_voice<'a>(&'a self, owner: Owner, voice: &'a Voice) -> Pending<'a, Stored> {
        Box::pin(self.store_voice(owner, voice))
    }

    fn delete<'a>(&'a self, url: &'a str) -> Pending<'a, ()> {
        Box::pin(self.destroy(url))
    }
}

/// What the names of somebody's uploads begin with.
fn prefix(owner: Owner) -> String {
    format!("{FOLDER}/{}/", owner.0)
}

/// `v123/profils/…/….jpg` without what is no name.
fn public_id(rest: &str) -> Option<&str> {
    let (version, name) = rest.split_once('/')?;
    version.strip_prefix('v')?.parse::<u64>().ok()?;
    let name = [".jpg", ".ogg", ".aac"].into_iter().find_map(|ending| name.strip_suffix(ending))?;
    name.starts_with(FOLDER).then_some(name)
}

/// Follows no redirect: a picture goes where we sent it, or nowhere.
pub(crate) fn client(timeout: StdDuration) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout.min(StdDuration::from_secs(5)))
        .redirect(reqwest::redirect::Policy::none())
        .build()
}

/// Sends a request and reads a bounded answer.
pub(crate) async fn send(request: reqwest::RequestBuilder) -> Result<Vec<u8>, Error> {
    let mut response = request.send().await.map_err(|_| Error::Store(None))?;
    let status = response.status();
    if !status.is_success() {
        return Err(Error::Store(Some(status.as_u16())));
    }
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Error::Store(None))? {
        if answer.len() + chunk.len() > MAX_ANSWER {
            return Err(Error::Store(Some(status.as_u16())));
        }
        answer.extend_from_slice(&chunk);
    }
    Ok(answer)
}
