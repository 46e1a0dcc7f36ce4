//! Every line of the authorisation matrix, called by everybody it speaks of.

use crate::app::{Caller, PASSWORD, TestApp};
use hostolink_auth::Role;
use hostolink_gateway::authorization::{Answer, ROUTES, Route, answer};
use hostolink_kernel::{Clock, Random, SystemClock, SystemRandom};
use reqwest::Method;
use serde_json::json;

/// Calls a route with nothing useful in it: the matrix speaks before the handler does.
async fn call(route: &Route, caller: &Caller) -> crate::app::Answer {
    let unknown = SystemRandom.uuid(SystemClock.now()).to_string();
    let path = route
        .path
        .replace("{id}", &unknown)
        .replace("{key}", &unknown)
        .replace("{kind}", "email")
        .replace("{_:.*}", "");
    let request = caller.request(Method::from_bytes(route.method.as_bytes()).unwrap(), &path);
    let request = if route.method == "GET" {
        // A stream that is taken up at no number refuses, instead of going on for ever.
        request.header("Last-Event-ID", "none")
    } else {
        request.header("Idempotency-Key", unknown).json(&json!({}))
    };
    caller.send(request).await
}

/// The routes that the caller's session survives.
fn routes() -> impl Iterator<Item = &'static Route> {
    let ends = ["/api/sign-out", "/api/v1/users/delete", "/api/me/deletion"];
    ROUTES.iter().filter(move |route| !ends.contains(&route.path))
}

async fn check(app: &TestApp, caller: &Caller, role: Option<Role>) {
    for route in routes() {
        let got = call(route, caller).await;
        let name = format!("{} {} as {role:?}", route.method, route.path);
        match answer(route, role) {
            Answer::SignIn => {
                assert_eq!(
                    (got.status.as_u16(), &got.json["code"]),
                    (401, &json!("auth.required")),
                    "{name}"
                );
            }
            Answer::Forbidden => assert_eq!(
                (got.status.as_u16(), &got.json["code"]),
                (403, &json!("auth.forbidden")),
                "{name}"
            ),
            Answer::Yes => {
                let refused = [
                    "auth.required",
                    "auth.forbidden",
                    "auth.step_up_required",
                    "request.method_not_allowed",
                ];
                assert!(
                    !refused.iter().any(|code| got.json["code"] == *code),
                    "{name}: {} {}",
                    got.status,
                    got.json
                );
                assert!(got.status.as_u16() < 500, "{name}: {} {}", got.status, got.json);
            }
        }
    }
    assert!(app.anon().get("/health/ready").await.status.is_success());
}

#[actix_web::test]
async fn everybody_gets_what_the_matrix_says() {
    let app = TestApp::start();
    check(&app, &app.anon(), None).await;
    for role in Role::ALL {
        let caller = app.with_role(&format!("{}@example.ci", role.as_str()), role.as_str()).await;
        check(&app, &caller, Some(role)).await;
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_session_proven_by_password_alone_moves_no_money() {
    let app = TestApp::start();
    let superadmin = app.superadmin().await;
    let mut caller = superadmin.clone();
    let signed_in = app
        .anon()
        .post("/api/verify-pin", json!({"identifier": superadmin.identifier, "password": PASSWORD}))
        .await;
    caller.token = signed_in.expect(200).json["accessToken"].as_str().map(str::to_owned);
    for route in routes().filter(|route| route.otp) {
        let refused = call(route, &caller).await;
        assert_eq!(
            refused.expect(403).json["code"],
            "auth.step_up_required",
            "{} {}",
            route.method,
            route.path
        );
    }
    caller.get("/api/me").await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_token_that_is_none_is_refused_everywhere() {
    let app = TestApp::start();
    let mut caller = app.anon();
    for token in ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."] {
        caller.token = Some(token.to_owned());
        for route in routes().filter(|route| answer(route, None) == Answer::SignIn) {
            assert_eq!(
                call(route, &caller).await.status.as_u16(),
                401,
                "{} {} with {token:?}",
                route.method,
                route.path
            );
        }
    }
    app.stop().await;
}
