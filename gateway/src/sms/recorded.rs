use super::measures::SmsMeasures;
use crate::config::Sms as SmsConfig;
use hostolink_auth::{Auth, Error, SmsId, SmsOrder, SmsResult, SmsState};
use hostolink_database::Database;
use hostolink_notifier::{SendingSms, Sms, SmsAnswer, SmsOutcome, SmsProvider, SmsRouter, SmsSender};
use std::sync::Arc;

/// The one way out for text messages: each is written down and paid from the day's budget before it leaves, and what the
/// provider said after. Whatever asked for it, and through whichever door.
#[derive(Debug)]
pub(crate) struct RecordedSms {
    pub(crate) router: Arc<SmsRouter>,
    pub(crate) database: Database,
    pub(crate) auth: Arc<Auth>,
    pub(crate) config: SmsConfig,
    pub(crate) measures: SmsMeasures,
}

impl RecordedSms {
    async fn deliver(&self, sms: &Sms) -> SmsAnswer {
        let id = match self.reserve(sms).await {
            Ok(id) => id,
            Err(Error::SmsBudget) => {
                self.measures.withheld();
                tracing::warn!("a text message was kept back: the day's budget is used up");
                return SmsAnswer { provider: None, outcome: SmsOutcome::Refused(None) };
            }
            Err(error) => {
                tracing::error!(%error, "a text message could not be written down, so it waits");
                return SmsAnswer { provider: None, outcome: SmsOutcome::unavailable(None) };
            }
        };
        let answer = self.router.send(sms).await;
        self.measures.handed_over(answer.provider, &answer.outcome);
        self.settle(id, sms, &answer).await;
        answer
    }

    async fn reserve(&self, sms: &Sms) -> Result<SmsId, Error> {
        let providers = self.router.providers_for(sms.to());
        let order = SmsOrder {
            segments: sms.segments(),
            // By whichever way it leaves in the end.
            cost_millimes: providers.map(|provider| self.price(provider, sms)).max().unwrap_or(0),
            carries_code: sms.carries_code(),
            is_news: sms.is_news(),
        };
        let (auth, to) = (self.auth.clone(), sms.to().clone());
        self.database.run(move |conn| auth.reserve_sms(conn, &to, order)).await
    }

    async fn settle(&self, id: SmsId, sms: &Sms, answer: &SmsAnswer) {
        let (state, provider_id) = match &answer.outcome {
            SmsOutcome::Accepted { id } => (SmsState::Accepted, id.clone()),
            SmsOutcome::Refused(_) => (SmsState::Refused, None),
            SmsOutcome::Unavailable { .. } => (SmsState::Unavailable, None),
            SmsOutcome::Unknown => (SmsState::Unknown, None),
        };
        let provider = answer.provider.map(SmsProvider::as_str);
        let cost_millimes = answer.provider.map_or(0, |provider| self.price(provider, sms));
        let auth = self.auth.clone();
        let settle = move |conn: &mut _| {
            let provider_id = provider_id.as_deref();
            auth.settle_sms(conn, id, &SmsResult { provider, provider_id, state, cost_millimes })
        };
        if let Err(error) = self.database.run(settle).await {
            tracing::error!(%error, "what became of a text message could not be written down");
        }
    }

    fn price(&self, provider: SmsProvider, sms: &Sms) -> i64 {
        self.config.price_millimes(provider).saturating_mul(sms.segments().into())
    }
}

impl SmsSender for RecordedSms {
    fn send<'a>(&'a self, sms: &'a Sms) -> SendingSms<'a> {
        Box::pin(self.deliver(sms))
    }

    fn is_configured(&self) -> bool {
        self.router.is_configured()
    }
}
