//! What is written down equals what the code says.

use crate::read;
use hostolink_gateway::{authorization, authorization::ROUTES, commands, error, openapi};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn the_committed_description_is_the_codes() {
    assert!(read("docs/openapi.json") == openapi::to_json(), "run: cargo run -- openapi > docs/openapi.json");
}

#[test]
fn the_page_of_errors_is_the_codes() {
    assert!(read("docs/ERRORS.md") == commands::errors_page(), "run: cargo run -- errors > docs/ERRORS.md");
}

#[test]
fn the_page_of_authorisation_is_the_matrix() {
    assert!(
        read("docs/AUTHORIZATION.md") == authorization::to_markdown(),
        "run: cargo run -- routes --markdown > docs/AUTHORIZATION.md"
    );
}

#[test]
fn an_error_code_means_one_thing() {
    let mut seen = BTreeMap::new();
    for code in error::all_codes() {
        assert!(seen.insert(code.code, code).is_none(), "{} is declared twice, differently", code.code);
        assert!(!code.fr.is_empty() && !code.en.is_empty());
        assert!(
            code.code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c)),
            "{} is no code",
            code.code
        );
    }
}

/// The routes that a description or a collection need not show: pages, and what answers with no contract.
const PAGES: &[&str] = &["/docs/{_:.*}"];

#[test]
fn every_route_is_described_and_every_described_route_is_in_the_matrix() {
    let described: BTreeSet<(String, String)> = openapi_operations().into_iter().collect();
    let listed: BTreeSet<(String, String)> = ROUTES
        .iter()
        .filter(|route| !PAGES.contains(&route.path))
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    let undescribed: Vec<_> = listed.difference(&described).collect();
    let unlisted: Vec<_> = described.difference(&listed).collect();
    assert!(
        undescribed.is_empty(),
        "in gateway/src/authorization/routes.rs and not mounted with a #[utoipa::path]: {undescribed:?}"
    );
    assert!(
        unlisted.is_empty(),
        "mounted, and missing from gateway/src/authorization/routes.rs, so that they answer 404: {unlisted:?}"
    );
}

#[test]
fn every_route_is_in_the_postman_collection() {
    let collection: serde_json::Value =
        serde_json::from_str(&read("postman/hostolink.postman_collection.json")).unwrap();
    let mut requests = Vec::new();
    collect_requests(&collection["item"], &mut requests);
    let missing: Vec<_> = ROUTES
        .iter()
        .filter(|route| !PAGES.contains(&route.path) && route.path != "/")
        .filter(|route| {
            !requests.iter().any(|(method, path)| *method == route.method && matches(route.path, path))
        })
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert!(missing.is_empty(), "add these to postman/hostolink.postman_collection.json: {missing:#?}");
}

fn openapi_operations() -> Vec<(String, String)> {
    let description: serde_json::Value = serde_json::from_str(&openapi::to_json()).unwrap();
    let paths = description["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item
                .as_object()
                .unwrap()
                .keys()
                .filter(|key| ["get", "post", "put", "patch", "delete"].contains(&key.as_str()));
            methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_operation_says_who_may_call_it_and_how_it_refuses() {
    let description: serde_json::Value = serde_json::from_str(&openapi::to_json()).unwrap();
    let mut ids = BTreeSet::new();
    for route in ROUTES.iter().filter(|route| !PAGES.contains(&route.path)) {
        let operation = &description["paths"][route.path][route.method.to_lowercase()];
        let name = format!("{} {}", route.method, route.path);
        assert!(
            ids.insert(
                operation["operationId"]
                    .as_str()
                    .unwrap_or_else(|| panic!("{name} has no operationId"))
                    .to_owned()
            ),
            "{name}: its operationId is taken"
        );
        let secured = operation.get("security").is_some();
        let needs_token =
            !matches!(route.who, authorization::Who::Anyone | authorization::Who::AnyoneOrSignedIn);
        assert_eq!(
            secured,
            needs_token || route.who == authorization::Who::AnyoneOrSignedIn,
            "{name}: its `security` and the matrix differ"
        );
        assert!(
            operation.get("summary").is_some(),
            "{name} has no summary: the first line of its doc comment"
        );
    }
}

fn collect_requests(items: &serde_json::Value, requests: &mut Vec<(String, String)>) {
    for item in items.as_array().into_iter().flatten() {
        if let Some(request) = item.get("request") {
            let url = request["url"]["raw"].as_str().or_else(|| request["url"].as_str()).unwrap_or_default();
            let path = url.trim_start_matches("{{baseUrl}}").split(['?', '#']).next().unwrap_or_default();
            // Where one slash at the end means nothing.
            let path = if path.starts_with("/api/v1/") { path.trim_end_matches('/') } else { path };
            requests.push((request["method"].as_str().unwrap_or_default().to_owned(), path.to_owned()));
        }
        collect_requests(&item["item"], requests);
    }
}

/// Whether a Postman path (`:id`, `{{id}}` or a value) fills a pattern.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern.iter().zip(&path).all(|(part, given)| part.starts_with('{') || part == given)
}
