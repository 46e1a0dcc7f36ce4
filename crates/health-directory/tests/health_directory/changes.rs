//! The log of changes: in commit order, without gaps, and enough to keep a copy.

use crate::{Fixture, directory};
use diesel::{PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query};
use hostolink_audit::Actor;
use hostolink_health_directory::{Changes, PackPart, Snapshot, Source, Verdict, Verification};
use proptest::prelude::*;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

const ROWS: &str = "osm_id,osm_type,amenity,healthcare,name,operator,operator_type,addr_full,contact_number,opening_hours,emergency,\
    dispensing,wheelchair,iso3c,lon,lat\n\
    1,node,pharmacy,,Pharmacie A,,private,,+22522445353;185,24/7,,yes,,CIV,-4.01,5.31\n\
    2,way,clinic,,Clinique B,,,,,,no,,limited,CIV,-4.02,5.32\n\
    3,node,hospital,,Hôpital C,,public,,+22548808909,,yes,,,CIV,-5.02,7.32\n";

/// What a phone does with an answer of `/api/health/sync`.
fn replay(pack: &str, changes: &str) -> String {
    let mut fresh = changes.lines();
    let header = fresh.next().unwrap();
    let rest: Vec<&str> = fresh.collect();
    let Some((_, changed)) = rest.split_first().filter(|(first, _)| first.starts_with("[\"since\"")) else {
        return changes.to_owned();
    };
    let key = |line: &str| serde_json::from_str::<Vec<Value>>(line).unwrap()[0].as_str().unwrap().to_owned();
    let mut lines: BTreeMap<String, &str> = pack.lines().skip(1).map(|line| (key(line), line)).collect();
    for line in changed {
        let tombstone = serde_json::json!([key(line)]).to_string();
        if **line == tombstone {
            lines.remove(&key(line));
        } else {
            lines.insert(key(line), line);
        }
    }
    lines.values().fold(format!("{header}\n"), |pack, line| pack + line + "\n")
}

fn check(before: &Snapshot, after: &Snapshot) {
    for part in PackPart::ALL {
        let changes = match after.changes(*part, before.revision().unwrap()) {
            Changes::Delta(lines) => lines,
            Changes::Everything => after.pack(*part),
        };
        assert_eq!(replay(&before.pack(*part), &changes), after.pack(*part));
    }
}

/// Everything that somebody may do to the directory, by the program or by hand.
const EDITS: [&str; 24] = [
    "UPDATE etablissement_sante SET nom = nom || ' x' WHERE cle_source = 'node/1'",
    "UPDATE etablissement_sante SET latitude = latitude + 0.01",
    "DELETE FROM etablissement_sante WHERE cle_source = 'way/2'",
    "UPDATE liste_numero_etablissement_sante SET etat = 'dead' WHERE type = 'short'",
    "UPDATE liste_numero_etablissement_sante SET etat = 'verified', verifie_le = '2026-11-20' WHERE type = 'e164'",
    "DELETE FROM liste_numero_etablissement_sante WHERE type = 'short'",
    "INSERT INTO jour_ferie (jour, nom, estime, source) VALUES ('2026-12-01', 'Fête', false, 'edited') ON CONFLICT DO NOTHING",
    "DELETE FROM jour_ferie WHERE jour = '2026-12-02'; UPDATE jour_ferie SET jour = '2026-12-02' WHERE jour = '2026-12-01'",
    "DELETE FROM jour_ferie WHERE jour = '2026-12-25'",
    "UPDATE numero_urgence SET etat = 'dead' WHERE valeur = '185'",
    "DELETE FROM numero_urgence WHERE valeur = '179'",
    "UPDATE source_donnees SET nom = nom || '.' WHERE code = 'osm-healthsites'",
    "SELECT 1",
    "INSERT INTO tour_garde (public_id, debut, fin, source, etat, cree_le) \
     VALUES ('01960000-0000-7000-8000-000000000001', '2026-11-21', '2026-11-28', 'UNPPCI', 'published', now()) ON CONFLICT DO NOTHING",
    "INSERT INTO garde_pharmacie (public_id, id_tour, zone, nom, numeros, id_etablissement) \
     SELECT gen_random_uuid(), id_tour, 'ABOBO', 'PHARMACIE A', '{+2252724391290}', id_etablissement \
     FROM tour_garde LEFT JOIN etablissement_sante ON cle_source = 'way/2' ON CONFLICT DO NOTHING",
    "UPDATE tour_garde SET etat = 'published', clos = false",
    "UPDATE tour_garde SET etat = 'withdrawn'",
    "UPDATE tour_garde SET clos = true",
    "UPDATE garde_pharmacie SET numeros = numeros || '{185}'::varchar[]",
    "DELETE FROM garde_pharmacie WHERE numeros = '{+2252724391290}'",
    "DELETE FROM tour_garde",
    "UPDATE etablissement_sante SET services = '{maternity,imaging}' WHERE cle_source IN ('way/2', 'node/3')",
    "UPDATE etablissement_sante SET services = '{}' WHERE cle_source = 'way/2'",
    "UPDATE etablissement_sante SET services = NULL",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_chain_of_changes_leads_to_the_pack_byte_for_byte(
        edits in prop::collection::vec((0..EDITS.len() + 2, any::<bool>()), 1..20),
    ) {
        let fixture = Fixture::new();
        let numbers = hostolink_health_directory::seed::FILES[0].1;
        fixture.import(Source::Emergency, numbers).unwrap();
        fixture.import(Source::Osm, ROWS.as_bytes()).unwrap();
        let conn = &mut fixture.db.conn();
        fixture.directory.refresh(conn).unwrap();
        let mut seen: Vec<Arc<Snapshot>> = vec![fixture.directory.snapshot()];
        for (edit, looked_at) in edits {
            match EDITS.get(edit) {
                Some(sql) => conn.batch_execute(sql).unwrap(),
                // The list again, as it was: what people deleted comes back.
                None if edit == EDITS.len() => drop(fixture.import(Source::Osm, ROWS.as_bytes()).unwrap()),
                // A year later.
                None => {
                    conn.batch_execute("UPDATE changement_annuaire SET change_le = '2020-01-01'").unwrap();
                    fixture.directory.tidy(conn, "2021-01-01T00:00:00Z".parse().unwrap(), 1_000).unwrap();
                }
            }
            if looked_at {
                fixture.directory.refresh(conn).unwrap();
                seen.push(fixture.directory.snapshot());
            }
        }
        fixture.directory.refresh(conn).unwrap();
        let last = fixture.directory.snapshot();
        for before in &seen {
            check(before, &last);
        }
        let anew = directory();
        anew.refresh(conn).unwrap();
        for part in PackPart::ALL {
            prop_assert_eq!(anew.snapshot().pack(*part), last.pack(*part), "what was put together is what is read at once");
        }
    }
}

#[test]
fn what_was_deleted_and_forgotten_before_a_directory_looked_again_is_gone_from_it() {
    let fixture = Fixture::new();
    fixture.import(Source::Osm, ROWS.as_bytes()).unwrap();
    let conn = &mut fixture.db.conn();
    fixture.directory.refresh(conn).unwrap();
    conn.batch_execute("DELETE FROM etablissement_sante WHERE cle_source = 'way/2'").unwrap();
    conn.batch_execute("UPDATE changement_annuaire SET change_le = '2020-01-01'").unwrap();
    fixture.directory.tidy(conn, "2021-01-01T00:00:00Z".parse().unwrap(), 1_000).unwrap();
    fixture.directory.refresh(conn).unwrap();
    assert_eq!(fixture.directory.snapshot().establishments().count(), 2);
}

#[test]
fn packs_tell_services_and_where_none_is_known_to_be_there() {
    let fixture = Fixture::new();
    fixture.import(Source::Osm, ROWS.as_bytes()).unwrap();
    let conn = &mut fixture.db.conn();
    fixture.directory.refresh(conn).unwrap();
    let before = fixture.directory.snapshot();
    conn.batch_execute(
        "UPDATE etablissement_sante SET services = '{maternity,imaging}' WHERE cle_source = 'way/2'; \
         UPDATE etablissement_sante SET services = '{}' WHERE cle_source = 'node/3'",
    )
    .unwrap();
    fixture.directory.refresh(conn).unwrap();
    let after = fixture.directory.snapshot();
    check(&before, &after);

    // As a phone reads them: numbers point into the header's list.
    let services = |snapshot: &Snapshot, name: &str| -> Option<Vec<String>> {
        let pack = snapshot.pack(PackPart::ShareAlike);
        let header: Value = serde_json::from_str(pack.lines().next().unwrap()).unwrap();
        let mut lines = pack.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).unwrap());
        let line = lines.find(|line| line[1] == name).unwrap();
        let code = |place: &Value| {
            header["services"][usize::try_from(place.as_u64().unwrap()).unwrap()].as_str().unwrap().to_owned()
        };
        line[14].as_array().map(|places| places.iter().map(code).collect())
    };
    let told = ["Pharmacie A", "Clinique B", "Hôpital C"].map(|name| services(&after, name));
    let both = ["maternity", "imaging"].map(str::to_owned).to_vec();
    assert_eq!(told, [None, Some(both), Some(Vec::new())], "unknown, two, none");
    assert_eq!(services(&before, "Clinique B"), None);
}

#[test]
fn a_change_that_commits_late_is_not_passed_by() {
    let fixture = Fixture::new();
    fixture.import(Source::Osm, ROWS.as_bytes()).unwrap();
    fixture.directory.refresh(&mut fixture.db.conn()).unwrap();
    let before = fixture.directory.snapshot().revision().unwrap();

    let (mut slow, mut quick) = (fixture.db.conn(), fixture.db.conn());
    slow.batch_execute("BEGIN; UPDATE etablissement_sante SET nom = 'Lente' WHERE cle_source = 'node/1'")
        .unwrap();
    std::thread::scope(|scope| {
        // It waits for the slow one, and so does not get a number that a reader would see first.
        let waiting = scope.spawn(move || {
            quick
                .batch_execute("UPDATE etablissement_sante SET nom = 'Rapide' WHERE cle_source = 'way/2'")
                .unwrap();
        });
        while !somebody_waits(&mut fixture.db.conn()) {
            std::thread::yield_now();
        }
        assert!(
            !fixture.directory.refresh(&mut fixture.db.conn()).unwrap(),
            "nothing is seen before its commit"
        );
        slow.batch_execute("COMMIT").unwrap();
        waiting.join().unwrap();
    });
    assert!(fixture.directory.refresh(&mut fixture.db.conn()).unwrap());
    let after = fixture.directory.snapshot();
    assert_eq!(after.revision(), Some(before + 2), "one number each, without a gap");
    let pack = after.pack(PackPart::ShareAlike);
    assert!(pack.contains("Lente") && pack.contains("Rapide"));
}

fn somebody_waits(conn: &mut PgConnection) -> bool {
    let waiting =
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    sql_query(waiting).execute(conn).unwrap() > 0
}

#[test]
fn the_shipped_packs_fit_in_150_kilobytes_and_their_licences_stay_apart() {
    let snapshot = Fixture::shipped().directory.snapshot();
    let sizes: Vec<usize> = PackPart::ALL.iter().map(|part| snapshot.pack_gzip(*part).len()).collect();
    assert!(sizes.iter().sum::<usize>() <= 150_000, "{sizes:?}");
    let (base, odbl) = (snapshot.pack(PackPart::Base), snapshot.pack(PackPart::ShareAlike));
    assert_eq!(base.lines().filter(|line| line.starts_with("[\"e/")).count(), 1_767);
    assert_eq!(odbl.lines().filter(|line| line.starts_with("[\"e/")).count(), 1_717);
    assert!(!base.contains("osm-healthsites") && !odbl.contains("who-kwtrp-2019"));
    assert!(odbl.contains("© OpenStreetMap contributors"));
    // Another directory's number, none at all, and one of long ago.
    let revision = snapshot.revision().unwrap();
    for since in [revision + 1, 0, -1, i64::MIN, 1] {
        assert_eq!(snapshot.changes(PackPart::Base, since), Changes::Everything, "{since}");
    }
    let Changes::Delta(nothing) = snapshot.changes(PackPart::Base, revision) else {
        panic!("nothing changed")
    };
    assert_eq!(nothing.lines().count(), 2);
}

#[test]
fn what_people_say_of_a_number_counts_once_somebody_believes_it() {
    let fixture = Fixture::new();
    fixture.import(Source::Osm, ROWS.as_bytes()).unwrap();
    let (conn, directory, actor) = (&mut fixture.db.conn(), &fixture.directory, Actor::default());
    conn.batch_execute(
        "INSERT INTO utilisateur (email, mdp) VALUES ('a@b.ci', 'x'), ('b@b.ci', 'x'), ('c@b.ci', 'x')",
    )
    .unwrap();
    directory.refresh(conn).unwrap();
    let first = |directory: &hostolink_health_directory::Directory| {
        let here = hostolink_geo::Point::new(5.31, -4.01).unwrap();
        let snapshot = directory.snapshot();
        let found = snapshot.nearest(here, 1, None, &hostolink_health_directory::Filter::default());
        let numbers =
            found[0].establishment.numbers.iter().map(|n| (n.value.clone(), n.status)).collect::<Vec<_>>();
        (found[0].establishment.id, numbers)
    };
    let (id, _) = first(directory);
    let say = |value: &str, verdict, user| {
        let user = hostolink_kernel::UserId::new(user);
        directory.report_number(&mut fixture.db.conn(), (id, value), verdict, (&actor, user))
    };
    let dead = say("+2252722445353", Verdict::Dead, 1).unwrap();
    let works = say("+2252722445353", Verdict::Works, 1).unwrap();
    assert_eq!(dead.id, works.id, "a second word replaces the first");
    let other = say("+2252722445353", Verdict::Works, 2).unwrap();
    let against = say("+2252722445353", Verdict::Dead, 3).unwrap();
    let short = say("185", Verdict::Dead, 2).unwrap();
    let unknown = say("+2250000000000", Verdict::Dead, 2).unwrap_err();
    assert_eq!(hostolink_kernel::DomainError::code(&unknown).code, "health.number_unknown");

    let waiting = |conn: &mut PgConnection| {
        let page = directory.number_reports(conn, None, hostolink_kernel::Limit::MAX).unwrap();
        // Reports of one millisecond come in any order.
        page.items.into_iter().map(|report| report.id).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(waiting(conn).len(), 4);
    directory.decide_report(conn, works.id, true, &actor).unwrap();
    assert_eq!(
        waiting(conn),
        [against.id, short.id].into(),
        "who said the same is believed with it: {}",
        other.id
    );
    directory.decide_report(conn, against.id, false, &actor).unwrap();
    directory.decide_report(conn, short.id, true, &actor).unwrap();
    let again = directory.decide_report(conn, short.id, true, &actor).unwrap_err();
    assert_eq!(hostolink_kernel::DomainError::code(&again).code, "health.report_decided");
    let (_, numbers) = first(directory);
    assert_eq!(
        numbers,
        [("+2252722445353".to_owned(), Verification::Verified), ("185".to_owned(), Verification::Dead)]
    );
}
