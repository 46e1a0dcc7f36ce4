//! Favourites, suggestions, ratings and claims, from the outside.

use crate::{
    app::{Answer, Caller, TestApp},
    audit::expect_one_row,
    auth::identity::picture,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// What the routes below are called on: somebody who suggests, and two of the house.
struct Scene<'a> {
    app: &'a TestApp,
    person: Caller,
    officer: Caller,
    /// The establishment's id.
    id: String,
}

impl<'a> Scene<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let person = app.person("fatou.annuaire@example.ci").await;
        let officer = app.with_role("moderatrice@example.ci", "moderator").await;
        let found =
            app.anon().get("/api/health/establishments?near=5.3232,-4.0197&type=clinic&limit=1").await;
        let id = found.expect(200).json["items"][0]["id"].as_str().unwrap().to_owned();
        Self { app, person, officer, id }
    }

    async fn shown(&self) -> Value {
        let shown = self.app.anon().get(&format!("/api/health/establishments/{}", self.id)).await;
        shown.expect(200).json.clone()
    }

    async fn suggest(&self, said: Value) -> Answer {
        let mut body = json!({"establishment": self.id});
        body.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        self.person.post("/api/health/suggestions", body).await
    }
}

/// The routes that leave a row in the audit log; and what they did is seen at once.
pub(super) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let scene = Scene::new(app).await;
    favourites(&scene, seen).await;
    suggestions(&scene, seen).await;
    ratings(&scene, seen).await;
    claims(&scene, seen).await;
    closed(&scene).await;
}

async fn favourites(scene: &Scene<'_>, seen: &mut BTreeSet<String>) {
    let (person, address) = (&scene.person, format!("/api/health/favourites/{}", scene.id));
    let kept = person.put(&address, json!({})).await;
    expect_one_row(scene.app, "PUT /api/health/favourites/{id}", &kept, seen);
    assert_eq!((&kept.json["removed"], &kept.json["establishment"]["id"]), (&json!(false), &json!(scene.id)));
    person.put(&address, json!({})).await.expect(200);
    let list = person.get("/api/health/favourites?limit=1").await;
    assert_eq!(list.expect(200).json, json!({"items": [kept.json]}), "kept once, and no other page");
    assert_eq!(scene.officer.get("/api/health/favourites").await.expect(200).json["items"], json!([]));
    let dropped = person.delete(&address).await;
    expect_one_row(scene.app, "DELETE /api/health/favourites/{id}", &dropped, seen);
    person.delete(&address).await.expect_problem(404, "health.favourite_unknown");
    person.put(&address, json!({})).await.expect(200);
    let unknown = "/api/health/favourites/019a0000-0000-7000-8000-000000000000";
    person.put(unknown, json!({})).await.expect_problem(404, "health.establishment_not_found");
    person.get("/api/health/favourites?cursor=x").await.expect_problem(400, "health.invalid_cursor");
}

async fn suggestions(scene: &Scene<'_>, seen: &mut BTreeSet<String>) {
    let (app, person, officer) = (scene.app, &scene.person, &scene.officer);
    let said = scene.suggest(json!({"hours": "Mo-Su 08:00-20:00", "comment": "Vu sur la porte."})).await;
    expect_one_row(app, "POST /api/health/suggestions", &said, seen);
    assert_eq!((&said.json["fact"], &said.json["accepted"]), (&json!("hours"), &Value::Null));
    let again = scene.suggest(json!({"hours": "24/7"})).await;
    assert_eq!(again.expect(201).json["id"], said.json["id"], "their word on the same fact is replaced");
    let id = said.json["id"].as_str().unwrap();

    let photo = format!("/api/health/suggestions/{id}/photo");
    let shown = person.put_file(&photo, picture()).await;
    expect_one_row(app, "PUT /api/health/suggestions/{id}/photo", &shown, seen);
    officer.put_file(&photo, picture()).await.expect_problem(404, "health.suggestion_unknown");
    person.put_file(&photo, b"no picture".to_vec()).await.expect_problem(400, "media.not_a_picture");
    let queue = officer.get("/api/admin/health/suggestions").await;
    let waiting = queue.expect(200).json["items"][0].clone();
    assert_eq!((&waiting["id"], &waiting["value"]), (&json!(id), &json!("24/7")));
    assert!(!queue.json.to_string().contains("fatou"), "nobody is told who suggests");
    let file = waiting["photo"].as_str().unwrap().split_once("/media/").unwrap().1.to_owned();
    app.anon().get(&format!("/media/{file}")).await.expect(200);

    let before = scene.shown().await;
    assert_ne!(before["openingHours"], "24/7", "nothing counts before the decision");
    let decision = format!("/api/admin/health/suggestions/{id}/decision");
    person.post(&decision, json!({"accept": true})).await.expect_problem(403, "auth.forbidden");
    officer.post(&decision, json!({"accept": false})).await.expect_problem(400, "health.reason_required");
    let decided = officer.post(&decision, json!({"accept": true})).await;
    expect_one_row(app, "POST /api/admin/health/suggestions/{id}/decision", &decided, seen);
    let after = scene.shown().await;
    assert_eq!((&after["openingHours"], &after["openNow"]), (&json!("24/7"), &json!(true)));
    assert_eq!(
        (&after["corrections"][0]["fact"], &after["corrections"][0]["by"]),
        (&json!("hours"), &json!("review"))
    );
    officer.post(&decision, json!({"accept": true})).await.expect_problem(409, "health.suggestion_decided");
    person.put_file(&photo, picture()).await.expect_problem(409, "health.suggestion_decided");
    app.anon().get(&format!("/media/{file}")).await.expect(404);
    let told = app.newest_message_for("fatou.annuaire@example.ci").await;
    assert!(told["body"].as_str().unwrap().contains("acceptée"), "{told}");

    app.clock.advance(Duration::from_secs(1));
    let other = scene
        .suggest(json!({"position": {"latitude": 5.36, "longitude": -3.98, "accuracyMeters": 12}}))
        .await;
    let decision =
        format!("/api/admin/health/suggestions/{}/decision", other.expect(201).json["id"].as_str().unwrap());
    let refused =
        officer.post(&decision, json!({"accept": false, "reason": "La position est la bonne."})).await;
    assert_eq!(refused.expect(200).json["accepted"], false);
    assert_eq!(scene.shown().await["position"], before["position"]);
    let mine = person.get("/api/health/suggestions").await;
    let mine = mine.expect(200).json["items"].as_array().unwrap().clone();
    assert_eq!((mine.len(), &mine[0]["reason"]), (2, &json!("La position est la bonne.")));

    // Nobody decides what they suggested themselves.
    let own =
        officer.post("/api/health/suggestions", json!({"establishment": scene.id, "name": "À moi"})).await;
    let decision =
        format!("/api/admin/health/suggestions/{}/decision", own.expect(201).json["id"].as_str().unwrap());
    officer.post(&decision, json!({"accept": true})).await.expect_problem(403, "health.own_matter");
    bad_suggestions(scene).await;
}

async fn bad_suggestions(scene: &Scene<'_>) {
    for (said, code) in [
        (json!({}), "health.invalid_change"),
        (json!({"name": "A", "hours": "24/7"}), "health.invalid_change"),
        (json!({"closed": false}), "health.invalid_change"),
        (json!({"name": " "}), "health.invalid_name"),
        (json!({"type": "casino"}), "health.unknown_type"),
        (json!({"hours": "ouvert le matin"}), "health.invalid_hours"),
        (json!({"position": {"latitude": -3.98, "longitude": 5.36}}), "health.swapped_position"),
        (json!({"position": {"latitude": 48.8, "longitude": 2.3}}), "health.invalid_place"),
        (json!({"position": {"latitude": 95, "longitude": 2.3}}), "health.invalid_position"),
        (json!({"numbers": []}), "health.invalid_number"),
        (json!({"numbers": [{"number": "22 44 53 53"}]}), "health.invalid_number"),
        (json!({"numbers": [{"number": "185", "whatsapp": true}]}), "health.invalid_number"),
        (json!({"numbers": vec![json!({"number": "185"}); 2_000]}), "health.invalid_number"),
        (json!({"numbers": [{"number": "185", "purpose": "love"}]}), "health.unknown_value"),
        (json!({"services": ["magic"]}), "health.unknown_value"),
        (json!({"hours": "24/7", "comment": "x".repeat(501)}), "health.invalid_text"),
        (json!({"colour": "red"}), "request.invalid_field"),
    ] {
        scene.suggest(said).await.expect_problem(400, code);
    }
    let unknown = json!({"establishment": "019a0000-0000-7000-8000-000000000000", "closed": true});
    let unknown = scene.person.post("/api/health/suggestions", unknown).await;
    unknown.expect_problem(404, "health.establishment_not_found");
}

async fn ratings(scene: &Scene<'_>, seen: &mut BTreeSet<String>) {
    let (app, person, officer) = (scene.app, &scene.person, &scene.officer);
    let address = format!("/api/health/establishments/{}/rating", scene.id);
    assert_eq!(scene.shown().await["rating"], json!({"average": null, "count": 0}));
    let rated = person.put(&address, json!({"stars": 2, "comment": "Attente longue."})).await;
    expect_one_row(app, "PUT /api/health/establishments/{id}/rating", &rated, seen);
    // What is made later comes first.
    app.clock.advance(Duration::from_secs(1));
    officer.put(&address, json!({"stars": 5})).await.expect(200);
    assert_eq!(scene.shown().await["rating"], json!({"average": 3.5, "count": 2}));
    let changed = person.put(&address, json!({"stars": 3, "comment": "Mieux."})).await;
    assert_eq!(changed.expect(200).json["id"], rated.json["id"], "one a person");
    assert_eq!(scene.shown().await["rating"], json!({"average": 4.0, "count": 2}));
    let list = app.anon().get(&format!("/api/health/establishments/{}/ratings?limit=1", scene.id)).await;
    let cursor = list.expect(200).json["nextCursor"].as_str().unwrap().to_owned();
    let rest =
        app.anon().get(&format!("/api/health/establishments/{}/ratings?cursor={cursor}", scene.id)).await;
    assert_eq!(
        (list.json["items"].as_array().unwrap().len(), &rest.expect(200).json["items"][0]),
        (1, &changed.json)
    );
    let other = app.anon().get(&format!("/api/health/establishments/{}/ratings?cursor=x", scene.id)).await;
    other.expect_problem(400, "health.invalid_cursor");

    let id = rated.json["id"].as_str().unwrap();
    let report = format!("/api/health/ratings/{id}/report");
    let reported = officer.post(&report, json!({"reason": "Insulte."})).await;
    expect_one_row(app, "POST /api/health/ratings/{id}/report", &reported, seen);
    officer.post(&report, json!({"reason": "Insulte !"})).await.expect(204);
    let queue = officer.get("/api/admin/health/ratings").await;
    let waiting = &queue.expect(200).json["items"][0];
    assert_eq!(
        (&waiting["rating"]["id"], &waiting["reports"], &waiting["reasons"]),
        (&json!(id), &json!(1), &json!(["Insulte."]))
    );
    let hidden = officer.post(&format!("/api/admin/health/ratings/{id}/hide"), json!({})).await;
    expect_one_row(app, "POST /api/admin/health/ratings/{id}/hide", &hidden, seen);
    assert_eq!(scene.shown().await["rating"], json!({"average": 5.0, "count": 1}));
    assert_eq!(officer.get("/api/admin/health/ratings").await.expect(200).json["items"], json!([]));
    officer.post(&report, json!({"reason": "Encore."})).await.expect_problem(404, "health.review_unknown");
    let mine = person.get("/api/health/ratings").await;
    assert_eq!(mine.expect(200).json["items"][0]["hidden"], true, "its author sees that");
    person.put(&address, json!({"stars": 1})).await.expect(200);
    assert_eq!(scene.shown().await["rating"]["count"], 1, "an edit does not bring it back");
    let restored = officer.post(&format!("/api/admin/health/ratings/{id}/restore"), json!({})).await;
    expect_one_row(app, "POST /api/admin/health/ratings/{id}/restore", &restored, seen);
    assert_eq!(scene.shown().await["rating"], json!({"average": 3.0, "count": 2}));
    person
        .post(&format!("/api/admin/health/ratings/{id}/hide"), json!({}))
        .await
        .expect_problem(403, "auth.forbidden");
    let taken_back = person.delete(&address).await;
    expect_one_row(app, "DELETE /api/health/establishments/{id}/rating", &taken_back, seen);
    person.delete(&address).await.expect_problem(404, "health.review_unknown");
    for (said, code) in [
        (json!({"stars": 0}), "health.invalid_stars"),
        (json!({"stars": 6}), "health.invalid_stars"),
        (json!({"stars": 3.5}), "request.invalid_field"),
        (json!({"stars": 3, "comment": "x".repeat(501)}), "health.invalid_text"),
        (json!({"comment": "x"}), "request.invalid_field"),
    ] {
        person.put(&address, said).await.expect_problem(400, code);
    }
}

async fn claims(scene: &Scene<'_>, seen: &mut BTreeSet<String>) {
    let (app, person, officer) = (scene.app, &scene.person, &scene.officer);
    let entry = format!("/api/health/establishments/{}/entry", scene.id);
    let hours = json!({"hours": "Mo-Fr 08:00-18:00"});
    person.put(&entry, hours.clone()).await.expect_problem(404, "health.entry_not_managed");
    let body = json!({"establishment": scene.id, "statement": "Titulaire, appelez la clinique."});
    let claimed = person.post("/api/health/claims", body.clone()).await;
    expect_one_row(app, "POST /api/health/claims", &claimed, seen);
    person.post("/api/health/claims", body.clone()).await.expect_problem(409, "health.claim_exists");
    person.put(&entry, hours.clone()).await.expect_problem(404, "health.entry_not_managed");
    let queue = officer.get("/api/admin/health/claims").await;
    let waiting = &queue.expect(200).json["items"][0];
    assert_eq!((&waiting["id"], &waiting["state"]), (&claimed.json["id"], &json!("pending")));
    assert!(waiting["person"]["id"].is_string(), "who decides is told who claims");
    let at = |id: &Value, what: &str| format!("/api/admin/health/claims/{}/{what}", id.as_str().unwrap());
    let approved = officer.post(&at(&claimed.json["id"], "approve"), json!({})).await;
    expect_one_row(app, "POST /api/admin/health/claims/{id}/approve", &approved, seen);
    officer
        .post(&at(&claimed.json["id"], "approve"), json!({}))
        .await
        .expect_problem(409, "health.claim_decided");

    let edit = json!({
        "hours": "Mo-Fr 08:00-18:00", "services": ["surgery", "imaging"],
        "numbers": [{"number": "27 22 44 53 53"}, {"number": "07 08 09 10 11", "whatsapp": true, "purpose": "appointments"}],
    });
    let edited = person.put(&entry, edit).await;
    expect_one_row(app, "PUT /api/health/establishments/{id}/entry", &edited, seen);
    let shown = scene.shown().await;
    assert_eq!(shown, edited.json);
    assert_eq!(
        (&shown["openingHours"], &shown["services"]),
        (&json!("Mo-Fr 08:00-18:00"), &json!(["imaging", "surgery"]))
    );
    let numbers: Vec<_> =
        shown["numbers"].as_array().unwrap().iter().map(|n| (&n["value"], &n["status"])).collect();
    assert_eq!(
        numbers,
        [(&json!("+2252722445353"), &json!("verified")), (&json!("+2250708091011"), &json!("verified")),]
    );
    assert_eq!(shown["numbers"][1]["whatsapp"], "https://wa.me/2250708091011");
    assert!(shown["corrections"].as_array().unwrap().iter().all(|c| c["by"] == "owner"));
    let offering = app.anon().get("/api/health/establishments?service=surgery,imaging").await;
    assert_eq!(offering.expect(200).json["items"], json!([shown]), "found by what its owner says");
    let own =
        person.put(&format!("/api/health/establishments/{}/rating", scene.id), json!({"stars": 5})).await;
    own.expect_problem(403, "health.own_matter");
    for (wrong, code) in [
        (json!({}), "health.nothing_to_edit"),
        (json!({"hours": "?"}), "health.invalid_hours"),
        (json!({"name": "x"}), "request.invalid_field"),
    ] {
        person.put(&entry, wrong).await.expect_problem(400, code);
    }
    officer.put(&entry, hours.clone()).await.expect_problem(404, "health.entry_not_managed");

    let why = json!({"reason": "La clinique dit le contraire."});
    let revoked = officer.post(&at(&claimed.json["id"], "revoke"), why.clone()).await;
    expect_one_row(app, "POST /api/admin/health/claims/{id}/revoke", &revoked, seen);
    person.put(&entry, hours).await.expect_problem(404, "health.entry_not_managed");
    let mine = person.get("/api/health/claims").await;
    assert_eq!(mine.expect(200).json["items"][0]["reason"], why["reason"]);
    let again = person.post("/api/health/claims", body.clone()).await;
    let refused = officer.post(&at(&again.expect(201).json["id"], "refuse"), why).await;
    expect_one_row(app, "POST /api/admin/health/claims/{id}/refuse", &refused, seen);
    let third = person.post("/api/health/claims", body).await;
    let address = format!("/api/health/claims/{}", third.expect(201).json["id"].as_str().unwrap());
    officer.delete(&address).await.expect_problem(404, "health.claim_unknown");
    let given_up = person.delete(&address).await;
    expect_one_row(app, "DELETE /api/health/claims/{id}", &given_up, seen);
    person.delete(&address).await.expect_problem(404, "health.claim_unknown");
    officer.get("/api/admin/health/claims?state=odd").await.expect_problem(400, "health.unknown_value");
    let copy = person.get("/api/me/export").await;
    for (list, count) in [("favourites", 1), ("suggestions", 2), ("claims", 3), ("ratings", 0)] {
        assert_eq!(copy.expect(200).json[list].as_array().unwrap().len(), count, "{list}");
    }
}

/// What is accepted to be closed leaves every answer, and is marked where it was kept.
async fn closed(scene: &Scene<'_>) {
    let said = scene.suggest(json!({"closed": true})).await;
    let id = said.expect(201).json["id"].as_str().unwrap().to_owned();
    let decision = format!("/api/admin/health/suggestions/{id}/decision");
    scene.officer.post(&decision, json!({"accept": true})).await.expect(200);
    let gone = format!("/api/health/establishments/{}", scene.id);
    scene.app.anon().get(&gone).await.expect_problem(404, "health.establishment_not_found");
    let kept = scene.person.get("/api/health/favourites").await;
    let kept = &kept.expect(200).json["items"][0];
    assert_eq!((&kept["removed"], &kept["establishment"]), (&json!(true), &Value::Null));
    let rating = scene.person.put(&format!("{gone}/rating"), json!({"stars": 1})).await;
    rating.expect_problem(404, "health.establishment_not_found");
    let stale = scene.person.request(Method::PUT, &format!("{gone}/entry")).json(&json!({"hours": "24/7"}));
    scene.person.send(stale).await.expect_problem(404, "health.entry_not_managed");
}
