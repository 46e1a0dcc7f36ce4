//! Importing again, correcting, refreshing.

use crate::{Fixture, import};
use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt};
use hostolink_geo::Point;
use hostolink_health_directory::{Country, Counts, Filter, Import, Service, Source, Verification, seed};
use hostolink_kernel::Limit;
use std::sync::Arc;

fn osm(rows: &str) -> String {
    format!(
        "osm_id,osm_type,amenity,healthcare,name,operator,operator_type,addr_full,contact_number,opening_hours,emergency,\
         dispensing,wheelchair,iso3c,lon,lat\n{rows}"
    )
}

const TWO: &str = "1,node,pharmacy,,Pharmacie A,,private,,+22522445353;185,24/7,,yes,,CIV,-4.01,5.31\n\
                   2,way,clinic,,Clinique B,,,,,,no,,limited,CIV,-4.02,5.32\n";

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn count(fixture: &Fixture, what: &str) -> i64 {
    let query = format!("SELECT count(*) AS count FROM {what}");
    sql_query(query).get_result::<Count>(&mut fixture.db.conn()).unwrap().count
}

#[test]
fn importing_the_same_again_writes_nothing() {
    let fixture = Fixture::shipped();
    let before = fixture.directory.snapshot();
    for (source, file) in seed::FILES {
        let report = fixture.import(source, file).unwrap();
        assert!(!report.written.changed(), "{source:?}: {:?}", report.written);
        assert_eq!(report.written.unchanged + report.refused.total(), report.rows);
    }
    assert!(!fixture.directory.refresh(&mut fixture.db.conn()).unwrap());
    assert!(Arc::ptr_eq(&before, &fixture.directory.snapshot()), "nothing was loaded anew");
    assert_eq!(count(&fixture, "logs WHERE action = 'health.import'"), 6, "one audit row a change");
}

#[test]
fn only_what_changed_is_updated_and_the_rest_keeps_its_revision() {
    let fixture = Fixture::new();
    fixture.import(Source::Osm, osm(TWO).as_bytes()).unwrap();
    fixture.directory.refresh(&mut fixture.db.conn()).unwrap();
    let before = fixture.directory.snapshot();

    let changed = TWO.replace("Pharmacie A", "Pharmacie Alpha").replace("22445353", "22445354");
    let report = fixture.import(Source::Osm, osm(&changed).as_bytes()).unwrap();
    assert_eq!(report.written, Counts { inserted: 0, updated: 1, unchanged: 1 });
    assert!(fixture.directory.refresh(&mut fixture.db.conn()).unwrap());

    let after = fixture.directory.snapshot();
    // The holidays came with the first number.
    assert_eq!((before.revision(), after.revision()), (Some(2), Some(3)));
    assert_eq!(count(&fixture, "changement_annuaire WHERE cle LIKE 'e/%' AND revision = 2"), 1);
    let here = Point::new(5.31, -4.01).unwrap();
    let (old, new) = (
        before.nearest(here, 1, None, &Filter::default())[0],
        after.nearest(here, 1, None, &Filter::default())[0],
    );
    assert_eq!(old.establishment.id, new.establishment.id, "an id stays with its place");
    assert_eq!(
        (old.establishment.name.as_str(), new.establishment.name.as_str()),
        ("Pharmacie A", "Pharmacie Alpha")
    );
    let values: Vec<_> = new.establishment.numbers.iter().map(|n| n.value.as_str()).collect();
    assert_eq!(values, ["+2252722445354", "185"], "in the order of the source, the old one gone");
    assert_eq!(old.establishment.numbers.len(), 2, "who holds a snapshot sees it unchanged");
}

#[test]
fn what_people_checked_survives_an_import() {
    let fixture = Fixture::new();
    fixture.import(Source::Osm, osm(TWO).as_bytes()).unwrap();
    fixture
        .db
        .conn()
        .batch_execute(
            "UPDATE liste_numero_etablissement_sante SET etat = 'verified', verifie_le = now() WHERE type = 'e164'; \
             UPDATE liste_numero_etablissement_sante SET etat = 'dead' WHERE type = 'short'",
        )
        .unwrap();
    let changed = TWO.replace("Pharmacie A", "Pharmacie Alpha").replace("+22522445353;185", "185");
    fixture.import(Source::Osm, osm(&changed).as_bytes()).unwrap();
    fixture.directory.refresh(&mut fixture.db.conn()).unwrap();
    let snapshot = fixture.directory.snapshot();
    let numbers = &snapshot.nearest(Point::new(5.31, -4.01).unwrap(), 1, None, &Filter::default())[0]
        .establishment
        .numbers;
    let states: Vec<_> = numbers.iter().map(|n| (n.value.as_str(), n.status)).collect();
    assert_eq!(states, [("+2252722445353", Verification::Verified), ("185", Verification::Dead)]);
}

#[test]
fn three_valued_facts_stay_three_valued() {
    let fixture = Fixture::new();
    fixture.import(Source::Osm, osm(TWO).as_bytes()).unwrap();
    fixture.directory.refresh(&mut fixture.db.conn()).unwrap();
    let snapshot = fixture.directory.snapshot();
    let page = snapshot.list(&Filter::default(), None, Limit::DEFAULT).unwrap();
    let facts: Vec<_> =
        page.items.iter().map(|e| (e.name.as_str(), e.emergency, e.dispensing, e.wheelchair)).collect();
    assert_eq!(facts, [("Clinique B", Some(false), None, None), ("Pharmacie A", None, Some(true), None)]);
}

#[test]
fn a_speciality_gives_services_and_a_list_without_the_column_takes_them_back() {
    let fixture = Fixture::new();
    let with = osm(TWO).replacen("wheelchair,", "wheelchair,speciality,", 1);
    let with = with
        .replace(",yes,,CIV", ",yes,,pharmacology,CIV")
        .replace("limited,CIV", "limited,maternity;dialysis,CIV");
    let offered = || {
        fixture.directory.refresh(&mut fixture.db.conn()).unwrap();
        let snapshot = fixture.directory.snapshot();
        let asked = |service| {
            let filter = Filter { services: vec![service], ..Filter::default() };
            let found = snapshot.list(&filter, None, Limit::DEFAULT).unwrap();
            found.items.iter().map(|row| row.name.clone()).collect::<Vec<_>>()
        };
        [Service::Maternity, Service::Dialysis, Service::Pharmacy, Service::Surgery].map(asked)
    };
    let report = fixture.import(Source::Osm, with.as_bytes()).unwrap();
    assert_eq!(report.written.inserted, 2);
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    let (clinic, pharmacy) = (named(&["Clinique B"]), named(&["Pharmacie A"]));
    assert_eq!(offered(), [clinic.clone(), clinic, pharmacy.clone(), Vec::new()]);
    let report = fixture.import(Source::Osm, osm(TWO).as_bytes()).unwrap();
    assert_eq!(report.written, Counts { inserted: 0, updated: 1, unchanged: 1 });
    assert_eq!(offered(), [Vec::new(), Vec::new(), pharmacy, Vec::new()]);
}

#[test]
fn names_shared_by_villages_stay_apart_and_repeats_are_refused() {
    let header = "country,admin1,facility_name,facility_type,ownership,lat,lon,ll_source,iso3,facility_type_9,tier,tier_name\n";
    let row = |lat: &str| {
        format!("Cote d'Ivoire,Lacs,Konandi,CSR,Public,{lat},-4.0,Geonames,CIV,Health Centre,2,x\n")
    };
    let fixture = Fixture::new();
    let file = [header, &row("7.584"), &row("7.585"), &row("7.584")].concat();
    let report = fixture.import(Source::Who, file.as_bytes()).unwrap();
    assert_eq!(
        (report.written.inserted, report.refused.lines),
        (2, vec![(4, hostolink_health_directory::Refusal::Duplicate)])
    );
    let again = fixture.import(Source::Who, file.as_bytes()).unwrap();
    assert_eq!(again.written, Counts { inserted: 0, updated: 0, unchanged: 2 });
}

#[test]
fn other_countries_can_be_asked_for() {
    let kenya = TWO.replace("CIV", "KEN");
    let fixture = Fixture::new();
    let conn = &mut fixture.db.conn();
    let mut run = |country| {
        let import = Import { country, ..import(Source::Osm) };
        fixture.directory.import(conn, &import, osm(&kenya).as_bytes(), &mut |_| ()).unwrap()
    };
    assert_eq!(run(Some(Country::COTE_D_IVOIRE)).written.taken(), 0);
    assert_eq!(run(None).written.inserted, 2);
    assert_eq!(run(Country::parse("KE")).written.unchanged, 2);
}

#[test]
fn two_imports_at_once_give_one_row_each_and_revisions_without_gaps() {
    let fixture = Fixture::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| fixture.import(Source::Osm, osm(TWO).as_bytes()).unwrap());
        }
    });
    assert_eq!(count(&fixture, "etablissement_sante"), 2);
    assert_eq!(count(&fixture, "revision_annuaire WHERE numero = 2"), 1);
}

#[test]
fn areas_and_places_imported_again_write_nothing_and_a_change_is_seen() {
    let fixture = Fixture::new();
    let areas = |name: &str| {
        let ring = "[[-4.2,5.2],[-3.8,5.2],[-3.8,5.5],[-4.2,5.5],[-4.2,5.2]]";
        format!(
            "{{\"features\":[{{\"properties\":{{\"ADM1_FR\":\"{name}\",\"ADM1_PCODE\":\"CI01\"}},\
             \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}}}]}}"
        )
    };
    let places = "osm_node_id,lat,lon,name,place,population\n1,5.33,-4.07,Yopougon,city,1375020\n2,5.34,-4.09,Maroc,suburb,\n";
    let import = |source, file: &str| fixture.import(source, file.as_bytes()).unwrap().written;
    let new = |inserted| Counts { inserted, ..Counts::default() };
    assert_eq!(import(Source::Areas, &areas("Abidjan")), new(1));
    assert_eq!(import(Source::Places, places), new(2));
    let conn = &mut fixture.db.conn();
    fixture.directory.refresh(conn).unwrap();
    let before = fixture.directory.snapshot();
    assert_eq!(before.gazetteer().find("yop maroc", None, 9)[0].place.within.as_deref(), Some("Yopougon"));

    let again = (import(Source::Areas, &areas("Abidjan")), import(Source::Places, places));
    assert_eq!(again, (Counts { unchanged: 1, ..new(0) }, Counts { unchanged: 2, ..new(0) }));
    assert!(!fixture.directory.refresh(conn).unwrap(), "nothing was written, not even a number");

    assert_eq!(import(Source::Areas, &areas("District d'Abidjan")), Counts { updated: 1, ..new(0) });
    assert!(fixture.directory.refresh(conn).unwrap());
    let after = fixture.directory.snapshot();
    assert_eq!(after.areas().find("CI01").unwrap().0.name, "District d'Abidjan");
    assert!(!Arc::ptr_eq(before.areas(), after.areas()));
    // What did not change is not read again.
    fixture.import(Source::Emergency, seed::FILES[0].1).unwrap();
    fixture.directory.refresh(conn).unwrap();
    let later = fixture.directory.snapshot();
    assert!(Arc::ptr_eq(after.areas(), later.areas()));
    assert!(Arc::ptr_eq(after.gazetteer(), later.gazetteer()));
}
