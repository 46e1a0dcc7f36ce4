//! Where people are leaves no trace in the log, however much it says.

use crate::program::{Caller, Program, client, command, folder};
use hostolink_gateway::openapi;
use hostolink_health_directory::{Country, Directory, Import, Source};
use hostolink_kernel::{SystemClock, SystemRandom};
use hostolink_test_support::TestDb;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
};

const LATITUDE: &str = "5.387123";
const LONGITUDE: &str = "-3.946281";
/// What no line may hold, rounded or not, with a dot, a comma or encoded.
const TRACES: [&str; 4] = [".387123", ".946281", "5.387", "3.946"];

/// Every operation whose description has a position in it: in a parameter, or somewhere in its body.
fn taking_positions() -> BTreeSet<String> {
    let description: Value = serde_json::from_str(&openapi::to_json()).unwrap();
    let schemas = &description["components"]["schemas"];
    let named = |reference: &str| &schemas[reference.rsplit('/').next().unwrap_or_default()];
    let mut found = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let mut names = parameters.filter_map(|parameter| parameter["name"].as_str());
            let body = operation["requestBody"].to_string();
            let references = body.split("\"$ref\":\"").skip(1).filter_map(|rest| rest.split('"').next());
            let in_body = references.map(&named).any(|schema| {
                let text = schema.to_string();
                let is_place = |name| schema["properties"].get(name).is_some();
                is_place("latitude") || is_place("polygon") || text.contains("/PlaceBody\"")
            });
            if names.any(|name| ["near", "bbox", "polygon"].contains(&name)) || in_body {
                found.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    found
}

/// One pharmacy to correct.
fn pharmacy(db: &TestDb) -> String {
    let file = "osm_id,osm_type,amenity,healthcare,name,operator,operator_type,addr_full,contact_number,opening_hours,emergency,\
        dispensing,wheelchair,iso3c,lon,lat\n1,node,pharmacy,,Pharmacie A,,,,,,,,,CIV,-4.01,5.31\n";
    let directory = Directory::new(Arc::new(SystemClock), Arc::new(SystemRandom));
    let import = Import {
        source: Source::Osm,
        country: Some(Country::COTE_D_IVOIRE),
        actor: hostolink_audit::Actor::default(),
    };
    directory.import(&mut db.conn(), &import, file.as_bytes(), &mut |_| ()).unwrap();
    directory.refresh(&mut db.conn()).unwrap();
    directory.snapshot().establishments().next().unwrap().id.to_string()
}

/// A request that is none, or whose body breaks off: parsers like to say what they could not read.
fn send_by_hand(base: &str, request: &str) {
    let mut stream = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let _ = stream.read_to_end(&mut Vec::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_position_that_somebody_sends_is_in_a_log_line() {
    let (folder, db) = (folder(), TestDb::new());
    let establishment = pharmacy(&db);
    let log = folder.path().join("log");
    let mut command = command(folder.path());
    command.env("DATABASE_URL", db.url()).env("APP_ENV", "development").env("RUST_LOG", "debug");
    let program = Program::start_logging(command, File::create(&log).unwrap());
    let (base, client) = (program.base.clone(), client());
    let mut asked = BTreeSet::new();

    // The same parameters for all: each takes those that it knows.
    let right = format!(
        "near={LATITUDE},{LONGITUDE}&bbox={LONGITUDE},{LATITUDE},-3.9,5.4&zoom=10&q=pharmacie&limit=1&source=osm-healthsites"
    );
    // FHIR refuses what it does not know, and writes a position in its own way.
    let right_in_fhir = format!("near={LATITUDE}%7C{LONGITUDE}%7C5%7Ckm");
    let questions = [
        right.clone(),
        right_in_fhir.clone(),
        format!("polygon={LONGITUDE},{LATITUDE}%20-3.9,{LATITUDE}%20-3.9,5.5"),
        format!("polygon={LONGITUDE},{LATITUDE}%20{LATITUDE}"),
        format!("near={LONGITUDE},{LATITUDE}&zoom=10&q=x"),
        format!("near={LATITUDE};{LONGITUDE}&bbox={LONGITUDE},{LATITUDE}&zoom=10&q=x"),
        format!("near={LATITUDE},{LONGITUDE}&format=text&radius=x"),
    ];
    for operation in taking_positions().iter().filter(|operation| operation.starts_with("GET ")) {
        let path = operation.trim_start_matches("GET ").replace("{id}", &establishment);
        let path = path.replace("{kind}", "Location");
        let right = if path.starts_with("/fhir/") { &right_in_fhir } else { &right };
        for question in &questions {
            let answer = client.get(format!("{base}{path}?{question}")).send().await.unwrap();
            assert!(answer.status().as_u16() < 500, "{operation}");
            if question == right {
                assert_eq!(answer.status(), 200, "{operation}");
            }
        }
        asked.insert(operation.clone());
    }

    let (ama, sister) =
        (Caller::register(&base, "ama@example.ci").await, Caller::register(&base, "soeur@example.ci").await);
    let place =
        json!({"latitude": LATITUDE.parse::<f64>().unwrap(), "longitude": LONGITUDE.parse::<f64>().unwrap()});
    let (_, contact) =
        ama.post(&base, "/api/wallet/contacts", json!({"to": sister.identifier, "name": "Sœur"})).await;
    let body = json!({"contact": contact["id"], "position": place, "minutes": 10});
    let (status, share) = ama.post(&base, "/api/position-shares", body.clone()).await;
    assert_eq!(status, 201, "{share}");
    asked.insert("POST /api/position-shares".to_owned());
    let address = format!("/api/position-shares/{}", share["id"].as_str().unwrap());
    assert_eq!(ama.put(&base, &address, place.clone()).await.0, 200);
    asked.insert("PUT /api/position-shares/{id}".to_owned());
    let (status, seen) =
        sister.get(&base, &format!("/api/positions/{}", share["id"].as_str().unwrap())).await;
    assert_eq!((status.as_u16(), &seen["latitude"]), (200, &place["latitude"]));
    let suggestion = json!({"establishment": establishment, "position": place});
    assert_eq!(ama.post(&base, "/api/health/suggestions", suggestion).await.0, 201);
    asked.insert("POST /api/health/suggestions".to_owned());
    let corner = [&place["longitude"], &place["latitude"]];
    let area =
        json!({"polygon": {"type": "Polygon", "coordinates": [[corner, [-3.9, 5.3], [-3.9, 5.5], corner]]}});
    assert_eq!(ama.post(&base, "/api/health/establishments/within", area).await.0, 200);
    let broken = json!({"polygon": {"type": "Polygon", "coordinates": [[corner]]}});
    assert_eq!(ama.post(&base, "/api/health/establishments/within", broken).await.0, 400);
    asked.insert("POST /api/health/establishments/within".to_owned());
    // What is refused, broken or cut off.
    let swapped = json!({"latitude": place["longitude"], "longitude": place["latitude"]});
    assert_eq!(ama.put(&base, &address, swapped).await.0, 400);
    assert_eq!(
        ama.post(&base, "/api/position-shares", json!({"contact": place, "position": body})).await.0,
        400
    );
    for request in [
        format!("GET /api/health/establishments?near={LATITUDE},{LONGITUDE} HTTP/9.9\r\n\r\n"),
        format!("GET /api/health/establishments?near={LATITUDE}, {LONGITUDE} HTTP/1.1\r\nhost: x\r\n\r\n"),
        format!(
            "GET /api/health/near/{LATITUDE},{LONGITUDE} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        ),
        format!(
            "POST /api/position-shares HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n\r\n{{\"latitude\":{LATITUDE}"
        ),
    ] {
        send_by_hand(&base, &request);
    }
    assert_eq!(asked, taking_positions(), "ask each route that takes a position here");
    assert!(program.terminate().success());

    let lines = fs::read_to_string(&log).unwrap();
    assert!(
        lines.contains("/api/position-shares/{id}") && lines.contains("/api/health/establishments"),
        "{lines}"
    );
    assert!(lines.contains("DEBUG"), "the log says all that it can");
    for trace in TRACES {
        // Each line starts with a time, which may hold the same digits.
        let said = lines.lines().map(|line| line.split_once(' ').map_or(line, |(_, said)| said));
        let found: Vec<_> = said.filter(|said| said.contains(trace)).collect();
        assert!(found.is_empty(), "{trace}: {found:#?}");
    }
}
