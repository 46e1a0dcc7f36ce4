//! Regions and sub-prefectures, areas that somebody draws, and places by name.

use super::with_directory;
use crate::app::{Answer, TestApp};
use hostolink_geo::{Point, Polygon, Position};
use reqwest::Method;
use serde_json::{Value, json};

async fn get(app: &TestApp, path: &str) -> Answer {
    app.anon().get(&format!("/api/health/{path}")).await
}

fn items(answer: &Answer) -> &Vec<Value> {
    answer.expect(200).json["items"].as_array().unwrap()
}

fn point_of(item: &Value) -> Point {
    let axis = |name: &str| item["position"][name].as_f64().unwrap();
    Point::new(axis("latitude"), axis("longitude")).unwrap()
}

#[actix_web::test]
async fn what_lies_in_an_area_is_found_wherever_one_asks_from() {
    let app = with_directory().await;
    let regions = get(&app, "areas?level=region&limit=100").await;
    assert_eq!((items(&regions).len(), regions.json.get("nextCursor")), (33, None));
    let counted =
        |answer: &Answer| items(answer).iter().map(|i| i["establishments"].as_u64().unwrap()).sum::<u64>();
    let inside = counted(&regions);
    assert!((3_400..=3_490).contains(&inside), "nearly all lie in a region: {inside}");

    // Page by page, the sub-prefectures of one region.
    let abidjan = items(&regions).iter().find(|item| item["name"] == "District Autonome D'Abidjan").unwrap();
    let code = abidjan["code"].as_str().unwrap();
    let (mut parts, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(&app, &format!("areas?parent={code}&limit=2{cursor}")).await;
        parts.extend(items(&page).iter().map(|item| item["code"].as_str().unwrap().to_owned()));
        match page.json["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert!(
        parts.len() > 3 && parts.is_sorted() && parts.iter().all(|part| part.starts_with(code)),
        "{parts:?}"
    );

    // As a shape, with its licence; and what the filter takes is what lies in the shape.
    let shape = get(&app, &format!("areas/{code}")).await;
    let headers = &shape.expect(200).headers;
    assert_eq!(headers["content-type"], "application/geo+json");
    assert_eq!(headers["link"], "<https://creativecommons.org/licenses/by/3.0/igo/>; rel=\"license\"");
    assert!(shape.json["properties"]["attribution"].as_str().unwrap().contains("CNTIG"));
    let tag = headers["etag"].to_str().unwrap().to_owned();
    let again =
        app.anon().request(Method::GET, &format!("/api/health/areas/{code}")).header("If-None-Match", tag);
    app.anon().send(again).await.expect(304);
    assert_eq!(shape.json["geometry"]["type"], "Polygon");
    let rings: Vec<Vec<Position>> =
        serde_json::from_value(shape.json["geometry"]["coordinates"].clone()).unwrap();
    let polygon = Polygon::new(&rings).unwrap();
    // From Korhogo, 500 km away: a filter that looked at the nearest first and then cut would find nothing.
    let far =
        get(&app, &format!("establishments?near=9.458,-5.63&area={code}&type=hospital&limit=100")).await;
    assert!(items(&far).len() > 5 && items(&far).iter().all(|item| polygon.contains(point_of(item))));
    let mut direct = get(&app, "establishments?near=9.458,-5.63&type=hospital&limit=100").await;
    direct.json["items"].as_array_mut().unwrap().retain(|item| polygon.contains(point_of(item)));
    let known: Vec<_> = items(&far).iter().map(|item| item["id"].clone()).collect();
    assert!(items(&direct).iter().all(|item| known.contains(&item["id"])), "none of the nearest is missing");
    let listed = get(&app, &format!("search?q=pharmacie&area={code}&limit=100")).await;
    assert!(
        items(&listed).len() == 100 && items(&listed).iter().all(|item| polygon.contains(point_of(item)))
    );
    let drawn = get(&app, &format!("clusters?zoom=12&area={code}")).await;
    let drawn: u64 = items(&drawn).iter().map(|cluster| cluster["count"].as_u64().unwrap()).sum();
    assert_eq!(drawn, abidjan["establishments"].as_u64().unwrap());

    for (path, status, problem) in [
        ("establishments?area=CI99", 404, "health.area_unknown"),
        ("establishments?area=", 404, "health.area_unknown"),
        ("areas/CI99", 404, "health.area_unknown"),
        ("areas?parent=x", 404, "health.area_unknown"),
        ("areas?level=village", 400, "health.unknown_value"),
        ("areas?cursor=x", 400, "health.invalid_cursor"),
        ("areas?limit=0", 400, "request.invalid_limit"),
    ] {
        get(&app, path).await.expect_problem(status, problem);
    }
    app.stop().await;
}

#[actix_web::test]
async fn somebody_draws_an_area_and_names_a_place() {
    let app = with_directory().await;
    let anon = app.anon();
    let drawn = "-4.1,5.2%20-3.9,5.2%20-4.0,5.4";
    let ring: Vec<Position> = vec![[-4.1, 5.2], [-3.9, 5.2], [-4.0, 5.4]];
    let triangle = Polygon::new(std::slice::from_ref(&ring)).unwrap();
    let found = get(&app, &format!("establishments?polygon={drawn}&limit=100&near=5.3,-4.0")).await;
    assert!(items(&found).len() == 100 && items(&found).iter().all(|item| triangle.contains(point_of(item))));
    // The same in a body, where it may have a hole.
    let path = "/api/health/establishments/within?near=5.3,-4.0&limit=100";
    let body = |rings: &[Vec<Position>]| json!({"polygon": {"type": "Polygon", "coordinates": rings}});
    let same = anon.post(path, body(std::slice::from_ref(&ring))).await;
    assert_eq!(items(&same), items(&found));
    let hole: Vec<Position> = vec![[-4.02, 5.28], [-3.98, 5.28], [-3.98, 5.32], [-4.02, 5.32]];
    let holed = anon.post(path, body(&[ring.clone(), hole.clone()])).await;
    let hole = Polygon::new(&[hole]).unwrap();
    assert!(!items(&holed).is_empty() && !items(&holed).iter().any(|item| hole.contains(point_of(item))));

    let many: Vec<Position> =
        (0..201).map(|n| [f64::from(n) / 100.0 - 5.0, if n % 2 == 0 { 5.0 } else { 5.5 }]).collect();
    for (polygon, code) in [
        ("-4,5", "health.invalid_polygon"),
        ("", "health.invalid_polygon"),
        ("-4,5%20-3,5%20x", "health.invalid_polygon"),
        ("-4,5%20-3,NaN%20-3,6", "health.invalid_polygon"),
        ("-4,95%20-3,5%20-3,6", "health.invalid_polygon"),
        ("-4,5%20-3,6%20-3,5%20-4,6", "health.polygon_crosses"),
    ] {
        let refused = get(&app, &format!("establishments?polygon={polygon}")).await;
        refused.expect_problem(400, code);
        assert_eq!(refused.json["errors"][0]["field"], "polygon");
    }
    for (body, code) in [
        (body(&[]), "health.invalid_polygon"),
        (body(&[many]), "health.invalid_polygon"),
        (json!({"polygon": {"type": "Point", "coordinates": []}}), "health.invalid_polygon"),
        (json!({"polygon": {"type": "Polygon", "coordinates": [[[1]]]}}), "request.invalid_field"),
        (json!({}), "request.invalid_field"),
    ] {
        anon.post(path, body).await.expect_problem(400, code);
    }

    // A quarter by its name and its commune: chosen, and said so.
    let near = get(&app, "establishments?near=Yopougon%20Maroc&type=pharmacy&limit=3").await;
    let chosen = near.expect(200).json["place"]["chosen"].clone();
    assert_eq!((&chosen["name"], &chosen["within"]), (&json!("Quartier Maroc"), &json!("Yopougon")));
    let direct =
        format!("establishments?near={},{}&type=pharmacy&limit=3", chosen["latitude"], chosen["longitude"]);
    let direct = get(&app, &direct).await;
    assert_eq!(items(&near), items(&direct));
    assert_eq!(direct.json.get("place"), None, "degrees are no name");
    // A name of several places: one is chosen, the others are told.
    let koko = get(&app, "search?q=pharmacie&near=koko&limit=1").await;
    let place = &koko.expect(200).json["place"];
    assert_eq!(place["chosen"]["name"], "Koko");
    let others = place["others"].as_array().unwrap();
    assert!(
        !others.is_empty() && others.len() <= 5 && others.iter().all(|other| other["name"] == "Koko"),
        "{place}"
    );
    for form in ["brief", "geojson"] {
        let answer = get(&app, &format!("establishments?near=Bouak%C3%A9&limit=1&format={form}")).await;
        assert_eq!(answer.expect(200).json["place"]["chosen"]["name"], "Bouaké", "{form}");
    }
    let typo = get(&app, "places?q=yopugon").await;
    assert_eq!((&items(&typo)[0]["name"], &items(&typo)[0]["kind"]), (&json!("Yopougon"), &json!("city")));
    let nearest = get(&app, "places?q=koko&near=7.69,-5.03&limit=1").await;
    assert!((items(&nearest)[0]["latitude"].as_f64().unwrap() - 7.69).abs() < 0.1);
    get(&app, "establishments?near=Atlantis").await.expect_problem(400, "health.place_unknown");
    get(&app, "places?q=%20").await.expect_problem(400, "health.search_required");
    get(&app, "places?q=a&near=Koko").await.expect_problem(400, "health.invalid_position");
    app.stop().await;
}
