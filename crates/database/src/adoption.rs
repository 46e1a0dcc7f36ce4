//! Taking over a database that another back end filled: its `utilisateur` and `otp` become ours with their rows,
//! other tables under our names are somebody else's.

use crate::migrate::MigrateError;
use diesel::{
    OptionalExtension, PgConnection, QueryResult, QueryableByName, RunQueryDsl, connection::SimpleConnection,
    sql_types,
};

/// Adopted when they have the known shape.
const ADOPTED: [&str; 2] = ["utilisateur", "otp"];

/// The names that the contract with older callers gives to our tables, also those that no migration makes yet.
/// `migrations` is not among them: it is the old ORM's own, and stays where it is.
const CONTRACT: [&str; 20] = [
    "annonce",
    "carte_bancaire",
    "commentaire",
    "compte",
    "contacts_enregistres",
    "etablissement_sante",
    "liker",
    "liste_numero_etablissement_sante",
    "localisation",
    "message",
    "notification",
    "partages",
    "publication",
    "publicite",
    "qr_code_paiement",
    "role_permission",
    "thematiques",
    "transaction",
    "verification_compte",
    "verification_identite",
];

/// The tables that the embedded migrations make, read from them when the crate is built.
const MADE: &str = env!("HOSTOLINK_TABLES");

/// A column of an adopted table: its name, type, whether it is mandatory, its default, as Postgres prints them.
/// Mandatory `None`: it has a default, so either serves.
type Column = (&'static str, &'static str, Option<bool>, &'static str);

const UTILISATEUR: &[Column] = &[
    ("id_user", "integer", Some(true), "nextval('utilisateur_id_user_seq'::regclass)"),
    ("nom", "character varying", Some(false), ""),
    ("prenom", "character varying", Some(false), ""),
    ("email", "character varying", Some(false), ""),
    ("telephone", "character varying", Some(false), ""),
    ("pays", "character varying", Some(false), ""),
    ("photo_profile", "character varying", Some(false), ""),
    ("mdp", "character varying", Some(false), ""),
    ("date_inscription", "timestamp without time zone", None, "CURRENT_TIMESTAMP"),
    ("code_confirmation", "character varying(10)", Some(false), ""),
];
const OTP: &[Column] = &[
    ("id", "integer", Some(true), "nextval('otp_id_seq'::regclass)"),
    ("user_id", "integer", Some(true), ""),
    ("otp_code", "character varying(6)", Some(true), ""),
    ("expires_at", "timestamp without time zone", Some(true), ""),
    ("is_valid", "boolean", None, "true"),
];

/// A constraint of an adopted table: its name (empty: any), and what it says.
type Constraint = (&'static str, &'static str);

const UTILISATEUR_SAYS: &[Constraint] = &[
    ("", "PRIMARY KEY (id_user)"),
    ("UQ_80273015241cbddf8152908bd5b", "UNIQUE (telephone)"),
    ("UQ_e1136325a6b28e2a02b81b2f5e1", "UNIQUE (email)"),
];
const OTP_SAYS: &[Constraint] = &[
    ("", "PRIMARY KEY (id)"),
    ("fk_otp_user", "FOREIGN KEY (user_id) REFERENCES utilisateur(id_user) ON DELETE CASCADE"),
];

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Text)]
    says: String,
    #[diesel(sql_type = sql_types::Bool)]
    mandatory: bool,
    #[diesel(sql_type = sql_types::Text)]
    default: String,
}

/// The tables that the embedded migrations make.
#[must_use]
pub fn tables() -> Vec<&'static str> {
    MADE.split(',').filter(|name| !name.is_empty()).collect()
}

/// Makes room for the first migration. Gives whether there is something to adopt, and what was set aside.
pub(crate) fn prepare(
    conn: &mut PgConnection,
    set_aside: Option<&str>,
) -> Result<(bool, Vec<String>), MigrateError> {
    let there = relations(conn, &ADOPTED)?;
    let mut wrong = Vec::new();
    for (table, columns, says) in [("utilisateur", UTILISATEUR, UTILISATEUR_SAYS), ("otp", OTP, OTP_SAYS)] {
        if there.iter().any(|name| name == table) {
            wrong.extend(differences(conn, table, columns, says)?);
        }
    }
    if !wrong.is_empty() {
        return Err(MigrateError::UnknownShape(wrong));
    }
    let names: Vec<&str> =
        CONTRACT.into_iter().chain(tables()).filter(|name| !ADOPTED.contains(name)).collect();
    let foreign = relations(conn, &names)?;
    match set_aside {
        _ if foreign.is_empty() => {}
        None => return Err(MigrateError::ForeignTables(foreign)),
        Some(schema) => {
            move_to(conn, &foreign, schema)
                .map_err(|why| MigrateError::SetAside { schema: schema.to_owned(), why })?;
        }
    }
    Ok((!there.is_empty(), foreign))
}

/// Which of `names` are tables, views or the like where ours go.
pub(crate) fn relations(conn: &mut PgConnection, names: &[&str]) -> QueryResult<Vec<String>> {
    let found: Vec<Name> = diesel::sql_query(
        "SELECT relname::text AS name FROM pg_class \
         WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND relname = ANY ($1) AND relkind <> 'i' ORDER BY 1",
    )
    .bind::<sql_types::Array<sql_types::Text>, _>(names)
    .load(conn)?;
    Ok(found.into_iter().map(|found| found.name).collect())
}

/// What is not as the contract prints it.
fn differences(
    conn: &mut PgConnection,
    table: &str,
    columns: &[Column],
    constraints: &[Constraint],
) -> QueryResult<Vec<String>> {
    let mut wrong = Vec::new();
    let there: Vec<Found> = diesel::sql_query(
        "SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS says, a.attnotnull AS mandatory, \
                CASE WHEN a.attidentity <> '' THEN 'identity' WHEN a.attgenerated <> '' THEN 'generated' \
                     ELSE coalesce(pg_get_expr(d.adbin, d.adrelid), '') END AS default \
         FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
         WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
    )
    .bind::<sql_types::Text, _>(table)
    .load(conn)?;
    for (name, kind, mandatory, default) in columns {
        let Some(found) = there.iter().find(|found| found.name == *name) else {
            wrong.push(format!("{table}.{name}: missing"));
            continue;
        };
        if found.says != *kind {
            wrong.push(format!("{table}.{name}: type {} instead of {kind}", found.says));
        }
        if mandatory.is_some_and(|mandatory| mandatory != found.mandatory) {
            let (is, not) = if found.mandatory { ("NOT NULL", "nullable") } else { ("nullable", "NOT NULL") };
            wrong.push(format!("{table}.{name}: {is} instead of {not}"));
        }
        // now() is another spelling of the same.
        if found.default.replace("now()", "CURRENT_TIMESTAMP") != *default {
            wrong.push(format!("{table}.{name}: default {:?} instead of {default:?}", found.default));
        }
    }
    for found in &there {
        let known = columns.iter().any(|(name, ..)| *name == found.name);
        if !known && found.mandatory && found.default.is_empty() {
            wrong.push(format!("{table}.{}: mandatory, and Hostolink can't fill it", found.name));
        }
    }
    let there: Vec<Found> = diesel::sql_query(
        "SELECT conname::text AS name, pg_get_constraintdef(oid) AS says, true AS mandatory, '' AS default \
         FROM pg_constraint WHERE conrelid = to_regclass($1) AND contype IN ('p', 'u', 'f', 'c', 'x') ORDER BY 1",
    )
    .bind::<sql_types::Text, _>(table)
    .load(conn)?;
    let same = |(name, says): &Constraint, found: &Found| {
        found.says == *says && (name.is_empty() || found.name == *name)
    };
    for expected in constraints {
        if !there.iter().any(|found| same(expected, found)) {
            wrong.push(format!("{table}: no constraint {:?} {}", expected.0, expected.1));
        }
    }
    for found in &there {
        if !constraints.iter().any(|expected| same(expected, found)) {
            wrong.push(format!("{table}: unknown constraint {:?} {}", found.name, found.says));
        }
    }
    Ok(wrong)
}

/// Moves tables to another schema. Their indexes, constraints and owned sequences go with them; the sequences that
/// their defaults use, without being owned, follow.
fn move_to(conn: &mut PgConnection, tables: &[String], schema: &str) -> Result<(), String> {
    let say = |error: diesel::result::Error| error.to_string();
    let bare = !schema.is_empty()
        && schema.len() <= 63
        && schema.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !schema.starts_with("pg_");
    if !bare {
        return Err("a name has lower-case letters, digits and underscores, 63 at most".into());
    }
    let ours: Option<Name> =
        diesel::sql_query("SELECT current_schema()::text AS name WHERE current_schema() <> $1")
            .bind::<sql_types::Text, _>(schema)
            .get_result(conn)
            .optional()
            .map_err(say)?;
    let ours = ours.ok_or("Hostolink's own tables live there")?.name;
    conn.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"")).map_err(say)?;
    let sequences: Vec<Name> = diesel::sql_query(
        "SELECT DISTINCT s.relname::text AS name FROM pg_class t \
         JOIN pg_attrdef d ON d.adrelid = t.oid \
         JOIN pg_depend u ON u.classid = 'pg_attrdef'::regclass AND u.objid = d.oid AND u.refclassid = 'pg_class'::regclass \
         JOIN pg_class s ON s.oid = u.refobjid AND s.relkind = 'S' AND s.relnamespace = t.relnamespace \
         WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND t.relname = ANY ($2) \
           AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = s.oid AND o.deptype IN ('a', 'i')) \
           AND NOT EXISTS (SELECT FROM pg_depend k JOIN pg_attrdef kd ON k.classid = 'pg_attrdef'::regclass AND k.objid = kd.oid \
                           JOIN pg_class kt ON kt.oid = kd.adrelid WHERE k.refobjid = s.oid AND kt.relname <> ALL ($2))",
    )
    .bind::<sql_types::Text, _>(&ours)
    .bind::<sql_types::Array<sql_types::Text>, _>(tables)
    .load(conn)
    .map_err(say)?;
    for table in tables {
        conn.batch_execute(&format!("ALTER TABLE \"{ours}\".\"{table}\" SET SCHEMA \"{schema}\""))
            .map_err(say)?;
    }
    for Name { name } in sequences {
        conn.batch_execute(&format!("ALTER SEQUENCE \"{ours}\".\"{name}\" SET SCHEMA \"{schema}\""))
            .map_err(say)?;
    }
    Ok(())
}
