//! What people and the house change.

use crate::{app::TestApp, audit::expect_one_row};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The routes that leave a row in the audit log; and what they did is seen at once.
pub(crate) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let conn = &mut app.db.conn();
    app.state.directory.import_shipped(conn).unwrap();
    app.state.directory.refresh(conn).unwrap();
    let (admin, person) = (app.with_role("sante@example.ci", "admin").await, app.person("awa.sante@example.ci").await);

    let list = app.anon().get("/api/health/establishments?search=akouedo%20village&type=doctor").await;
    let establishment = list.expect(200).json["items"][0].clone();
    let said = |verdict: &str| {
        json!({"establishment": establishment["id"], "value": establishment["numbers"][0]["value"], "verdict": verdict})
    };
    let report = person.post("/api/health/number-reports", said("works")).await;
    expect_one_row(app, "POST /api/health/number-reports", &report, seen);
    let queue = admin.get("/api/admin/health/number-reports").await;
    assert_eq!(queue.expect(200).json["items"], json!([report.json]), "nothing in it says who reported");
    let decision = format!("/api/admin/health/number-reports/{}/decision", report.json["id"].as_str().unwrap());
    let decided = admin.post(&decision, json!({"accept": true})).await;
    expect_one_row(app, "POST /api/admin/health/number-reports/{id}/decision", &decided, seen);
    admin.post(&decision, json!({"accept": true})).await.expect_problem(409, "health.report_decided");
    let id = establishment["id"].as_str().unwrap();
    let now = app.anon().get(&format!("/api/health/establishments/{id}")).await;
    assert_eq!(now.expect(200).json["numbers"][0]["status"], "verified");
    person.post("/api/health/number-reports", json!({"establishment": id, "value": "185", "verdict": "dead"})).await.expect_problem(404, "health.number_unknown");
    person.post("/api/health/number-reports", json!({"establishment": id, "value": "185", "verdict": "odd"})).await.expect_problem(400, "request.invalid_field");

    let address = "/api/admin/health/holidays/2026-12-02";
    let set = admin.put(address, json!({"name": "Deuil  national", "estimated": true})).await;
    expect_one_row(app, "PUT /api/admin/health/holidays/{key}", &set, seen);
    assert_eq!(set.json, json!({"date": "2026-12-02", "name": "Deuil national", "estimated": true, "source": "edited"}));
    let listed = |list: &Value| list["items"].as_array().unwrap().contains(&set.json);
    assert!(listed(&app.anon().get("/api/health/holidays").await.json));
    let removed = admin.delete(address).await;
    expect_one_row(app, "DELETE /api/admin/health/holidays/{key}", &removed, seen);
    assert!(!listed(&app.anon().get("/api/health/holidays").await.json));
    admin.delete(address).await.expect_problem(404, "health.holiday_unknown");
    admin.put(address, json!({"name": " "})).await.expect_problem(400, "health.invalid_holiday");
    admin.put("/api/admin/health/holidays/2026-02-30", json!({"name": "x"})).await.expect_problem(404, "not_found");
}
