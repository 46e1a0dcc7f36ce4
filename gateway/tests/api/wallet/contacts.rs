use super::{awa_and_koffi, balance};
use crate::app::{Caller, TestApp};
use serde_json::{Value, json};

const CONTACTS: &str = "/api/wallet/contacts";

async fn save(awa: &Caller, body: Value) -> Value {
    awa.post(CONTACTS, body).await.expect(201).json.clone()
}

#[actix_web::test]
async fn a_saved_contact_is_shown_then_paid_whatever_number_they_take() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let saved = save(&awa, json!({"to": "KOFFI@example.ci", "name": "Tonton Koffi"})).await;
    assert_eq!(
        (&saved["name"], &saved["person"]["name"]),
        (&json!("Tonton Koffi"), &json!("k***@example.ci"))
    );
    let pay = json!({"contact": saved["id"], "amount": 1_500, "note": "Pain"});
    let quote = awa.post("/api/wallet/transfers/quote", pay.clone()).await.expect(200).json.clone();
    assert_eq!((&quote["receiver"], &quote["total"]), (&saved["person"], &json!(1_500)));
    let paid = awa.pay_with("/api/wallet/transfers", "bread-today", pay.clone()).await;
    let again = awa.pay_with("/api/wallet/transfers", "bread-today", pay.clone()).await;
    assert_eq!(paid.expect(201).json, again.expect(201).json);
    assert_eq!((balance(&awa).await, balance(&koffi).await), (8_500, 1_500));
    let by_address = json!({"to": koffi.identifier, "amount": 1_500, "note": "Pain"});
    awa.pay_with("/api/wallet/transfers", "bread-today", by_address)
        .await
        .expect_problem(422, "request.idempotency_key_reused");

    // What is saved is the person: another address, the same contact. Who can't receive any more is not paid.
    app.lines("UPDATE utilisateur SET email = 'k2@example.ci', email_normalise = 'k2@example.ci' WHERE email_normalise = 'koffi@example.ci' RETURNING email AS line");
    awa.pay("/api/wallet/transfers", pay.clone()).await.expect(201);
    app.lines("UPDATE utilisateur SET statut = 'bloque' WHERE email_normalise = 'k2@example.ci' RETURNING email AS line");
    let refused = awa.pay("/api/wallet/transfers", pay).await;
    refused.expect_problem(422, "wallet.receiver_unknown");
    assert_eq!(refused.json["errors"][0]["field"], "contact");
    app.stop().await;
}

#[actix_web::test]
async fn contacts_are_their_owners_and_are_read_strictly() {
    let app = TestApp::start();
    let (awa, koffi) = awa_and_koffi(&app).await;
    let code = koffi.get("/api/wallet/qr").await.expect(200).json["payload"].clone();
    let saved = save(&awa, json!({"qr": code, "name": "Koffi"})).await;
    let address = format!("{CONTACTS}/{}", saved["id"].as_str().unwrap());
    let listed = awa.get(&format!("{CONTACTS}?search=KOF&limit=1")).await.expect(200).json.clone();
    assert_eq!((&listed["items"][0], listed["nextCursor"].is_null()), (&saved, true));
    assert_eq!(awa.get(&format!("{CONTACTS}?search=zo%C3%A9")).await.expect(200).json["items"], json!([]));

    for path in [address.clone(), format!("{CONTACTS}/018f6f6e-5c1e-7b7a-9a3e-3d1f6f0f7a11")] {
        koffi.get(&path).await.expect_problem(404, "wallet.contact_unknown");
        koffi.put(&path, json!({"name": "x"})).await.expect_problem(404, "wallet.contact_unknown");
        koffi.delete(&path).await.expect_problem(404, "wallet.contact_unknown");
        let id = path.rsplit('/').next().unwrap();
        let theirs = koffi.pay("/api/wallet/transfers", json!({"contact": id, "amount": 1})).await;
        theirs.expect_problem(404, "wallet.contact_unknown");
    }
    let one_payment =
        koffi.post("/api/wallet/qr", json!({"amount": 5})).await.expect(201).json["payload"].clone();
    for (body, status, problem) in [
        (json!({"to": "koffi@example.ci", "name": "K"}), 409, "wallet.contact_exists"),
        (json!({"to": "+2250708091011", "name": "Moi"}), 422, "ledger.same_account"),
        (json!({"to": "personne@example.ci", "name": "K"}), 422, "wallet.receiver_unknown"),
        (json!({"to": "koffi@example.ci", "qr": "x", "name": "K"}), 400, "wallet.target_invalid"),
        (json!({"name": "K"}), 400, "wallet.target_invalid"),
        (json!({"qr": one_payment, "name": "K"}), 400, "wallet.target_invalid"),
        (json!({"qr": "x", "name": "K"}), 400, "wallet.qr_malformed"),
        (json!({"to": "koffi@example.ci", "name": " "}), 400, "wallet.contact_name_invalid"),
        (json!({"to": "koffi@example.ci", "name": "a\u{7}"}), 400, "wallet.contact_name_invalid"),
        (json!({"to": "koffi@example.ci"}), 400, "request.invalid_field"),
        (json!({"to": 7, "name": "K"}), 400, "request.invalid_field"),
    ] {
        awa.post(CONTACTS, body).await.expect_problem(status, problem);
    }
    for body in [json!({"contact": saved["id"], "to": "koffi@example.ci", "amount": 1}), json!({"amount": 1})]
    {
        awa.pay("/api/wallet/transfers", body).await.expect_problem(400, "wallet.target_invalid");
    }
    let nonsense = awa.pay("/api/wallet/transfers", json!({"contact": "x", "amount": 1})).await;
    nonsense.expect_problem(400, "request.invalid_field");

    let renamed = awa.put(&address, json!({"name": "Koffi (marché)"})).await.expect(200).json.clone();
    assert_eq!((&renamed["id"], &renamed["name"]), (&saved["id"], &json!("Koffi (marché)")));
    let copy = awa.get("/api/me/export").await.expect(200).json.clone();
    assert_eq!(copy["contacts"], json!([renamed]));
    awa.delete(&address).await.expect(204);
    awa.delete(&address).await.expect_problem(404, "wallet.contact_unknown");
    awa.get(&format!("{CONTACTS}?cursor=x")).await.expect_problem(400, "ledger.invalid_cursor");
    app.stop().await;
}
