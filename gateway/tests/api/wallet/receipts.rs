//! What anybody sees of a payment whose receipt they hold.

use super::{Bank, awa_and_koffi, latest};
use crate::app::{Caller, TestApp};
use hostolink_auth::SignedHead;
use hostolink_kernel::TransactionId;
use hostolink_ledger::{AccountKind, Action, Fingerprint, IdempotencyKey, Order, Outcome, Proof, Reply};
use reqwest::Method;
use serde_json::{Value, json};

const TRANSFERS: &str = "/api/wallet/transfers";

/// The token in the receipt's address of the newest line of somebody's statement.
pub(super) async fn token(caller: &Caller) -> String {
    let line = latest(caller).await;
    let url = line["receiptUrl"].as_str().unwrap_or_else(|| panic!("no receiptUrl in {line}"));
    url.strip_prefix("http://localhost:3000/receipts/").unwrap().to_owned()
}

#[actix_web::test]
async fn a_stranger_verifies_a_payment_with_nothing_but_published_keys() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    awa.patch("/api/me", json!({"firstName": "Aminata", "lastName": "Kouassi"})).await.expect(200);
    let note = json!({"to": koffi.identifier, "amount": 2_500, "note": "loyer de novembre"});
    let paid = awa.pay(TRANSFERS, note).await;
    let id = paid.expect(201).json["id"].clone();
    let opened = token(&awa).await;
    assert_eq!(opened, token(&koffi).await, "both sides have it");
    let own = awa.get(&format!("/api/wallet/transactions/{}", id.as_str().unwrap())).await;
    assert!(own.json["receiptUrl"].as_str().unwrap().ends_with(&opened));

    let answer = app.anon().get(&format!("/api/receipts/{opened}")).await;
    let receipt = &answer.expect(200).json;
    assert_eq!(
        (&receipt["format"], &receipt["id"], &receipt["kind"], &receipt["amount"], &receipt["currency"]),
        (&json!("hostolink-receipt-1"), &id, &json!("transfer"), &json!(2_500), &json!("XOF"))
    );
    assert_eq!((&receipt["status"], &receipt["refunded"]), (&json!("paid"), &json!(0)));
    assert_eq!(receipt["from"], json!({"name": "A••• K.", "isAgent": false}));
    assert_eq!(receipt["to"], json!({"name": null, "isAgent": false}), "no identifier takes a name's place");
    let text = String::from_utf8(answer.bytes.clone()).unwrap();
    let balances = [awa.get("/api/wallet").await, koffi.get("/api/me").await];
    for private in ["loyer", "Aminata", "Kouassi", "koffi", "0708091011", "+225", ":7500", "note", "balance"]
    {
        assert!(!text.contains(private), "{private} in {text}");
    }
    assert!(!text.contains(balances[1].json["id"].as_str().unwrap()));
    assert_eq!(balances[0].json["balance"], 7_500);

    let proof: Proof = serde_json::from_value(receipt["proof"].clone()).unwrap();
    proof.verify().unwrap();
    assert_eq!((json!(proof.transaction.id), proof.transaction.amount), (id, 2_500));
    let keys = app.anon().get("/.well-known/jwks.json").await;
    let keys = String::from_utf8(keys.expect(200).bytes.clone()).unwrap();
    let signed = SignedHead::read(&keys, receipt["signedHead"].as_str().unwrap()).unwrap();
    assert_eq!(
        (signed.link.number, signed.link.hash, signed.link.sealed_at),
        (proof.link.number, proof.link.hash.to_string(), proof.link.sealed_at)
    );
    assert_eq!(signed.iss, "http://localhost:3000");
    assert!(signed.head.number >= signed.link.number);
    assert_eq!(receipt["keys"], "http://localhost:3000/.well-known/jwks.json");
    app.stop().await;
}

#[actix_web::test]
async fn unknown_and_forged_receipts_answer_alike() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    awa.pay(TRANSFERS, json!({"to": koffi.identifier, "amount": 10})).await.expect(201);
    let good = token(&awa).await;
    // The id alone opens nothing, nor does a mark of another.
    let nobodys = app.state.auth.receipt_token(TransactionId::new(uuid::Uuid::nil()));
    let forged = format!("{}{}", &good[..22], &nobodys[22..]);
    let id = latest(&awa).await["id"].as_str().unwrap().to_owned();
    let mut bodies = Vec::new();
    for token in [nobodys, forged, id, "x".to_owned(), "%C3%A9".to_owned(), "A".repeat(43), "A".repeat(5_000)]
    {
        let answer = app.anon().get(&format!("/api/receipts/{token}")).await;
        let mut body = answer.expect_problem(404, "wallet.receipt_unknown").json.clone();
        body.as_object_mut().unwrap().remove("traceId");
        bodies.push(body);
        let page = app.anon().get(&format!("/receipts/{token}")).await;
        assert!(String::from_utf8_lossy(&page.expect(404).bytes).contains("Ce reçu n’existe pas"));
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    app.stop().await;
}

#[actix_web::test]
async fn a_receipt_says_what_has_become_of_the_payment() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let paid = awa.pay(TRANSFERS, json!({"to": koffi.identifier, "amount": 3_000})).await;
    let id = paid.expect(201).json["id"].as_str().unwrap().to_owned();
    let opened = token(&awa).await;
    let status = async || {
        let receipt = app.anon().get(&format!("/api/receipts/{opened}")).await;
        (receipt.expect(200).json["status"].clone(), receipt.json["refunded"].clone())
    };
    assert_eq!(status().await, (json!("paid"), json!(0)));
    let refund = format!("{TRANSFERS}/{id}/refund");
    koffi.pay(&refund, json!({"amount": 1_000})).await.expect(201);
    assert_eq!(status().await, (json!("partly-refunded"), json!(1_000)));
    let back = app.anon().get(&format!("/api/receipts/{}", token(&koffi).await)).await;
    assert_eq!((&back.json["kind"], &back.json["amount"]), (&json!("refund"), &json!(1_000)));
    koffi.pay(&refund, json!({})).await.expect(201);
    assert_eq!(status().await, (json!("refunded"), json!(3_000)));

    let paid = awa.pay(TRANSFERS, json!({"to": koffi.identifier, "amount": 500})).await;
    let of: TransactionId = paid.expect(201).json["id"].as_str().unwrap().parse().unwrap();
    let undone = token(&awa).await;
    reverse(&app, of);
    let receipt = app.anon().get(&format!("/api/receipts/{undone}")).await;
    assert_eq!(receipt.expect(200).json["status"], "reversed");
    app.stop().await;
}

/// As support does.
fn reverse(app: &TestApp, of: TransactionId) {
    let conn = &mut app.db.conn();
    let fees = app.state.ledger.system_account(conn, AccountKind::Fees).unwrap();
    assert_eq!(fees.owner, None);
    let support = hostolink_kernel::UserId::new(1);
    let order = Order {
        key: IdempotencyKey::parse(support, "undo-it").unwrap(),
        fingerprint: Fingerprint::of("reverse", &of).unwrap(),
        action: Action::Reverse { of },
        charges: Vec::new(),
        caps: Vec::new(),
        once: None,
        note: None,
        event_at: hostolink_kernel::Clock::now(&*app.clock),
    };
    let reply = app.state.ledger.post(conn, &[order]).unwrap()[0];
    assert!(matches!(reply, Reply::Done { outcome: Outcome::Accepted(_), .. }), "{reply:?}");
}

#[actix_web::test]
async fn the_page_is_made_for_a_phone_and_loads_nothing() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    koffi.patch("/api/me", json!({"firstName": "Koffi", "lastName": "Yao"})).await.expect(200);
    awa.pay(TRANSFERS, json!({"to": koffi.identifier, "amount": 2_500, "note": "loyer"})).await.expect(201);
    let path = format!("/receipts/{}", token(&awa).await);
    let page = app.anon().get(&path).await;
    assert_eq!(page.expect(200).headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(
        (&page.headers["content-language"], &page.headers["cache-control"]),
        (&"fr".parse().unwrap(), &"no-store".parse().unwrap())
    );
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    let html = String::from_utf8(page.bytes.clone()).unwrap();
    for said in [
        "Paiement vérifié",
        "2\u{202f}500\u{a0}F\u{a0}CFA",
        "K••• Y.",
        "Client Hostolink",
        "20 novembre 2026",
        "width=device-width",
    ] {
        assert!(html.contains(said), "{said} is missing in {html}");
    }
    for unsaid in ["loyer", "<script", "http://www", "+225", "koffi@", "7\u{202f}500", "solde"] {
        assert!(!html.contains(unsaid), "{unsaid} in {html}");
    }
    let request = app.anon().request(Method::GET, &path).header("Accept-Language", "en");
    let english = app.anon().send(request).await;
    assert!(String::from_utf8_lossy(&english.expect(200).bytes).contains("Payment verified"));
    app.stop().await;
}

#[actix_web::test]
async fn a_signed_head_opens_no_door_and_what_moves_no_money_between_people_has_no_receipt() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let awa = app.person("+2250708091011").await;
    bank.give(&awa, 1_000).await;
    let receipt = app.anon().get(&format!("/api/receipts/{}", token(&awa).await)).await;
    assert_eq!(receipt.expect(200).json["from"]["isAgent"], true);
    let mut caller = app.anon();
    caller.token = receipt.json["signedHead"].as_str().map(str::to_owned);
    caller.get("/api/me").await.expect(401);
    caller.get("/api/wallet").await.expect(401);

    let funded =
        bank.superadmin.pay("/api/admin/floats", json!({"agent": bank.agent.identifier, "amount": 5})).await;
    let id: TransactionId = funded.expect(201).json["id"].as_str().unwrap().parse().unwrap();
    let token = app.state.auth.receipt_token(id);
    app.anon().get(&format!("/api/receipts/{token}")).await.expect_problem(404, "wallet.receipt_unknown");
    let own = bank.agent.get(&format!("/api/wallet/transactions/{id}")).await;
    assert_eq!(own.expect(200).json["receiptUrl"], Value::Null);
    app.stop().await;
}
