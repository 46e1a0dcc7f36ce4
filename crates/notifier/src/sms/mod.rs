//! Text messages: who carries them, by which way, in how many segments.

mod breaker;
mod gsm;
mod orange;
mod router;
mod twilio;

pub use crate::http::InvalidSmsSettings;
pub use breaker::BreakerState;
pub(crate) use gsm::fold;
pub use gsm::{Alphabet, segments};
pub use orange::{OrangeSettings, OrangeSms};
pub use router::{InvalidRoutes, SmsRouter, SmsRoutes};
pub use twilio::{TwilioSettings, TwilioSignature, TwilioSms};
