use super::breaker::{Breaker, BreakerState};
use crate::{SendingSms, Sms, SmsAnswer, SmsOutcome, SmsProvider, SmsSender};
use chrono::{DateTime, Utc};
use hostolink_kernel::{Clock, PhoneNumber};
use std::sync::{Arc, Mutex, PoisonError};

/// Which providers carry which numbers, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmsRoutes(Vec<(String, Vec<SmsProvider>)>);

/// The text is no list of routes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("routes are written +22507:orange,twilio;*:twilio,orange")]
pub struct InvalidRoutes;

impl Default for SmsRoutes {
    /// Orange to its own numbers, at its own price; Twilio first to the others.
    fn default() -> Self {
        use SmsProvider::{Development, Orange, Twilio};
        Self(vec![
            ("+22507".to_owned(), vec![Orange, Twilio, Development]),
            (String::new(), vec![Twilio, Orange, Development]),
        ])
    }
}

impl SmsRoutes {
    /// Reads `+22507:orange,twilio;*:twilio,orange`: a beginning of numbers, then its providers. `*` is every number; the
    /// longest beginning counts.
    ///
    /// # Errors
    /// [`InvalidRoutes`].
    pub fn parse(text: &str) -> Result<Self, InvalidRoutes> {
        let route = |item: &str| {
            let (prefix, names) = item.split_once(':')?;
            let prefix = match prefix.trim() {
                "*" => "",
                prefix => {
                    let digits = prefix.strip_prefix('+')?;
                    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(prefix)?
                }
            };
            let providers: Option<Vec<_>> =
                names.split(',').map(|name| SmsProvider::parse(name.trim())).collect();
            Some((prefix.to_owned(), providers?))
        };
        let routes: Option<Vec<_>> =
            text.split(';').filter(|item| !item.trim().is_empty()).map(route).collect();
        routes.filter(|routes| !routes.is_empty()).map(Self).ok_or(InvalidRoutes)
    }

    fn of(&self, number: &str) -> &[SmsProvider] {
        let matching = self.0.iter().filter(|(prefix, _)| number.starts_with(prefix.as_str()));
        matching.max_by_key(|(prefix, _)| prefix.len()).map_or(&[], |(_, providers)| providers)
    }
}

/// Sends each message through the first of its providers that takes it. Another is asked only where the one before surely
/// did not take it: a message whose fate is unknown is never sent twice.
#[derive(Debug)]
pub struct SmsRouter {
    providers: Vec<Guarded>,
    routes: SmsRoutes,
    clock: Arc<dyn Clock>,
}

#[derive(Debug)]
struct Guarded {
    name: SmsProvider,
    sender: Arc<dyn SmsSender>,
    breaker: Mutex<Breaker>,
}

impl Guarded {
    fn breaker<T>(&self, ask: impl FnOnce(&mut Breaker) -> T) -> T {
        ask(&mut self.breaker.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn heard(&self, outcome: &SmsOutcome, now: DateTime<Utc>) {
        self.breaker(|breaker| match outcome {
            SmsOutcome::Accepted { .. } | SmsOutcome::Refused(_) => breaker.succeeded(),
            SmsOutcome::Unavailable { retry_after, .. } => breaker.failed(now, *retry_after),
            SmsOutcome::Unknown => breaker.failed(now, None),
        });
    }
}

impl SmsRouter {
    /// A way through these providers.
    #[must_use]
    pub fn new(
        providers: Vec<(SmsProvider, Arc<dyn SmsSender>)>,
        routes: SmsRoutes,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let guard = |(name, sender)| Guarded { name, sender, breaker: Mutex::default() };
        Self { providers: providers.into_iter().map(guard).collect(), routes, clock }
    }

    /// The providers that may carry a message to this number, the first first.
    pub fn providers_for(&self, number: &PhoneNumber) -> impl Iterator<Item = SmsProvider> {
        self.ways(number).map(|way| way.name)
    }

    /// Whether each provider is asked at present.
    #[must_use]
    pub fn states(&self) -> Vec<(SmsProvider, BreakerState)> {
        let now = self.clock.now();
        self.providers.iter().map(|way| (way.name, way.breaker(|breaker| breaker.state(now)))).collect()
    }

    fn ways(&self, number: &PhoneNumber) -> impl Iterator<Item = &Guarded> {
        let names = self.routes.of(number.as_str()).iter();
        names.filter_map(|name| self.providers.iter().find(|way| way.name == *name))
    }

    async fn deliver(&self, sms: &Sms) -> SmsAnswer {
        let mut last = SmsAnswer { provider: None, outcome: SmsOutcome::unavailable(None) };
        for way in self.ways(sms.to()) {
            if !way.breaker(|breaker| breaker.admits(self.clock.now())) {
                continue;
            }
            let answer = way.sender.send(sms).await;
            way.heard(&answer.outcome, self.clock.now());
            let provider = way.name.as_str();
            match answer.outcome {
                SmsOutcome::Accepted { .. } => return answer,
                SmsOutcome::Unknown => {
                    tracing::warn!(provider, "a text message may have left or not; it is not sent again");
                    return answer;
                }
                SmsOutcome::Refused(code) => tracing::warn!(provider, code, "a text message was refused"),
                SmsOutcome::Unavailable { code, .. } => {
                    tracing::warn!(provider, code, "a provider takes no text messages now");
                }
            }
            // Who takes nothing now may take it later: that counts more than a refusal.
            if last.provider.is_none() || matches!(answer.outcome, SmsOutcome::Unavailable { .. }) {
                last = answer;
            }
        }
        last
    }
}

impl SmsSender for SmsRouter {
    fn send<'a>(&'a self, sms: &'a Sms) -> SendingSms<'a> {
        Box::pin(self.deliver(sms))
    }

    fn is_configured(&self) -> bool {
        !self.providers.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SmsProvider::{Development, Orange, Twilio};

    #[test]
    fn the_longest_beginning_counts() {
        let routes = SmsRoutes::parse("+225:twilio; +22507:orange,twilio ;*:orange").unwrap();
        assert_eq!(routes.of("+2250708091011"), [Orange, Twilio]);
        assert_eq!(routes.of("+2250508091011"), [Twilio]);
        assert_eq!(routes.of("+22892152900"), [Orange]);
        assert_eq!(SmsRoutes::parse("+225:twilio").unwrap().of("+22892152900"), []);
        let usual = SmsRoutes::default();
        assert_eq!(usual.of("+2250708091011"), [Orange, Twilio, Development]);
        assert_eq!(usual.of("+2250508091011"), [Twilio, Orange, Development]);
        for text in ["", ";", "orange", "225:orange", "+:orange", "+225:", "+225:orange,pigeon", "+2a:orange"]
        {
            assert_eq!(SmsRoutes::parse(text), Err(InvalidRoutes), "{text}");
        }
    }
}
