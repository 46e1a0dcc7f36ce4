//! What leaves by SMS leaves no trace in the log.

use crate::program::{Program, client, command, folder, post};
use hostolink_test_support::TestDb;
use serde_json::{Value, json};
use std::fs::{self, File};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedSender, unbounded_channel},
};

const NUMBER: &str = "0708091011";
const HOOK_SECRET: &str = "q8Zt1xVb3nRk7wPy5sLd9fGh2jMc4aEu";

/// Stands for Orange: a token, then yes to everything. Tells what it was asked.
async fn orange(mut stream: TcpStream, asked: UnboundedSender<String>) -> std::io::Result<()> {
    let mut text = String::new();
    let whole = |text: &str| {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse::<usize>();
        (body.len() >= length.ok()?).then_some(())
    };
    while whole(&text).is_none() {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await?;
        text.push_str(&String::from_utf8_lossy(&part[..count]));
    }
    let (status, body) = if text.starts_with("POST /oauth/") {
        (200, json!({"token_type": "Bearer", "access_token": "jeton-du-test", "expires_in": "3600"}))
    } else {
        (201, json!({"outboundSMSMessageRequest": {"resourceURL": "https://x/requests/message-7"}}))
    };
    let body = body.to_string();
    let answer = format!(
        "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    let _ = asked.send(text);
    stream.shutdown().await
}

/// What the lines of a log say, without what is drawn at random: times and trace ids.
fn said(log: &str) -> Vec<String> {
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines
        .map(|mut line| {
            let line = line.as_object_mut().unwrap();
            for drawn in ["timestamp", "trace_id", "span", "spans"] {
                line.remove(drawn);
            }
            Value::from(line.clone()).to_string()
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn case_91_no_code_number_or_key_is_in_a_log_line() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (asked, mut requests) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(orange(stream, asked.clone()));
        }
    });
    let (folder, db) = (folder(), TestDb::new());
    let log = folder.path().join("log");
    let mut command = command(folder.path());
    command.env("DATABASE_URL", db.url()).env("APP_ENV", "development");
    command.env("RUST_LOG", "debug,actix_http=off").env("LOG_FORMAT", "json");
    command.env("ORANGE_SMS_URL", url).env("ORANGE_SMS_SENDER", "+2250000");
    command.env("ORANGE_SMS_CLIENT_ID", "client-du-test").env("ORANGE_SMS_CLIENT_SECRET", "secret-du-test");
    command.env("ORANGE_SMS_HOOK_SECRET", HOOK_SECRET).env("SMS_DAILY_BUDGET_XOF", "1000");
    let program = Program::start_logging(command, File::create(&log).unwrap());
    let (base, client) = (program.base.clone(), client());

    post(&client, &base, "/api/register-user", json!({"identifier": NUMBER})).await;
    assert_eq!(post(&client, &base, "/api/generate-otp", json!({"identifier": NUMBER})).await.0, 200);
    let message = loop {
        let request: String = requests.recv().await.unwrap();
        if let Some((_, text)) = request.split_once("\"message\":\"") {
            break text.to_owned();
        }
    };
    let code = message.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).unwrap();
    let shown = json!({"identifier": NUMBER, "otpCode": code});
    let (status, signed_in) = post(&client, &base, "/api/verify-otp", shown).await;
    assert_eq!(status, 200, "{signed_in}");
    let receipt = json!({"deliveryInfoNotification": {"callbackData": "message-7",
        "deliveryInfo": {"address": format!("tel:+225{NUMBER}"), "deliveryStatus": "DeliveredToTerminal"}}});
    for (secret, status) in [(HOOK_SECRET, 204), ("devine-par-un-inconnu", 404)] {
        let path = format!("/api/hooks/orange-sms/{secret}");
        assert_eq!(post(&client, &base, &path, receipt.clone()).await.0, status);
    }
    // Asked for again too soon: the refusal names nobody either.
    assert_eq!(post(&client, &base, "/api/generate-otp", json!({"identifier": NUMBER})).await.0, 200);
    assert_eq!(post(&client, &base, "/api/generate-otp", json!({"identifier": NUMBER})).await.0, 429);
    assert!(program.terminate().success());

    let lines = said(&fs::read_to_string(&log).unwrap());
    assert!(lines.iter().any(|line| line.contains("/api/hooks/orange-sms/{secret}")), "{lines:#?}");
    let access = signed_in["accessToken"].as_str().unwrap();
    for secret in [
        code,
        "08091011",
        HOOK_SECRET,
        "devine-par-un-inconnu",
        "client-du-test",
        "secret-du-test",
        "jeton-du-test",
        access,
        "Y2xpZW50LWR1LXRlc3Q6",
    ] {
        let found: Vec<_> = lines.iter().filter(|line| line.contains(secret)).collect();
        assert!(found.is_empty(), "{secret} is in {found:#?}");
    }
}
