//! Puts people, publications and what hangs on them into an empty database, as fast as SQL makes rows: in the order of the primary keys, with
//! the other indexes made afterwards, and with the counters set by what is made instead of by triggers.

use crate::{AUTHORS, READERS};
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text,
};
use hostolink_kernel::{Clock, SystemClock, SystemRandom};
use hostolink_social::{Social, recount};
use std::{sync::Arc, time::Instant};

/// Milliseconds between a publication and the next: a million in about a year, whatever their number is.
const BETWEEN: i64 = 30_000;
/// When the last publication was made, in milliseconds before now: later than that lie its comments.
const REST: i64 = 3_600_000;
/// One person for so many publications.
const EACH: i64 = 10;

/// An index that belongs to no constraint.
#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// So many publications, five times as many comments, twenty times as many likes, and people with their ties. How far it is goes to stderr.
pub(crate) fn fill(conn: &mut PgConnection, publications: i64) {
    eprintln!("making {publications} publications");
    let begun = Instant::now();
    let end = SystemClock.now().timestamp_millis() - REST;
    let people = publications / EACH;
    step(conn, "people", &draft(publications, people, end));
    let indexes = take_indexes(conn);
    step(conn, "publications", PUBLICATIONS);
    step(conn, "comments", &comments(people));
    step(conn, "likes", &likes(people));
    step(conn, "shares and saves", &shares(people));
    step(conn, "ties between people", &ties(people, end));
    for index in indexes {
        step(conn, &index.name, &index.definition);
    }
    step(conn, "counters of people", &profiles(people));
    let ranked = Social::new(Arc::new(SystemClock), Arc::new(SystemRandom)).rank(conn).unwrap();
    assert!(ranked.is_some_and(|length| length > 0), "nothing is talked about");
    // As the database's own cleaning leaves it after a while; and what was written lies on the disk before anything is timed.
    step(conn, "cleaning and statistics", "VACUUM (ANALYZE)");
    step(conn, "a checkpoint", "CHECKPOINT");
    let from = Instant::now();
    let drifts = recount(conn).unwrap();
    assert!(drifts.is_empty(), "THE COUNTERS ARE WRONG: the figures mean nothing. {drifts:?}");
    eprintln!("  every counter is what there is, seen in {:.1?}", from.elapsed());
    eprintln!("  all of it in {:.0?}", begun.elapsed());
}

fn step(conn: &mut PgConnection, what: &str, sql: &str) {
    let from = Instant::now();
    conn.batch_execute(sql).unwrap();
    eprintln!("  {what} in {:.1?}", from.elapsed());
}

/// Takes the indexes away that rows would have to be sorted into one by one, and says how to make them again. Those of constraints stay.
fn take_indexes(conn: &mut PgConnection) -> Vec<Index> {
    let indexes: Vec<Index> = sql_query(
        "SELECT quote_ident(i.indexname) AS name, i.indexdef AS definition FROM pg_indexes i \
         WHERE i.schemaname = 'public' AND i.tablename IN ('publication', 'commentaire', 'liker', 'partages', 'enregistrement', 'abonnement') \
         AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname) ORDER BY i.tablename, i.indexname",
    )
    .load(conn)
    .unwrap();
    let names: Vec<&str> = indexes.iter().map(|index| index.name.as_str()).collect();
    conn.batch_execute(&format!("DROP INDEX {}", names.join(", "))).unwrap();
    indexes
}

/// People, and what each publication will be: when, by whom, how many like it and comment on it. Of a hundred publications one has 600 likes
/// and 150 comments, four have 150 and 40, fifteen 32 and 6, twenty 4 and 5, sixty 4 and none. Who does something is drawn by Zipf's law, s = 1.
/// No trigger runs on this connection from here on: neither those that count nor those of foreign keys.
fn draft(publications: i64, people: i64, end: i64) -> String {
    format!(
        "SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB';
        CREATE FUNCTION pg_temp.id(millis bigint, tail bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
            $$ SELECT (lpad(to_hex(millis), 12, '0') || '70008' || lpad(to_hex(tail), 15, '0'))::uuid $$;
        CREATE FUNCTION pg_temp.someone(n bigint, seed bigint, people bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS
            $$ SELECT floor(power(people::float8, (hashint8extended(n, seed) & 2147483647)::float8 / 2147483648))::integer $$;
        INSERT INTO utilisateur (nom) SELECT 'Banc' FROM generate_series(1, {people});
        CREATE TEMP TABLE banc AS
            SELECT n, moment, pg_temp.id(moment, n) AS id, pg_temp.someone(n, 1, {people}) AS auteur, n % 10 <> 5 AS publique,
                CASE WHEN classe = 0 THEN 600 WHEN classe < 5 THEN 150 WHEN classe < 20 THEN 32 ELSE 4 END AS likes,
                CASE WHEN classe = 0 THEN 150 WHEN classe < 5 THEN 40 WHEN classe < 20 THEN 6 WHEN classe < 40 THEN 5 ELSE 0 END AS commentaires
            FROM (SELECT n, {end} - ({publications} - n) * {BETWEEN} AS moment, n * 37 % 100 AS classe
                FROM generate_series(1::bigint, {publications}) n) d;
        ANALYZE banc"
    )
}

const PUBLICATIONS: &str = "
    INSERT INTO publication (public_id, id_user, texte, recherche, visibilite, likes, commentaires, partages, enregistrements, cree_le)
        SELECT id, auteur, texte, lower(texte), CASE WHEN publique THEN 'public' ELSE 'followers' END, likes, commentaires, publique::integer,
            (n % 10 = 3)::integer, to_timestamp(moment / 1000.0)
        FROM banc CROSS JOIN LATERAL (SELECT 'Le centre de vaccination du quartier ouvre samedi de 8 heures a midi, venez avec le carnet des '
            || 'enfants et une piece, sans rendez-vous. Numero ' || n || ', rue ' || n % 5000 AS texte) t ORDER BY n";

/// A comment each fifteen seconds; each third one answers the one two before it.
fn comments(people: i64) -> String {
    format!(
        "INSERT INTO commentaire (public_id, publication_id, parent_id, profondeur, id_user, texte, reponses, cree_le)
            SELECT pg_temp.id(moment + (k + 1) * 15000, n * 1000 + k), id,
                CASE WHEN k % 3 = 2 THEN pg_temp.id(moment + (k - 1) * 15000, n * 1000 + k - 2) END, (k % 3 = 2)::integer,
                pg_temp.someone(n * 1000 + k, 2, {people}), 'Merci beaucoup, nous y serons samedi avec les enfants. ' || k,
                (k % 3 = 0 AND k + 2 < commentaires)::integer, to_timestamp((moment + (k + 1) * 15000) / 1000.0)
            FROM banc CROSS JOIN LATERAL generate_series(0, commentaires - 1) k ORDER BY 1"
    )
}

/// By as many people in a row as like it, from anybody on.
fn likes(people: i64) -> String {
    format!(
        "INSERT INTO liker (publication_id, id_user, public_id)
            SELECT id, 1 + ((hashint8extended(n, 3) & 2147483647) + k) % {people}, pg_temp.id(moment + k * 1000, n * 1000 + k)
            FROM banc CROSS JOIN LATERAL generate_series(0, likes - 1) k"
    )
}

fn shares(people: i64) -> String {
    format!(
        "INSERT INTO partages (public_id, publication_id, id_user)
            SELECT pg_temp.id(moment + 60000, n), id, pg_temp.someone(n, 4, {people}) FROM banc WHERE publique ORDER BY n;
        INSERT INTO enregistrement (publication_id, id_user, public_id)
            SELECT id, pg_temp.someone(n, 5, {people}), pg_temp.id(moment + 60000, n) FROM banc WHERE n % 10 = 3 ORDER BY n"
    )
}

/// Everybody follows up to twenty others; who reads in the measures follows thirty of the authors who are read, whatever the size. Everybody
/// blocks and mutes somebody of the less active, and one in two hundred is suspended.
fn ties(people: i64, end: i64) -> String {
    let (first, last) = (READERS.start, READERS.end - 1);
    let (most, least) = (AUTHORS.start, AUTHORS.end - 1);
    format!(
        "INSERT INTO abonnement (id_user, id_suivi, public_id, cree_le)
            SELECT u, v, pg_temp.id({end}, u::bigint * 1000000 + v), to_timestamp({end} / 1000.0) FROM generate_series(1, {people}) u
            CROSS JOIN LATERAL (SELECT DISTINCT pg_temp.someone(u::bigint * 100 + k, 6, {people}) AS v FROM generate_series(1, 20) k) s
            WHERE u <> v AND u NOT BETWEEN {first} AND {last}
            UNION ALL SELECT u, v, pg_temp.id({end}, u::bigint * 1000000 + v), to_timestamp({end} / 1000.0)
            FROM generate_series({first}, {last}) u, generate_series({most}, {least}) v WHERE (u + v) % 6 <> 0 ORDER BY 1, 2;
        INSERT INTO blocage (id_user, id_bloque, public_id, cree_le)
            SELECT u, v, pg_temp.id({end}, u), to_timestamp({end} / 1000.0) FROM generate_series(1, {people}) u
            CROSS JOIN LATERAL (SELECT 601 + (hashint8extended(u, 7) & 2147483647) % ({people} - 600) AS v) s WHERE u <> v;
        INSERT INTO sourdine (id_user, id_muet, public_id, cree_le)
            SELECT u, v, pg_temp.id({end}, u), to_timestamp({end} / 1000.0) FROM generate_series(1, {people}) u
            CROSS JOIN LATERAL (SELECT 601 + (hashint8extended(u, 8) & 2147483647) % ({people} - 600) AS v) s WHERE u <> v;
        INSERT INTO sanction (public_id, id_user, degre, motif, cree_le, expire_le)
            SELECT pg_temp.id({end}, u), u, 'suspension', 'spam', to_timestamp({end} / 1000.0), to_timestamp({end} / 1000.0) + interval '30 days'
            FROM generate_series(199, {people}, 200) u"
    )
}

fn profiles(people: i64) -> String {
    format!(
        "INSERT INTO profil_social (id_user, abonnes, abonnements, publications, commentaires, blocages)
            SELECT u, coalesce(a.n, 0), coalesce(b.n, 0), coalesce(p.n, 0), coalesce(c.n, 0), coalesce(d.n, 0) FROM generate_series(1, {people}) u
            LEFT JOIN (SELECT id_suivi AS u, count(*) AS n FROM abonnement GROUP BY 1) a USING (u)
            LEFT JOIN (SELECT id_user AS u, count(*) AS n FROM abonnement GROUP BY 1) b USING (u)
            LEFT JOIN (SELECT id_user AS u, count(*) AS n FROM publication GROUP BY 1) p USING (u)
            LEFT JOIN (SELECT id_user AS u, count(*) AS n FROM commentaire GROUP BY 1) c USING (u)
            LEFT JOIN (SELECT id_user AS u, count(*) AS n FROM blocage GROUP BY 1) d USING (u) ORDER BY u"
    )
}
