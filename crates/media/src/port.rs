use crate::{Error, Picture, Voice};
use chrono::{DateTime, Utc};
use std::{fmt::Debug, future::Future, pin::Pin};
use uuid::Uuid;

/// A store at work.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Whose picture it is: the public id of a person. A store keeps each owner's apart, so that nobody's upload can be shown
/// as another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner(pub Uuid);

/// Leave to upload one picture straight to the store, for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Where to `POST` it, as `multipart/form-data`.
    pub url: String,
    /// The form's fields, to be sent as they are; the picture goes beside them as `file`. They are signed: another value is
    /// refused by the store.
    pub fields: Vec<(&'static str, String)>,
    /// When the store takes it no longer.
    pub expires_at: DateTime<Utc>,
}

/// What the store answered to a client who used a ticket. The client brings it: it is believed only as far as it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// `public_id` of the answer.
    pub public_id: String,
    /// `version` of the answer.
    pub version: u64,
    /// `signature` of the answer.
    pub signature: String,
}

/// A picture that everybody can see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its address, made by us and never by a client.
    pub url: String,
}

/// What a store of public pictures does. Nothing of it is called while a database connection is held.
pub trait MediaStore: Debug + Send + Sync {
    /// Leave for a client to upload a picture of `owner` without us; `None` where the store takes them through us only.
    fn ticket(&self, owner: Owner) -> Option<Ticket>;

    /// The picture that a client uploaded with a ticket of `owner`.
    ///
    /// # Errors
    /// [`Error::ReplyInvalid`] for what the store did not say, or said of somebody else's upload; [`Error::NoTickets`].
    fn confirm(&self, owner: Owner, reply: &Reply) -> Result<Stored, Error>;

    /// Stores a picture of `owner`, within a time that the store bounds itself.
    fn put<'a>(&'a self, owner: Owner, picture: &'a Picture) -> Pending<'a, Stored>;

    /// Stores a voice note of `owner`, within a time that the store bounds itself. [`Error::NoVoices`] where it takes pictures only.
    fn put_voice<'a>(&'a self, _owner: Owner, _voice: &'a Voice) -> Pending<'a, Stored> {
        Box::pin(std::future::ready(Err(Error::NoVoices)))
    }

    /// Deletes what is at an address of this store. An address that is another's is left alone.
    fn delete<'a>(&'a self, url: &'a str) -> Pending<'a, ()>;
}

/// Stands where there is no store: every answer is [`Error::Unconfigured`], but for deleting, which has nothing to do.
#[derive(Debug, Clone, Copy)]
pub struct Unconfigured;

impl MediaStore for Unconfigured {
    fn ticket(&self, _: Owner) -> Option<Ticket> {
        None
    }

    fn confirm(&self, _: Owner, _: &Reply) -> Result<Stored, Error> {
        Err(Error::Unconfigured)
    }

    fn put<'a>(&'a self, _: Owner, _: &'a Picture) -> Pending<'a, Stored> {
        Box::pin(std::future::ready(Err(Error::Unconfigured)))
    }

    fn put_voice<'a>(&'a self, _: Owner, _: &'a Voice) -> Pending<'a, Stored> {
        Box::pin(std::future::ready(Err(Error::Unconfigured)))
    }

    fn delete<'a>(&'a self, _: &'a str) -> Pending<'a, ()> {
        Box::pin(std::future::ready(Ok(())))
    }
}
