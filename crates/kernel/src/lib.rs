#![doc = include_str!("../README.md")]

mod clock;
mod email;
mod error;
mod folded;
mod id;
mod identifier;
mod money;
mod network;
mod page;
mod phone;
mod random;

pub use clock::{Clock, SystemClock};
pub use email::{EmailAddress, InvalidEmail};
pub use error::{DomainError, ErrorCode, FieldError, Kind};
pub use folded::folded;
pub use id::{
    AccountId, AdjustmentId, AlertId, AuthorizationId, BulkId, CardId, ContactId, EstablishmentId, HolderId,
    MerchantId, PiAliasId, PotId, QrId, RecallId, RequestId, ScheduleId, SessionId, TillId, TransactionId,
    UserId, UserPublicId, VerificationId,
};
pub use identifier::{Identifier, InvalidIdentifier};
pub use money::{AmountError, Xof};
pub use network::network_of;
pub use page::{Cursor, InvalidCursor, InvalidLimit, Limit, Page};
pub use phone::{InvalidPhone, PhoneNumber, Region};
pub use random::{Random, SystemRandom};
pub use secrecy::ExposeSecret;
/// A text that never prints: passwords, codes, tokens, keys.
pub use secrecy::SecretString as Secret;
