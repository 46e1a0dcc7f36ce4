//! Every call of this door that changes state leaves one row in the log.

use super::{EMAIL, mailed_token, person, registration, take_tokens};
use crate::{
    app::{PASSWORD, TestApp},
    audit::expect_one_row,
};
use serde_json::json;
use std::collections::BTreeSet;

/// Calls each of them; `seen` learns which.
pub(crate) async fn call_each(app: &TestApp, seen: &mut BTreeSet<String>) {
    let anon = app.anon();
    let mut row = |call: &str, answer| expect_one_row(app, &format!("POST /api/v1/{call}"), &answer, seen);
    row("users/register", anon.post("/api/v1/users/register/", registration(EMAIL)).await);
    row("users/resend-otp", anon.post("/api/v1/users/resend-otp/", json!({"email": EMAIL})).await);
    let otp = app.newest_code_for(EMAIL).await;
    row(
        "users/verify-otp",
        anon.post("/api/v1/users/verify-otp/", json!({"email": EMAIL, "otp": otp})).await,
    );
    let login = json!({"email": EMAIL, "password": PASSWORD});
    let mut awa = app.anon();
    let signed_in = anon.post("/api/v1/users/login/", login).await;
    take_tokens(&mut awa, &signed_in);
    row("users/login", signed_in);
    let refresh = json!({"refreshToken": awa.refresh_token});
    row("users/refresh-token", anon.post("/api/v1/users/refresh-token/", refresh).await);
    row("users/update", awa.post("/api/v1/users/update/", json!({"firstname": "Aya"})).await);
    row("users/delete", awa.post("/api/v1/users/delete/", json!({})).await);
    let koffi = "koffi.ego@example.ci";
    person(app, koffi).await;
    let asked = anon.post("/api/v1/users/request-reset-password/", json!({"email": koffi})).await;
    row("users/request-reset-password", asked);
    let reset = json!({"token": mailed_token(app, koffi).await, "newPassword": "UnAutreMotDePasse456"});
    row("users/reset-password", anon.post("/api/v1/users/reset-password/", reset).await);

    let chief = app.with_role("chef.ego@example.ci", "superadmin").await;
    let login = json!({"email": chief.identifier, "password": PASSWORD});
    let mut chief = app.anon();
    let signed_in = anon.post("/api/v1/admin/login/", login).await;
    take_tokens(&mut chief, &signed_in);
    row("admin/login", signed_in);
    let asked = chief.post("/api/v1/users/resend-otp/", json!({"email": "chef.ego@example.ci"})).await;
    asked.expect(200);
    let otp = app.newest_code_for("chef.ego@example.ci").await;
    let proven = chief.post("/api/v1/admin/verify-otp/", json!({"otp": otp})).await;
    take_tokens(&mut chief, &proven);
    row("admin/verify-otp", proven);
    row("admin/update", chief.post("/api/v1/admin/update/", json!({"firstname": "Chef"})).await);
    let new = |email| json!({"firstname": "Yao", "lastname": "Aka", "email": email});
    row("admin/create-admin", chief.post("/api/v1/admin/create-admin/", new("a@example.ci")).await);
    row("admin/create-client", chief.post("/api/v1/admin/create-client/", new("c@example.ci")).await);
}
