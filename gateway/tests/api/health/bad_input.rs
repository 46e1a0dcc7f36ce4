use super::with_directory;
use crate::app::TestApp;

#[actix_web::test]
async fn a_wrong_question_is_blamed_on_its_field() {
    let app = TestApp::start();
    for (query, field, code) in [
        ("near=NaN,-4.02", "near", "health.invalid_position"),
        ("near=5.33,inf", "near", "health.invalid_position"),
        ("near=91,-4.02", "near", "health.invalid_position"),
        ("near=5.33,-181", "near", "health.invalid_position"),
        ("near=5.33", "near", "health.invalid_position"),
        ("near=", "near", "health.invalid_position"),
        ("near=Abidjan", "near", "health.place_unknown"),
        ("near=5,33,-4,02", "near", "health.invalid_position"),
        ("near=588000,382000", "near", "health.invalid_position"),
        ("near=-4.0267,5.3364", "near", "health.swapped_position"),
        ("near=5.33,-4.02&radius=-1", "radius", "health.invalid_radius"),
        ("near=5.33,-4.02&radius=NaN", "radius", "health.invalid_radius"),
        ("near=5.33,-4.02&radius=inf", "radius", "health.invalid_radius"),
        ("near=5.33,-4.02&radius=far", "radius", "health.invalid_radius"),
        ("radius=100", "radius", "health.invalid_radius"),
        ("type=magic", "type", "health.unknown_type"),
        ("type=", "type", "health.unknown_type"),
        ("type=Pharmacy", "type", "health.unknown_type"),
        ("level=tertiary", "level", "health.unknown_value"),
        ("ownership=", "ownership", "health.unknown_value"),
        ("emergency=maybe", "emergency", "health.unknown_value"),
        ("service=magic", "service", "health.unknown_value"),
        ("service=", "service", "health.unknown_value"),
        ("service=Maternity", "service", "health.unknown_value"),
        ("service=maternity,", "service", "health.unknown_value"),
        ("near=5.33,-4.02&service=maternity;imaging", "service", "health.unknown_value"),
        ("hasNumber=1", "hasNumber", "health.unknown_value"),
        ("open=no", "open", "health.unknown_value"),
        ("open=yes&openAt=tonight", "openAt", "health.invalid_instant"),
        ("openAt=2026-11-20T22:00:00Z", "openAt", "health.invalid_instant"),
        ("bbox=1,2,3", "bbox", "health.invalid_area"),
        ("bbox=-4,6,-3,5", "bbox", "health.invalid_area"),
        ("bbox=NaN,5,-3,6", "bbox", "health.invalid_area"),
        ("format=xml", "format", "health.unknown_value"),
        ("format=text", "near", "health.position_required"),
        ("format=brief", "near", "health.position_required"),
        ("fields=name,phone", "fields", "health.unknown_field"),
        ("fields=name&format=geojson", "fields", "health.unknown_field"),
        ("limit=0", "limit", "request.invalid_limit"),
        ("limit=101", "limit", "request.invalid_limit"),
        ("limit=abc", "limit", "request.invalid_limit"),
        ("limit=1000000000", "limit", "request.invalid_limit"),
        ("limit=-1", "limit", "request.invalid_limit"),
        ("near=5.33,-4.02&cursor=abc", "cursor", "request.invalid_cursor"),
        (
            "search=%20aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "search",
            "request.invalid_field",
        ),
    ] {
        let answer = app.anon().get(&format!("/api/health/establishments?{query}")).await;
        answer.expect_problem(400, code);
        assert_eq!(answer.json["errors"][0]["field"], field, "{query}: {}", answer.json);
        assert_eq!(answer.json["errors"][0]["code"], code, "{query}");
    }
    for (path, field, code) in [
        ("search", "q", "health.search_required"),
        ("search?q=%20-%20", "q", "health.search_required"),
        ("search?q=a&near=5", "near", "health.invalid_position"),
        ("referral", "near", "health.position_required"),
        ("referral?near=-4.0267,5.3364", "near", "health.swapped_position"),
        ("clusters", "zoom", "health.invalid_zoom"),
        ("clusters?zoom=23", "zoom", "health.invalid_zoom"),
        ("clusters?zoom=-1", "zoom", "health.invalid_zoom"),
        ("search?q=a&service=magic", "service", "health.unknown_value"),
        ("referral?near=5.33,-4.02&service=magic", "service", "health.unknown_value"),
        ("clusters?zoom=3&service=magic", "service", "health.unknown_value"),
        ("pack?part=all", "part", "health.unknown_value"),
        ("sync?since=-1", "since", "health.invalid_since"),
        ("sync?since=99999999999999999999", "since", "health.invalid_since"),
        ("emergency?near=91,0", "near", "health.invalid_position"),
    ] {
        let answer = app.anon().get(&format!("/api/health/{path}")).await;
        answer.expect_problem(400, code);
        assert_eq!(answer.json["errors"][0]["field"], field, "{path}");
    }
    for cursor in ["x", "bm90aGluZw", "WyJ1c2VycyIsMV0"] {
        let answer = app.anon().get(&format!("/api/health/establishments?cursor={cursor}")).await;
        answer.expect_problem(400, "health.invalid_cursor");
    }
    app.anon()
        .get("/api/health/establishments?limit=1&limit=2")
        .await
        .expect_problem(400, "request.invalid_field");
    app.anon()
        .get("/api/health/establishments?search=a%00b")
        .await
        .expect_problem(400, "request.invalid_text");
    app.stop().await;
}

#[actix_web::test]
async fn what_does_not_exist_is_not_found() {
    let app = with_directory().await;
    let unknown = "/api/health/establishments/01932d3c-5a00-7000-8000-000000000000";
    app.anon().get(unknown).await.expect_problem(404, "health.establishment_not_found");
    for id in ["1", "x", "%27%20OR%201=1", "00000000-0000-0000-0000-00000000000g"] {
        app.anon().get(&format!("/api/health/establishments/{id}")).await.expect_problem(404, "not_found");
    }
    app.anon()
        .post("/api/health/establishments", serde_json::json!({}))
        .await
        .expect_problem(405, "request.method_not_allowed");
    app.stop().await;
}

#[actix_web::test]
async fn edges_are_answered() {
    let app = with_directory().await;
    for (query, count) in [
        ("near=90,0&limit=1", 1),
        ("near=-90,180&limit=1", 1),
        ("near=0,-180&limit=1", 1),
        ("near=5.33,-4.02&radius=0", 0),
        ("near=5.33,-4.02&radius=1e300&limit=100", 100),
        ("search=zzzzzz", 0),
    ] {
        let answer = app.anon().get(&format!("/api/health/establishments?{query}")).await;
        assert_eq!(answer.expect(200).json["items"].as_array().unwrap().len(), count, "{query}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_directory_that_was_never_loaded_is_empty_not_broken() {
    let app = TestApp::start();
    for path in ["establishments?near=5.33,-4.02", "establishments", "emergency-numbers", "sources"] {
        let answer = app.anon().get(&format!("/api/health/{path}")).await;
        assert_eq!(answer.expect(200).json["items"], serde_json::json!([]), "{path}");
    }
    app.stop().await;
}
