//! `hostolink import`, as an operator runs it.

use hostolink_test_support::TestDb;
use std::{
    path::Path,
    process::{Command, Output},
};

fn hostolink(db: &TestDb, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hostolink"))
        .arg("import")
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .env_clear()
        .envs([("APP_ENV", "development"), ("DATABASE_URL", db.url())])
        .output()
        .unwrap()
}

#[track_caller]
fn expect(output: &Output, succeeds: bool, texts: &[&str]) {
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.success(), succeeds, "{said}");
    for text in texts {
        assert!(said.contains(text), "{text:?} is not in {said}");
    }
}

#[test]
fn lists_are_imported_and_what_is_refused_is_said() {
    let db = TestDb::new();
    let osm = ["establishments", "data/civ_healthsites_osm_2020.csv", "--source", "osm"];
    expect(
        &hostolink(&db, &osm),
        true,
        &[
            "1800 rows\n  1717 new, 0 changed, 0 as before, 83 refused",
            "refused: 83 × the name is empty (line 11, ",
            "228 × a number of the 8-digit plan was converted",
        ],
    );
    expect(&hostolink(&db, &osm), true, &["0 new, 0 changed, 1717 as before, 83 refused"]);
    let who = ["establishments", "data/civ_who_kwtrp_2019.csv", "--source", "who", "--country", "all"];
    expect(&hostolink(&db, &who), true, &["1767 new", "refused: 25 × the coordinates are empty"]);
    let numbers = ["emergency-numbers", "data/civ_emergency_numbers.csv"];
    expect(&hostolink(&db, &numbers), true, &["20 new, 0 changed, 0 as before, 0 refused"]);
    let areas = ["areas", "data/civ_regions_cntig_ocha_2018.geojson"];
    expect(&hostolink(&db, &areas), true, &["33 rows\n  33 new, 0 changed, 0 as before, 0 refused"]);
    expect(&hostolink(&db, &areas), true, &["0 new, 0 changed, 33 as before, 0 refused"]);
    let places = ["places", "data/civ_osm_2019_places.csv"];
    expect(&hostolink(&db, &places), true, &["6313 new, 0 changed, 0 as before, 6114 refused"]);
}

#[test]
fn the_ministry_s_list_is_imported_with_what_it_does_not_say_itself() {
    let (db, folder) = (TestDb::new(), tempfile::tempdir().unwrap());
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    // Invented, as all of it.
    let invented = "crates/health-directory/tests/health_directory/ministry_invented.csv";
    let said = ["ministry", invented, "--licence", "CC-BY-4.0", "--verified-on", "2022-06-07"];
    expect(
        &hostolink(&db, &said),
        true,
        &[
            "24 rows\n  14 new, 0 changed, 0 as before, 10 refused",
            "2 × the coordinates were metres of UTM, and were converted to degrees (line 13, 14)",
            "1 × the coordinates are metres of UTM, and both zone 29 and zone 30 would do (line 15)",
            "2 × the code is also that of an establishment with another name (line 7, 8)",
        ],
    );
    expect(&hostolink(&db, &said), true, &["0 new, 0 changed, 14 as before, 10 refused"]);
    let packed = file("liste.csv.gz", b"\x1f\x8b\x08\x00");
    expect(&hostolink(&db, &["ministry", &packed]), false, &["compressed"]);
    expect(&hostolink(&db, &["ministry", invented, "--verified-on", "juin"]), false, &["--verified-on"]);
}

#[test]
fn when_nothing_was_imported_the_command_fails() {
    let db = TestDb::new();
    let who = "data/civ_who_kwtrp_2019.csv";
    expect(
        &hostolink(&db, &["establishments", who, "--source", "who", "--country", "GH"]),
        false,
        &["1792 × the row is of another country", "nothing was imported"],
    );
    expect(
        &hostolink(&db, &["establishments", who, "--source", "osm"]),
        false,
        &["lacks the columns osm_id"],
    );
    expect(
        &hostolink(&db, &["establishments", who, "--source", "ministry"]),
        false,
        &["--source is who or osm"],
    );
    expect(
        &hostolink(&db, &["establishments", "nowhere.csv", "--source", "who"]),
        false,
        &["can't read nowhere.csv"],
    );
}

#[test]
fn a_sanctions_list_is_imported_and_everybody_is_compared() {
    use diesel::RunQueryDsl;
    let (db, folder) = (TestDb::new(), tempfile::tempdir().unwrap());
    diesel::sql_query(
        "INSERT INTO utilisateur (prenom, nom) VALUES ('Modèle', 'Exemple'), ('Awa', 'Koné'), (NULL, NULL)",
    )
    .execute(&mut db.conn())
    .unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let list = file("liste.csv", "reference,name\nX1,Exemple Modele\nX2,\nX3,Autre Exemple\n");
    expect(
        &hostolink(&db, &["sanctions", &list, "--source", "un"]),
        true,
        &[
            "3 rows\n  2 new, 0 changed, 0 as before, 0 closed, 1 refused",
            "refused: 1 × there is no name to compare (row 3)",
            "2 people compared, 1 new alerts",
        ],
    );
    let again = hostolink(&db, &["sanctions", &list, "--source", "un"]);
    expect(&again, true, &["0 new, 0 changed, 2 as before, 0 closed", "2 people compared, 0 new alerts"]);
    let empty = file("vide.csv", "reference,name\n");
    let nothing = hostolink(&db, &["sanctions", &empty, "--source", "un"]);
    expect(&nothing, false, &["0 closed", "nothing was imported"]);
    let cut = file("coupe.xml", "<CONSOLIDATED_LIST><INDIVIDUALS>");
    expect(&hostolink(&db, &["sanctions", &cut, "--source", "un"]), false, &["it is cut off"]);
    expect(&hostolink(&db, &["sanctions", &list, "--source", "UN"]), false, &["is no source"]);
    let unsaid = file("liste.txt", "");
    expect(&hostolink(&db, &["sanctions", &unsaid, "--source", "un"]), false, &["say --format"]);
}
