//! What merchants sell by code and by card: where the money comes in, and what being paid costs them.

use super::{
    Bank,
    card_payments::{CHARGE, address, available, sale},
    cards::Holder,
    latest,
    merchants::{accepted, hired},
};
use crate::app::TestApp;
use diesel::{RunQueryDsl, sql_query};
use serde_json::json;
use std::time::Duration;

#[actix_web::test]
async fn a_cashier_charges_a_card_and_the_merchant_pays_for_it() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let (owner, office, id) = accepted(&app).await;
    let (cashier, till) = hired(&app, &owner).await;
    let told = app.newest_message_for(&cashier.identifier).await;
    assert!(told["subject"].as_str().unwrap().contains("caisse"), "{told}");
    let awa = Holder::new(&app, &bank, "awa@example.ci", json!({"merchantLock": true})).await;

    // What it costs is data, from tomorrow on; here it has been so for a while.
    let bands = json!([{"fromAmount": 0, "fixed": 0, "basisPoints": 100, "agentShare": 2_500}]);
    let scale = json!({"operation": "qr-payment", "payer": "receiver", "bands": bands, "from": "2026-11-21"});
    let added = bank.superadmin.post("/api/admin/fees", scale.clone()).await;
    assert_eq!(
        (&added.expect(201).json["payer"], &added.json["bands"][0]["agentShare"]),
        (&json!("receiver"), &json!(2_500))
    );
    for (operation, field) in [("transfer", "payer"), ("cash-out", "payer")] {
        let mut wrong = scale.clone();
        wrong["operation"] = json!(operation);
        let refused = bank.superadmin.post("/api/admin/fees", wrong).await;
        refused.expect_problem(400, "wallet.scale_invalid");
        assert_eq!(refused.json["errors"][0]["field"], field);
    }
    assert!(owner.get("/api/merchant").await.expect(200).json.get("commission").is_none());
    sql_query(
        "INSERT INTO bareme_frais (operation, payeur, a_partir_de, fixe, points_base, part_agent, valide_du, pose_le) \
         VALUES ('paiement_qr', 'receveur', 0, 0, 100, 2500, '2026-01-02', now())",
    )
    .execute(&mut app.db.conn())
    .unwrap();
    app.clock.advance(Duration::from_secs(10));
    let shown = owner.get("/api/merchant").await.expect(200).json["commission"].clone();
    assert_eq!(
        (&shown[0]["basisPoints"], &shown[0]["agentShare"]),
        (&json!(100), &json!(0)),
        "what agents share is theirs"
    );
    let agent = format!("/api/admin/merchants/{id}/agent");
    owner.put(&agent, json!({"agent": bank.agent.identifier})).await.expect_problem(403, "auth.forbidden");
    let nobody = office.put(&agent, json!({"agent": cashier.identifier})).await;
    nobody.expect_problem(422, "wallet.agent_unknown");
    let brought = office.put(&agent, json!({"agent": bank.agent.identifier})).await;
    assert!(brought.expect(200).json["agent"]["name"].is_string());

    let at = format!("{till}/authorizations");
    let body = sale(&awa.show().await, 3_000);
    cashier.pay(CHARGE, body.clone()).await.expect_problem(403, "auth.forbidden");
    // Who does not work there learns nothing of cards: one that is none is answered alike.
    let mut none = body.clone();
    none["number"] = json!("9384000000000007");
    for body in [body.clone(), none] {
        awa.caller.pay(&at, body).await.expect_problem(404, "wallet.till_unknown");
    }
    let asked = cashier.pay_with(&at, "vente-0001", body.clone()).await;
    let place = address(&asked);
    assert_eq!(available(&awa).await, (10_000, 7_000));
    let again = cashier.pay_with(&at, "vente-0001", body).await;
    assert_eq!(
        (&again.expect(201).json, &again.headers["idempotency-replayed"]),
        (&asked.json, &"true".parse().unwrap())
    );
    awa.caller.get(&place).await.expect_problem(404, "wallet.authorization_unknown");
    let taken = cashier.pay(&format!("{place}/capture"), json!({"amount": 2_000})).await;
    assert_eq!(
        (&taken.expect(200).json["state"], &taken.json["capturedAmount"]),
        (&json!("captured"), &json!(2_000))
    );
    let line = cashier.get(&format!("{till}/transactions")).await.expect(200).json["items"][0].clone();
    assert_eq!(
        (&line["kind"], &line["amount"], &line["commission"], &line["refundable"]),
        (&json!("capture"), &json!(1_980), &json!(20), &json!(2_000))
    );
    let line = latest(&awa.caller).await;
    assert_eq!(
        (&line["amount"], &line["counterparty"]["name"]),
        (&json!(2_000), &json!("Maquis du Plateau"))
    );
    assert!(line.get("commission").is_none(), "what the merchant pays is not the payer's to know");
    let report = cashier.get(&format!("{till}/report")).await;
    assert_eq!(
        (&report.expect(200).json["received"]["amount"], &report.json["commission"], &report.json["net"]),
        (&json!(2_000), &json!(20), &json!(1_980))
    );
    let listed = cashier.get(&at).await;
    assert_eq!(listed.expect(200).json["items"].as_array().unwrap().len(), 1);
    assert_eq!(owner.get(&place).await.expect(200).json, taken.json);
    office.get(&at).await.expect_problem(404, "wallet.till_unknown");

    // The merchant's own till; and nothing at all once the cashier is gone.
    app.clock.advance(Duration::from_secs(60));
    let own = address(&owner.pay(CHARGE, sale(&awa.show().await, 500)).await);
    cashier.get(&own).await.expect_problem(404, "wallet.authorization_unknown");
    owner.pay(&format!("{own}/capture"), json!({})).await.expect(200);
    assert_eq!(owner.get("/api/merchant").await.json["account"]["balance"], 495);
    let gone = till.rsplit('/').next().unwrap();
    owner.post(&format!("/api/merchant/tills/{gone}/close"), json!({})).await.expect(200);
    cashier.get(&place).await.expect_problem(404, "wallet.authorization_unknown");
    app.clock.advance(Duration::from_secs(60));
    let late = cashier.pay(&at, sale(&awa.show().await, 1)).await;
    late.expect_problem(404, "wallet.till_unknown");
    app.stop().await;
}
