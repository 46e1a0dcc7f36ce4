//! The directory as FHIR R4. That every answer is valid FHIR is shown by `scripts/validate-fhir`, which asks a library that is not ours.

use super::with_directory;
use crate::app::{Answer, Caller, TestApp};
use diesel::connection::SimpleConnection;
use hostolink_geo::Point;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const FHIR: &str = "application/fhir+json; charset=utf-8";

async fn ask(anon: &Caller, path: &str) -> Answer {
    let answer = anon.get(&format!("/fhir/R4/{path}")).await;
    assert_eq!(answer.headers["content-type"], FHIR, "{path}");
    answer
}

fn entries(answer: &Answer) -> Vec<Value> {
    answer.expect(200).json["entry"].as_array().cloned().unwrap_or_default()
}

/// The query of the link to the next page.
fn next(answer: &Answer) -> Option<String> {
    let links = answer.json["link"].as_array().unwrap();
    let link = links.iter().find(|link| link["relation"] == "next")?;
    Some(link["url"].as_str().unwrap().split_once("/fhir/R4/").unwrap().1.to_owned())
}

/// All entries, page by page.
async fn all(anon: &Caller, path: &str) -> Vec<Value> {
    let (mut found, mut path) = (Vec::new(), Some(path.to_owned()));
    while let Some(asked) = path {
        let page = ask(anon, &asked).await;
        found.extend(entries(&page));
        path = next(&page);
    }
    found
}

#[track_caller]
fn refused(answer: &Answer, status: u16, issue: &str, code: &str, parameter: &str) {
    let found = &answer.expect(status).json;
    assert_eq!(found["resourceType"], "OperationOutcome", "{found}");
    let wrong = &found["issue"][0];
    assert_eq!((&wrong["severity"], &wrong["code"]), (&json!("error"), &json!(issue)), "{found}");
    assert_eq!(wrong["details"]["coding"][0]["code"], code, "{found}");
    assert!(wrong["details"]["text"].as_str().is_some_and(|text| !text.is_empty()));
    if !parameter.is_empty() {
        assert_eq!(wrong["expression"], json!([format!("http.{parameter}")]), "{found}");
    }
}

#[actix_web::test]
async fn the_directory_is_read_and_searched_as_fhir() {
    let app = with_directory().await;
    let anon = app.anon();

    let metadata = ask(&anon, "metadata").await;
    assert_eq!(metadata.expect(200).json["fhirVersion"], "4.0.1");
    let resources = metadata.json["rest"][0]["resource"].as_array().unwrap();
    assert_eq!(resources.len(), 3);
    assert!(resources.iter().all(|resource| resource["readHistory"] == false), "older versions are gone");

    // The nearest, by great circle, page by page, each with its distance.
    let here = Point::new(5.3364, -4.0267).unwrap();
    let near = all(&anon, "Location?near=5.3364|-4.0267|2|km&type=PHARM&_count=7").await;
    let direct =
        anon.get("/api/health/establishments?near=5.3364,-4.0267&radius=2000&type=pharmacy&limit=100").await;
    let ids = |found: &[Value]| found.iter().map(|entry| entry["resource"]["id"].clone()).collect::<Vec<_>>();
    let expected: Vec<Value> =
        direct.expect(200).json["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    assert!(expected.len() > 7, "{}", expected.len());
    assert_eq!(ids(&near), expected);
    let total = ask(&anon, "Location?near=5.3364|-4.0267|2|km&type=PHARM&_summary=count").await;
    assert_eq!((&total.json["total"], total.json.get("entry")), (&json!(expected.len()), None));
    for entry in &near {
        let (position, distance) = (&entry["resource"]["position"], &entry["search"]["extension"][0]);
        let axis = |name: &str| position[name].as_f64().unwrap();
        let there = Point::new(axis("latitude"), axis("longitude")).unwrap();
        assert_eq!(distance["url"], "http://hl7.org/fhir/StructureDefinition/location-distance");
        let kilometres = distance["valueDistance"]["value"].as_f64().unwrap();
        assert!((kilometres * 1_000.0 - here.distance(there)).abs() <= 0.5, "{entry}");
        let types = entry["resource"]["type"].to_string();
        assert!(types.contains("v3-RoleCode") && types.contains("PHARM"), "{types}");
    }

    // One resource in its three shapes, which point at each other.
    let place = &near[0]["resource"];
    let id = place["id"].as_str().unwrap();
    let version = place["meta"]["versionId"].as_str().unwrap();
    assert!(place["meta"]["tag"].to_string().contains("ODbL-1.0"), "{}", place["meta"]);
    assert_eq!(place["meta"]["source"], "https://www.openstreetmap.org/copyright");
    let read = ask(&anon, &format!("Location/{id}")).await;
    assert_eq!(&read.expect(200).json, place);
    assert_eq!(read.headers["etag"].to_str().unwrap(), format!("W/\"{version}\""));
    assert!(read.headers["last-modified"].to_str().unwrap().ends_with(" GMT"));
    let path = format!("/fhir/R4/Location/{id}");
    let known = anon.request(Method::GET, &path).header("If-None-Match", format!("W/\"{version}\""));
    assert!(anon.send(known).await.expect(304).bytes.is_empty());
    let service = ask(&anon, &format!("HealthcareService?location={id}&service-type=64")).await;
    let service = &entries(&service)[0]["resource"];
    assert_eq!(service["providedBy"], place["managingOrganization"]);
    assert_eq!(service["location"], json!([{"reference": format!("Location/{id}")}]));
    let organization = place["managingOrganization"]["reference"].as_str().unwrap();
    assert_eq!(ask(&anon, organization).await.expect(200).json["type"][0]["coding"][0]["code"], "prov");

    // Numbers are contact points in their order.
    let called = all(&anon, "Location?name=akouedo%20village&type=doctor").await;
    let telecom = &called[0]["resource"]["telecom"][0];
    assert_eq!((&telecom["system"], &telecom["rank"]), (&json!("phone"), &json!(1)));
    assert!(telecom["value"].as_str().unwrap().starts_with("+225"));

    let count = async |query: &str| {
        ask(&anon, &format!("{query}&_summary=count")).await.expect(200).json["total"].as_u64().unwrap()
    };
    assert_eq!(count("Location?status=active").await, 3_484);
    assert_eq!(count("Location?status=inactive").await, 0);
    assert_eq!(count("Organization?active=true").await, 3_484);
    assert_eq!(count("Location?type=unheard-of").await, 0);
    assert_eq!(count(&format!("Location?_id={id},{id},x")).await, 1);
    assert_eq!(count(&format!("Location?_id={id}&type=HOSP")).await, 0);
    assert_eq!(count("Location?_lastUpdated=lt2020").await, 0);
    let bouake = all(&anon, "Location?address-city=bouake&_count=50").await;
    assert!(bouake.len() > 20 && bouake.iter().all(|entry| entry["resource"]["address"]["city"] == "Bouaké"));
    assert_eq!(count("Location?_lastUpdated=ge2020").await, 3_484);
    let seen: BTreeSet<String> =
        all(&anon, "Location?_count=100").await.iter().map(|e| e["fullUrl"].to_string()).collect();
    assert_eq!(seen.len(), 3_484, "every one once");
    app.stop().await;
}

#[actix_web::test]
async fn what_is_offered_is_a_type_of_the_service_and_found_by_it() {
    let app = with_directory().await;
    let (anon, conn) = (app.anon(), &mut app.db.conn());
    conn.batch_execute(
        "UPDATE etablissement_sante SET services = '{imaging,surgery}', urgences = true WHERE cle_source = 'node/6630225590'",
    )
    .unwrap();
    app.state.directory.refresh(conn).unwrap();
    let ours = "https://hostolink.ci/fhir/CodeSystem/service";
    let found = all(&anon, &format!("HealthcareService?service-type={ours}|imaging")).await;
    assert_eq!(found.len(), 1);
    let service = &found[0]["resource"];
    let codes: Vec<(&Value, &Value)> = service["type"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| {
            let coding = &kind["coding"][0];
            (&coding["system"], &coding["code"])
        })
        .collect();
    let fhir = json!("http://terminology.hl7.org/CodeSystem/service-type");
    for (system, code) in [
        (&json!(ours), &json!("imaging")),
        (&json!(ours), &json!("surgery")),
        (&fhir, &json!("221")),
        (&fhir, &json!("117")),
    ] {
        assert!(codes.contains(&(system, code)), "{code} is not in {service}");
    }
    let distinct: BTreeSet<String> = codes.iter().map(|code| format!("{code:?}")).collect();
    assert_eq!(distinct.len(), codes.len(), "each once: {service}");

    let ids = async |query: &str| -> BTreeSet<String> {
        all(&anon, &format!("{query}&_count=100"))
            .await
            .iter()
            .map(|e| e["resource"]["id"].to_string())
            .collect()
    };
    let one = BTreeSet::from([service["id"].to_string()]);
    assert_eq!(ids("HealthcareService?service-type=221").await, one);
    assert_eq!(ids("HealthcareService?service-type=221&service-type=117").await, one, "both");
    assert!(ids("HealthcareService?service-type=221&service-type=200").await.is_empty());
    let either = ids("HealthcareService?service-type=221,88").await;
    let dentists = ids("HealthcareService?service-type=88").await;
    assert_eq!(either, dentists.union(&one).cloned().collect::<BTreeSet<_>>(), "either");
    assert_eq!(dentists, ids("Location?type=dentist").await, "what they are, they offer");
    assert_eq!(ids(&format!("HealthcareService?service-type={ours}|dentistry")).await, dentists);
    assert!(ids("HealthcareService?service-type=117").await.len() > 10, "who takes emergencies");
    assert!(ids("Location?type=imaging").await.is_empty(), "a place is no service");
    app.stop().await;
}

#[actix_web::test]
async fn the_history_tells_what_changed_and_what_is_gone() {
    let app = with_directory().await;
    let anon = app.anon();
    let latest = async || entries(&ask(&anon, "Location/_history?_count=2").await);
    let before = latest().await;
    assert_eq!(before.len(), 2);
    let conn = &mut app.db.conn();
    conn.batch_execute(
        "UPDATE etablissement_sante SET nom = 'Autre nom' WHERE cle_source = 'node/6630225590'; \
         DELETE FROM etablissement_sante WHERE id_etablissement IN (SELECT id_etablissement FROM etablissement_sante \
         WHERE cle_source LIKE 'node/%' AND cle_source <> 'node/6630225590' ORDER BY 1 LIMIT 2)",
    )
    .unwrap();
    app.state.directory.refresh(conn).unwrap();

    let changed = all(&anon, "Location/_history?_count=100").await;
    let versions: Vec<i64> = changed.iter().map(version_of).collect();
    assert!(versions.is_sorted_by(|a, b| a >= b), "the newest first");
    let keys: BTreeSet<String> = changed.iter().map(|entry| entry["request"]["url"].to_string()).collect();
    assert_eq!(keys.len(), changed.len(), "each once");
    let renamed = changed.iter().find(|entry| entry["resource"]["name"] == "Autre nom").unwrap();
    assert_eq!(
        (&renamed["request"]["method"], &renamed["response"]["status"]),
        (&json!("PUT"), &json!("200"))
    );
    let gone: Vec<_> = changed.iter().filter(|entry| entry["request"]["method"] == "DELETE").collect();
    assert!(gone.len() == 2 && gone.iter().all(|entry| entry.get("resource").is_none()));
    let since = all(&anon, "Location/_history?_since=2100-01-01T00:00:00Z").await;
    assert_eq!(since.len(), gone.len(), "of what is gone no date is kept: it is always told");

    // One of each, alone.
    let url = gone[0]["request"]["url"].as_str().unwrap();
    refused(&ask(&anon, url).await, 410, "deleted", "fhir.gone", "");
    let alone = entries(&ask(&anon, &format!("{url}/_history")).await);
    assert_eq!(alone, [gone[0].clone()]);
    let url = renamed["request"]["url"].as_str().unwrap();
    assert_eq!(entries(&ask(&anon, &format!("{url}/_history")).await), std::slice::from_ref(renamed));
    let now = version_of(renamed);
    assert_eq!(
        ask(&anon, &format!("{url}/_history/{now}")).await.expect(200).json["meta"]["versionId"],
        json!(now.to_string())
    );
    let older = ask(&anon, &format!("{url}/_history/{}", now - 1)).await;
    refused(&older, 404, "not-found", "fhir.version_not_kept", "");
    app.stop().await;
}

fn version_of(entry: &Value) -> i64 {
    entry["response"]["etag"].as_str().unwrap().trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap()
}

#[actix_web::test]
async fn what_can_t_be_answered_is_an_operation_outcome() {
    let app = TestApp::start();
    let anon = app.anon();
    let (unknown, invalid) = ("fhir.unknown_parameter", "fhir.invalid_parameter");
    for (path, issue, code, parameter) in [
        ("Location?nmae=x", "not-supported", unknown, "nmae"),
        ("Location?name:exact=x", "not-supported", unknown, "name:exact"),
        ("Organization?near=5|-4", "not-supported", unknown, "near"),
        ("HealthcareService?type=64", "not-supported", unknown, "type"),
        ("metadata?x=1", "not-supported", unknown, "x"),
        ("Location/_history?_at=2026", "not-supported", unknown, "_at"),
        ("Location?near=here", "invalid", invalid, "near"),
        ("Location?near=95|0", "invalid", "health.invalid_position", "near"),
        ("Location?near=-4.0267|5.3364", "invalid", "health.swapped_position", "near"),
        ("Location?_count=x", "invalid", invalid, "_count"),
        ("Location?_lastUpdated=yesterday", "invalid", invalid, "_lastUpdated"),
        ("Location?_format=xml", "invalid", invalid, "_format"),
        ("Location?cursor=x", "invalid", invalid, "cursor"),
        ("Location/_history?cursor=bm90aGluZw", "invalid", invalid, "cursor"),
        ("Location/_history?_since=never", "invalid", invalid, "_since"),
        ("Location?name=a%00b", "invalid", "request.invalid_text", ""),
    ] {
        refused(&ask(&anon, path).await, 400, issue, code, parameter);
    }
    let id = "01932d3c-5a00-7000-8000-000000000000";
    for (path, issue, code) in [
        (format!("Location/{id}"), "not-found", "fhir.resource_not_found"),
        (format!("Location/{id}/_history"), "not-found", "fhir.resource_not_found"),
        (format!("Location/{id}/_history/1"), "not-found", "fhir.resource_not_found"),
        (format!("Patient/{id}"), "not-supported", "fhir.unknown_resource"),
        ("Patient".to_owned(), "not-supported", "fhir.unknown_resource"),
        ("location".to_owned(), "not-supported", "fhir.unknown_resource"),
        ("Location/x".to_owned(), "not-found", "not_found"),
        ("Location/x/y/z".to_owned(), "not-found", "not_found"),
    ] {
        refused(&ask(&anon, &path).await, 404, issue, code, "");
    }
    let written = anon.post("/fhir/R4/Location", json!({"resourceType": "Location"})).await;
    refused(&written, 405, "invalid", "request.method_not_allowed", "");
    let nothing = ask(&anon, "Location").await;
    assert_eq!((&nothing.expect(200).json["total"], nothing.json.get("entry")), (&json!(0), None));
    app.stop().await;
}
