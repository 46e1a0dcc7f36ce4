//! Which provider is asked, and when another is.

use crate::{number, sms};
use hostolink_notifier::{
    BreakerState, Notifier, SendingSms, Settings, Sms, SmsAnswer, SmsOutcome, SmsProvider, SmsRouter,
    SmsRoutes, SmsSender, UnconfiguredEmail,
};
use hostolink_test_support::FakeClock;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// A provider that answers what it is told to, then yes, and counts.
#[derive(Debug)]
struct Scripted {
    name: SmsProvider,
    left: Mutex<Vec<SmsOutcome>>,
    asked: Mutex<Vec<String>>,
}

impl Scripted {
    fn new(name: SmsProvider, mut outcomes: Vec<SmsOutcome>) -> Arc<Self> {
        outcomes.reverse();
        Arc::new(Self { name, left: Mutex::new(outcomes), asked: Mutex::default() })
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

impl SmsSender for Scripted {
    fn send<'a>(&'a self, sms: &'a Sms) -> SendingSms<'a> {
        Box::pin(async {
            self.asked.lock().unwrap().push(sms.to().as_str().to_owned());
            let outcome = self.left.lock().unwrap().pop().unwrap_or(yes());
            SmsAnswer { provider: Some(self.name), outcome }
        })
    }
}

fn yes() -> SmsOutcome {
    SmsOutcome::Accepted { id: Some("1".to_owned()) }
}

fn down() -> SmsOutcome {
    SmsOutcome::unavailable(Some(503))
}

struct Two {
    orange: Arc<Scripted>,
    twilio: Arc<Scripted>,
    router: Arc<SmsRouter>,
    clock: FakeClock,
}

fn two(orange: Vec<SmsOutcome>, twilio: Vec<SmsOutcome>) -> Two {
    let (orange, twilio) =
        (Scripted::new(SmsProvider::Orange, orange), Scripted::new(SmsProvider::Twilio, twilio));
    let clock = FakeClock::new();
    let providers: Vec<(_, Arc<dyn SmsSender>)> =
        vec![(SmsProvider::Orange, orange.clone()), (SmsProvider::Twilio, twilio.clone())];
    let router = Arc::new(SmsRouter::new(providers, SmsRoutes::default(), Arc::new(clock.clone())));
    Two { orange, twilio, router, clock }
}

async fn send(router: &SmsRouter, to: &str) -> SmsAnswer {
    router.send(&Sms::try_new(number(to), "Votre code : 123456").unwrap()).await
}

#[tokio::test]
async fn a_number_goes_to_its_own_operator_first() {
    let two = two(vec![], vec![]);
    assert_eq!(send(&two.router, "0708091011").await.provider, Some(SmsProvider::Orange));
    assert_eq!(send(&two.router, "0508091011").await.provider, Some(SmsProvider::Twilio));
    assert_eq!((two.orange.asked(), two.twilio.asked()), (1, 1));
    let ways: Vec<_> = two.router.providers_for(&number("0708091011")).collect();
    assert_eq!(ways, [SmsProvider::Orange, SmsProvider::Twilio]);
}

#[tokio::test]
async fn another_is_asked_only_after_a_definite_failure() {
    for outcome in [down(), SmsOutcome::Refused(Some(400))] {
        let two = two(vec![outcome], vec![]);
        let answer = send(&two.router, "0708091011").await;
        assert_eq!((answer.provider, answer.outcome), (Some(SmsProvider::Twilio), yes()));
    }
    let two = two(vec![SmsOutcome::Unknown], vec![]);
    let answer = send(&two.router, "0708091011").await;
    assert_eq!((answer.provider, answer.outcome), (Some(SmsProvider::Orange), SmsOutcome::Unknown));
    assert_eq!(two.twilio.asked(), 0, "it may have left: no second code");
}

#[tokio::test]
async fn a_message_of_unknown_fate_is_not_tried_again_by_the_queue_either() {
    let eager = || Settings { pauses: vec![Duration::ZERO; 3], ..Settings::default() };
    for (first, asked) in [(SmsOutcome::Unknown, 1), (down(), 2), (SmsOutcome::Refused(None), 1)] {
        let orange = Scripted::new(SmsProvider::Orange, vec![first.clone()]);
        let notifier = Notifier::start(Arc::new(UnconfiguredEmail), orange.clone(), eager());
        notifier.send(sms("Votre code : 123456")).unwrap();
        notifier.stop().await;
        assert_eq!(orange.asked(), asked, "{first:?}");
    }
}

#[tokio::test]
async fn a_provider_that_fails_is_left_alone_and_probed() {
    let two = two(vec![down(), SmsOutcome::Unknown, down(), down(), down(), down()], vec![]);
    for _ in 0..9 {
        send(&two.router, "0708091011").await;
    }
    assert_eq!((two.orange.asked(), two.twilio.asked()), (5, 8), "five failures, then nobody asks");
    let states = || two.router.states();
    assert_eq!(
        states(),
        [(SmsProvider::Orange, BreakerState::Open), (SmsProvider::Twilio, BreakerState::Closed)]
    );
    two.clock.advance(Duration::from_secs(30));
    assert_eq!(states()[0].1, BreakerState::HalfOpen);
    for _ in 0..3 {
        assert_eq!(send(&two.router, "0708091011").await.provider, Some(SmsProvider::Twilio));
    }
    assert_eq!(two.orange.asked(), 6, "one probe, which failed");
    two.clock.advance(Duration::from_secs(30));
    for _ in 0..3 {
        assert_eq!(send(&two.router, "0708091011").await.provider, Some(SmsProvider::Orange));
    }
    assert_eq!(states()[0].1, BreakerState::Closed);
}

#[tokio::test]
async fn nobody_left_to_ask_means_not_now() {
    let two = two(vec![down(); 5], vec![SmsOutcome::Refused(Some(400)); 5]);
    let answer = send(&two.router, "0708091011").await;
    assert_eq!(answer.outcome, down(), "who takes nothing now may take it later");
    let nowhere = SmsRouter::new(vec![], SmsRoutes::default(), Arc::new(FakeClock::new()));
    assert!(!nowhere.is_configured());
    let answer = send(&nowhere, "0708091011").await;
    assert_eq!((answer.provider, answer.outcome), (None, SmsOutcome::unavailable(None)));
}
