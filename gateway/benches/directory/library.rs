//! What the index and the snapshot take, without HTTP.

use crate::data::{self, Bounds, Dice};
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Double, Text, Uuid as SqlUuid},
};
use hostolink_geo::{Index, Near, Point};
use hostolink_health_directory::{Directory, EstablishmentType, Filter, PackPart, Snapshot};
use hostolink_kernel::{EstablishmentId, SystemClock, SystemRandom};
use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

/// How many are asked for.
pub(crate) const LIMIT: usize = 10;
const QUESTIONS: usize = 20_000;

/// The middle and the last but one in a hundred of some times.
pub(crate) fn middle_and_late(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort_unstable();
    (times[times.len() / 2], times[(times.len() - 1) * 99 / 100])
}

/// The index alone: ten of one kind in eight.
pub(crate) fn index(bounds: Bounds, count: usize, due: Duration) {
    let dice = &mut Dice(20_261_130);
    let places = data::scatter(dice, bounds, count);
    let points: Vec<Point> = places.iter().map(|(point, _)| *point).collect();
    let begun = Instant::now();
    let index = Index::marked(&points, |place| 1 << places[place].1);
    let built = begun.elapsed();
    let questions = data::questions(dice, bounds, &places, QUESTIONS);
    for (from, kind) in questions.iter().take(40_000_000 / count).take(400) {
        let found = index.nearest_marked(*from, LIMIT, None, 1 << *kind, |_| true);
        assert_eq!(found, brute_force(&places, *from, *kind), "THE INDEX IS WRONG: its times mean nothing");
    }
    let times = questions.iter().map(|(from, kind)| {
        let begun = Instant::now();
        black_box(index.nearest_marked(*from, LIMIT, None, 1 << *kind, |_| true));
        begun.elapsed()
    });
    let (p50, p99) = middle_and_late(times.collect());
    let bytes = index.bytes() as f64 / count as f64;
    println!(
        "index of {count}: p50 {p50:.1?} p99 {p99:.1?} (due: p99 at most {due:.0?}), built in {built:.0?}, {bytes:.0} bytes a point"
    );
}

fn brute_force(places: &[(Point, usize)], from: Point, kind: usize) -> Vec<Near> {
    let mut all: Vec<Near> = places
        .iter()
        .enumerate()
        .filter(|(_, (_, other))| *other == kind)
        .map(|(place, (point, _))| Near { place, metres: from.distance(*point) })
        .collect();
    all.sort_unstable_by(|a, b| a.metres.total_cmp(&b.metres).then(a.place.cmp(&b.place)));
    all.truncate(LIMIT);
    all
}

/// The whole snapshot of what a database has, against the same question to Postgres on one connection.
pub(crate) fn snapshot(name: &str, conn: &mut PgConnection, bounds: Bounds, questions: usize) {
    let mut load = || {
        let directory = Directory::new(Arc::new(SystemClock), Arc::new(SystemRandom));
        let begun = Instant::now();
        directory.refresh(conn).unwrap();
        (begun.elapsed(), directory)
    };
    let mut loads: Vec<Duration> = (0..4).map(|_| load().0).collect();
    let (last, directory) = load();
    loads.push(last);
    let snapshot = directory.snapshot();
    let beside = snapshot.bytes_beside_rows() as f64 / snapshot.len() as f64;
    let begun = Instant::now();
    let packs: usize = PackPart::ALL.iter().map(|part| snapshot.pack_gzip(*part).len()).sum();
    let packed = begun.elapsed();
    let (load, _) = middle_and_late(loads);
    println!(
        "{name}, {} rows: read and indexed in {load:.0?} (due: shipped, 150ms), {beside:.0} bytes a row beside the rows (due: 150); packs of {packs} bytes in {packed:.0?}",
        snapshot.len()
    );

    let asked = ask(&snapshot, bounds, questions);
    for (from, filter) in asked.iter().take(2_000_000 / snapshot.len()) {
        check(&snapshot, *from, filter);
    }
    let times = asked.iter().map(|(from, filter)| {
        let begun = Instant::now();
        black_box(snapshot.nearest(*from, LIMIT, None, filter));
        begun.elapsed()
    });
    let (p50, p99) = middle_and_late(times.collect());
    prepare(conn);
    let times = asked.iter().take(2_000).map(|(from, filter)| {
        let begun = Instant::now();
        black_box(by_postgres(conn, *from, filter));
        begun.elapsed()
    });
    let (postgres, late) = middle_and_late(times.collect());
    println!(
        "{name}: nearest-10 with filters p50 {p50:.1?} p99 {p99:.1?}; Postgres p50 {postgres:.1?} p99 {late:.1?}: {:.0} times as long (due: 30)",
        postgres.as_secs_f64() / p50.as_secs_f64()
    );
}

/// From everywhere and near establishments, for a type, half of the time with a number to call.
pub(crate) fn ask(snapshot: &Snapshot, bounds: Bounds, count: usize) -> Vec<(Point, Filter)> {
    let places: Vec<(Point, usize)> = snapshot.establishments().map(|row| (row.position.point, 0)).collect();
    let dice = &mut Dice(7);
    let types = [
        EstablishmentType::Hospital,
        EstablishmentType::Doctor,
        EstablishmentType::Pharmacy,
        EstablishmentType::Clinic,
    ];
    data::questions(dice, bounds, &places, count)
        .into_iter()
        .enumerate()
        .map(|(turn, (from, kind))| {
            let has_number = (turn % 4 == 0).then_some(true);
            (from, Filter { kind: Some(types[kind % types.len()]), has_number, ..Filter::default() })
        })
        .collect()
}

fn check(snapshot: &Snapshot, from: Point, filter: &Filter) {
    let mut expected: Vec<(f64, EstablishmentId)> = snapshot
        .establishments()
        .filter(|row| filter.kind == Some(row.kind))
        .filter(|row| filter.has_number.is_none() || row.alive_numbers().next().is_some())
        .map(|row| (from.distance(row.position.point), row.id))
        .collect();
    expected.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    expected.truncate(LIMIT);
    let found = snapshot.nearest(from, LIMIT, None, filter);
    let found: Vec<_> = found.iter().map(|near| (near.distance_metres, near.establishment.id)).collect();
    assert_eq!(found, expected, "THE ANSWERS ARE WRONG: their times mean nothing");
}

#[derive(QueryableByName)]
pub(crate) struct Row {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) public_id: EstablishmentId,
}

/// The table that Postgres answers from: what the question needs, and the index that it is made for.
fn prepare(conn: &mut PgConnection) {
    conn.batch_execute(
        "DROP TABLE IF EXISTS banc_annuaire;
         CREATE TABLE banc_annuaire AS
         SELECT public_id, type, point(longitude, latitude) AS lieu,
             EXISTS (SELECT FROM liste_numero_etablissement_sante n WHERE n.id_etablissement = e.id_etablissement) AS joignable
         FROM etablissement_sante e;
         CREATE INDEX ON banc_annuaire USING gist (lieu);
         ANALYZE banc_annuaire",
    )
    .unwrap();
}

/// The same question to Postgres: in degrees of a plane, which is not the same order, but what it can do with an index.
pub(crate) fn by_postgres(conn: &mut PgConnection, from: Point, filter: &Filter) -> Vec<Row> {
    let number = if filter.has_number.is_some() { "AND joignable" } else { "" };
    sql_query(format!(
        "SELECT public_id FROM banc_annuaire WHERE type = $1 {number} ORDER BY lieu <-> point($2, $3) LIMIT {LIMIT}"
    ))
    .bind::<Text, _>(filter.kind.map_or("", EstablishmentType::code))
    .bind::<Double, _>(from.longitude())
    .bind::<Double, _>(from.latitude())
    .load(conn)
    .unwrap()
}
