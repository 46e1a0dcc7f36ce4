use super::awa_and_koffi;
use crate::app::TestApp;
use serde_json::json;

#[actix_web::test]
async fn a_new_person_has_an_empty_wallet() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let wallet = awa.get("/api/wallet").await;
    let json = &wallet.expect(200).json;
    assert_eq!((&json["balance"], &json["available"], &json["held"]), (&json!(0), &json!(0), &json!(0)));
    assert_eq!((&json["currency"], &json["status"]), (&json!("XOF"), &json!("active")));
    assert_eq!(awa.get("/api/wallet").await.json["account"], json["account"], "opened once");
    assert_eq!(awa.get("/api/wallet/transactions").await.expect(200).json, json!({"items": []}));
    app.stop().await;
}

#[actix_web::test]
async fn the_first_screen_is_one_call() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    for amount in 1..=6 {
        awa.pay("/api/wallet/transfers", json!({"to": koffi.identifier, "amount": amount})).await.expect(201);
    }
    let screen = awa.get("/api/dashboard").await;
    let json = &screen.expect(200).json;
    assert_eq!(json["wallet"]["balance"], 10_000 - 21);
    let amounts: Vec<_> =
        json["operations"].as_array().unwrap().iter().map(|line| line["amount"].as_i64().unwrap()).collect();
    assert_eq!(amounts, [6, 5, 4, 3, 2]);
    assert_eq!(json["qr"]["payload"], awa.get("/api/wallet/qr").await.json["payload"]);
    app.stop().await;
}

#[actix_web::test]
async fn a_statement_comes_in_pages_that_neither_repeat_nor_skip() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    for amount in 1..=5 {
        awa.pay("/api/wallet/transfers", json!({"to": koffi.identifier, "amount": amount})).await.expect(201);
    }
    let mut amounts = Vec::new();
    let mut address = "/api/wallet/transactions?limit=2".to_owned();
    loop {
        let page = koffi.get(&address).await;
        let page = &page.expect(200).json;
        amounts.extend(page["items"].as_array().unwrap().iter().map(|line| line["amount"].as_i64().unwrap()));
        match page["nextCursor"].as_str() {
            Some(cursor) => address = format!("/api/wallet/transactions?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(amounts, [5, 4, 3, 2, 1]);

    for query in ["limit=0", "limit=101", "limit=x", "cursor=forged", "cursor=WyJ1c2VycyIsN10"] {
        let refused = koffi.get(&format!("/api/wallet/transactions?{query}")).await;
        assert_eq!(refused.status.as_u16(), 400, "{query}: {}", refused.json);
    }
    app.stop().await;
}

#[actix_web::test]
async fn an_operation_is_seen_by_its_two_sides_only() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let stranger = app.person("stranger@example.ci").await;
    let paid = awa.pay("/api/wallet/transfers", json!({"to": koffi.identifier, "amount": 1_500})).await;
    let address = format!("/api/wallet/transactions/{}", paid.expect(201).json["id"].as_str().unwrap());
    assert_eq!(awa.get(&address).await.expect(200).json["direction"], "out");
    assert_eq!(koffi.get(&address).await.expect(200).json["direction"], "in");
    stranger.get(&address).await.expect_problem(404, "wallet.transaction_unknown");
    awa.get("/api/wallet/transactions/not-an-id").await.expect(404);
    app.stop().await;
}
