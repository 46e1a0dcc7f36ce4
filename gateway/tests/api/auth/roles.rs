use crate::app::TestApp;
use serde_json::json;

#[actix_web::test]
async fn superadmins_see_the_roles_and_say_what_each_may() {
    let app = TestApp::start();
    let chief = app.superadmin().await;
    let roles = chief.get("/api/admin/roles").await;
    let names: Vec<_> =
        roles.expect(200).json["items"].as_array().unwrap().iter().map(|role| &role["role"]).collect();
    let expected = ["user", "agent", "merchant", "pharmacist", "moderator", "admin", "superadmin"];
    assert_eq!(names, expected);
    assert_eq!(roles.json["items"][1]["permissions"], json!(["wallet.cash_in"]));
    let changed = chief.put("/api/admin/roles/merchant", json!({"permissions": ["wallet.cash_in"]})).await;
    assert_eq!(changed.expect(200).json["permissions"], json!(["wallet.cash_in"]));
    chief.put("/api/admin/roles/emperor", json!({"permissions": []})).await.expect_problem(404, "not_found");
    for body in [
        json!({}),
        json!({"permissions": null}),
        json!({"permissions": "identity.review"}),
        json!({"permissions": ["everything"]}),
        json!({"permissions": [], "level": 100}),
    ] {
        chief.put("/api/admin/roles/user", body).await.expect_problem(400, "request.invalid_field");
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_32_a_lost_permission_is_lost_at_the_next_request_with_the_same_token() {
    let app = TestApp::start();
    let chief = app.superadmin().await;
    let agent = app.agent().await;
    let awa = app.person("awa@example.ci").await;
    let gift = json!({"to": awa.identifier, "amount": 100});
    chief.pay("/api/admin/floats", json!({"agent": agent.identifier, "amount": 1_000})).await.expect(201);
    agent.pay("/api/agent/cash-ins", gift.clone()).await.expect(201);
    chief.put("/api/admin/roles/agent", json!({"permissions": []})).await.expect(200);
    agent.pay("/api/agent/cash-ins", gift.clone()).await.expect_problem(403, "auth.forbidden");
    let filled = chief.pay("/api/admin/floats", json!({"agent": agent.identifier, "amount": 1_000})).await;
    filled.expect_problem(422, "wallet.agent_unknown");
    chief
        .put("/api/admin/roles/superadmin", json!({"permissions": []}))
        .await
        .expect_problem(403, "auth.role_forbidden");
    app.stop().await;
}

#[actix_web::test]
async fn case_32_blocking_reaches_downwards_only_and_at_once() {
    let app = TestApp::start();
    let chief = app.superadmin().await;
    let admin = app.with_role("admin@example.ci", "admin").await;
    let moderator = app.with_role("mod@example.ci", "moderator").await;
    let awa = app.person("awa@example.ci").await;
    let path = |id: &serde_json::Value, what: &str| format!("/api/users/{}/{what}", id.as_str().unwrap());
    let id_of = async |who: &crate::app::Caller| who.get("/api/me").await.json["id"].clone();
    let (chief_id, admin_id, awa_id) = (id_of(&chief).await, id_of(&admin).await, id_of(&awa).await);
    let moderator_id = id_of(&moderator).await;
    let why = json!({"reason": "fraud"});
    for what in ["block", "unblock", "end-sessions"] {
        awa.post(&path(&moderator_id, what), why.clone()).await.expect_problem(403, "auth.forbidden");
        for (by, target) in [
            (&moderator, &moderator_id),
            (&moderator, &admin_id),
            (&admin, &chief_id),
            (&admin, &admin_id),
            (&chief, &chief_id),
        ] {
            by.post(&path(target, what), why.clone()).await.expect_problem(403, "auth.role_forbidden");
        }
        for body in [json!({}), json!({"reason": "because"}), json!({"reason": "fraud", "password": "x"})] {
            chief.post(&path(&awa_id, what), body).await.expect_problem(400, "request.invalid_field");
        }
    }
    moderator.post(&path(&awa_id, "end-sessions"), why.clone()).await.expect(200);
    awa.get("/api/me").await.expect_problem(401, "auth.required");
    let mut awa = awa;
    app.sign_in_by_code(&mut awa).await;
    let blocked = moderator.post(&path(&awa_id, "block"), why.clone()).await;
    assert_eq!(blocked.expect(200).json["blocked"], true);
    awa.get("/api/me").await.expect_problem(401, "auth.required");
    let refresh = json!({"refreshToken": awa.refresh_token});
    awa.post("/api/refresh-token", refresh).await.expect_problem(401, "auth.session_ended");
    let again = json!({"identifier": awa.identifier, "password": crate::app::PASSWORD});
    app.anon().post("/api/verify-pin", again.clone()).await.expect_problem(403, "auth.blocked");
    moderator.post(&path(&awa_id, "unblock"), why.clone()).await.expect(200);
    app.anon().post("/api/verify-pin", again).await.expect(200);
    let nobody = json!("019a0000-0000-7000-8000-000000000000");
    chief.post(&path(&nobody, "block"), why).await.expect_problem(404, "not_found");
    app.stop().await;
}

#[actix_web::test]
async fn case_33_no_route_sets_another_persons_password() {
    let app = TestApp::start();
    let chief = app.superadmin().await;
    let awa = app.person("awa@example.ci").await;
    let id = awa.get("/api/me").await.json["id"].as_str().unwrap().to_owned();
    let body = json!({"identifier": awa.identifier, "password": "Choisi-par-un-autre-1"});
    chief.post("/api/define-password", body.clone()).await.expect_problem(401, "auth.sign_in_required");
    for what in ["password", "define-password", "reset-password/finish"] {
        chief.put(&format!("/api/users/{id}/{what}"), body.clone()).await.expect(404);
    }
    let old = json!({"identifier": awa.identifier, "password": crate::app::PASSWORD});
    app.anon().post("/api/verify-pin", old).await.expect(200);
    app.stop().await;
}
