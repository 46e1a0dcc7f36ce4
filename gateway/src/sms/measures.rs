use hostolink_notifier::{BreakerState, SmsOutcome, SmsProvider};
use prometheus::{IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

/// What is measured of text messages. No label holds a number or a prefix.
#[derive(Debug, Clone)]
pub(crate) struct SmsMeasures {
    messages: IntCounterVec,
    withheld: IntCounter,
    breakers: IntGaugeVec,
    cost: IntGauge,
    budget: IntGauge,
    stopped: IntGauge,
}

impl SmsMeasures {
    pub(crate) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let measures = Self {
            messages: IntCounterVec::new(
                Opts::new("sms_messages_total", "Text messages handed to a provider, and what it said"),
                &["provider", "outcome"],
            )?,
            withheld: IntCounter::new("sms_withheld_total", "Text messages that the day's budget kept back")?,
            breakers: IntGaugeVec::new(
                Opts::new("sms_breaker_open", "1 while a provider of text messages is not asked"),
                &["provider"],
            )?,
            cost: IntGauge::new("sms_cost_xof_today", "What this day's text messages cost, francs CFA")?,
            budget: IntGauge::new("sms_budget_xof", "What they may cost; 0 where nothing is bounded")?,
            stopped: IntGauge::new(
                "sms_prefixes_stopped",
                "Prefixes that get no codes because too few were shown: somebody may be pumping",
            )?,
        };
        registry.register(Box::new(measures.messages.clone()))?;
        registry.register(Box::new(measures.withheld.clone()))?;
        registry.register(Box::new(measures.breakers.clone()))?;
        registry.register(Box::new(measures.cost.clone()))?;
        registry.register(Box::new(measures.budget.clone()))?;
        registry.register(Box::new(measures.stopped.clone()))?;
        Ok(measures)
    }

    pub(super) fn handed_over(&self, provider: Option<SmsProvider>, outcome: &SmsOutcome) {
        let outcome = match outcome {
            SmsOutcome::Accepted { .. } => "accepted",
            SmsOutcome::Refused(_) => "refused",
            SmsOutcome::Unavailable { .. } => "unavailable",
            SmsOutcome::Unknown => "unknown",
        };
        let provider = provider.map_or("none", SmsProvider::as_str);
        self.messages.with_label_values(&[provider, outcome]).inc();
    }

    pub(super) fn withheld(&self) {
        self.withheld.inc();
    }

    pub(super) fn breakers(&self, states: &[(SmsProvider, BreakerState)]) {
        for (provider, state) in states {
            let is_open = i64::from(*state != BreakerState::Closed);
            self.breakers.with_label_values(&[provider.as_str()]).set(is_open);
        }
    }

    pub(super) fn day(&self, cost_xof: i64, budget_xof: i64, stopped: usize) {
        self.cost.set(cost_xof);
        self.budget.set(budget_xof);
        self.stopped.set(i64::try_from(stopped).unwrap_or(i64::MAX));
    }
}
