#![doc = include_str!("../README.md")]

mod account;
mod activity;
pub mod adoption;
mod auth;
mod civil;
mod deletion;
mod error;
mod identifier_change;
mod identity;
mod lookup;
mod matching;
mod otp;
mod password;
mod pin;
mod profile;
mod proof;
mod reach;
mod receipt;
mod registration;
mod reset;
mod schema;
mod session;
mod sign_in;
mod sms;
mod throttle;
mod totp;

pub use account::{
    Channel, Check, IdentityLevel, Moderated, ModerationReason, Next, Permission, Permissions, Profile,
    Recipient, Role, RoleInfo, Search,
};
pub use activity::{Activity, IdentityStanding};
pub use auth::{Auth, Settings, SignedInAs};
pub use civil::{CivilName, civil_names_after};
pub use deletion::DeletionRequested;
pub use error::{ERRORS, Error};
pub use identifier_change::{ChangeRequested, IdentifierChanged, Reverted};
pub use identity::{
    Application, DocumentKind, FileKind, OwnIdentity, Queue, RefusalReason, State, Summary, TypedIdentity,
};
pub use lookup::{Found, NameMatch};
pub use otp::{Delivery, Generated, Purpose, VerifyOtp};
pub use password::{Password, PasswordAttempt, PasswordHash, PasswordWorkers, Place, Verified};
pub use pin::{PendingPin, PendingPinCheck, Pin, PinAttempt, PinCheck, PinHash, PinStanding};
pub use profile::ProfileChange;
pub use proof::{CardAttempt, Kind as ProofKind};
pub use reach::Reach;
pub use receipt::{InvalidHead, SignedHead, SignedLink};
pub use registration::{
    Defined, LinkDelivery, PendingDefinition, PendingRegistration, PersonRegistered, Registered,
};
pub use reset::{PasswordReset, PendingReset, ResetDelivery, ResetRequested};
pub use session::{
    Claims, Device, Door, InvalidSigningKey, Proof, Session, SessionSummary, SignedIn, TokenPair, Which,
    new_signing_key,
};
pub use sign_in::PendingSignIn;
pub use sms::{SmsCount, SmsDay, SmsId, SmsLimits, SmsOrder, SmsReceipt, SmsResult, SmsState};
pub use totp::{Challenge, Enrolment, Factor};

/// The event of an account whose level of identity changed: its subject is the person, its payload `{level}`.
pub const LEVEL_CHANGED: &str = "auth.identity_level_changed";

/// The event of an account that was proven for the first time: its subject is the person.
pub const PROVEN: &str = "auth.user_proven";

/// The event of somebody whose name or day of birth is another by now: its subject is the person, and it names nothing.
pub const NAMED: &str = "auth.named";

/// The event of somebody who signed in on a device that was never seen before: its subject is the person, its payload `{session}`.
pub const NEW_DEVICE: &str = "auth.new_device";

/// The event of a session that ended: its subject is the session.
pub const SESSION_ENDED: &str = "auth.session_ended";
