//! Where somebody is, shown to one contact for a time.

use crate::{
    app::{Caller, TestApp},
    audit::expect_one_row,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// Saves somebody, and says the contact's id.
async fn contact(owner: &Caller, person: &Caller) -> Value {
    let saved = owner.post("/api/wallet/contacts", json!({"to": person.identifier, "name": "Ma sœur"})).await;
    saved.expect(201).json["id"].clone()
}

fn place(latitude: f64) -> Value {
    json!({"latitude": latitude, "longitude": -4.0123, "accuracyMeters": 15})
}

/// The routes that leave a row in the audit log.
pub(super) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let (ama, sister) = (app.person("ama.lieu@example.ci").await, app.person("soeur.lieu@example.ci").await);
    let contact = contact(&ama, &sister).await;
    let shared = ama
        .post("/api/position-shares", json!({"contact": contact, "position": place(5.3456), "minutes": 60}))
        .await;
    expect_one_row(app, "POST /api/position-shares", &shared, seen);
    let trace = shared.headers["x-request-id"].to_str().unwrap();
    let rows = hostolink_audit::records_of_trace(&mut app.db.conn(), trace).unwrap();
    assert_eq!(rows[0].details, json!({"minutes": 60}), "neither where nor to whom");
    let path = format!("/api/position-shares/{}", shared.json["id"].as_str().unwrap());
    ama.put(&path, place(5.4567)).await.expect(200);
    let stopped = ama.delete(&path).await;
    expect_one_row(app, "DELETE /api/position-shares/{id}", &stopped, seen);
}

#[actix_web::test]
async fn a_position_is_seen_by_one_contact_until_its_time_is_over() {
    let app = TestApp::start();
    let (mut ama, mut sister) = (app.person("ama@example.ci").await, app.person("soeur@example.ci").await);
    let other = app.person("autre@example.ci").await;
    let contact = contact(&ama, &sister).await;
    let share = |latitude: f64, minutes: i64| json!({"contact": contact, "position": place(latitude), "minutes": minutes});
    let first = ama.post("/api/position-shares", share(5.3456, 10)).await;
    let again = ama.post("/api/position-shares", share(5.3567, 30)).await;
    let id = again.expect(201).json["id"].as_str().unwrap().to_owned();
    let (given, shown) = (format!("/api/position-shares/{id}"), format!("/api/positions/{id}"));
    let old = format!("/api/positions/{}", first.expect(201).json["id"].as_str().unwrap());
    sister.get(&old).await.expect_problem(404, "health.share_unknown");

    let seen = sister.get(&shown).await;
    assert_eq!(
        (&seen.expect(200).json["latitude"], &seen.json["accuracyMeters"]),
        (&json!(5.3567), &json!(15))
    );
    assert!(seen.json["person"]["name"].is_string(), "{}", seen.json);
    let list = sister.get("/api/positions").await;
    assert_eq!(list.expect(200).json, json!({"items": [seen.json]}));
    assert_eq!(ama.get("/api/position-shares").await.expect(200).json["items"][0]["id"], json!(id));
    // Only that contact reads it, and only its owner moves or ends it.
    for who in [&other, &ama] {
        who.get(&shown).await.expect_problem(404, "health.share_unknown");
        assert_eq!(who.get("/api/positions").await.expect(200).json["items"], json!([]));
    }
    for who in [&other, &sister] {
        who.put(&given, place(5.1)).await.expect_problem(404, "health.share_unknown");
        who.delete(&given).await.expect_problem(404, "health.share_unknown");
    }
    ama.put(&given, place(5.4567)).await.expect(200);
    assert_eq!(sister.get(&shown).await.expect(200).json["latitude"], 5.4567);
    assert_eq!(app.lines("SELECT latitude::text AS line FROM localisation"), ["5.4567"], "no way is kept");

    for (wrong, status, code) in [
        (share(95.0, 10), 400, "health.invalid_position"),
        (
            json!({"contact": contact, "position": {"latitude": -4.0, "longitude": 5.3}, "minutes": 5}),
            400,
            "health.swapped_position",
        ),
        (share(5.3, 0), 400, "health.invalid_duration"),
        (share(5.3, 1_441), 400, "health.invalid_duration"),
        (json!({"contact": id, "position": place(5.3), "minutes": 5}), 404, "wallet.contact_unknown"),
        (
            json!({"contact": contact, "position": {"latitude": 5.3, "longitude": -4.0, "accuracyMeters": 0}, "minutes": 5}),
            400,
            "health.invalid_place",
        ),
        (json!({"contact": contact, "minutes": 5}), 400, "request.invalid_field"),
    ] {
        ama.post("/api/position-shares", wrong).await.expect_problem(status, code);
    }
    let copy = ama.get("/api/me/export").await;
    assert_eq!(copy.expect(200).json["sharedPositions"][0]["latitude"], 5.4567);

    app.clock.advance(Duration::from_secs(30 * 60));
    app.come_back(&mut ama).await;
    app.come_back(&mut sister).await;
    sister.get(&shown).await.expect_problem(404, "health.share_unknown");
    ama.put(&given, place(5.5)).await.expect_problem(404, "health.share_unknown");
    assert_eq!(ama.get("/api/position-shares").await.expect(200).json["items"], json!([]));
    assert_eq!(app.lines("SELECT count(*)::text AS line FROM localisation"), ["1"], "until it is swept");
    let directory = app.state.directory.clone();
    assert_eq!(directory.purge_positions(&mut app.db.conn(), 100).unwrap(), 1);
    assert_eq!(app.lines("SELECT count(*)::text AS line FROM localisation"), ["0"]);
    app.stop().await;
}
