//! One set of guards behind all doors: every route that judges a proof counts the try, and says so in the matrix.

use crate::{
    app::{Answer, Caller, PASSWORD, TestApp},
    auth::totp::App as Authenticator,
};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types};
use futures_util::future::join_all;
use hostolink_auth::ProofKind;
use hostolink_gateway::{
    authorization::{self, ROUTES, Route},
    openapi,
};
use hostolink_kernel::{Clock, Random, SystemClock, SystemRandom};
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const STRANGERS: &str = "Un-autre-mot-de-passe-9";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::Text)]
    counter: String,
    #[diesel(sql_type = sql_types::BigInt)]
    n: i64,
}

/// How many tries were counted, whosever, by kind.
fn tries(conn: &mut PgConnection) -> BTreeMap<String, i64> {
    sql_query("SELECT objet AS counter, sum(nombre)::bigint AS n FROM essai GROUP BY objet")
        .load::<Count>(conn)
        .unwrap()
        .into_iter()
        .map(|row| (row.counter, row.n))
        .collect()
}

/// A body with everything that the route's description names, well-formed and wrong.
fn wrong_body(api: &Value, route: &Route, identifier: &str) -> Value {
    let operation = &api["paths"][route.path][route.method.to_ascii_lowercase()];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    fill(api, schema, "", identifier)
}

fn fill(api: &Value, schema: &Value, name: &str, identifier: &str) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return fill(
            api,
            &api["components"]["schemas"][reference.rsplit('/').next().unwrap()],
            name,
            identifier,
        );
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut all = Map::new();
        for part in parts {
            all.extend(fill(api, part, name, identifier).as_object().cloned().unwrap_or_default());
        }
        return Value::Object(all);
    }
    for list in ["oneOf", "anyOf"] {
        // The null of an optional field says nothing.
        let said = schema[list].as_array().and_then(|list| list.iter().find(|one| one["type"] != "null"));
        if let Some(one) = said {
            return fill(api, one, name, identifier);
        }
    }
    if let Some(fields) = schema["properties"].as_object() {
        let filled = fields.iter().map(|(name, schema)| (name.clone(), fill(api, schema, name, identifier)));
        return Value::Object(filled.collect::<Map<_, _>>());
    }
    let lower = name.to_ascii_lowercase();
    let is = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    if is(&["token", "jeton"]) {
        return json!(SystemRandom.token());
    }
    if is(&["recovery", "secours"]) {
        return json!("abcde-fghij");
    }
    if is(&["identifier", "email", "phone", "telephone"]) {
        return json!(identifier);
    }
    if is(&["password", "passe", "mdp"]) {
        return json!(STRANGERS);
    }
    if lower == "pin" || is(&["code", "otp"]) {
        return json!("000000");
    }
    let first = |value: &Value| value.as_array().and_then(|list| list.first()).cloned();
    let example = Some(schema["example"].clone()).filter(|example| !example.is_null());
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("string");
    example.or_else(|| first(&schema["examples"])).or_else(|| first(&schema["enum"])).unwrap_or(match kind {
        "integer" | "number" => json!(1),
        "boolean" => json!(true),
        "array" => json!([]),
        "object" => json!({}),
        _ => json!("x"),
    })
}

async fn call(route: &Route, caller: &Caller, body: &Value) -> Answer {
    let unknown = SystemRandom.uuid(SystemClock.now()).to_string();
    let path = route
        .path
        .replace("{id}", &unknown)
        .replace("{key}", &unknown)
        .replace("{kind}", "email")
        .replace("{_:.*}", "");
    let path = format!("{path}?token={}", SystemRandom.token());
    let request = caller.request(Method::from_bytes(route.method.as_bytes()).unwrap(), &path);
    // A stream that is taken up at no number refuses, instead of going on for ever.
    let request =
        if route.method == "GET" { request.header("Last-Event-ID", "none") } else { request.json(body) };
    caller.send(request.header("Idempotency-Key", unknown)).await
}

/// The same person, signed out.
fn anonymous(caller: &Caller) -> Caller {
    Caller { token: None, ..caller.clone() }
}

/// What must be there before a proof of this kind can be wrong: a code that is out, a PIN, an authenticator. What the
/// body must hold of it comes back.
async fn prepare(app: &TestApp, caller: &Caller, route: &Route) -> Map<String, Value> {
    let mut known = Map::new();
    let own = json!({"identifier": caller.identifier});
    caller.post("/api/generate-otp", own.clone()).await.expect(200);
    anonymous(caller).post("/api/generate-otp", own).await.expect(200);
    match route.path {
        "/api/pin/verify" | "/api/cards/{id}/show" => {
            caller.put("/api/pin", json!({"pin": "7391"})).await.expect(204);
        }
        "/api/me/identifiers/confirm" => {
            let new = json!({"identifier": format!("new.{}", caller.identifier)});
            caller.post("/api/me/identifiers", new).await.expect(200);
        }
        "/api/totp/confirm" => {
            Authenticator::enrol(caller).await;
        }
        "/api/totp" | "/api/totp/recovery-codes" | "/api/verify-totp" => {
            Authenticator::enrol(caller).await.confirm(app, caller).await;
            let right = json!({"identifier": caller.identifier, "password": PASSWORD});
            let first = anonymous(caller).post("/api/verify-pin", right).await;
            known.insert("challenge".to_owned(), first.expect(200).json["challenge"].clone());
        }
        _ => {}
    }
    known
}

/// Sends it all, and all but one field at a time: some exclude one another.
async fn call_in_every_way(route: &Route, caller: &Caller, body: &Value) -> Answer {
    let whole = call(route, caller, body).await;
    for name in body.as_object().into_iter().flat_map(Map::keys) {
        let mut less = body.clone();
        less.as_object_mut().unwrap().remove(name);
        call(route, caller, &less).await;
    }
    whole
}

#[actix_web::test]
async fn every_route_that_judges_a_proof_counts_the_try_and_says_so() {
    let app = TestApp::start();
    let api: Value = serde_json::from_str(&openapi::to_json()).unwrap();
    let mut conn = app.db.conn();
    for (number, route) in ROUTES.iter().enumerate() {
        let name = format!("{} {}", route.method, route.path);
        let caller = app.with_role(&format!("somebody{number}@example.ci"), "superadmin").await;
        let known = prepare(&app, &caller, route).await;
        let before = tries(&mut conn);
        let mut body = wrong_body(&api, route, &caller.identifier);
        if let Some(fields) = body.as_object_mut() {
            fields.extend(known);
        }
        let by_anybody = call_in_every_way(route, &anonymous(&caller), &body).await;
        let by_owner = call_in_every_way(route, &caller, &body).await;
        let after = tries(&mut conn);
        let moved: BTreeSet<&str> = ProofKind::ALL
            .into_iter()
            .map(ProofKind::counter)
            .filter(|counter| after.get(*counter) > before.get(*counter))
            .collect();
        let said: BTreeSet<&str> = route.judges.iter().map(|kind| kind.counter()).collect();
        assert_eq!(
            moved, said,
            "{name}: the counters that moved, and those that gateway/src/authorization/routes.rs says it judges by. It was sent {body} \
             and answered {} {} to anybody, {} {} to its owner",
            by_anybody.status, by_anybody.json, by_owner.status, by_owner.json
        );
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_48_an_address_is_who_really_calls() {
    let app = TestApp::start();
    // Nobody is trusted to speak for others here: what the header says counts for nothing.
    for n in 0..300 {
        let body = json!({"identifier": format!("v{n}@example.ci"), "password": STRANGERS});
        let request = app.anon().request(Method::POST, "/api/verify-pin").json(&body);
        let answer = app.anon().send(request.header("X-Forwarded-For", format!("10.0.0.{}", n % 250))).await;
        answer.expect_problem(401, "auth.credentials_invalid");
    }
    let body = json!({"identifier": "another@example.ci", "password": STRANGERS});
    app.anon().post("/api/verify-pin", body).await.expect_problem(429, "auth.too_many_attempts");
    app.stop().await;
}

#[actix_web::test]
async fn case_08_a_try_counts_although_nobody_waits_for_the_answer() {
    use std::io::Write;
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let body = json!({"identifier": awa.identifier, "password": STRANGERS}).to_string();
    let mut conn = app.db.conn();
    for counted in 1..=5 {
        let mut socket = std::net::TcpStream::connect(app.address()).unwrap();
        let head = format!(
            "POST /api/verify-pin HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            app.address(),
            body.len()
        );
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(body.as_bytes()).unwrap();
        while tries(&mut conn).get(ProofKind::Password.counter()) < Some(&counted) {
            actix_web::rt::task::yield_now().await;
        }
        // Gone before anything is answered.
        drop(socket);
    }
    let right = json!({"identifier": awa.identifier, "password": PASSWORD});
    app.anon().post("/api/verify-pin", right).await.expect_problem(429, "auth.too_many_attempts");
    app.stop().await;
}

#[actix_web::test]
async fn case_33_nobody_sets_anothers_password() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let chief = app.superadmin().await;
    let body = json!({"identifier": awa.identifier, "password": STRANGERS});
    let refused = chief.post("/api/define-password", body).await;
    refused.expect_problem(401, "auth.sign_in_required");
    // No route that names somebody takes a password for them.
    let api: Value = serde_json::from_str(&openapi::to_json()).unwrap();
    let others = |route: &&Route| matches!(route.objects, authorization::Objects::Any);
    for route in ROUTES.iter().filter(others).filter(|route| route.path.contains('{')) {
        let body = wrong_body(&api, route, "awa@example.ci").to_string();
        assert!(!body.contains(STRANGERS), "{} {} takes a password", route.method, route.path);
    }
    let own = json!({"identifier": awa.identifier, "password": PASSWORD});
    app.anon().post("/api/verify-pin", own).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn a_token_is_checked_without_a_query_for_five_seconds() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    awa.get("/api/me").await.expect(200);
    // From here on the database cannot say anything about sessions: whoever asks it fails.
    sql_query("ALTER TABLE session RENAME TO session_ailleurs").execute(&mut app.db.conn()).unwrap();
    let answers = join_all((0..50).map(|_| awa.get("/api/me"))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "the cache answered for the database");
    let claims = app.state.auth.verify_access_token(awa.token.as_deref().unwrap()).unwrap();
    app.state.sessions.forget(claims.session);
    assert!(awa.get("/api/me").await.status.is_server_error(), "forgotten, it has to be asked for");
    sql_query("ALTER TABLE session_ailleurs RENAME TO session").execute(&mut app.db.conn()).unwrap();
    awa.get("/api/me").await.expect(200);
    assert_eq!(hostolink_gateway::extract::SessionCache::MAX_AGE.as_secs(), 5);
    app.stop().await;
}
