//! Uploads on a real Postgres.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails there")]

use diesel::{PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt};
use hostolink_audit::Actor;
use hostolink_kernel::{DomainError, UserId};
use hostolink_test_support::{FakeClock, SeededRandom, TestDb};
use hostolink_uploads::{self as uploads, Error, File, Nature, Quota, Uploads};
use std::{sync::Arc, thread, time::Duration};
use uuid::Uuid;

struct Fixture {
    db: TestDb,
    clock: FakeClock,
    uploads: Uploads,
}

const AWA: UserId = UserId::new(1);
const KOFFI: UserId = UserId::new(2);
const KIND: &str = "publication";

impl Fixture {
    fn new(quota: Quota) -> Self {
        let (db, clock) = (TestDb::new(), FakeClock::new());
        db.conn().batch_execute("INSERT INTO utilisateur (nom) VALUES ('awa'), ('koffi')").unwrap();
        let uploads = Uploads::new(Arc::new(clock.clone()), Arc::new(SeededRandom::new(7)), quota);
        Self { db, clock, uploads }
    }

    fn ticket(&self, owner: UserId) -> Result<Uuid, Error> {
        let ticket = self.uploads.ticket(&mut self.db.conn(), owner, Nature::Image, &Actor::default());
        ticket.map(|ticket| ticket.id)
    }

    /// A finished upload.
    fn file(&self, owner: UserId) -> Uuid {
        let (conn, id) = (&mut self.db.conn(), self.ticket(owner).unwrap());
        self.uploads.receive(conn, owner, id).unwrap();
        self.uploads.finish(conn, (owner, id), &file(1_000), &Actor::default()).unwrap();
        id
    }

    fn count(&self, condition: &str) -> i64 {
        count(&mut self.db.conn(), condition)
    }

    /// Has the store delete what it is to delete, and says how many files it was.
    fn sweep(&self) -> usize {
        let conn = &mut self.db.conn();
        let doomed = self.uploads.sweep(conn, 100).unwrap();
        self.uploads.gone(conn, &doomed).unwrap();
        doomed.iter().map(|file| file.urls.len()).sum()
    }
}

fn count(conn: &mut PgConnection, condition: &str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let query = format!("SELECT count(*) AS count FROM {condition}");
    sql_query(query).get_result::<Count>(conn).unwrap().count
}

fn file(bytes: i64) -> File {
    File {
        media_type: "image/jpeg",
        bytes,
        pixels: Some((1_600, 900)),
        milliseconds: None,
        blurhash: Some("LEHV6nWB2yk8pyo0adR*.7kCMdnj".to_owned()),
        url: "https://store.example/a.jpg".to_owned(),
        thumbnail: Some("https://store.example/a-small.jpg".to_owned()),
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code().code
}

#[test]
fn case_66_a_ticket_is_good_once_for_its_owner_and_an_hour() {
    let fixture = Fixture::new(Quota::default());
    let conn = &mut fixture.db.conn();
    let id = fixture.ticket(AWA).unwrap();
    assert_eq!(code(fixture.uploads.receive(conn, KOFFI, id)), "media.ticket_unknown");
    assert_eq!(fixture.uploads.receive(conn, AWA, id).unwrap(), Nature::Image);
    assert_eq!(code(fixture.uploads.receive(conn, AWA, id)), "media.ticket_unknown", "it is used");
    fixture.uploads.give_back(conn, AWA, id).unwrap();
    fixture.uploads.receive(conn, AWA, id).unwrap();
    fixture.uploads.refuse(conn, AWA, id).unwrap();
    assert_eq!(code(fixture.uploads.receive(conn, AWA, id)), "media.ticket_unknown", "the file was none");
    let late = fixture.ticket(AWA).unwrap();
    fixture.clock.advance(Duration::from_secs(3_600));
    assert_eq!(code(fixture.uploads.receive(conn, AWA, late)), "media.ticket_unknown", "it is over");
    let finished = fixture.uploads.finish(conn, (AWA, late), &file(1), &Actor::default());
    assert_eq!(code(finished), "media.ticket_unknown", "nothing was received");
}

#[test]
fn case_65_ten_at_once_do_not_pass_the_quota_together() {
    let quota = Quota { open: 3, a_day: 5, bytes: 100_000_000, bytes_of_one: 1_000 };
    let fixture = Arc::new(Fixture::new(quota));
    let ask = |_| {
        let fixture = fixture.clone();
        thread::spawn(move || fixture.ticket(AWA).is_ok())
    };
    let threads: Vec<_> = (0..10).map(ask).collect();
    let given = threads.into_iter().map(|one| one.join().unwrap()).filter(|given| *given);
    assert_eq!(given.count(), 3);
    assert_eq!(code(fixture.ticket(AWA)), "media.too_many_tickets");
    assert!(fixture.ticket(KOFFI).is_ok(), "others have quotas of their own");
    fixture.clock.advance(Duration::from_secs(3_601));
    assert!(fixture.ticket(AWA).is_ok() && fixture.ticket(AWA).is_ok());
    assert_eq!(code(fixture.ticket(AWA)), "media.too_many_tickets", "five in a day, used or not");
    fixture.clock.advance(Duration::from_secs(86_400));
    assert!(fixture.ticket(AWA).is_ok());
}

#[test]
fn what_is_kept_and_what_may_come_count_against_the_space() {
    let quota = Quota { bytes: 10_000, bytes_of_one: 4_000, ..Quota::default() };
    let fixture = Fixture::new(quota);
    fixture.file(AWA);
    fixture.ticket(AWA).unwrap();
    fixture.ticket(AWA).unwrap();
    assert_eq!(code(fixture.ticket(AWA)), "media.quota_reached", "1,000 kept and 12,000 that may come");
}

#[test]
fn case_68_only_finished_unused_files_of_ones_own_are_taken() {
    let fixture = Fixture::new(Quota::default());
    let conn = &mut fixture.db.conn();
    let (mine, second, theirs, open) =
        (fixture.file(AWA), fixture.file(AWA), fixture.file(KOFFI), fixture.ticket(AWA).unwrap());
    let object = Uuid::from_u128(1);
    for ids in [vec![theirs], vec![open], vec![Uuid::from_u128(9)], vec![mine, theirs]] {
        assert_eq!(code(uploads::claim(conn, AWA, &ids, (KIND, object))), "media.unknown", "{ids:?}");
    }
    assert_eq!(code(uploads::claim(conn, AWA, &[mine, mine], (KIND, object))), "media.too_many_together");
    let many: Vec<Uuid> = (0..11).map(Uuid::from_u128).collect();
    assert_eq!(code(uploads::claim(conn, AWA, &many, (KIND, object))), "media.too_many_together");
    assert_eq!(fixture.count("media WHERE statut = 'utilise'"), 0, "nothing was taken in part");
    uploads::claim(conn, AWA, &[second, mine], (KIND, object)).unwrap();
    assert_eq!(code(uploads::claim(conn, AWA, &[mine], (KIND, Uuid::from_u128(2)))), "media.unknown");
    let shown = uploads::of_objects(conn, KIND, &[object, Uuid::from_u128(2)]).unwrap();
    let ids: Vec<Uuid> = shown[&object].iter().map(|media| media.id).collect();
    assert_eq!((shown.len(), ids), (1, vec![second, mine]), "in the order in which they were given");
    assert_eq!(uploads::find(conn, &[mine, theirs]).unwrap().len(), 1, "what nobody shows is not found");
    assert!(uploads::of_objects(conn, "message", &[object]).unwrap().is_empty(), "each kind its own");
}

#[test]
fn of_two_that_take_one_file_at_once_one_has_it() {
    let fixture = Arc::new(Fixture::new(Quota::default()));
    let (first, second) = (fixture.file(AWA), fixture.file(AWA));
    let take = |object: u128| {
        let fixture = fixture.clone();
        // In either order: nobody waits in a ring.
        let ids = if object.is_multiple_of(2) { [first, second] } else { [second, first] };
        thread::spawn(move || {
            diesel::Connection::transaction(&mut fixture.db.conn(), |conn| {
                uploads::claim(conn, AWA, &ids, (KIND, Uuid::from_u128(object)))
            })
            .is_ok()
        })
    };
    let threads: Vec<_> = (0..8).map(take).collect();
    assert_eq!(threads.into_iter().map(|one| one.join().unwrap()).filter(|taken| *taken).count(), 1);
}

#[test]
fn case_69_what_is_gone_leaves_the_store() {
    let fixture = Fixture::new(Quota::default());
    let conn = &mut fixture.db.conn();
    let (shown, unused, removed) = (fixture.file(AWA), fixture.file(AWA), fixture.file(AWA));
    let object = Uuid::from_u128(1);
    uploads::claim(conn, AWA, &[shown], (KIND, object)).unwrap();
    assert_eq!(code(fixture.uploads.remove(conn, AWA, shown, &Actor::default())), "media.in_use");
    assert_eq!(code(fixture.uploads.remove(conn, KOFFI, removed, &Actor::default())), "media.unknown");
    fixture.uploads.remove(conn, AWA, removed, &Actor::default()).unwrap();
    assert_eq!(fixture.sweep(), 2, "the file and its small picture");
    assert_eq!(fixture.sweep(), 0, "once");
    fixture.clock.advance(Duration::from_secs(86_401));
    assert_eq!(fixture.sweep(), 2, "what nobody used in a day");
    assert_eq!(code(fixture.uploads.get(conn, AWA, unused)), "media.unknown");
    assert_eq!(uploads::release(conn, KIND, &[object]).unwrap(), 1);
    assert!(uploads::find(conn, &[shown]).unwrap().is_empty(), "it is shown no longer at once");
    assert_eq!(fixture.sweep(), 2);
    assert_eq!(fixture.count("media WHERE url IS NOT NULL OR flou IS NOT NULL"), 0);
    fixture.clock.advance(Duration::from_secs(2 * 86_400 + 1));
    fixture.sweep();
    assert_eq!(fixture.count("media"), 0);
}

#[test]
fn what_is_finished_at_the_last_moment_is_not_swept_away() {
    let fixture = Fixture::new(Quota::default());
    let (conn, id) = (&mut fixture.db.conn(), fixture.ticket(AWA).unwrap());
    fixture.uploads.receive(conn, AWA, id).unwrap();
    fixture.clock.advance(Duration::from_secs(3_601));
    let waits = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    thread::scope(|scope| {
        let fixture = &fixture;
        let sweeping = diesel::Connection::transaction(conn, |conn| {
            fixture.uploads.finish(conn, (AWA, id), &file(1_000), &Actor::default())?;
            let sweeping = scope.spawn(move || fixture.uploads.sweep(&mut fixture.db.conn(), 10).unwrap());
            // It has found the ticket, which is over, and waits for what becomes of it.
            while fixture.count(waits) == 0 {
                thread::sleep(Duration::from_millis(5));
            }
            Ok::<_, Error>(sweeping)
        });
        assert_eq!(sweeping.unwrap().join().unwrap(), []);
    });
    assert_eq!(fixture.uploads.get(conn, AWA, id).unwrap().id, id, "it waits for its day");
}

#[test]
fn a_store_that_does_not_answer_is_asked_again_by_one_at_a_time() {
    let fixture = Fixture::new(Quota::default());
    let conn = &mut fixture.db.conn();
    let id = fixture.file(AWA);
    fixture.uploads.remove(conn, AWA, id, &Actor::default()).unwrap();
    assert_eq!(fixture.uploads.sweep(conn, 10).unwrap().len(), 1);
    assert!(fixture.uploads.sweep(conn, 10).unwrap().is_empty(), "somebody is at it");
    fixture.clock.advance(Duration::from_secs(601));
    let again = fixture.uploads.sweep(conn, 10).unwrap();
    assert_eq!(again[0].urls, ["https://store.example/a.jpg", "https://store.example/a-small.jpg"]);
}

#[test]
fn who_leaves_takes_all_along_whatever_shows_it() {
    let fixture = Fixture::new(Quota::default());
    let conn = &mut fixture.db.conn();
    let (shown, _unused, _theirs) = (fixture.file(AWA), fixture.file(AWA), fixture.file(KOFFI));
    uploads::claim(conn, AWA, &[shown], (KIND, Uuid::from_u128(1))).unwrap();
    assert_eq!(uploads::erase(conn, AWA).unwrap(), 2);
    assert_eq!(fixture.sweep(), 4, "hers at once, and not his");
    conn.batch_execute("DELETE FROM utilisateur WHERE nom = 'koffi'").unwrap();
    assert_eq!(fixture.sweep(), 2, "what is nobody's");
}

#[test]
fn every_change_is_in_the_log_and_a_refused_one_is_not() {
    let fixture = Fixture::new(Quota { open: 1, ..Quota::default() });
    let conn = &mut fixture.db.conn();
    let id = fixture.file(AWA);
    fixture.ticket(AWA).unwrap();
    assert!(fixture.ticket(AWA).is_err());
    fixture.uploads.remove(conn, AWA, id, &Actor::default()).unwrap();
    for (action, times) in [("media.ticket_given", 2), ("media.uploaded", 1), ("media.removed", 1)] {
        assert_eq!(fixture.count(&format!("logs WHERE action = '{action}'")), times, "{action}");
    }
}

#[test]
fn what_must_be_heard_is_no_picture() {
    let fixture = Fixture::new(Quota::default());
    let (conn, picture, object) = (&mut fixture.db.conn(), fixture.file(AWA), Uuid::from_u128(1));
    let heard = uploads::claim_of(conn, AWA, (&[picture], Nature::Voice), (KIND, object));
    assert_eq!(code(heard), "media.unknown");
    uploads::claim_of(conn, AWA, (&[picture], Nature::Image), (KIND, object)).unwrap();
}
