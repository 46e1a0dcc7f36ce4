use super::with_directory;
use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};

#[actix_web::test]
async fn emergency_numbers_open_the_dialler() {
    let app = with_directory().await;
    let answer = app.anon().get("/api/health/emergency-numbers").await;
    let numbers = answer.expect(200).json["items"].as_array().unwrap();
    assert_eq!(numbers.len(), 20);
    for number in numbers {
        let (kind, value, tel) =
            (&number["kind"], number["value"].as_str().unwrap(), number["tel"].as_str().unwrap());
        assert_eq!(tel, format!("tel:{value}"));
        assert!(!tel.contains(' '), "{number}");
        match kind.as_str().unwrap() {
            "short" => {
                assert!(value.len() == 3 && value.bytes().all(|digit| digit.is_ascii_digit()), "{number}");
            }
            _ => assert!(value.starts_with("+225") && value.len() == 14, "{number}"),
        }
        assert_eq!(number["status"], "unverified");
    }
    let samu = numbers.iter().find(|number| number["value"] == "185").unwrap();
    assert_eq!(
        (&samu["category"], &samu["free"], &samu["confidence"]),
        (&json!("medical"), &Value::Null, &json!("high"))
    );
    app.stop().await;
}

#[actix_web::test]
async fn sources_name_their_licence_and_attribution() {
    let app = with_directory().await;
    let answer = app.anon().get("/api/health/sources").await;
    let sources = answer.expect(200).json["items"].as_array().unwrap();
    let osm = sources.iter().find(|source| source["code"] == "osm-healthsites").unwrap();
    assert_eq!((&osm["licence"], &osm["shareAlike"]), (&json!("ODbL-1.0"), &json!(true)));
    assert!(osm["attribution"].as_str().unwrap().contains("© OpenStreetMap contributors"));
    let who = sources.iter().find(|source| source["code"] == "who-kwtrp-2019").unwrap();
    assert_eq!((&who["licence"], &who["shareAlike"]), (&json!("CC-BY-4.0"), &json!(false)));
    assert!(who["attribution"].as_str().unwrap().contains("doi:10.1038/s41597-019-0142-2"));
    app.stop().await;
}

#[actix_web::test]
async fn a_list_that_the_caller_has_is_not_sent_again() {
    let app = with_directory().await;
    let anon = app.anon();
    let tag = |headers: &HeaderMap| headers["etag"].to_str().unwrap().to_owned();
    let first = anon.get("/api/health/emergency-numbers").await;
    let known = tag(&first.expect(200).headers);
    assert_eq!(first.headers["cache-control"], "public, max-age=300");
    let ask = |tag: &str| {
        anon.request(Method::GET, "/api/health/emergency-numbers").header("If-None-Match", tag.to_owned())
    };
    let again = anon.send(ask(&format!("\"other\", {known}"))).await;
    assert!(again.expect(304).bytes.is_empty());
    anon.send(ask("\"other\"")).await.expect(200);

    let changed = include_str!("../../../../data/civ_emergency_numbers.csv")
        .replace("Police secours / CCDO", "Police secours");
    let import = hostolink_health_directory::Import {
        source: hostolink_health_directory::Source::Emergency,
        country: None,
        actor: hostolink_audit::Actor::default(),
    };
    let conn = &mut app.db.conn();
    let report = app.state.directory.import(conn, &import, changed.as_bytes(), &mut |_| ()).unwrap();
    assert_eq!((report.written.updated, report.written.unchanged), (1, 19));
    app.state.directory.refresh(conn).unwrap();
    let fresh = anon.send(ask(&known)).await;
    assert_ne!(tag(&fresh.expect(200).headers), known);
    app.stop().await;
}
