use crate::schema;
use diesel::{
    Connection, PgConnection,
    connection::SimpleConnection,
    migration::{Migration, MigrationSource},
    pg::Pg,
    result::Error,
};
use diesel_migrations::MigrationHarness;
use hostolink_database::{adoption, migrate};
use hostolink_test_support::TestDb;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn steps() -> Vec<Box<dyn Migration<Pg>>> {
    let mut steps = MigrationSource::<Pg>::migrations(&migrate::MIGRATIONS).unwrap();
    steps.sort_by_key(|step| step.name().to_string());
    steps
}

/// The text of a step, `up` or `down`.
fn text(step: &dyn Migration<Pg>, direction: &str) -> String {
    fs::read_to_string(
        root().join("migrations").join(step.name().to_string()).join(format!("{direction}.sql")),
    )
    .unwrap()
}

#[test]
fn each_step_goes_up_and_down_and_up_to_the_same_schema() {
    let db = TestDb::empty();
    let conn = &mut db.conn();
    // Makes the table of applied steps.
    migrate::applied(conn).unwrap();
    let mut before = schema::of(conn);
    for step in steps() {
        let name = step.name().to_string();
        conn.run_migration(&step).unwrap_or_else(|e| panic!("{name} up: {e}"));
        let after = schema::of(conn);
        assert_ne!(before, after, "{name} does nothing");
        conn.revert_migration(&step).unwrap_or_else(|e| panic!("{name} down: {e}"));
        // The two tables that may be older than us stay.
        if !text(&*step, "up").contains("CREATE TABLE IF NOT EXISTS utilisateur") {
            similar_asserts(
                &before,
                &schema::of(conn),
                &format!("{name}: its down leaves something or takes too much"),
            );
        }
        conn.run_migration(&step).unwrap_or_else(|e| panic!("{name} up again: {e}"));
        before = schema::of(conn);
        similar_asserts(&after, &before, &format!("{name}: up, down, up differs"));
    }
    // And the whole history down, newest first.
    for step in steps().iter().rev() {
        conn.revert_migration(step).unwrap_or_else(|e| panic!("{} down at the end: {e}", step.name()));
    }
    assert_eq!(schema::tables(conn), ["otp", "utilisateur"]);
}

/// Only what differs: a schema is long.
fn similar_asserts(left: &[String], right: &[String], what: &str) {
    let (left, right): (BTreeSet<_>, BTreeSet<_>) = (left.iter().collect(), right.iter().collect());
    let (gone, new): (Vec<_>, Vec<_>) =
        (left.difference(&right).collect(), right.difference(&left).collect());
    assert!(gone.is_empty() && new.is_empty(), "{what}\ngone: {gone:#?}\nnew: {new:#?}");
}

#[test]
fn no_down_takes_the_people_s_tables_with_it() {
    let db = TestDb::new();
    let conn = &mut db.conn();
    conn.batch_execute(
        "INSERT INTO utilisateur (email, mdp) VALUES ('a@b.ci', '$2b$10$x');
         INSERT INTO otp (user_id, otp_code, expires_at) SELECT id_user, '', now() FROM utilisateur",
    )
    .unwrap();
    for step in steps().iter().rev() {
        conn.revert_migration(step).unwrap_or_else(|e| panic!("{} down: {e}", step.name()));
    }
    let people = schema::lines(
        conn,
        "SELECT concat_ws(' ', email, mdp) AS line FROM utilisateur JOIN otp ON user_id = id_user",
    );
    assert_eq!(people, ["a@b.ci $2b$10$x"]);
}

/// Puts one row into every table that a step makes, one table after the other, and expects its down to refuse.
#[test]
fn a_down_refuses_to_drop_a_table_with_rows() {
    let db = TestDb::empty();
    let conn = &mut db.conn();
    migrate::applied(conn).unwrap();
    let mut tried = 0;
    for step in steps() {
        let before = schema::tables(conn);
        conn.run_migration(&step).unwrap();
        let made: Vec<String> =
            schema::tables(conn).into_iter().filter(|table| !before.contains(table)).collect();
        for table in &made {
            if ["utilisateur", "otp"].contains(&table.as_str())
                || made_for_one_row(conn, table)
                || child(conn, table, &made)
            {
                continue;
            }
            tried += 1;
            let name = step.name();
            let rolled_back = conn.transaction(|conn| -> Result<(), Error> {
                put_a_row(conn, table);
                let refused = conn
                    .transaction(|conn| conn.batch_execute(&text(&*step, "down")))
                    .expect_err(&format!("{name}: its down drops {table} with a row in it"));
                assert!(refused.to_string().contains("would be lost"), "{name}, {table}: {refused}");
                Err(Error::RollbackTransaction)
            });
            assert_eq!(rolled_back, Err(Error::RollbackTransaction));
        }
    }
    assert!(tried > 5, "only {tried} tables were tried");
}

/// A counter's single row is the migration's own.
fn made_for_one_row(conn: &mut PgConnection, table: &str) -> bool {
    let query = format!(
        "SELECT conname::text AS line FROM pg_constraint WHERE conrelid = '{table}'::regclass AND conname LIKE '%_une_seule_ligne'"
    );
    !schema::lines(conn, &query).is_empty()
}

/// Whether a row needs one of another table of the same step, which speaks for both.
fn child(conn: &mut PgConnection, table: &str, made: &[String]) -> bool {
    let query = format!(
        "SELECT confrelid::regclass::text AS line FROM pg_constraint k WHERE conrelid = '{table}'::regclass AND contype = 'f' \
         AND (SELECT bool_and(a.attnotnull) FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey))"
    );
    schema::lines(conn, &query).iter().any(|parent| parent != table && made.contains(parent))
}

/// A row without regard to what it means: constraints and triggers step aside until the transaction is rolled back.
fn put_a_row(conn: &mut PgConnection, table: &str) {
    let constraints = format!(
        "SELECT format('ALTER TABLE {table} DROP CONSTRAINT %I CASCADE', conname) AS line \
         FROM pg_constraint WHERE conrelid = '{table}'::regclass ORDER BY contype <> 'f'"
    );
    for drop in schema::lines(conn, &constraints) {
        conn.batch_execute(&drop).unwrap();
    }
    let values = format!(
        "SELECT format('INSERT INTO {table} (%s) OVERRIDING SYSTEM VALUE VALUES (%s)', string_agg(quote_ident(attname), ', '), \
             string_agg(CASE WHEN t.typcategory IN ('N') THEN '7' WHEN t.typname = 'bytea' THEN '''x''::bytea' \
                 WHEN t.typname = 'uuid' THEN 'gen_random_uuid()' WHEN t.typcategory = 'D' THEN 'now()' WHEN t.typcategory = 'B' THEN 'true' \
                 WHEN t.typname IN ('json', 'jsonb') THEN '''{{}}''' WHEN t.typcategory = 'A' THEN '''{{}}''' ELSE '''x''' END, ', ')) AS line \
         FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid \
         WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
    );
    let insert = schema::lines(conn, &values).remove(0);
    conn.batch_execute(&format!(
        "ALTER TABLE {table} DISABLE TRIGGER USER; {insert}; ALTER TABLE {table} ENABLE TRIGGER USER"
    ))
    .unwrap_or_else(|e| panic!("{insert}: {e}"));
}

#[test]
fn every_foreign_key_has_an_index_that_begins_with_its_columns() {
    let without = schema::lines(
        &mut TestDb::new().conn(),
        "SELECT format('%s.%s', conrelid::regclass, conname) AS line FROM pg_constraint k WHERE contype = 'f' \
         AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indisvalid \
             AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = \
                  (SELECT format('(%s IS NOT NULL)', quote_ident(attname)) FROM pg_attribute WHERE attrelid = k.conrelid AND attnum = k.conkey[1])) \
             AND (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey)",
    );
    assert!(without.is_empty(), "no index for {without:#?}");
}

#[test]
fn every_constraint_is_named_by_us() {
    // What Postgres makes up for a check that has no name.
    let unnamed = schema::lines(
        &mut TestDb::new().conn(),
        "SELECT format('%s: %s', conrelid::regclass, conname) AS line FROM pg_constraint \
         WHERE connamespace = 'public'::regnamespace AND conname ~ '_check[0-9]*$'",
    );
    assert!(unnamed.is_empty(), "{unnamed:#?}");
}

#[test]
fn every_table_has_one_owner_and_only_that_crate_names_it() {
    let conn = &mut TestDb::new().conn();
    let tables = schema::tables(conn);
    let mut owned: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for table in &tables {
        let comment = schema::lines(
            conn,
            &format!("SELECT coalesce(obj_description('{table}'::regclass), '') AS line"),
        )
        .remove(0);
        let (owner, purpose) = comment.split_once(": ").unwrap_or_else(|| {
            panic!("{table}: its comment does not say '<crate>: <purpose>' but {comment:?}")
        });
        assert!(root().join("crates").join(owner).join("Cargo.toml").exists(), "{table}: no crate {owner}");
        assert!(purpose.len() > 10, "{table}: what is it for?");
        owned.entry(owner.to_owned()).or_default().insert(table.clone());
    }
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in fs::read_dir(root().join("crates")).unwrap().flatten() {
        let crate_name = folder.file_name().into_string().unwrap();
        // This crate adopts two of them by name.
        if crate_name != "database" {
            let names: BTreeSet<_> = named_under(&folder.path().join("src")).into_iter().collect();
            let names: BTreeSet<_> = tables.iter().filter(|table| names.contains(*table)).cloned().collect();
            if !names.is_empty() {
                named.insert(crate_name, names);
            }
        }
    }
    assert_eq!(
        owned, named,
        "left: owners by the tables' comments; right: what each crate declares or queries"
    );
}

/// The tables that sources declare (`table! { name (key) {`) or name in SQL, those of their unit tests aside.
fn named_under(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            names.extend(named_under(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            let words: Vec<&str> = text
                .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '!'))
                .filter(|w| !w.is_empty())
                .collect();
            let before = ["FROM", "JOIN", "INTO", "UPDATE", "ONLY", "table!"];
            names.extend(
                words.windows(2).filter(|pair| before.contains(&pair[0])).map(|pair| pair[1].to_owned()),
            );
        }
    }
    names
}

#[test]
fn the_migrator_knows_every_table_that_the_migrations_make() {
    let made: BTreeSet<String> = adoption::tables().into_iter().map(str::to_owned).collect();
    let there: BTreeSet<String> = schema::tables(&mut TestDb::new().conn()).into_iter().collect();
    assert_eq!(made, there);
}

#[test]
fn several_processes_may_start_at_once() {
    let db = TestDb::empty();
    let reports: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| migrate::run(db.url()).unwrap())).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    let mut counts: Vec<_> = reports.iter().map(|report| report.applied.len()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [0, 0, 0, steps().len()]);
    assert_eq!(migrate::applied(&mut db.conn()).unwrap().len(), steps().len());
}
