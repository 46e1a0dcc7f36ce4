//! What a database looks like, as sorted lines of text.
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_types::Text};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

pub(crate) fn lines(conn: &mut PgConnection, query: &str) -> Vec<String> {
    let found: Vec<Line> = diesel::sql_query(query).load(conn).unwrap_or_else(|e| panic!("{query}: {e}"));
    found.into_iter().map(|found| found.line).collect()
}

/// The tables of ours.
pub(crate) fn tables(conn: &mut PgConnection) -> Vec<String> {
    lines(
        conn,
        "SELECT relname::text AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace \
         AND relkind IN ('r', 'p') AND relname <> '__diesel_schema_migrations' ORDER BY 1",
    )
}

/// Everything that migrations make: columns in their order, constraints, indexes, triggers, functions, sequences,
/// views, types, comments, storage settings, and how many rows each table starts with.
pub(crate) fn of(conn: &mut PgConnection) -> Vec<String> {
    let mut all = Vec::new();
    for query in [
        "SELECT format('column %s.%s %s %s %s %s default %s collation %s', c.relname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), \
             a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END, a.attidentity::text || a.attgenerated::text, \
             coalesce(pg_get_expr(d.adbin, d.adrelid), '-'), a.attcollation) AS line \
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped",
        "SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS line \
         FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        "SELECT format('index %s', pg_get_indexdef(indexrelid)) AS line FROM pg_index JOIN pg_class c ON c.oid = indexrelid \
         WHERE c.relnamespace = 'public'::regnamespace",
        "SELECT format('trigger %s', pg_get_triggerdef(t.oid)) AS line FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
         WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace",
        "SELECT format('function %s', pg_get_functiondef(p.oid)) AS line FROM pg_proc p \
         WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p') \
           AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.objid = p.oid AND x.deptype = 'e')",
        "SELECT format('relation %s %s %s', c.relkind, c.relname, c.reloptions) AS line FROM pg_class c \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind <> 'i'",
        "SELECT format('sequence %s %s %s', s.sequencename, s.data_type, s.start_value) AS line FROM pg_sequences s WHERE s.schemaname = 'public'",
        "SELECT format('view %s %s', viewname, definition) AS line FROM pg_views WHERE schemaname = 'public'",
        "SELECT format('enum %s %s', t.typname, e.enumlabel) AS line FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid",
        "SELECT format('comment %s.%s %s', c.relname, a.attname, x.description) AS line FROM pg_description x JOIN pg_class c ON c.oid = x.objoid \
         LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.objsubid AND x.objsubid > 0 \
         WHERE x.classoid = 'pg_class'::regclass AND c.relnamespace = 'public'::regnamespace",
        "SELECT format('extension %s', extname) AS line FROM pg_extension",
    ] {
        all.extend(
            lines(conn, query).into_iter().filter(|line| !line.contains("__diesel_schema_migrations")),
        );
    }
    let counts: Vec<String> = tables(conn)
        .iter()
        .map(|table| format!("SELECT format('rows {table} %s', count(*)) AS line FROM {table}"))
        .collect();
    if !counts.is_empty() {
        all.extend(lines(conn, &counts.join(" UNION ALL ")));
    }
    all.sort();
    all
}
