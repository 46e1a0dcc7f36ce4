//! Several processes over one database, and copies that phones keep.

use crate::{Fixture, directory};
use diesel::{PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Integer};
use hostolink_audit::Actor;
use hostolink_health_directory::{
    Changes, Directory, EstablishmentType, Filter, NewRota, PackPart, RotaState, Source,
};
use hostolink_kernel::Clock;
use hostolink_test_support::{FakeClock, SeededRandom};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::ScopedJoinHandle,
    time::{Duration, Instant},
};

const WRITERS: usize = 4;
const EDITS: usize = 1_000;
const ROWS: usize = 200;

fn list() -> String {
    let header = "osm_id,osm_type,amenity,healthcare,name,operator,operator_type,addr_full,contact_number,opening_hours,emergency,\
        dispensing,wheelchair,iso3c,lon,lat\n";
    let row = |n: usize| {
        format!("{n},node,pharmacy,,Pharmacie {n},,,,+22522445353,24/7,,,,CIV,-4.{n:03},5.{n:03}\n")
    };
    header.to_owned() + &(1..=ROWS).map(row).collect::<String>()
}

/// The edits of one writer, spread over a time: names, places, numbers, what goes and what comes back, holidays.
fn edit(conn: &mut PgConnection, writer: usize, pause: Duration) {
    for turn in 0..EDITS / WRITERS {
        let row = 1 + (turn * 7 + writer * 50) % ROWS;
        let sql = match turn % 8 {
            0..=2 => format!(
                "UPDATE etablissement_sante SET nom = 'Nom {writer} {turn}' WHERE cle_source = 'node/{row}'"
            ),
            3 => format!(
                "UPDATE etablissement_sante SET latitude = latitude + 0.001 WHERE cle_source = 'node/{row}'"
            ),
            4 => {
                format!("DELETE FROM etablissement_sante WHERE cle_source = 'node/{row}' AND {turn} % 3 = 0")
            }
            5 => format!(
                "UPDATE liste_numero_etablissement_sante SET etat = 'dead' WHERE id_etablissement % {ROWS} = {row}"
            ),
            6 => format!(
                "INSERT INTO jour_ferie (jour, nom, estime, source) VALUES (date '2040-01-01' + {row}, 'Fête', false, 'edited') \
                ON CONFLICT (jour) DO UPDATE SET nom = jour_ferie.nom || '.'"
            ),
            _ => format!("DELETE FROM jour_ferie WHERE jour = date '2040-01-01' + {row}"),
        };
        conn.batch_execute(&sql).unwrap();
        std::thread::sleep(pause);
    }
}

#[derive(diesel::QueryableByName)]
struct Backend {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

fn backend(conn: &mut PgConnection) -> i32 {
    sql_query("SELECT pg_backend_pid() AS pid").get_result::<Backend>(conn).unwrap().pid
}

/// Two processes, one of which hears nothing of the database while a thousand edits are made: its connection is cut, and it asks all the
/// same. Afterwards both are equal, and phones of either get the same.
fn edits_reach_a_replica_that_was_cut_off(cut: Duration) {
    let fixture = Fixture::new();
    fixture.import(Source::Osm, list().as_bytes()).unwrap();
    let (here, there) = (&fixture.directory, directory());
    here.refresh(&mut fixture.db.conn()).unwrap();
    let mut line = fixture.db.conn();
    there.refresh(&mut line).unwrap();
    let before = there.snapshot();
    sql_query("SELECT pg_terminate_backend($1, 10000)")
        .bind::<Integer, _>(backend(&mut line))
        .execute(&mut fixture.db.conn())
        .unwrap();

    let (begun, pause) = (Instant::now(), cut / u32::try_from(EDITS / WRITERS).unwrap());
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let mut conn = fixture.db.conn();
                scope.spawn(move || edit(&mut conn, writer, pause))
            })
            .collect();
        let (over, there) = (&over, &there);
        scope.spawn(move || {
            while !over.load(Ordering::Relaxed) {
                assert!(there.refresh(&mut line).is_err(), "it is cut off");
                assert!(!there.snapshot().is_empty(), "and answers with what it knows");
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let mut conn = fixture.db.conn();
        scope.spawn(move || {
            while !over.load(Ordering::Relaxed) {
                here.refresh(&mut conn).unwrap();
            }
        });
        let ended: Vec<_> = writers.into_iter().map(ScopedJoinHandle::join).collect();
        over.store(true, Ordering::Relaxed);
        assert!(ended.iter().all(Result::is_ok));
    });
    assert!(begun.elapsed() >= cut && Arc::ptr_eq(&before, &there.snapshot()));

    let conn = &mut fixture.db.conn();
    here.refresh(conn).unwrap();
    assert!(there.refresh(conn).unwrap(), "a new connection is enough");
    let anew = directory();
    anew.refresh(conn).unwrap();
    let last = here.snapshot();
    assert!(last.revision() >= before.revision().map(|revision| revision + 500), "{:?}", last.revision());
    for other in [there.snapshot(), anew.snapshot()] {
        assert_eq!(other.revision(), last.revision());
        for part in PackPart::ALL {
            assert_eq!(other.pack(*part), last.pack(*part));
            assert_eq!(other.pack_gzip(*part), last.pack_gzip(*part));
            let since = before.revision().unwrap();
            assert_eq!(other.changes(*part, since), last.changes(*part, since), "and so do phones");
        }
    }
}

#[test]
fn a_thousand_edits_reach_a_replica_that_was_cut_off() {
    edits_reach_a_replica_that_was_cut_off(Duration::ZERO);
}

#[test]
#[ignore = "takes half a minute: the same edits, spread over 30 seconds of cut"]
fn a_thousand_edits_reach_a_replica_that_was_cut_off_for_thirty_seconds() {
    edits_reach_a_replica_that_was_cut_off(Duration::from_secs(30));
}

#[test]
fn duty_lists_are_in_the_pack_until_they_are_over_and_what_is_long_gone_is_forgotten() {
    let fixture = Fixture::new();
    fixture.import(Source::Osm, list().as_bytes()).unwrap();
    let (conn, clock, actor) = (&mut fixture.db.conn(), FakeClock::new(), Actor::default());
    let directory = Directory::new(Arc::new(clock.clone()), Arc::new(SeededRandom::new(9)));
    directory.refresh(conn).unwrap();
    let (nothing, long_ago) = (directory.snapshot(), "2000-01-01T00:00:00Z".parse().unwrap());
    let new = NewRota {
        from: "2026-11-14".parse().unwrap(),
        until: "2026-11-21".parse().unwrap(),
        source: "UNPPCI".to_owned(),
    };
    let file =
        "area,name,address,phones\nABOBO,PHARMACIE 7,,27 24 39 12 90\nABOBO,PHARMACIE ZZZ,FACE MARCHE,\n";
    let (rota, _) = directory.import_rota(conn, &new, file.as_bytes(), &actor).unwrap();
    assert_eq!(directory.snapshot().revision(), nothing.revision(), "a draft is nobody's business");
    directory.set_rota_state(conn, rota.id, RotaState::Published, &actor).unwrap();
    let published = directory.snapshot();
    let seventh = published
        .establishments()
        .find(|row| row.name == "Pharmacie 7" && row.kind == EstablishmentType::Pharmacy)
        .unwrap();
    let line = format!(
        r#"["g/{}","2026-11-14T00:00:00Z","2026-11-21T00:00:00Z","UNPPCI",[["ABOBO","PHARMACIE 7",["+2252724391290"],"{}"],["ABOBO","PHARMACIE ZZZ",[],null,"FACE MARCHE"]]]"#,
        rota.id, seventh.id
    );
    assert!(
        published.pack(PackPart::Base).lines().any(|known| known == line),
        "{}",
        published.pack(PackPart::Base)
    );
    assert!(!published.pack(PackPart::ShareAlike).contains("UNPPCI"));
    let since = nothing.revision().unwrap();
    let Changes::Delta(delta) = published.changes(PackPart::Base, since) else { panic!("a line changed") };
    assert_eq!(delta.lines().skip(2).collect::<Vec<_>>(), [line.as_str()]);

    assert_eq!(directory.tidy(conn, long_ago, 100).unwrap(), (0, 0), "it is not over");
    clock.advance(Duration::from_secs(86_400));
    assert_eq!(directory.tidy(conn, long_ago, 100).unwrap(), (1, 0));
    assert_eq!(directory.tidy(conn, long_ago, 100).unwrap(), (0, 0), "once");
    let closed = directory.snapshot();
    assert!(!closed.pack(PackPart::Base).contains("UNPPCI"));
    let since = published.revision().unwrap();
    let tombstone = format!("[\"g/{}\"]", rota.id);
    let Changes::Delta(delta) = closed.changes(PackPart::Base, since) else { panic!("a line went") };
    assert_eq!(delta.lines().skip(2).collect::<Vec<_>>(), [tombstone.as_str()]);

    // Two establishments go, a year passes, and one more goes.
    let go = |conn: &mut PgConnection, row: usize| {
        conn.batch_execute(&format!("DELETE FROM etablissement_sante WHERE cle_source = 'node/{row}'"))
            .unwrap();
        directory.refresh(conn).unwrap();
    };
    go(conn, 1);
    let between = directory.snapshot();
    go(conn, 2);
    let second = directory.snapshot();
    conn.batch_execute("UPDATE changement_annuaire SET change_le = change_le - interval '1 year'").unwrap();
    go(conn, 3);
    let half_a_year_ago = hostolink_kernel::SystemClock.now() - chrono::TimeDelta::days(180);
    assert_eq!(
        directory.tidy(conn, half_a_year_ago, 2).unwrap(),
        (0, 2),
        "the list and the first, no more at once"
    );
    assert_eq!(directory.tidy(conn, half_a_year_ago, 2).unwrap(), (0, 1));
    assert_eq!(directory.tidy(conn, half_a_year_ago, 2).unwrap(), (0, 0), "the third is too fresh");
    let anew = crate::directory();
    anew.refresh(conn).unwrap();
    let (last, part) = (anew.snapshot(), PackPart::ShareAlike);
    assert_eq!(last.len(), ROWS - 3);
    for old in [&nothing, &published, &closed, &between] {
        let told = last.changes(part, old.revision().unwrap());
        assert_eq!(told, Changes::Everything, "whoever may have something that nobody remembers");
    }
    let Changes::Delta(delta) = last.changes(part, second.revision().unwrap()) else { panic!("one went") };
    assert_eq!(delta.lines().count(), 3, "{delta}");
    assert_eq!(last.pack(part), directory.snapshot().pack(part));
    let here = hostolink_geo::Point::new(5.001, -4.001).unwrap();
    assert_eq!(last.nearest(here, 1, None, &Filter::default())[0].establishment.name, "Pharmacie 4");
}
