use crate::schema::lines;
use diesel::{Connection, PgConnection, connection::SimpleConnection};
use hostolink_database::migrate::{self, MigrateError};
use hostolink_test_support::TestDb;

/// Dumps of an older back end's database, as `pg_dump` writes them: what we adopt, and what we don't know.
const LEGACY: &str = include_str!("../fixtures/legacy.sql");
const FOREIGN: &str = include_str!("../fixtures/foreign.sql");

fn load(dumps: &[&str]) -> TestDb {
    let db = TestDb::empty();
    // A dump leaves the connection without a search path.
    let mut conn = PgConnection::establish(db.url()).unwrap();
    for dump in dumps {
        conn.batch_execute(dump).unwrap();
    }
    db
}

/// Every row of the tables that the old back end knew, in its columns.
fn old_rows(conn: &mut PgConnection) -> Vec<String> {
    let mut rows = lines(
        conn,
        "SELECT row(id_user, nom, prenom, email, telephone, pays, photo_profile, mdp, date_inscription, code_confirmation)::text AS line \
         FROM public.utilisateur ORDER BY id_user",
    );
    rows.extend(lines(
        conn,
        "SELECT row(id, user_id, otp_code, expires_at)::text AS line FROM public.otp ORDER BY id",
    ));
    rows.extend(lines(conn, "SELECT row(m.*)::text AS line FROM public.migrations m ORDER BY id"));
    rows
}

#[test]
fn the_older_database_is_adopted_without_losing_a_row() {
    let db = load(&[LEGACY]);
    let conn = &mut db.conn();
    let before = old_rows(conn);
    assert_eq!(before.len(), 7 + 3 + 2);
    let report = migrate::run(db.url()).unwrap();
    assert!(report.adopted && report.set_aside.is_empty() && !report.applied.is_empty());
    assert_eq!(old_rows(conn), before);
    assert_eq!(
        lines(conn, "SELECT count(*)::text AS line FROM otp WHERE is_valid"),
        ["0"],
        "codes found are invalid"
    );
    // The next person gets the next number.
    conn.batch_execute("INSERT INTO utilisateur (email) VALUES ('suivante@example.ci')").unwrap();
    assert_eq!(lines(conn, "SELECT max(id_user)::text AS line FROM utilisateur"), ["13"]);

    let again = migrate::run(db.url()).unwrap();
    assert_eq!(again, migrate::Report::default());
}

#[test]
fn foreign_tables_under_our_names_are_refused_and_nothing_changes() {
    let db = load(&[LEGACY, FOREIGN]);
    let conn = &mut db.conn();
    let before = crate::schema::of(conn);
    let refused = migrate::run(db.url()).unwrap_err();
    let MigrateError::ForeignTables(tables) = &refused else { panic!("{refused}") };
    assert_eq!(tables, &["compte", "notification", "transaction"]);
    let said = refused.to_string();
    assert!(
        said.contains("compte, notification, transaction") && said.contains("hostolink migrate --set-aside"),
        "{said}"
    );
    assert_eq!(crate::schema::of(conn), before);
}

#[test]
fn foreign_tables_move_to_another_schema_with_all_they_have() {
    let db = load(&[LEGACY, FOREIGN]);
    let conn = &mut db.conn();
    let before = old_rows(conn);
    let report = migrate::run_setting_aside(db.url(), "ancien").unwrap();
    assert_eq!(report.set_aside, ["compte", "notification", "transaction"]);
    assert!(report.adopted && !report.applied.is_empty());
    assert_eq!(old_rows(conn), before);

    let moved = lines(
        conn,
        "SELECT concat_ws(' ', t.id, t.montant, c.solde, u.email, n.texte) AS line FROM ancien.transaction t \
         JOIN ancien.compte c USING (id_compte) JOIN utilisateur u USING (id_user), ancien.notification n ORDER BY t.id",
    );
    assert_eq!(
        moved,
        ["1 1000.00 1500.00 testemail@gmail.com Bienvenue", "2 500.00 1500.00 testemail@gmail.com Bienvenue"]
    );
    // Their sequences count on, owned or only used, and live where the tables do.
    let next = lines(
        conn,
        "WITH c AS (INSERT INTO ancien.compte (id_user) VALUES (2) RETURNING id_compte), \
              n AS (INSERT INTO ancien.notification (texte) VALUES ('x') RETURNING id), \
              t AS (INSERT INTO ancien.transaction (id_compte, montant) VALUES (1, 1) RETURNING id) \
         SELECT concat_ws(' ', id_compte, n.id, t.id) AS line FROM c, n, t",
    );
    assert_eq!(next, ["3 2 3"]);
    let sequences = lines(
        conn,
        "SELECT sequencename::text AS line FROM pg_sequences WHERE schemaname = 'ancien' ORDER BY 1",
    );
    assert_eq!(sequences, ["compte_id_compte_seq", "notification_id_seq", "transaction_numero"]);
    // Their foreign keys hold, between them and to what was adopted.
    let keys = lines(
        conn,
        "SELECT concat_ws(' ', conname, confrelid::regclass) AS line FROM pg_constraint \
         WHERE connamespace = 'ancien'::regnamespace AND contype = 'f' ORDER BY 1",
    );
    assert_eq!(keys, ["FK_compte_user utilisateur", "FK_transaction_compte ancien.compte"]);
    conn.batch_execute("INSERT INTO ancien.transaction (id_compte, montant) VALUES (99, 1)").unwrap_err();
    // A table under a name that we don't need stays where it was.
    assert_eq!(lines(conn, "SELECT note AS line FROM public.journal_interne"), ["reste ici"]);
}

#[test]
fn a_schema_that_cannot_take_them_is_refused_and_nothing_changes() {
    let db = load(&[LEGACY, FOREIGN]);
    let conn = &mut db.conn();
    conn.batch_execute("CREATE SCHEMA pris; CREATE TABLE pris.notification (a int)").unwrap();
    let before = crate::schema::of(conn);
    for schema in ["public", "pg_ancien", "", "a\"; DROP TABLE otp; --", "pris"] {
        let refused = migrate::run_setting_aside(db.url(), schema).unwrap_err();
        assert!(matches!(refused, MigrateError::SetAside { .. }), "{schema}: {refused}");
        assert_eq!(crate::schema::of(conn), before, "{schema}");
    }
}

#[test]
fn another_shape_is_refused_with_what_differs() {
    for (change, said) in [
        (
            "ALTER TABLE utilisateur ALTER mdp TYPE varchar(60)",
            "utilisateur.mdp: type character varying(60) instead of character varying",
        ),
        ("ALTER TABLE utilisateur ALTER nom SET NOT NULL", "utilisateur.nom: NOT NULL instead of nullable"),
        ("ALTER TABLE utilisateur DROP pays", "utilisateur.pays: missing"),
        ("ALTER TABLE utilisateur ADD age integer NOT NULL", "utilisateur.age: mandatory"),
        (
            "ALTER TABLE utilisateur ALTER date_inscription DROP DEFAULT",
            "utilisateur.date_inscription: default",
        ),
        ("ALTER TABLE utilisateur DROP CONSTRAINT \"UQ_e1136325a6b28e2a02b81b2f5e1\"", "UNIQUE (email)"),
        ("ALTER TABLE utilisateur ADD CONSTRAINT majeur CHECK (nom <> 'x')", "unknown constraint \"majeur\""),
        ("ALTER TABLE otp RENAME CONSTRAINT fk_otp_user TO autre", "fk_otp_user"),
        ("ALTER TABLE otp ALTER is_valid SET DEFAULT false", "otp.is_valid: default \"false\""),
    ] {
        let db = load(&[LEGACY]);
        let conn = &mut db.conn();
        conn.batch_execute("DELETE FROM utilisateur").unwrap();
        conn.batch_execute(change).unwrap();
        let before = crate::schema::of(conn);
        let refused = migrate::run(db.url()).unwrap_err();
        assert!(matches!(refused, MigrateError::UnknownShape(_)), "{change}: {refused}");
        assert!(refused.to_string().contains(said), "{change}: {refused}");
        assert_eq!(crate::schema::of(conn), before, "{change}");
    }
}

#[test]
fn a_step_that_fails_on_adoption_leaves_the_database_as_it_was() {
    let db = load(&[LEGACY]);
    let conn = &mut db.conn();
    // Harmless to itself, in the way of one of our indexes.
    conn.batch_execute("CREATE TABLE x (a int); CREATE INDEX utilisateur_role_idx ON x (a)").unwrap();
    let before = crate::schema::of(conn);
    let failed = migrate::run(db.url()).unwrap_err();
    assert!(failed.to_string().contains("utilisateur_role_idx"), "{failed}");
    assert_eq!(crate::schema::of(conn), before);
}
