//! What people and the house change.

use crate::{
    app::{Caller, TestApp},
    audit::expect_one_row,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The routes that leave a row in the audit log; and what they did is seen at once.
pub(crate) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let conn = &mut app.db.conn();
    app.state.directory.import_shipped(conn).unwrap();
    app.state.directory.refresh(conn).unwrap();
    let (admin, person) =
        (app.with_role("sante@example.ci", "admin").await, app.person("awa.sante@example.ci").await);

    let list = app.anon().get("/api/health/establishments?search=akouedo%20village&type=doctor").await;
    let establishment = list.expect(200).json["items"][0].clone();
    let said = |verdict: &str| json!({"establishment": establishment["id"], "value": establishment["numbers"][0]["value"], "verdict": verdict});
    let report = person.post("/api/health/number-reports", said("works")).await;
    expect_one_row(app, "POST /api/health/number-reports", &report, seen);
    let queue = admin.get("/api/admin/health/number-reports").await;
    assert_eq!(queue.expect(200).json["items"], json!([report.json]), "nothing in it says who reported");
    let decision =
        format!("/api/admin/health/number-reports/{}/decision", report.json["id"].as_str().unwrap());
    let decided = admin.post(&decision, json!({"accept": true})).await;
    expect_one_row(app, "POST /api/admin/health/number-reports/{id}/decision", &decided, seen);
    admin.post(&decision, json!({"accept": true})).await.expect_problem(409, "health.report_decided");
    let id = establishment["id"].as_str().unwrap();
    let now = app.anon().get(&format!("/api/health/establishments/{id}")).await;
    assert_eq!(now.expect(200).json["numbers"][0]["status"], "verified");
    person
        .post("/api/health/number-reports", json!({"establishment": id, "value": "185", "verdict": "dead"}))
        .await
        .expect_problem(404, "health.number_unknown");
    person
        .post("/api/health/number-reports", json!({"establishment": id, "value": "185", "verdict": "odd"}))
        .await
        .expect_problem(400, "request.invalid_field");

    let address = "/api/admin/health/holidays/2026-12-02";
    let set = admin.put(address, json!({"name": "Deuil  national", "estimated": true})).await;
    expect_one_row(app, "PUT /api/admin/health/holidays/{key}", &set, seen);
    assert_eq!(
        set.json,
        json!({"date": "2026-12-02", "name": "Deuil national", "estimated": true, "source": "edited"})
    );
    let listed = |list: &Value| list["items"].as_array().unwrap().contains(&set.json);
    assert!(listed(&app.anon().get("/api/health/holidays").await.json));
    let removed = admin.delete(address).await;
    expect_one_row(app, "DELETE /api/admin/health/holidays/{key}", &removed, seen);
    assert!(!listed(&app.anon().get("/api/health/holidays").await.json));
    admin.delete(address).await.expect_problem(404, "health.holiday_unknown");
    admin.put(address, json!({"name": " "})).await.expect_problem(400, "health.invalid_holiday");
    admin
        .put("/api/admin/health/holidays/2026-02-30", json!({"name": "x"}))
        .await
        .expect_problem(404, "not_found");
    duty(app, &admin, seen).await;
    super::people::logged(app, seen).await;
    super::positions::logged(app, seen).await;
}

async fn duty(app: &TestApp, admin: &Caller, seen: &mut BTreeSet<String>) {
    let asked = async |at: &str| {
        let answer = app.anon().get(&format!("/api/health/duty?near=5.3364,-4.0267&at={at}T12:00:00Z")).await;
        answer.expect(200).json.clone()
    };
    assert_eq!(asked("2031-01-04").await["rota"], "unknown", "nobody knows, which is not nobody");

    let file = "area,name,address,phones\nPLATEAU,PHARMACIE LONGCHAMP (GDE),,27 22 47 75 61\nABOBO,PHARMACIE ZZZ,FACE STATION,\n,X,,\n";
    let path = "/api/admin/health/duty-rotas?from=2031-01-04&until=2031-01-11&source=UNPPCI";
    let send = |path: &str| admin.request(Method::POST, path).header("Content-Type", "text/csv").body(file);
    let draft = admin.send(send(path)).await;
    expect_one_row(app, "POST /api/admin/health/duty-rotas", &draft, seen);
    assert_eq!((&draft.json["state"], &draft.json["refused"][0]["line"]), (&json!("draft"), &json!(4)));
    assert_eq!(draft.json["items"][0]["name"], "PHARMACIE ZZZ", "by area");
    let id = draft.json["id"].as_str().unwrap();
    let rota = format!("/api/admin/health/duty-rotas/{id}");
    assert_eq!(asked("2031-01-04").await["rota"], "unknown", "a draft is not shown");
    let pharmacies =
        app.anon().get("/api/health/establishments?near=5.3364,-4.0267&type=pharmacy&limit=1").await;
    let pharmacy = &pharmacies.expect(200).json["items"][0]["id"];
    let duty = format!("/api/admin/health/duties/{}", draft.json["items"][1]["id"].as_str().unwrap());
    let assigned = admin.put(&duty, json!({"establishment": pharmacy})).await;
    expect_one_row(app, "PUT /api/admin/health/duties/{id}", &assigned, seen);
    let published = admin.post(&format!("{rota}/publish"), json!({})).await;
    expect_one_row(app, "POST /api/admin/health/duty-rotas/{id}/publish", &published, seen);

    let now = asked("2031-01-04").await;
    assert_eq!((&now["rota"], &now["until"]), (&json!("known"), &json!("2031-01-11T00:00:00Z")));
    assert_eq!(
        (&now["items"][0]["establishment"]["id"], &now["unlocated"][0]["name"]),
        (pharmacy, &json!("PHARMACIE ZZZ"))
    );
    assert_eq!(now["items"][0]["duty"]["calls"][0]["tel"], "tel:+2252722477561");
    for outside in ["2031-01-03", "2031-01-11"] {
        assert_eq!(asked(outside).await["rota"], "unknown", "{outside}");
    }
    assert_eq!(admin.get(&rota).await.expect(200).json["state"], "published");
    let withdrawn = admin.delete(&rota).await;
    expect_one_row(app, "DELETE /api/admin/health/duty-rotas/{id}", &withdrawn, seen);
    assert_eq!(asked("2031-01-04").await["rota"], "unknown");
    admin.post(&format!("{rota}/publish"), json!({})).await.expect_problem(409, "health.rota_withdrawn");
    admin
        .put(&duty.replace(&duty[duty.len() - 4..], "0000"), json!({"establishment": null}))
        .await
        .expect_problem(404, "health.duty_unknown");
    for (wrong, code) in [
        ("from=2026-11-28&until=2026-11-21&source=x", "health.invalid_rota"),
        ("from=2026-11-21&until=2027-11-21&source=x", "health.invalid_rota"),
        ("from=2026-11-21&until=2026-11-28", "health.invalid_rota"),
        ("from=samedi&until=2026-11-28&source=x", "health.invalid_rota"),
    ] {
        admin.send(send(&format!("/api/admin/health/duty-rotas?{wrong}"))).await.expect_problem(400, code);
    }
    let other = admin.request(Method::POST, path).body("a,b\n");
    admin.send(other).await.expect_problem(400, "health.unreadable_file");
    let large = admin.request(Method::POST, path).body("x".repeat(70_000));
    admin.send(large).await.expect_problem(413, "request.too_large");
}
