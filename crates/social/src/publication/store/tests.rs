//! On large tables no list reads what is not on its page.

use super::read::Source;
use crate::Viewer;
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Array, BigInt, Integer, Json, Text, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use hostolink_test_support::TestDb;
use serde_json::Value;
use uuid::Uuid;

/// 20,000 publications of 2,000 people, and what hangs on them; the counters don't matter here.
const MANY: &str = "
    INSERT INTO utilisateur (nom) SELECT 'x' FROM generate_series(1, 2000);
    ALTER TABLE publication DISABLE TRIGGER USER; ALTER TABLE liker DISABLE TRIGGER USER; ALTER TABLE partages DISABLE TRIGGER USER;
    ALTER TABLE enregistrement DISABLE TRIGGER USER; ALTER TABLE abonnement DISABLE TRIGGER USER; ALTER TABLE blocage DISABLE TRIGGER USER;
    INSERT INTO publication (public_id, id_user, texte, recherche, visibilite, cree_le)
        SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1 + n % 2000, 'x',
            CASE WHEN n % 100 = 0 THEN 'vaccination' ELSE 'mot' || n END, CASE WHEN n % 3 = 0 THEN 'followers' ELSE 'public' END, now()
        FROM generate_series(1, 20000) n;
    INSERT INTO liker (publication_id, id_user, public_id) SELECT public_id, 1 + (id_user + u) % 2000, public_id
        FROM publication, generate_series(1, 3) u;
    INSERT INTO enregistrement (publication_id, id_user, public_id) SELECT public_id, 1 + (id_user + 7) % 2000, public_id FROM publication;
    INSERT INTO partages (public_id, publication_id, id_user) SELECT public_id, public_id, 1 + (id_user + 9) % 2000 FROM publication;
    INSERT INTO mot_diese (mot) SELECT 'mot' || n FROM generate_series(1, 500) n;
    INSERT INTO publication_mot (publication_id, mot)
        SELECT public_id, 'mot' || (1 + id_user % 500) FROM publication;
    INSERT INTO abonnement (id_user, id_suivi, public_id, cree_le)
        SELECT u, v, gen_random_uuid(), now() FROM generate_series(1, 2000) u, LATERAL (SELECT 1 + (u + 31 * k) % 2000 AS v FROM generate_series(1, 20) k) s
        WHERE u <> v ON CONFLICT DO NOTHING;
    INSERT INTO blocage (id_user, id_bloque, public_id, cree_le)
        SELECT u, 1 + (u + 5) % 2000, gen_random_uuid(), now() FROM generate_series(1, 2000) u;
    ANALYZE";

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = Json)]
    #[diesel(column_name = "QUERY PLAN")]
    plan: Value,
}

/// The plan of a list, as it is run.
fn plan(conn: &mut PgConnection, viewer: &Viewer, source: Source<'_>) -> Value {
    let id = if let Source::Theme(id) | Source::One(id) = source { id } else { Uuid::nil() };
    let user = if let Source::By(user) | Source::SharedBy(user) = source { user } else { viewer.user };
    let text = if let Source::Tag(text) | Source::Words(text) = source { text } else { "" };
    let explained = format!("EXPLAIN (ANALYZE, FORMAT JSON) {}", source.query());
    let plan: Plan = sql_query(explained)
        .bind::<Integer, _>(viewer.user)
        .bind::<Array<SqlUuid>, _>(&viewer.themes)
        .bind::<Timestamptz, _>(chrono::DateTime::from_timestamp(1_795_161_600, 0).unwrap())
        .bind::<SqlUuid, _>(Uuid::max())
        .bind::<BigInt, _>(21)
        .bind::<SqlUuid, _>(id)
        .bind::<Integer, _>(user)
        .bind::<Text, _>(text)
        .bind::<BigInt, _>(1)
        .bind::<Integer, _>(0)
        .get_result(conn)
        .unwrap();
    plan.plan
}

/// The most rows that one step of a plan reads of a large table one after the other.
fn read_in_a_row(step: &Value) -> f64 {
    let own = match step["Node Type"].as_str() {
        Some("Seq Scan") => {
            let rows = |name: &str| step[name].as_f64().unwrap_or(0.0);
            (rows("Actual Rows") + rows("Rows Removed by Filter")) * rows("Actual Loops")
        }
        _ => 0.0,
    };
    let below = step["Plans"].as_array().into_iter().flatten().map(read_in_a_row);
    below.fold(own, f64::max)
}

#[test]
fn no_list_reads_a_large_table_from_end_to_end() {
    let db = TestDb::new();
    let conn = &mut db.conn();
    conn.batch_execute(MANY).unwrap();
    conn.batch_execute(
        "INSERT INTO palmares (numero, calcule_le) VALUES (1, now()); \
         INSERT INTO tendance (numero, place, publication_id, rang) SELECT 1, row_number() OVER (), public_id, 1 FROM publication LIMIT 1000; ANALYZE",
    )
    .unwrap();
    let viewer = Viewer::new(UserId::new(40));
    let one = Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001);
    for source in [
        Source::One(one),
        Source::Recent,
        Source::Following,
        Source::By(UserId::new(77)),
        Source::SharedBy(UserId::new(77)),
        Source::Saved,
        Source::Tag("mot7"),
        Source::Words("vaccination"),
        Source::Trending(1, 0),
    ] {
        let plan = plan(conn, &viewer, source);
        let most = read_in_a_row(&plan[0]["Plan"]);
        assert!(most <= 10_000.0, "{source:?} reads {most} rows in a row: {plan:#}");
    }
}
