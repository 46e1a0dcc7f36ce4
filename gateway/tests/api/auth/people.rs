use crate::app::TestApp;
use serde_json::json;

#[actix_web::test]
async fn administrators_list_and_search_people() {
    let app = TestApp::start();
    let chief = app.superadmin().await;
    for n in 0..5 {
        app.anon()
            .post("/api/register-user", json!({"identifier": format!("client{n}@example.ci")}))
            .await
            .expect(200);
        app.clock.advance(std::time::Duration::from_secs(1));
    }
    let mut seen = Vec::new();
    let mut address = "/api/users?search=client&limit=2".to_owned();
    loop {
        let page = chief.get(&address).await;
        seen.extend(
            page.expect(200).json["items"].as_array().unwrap().iter().map(|person| person["email"].clone()),
        );
        let Some(next) = page.json["nextCursor"].as_str() else { break };
        address = format!("/api/users?search=client&limit=2&cursor={next}");
    }
    let newest_first: Vec<_> = (0..5).rev().map(|n| json!(format!("client{n}@example.ci"))).collect();
    assert_eq!(seen, newest_first);
    let keys = chief.get("/api/users").await;
    assert!(
        keys.json["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|person| person["id"].as_str().unwrap().len() == 36)
    );
    app.stop().await;
}

#[actix_web::test]
async fn case_42_limits_and_cursors_of_every_wrong_kind() {
    let app = TestApp::start();
    let chief = app.superadmin().await;
    for limit in ["0", "-1", "101", "1000000000", "NaN", "1.5", "1e1", ""] {
        chief.get(&format!("/api/users?limit={limit}")).await.expect_problem(400, "request.invalid_limit");
    }
    let long = "A".repeat(600);
    for cursor in ["x", "!", "bnVsbA", "W10", &long] {
        chief.get(&format!("/api/users?cursor={cursor}")).await.expect_problem(400, "request.invalid_cursor");
    }
    for search in ["%25", "%27%20OR%201%3D1", "%5C", "_", "%F0%9F%A6%80"] {
        let found = chief.get(&format!("/api/users?search={search}")).await;
        assert_eq!(found.expect(200).json["items"], json!([]), "{search}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_32_roles_are_given_downwards_and_at_once() {
    let app = TestApp::start();
    let chief = app.superadmin().await;
    let admin = app.with_role("admin@example.ci", "admin").await;
    let user = app.person("awa@example.ci").await;
    let id = |caller: crate::app::Caller| async move {
        caller.get("/api/me").await.json["id"].as_str().unwrap().to_owned()
    };
    let (chief_id, admin_id, user_id) =
        (id(chief.clone()).await, id(admin.clone()).await, id(user.clone()).await);
    let role = |id: &str| format!("/api/users/{id}/role");
    user.put(&role(&user_id), json!({"role": "admin"})).await.expect_problem(403, "auth.forbidden");
    for (target, name) in
        [(&user_id, "superadmin"), (&user_id, "admin"), (&chief_id, "user"), (&admin_id, "superadmin")]
    {
        admin.put(&role(target), json!({"role": name})).await.expect_problem(403, "auth.role_forbidden");
    }
    let agent = admin.put(&role(&user_id), json!({"role": "agent"})).await;
    assert_eq!(agent.expect(200).json["role"], "agent");
    chief.put(&role(&chief_id), json!({"role": "user"})).await.expect_problem(409, "auth.last_superadmin");
    for body in [json!({}), json!({"role": "root"}), json!({"role": 1}), json!({"role": null})] {
        chief.put(&role(&user_id), body).await.expect_problem(400, "request.invalid_field");
    }
    // Demoted: the same token, the very next call.
    chief.put(&role(&admin_id), json!({"role": "user"})).await.expect(200);
    admin.get("/api/users").await.expect_problem(403, "auth.forbidden");
    app.stop().await;
}

#[actix_web::test]
async fn an_id_of_nobody_and_one_that_is_none_answer_alike() {
    let app = TestApp::start();
    let chief = app.superadmin().await;
    let ask = |id: &'static str| {
        let chief = chief.clone();
        async move {
            let answer = chief.put(&format!("/api/users/{id}/role"), json!({"role": "agent"})).await;
            let mut json = answer.expect(404).json.clone();
            json.as_object_mut().unwrap().remove("traceId");
            json
        }
    };
    assert_eq!(ask("019a0000-0000-7000-8000-000000000000").await, ask("1").await);
    app.stop().await;
}
