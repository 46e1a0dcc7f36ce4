use super::with_directory;
use crate::app::TestApp;
use hostolink_geo::Point;
use serde_json::{Value, json};
use std::{collections::HashSet, time::Duration};

fn items(answer: &crate::app::Answer) -> &Vec<Value> {
    answer.expect(200).json["items"].as_array().unwrap()
}

#[actix_web::test]
async fn the_nearest_come_first_with_distance_and_direction() {
    let app = with_directory().await;
    let answer = app.anon().get("/api/health/establishments?near=5.3364,-4.0267&limit=10").await;
    let found = items(&answer);
    assert_eq!((found.len(), &answer.json["nextCursor"]), (10, &Value::Null));
    let here = Point::new(5.3364, -4.0267).unwrap();
    let mut last = 0.0;
    for item in found {
        let position = |axis: &str| item["position"][axis].as_f64().unwrap();
        let there = Point::new(position("latitude"), position("longitude")).unwrap();
        let metres = item["distanceMeters"].as_f64().unwrap();
        assert!((metres - here.distance(there)).abs() <= 0.5 && metres >= last, "{item}");
        let off = (item["bearing"].as_f64().unwrap() - here.bearing(there)).abs();
        assert!(off <= 0.5 || off >= 359.5, "{item}");
        last = metres;
    }
    assert!(last < 3_000.0, "the Plateau has ten of them near");
    // Each is what it is alone, also when it is asked for again, and later.
    for turn in 0..3 {
        app.clock.advance(Duration::from_secs(turn * 5 * 3_600));
        let again = app.anon().get("/api/health/establishments?near=5.3364,-4.0267&limit=30").await;
        for item in items(&again) {
            let mut near = item.as_object().unwrap().clone();
            assert!(near.remove("distanceMeters").is_some() && near.remove("bearing").is_some());
            let path = format!("/api/health/establishments/{}", item["id"].as_str().unwrap());
            assert_eq!(app.anon().get(&path).await.expect(200).json, Value::Object(near));
        }
    }

    let within = app.anon().get("/api/health/establishments?near=5.3364,-4.0267&limit=100&radius=500").await;
    assert!(items(&within).iter().all(|item| item["distanceMeters"].as_f64().unwrap() <= 500.0));
    let at_sea = app.anon().get("/api/health/establishments?near=3.0,-4.0267&radius=1000").await;
    assert!(items(&at_sea).is_empty());
    app.stop().await;
}

#[actix_web::test]
async fn a_type_and_a_word_narrow_the_nearest() {
    let app = with_directory().await;
    let labs =
        app.anon().get("/api/health/establishments?near=5.3364,-4.0267&limit=100&type=laboratory").await;
    assert_eq!(items(&labs).len(), 3, "all there are, however far");
    let named = app
        .anon()
        .get("/api/health/establishments?near=7.69,-5.03&limit=3&type=pharmacy&search=march%C3%A9")
        .await;
    assert_eq!(items(&named).len(), 3);
    for item in items(&named) {
        assert_eq!(item["type"], "pharmacy");
        assert!(item["name"].as_str().unwrap().to_lowercase().contains("march"), "{item}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn an_establishment_tells_what_is_known_and_says_null_for_the_rest() {
    let app = with_directory().await;
    let list = app.anon().get("/api/health/establishments?search=akouedo%20village&type=doctor").await;
    let item = &items(&list)[0];
    let one = app.anon().get(&format!("/api/health/establishments/{}", item["id"].as_str().unwrap())).await;
    assert_eq!(&one.expect(200).json, item, "the same alone as in the list");
    let mut known = item.clone();
    known.as_object_mut().unwrap().remove("id");
    assert_eq!(
        known,
        json!({
            "name": "Centre de Santé Urbain d'Akouedo village",
            "type": "doctor",
            "sourceType": "doctors",
            "district": null,
            "services": null,
            "rating": {"average": null, "count": 0},
            "corrections": [],
            "level": null,
            "position": {
                "latitude": 5.356196, "longitude": -3.941001, "source": "OpenStreetMap", "accuracyMeters": null, "verifiedAt": null,
            },
            "ownership": "public",
            "operator": null,
            "country": "CI",
            "region": null,
            "address": null,
            "openingHours": "24/7",
            "openNow": true,
            "nextChange": null,
            "openUnknown": null,
            "emergency": null,
            "dispensing": null,
            "wheelchair": null,
            "numbers": [{
                "kind": "e164", "value": "+2252722477561", "display": "27 22 47 75 61", "tel": "tel:+2252722477561", "whatsapp": null,
                "purpose": "main", "status": "unverified", "verifiedAt": null, "converted2021": true, "raw": "+22522477561",
            }],
            "source": "osm-healthsites",
            "licence": "ODbL-1.0",
            "updatedAt": "2026-11-20T08:00:00Z",
        })
    );
    app.stop().await;
}

#[actix_web::test]
async fn at_ten_in_the_evening_open_now_is_yes_no_or_unknown_with_its_reason() {
    let app = with_directory().await;
    app.clock.advance(Duration::from_secs(14 * 3600));
    let mut answers: HashSet<String> = HashSet::new();
    for item in every_page(&app, "type=pharmacy&limit=100").await {
        let (open, why) = match item["openingHours"].as_str() {
            None => (Value::Null, json!("not_given")),
            Some(hours) if hours.contains("00:00-00:00") => (Value::Null, json!("midnight_to_midnight")),
            Some("24/7") => (json!(true), Value::Null),
            Some(_) => (item["openNow"].clone(), Value::Null),
        };
        assert_eq!((&item["openNow"], &item["openUnknown"]), (&open, &why), "{item}");
        assert!(
            item["nextChange"].is_null() || item["nextChange"].as_str().unwrap() > "2026-11-20T22",
            "{item}"
        );
        answers.insert(item["openNow"].to_string());
    }
    assert_eq!(answers, HashSet::from(["true", "false", "null"].map(str::to_owned)));
    let open = every_page(&app, "type=pharmacy&open=yes&limit=100").await;
    assert!(!open.is_empty() && open.iter().all(|item| item["openNow"] == true));
    let possible = every_page(&app, "type=pharmacy&open=possible&limit=100").await;
    assert!(possible.len() > open.len() && possible.iter().all(|item| item["openNow"] != false));
    app.stop().await;
}

async fn every_page(app: &TestApp, query: &str) -> Vec<Value> {
    let (mut all, mut address) = (Vec::new(), format!("/api/health/establishments?{query}"));
    loop {
        let page = app.anon().get(&address).await;
        all.extend(items(&page).iter().cloned());
        match page.json["nextCursor"].as_str() {
            Some(cursor) => address = format!("/api/health/establishments?{query}&cursor={cursor}"),
            None => return all,
        }
    }
}

#[actix_web::test]
async fn the_list_by_name_gives_everything_once() {
    let app = with_directory().await;
    let all = every_page(&app, "limit=100").await;
    let ids: HashSet<_> = all.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!((all.len(), ids.len()), (3_484, 3_484));
    assert!(all.iter().all(|item| item.get("distanceMeters").is_none() && item.get("bearing").is_none()));
    app.stop().await;
}

#[actix_web::test]
async fn the_directory_answers_without_the_database() {
    use diesel::RunQueryDsl;
    let app = with_directory().await;
    // Nothing is left to ask: the tables are gone.
    diesel::sql_query(
        "DROP TABLE garde_pharmacie, signalement_numero, liste_numero_etablissement_sante, etablissement_sante, numero_urgence, revision_annuaire CASCADE",
    )
    .execute(&mut app.db.conn())
    .unwrap();
    let answer = app.anon().get("/api/health/establishments?near=5.3364,-4.0267&limit=3").await;
    assert_eq!(items(&answer).len(), 3);
    app.anon().get("/api/health/emergency-numbers").await.expect(200);
    app.stop().await;
}
