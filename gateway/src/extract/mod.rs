//! How a handler takes what a request holds: each extractor answers a problem with a code where it can't.

mod client;
mod device;
mod idempotency_key;
mod identity;
mod if_match;
mod json;
mod path;
mod query;
mod upload;

pub(crate) use client::{client_address, is_development_peer};
pub(crate) use device::DeviceBody;
pub use idempotency_key::IdempotencyKey;
pub(crate) use identity::bearer_token;
pub use identity::{Identity, SessionCache};
pub use if_match::IfMatch;
pub use json::Json;
pub(crate) use json::read_value;
pub use path::PathId;
pub use query::{PageQuery, Query};
pub use upload::Upload;
