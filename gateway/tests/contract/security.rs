//! docs/SECURITY.md names tests that exist.

use crate::{read, root};
use std::{collections::BTreeSet, fs, path::PathBuf};

/// The names of all functions under `crates` and `gateway`.
fn functions() -> BTreeSet<String> {
    let mut folders: Vec<PathBuf> = vec![root().join("crates"), root().join("gateway")];
    let mut names = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(path).unwrap();
                let declared = text.split("fn ").skip(1).filter_map(|rest| rest.split_once('('));
                names.extend(declared.map(|(name, _)| name.to_owned()));
            }
        }
    }
    names
}

/// What stands in backticks and reads like a test's name: words with underscores, three of them at least.
fn tests_named(text: &str) -> impl Iterator<Item = &str> {
    let is_name = |word: &&str| {
        word.matches('_').count() >= 2
            && !word.starts_with("hostolink_")
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    text.split('`').skip(1).step_by(2).filter(is_name)
}

#[test]
fn every_attack_case_names_tests_that_exist() {
    let (page, functions) = (read("docs/SECURITY.md"), functions());
    let missing: Vec<&str> = tests_named(&page).filter(|name| !functions.contains(*name)).collect();
    assert!(missing.is_empty(), "docs/SECURITY.md names tests that are not there: {missing:?}");
    for case in 1..=37 {
        let row = page.lines().find(|line| line.starts_with(&format!("| {case} |")));
        let row = row.unwrap_or_else(|| panic!("docs/SECURITY.md has no row for attack case {case}"));
        assert!(
            tests_named(row).next().is_some() || row.contains("no test"),
            "attack case {case} has neither a test nor a reason: {row}"
        );
    }
}
