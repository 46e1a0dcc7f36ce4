//! Who imports whom, how long a file may be, which names are not names.

use crate::root;
use cargo_metadata::{DependencyKind, MetadataCommand};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A crate may import those of a lower tier. The order of docs/ARCHITECTURE.md.
const TIERS: &[&[&str]] = &[
    &["kernel"],
    &["database", "geo", "media", "notifier", "payment-rails", "sealing"],
    &["outbox", "audit"],
    &[
        "auth",
        "ledger",
        "wallet",
        "social",
        "messaging",
        "notifications",
        "health-directory",
        "supply",
        "uploads",
    ],
    &["gateway"],
];

/// Imports within a tier, each with its reason in docs/ARCHITECTURE.md.
const EXCEPTIONS: &[(&str, &str)] = &[("wallet", "ledger")];

/// What only the gateway may know: HTTP, and the shapes of its answers.
const HTTP: &[&str] =
    &["actix-web", "actix-cors", "actix-ws", "utoipa", "utoipa-actix-web", "utoipa-swagger-ui"];

/// Pure or synchronous crates: their async calls are the gateway's to make.
const MAY_BE_ASYNC_CLIENTS: &[&str] = &["media", "notifier", "payment-rails", "gateway"];

fn tier(name: &str) -> usize {
    TIERS
        .iter()
        .position(|tier| tier.contains(&name))
        .unwrap_or_else(|| panic!("the crate {name} has no tier: give it one in tests/contract/architecture.rs and docs/ARCHITECTURE.md"))
}

fn short(name: &str) -> &str {
    name.strip_prefix("hostolink-").unwrap_or(name)
}

#[test]
fn crates_import_downwards_only() {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .unwrap();
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let from = short(&package.name);
        for dependency in &package.dependencies {
            let to = short(&dependency.name);
            let is_ours = dependency.path.is_some();
            if is_ours && to == "test-support" {
                if dependency.kind != DependencyKind::Development {
                    wrong.push(format!("{from} → test-support: only in [dev-dependencies]"));
                }
            } else if is_ours && from != "test-support" {
                if tier(to) >= tier(from) && !EXCEPTIONS.contains(&(from, to)) {
                    wrong.push(format!("{from} → {to}"));
                }
            } else if from == "test-support" && is_ours && tier(to) > 1 {
                wrong.push(format!("test-support → {to}: it knows the kernel and the database"));
            }
            if from != "gateway" && HTTP.contains(&to) {
                wrong.push(format!("{from} → {to}: only the gateway knows HTTP"));
            }
            if to == "reqwest"
                && dependency.kind == DependencyKind::Normal
                && !MAY_BE_ASYNC_CLIENTS.contains(&from)
            {
                wrong.push(format!("{from} → reqwest: no domain calls the network"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "imports that docs/ARCHITECTURE.md does not allow: {wrong:#?}\nLet the gateway compose by ids, or write the exception down with its reason."
    );
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let long: Vec<_> = rust_files()
        .into_iter()
        .filter(|path| !path.ends_with("schema.rs"))
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > 400)
        .collect();
    assert!(long.is_empty(), "split these by what they do: {long:#?}");
}

#[test]
fn an_error_file_stays_small() {
    let long: Vec<_> = rust_files()
        .into_iter()
        .filter(|path| path.ends_with("src/error.rs") && path.starts_with(root().join("crates")))
        .map(|path| {
            (fs::read_to_string(&path).unwrap().lines().filter(|line| !line.trim().is_empty()).count(), path)
        })
        .filter(|(lines, _)| *lines > 200)
        .collect();
    assert!(long.is_empty(), "too many errors for one crate: {long:#?}");
}

#[test]
fn modules_are_called_by_what_they_do() {
    let nameless: Vec<_> = rust_files()
        .into_iter()
        .filter(|path| {
            path.iter().filter_map(|part| Path::new(part).file_stem()).any(|stem| {
                ["utils", "util", "common", "helpers", "helper", "manager", "misc"]
                    .iter()
                    .any(|bad| stem == *bad)
            })
        })
        .collect();
    assert!(nameless.is_empty(), "these names say nothing: {nameless:#?}");
}

#[test]
fn every_crate_tells_what_it_is() {
    for (name, path) in crates() {
        let readme =
            fs::read_to_string(path.join("README.md")).unwrap_or_else(|_| panic!("{name} has no README.md"));
        assert!(
            readme.contains("```rust") || readme.contains("```no_run"),
            "the README of {name} has no example that compiles"
        );
        if name != "kernel" && name != "geo" && name != "test-support" {
            assert!(readme.to_lowercase().contains("invariant"), "the README of {name} names no invariant");
        }
        let lib = fs::read_to_string(path.join("src/lib.rs")).unwrap();
        assert!(
            lib.starts_with("#![doc = include_str!(\"../README.md\")]"),
            "the README of {name} is not its documentation"
        );
    }
}

#[test]
fn queries_live_in_stores() {
    let strays: Vec<_> = rust_files()
        .into_iter()
        .filter(|path| {
            path.starts_with(root().join("crates")) && path.components().any(|part| part.as_os_str() == "src")
        })
        .filter(|path| {
            let name = path.file_name().unwrap_or_default();
            // A row that is the model as it is derives its columns there; that is no query.
            let in_store = path.iter().any(|part| part == "store")
                || ["store.rs", "schema.rs", "model.rs"].iter().any(|file| name == *file);
            // The database, the outbox and test-support are plumbing: SQL is what they are about.
            let plumbing = ["database", "test-support"]
                .iter()
                .any(|name| path.starts_with(root().join("crates").join(name)));
            !in_store && !plumbing
        })
        .filter(|path| fs::read_to_string(path).unwrap().contains("schema::"))
        .collect();
    assert!(strays.is_empty(), "these files import a schema and are no store: {strays:#?}");
}

fn crates() -> BTreeMap<String, PathBuf> {
    fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path))
        .collect()
}

fn rust_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("crates"), root().join("gateway")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 50, "the sources were not found");
    files
}
