use crate::{commands::Failure, config::Config};
use hostolink_kernel::Clock;
use hostolink_notifier::{
    DevelopmentOutbox, OrangeSettings, OrangeSms, SmsProvider, SmsRouter, SmsRoutes, SmsSender,
    TwilioSettings, TwilioSignature, TwilioSms,
};
use std::{sync::Arc, time::Duration};

/// How long one exchange with a provider may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Where Twilio sends its receipts, below our public address.
const TWILIO_HOOK: &str = "/api/hooks/twilio-sms";

/// By which providers text messages leave.
#[derive(Debug)]
pub(crate) struct Ways {
    pub(crate) router: Arc<SmsRouter>,
    /// Knows Twilio's receipts from forged ones, where Twilio is configured.
    pub(crate) signature: Option<TwilioSignature>,
}

impl Ways {
    /// Through the configured providers; without any, into the development outbox where there is one.
    pub(crate) fn try_new(
        config: &Config,
        outbox: Option<&DevelopmentOutbox>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, Failure> {
        let mut providers: Vec<(SmsProvider, Arc<dyn SmsSender>)> = Vec::new();
        if let Some(orange) = &config.sms.orange {
            let settings = OrangeSettings {
                url: orange.url.clone(),
                client_id: orange.client_id.clone(),
                client_secret: orange.client_secret.clone(),
                sender: orange.sender.clone(),
                sender_name: orange.sender_name.clone(),
                timeout: TIMEOUT,
            };
            let orange = OrangeSms::try_new(settings, clock.clone());
            let orange = orange.map_err(|error| format!("the variables ORANGE_SMS_…: {error}"))?;
            providers.push((SmsProvider::Orange, Arc::new(orange)));
        }
        let hook = format!("{}{TWILIO_HOOK}", config.public_url);
        let signature = config
            .sms
            .twilio
            .as_ref()
            .map(|twilio| TwilioSignature::new(twilio.auth_token.clone(), hook.clone()));
        if let Some(twilio) = &config.sms.twilio {
            let settings = TwilioSettings {
                url: twilio.url.clone(),
                account_sid: twilio.account_sid.clone(),
                auth_token: twilio.auth_token.clone(),
                sender: twilio.sender.clone(),
                // Twilio refuses an address that it can't reach.
                status_callback: config.public_url.starts_with("https://").then_some(hook),
                timeout: TIMEOUT,
            };
            let twilio = TwilioSms::try_new(settings);
            let twilio = twilio.map_err(|error| format!("the variables TWILIO_…: {error}"))?;
            providers.push((SmsProvider::Twilio, Arc::new(twilio)));
        }
        if let (true, Some(outbox)) = (providers.is_empty(), outbox) {
            providers.push((SmsProvider::Development, Arc::new(outbox.clone())));
        }
        if providers.is_empty() {
            tracing::warn!("no provider of SMS is configured: people sign in with an e-mail address only");
        }
        // Routes name real providers: without any, what is sent goes to the outbox, whatever they say.
        let routes = if config.sms.has_provider() { config.sms.routes.clone() } else { SmsRoutes::default() };
        let router = Arc::new(SmsRouter::new(providers, routes, clock.clone()));
        Ok(Self { router, signature })
    }
}
