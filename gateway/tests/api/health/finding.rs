//! Search, the referral ladder, the map, and the small forms.

use super::with_directory;
use crate::app::{Answer, TestApp};
use diesel::connection::SimpleConnection;
use reqwest::Method;
use serde_json::{Value, json};

const PLATEAU: &str = "near=5.3364,-4.0267";

fn items(answer: &Answer) -> &Vec<Value> {
    answer.expect(200).json["items"].as_array().unwrap()
}

async fn get(app: &TestApp, path: &str) -> Answer {
    app.anon().get(&format!("/api/health/{path}")).await
}

#[actix_web::test]
async fn search_understands_what_people_type() {
    let app = with_directory().await;
    let found = get(&app, "search?q=hopital%20gnl%20yopougn").await;
    let first = items(&found)[0]["name"].as_str().unwrap().to_owned();
    assert!(first.contains("Yopougon") && first.to_lowercase().contains("hôpital général"), "{first}");
    let near =
        get(&app, &format!("search?q=pharmacie%20du%20march%C3%A9&type=pharmacy&limit=3&{PLATEAU}")).await;
    assert!(items(&near).iter().all(|item| item["type"] == "pharmacy" && item["distanceMeters"].is_u64()));
    assert!(items(&get(&app, "search?q=zzzzzz").await).is_empty());
    app.stop().await;
}

#[actix_web::test]
async fn the_ladder_leads_from_the_health_centre_to_the_university_hospital() {
    let app = with_directory().await;
    let ladder = get(&app, "referral?near=7.69,-5.03").await;
    let levels: Vec<_> = items(&ladder).iter().map(|rung| rung["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["primary", "general_hospital", "regional_hospital", "university_hospital"]);
    for rung in items(&ladder) {
        let one = get(
            &app,
            &format!("establishments?near=7.69,-5.03&limit=1&level={}", rung["level"].as_str().unwrap()),
        )
        .await;
        assert_eq!(items(&one)[0], rung["establishment"]);
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_map_counts_everything_once_at_every_zoom() {
    let app = with_directory().await;
    for zoom in [0, 7, 22] {
        let map = get(&app, &format!("clusters?zoom={zoom}")).await;
        let counts = items(&map).iter().map(|cluster| cluster["count"].as_u64().unwrap());
        assert_eq!(counts.sum::<u64>(), 3_484, "zoom {zoom}");
        assert!(items(&map).len() <= 500 && map.json["zoom"].as_u64().unwrap() <= zoom);
    }
    let box_of = "bbox=-4.03,5.31,-4.01,5.34&type=pharmacy";
    let map = get(&app, &format!("clusters?zoom=22&{box_of}")).await;
    let list = get(&app, &format!("establishments?limit=100&{box_of}")).await;
    assert_eq!(items(&map).len(), items(&list).len());
    assert!(items(&map).iter().any(|cluster| cluster["establishment"]["name"].is_string()));
    app.stop().await;
}

#[actix_web::test]
async fn the_same_answer_fits_a_map_a_kilobyte_and_a_text_message() {
    let app = with_directory().await;
    let full = get(&app, &format!("establishments?{PLATEAU}&limit=3&hasNumber=true")).await;
    let ids: Vec<&Value> = items(&full).iter().map(|item| &item["id"]).collect();

    let map = get(&app, &format!("establishments?{PLATEAU}&limit=3&hasNumber=true&format=geojson")).await;
    assert_eq!(map.expect(200).headers["content-type"], "application/geo+json");
    let map: Value = serde_json::from_slice(&map.bytes).unwrap();
    for (feature, item) in map["features"].as_array().unwrap().iter().zip(items(&full)) {
        let position = json!([item["position"]["longitude"], item["position"]["latitude"]]);
        assert_eq!((&feature["id"], &feature["geometry"]["coordinates"]), (&item["id"], &position));
        assert_eq!(feature["properties"]["numbers"], item["numbers"]);
    }

    let brief = get(&app, &format!("establishments?{PLATEAU}&limit=3&hasNumber=true&format=brief")).await;
    assert_eq!(items(&brief).iter().map(|item| &item["id"]).collect::<Vec<_>>(), ids);
    assert!(brief.bytes.len() <= 1_024, "{}", brief.bytes.len());
    assert!(items(&brief).iter().all(|item| item["calls"][0].as_str().unwrap().starts_with("tel:")));

    let masked = get(&app, &format!("establishments?{PLATEAU}&limit=3&fields=name,distanceMeters")).await;
    for item in items(&masked) {
        assert_eq!(item.as_object().unwrap().keys().collect::<Vec<_>>(), ["distanceMeters", "name"]);
    }

    for near in [PLATEAU, "near=9.5,-7.5", "near=10.0,-2.9"] {
        let message = get(&app, &format!("establishments?{near}&limit=3&format=text")).await;
        let text = String::from_utf8(message.expect(200).bytes.clone()).unwrap();
        assert!(text.chars().count() <= 160 && text.lines().count() == 3, "{text}");
        assert!(text.chars().all(|c| c.is_ascii() || "éèàùÉÇöüäñ".contains(c)), "{text}");
    }
    let nobody = get(&app, "establishments?near=3.0,-4.0&radius=10&format=text").await;
    assert_eq!(
        String::from_utf8(nobody.expect(200).bytes.clone()).unwrap(),
        "Aucun établissement connu ici. Secours: médical 185, pompiers 180, police 110"
    );
    app.stop().await;
}

#[actix_web::test]
async fn who_offers_a_service_is_found_wherever_services_are_asked_for() {
    let app = with_directory().await;
    let conn = &mut app.db.conn();
    conn.batch_execute(
        "UPDATE etablissement_sante SET services = '{imaging,dialysis}' WHERE cle_source = 'node/6630225590'; \
         UPDATE etablissement_sante SET services = '{}' WHERE nom = 'Abatta Centre de Santé Rural'",
    )
    .unwrap();
    app.state.directory.refresh(conn).unwrap();
    let list = get(&app, "establishments?service=dialysis").await;
    let (place, all) = (items(&list)[0].clone(), items(&list));
    assert_eq!((all.len(), &place["services"]), (1, &json!(["imaging", "dialysis"])));
    let name: String = place["name"].as_str().unwrap().bytes().map(|byte| format!("%{byte:02x}")).collect();
    let axis = |name: &str| place["position"][name].as_f64().unwrap();
    let (south, west) = (axis("latitude") - 0.01, axis("longitude") - 0.01);
    let (north, east) = (south + 0.02, west + 0.02);

    // From Korhogo: a filter that looked at the nearest first and then cut would find nothing.
    for query in [
        "establishments?near=9.458,-5.63&limit=1&service=dialysis".to_owned(),
        "establishments?service=imaging,dialysis".to_owned(),
        format!("establishments?service=dialysis&type={}", place["type"].as_str().unwrap()),
        format!("establishments?service=dialysis&bbox={west},{south},{east},{north}"),
        format!(
            "establishments?service=dialysis&polygon={west},{south}%20{east},{south}%20{east},{north}%20{west},{north}"
        ),
        format!("search?q={name}&service=dialysis"),
    ] {
        let found: Vec<_> = items(&get(&app, &query).await).iter().map(|item| item["id"].clone()).collect();
        assert_eq!(found, [place["id"].clone()], "{query}");
    }
    let ring = json!([[west, south], [east, south], [east, north], [west, north], [west, south]]);
    let drawn = json!({"polygon": {"type": "Polygon", "coordinates": [ring]}});
    let within = app.anon().post("/api/health/establishments/within?service=dialysis", drawn).await;
    assert_eq!(items(&within), items(&list));
    let map = get(&app, "clusters?zoom=7&service=dialysis").await;
    assert_eq!((items(&map).len(), &items(&map)[0]["establishment"]["id"]), (1, &place["id"]));
    for nobody in
        ["service=imaging,surgery", "service=surgery", "service=dialysis&near=9.458,-5.63&radius=100"]
    {
        assert!(items(&get(&app, &format!("establishments?{nobody}")).await).is_empty(), "{nobody}");
    }

    // What a place is, it offers; what is unknown or known to be none is offered by nobody.
    let counted = async |filter: &str| -> u64 {
        let map = get(&app, &format!("clusters?zoom=0&{filter}")).await;
        items(&map).iter().map(|cluster| cluster["count"].as_u64().unwrap()).sum()
    };
    assert!(counted("service=pharmacy").await > 600);
    assert_eq!(counted("service=pharmacy").await, counted("type=pharmacy").await);
    let births = get(&app, "establishments?near=5.3364,-4.0267&limit=100&service=maternity").await;
    let offers = |item: &Value| {
        item["type"] == "maternity"
            || item["services"].as_array().is_some_and(|all| all.contains(&json!("maternity")))
    };
    assert!(!items(&births).is_empty() && items(&births).iter().all(offers));
    let ladder = get(&app, "referral?near=9.458,-5.63&service=dialysis").await;
    assert!(items(&ladder).iter().all(|rung| rung["establishment"]["id"] == place["id"]));
    app.stop().await;
}

#[actix_web::test]
async fn whom_to_call_fits_in_two_kilobytes_here_and_anywhere() {
    let app = with_directory().await;
    let tels = |answer: &Answer| -> Vec<String> {
        let numbers = answer.expect(200).json["numbers"].as_array().unwrap().clone();
        assert!(answer.bytes.len() <= 2_048, "{}", answer.bytes.len());
        numbers.iter().map(|number| number["tel"].as_str().unwrap().to_owned()).collect()
    };
    let abidjan = get(&app, &format!("emergency?{PLATEAU}")).await;
    assert!(
        ["tel:185", "tel:180", "tel:110", "tel:+2252722445353"]
            .iter()
            .all(|tel| tels(&abidjan).contains(&(*tel).to_owned()))
    );
    assert_eq!(abidjan.json["hospitals"].as_array().unwrap().len(), 2);
    assert!(abidjan.json["hospitals"][0]["calls"][0].is_string());
    let korhogo = get(&app, "emergency?near=9.458,-5.63").await;
    assert!(
        tels(&korhogo).contains(&"tel:185".to_owned())
            && !tels(&korhogo).contains(&"tel:+2252722445353".to_owned())
    );
    let anywhere = get(&app, "emergency").await;
    assert!(tels(&anywhere).contains(&"tel:185".to_owned()) && anywhere.json["hospitals"] == json!([]));
    let paris = get(&app, "emergency?near=48.85,2.35").await;
    assert_eq!((tels(&paris), &paris.json["country"]), (vec!["tel:112".to_owned()], &Value::Null));
    app.stop().await;
}

#[actix_web::test]
async fn others_take_a_contact_and_a_table_of_one_licence() {
    let app = with_directory().await;
    let list = get(&app, "establishments?search=akouedo%20village&type=doctor").await;
    let card = get(&app, &format!("establishments/{}/vcard", items(&list)[0]["id"].as_str().unwrap())).await;
    let card = String::from_utf8(card.expect(200).bytes.clone()).unwrap();
    for line in [
        "BEGIN:VCARD\r\nVERSION:4.0\r\n",
        "FN:Centre de Santé Urbain d'Akouedo village\r\n",
        "GEO:geo:5.356196,-3.941001\r\n",
        "TEL;VALUE=uri;PREF=1:tel:+2252722477561\r\n",
        "NOTE:© OpenStreetMap contributors\\, via healthsites.io.",
    ] {
        assert!(card.contains(line), "{line} is not in {card}");
    }
    let table = get(&app, "establishments.csv?source=osm-healthsites").await;
    assert_eq!(
        table.expect(200).headers["link"],
        "<https://opendatacommons.org/licenses/odbl/1-0/>; rel=\"license\""
    );
    let table = String::from_utf8(table.bytes).unwrap();
    assert_eq!(table.lines().count(), 1_718);
    assert!(!table.contains("who-kwtrp-2019"));
    get(&app, "establishments.csv").await.expect_problem(404, "health.source_unknown");
    get(&app, "establishments/x/vcard").await.expect_problem(404, "not_found");
    app.stop().await;
}

#[actix_web::test]
async fn the_map_is_a_page_in_the_reader_s_language_that_loads_nothing_from_elsewhere() {
    let app = TestApp::start();
    let page = app.anon().get("/carte").await;
    let html = String::from_utf8(page.expect(200).bytes.clone()).unwrap();
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    let nonce = policy.split("script-src 'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && html.contains(&format!("<script nonce=\"{nonce}\">"))
    );
    assert!(html.contains("Ouvert maintenant") && !html.contains("src="), "{html}");
    let english = app.anon().request(Method::GET, "/carte").header("Accept-Language", "en");
    let english = String::from_utf8(app.anon().send(english).await.expect(200).bytes.clone()).unwrap();
    assert!(english.contains("Open now") && !english.contains("<h1>Pharmacies et"));
    app.stop().await;
}
