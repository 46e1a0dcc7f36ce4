//! Real conversations.

use crate::{
    email,
    server::{Mood, Server},
};
use hostolink_kernel::{Identifier, Region};
use hostolink_notifier::{CodePurpose, EmailSender, Language, Message, SendError, SmtpSender, SmtpSettings};
use hostolink_test_support::{FakeClock, SeededRandom};
use std::{sync::Arc, time::Duration};

fn sender(url: &str, timeout: Duration) -> SmtpSender {
    let settings = SmtpSettings {
        url: url.into(),
        from: "Hostolink <ne-pas-repondre@hostolink.ci>".to_owned(),
        timeout,
    };
    SmtpSender::try_new(&settings, Arc::new(FakeClock::new()), Arc::new(SeededRandom::new(1))).unwrap()
}

/// Long enough on the busiest machine for what is to succeed.
const PATIENT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_code_arrives_whole() {
    let server = Server::start(&[]).await;
    let sender = sender(&server.url(), PATIENT);
    let to = Identifier::parse("Awa@Example.ci", &[Region::COTE_D_IVOIRE]).unwrap();
    for purpose in [CodePurpose::SignIn, CodePurpose::ResetPassword] {
        let Message::Email(mail) =
            hostolink_notifier::code(&to, &"493027".into(), purpose, 10, Language::French)
        else {
            panic!("a mailbox gets an e-mail")
        };
        sender.send(&mail).await.unwrap();
    }
    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    assert!(mails[0].from.starts_with("MAIL FROM:<ne-pas-repondre@hostolink.ci>"), "{}", mails[0].from);
    assert_eq!(mails[0].to, ["RCPT TO:<awa@example.ci>"]);
    let data = &mails[0].data;
    for part in [
        "From: Hostolink <ne-pas-repondre@hostolink.ci>\r\n",
        "To: awa@example.ci\r\n",
        "Subject: Hostolink - Votre code de connexion\r\n",
        "Date: Fri, 20 Nov 2026 08:00:00 +0000\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "@hostolink.ci>\r\n",
        "multipart/alternative",
        "text/plain; charset=utf-8",
        "text/html; charset=utf-8",
        "493027",
    ] {
        assert!(data.contains(part), "{part:?} is not in\n{data}");
    }
    let id =
        |data: &str| data.lines().find(|line| line.starts_with("Message-ID: <")).map(str::to_owned).unwrap();
    assert_ne!(id(data), id(&mails[1].data));
}

#[tokio::test]
async fn connections_are_kept() {
    let server = Server::start(&[]).await;
    let sender = sender(&server.url(), PATIENT);
    for _ in 0..10 {
        sender.send(&email("awa@example.ci", "Sujet", "texte")).await.unwrap();
    }
    assert_eq!(server.mails().len(), 10);
    assert!(server.connections() < 5, "{} connections", server.connections());
}

#[tokio::test]
async fn a_text_can_not_end_the_mail_or_add_a_recipient() {
    let server = Server::start(&[]).await;
    let sender = sender(&server.url(), PATIENT);
    let text = "avant\r\n.\r\nMAIL FROM:<x@y.z>\r\nRCPT TO:<x@y.z>\r\n..\r\napr\u{e8}s";
    sender.send(&email("awa@example.ci", "Sujet", text)).await.unwrap();
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to.len(), 1);
    assert!(mails[0].data.contains("\r\n.\r\n"), "{}", mails[0].data);
    assert_eq!(server.count("MAIL"), 1);
}

#[tokio::test]
async fn a_subject_stays_one_header_whatever_is_in_it() {
    let server = Server::start(&[]).await;
    let subject = format!("{} é \u{2028}Bcc: x@y.z ?= =?utf-8?b?DQpCY2M6IHhAeS56?=", "Très long ".repeat(12));
    sender(&server.url(), PATIENT).send(&email("awa@example.ci", &subject, "texte")).await.unwrap();
    let mail = &server.mails()[0];
    let header = mail.data.split("\r\n\r\n").next().unwrap();
    assert!(!header.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{header}");
    assert!(header.is_ascii(), "{header}");
    assert_eq!(mail.to, ["RCPT TO:<awa@example.ci>"]);
}

#[tokio::test]
async fn a_server_says_never_or_later_and_never_whom_it_is_about() {
    let moods = [
        (Mood::RefuseRecipient(550), SendError::Refused(Some(550))),
        (Mood::RefuseRecipient(451), SendError::Later(Some(451))),
        (Mood::RefuseData(554), SendError::Refused(Some(554))),
        (Mood::RefuseData(452), SendError::Later(Some(452))),
        (Mood::HangUp, SendError::Unreachable),
    ];
    for (mood, expected) in moods {
        let server = Server::start(&[mood]).await;
        let sender = sender(&server.url(), PATIENT);
        let error = sender.send(&email("awa@example.ci", "Sujet", "texte")).await.unwrap_err();
        assert!(!error.to_string().contains("awa"));
        assert_eq!(error, expected, "{mood:?}");
        assert!(server.mails().is_empty());
        sender.send(&email("awa@example.ci", "Sujet", "texte")).await.unwrap();
        assert_eq!(server.mails().len(), 1, "after {mood:?} the next one leaves");
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_left_and_its_connection_not_used_again() {
    let server = Server::start(&[Mood::HangAfterData]).await;
    let hasty = sender(&server.url(), Duration::from_secs(2));
    assert_eq!(hasty.send(&email("awa@example.ci", "Sujet", "un")).await, Err(SendError::Timeout));
    for _ in 0..100 {
        tokio::task::yield_now().await; // lets lettre's pool take the abandoned connection back, as it does
    }
    hasty.send(&email("awa@example.ci", "Sujet", "deux")).await.unwrap();
    assert_eq!(server.connections(), 2);
    assert!(server.mails()[0].data.contains("deux"));
}

#[tokio::test]
async fn nothing_leaves_without_tls_where_tls_is_required() {
    let server = Server::start(&[]).await;
    let sender = sender(&format!("{}?tls=required", server.url()), PATIENT);
    let error = sender.send(&email("awa@example.ci", "Sujet", "texte")).await.unwrap_err();
    assert!(server.mails().is_empty());
    assert_eq!(server.count("MAIL"), 0, "{error}");
}

#[tokio::test]
async fn nobody_listening_may_pass() {
    let error = sender("smtp://127.0.0.1:1", PATIENT).send(&email("awa@example.ci", "Sujet", "texte")).await;
    assert_eq!(error, Err(SendError::Unreachable));
    assert!(SendError::Unreachable.is_transient());
}

#[tokio::test]
async fn an_address_that_the_server_can_not_write_is_refused() {
    let server = Server::start(&[]).await; // without SMTPUTF8 (RFC 6531)
    let error =
        sender(&server.url(), PATIENT).send(&email("aïcha@example.ci", "Sujet", "texte")).await.unwrap_err();
    assert_eq!(error, SendError::Refused(None));
    assert!(server.mails().is_empty());
}
