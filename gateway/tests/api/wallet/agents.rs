use super::{Bank, balance, latest};
use crate::app::TestApp;
use serde_json::json;

#[actix_web::test]
async fn money_comes_from_a_float_that_a_superadmin_filled() {
    let app = TestApp::start();
    let (superadmin, agent, awa) =
        (app.superadmin().await, app.agent().await, app.person("+2250708091011").await);
    let cash_in = json!({"to": "07 08 09 10 11", "amount": 10_000});
    agent.pay("/api/agent/cash-ins", cash_in.clone()).await.expect_problem(422, "wallet.no_float");

    let funding = json!({"agent": agent.identifier, "amount": 15_000});
    let funded = superadmin.pay_with("/api/admin/floats", "fund-0001", funding.clone()).await;
    assert_eq!(funded.expect(201).json["kind"], "float-funding");
    assert_eq!(funded.json["balanceAfter"], json!(null), "what is in circulation is no receipt's matter");
    superadmin.pay_with("/api/admin/floats", "fund-0001", funding).await.expect(201);
    assert_eq!(agent.get("/api/wallet").await.expect(200).json["floatBalance"], 15_000, "filled once");

    let given = agent.pay("/api/agent/cash-ins", cash_in.clone()).await;
    assert_eq!(
        (&given.expect(201).json["kind"], &given.json["balanceAfter"]),
        (&json!("cash-in"), &json!(5_000))
    );
    agent.pay("/api/agent/cash-ins", cash_in).await.expect_problem(422, "wallet.insufficient_funds");
    assert_eq!((balance(&awa).await, balance(&agent).await), (10_000, 0));

    let line = latest(&awa).await;
    assert_eq!(
        (&line["kind"], &line["byAgent"], &line["refundable"]),
        (&json!("cash-in"), &json!(true), &json!(0))
    );
    assert_eq!(awa.get("/api/wallet").await.expect(200).json["floatBalance"], json!(null));
    app.stop().await;
}

#[actix_web::test]
async fn only_agents_get_a_float_and_nobody_cashes_in_for_themselves() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let awa = app.person("awa@example.ci").await;
    for who in [awa.identifier.as_str(), "unknown@example.ci"] {
        let refused = bank.superadmin.pay("/api/admin/floats", json!({"agent": who, "amount": 1})).await;
        refused.expect_problem(422, "wallet.agent_unknown");
        assert_eq!(refused.json["errors"][0]["field"], "agent");
    }
    for (caller, body, code) in [
        (&bank.agent, json!({"to": bank.agent.identifier, "amount": 1}), "ledger.same_account"),
        (&bank.agent, json!({"to": "unknown@example.ci", "amount": 1}), "wallet.receiver_unknown"),
        (&bank.superadmin, json!({"to": awa.identifier, "amount": 1}), "wallet.no_float"),
    ] {
        caller.pay("/api/agent/cash-ins", body).await.expect_problem(422, code);
    }
    for amount in [json!(0), json!(-1), json!(1.5), json!("1e3")] {
        let refused =
            bank.agent.pay("/api/agent/cash-ins", json!({"to": awa.identifier, "amount": amount})).await;
        assert_eq!(refused.expect(400).json["errors"][0]["field"], "amount");
        let refused = bank
            .superadmin
            .pay("/api/admin/floats", json!({"agent": bank.agent.identifier, "amount": amount}))
            .await;
        assert_eq!(refused.expect(400).json["errors"][0]["field"], "amount");
    }
    app.stop().await;
}

#[actix_web::test]
async fn nobody_unidentified_holds_more_than_the_law_allows() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    let awa = app.person("awa@example.ci").await;
    assert_eq!(awa.get("/api/wallet").await.expect(200).json["ceiling"], 200_000);
    bank.give(&awa, 200_000).await;
    let above = bank.agent.pay("/api/agent/cash-ins", json!({"to": awa.identifier, "amount": 1})).await;
    above.expect_problem(422, "ledger.receiver_ceiling");
    assert!(
        !above.json["detail"].as_str().unwrap().contains("200"),
        "the receiver's balance is the receiver's"
    );
    assert_eq!(balance(&awa).await, 200_000);
    app.stop().await;
}
