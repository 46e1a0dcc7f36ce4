use super::{Bank, awa_and_koffi, balance, latest};
use crate::app::TestApp;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const TRANSFERS: &str = "/api/wallet/transfers";

#[actix_web::test]
async fn money_goes_from_one_to_the_other_and_both_see_it() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let body = json!({"to": " KOFFI@example.ci", "amount": 1_500, "note": "loyer"});
    let paid = awa.pay(TRANSFERS, body).await;
    let receipt = &paid.expect(201).json;
    assert_eq!(
        (&receipt["kind"], &receipt["amount"], &receipt["fee"]),
        (&json!("transfer"), &json!(1_500), &json!(0))
    );
    assert_eq!(receipt["balanceAfter"], 8_500);
    let id = receipt["id"].as_str().unwrap();
    assert_eq!(paid.headers["location"], format!("/api/wallet/transactions/{id}"));
    assert!(!paid.headers.contains_key("idempotency-replayed"));
    assert_eq!((balance(&awa).await, balance(&koffi).await), (8_500, 1_500));

    let out = latest(&awa).await;
    assert_eq!(
        (&out["id"], &out["direction"], &out["balanceAfter"]),
        (&json!(id), &json!("out"), &json!(8_500))
    );
    assert_eq!((&out["counterparty"]["name"], &out["note"]), (&json!("k***@example.ci"), &json!("loyer")));
    let came = latest(&koffi).await;
    assert_eq!((&came["direction"], &came["counterparty"]["name"]), (&json!("in"), &json!("+225••••••••11")));
    assert_eq!(came["refundable"], 1_500);
    app.stop().await;
}

#[actix_web::test]
async fn the_same_key_moves_money_once_and_answers_the_same() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let body = json!({"to": koffi.identifier, "amount": 1_000});
    let first = awa.pay_with(TRANSFERS, "wish-0001", body.clone()).await;
    first.expect(201);
    // Another spelling of the same wish is the same wish.
    for body in [body, json!({"amount": 1_000, "to": "Koffi@Example.CI", "note": " "})] {
        let again = awa.pay_with(TRANSFERS, "wish-0001", body).await;
        assert_eq!(again.expect(201).bytes, first.bytes);
        assert_eq!(again.headers["idempotency-replayed"], "true");
    }
    let other = json!({"to": koffi.identifier, "amount": 1_001});
    awa.pay_with(TRANSFERS, "wish-0001", other.clone())
        .await
        .expect_problem(422, "request.idempotency_key_reused");
    assert_eq!(balance(&koffi).await, 1_000);

    // A key is its user's own.
    koffi.pay_with(TRANSFERS, "wish-0001", json!({"to": awa.identifier, "amount": 1})).await.expect(201);
    awa.post(TRANSFERS, other.clone()).await.expect_problem(400, "request.idempotency_key_required");
    for key in ["short", "with space", &"k".repeat(256)] {
        awa.pay_with(TRANSFERS, key, other.clone())
            .await
            .expect_problem(400, "request.idempotency_key_invalid");
    }
    app.stop().await;
}

#[actix_web::test]
async fn twenty_times_at_once_is_still_once() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let body = json!({"to": koffi.identifier, "amount": 700});
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let (awa, body) = (awa.clone(), body.clone());
            actix_web::rt::spawn(async move { awa.pay_with(TRANSFERS, "the-same-wish", body).await })
        })
        .collect();
    let mut bodies = std::collections::HashSet::new();
    let mut fresh = 0;
    for attempt in tries {
        let answer = attempt.await.unwrap();
        fresh += usize::from(!answer.expect(201).headers.contains_key("idempotency-replayed"));
        bodies.insert(answer.bytes);
    }
    assert_eq!((bodies.len(), fresh), (1, 1));
    assert_eq!((balance(&awa).await, balance(&koffi).await), (9_300, 700));
    app.stop().await;
}

#[actix_web::test]
async fn many_at_once_are_each_answered_as_alone() {
    let app = TestApp::start_with(|config| config.pin_required_above = 5_000_000);
    let (awa, koffi) = awa_and_koffi(&app).await;
    let to = |amount: i64| json!({"to": koffi.identifier, "amount": amount});
    awa.pay_with(TRANSFERS, "an-earlier-wish", to(10)).await.expect(201);
    // More than are prepared together, and in turns: what is wrong with one is nobody else's answer.
    let tries: Vec<_> = (0..12)
        .flat_map(|turn| {
            [
                ("", to(1), format!("paid-{turn:04}")),
                ("", to(10), "an-earlier-wish".to_owned()),
                ("request.idempotency_key_reused", to(11), "an-earlier-wish".to_owned()),
                ("ledger.same_account", json!({"to": awa.identifier, "amount": 1}), format!("own-{turn:05}")),
                ("auth.pin_undefined", to(5_000_001), format!("large-{turn:03}")),
            ]
        })
        .map(|(code, body, key)| {
            let awa = awa.clone();
            actix_web::rt::spawn(async move { (code, awa.pay_with(TRANSFERS, &key, body).await) })
        })
        .collect();
    for attempt in tries {
        let (code, answer) = attempt.await.unwrap();
        assert_eq!(answer.json["code"].as_str().unwrap_or(""), code, "{}", answer.json);
        assert_eq!(answer.status == 201, code.is_empty());
    }
    assert_eq!((balance(&awa).await, balance(&koffi).await), (9_978, 22));
    app.stop().await;
}

#[actix_web::test]
async fn a_refusal_is_an_outcome_too() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    bank.give(&awa, 10_000).await;
    let body = json!({"to": koffi.identifier, "amount": 10_001});
    awa.pay_with(TRANSFERS, "too-much", body.clone()).await.expect_problem(422, "wallet.insufficient_funds");
    bank.give(&awa, 5_000).await;
    // The wish was refused once and for all: a late retry can't succeed behind the payer's back.
    let again = awa.pay_with(TRANSFERS, "too-much", body).await;
    again.expect_problem(422, "wallet.insufficient_funds");
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!((balance(&awa).await, balance(&koffi).await), (15_000, 0));
    app.stop().await;
}

#[actix_web::test]
async fn a_lost_answer_can_be_asked_for_by_its_key() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let by_key = |key: &str| format!("{TRANSFERS}/by-key/{key}");
    awa.get(&by_key("wish-done")).await.expect_problem(404, "wallet.key_unknown");
    let paid = awa.pay_with(TRANSFERS, "wish-done", json!({"to": koffi.identifier, "amount": 1_000})).await;
    let done = awa.get(&by_key("wish-done")).await;
    assert_eq!(done.expect(200).json, json!({"status": "done", "receipt": paid.expect(201).json}));

    awa.pay_with(TRANSFERS, "wish-refused", json!({"to": koffi.identifier, "amount": 99_000}))
        .await
        .expect(422);
    let refused = awa.get(&by_key("wish-refused")).await;
    assert_eq!(
        (&refused.expect(200).json["status"], &refused.json["code"]),
        (&json!("refused"), &json!("wallet.insufficient_funds"))
    );
    koffi.get(&by_key("wish-done")).await.expect_problem(404, "wallet.key_unknown");
    app.stop().await;
}

#[actix_web::test]
async fn any_key_that_the_header_takes_can_be_asked_for_and_no_other_text() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let by_key = |key: &str| format!("{TRANSFERS}/by-key/{key}");
    let odd = "a/b?c#d%e+f&g;\"~";
    let encoded: String = odd.bytes().map(|byte| format!("%{byte:02X}")).collect();
    awa.get(&by_key(&encoded)).await.expect_problem(404, "wallet.key_unknown");
    awa.pay_with(TRANSFERS, odd, json!({"to": koffi.identifier, "amount": 1_000})).await.expect(201);
    assert_eq!(awa.get(&by_key(&encoded)).await.expect(200).json["status"], "done");
    let (longest, too_long) = ("k".repeat(255), "k".repeat(256));
    awa.get(&by_key(&longest)).await.expect_problem(404, "wallet.key_unknown");
    for text in ["seven-7", "with%20space", "%C3%A9t%C3%A9-2026", "%FF%FE-not-utf8", &too_long] {
        awa.get(&by_key(text)).await.expect_problem(400, "request.idempotency_key_invalid");
    }
    awa.get(&by_key("with%00null")).await.expect_problem(400, "request.invalid_text");
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_amount_of_francs_is_refused_by_its_field() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    for amount in [
        "0",
        "-1",
        "9223372036854775808",
        "9223372036854775807",
        "1.5",
        "1e3",
        "\"1e3\"",
        "\"100\"",
        "[]",
        "{}",
        "true",
    ] {
        let body: Value =
            serde_json::from_str(&format!(r#"{{"to":"{}","amount":{amount}}}"#, koffi.identifier)).unwrap();
        for path in [TRANSFERS, "/api/wallet/transfers/quote"] {
            let refused = awa.pay(path, body.clone()).await;
            assert_eq!(refused.status.as_u16(), 400, "{amount}: {}", refused.json);
            assert_eq!(refused.json["errors"][0]["field"], "amount", "{amount}: {}", refused.json);
        }
    }
    awa.pay(TRANSFERS, json!({"to": koffi.identifier})).await.expect_problem(422, "wallet.amount_required");
    assert_eq!((balance(&awa).await, balance(&koffi).await), (10_000, 0));
    app.stop().await;
}

#[actix_web::test]
async fn who_cannot_receive_is_refused_and_nobody_learns_why() {
    let app = TestApp::start();
    let (awa, _) = awa_and_koffi(&app).await;
    app.anon().post("/api/register-user", json!({"identifier": "unproven@example.ci"})).await.expect(200);
    let mut answers = Vec::new();
    for to in ["unproven@example.ci", "unknown@example.ci"] {
        let refused = awa.pay(TRANSFERS, json!({"to": to, "amount": 1})).await;
        refused.expect_problem(422, "wallet.receiver_unknown");
        let mut problem = refused.json.clone();
        problem["traceId"] = Value::Null;
        answers.push(problem);
        awa.post("/api/wallet/transfers/quote", json!({"to": to, "amount": 1}))
            .await
            .expect_problem(422, "wallet.receiver_unknown");
    }
    assert_eq!(answers[0], answers[1]);

    awa.pay(TRANSFERS, json!({"to": "07 08 09 10 11", "amount": 1}))
        .await
        .expect_problem(422, "ledger.same_account");
    for body in [json!({"amount": 1}), json!({"to": "koffi@example.ci", "qr": "x", "amount": 1})] {
        awa.pay(TRANSFERS, body).await.expect_problem(400, "wallet.target_invalid");
    }
    for to in ["", "x", "08 09 10 11", "koffi@"] {
        let refused = awa.pay(TRANSFERS, json!({"to": to, "amount": 1})).await;
        assert!((400..500).contains(&refused.status.as_u16()), "{to}: {}", refused.json);
        assert_eq!(refused.json["errors"][0]["field"], "to", "{to}: {}", refused.json);
    }
    awa.pay(TRANSFERS, json!({"to": "koffi@example.ci", "amount": 1, "note": "a\nb"}))
        .await
        .expect_problem(400, "wallet.note_invalid");
    awa.pay(TRANSFERS, json!({"to": "koffi@example.ci", "amount": 1, "note": "a\0b"}))
        .await
        .expect_problem(400, "request.invalid_text");
    assert_eq!(balance(&awa).await, 10_000);
    app.stop().await;
}

#[actix_web::test]
async fn a_quote_says_who_will_receive_before_anything_moves() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let quote =
        awa.post("/api/wallet/transfers/quote", json!({"to": koffi.identifier, "amount": 1_500})).await;
    let json = &quote.expect(200).json;
    assert_eq!(json["receiver"]["name"], "k***@example.ci");
    assert_eq!((&json["amount"], &json["fee"], &json["total"]), (&json!(1_500), &json!(0), &json!(1_500)));
    assert!(!String::from_utf8_lossy(&quote.bytes).contains(&koffi.identifier));
    assert_eq!((balance(&awa).await, balance(&koffi).await), (10_000, 0));
    app.stop().await;
}

#[actix_web::test]
async fn who_received_gives_back_and_nobody_else() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let stranger = app.person("stranger@example.ci").await;
    let paid = awa.pay(TRANSFERS, json!({"to": koffi.identifier, "amount": 4_000})).await;
    let id = paid.expect(201).json["id"].as_str().unwrap().to_owned();
    let refund = format!("{TRANSFERS}/{id}/refund");

    awa.pay(&refund, json!({})).await.expect_problem(422, "ledger.not_refundable");
    stranger.pay(&refund, json!({})).await.expect_problem(404, "wallet.transaction_unknown");
    koffi.pay(&format!("{TRANSFERS}/not-an-id/refund"), json!({})).await.expect(404);
    koffi.pay(&refund, json!({"amount": 0})).await.expect_problem(400, "wallet.amount_invalid");
    koffi.pay(&refund, json!({"amount": 4_001})).await.expect_problem(422, "ledger.refund_exceeds");

    let part = koffi.pay_with(&refund, "part-0001", json!({"amount": 1_000})).await;
    assert_eq!(part.expect(201).json["kind"], "refund");
    let again = koffi.pay_with(&refund, "part-0001", json!({"amount": 1_000})).await;
    assert_eq!(
        (again.expect(201).bytes.clone(), &again.headers["idempotency-replayed"]),
        (part.bytes, &"true".parse().unwrap())
    );
    let rest = koffi.pay(&refund, json!({})).await;
    assert_eq!(rest.expect(201).json["amount"], 3_000, "all that is left");
    koffi.pay(&refund, json!({})).await.expect_problem(422, "ledger.refund_exceeds");
    assert_eq!((balance(&awa).await, balance(&koffi).await), (10_000, 0));

    let line = latest(&awa).await;
    assert_eq!(
        (&line["kind"], &line["refundOf"], &line["direction"]),
        (&json!("refund"), &json!(id), &json!("in"))
    );
    app.stop().await;
}

#[actix_web::test]
async fn nobody_lists_who_has_an_account_by_asking() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let quote = |to: String| {
        let awa = awa.clone();
        async move { awa.post("/api/wallet/transfers/quote", json!({"to": to, "amount": 1})).await }
    };
    for number in 0..30 {
        quote(koffi.identifier.clone()).await.expect(200);
        quote(format!("unknown{number}@example.ci")).await.expect_problem(422, "wallet.receiver_unknown");
    }
    // From here on a hit and a miss look alike.
    let stranger = app.person("stranger@example.ci").await;
    for to in ["unknown30@example.ci".to_owned(), stranger.identifier.clone()] {
        let refused = quote(to.clone()).await;
        refused.expect_problem(429, "wallet.too_many_lookups");
        assert!(refused.headers.contains_key("retry-after"));
        awa.pay(TRANSFERS, json!({"to": to, "amount": 1}))
            .await
            .expect_problem(429, "wallet.too_many_lookups");
    }
    // Whom she found before is no stranger, a code is no search, and others are not concerned.
    quote(koffi.identifier.clone()).await.expect(200);
    let payload = koffi.get("/api/wallet/qr").await.json["payload"].clone();
    awa.pay(TRANSFERS, json!({"qr": payload, "amount": 1})).await.expect(201);
    koffi.pay(TRANSFERS, json!({"to": awa.identifier, "amount": 1})).await.expect(201);
    app.stop().await;
}

/// A body may take its time: what counts is the session when the money would move.
#[actix_web::test]
async fn a_session_that_ends_while_the_body_comes_moves_nothing() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let body = json!({"to": koffi.identifier, "amount": 700}).to_string();
    let (address, token) = (app.address(), awa.token.clone().unwrap());
    let mut slow = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {TRANSFERS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: slow-body\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let (first, last) = body.split_at(body.len() - 1);
    slow.write_all(format!("{head}{first}").as_bytes()).await.unwrap();
    awa.get("/api/me").await.expect(200); // by now the head was judged
    awa.post("/api/sign-out", json!({})).await.expect(204);
    slow.write_all(last.as_bytes()).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert_eq!(balance(&koffi).await, 0);
    app.stop().await;
}
