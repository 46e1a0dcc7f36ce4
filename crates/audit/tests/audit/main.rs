//! The log and its chain on a real Postgres.
#![expect(clippy::unwrap_used, reason = "a test that cannot be prepared fails")]

use chrono::{DateTime, Duration, Utc};
use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_types::Integer};
use hostolink_audit::{Actor, Discarded, Entry, Problem, Verification};
use hostolink_kernel::{Clock, UserId};
use hostolink_test_support::{FakeClock, TestDb};
use serde_json::json;

fn now() -> DateTime<Utc> {
    FakeClock::new().now()
}

fn entry(n: usize) -> Entry {
    Entry {
        actor: Actor { trace_id: Some(format!("trace-{n}")), ..Actor::default() },
        action: "test.counted",
        object_kind: "number",
        object_id: n.to_string(),
        details: json!({ "n": n, "é": [1.50, null] }),
        at: now(),
    }
}

#[derive(diesel::QueryableByName)]
struct Key {
    #[diesel(sql_type = Integer)]
    id_user: i32,
}

fn user(conn: &mut PgConnection) -> UserId {
    let key: Key = diesel::sql_query("INSERT INTO utilisateur (nom) VALUES ('Awa') RETURNING id_user")
        .get_result(conn)
        .unwrap();
    UserId::new(key.id_user)
}

/// A database with `count` sealed entries.
fn sealed(count: usize) -> TestDb {
    let db = TestDb::new();
    let conn = &mut db.conn();
    hostolink_audit::record_all(conn, &(1..=count).map(entry).collect::<Vec<_>>()).unwrap();
    assert_eq!(hostolink_audit::seal(conn).unwrap(), count);
    db
}

fn verify(conn: &mut PgConnection) -> Verification {
    hostolink_audit::verify(conn, None, |_| ()).unwrap()
}

/// What somebody does who may do anything with the database.
fn tamper(conn: &mut PgConnection, sql: &str) {
    conn.batch_execute(&format!(
        "SET session_replication_role = replica; {sql}; RESET session_replication_role"
    ))
    .unwrap();
}

#[test]
fn an_entry_is_there_if_and_only_if_its_change_is() {
    let db = TestDb::new();
    let conn = &mut db.conn();
    let user = user(conn);
    let kept = Entry { actor: Actor { user: Some(user), ..entry(1).actor }, ..entry(1) };
    hostolink_audit::record(conn, &kept).unwrap();
    conn.transaction::<(), hostolink_audit::Error, _>(|conn| {
        hostolink_audit::record(conn, &entry(2))?;
        Err(diesel::result::Error::RollbackTransaction.into())
    })
    .unwrap_err();
    let found = hostolink_audit::records_of_trace(conn, "trace-1").unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].actor, found[0].action.as_str(), found[0].at), (&kept.actor, kept.action, kept.at));
    assert_eq!((&found[0].object_id, &found[0].details), (&kept.object_id, &kept.details));
    assert!(hostolink_audit::records_of_trace(conn, "trace-2").unwrap().is_empty());
    assert_eq!(hostolink_audit::seal(conn).unwrap(), 1);
    assert_eq!(verify(conn).problem, None);
}

#[test]
fn details_are_bounded() {
    let db = TestDb::new();
    let conn = &mut db.conn();
    let with = |length| Entry { details: json!({ "note": "x".repeat(length) }), ..entry(1) };
    hostolink_audit::record(conn, &with(8_000)).unwrap();
    hostolink_audit::record(conn, &with(9_000)).unwrap_err();
}

#[test]
fn the_log_and_its_seals_are_only_added_to() {
    let db = sealed(2);
    let conn = &mut db.conn();
    for sql in [
        "UPDATE logs SET action = 'x'",
        "DELETE FROM logs",
        "TRUNCATE logs CASCADE",
        "UPDATE sceau_log SET seq = seq + 1",
        "DELETE FROM sceau_log",
        "TRUNCATE sceau_log",
    ] {
        let error = conn.batch_execute(sql).unwrap_err().to_string();
        assert!(error.contains("append-only"), "{sql}: {error}");
    }
}

#[test]
fn the_chain_is_one_whatever_the_batches_and_survives_a_second_look() {
    let db = TestDb::new();
    let conn = &mut db.conn();
    hostolink_audit::record_all(conn, &(0..1_001).map(entry).collect::<Vec<_>>()).unwrap();
    assert_eq!(hostolink_audit::seal(conn).unwrap(), 1_001, "more than a batch");
    hostolink_audit::record(conn, &entry(1_001)).unwrap();
    assert_eq!(hostolink_audit::seal(conn).unwrap(), 1);
    assert_eq!(hostolink_audit::seal(conn).unwrap(), 0);
    let mut steps = Vec::new();
    let first = hostolink_audit::verify(conn, None, |links| steps.push(links)).unwrap();
    assert_eq!((first.links, first.problem, steps), (1_002, None, vec![1_000, 1_002]));

    // Later entries leave a head that was written down valid.
    hostolink_audit::record(conn, &entry(1_002)).unwrap();
    hostolink_audit::seal(conn).unwrap();
    let later = hostolink_audit::verify(conn, first.head, |_| ()).unwrap();
    assert_eq!((later.links, later.problem), (1_003, None));
}

#[test]
fn a_flipped_byte_is_found_in_every_column() {
    let db = sealed(5);
    let conn = &mut db.conn();
    let user = user(conn).key();
    let id_user = format!("id_user = {user}");
    for change in [
        "action = 'test.countex'",
        "objet_type = 'numbes'",
        "objet_id = '33'",
        "details = jsonb_set(details, '{n}', '4')",
        "trace_id = NULL",
        "survenu_le = survenu_le + interval '1 microsecond'",
        &id_user,
    ] {
        conn.batch_execute("BEGIN").unwrap();
        tamper(conn, &format!("UPDATE logs SET {change} WHERE trace_id = 'trace-3'"));
        let found = verify(conn);
        assert!(
            matches!(found, Verification { links: 2, problem: Some(Problem::Changed { seq: 3, .. }), .. }),
            "{change}: {found:?}"
        );
        conn.batch_execute("ROLLBACK").unwrap();
    }
    assert_eq!(verify(conn).problem, None, "and nothing else was wrong");
}

#[test]
fn what_is_deleted_slipped_in_or_cut_is_found() {
    let changed_seal =
        "UPDATE sceau_log SET empreinte = set_byte(empreinte, 0, 255 - get_byte(empreinte, 0)) WHERE seq = 2";
    let slipped_in = "INSERT INTO logs (action, objet_type, objet_id, details, survenu_le) VALUES ('a', 'b', 'c', '{}', now())";
    type Expected = fn(Problem) -> bool;
    let cases: [(&str, u64, Expected); 6] = [
        ("DELETE FROM logs WHERE trace_id = 'trace-2'", 1, |p| {
            matches!(p, Problem::RowMissing { seq: 2, .. })
        }),
        ("DELETE FROM sceau_log WHERE seq = 1", 0, |p| p == Problem::SealMissing { seq: 1 }),
        ("DELETE FROM sceau_log WHERE seq = 2", 1, |p| p == Problem::SealMissing { seq: 2 }),
        ("DELETE FROM sceau_log WHERE seq = 3", 2, |p| matches!(p, Problem::Unsealed { .. })),
        (changed_seal, 1, |p| matches!(p, Problem::Changed { seq: 2, .. })),
        (slipped_in, 3, |p| matches!(p, Problem::Unsealed { .. })),
    ];
    for (sql, links, expected) in cases {
        let db = sealed(3);
        let conn = &mut db.conn();
        tamper(conn, sql);
        let found = verify(conn);
        assert_eq!(found.links, links, "{sql}");
        assert!(found.problem.is_some_and(expected), "{sql}: {found:?}");
    }
}

#[test]
fn a_head_kept_elsewhere_finds_a_chain_that_was_cut_or_made_anew() {
    let cut = "DELETE FROM sceau_log WHERE seq = 3; DELETE FROM logs WHERE trace_id = 'trace-3'";
    let anew = "UPDATE logs SET objet_id = '99' WHERE trace_id = 'trace-2'; TRUNCATE sceau_log; \
                INSERT INTO log_a_sceller SELECT id_log FROM logs";
    for sql in [cut, anew] {
        let db = sealed(3);
        let conn = &mut db.conn();
        let head = verify(conn).head;
        tamper(conn, sql);
        hostolink_audit::seal(conn).unwrap();
        assert_eq!(verify(conn).problem, None, "without the head the lie is whole: {sql}");
        let found = hostolink_audit::verify(conn, head, |_| ()).unwrap();
        assert_eq!(found.problem, Some(Problem::NotTheKnownChain { seq: 3 }), "{sql}");
    }
}

#[test]
fn entries_and_sealers_at_once_make_one_whole_chain() {
    const WRITERS: usize = 4;
    const EACH: usize = 50;
    let db = TestDb::new();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let mut conn = db.conn();
            scope.spawn(move || {
                for n in 0..EACH {
                    conn.transaction(|conn| hostolink_audit::record(conn, &entry(writer * EACH + n)))
                        .unwrap();
                }
            });
        }
        for _ in 0..2 {
            let mut conn = db.conn();
            scope.spawn(move || {
                for _ in 0..EACH {
                    hostolink_audit::seal(&mut conn).unwrap();
                    assert_eq!(verify(&mut conn).problem, None, "whole at every moment");
                }
            });
        }
    });
    let conn = &mut db.conn();
    hostolink_audit::seal(conn).unwrap();
    let found = verify(conn);
    assert_eq!((found.links, found.problem), ((WRITERS * EACH) as u64, None));
}

#[test]
fn an_entry_that_is_not_committed_makes_nobody_wait_and_is_sealed_later() {
    let db = TestDb::new();
    let (open, conn) = (&mut db.conn(), &mut db.conn());
    open.batch_execute("BEGIN").unwrap();
    hostolink_audit::record(open, &entry(1)).unwrap();
    conn.batch_execute("SET lock_timeout = '1s'").unwrap();
    hostolink_audit::record(conn, &entry(2)).unwrap();
    assert_eq!(hostolink_audit::seal(conn).unwrap(), 1);
    open.batch_execute("COMMIT").unwrap();
    assert_eq!(hostolink_audit::seal(conn).unwrap(), 1);
    assert_eq!((verify(conn).links, verify(conn).problem), (2, None));
}

#[test]
fn the_bin_gives_back_the_last_version_until_it_expires() {
    let db = TestDb::new();
    let conn = &mut db.conn();
    let by = Some(user(conn));
    let discarded = |n: i64| Discarded {
        object_kind: "publication".to_owned(),
        object_id: "p1".to_owned(),
        snapshot: json!({ "n": n }),
        by,
        reason: "its author asked".to_owned(),
        at: now() + Duration::days(n),
        expires: now() + Duration::days(30 + n),
    };
    for n in 0..3 {
        hostolink_audit::discard(conn, &discarded(n)).unwrap();
    }
    let mut find = |day| {
        hostolink_audit::find_discarded(conn, "publication", "p1", now() + Duration::days(day)).unwrap()
    };
    assert_eq!(find(3), Some(discarded(2)));
    assert_eq!(find(31), Some(discarded(2)));
    assert_eq!(find(32), None);
    assert_eq!(hostolink_audit::find_discarded(conn, "publication", "p2", now()).unwrap(), None);
    let later = now() + Duration::days(31);
    assert_eq!(hostolink_audit::purge_discarded(conn, later, 1).unwrap(), 1);
    assert_eq!(hostolink_audit::purge_discarded(conn, later, 10).unwrap(), 1);
    assert_eq!(hostolink_audit::purge_discarded(conn, later, 10).unwrap(), 0);
    assert!(!format!("{:?}", discarded(0)).contains("author"), "what is in the bin does not print");
}
