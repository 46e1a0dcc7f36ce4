//! The queue and its worker.

use crate::{
    email,
    server::{Mood, Server},
    sms,
};
use hostolink_kernel::{Clock, DomainError, Kind};
use hostolink_notifier::{
    Channel, DevelopmentOutbox, Email, EmailSender, Error, Message, Notifier, SendError, Sending, Settings,
    SmtpSender, SmtpSettings, UnconfiguredEmail, UnconfiguredSms,
};
use hostolink_test_support::{FakeClock, SeededRandom};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// Tries again at once: no test waits for a pause.
fn eager() -> Settings {
    Settings { capacity: 10, concurrency: 2, pauses: vec![Duration::ZERO; 3], grace: Duration::from_secs(30) }
}

fn mail(text: &str) -> Message {
    Message::Email(email("awa@example.ci", "Sujet", text))
}

fn through(server: &Server) -> Notifier {
    let settings = SmtpSettings {
        url: server.url().into(),
        from: "Hostolink <ne-pas-repondre@hostolink.ci>".to_owned(),
        timeout: Duration::from_secs(30),
    };
    let smtp =
        SmtpSender::try_new(&settings, Arc::new(FakeClock::new()), Arc::new(SeededRandom::new(1))).unwrap();
    Notifier::start(Arc::new(smtp), Arc::new(UnconfiguredSms), eager())
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_what_is_refused_is_not() {
    let server = Server::start(&[Mood::RefuseRecipient(451), Mood::HangUp, Mood::RefuseData(452)]).await;
    let notifier = through(&server);
    notifier.send(mail("texte")).unwrap();
    assert_eq!(notifier.stop().await, 0);
    assert_eq!(server.mails().len(), 1);
    assert_eq!(server.count("MAIL"), 4);

    let server = Server::start(&[Mood::RefuseRecipient(451); 9]).await;
    let notifier = through(&server);
    notifier.send(mail("texte")).unwrap();
    notifier.stop().await;
    assert_eq!(server.count("MAIL"), 4, "the first try and three more");

    let server = Server::start(&[Mood::RefuseRecipient(550)]).await;
    let notifier = through(&server);
    notifier.send(mail("texte")).unwrap();
    notifier.stop().await;
    assert_eq!(server.count("MAIL"), 1);
    assert!(server.mails().is_empty());
}

/// A provider that sends only as often as it is let.
#[derive(Debug)]
struct Gate(Arc<Semaphore>);

impl EmailSender for Gate {
    fn send<'a>(&'a self, _: &'a Email) -> Sending<'a> {
        Box::pin(async {
            self.0.acquire().await.map_err(|_| SendError::Unreachable)?.forget();
            Ok(())
        })
    }
}

#[tokio::test]
async fn nobody_waits_for_a_provider_that_hangs_and_a_full_queue_says_so() {
    let gate = Arc::new(Semaphore::new(0));
    let settings = Settings { capacity: 3, concurrency: 1, ..eager() };
    let notifier = Notifier::start(Arc::new(Gate(gate.clone())), Arc::new(UnconfiguredSms), settings);
    for n in 0..3 {
        notifier.send(mail(&format!("{n}"))).unwrap();
    }
    // The worker has not run yet on this one thread: three wait.
    let full = notifier.send(mail("4")).unwrap_err();
    assert_eq!(
        (full, full.code().kind, full.code().code),
        (Error::Unavailable, Kind::Unavailable, "notifier.unavailable")
    );
    assert!(full.retry_after().is_some());
    assert_eq!(notifier.pending(), 3);
    gate.add_permits(3);
    assert_eq!(notifier.stop().await, 0, "what was taken is sent before the stop");
    assert_eq!(notifier.send(mail("5")), Err(Error::Unavailable), "stopped");
    assert_eq!(notifier.pending(), 0);
}

#[tokio::test]
async fn the_stop_does_not_wait_for_ever_and_tells_what_was_lost() {
    let settings = Settings { grace: Duration::from_millis(10), ..eager() };
    let gate = Gate(Arc::new(Semaphore::new(1)));
    let notifier = Notifier::start(Arc::new(gate), Arc::new(UnconfiguredSms), settings);
    for n in 0..4 {
        notifier.send(mail(&format!("{n}"))).unwrap();
    }
    assert_eq!(notifier.stop().await, 3);
}

#[tokio::test]
async fn one_that_hangs_does_not_hold_up_the_others() {
    let server = Server::start(&[Mood::HangAfterData]).await;
    let notifier = through(&server);
    for n in 0..3 {
        notifier.send(mail(&format!("{n}"))).unwrap();
    }
    let others_left = async {
        while notifier.pending() > 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), others_left).await.unwrap();
    assert_eq!(server.mails().len(), 2);
}

#[tokio::test]
async fn without_a_provider_the_answer_is_clear_and_immediate() {
    let notifier = Notifier::start(Arc::new(UnconfiguredEmail), Arc::new(UnconfiguredSms), eager());
    assert_eq!(notifier.send(sms("texte")), Err(Error::SmsUnconfigured));
    assert_eq!(notifier.send(mail("texte")), Err(Error::EmailUnconfigured));
    assert_eq!(notifier.pending(), 0);
}

#[tokio::test]
async fn the_development_outbox_shows_the_last_messages_newest_first() {
    let clock = FakeClock::new();
    let outbox = DevelopmentOutbox::new(Arc::new(clock.clone()), 3);
    let settings = Settings { concurrency: 1, ..eager() };
    let notifier = Notifier::start(Arc::new(outbox.clone()), Arc::new(outbox.clone()), settings);
    for message in [mail("un"), sms("deux"), mail("trois"), sms("quatre")] {
        notifier.send(message).unwrap();
    }
    notifier.stop().await;
    let bodies = |to| outbox.messages(to).into_iter().map(|sent| sent.body).collect::<Vec<_>>();
    assert_eq!(bodies(None), ["quatre", "trois", "deux"], "the oldest gave way");
    assert_eq!(bodies(Some("+2250708091011")), ["quatre", "deux"]);
    assert_eq!(bodies(Some("0708091011")), Vec::<String>::new());
    let sent = &outbox.messages(Some("awa@example.ci"))[0];
    assert_eq!(
        (sent.channel, sent.subject.as_deref(), sent.sent_at),
        (Channel::Email, Some("Sujet"), clock.now())
    );
    assert!(!format!("{outbox:?} {sent:?}").contains("trois"));
}
