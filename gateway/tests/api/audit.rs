//! Every change of state is written down once.

use crate::{
    app::{Answer, Caller, PASSWORD, TestApp, token_in},
    auth::{
        identity::{document, picture},
        totp::App,
    },
};
use hostolink_gateway::authorization::{Change, ROUTES};
use hostolink_kernel::Clock;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;

/// Asserts that the request left exactly one row with its route's action, under the trace id of its answer.
#[track_caller]
pub(crate) fn expect_one_row(app: &TestApp, route: &str, answer: &Answer, seen: &mut BTreeSet<String>) {
    assert!(answer.status.is_success(), "{route}: {} {}", answer.status, answer.json);
    let (method, path) = route.split_once(' ').unwrap();
    let line =
        ROUTES.iter().find(|line| line.method == method && line.path == path).expect("a line of the matrix");
    let Change::Logged(action) = line.change else { panic!("{route} is not said to log") };
    let trace_id = answer.headers["x-request-id"].to_str().unwrap();
    let rows = app.state.database.run_here(|conn| hostolink_audit::records_of_trace(conn, trace_id)).unwrap();
    let matching = rows.iter().filter(|row| row.action == action).count();
    assert_eq!(matching, 1, "{route}: one row of {action} is due, there are {rows:?}");
    seen.insert(route.to_owned());
}

#[actix_web::test]
async fn every_route_that_changes_state_leaves_one_row() {
    let app = TestApp::start();
    let (anon, mut seen) = (app.anon(), BTreeSet::new());
    let identifier = json!({"identifier": "awa@example.ci"});

    let registered = anon.post("/api/register-user", identifier.clone()).await;
    expect_one_row(&app, "POST /api/register-user", &registered, &mut seen);
    let defined = anon
        .post("/api/define-password", json!({"identifier": "awa@example.ci", "password": PASSWORD}))
        .await;
    expect_one_row(&app, "POST /api/define-password", &defined, &mut seen);
    for path in ["/api/verify-otp", "/api/verify-code"] {
        let generated = anon.post("/api/generate-otp", identifier.clone()).await;
        expect_one_row(&app, "POST /api/generate-otp", &generated, &mut seen);
        let code = app.newest_code_for("awa@example.ci").await;
        let verified = anon.post(path, json!({"identifier": "awa@example.ci", "otpCode": code})).await;
        expect_one_row(&app, &format!("POST {path}"), &verified, &mut seen);
    }
    let signed_in =
        anon.post("/api/verify-pin", json!({"identifier": "awa@example.ci", "password": PASSWORD})).await;
    expect_one_row(&app, "POST /api/verify-pin", &signed_in, &mut seen);
    let refreshed =
        anon.post("/api/refresh-token", json!({"refreshToken": signed_in.json["refreshToken"]})).await;
    expect_one_row(&app, "POST /api/refresh-token", &refreshed, &mut seen);

    let mut awa = app.anon();
    awa.token = refreshed.json["accessToken"].as_str().map(str::to_owned);
    let code = awa.post("/api/wallet/qr", json!({"amount": 500})).await;
    expect_one_row(&app, "POST /api/wallet/qr", &code, &mut seen);
    schedule_a_transfer(&app, &mut seen).await;
    crate::wallet::cards::logged(&app, &mut seen).await;
    crate::wallet::pots::logged(&app, &mut seen).await;
    crate::wallet::merchants::logged(&app, &mut seen).await;
    crate::wallet::bulk::logged(&app, &mut seen).await;
    let sessions = awa.get("/api/sessions").await;
    let items = sessions.expect(200).json["items"].as_array().unwrap().clone();
    let other = items.iter().find(|session| session["current"] == false).unwrap();
    let one = other["id"].as_str().unwrap();
    let ended = awa.delete(&format!("/api/sessions/{one}")).await;
    expect_one_row(&app, "DELETE /api/sessions/{id}", &ended, &mut seen);
    let ended = awa.delete("/api/sessions?which=others").await;
    expect_one_row(&app, "DELETE /api/sessions", &ended, &mut seen);
    let koffi = app.person("koffi@example.ci").await;
    let defined = koffi.put("/api/pin", json!({"pin": "7391"})).await;
    expect_one_row(&app, "PUT /api/pin", &defined, &mut seen);
    let shown = koffi.post("/api/pin/verify", json!({"pin": "7391"})).await;
    expect_one_row(&app, "POST /api/pin/verify", &shown, &mut seen);
    let removed = koffi.delete("/api/pin").await;
    expect_one_row(&app, "DELETE /api/pin", &removed, &mut seen);
    let enrolled = koffi.post("/api/totp", json!({})).await;
    expect_one_row(&app, "POST /api/totp", &enrolled, &mut seen);
    let phone = App::enrol(&koffi).await;
    let confirmed = koffi.post("/api/totp/confirm", json!({"code": phone.code(&app)})).await;
    expect_one_row(&app, "POST /api/totp/confirm", &confirmed, &mut seen);
    let waiting =
        anon.post("/api/verify-pin", json!({"identifier": "koffi@example.ci", "password": PASSWORD})).await;
    let body = json!({"challenge": waiting.json["challenge"], "code": phone.code(&app)});
    let entered = anon.post("/api/verify-totp", body).await;
    expect_one_row(&app, "POST /api/verify-totp", &entered, &mut seen);
    let renewed = koffi.post("/api/totp/recovery-codes", json!({"code": phone.code(&app)})).await;
    expect_one_row(&app, "POST /api/totp/recovery-codes", &renewed, &mut seen);
    let body = json!({"code": phone.code(&app)});
    let off = koffi.send(koffi.request(reqwest::Method::DELETE, "/api/totp").json(&body)).await;
    expect_one_row(&app, "DELETE /api/totp", &off, &mut seen);
    let updated = awa.patch("/api/me", json!({"firstName": "Awa"})).await;
    expect_one_row(&app, "PATCH /api/me", &updated, &mut seen);
    own_account(&app, &mut seen).await;
    let superadmin = app.superadmin().await;
    let id = awa.get("/api/me").await.json["id"].as_str().unwrap().to_owned();
    let promoted = superadmin.put(&format!("/api/users/{id}/role"), json!({"role": "agent"})).await;
    expect_one_row(&app, "PUT /api/users/{id}/role", &promoted, &mut seen);
    let changed = superadmin.put("/api/admin/roles/merchant", json!({"permissions": []})).await;
    expect_one_row(&app, "PUT /api/admin/roles/{id}", &changed, &mut seen);
    let limit = json!({"level": "identified", "direction": "out", "window": "month", "amount": 1, "from": "2030-01-01"});
    let added = superadmin.post("/api/admin/limits", limit).await;
    expect_one_row(&app, "POST /api/admin/limits", &added, &mut seen);
    let free = json!([{"fromAmount": 0, "fixed": 0, "basisPoints": 0}]);
    let scale = json!({"operation": "transfer", "bands": free, "from": "2030-01-01"});
    let added = superadmin.post("/api/admin/fees", scale).await;
    expect_one_row(&app, "POST /api/admin/fees", &added, &mut seen);
    for what in ["block", "unblock", "end-sessions"] {
        let koffi = app.person(&format!("{what}@example.ci")).await.get("/api/me").await;
        let path = format!("/api/users/{}", koffi.json["id"].as_str().unwrap());
        if what == "unblock" {
            superadmin.post(&format!("{path}/block"), json!({"reason": "fraud"})).await.expect(200);
        }
        let done = superadmin.post(&format!("{path}/{what}"), json!({"reason": "mistake"})).await;
        expect_one_row(&app, &format!("POST /api/users/{{id}}/{what}"), &done, &mut seen);
    }
    ask_for_money(&app, &superadmin, &mut seen).await;
    identity_and_photo(&app, &superadmin, &mut seen).await;
    back_office(&app, &superadmin, &mut seen).await;
    crate::wallet::compliance::logged(&app, &superadmin, &mut seen).await;
    let ended = awa.post("/api/sign-out", json!({})).await;
    expect_one_row(&app, "POST /api/sign-out", &ended, &mut seen);

    forget_a_password(&app, &mut seen).await;
    use_the_gateway(&app, &mut seen).await;
    crate::doors::ego::logged::call_each(&app, &mut seen).await;
    crate::health::editing::logged(&app, &mut seen).await;
    crate::notifications::logged(&app, &mut seen).await;
    crate::social::logged(&app, &mut seen).await;
    crate::messaging::logged(&app, &mut seen).await;

    let due: BTreeSet<String> = ROUTES
        .iter()
        .filter(|route| matches!(route.change, Change::Logged(_)))
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(seen, due, "call each route that logs here");
    app.stop().await;
}

async fn schedule_a_transfer(app: &TestApp, seen: &mut BTreeSet<String>) {
    let (yao, _) = (app.person("yao@example.ci").await, app.person("afoue@example.ci").await);
    let first = app.clock.now() + chrono::TimeDelta::days(1);
    let body = json!({"to": "afoue@example.ci", "amount": 500, "frequency": "monthly", "firstAt": first});
    let scheduled = yao.pay("/api/wallet/scheduled-transfers", body).await;
    expect_one_row(app, "POST /api/wallet/scheduled-transfers", &scheduled, seen);
    let path = format!("/api/wallet/scheduled-transfers/{}", scheduled.json["id"].as_str().unwrap());
    for what in ["pause", "resume"] {
        let changed = yao.post(&format!("{path}/{what}"), json!({})).await;
        let route = format!("POST /api/wallet/scheduled-transfers/{{id}}/{what}");
        expect_one_row(app, &route, &changed, seen);
    }
    let cancelled = yao.delete(&path).await;
    expect_one_row(app, "DELETE /api/wallet/scheduled-transfers/{id}", &cancelled, seen);
}

async fn forget_a_password(app: &TestApp, seen: &mut BTreeSet<String>) {
    let (anon, aya) = (app.anon(), "aya@example.ci");
    app.person(aya).await;
    let forgotten = anon.post("/api/forgot-password", json!({"identifier": aya})).await;
    expect_one_row(app, "POST /api/forgot-password", &forgotten, seen);
    let token = token_in(&app.newest_message_for(aya).await);
    let reset = anon.post("/api/reset-password", json!({"token": token, "password": PASSWORD})).await;
    expect_one_row(app, "POST /api/reset-password", &reset, seen);
}

/// Somebody changes what they sign in with, takes it back, leaves and thinks again.
async fn own_account(app: &TestApp, seen: &mut BTreeSet<String>) {
    let mut eve = app.person("eve@example.ci").await;
    let copied = eve.get("/api/me/export").await;
    expect_one_row(app, "GET /api/me/export", &copied, seen);
    let asked = eve.post("/api/me/identifiers", json!({"identifier": "+2250102030405"})).await;
    expect_one_row(app, "POST /api/me/identifiers", &asked, seen);
    let codes = json!({
        "oldCode": app.newest_code_for("eve@example.ci").await, "newCode": app.newest_code_for("+2250102030405").await,
    });
    let changed = eve.post("/api/me/identifiers/confirm", codes).await;
    expect_one_row(app, "POST /api/me/identifiers/confirm", &changed, seen);
    let removed = eve.delete("/api/me/identifiers/phone").await;
    expect_one_row(app, "DELETE /api/me/identifiers/{kind}", &removed, seen);
    let token = token_in(&app.newest_message_for("+2250102030405").await);
    let reverted = app.anon().post("/api/identifier-changes/revert", json!({"token": token})).await;
    expect_one_row(app, "POST /api/identifier-changes/revert", &reverted, seen);
    app.sign_in_by_code(&mut eve).await;
    let leaving = eve.post("/api/me/deletion", json!({})).await;
    expect_one_row(app, "POST /api/me/deletion", &leaving, seen);
    app.sign_in_by_code(&mut eve).await;
    let staying = eve.post("/api/me/deletion/cancel", json!({})).await;
    expect_one_row(app, "POST /api/me/deletion/cancel", &staying, seen);
}

/// Requests to pay, and payments asked back.
async fn ask_for_money(app: &TestApp, superadmin: &Caller, seen: &mut BTreeSet<String>) {
    let (asking, asked) = (app.person("bintou@example.ci").await, app.person("salif@example.ci").await);
    let agent = app.agent().await;
    let float = json!({"agent": agent.identifier, "amount": 100});
    superadmin.pay("/api/admin/floats", float).await.expect(201);
    agent.pay("/api/agent/cash-ins", json!({"to": asking.identifier, "amount": 100})).await.expect(201);
    for (ending, who) in [("refuse", &asked), ("withdraw", &asking), ("close", superadmin)] {
        let paid = asking.pay("/api/wallet/transfers", json!({"to": asked.identifier, "amount": 5})).await;
        let of = paid.expect(201).json["id"].as_str().unwrap().to_owned();
        let made =
            asking.post(&format!("/api/wallet/transfers/{of}/recall"), json!({"motive": "AC03"})).await;
        expect_one_row(app, "POST /api/wallet/transfers/{id}/recall", &made, seen);
        let place = if ending == "close" { "/api/admin/recalls" } else { "/api/wallet/recalls" };
        let ended =
            who.post(&format!("{place}/{}/{ending}", made.json["id"].as_str().unwrap()), json!({})).await;
        expect_one_row(app, &format!("POST {place}/{{id}}/{ending}"), &ended, seen);
    }
    for (ending, who) in [("refuse", &asked), ("cancel", &asking)] {
        let made = asking.post("/api/wallet/requests", json!({"to": asked.identifier, "amount": 5})).await;
        expect_one_row(app, "POST /api/wallet/requests", &made, seen);
        let id = made.json["id"].as_str().unwrap();
        let ended = who.post(&format!("/api/wallet/requests/{id}/{ending}"), json!({})).await;
        expect_one_row(app, &format!("POST /api/wallet/requests/{{id}}/{ending}"), &ended, seen);
    }
}

async fn use_the_gateway(app: &TestApp, seen: &mut BTreeSet<String>) {
    let (anon, email) = (app.anon(), "adjoua@example.ci");
    let who = json!({"nom": "Koné", "email": email, "password": PASSWORD});
    let created = anon.post("/Gateway/create_user", who.clone()).await;
    expect_one_row(app, "POST /Gateway/create_user", &created, seen);
    let again = anon.post("/Gateway/resend_confirmation", who.clone()).await;
    expect_one_row(app, "POST /Gateway/resend_confirmation", &again, seen);
    let link = json!({"token": token_in(&app.newest_message_for(email).await)});
    let confirmed = anon.post("/Gateway/confirmation", link).await;
    expect_one_row(app, "POST /Gateway/confirmation", &confirmed, seen);
    let signed_in = anon.post("/Gateway/login", who.clone()).await;
    expect_one_row(app, "POST /Gateway/login", &signed_in, seen);
    let forgotten = anon.post("/Gateway/forgot_password", who).await;
    expect_one_row(app, "POST /Gateway/forgot_password", &forgotten, seen);
    let token = token_in(&app.newest_message_for(email).await);
    let reset = anon.post("/Gateway/reset_password", json!({"token": token, "password": PASSWORD})).await;
    expect_one_row(app, "POST /Gateway/reset_password", &reset, seen);
}

/// The routes of identity verification and of profile pictures.
async fn identity_and_photo(app: &TestApp, superadmin: &Caller, seen: &mut BTreeSet<String>) {
    const ADMIN: &str = "/api/admin/identity-verifications";
    let koffi = app.person("client@example.ci").await;
    let photo = koffi.put_file("/api/me/photo", picture()).await;
    expect_one_row(app, "PUT /api/me/photo", &photo, seen);
    let gone = koffi.send(koffi.request(Method::DELETE, "/api/me/photo")).await;
    expect_one_row(app, "DELETE /api/me/photo", &gone, seen);
    let put = koffi.put_file("/api/identity-verification/files/front", picture()).await;
    expect_one_row(app, "PUT /api/identity-verification/files/{kind}", &put, seen);
    koffi.put_identity_files().await;
    let submitted = koffi.post("/api/identity-verification", document("CI7654321")).await;
    expect_one_row(app, "POST /api/identity-verification", &submitted, seen);
    let queue = superadmin.get(ADMIN).await;
    let id = queue.json["items"][0]["id"].as_str().unwrap().to_owned();
    let looked = superadmin.get(&format!("{ADMIN}/{id}")).await;
    expect_one_row(app, "GET /api/admin/identity-verifications/{id}", &looked, seen);
    let file = superadmin.get(&format!("{ADMIN}/{id}/files/front")).await;
    expect_one_row(app, "GET /api/admin/identity-verifications/{id}/files/{kind}", &file, seen);
    let accepted = superadmin.post(&format!("{ADMIN}/{id}/accept"), json!({})).await;
    expect_one_row(app, "POST /api/admin/identity-verifications/{id}/accept", &accepted, seen);
    let refused = superadmin.post(&format!("{ADMIN}/{id}/refuse"), json!({"reason": "mismatch"})).await;
    expect_one_row(app, "POST /api/admin/identity-verifications/{id}/refuse", &refused, seen);
}

/// The routes of the back office of money.
async fn back_office(app: &TestApp, superadmin: &Caller, seen: &mut BTreeSet<String>) {
    let (payer, payee) = (app.person("payeur@example.ci").await, app.person("paye@example.ci").await);
    let agent = app.with_role("caisse@example.ci", "agent").await;
    superadmin.pay("/api/admin/floats", json!({"agent": agent.identifier, "amount": 900})).await.expect(201);
    agent.pay("/api/agent/cash-ins", json!({"to": payer.identifier, "amount": 900})).await.expect(201);
    let person = payee.get("/api/me").await.json["id"].as_str().unwrap().to_owned();
    let looked = superadmin.get(&format!("/api/admin/wallets/{person}")).await;
    expect_one_row(app, "GET /api/admin/wallets/{id}", &looked, seen);
    for what in ["freeze", "unfreeze"] {
        let path = format!("/api/admin/wallets/{person}/{what}");
        let done = superadmin.post(&path, json!({"reason": "mistake"})).await;
        expect_one_row(app, &format!("POST /api/admin/wallets/{{id}}/{what}"), &done, seen);
    }
    let paid = payer.pay("/api/wallet/transfers", json!({"to": payee.identifier, "amount": 500})).await;
    let path = format!("/api/admin/transactions/{}", paid.expect(201).json["id"].as_str().unwrap());
    let looked = superadmin.get(&path).await;
    expect_one_row(app, "GET /api/admin/transactions/{id}", &looked, seen);
    let refunded = superadmin.pay(&format!("{path}/refund"), json!({"reason": "duplicate"})).await;
    expect_one_row(app, "POST /api/admin/transactions/{id}/refund", &refunded, seen);
    let maker = app.with_role("bureau@example.ci", "admin").await;
    for what in ["accept", "refuse"] {
        let account = payee.get("/api/wallet").await.json["account"].clone();
        let body = json!({"from": "issuance", "to": account, "amount": 10, "reason": "Essai"});
        let asked = maker.post("/api/admin/adjustments", body).await;
        expect_one_row(app, "POST /api/admin/adjustments", &asked, seen);
        let path = format!("/api/admin/adjustments/{}/{what}", asked.json["id"].as_str().unwrap());
        let decided = superadmin.post(&path, json!({})).await;
        expect_one_row(app, &format!("POST /api/admin/adjustments/{{id}}/{what}"), &decided, seen);
    }
}

#[actix_web::test]
async fn a_refused_request_leaves_no_row() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let refused =
        awa.put("/api/users/0193b0a0-0000-7000-8000-000000000000/role", json!({"role": "admin"})).await;
    refused.expect_problem(403, "auth.forbidden");
    let wrong = app
        .anon()
        .post("/api/verify-pin", json!({"identifier": "awa@example.ci", "password": "Autre-chose-1"}))
        .await;
    wrong.expect_problem(401, "auth.credentials_invalid");
    for answer in [refused, wrong] {
        let trace_id = answer.headers["x-request-id"].to_str().unwrap();
        assert_eq!(hostolink_audit::records_of_trace(&mut app.db.conn(), trace_id).unwrap(), []);
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_change_of_money_is_a_transaction_of_the_ledger() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    app.give(&awa, 10_000).await;
    let count = || -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let query = diesel::sql_query("SELECT count(*) AS n FROM transaction");
        diesel::RunQueryDsl::get_result::<Count>(query, &mut app.db.conn()).unwrap().n
    };
    let before = count();
    let paid = awa.pay("/api/wallet/transfers", json!({"to": "koffi@example.ci", "amount": 700})).await;
    paid.expect(201);
    assert_eq!(count(), before + 1);
    let id = paid.json["id"].as_str().unwrap();
    koffi.pay(&format!("/api/wallet/transfers/{id}/refund"), json!({})).await.expect(201);
    assert_eq!(count(), before + 2);
    awa.pay("/api/wallet/transfers", json!({"to": "koffi@example.ci", "amount": 1_000_000}))
        .await
        .expect(422);
    assert_eq!(count(), before + 2);
    app.stop().await;
}
