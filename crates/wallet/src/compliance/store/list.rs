use crate::{
    compliance::{
        Listed,
        list::{Draft, ListReport},
        name::Folded,
    },
    schema::fiche_sanctions as fiche,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Integer, SmallInt, Text},
};
use std::collections::HashMap;

/// Makes imports of one list wait for one another until the end of the transaction.
pub(in crate::compliance) fn lock(conn: &mut PgConnection, source: &str) -> QueryResult<()> {
    sql_query("SELECT pg_advisory_xact_lock(hashtext('fiche_sanctions'), hashtext($1))")
        .bind::<Text, _>(source)
        .execute(conn)
        .map(|_| ())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = fiche, check_for_backend(diesel::pg::Pg))]
struct Known {
    reference: String,
    noms: Vec<String>,
    annees_naissance: Vec<i16>,
    pays: Option<String>,
    cles: Vec<String>,
    close_le: Option<DateTime<Utc>>,
}

impl Known {
    fn says(&self, draft: &Draft) -> bool {
        self.noms == draft.names
            && self.annees_naissance == draft.birth_years
            && self.pays == draft.country
            && self.cles == draft.keys
    }
}

/// Writes entries of a list, and counts what was new about them.
pub(in crate::compliance) fn put(
    conn: &mut PgConnection,
    source: &str,
    drafts: &[Draft],
    now: DateTime<Utc>,
    report: &mut ListReport,
) -> QueryResult<()> {
    let references: Vec<&str> = drafts.iter().map(|draft| draft.reference.as_str()).collect();
    let of_source = fiche::table.filter(fiche::source.eq(source));
    let known: Vec<Known> =
        of_source.filter(fiche::reference.eq_any(&references)).select(Known::as_select()).load(conn)?;
    let known: HashMap<&str, &Known> = known.iter().map(|known| (known.reference.as_str(), known)).collect();
    let mut new = Vec::new();
    for draft in drafts {
        let content = (
            fiche::noms.eq(&draft.names),
            fiche::annees_naissance.eq(&draft.birth_years),
            fiche::pays.eq(draft.country.as_deref()),
            fiche::cles.eq(&draft.keys),
        );
        match known.get(draft.reference.as_str()) {
            Some(known) if known.close_le.is_none() && known.says(draft) => report.unchanged += 1,
            Some(known) => {
                *(if known.close_le.is_some() { &mut report.added } else { &mut report.changed }) += 1;
                diesel::update(of_source.filter(fiche::reference.eq(&draft.reference)))
                    .set((
                        content,
                        fiche::revision.eq(fiche::revision + 1),
                        fiche::modifiee_le.eq(now),
                        fiche::close_le.eq(None::<DateTime<Utc>>),
                    ))
                    .execute(conn)?;
            }
            None => {
                report.added += 1;
                new.push((
                    fiche::source.eq(source),
                    fiche::reference.eq(&draft.reference),
                    content,
                    fiche::creee_le.eq(now),
                    fiche::modifiee_le.eq(now),
                    fiche::vue_le.eq(now),
                ));
            }
        }
    }
    diesel::insert_into(fiche::table).values(&new).execute(conn)?;
    see(conn, source, &references, now)
}

/// Writes down that these are on the list, whatever it says of them.
pub(in crate::compliance) fn see(
    conn: &mut PgConnection,
    source: &str,
    references: &[&str],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let seen = fiche::table.filter(fiche::source.eq(source).and(fiche::reference.eq_any(references)));
    diesel::update(seen).set(fiche::vue_le.eq(now)).execute(conn).map(|_| ())
}

/// Closes what an import of now did not see, and says how many.
pub(in crate::compliance) fn close_unseen(
    conn: &mut PgConnection,
    source: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let gone = fiche::table
        .filter(fiche::source.eq(source))
        .filter(fiche::close_le.is_null())
        .filter(fiche::vue_le.lt(now));
    diesel::update(gone).set(fiche::close_le.eq(now)).execute(conn)
}

/// Tells the planner what an import brought. Without it, it reads the list for each key until Postgres looks by itself.
pub(in crate::compliance) fn analyse(conn: &mut PgConnection) -> QueryResult<()> {
    sql_query("ANALYZE fiche_sanctions").execute(conn).map(|_| ())
}

/// An entry that shares enough words with somebody's name to be looked at.
#[derive(QueryableByName)]
pub(in crate::compliance) struct Candidate {
    /// The place of the name among those that were asked about.
    #[diesel(sql_type = Integer)]
    pub(in crate::compliance) personne: i32,
    #[diesel(sql_type = BigInt)]
    pub(in crate::compliance) id_fiche: i64,
    #[diesel(sql_type = Integer)]
    pub(in crate::compliance) revision: i32,
    #[diesel(sql_type = Array<Text>)]
    pub(in crate::compliance) noms: Vec<String>,
    #[diesel(sql_type = Array<SmallInt>)]
    pub(in crate::compliance) annees_naissance: Vec<i16>,
}

/// The open entries that share two words with a name, or its only one: each key is looked up in the index, for all names at once.
pub(in crate::compliance) fn candidates(
    conn: &mut PgConnection,
    names: &[Option<Folded>],
) -> QueryResult<Vec<Candidate>> {
    let (mut people, mut words, mut keys, mut needs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (person, name) in (0_i32..).zip(names) {
        let Some(name) = name else { continue };
        for (word, key) in name.keys() {
            people.push(person);
            words.push(i32::try_from(word).unwrap_or_default());
            keys.push(key);
            needs.push(if name.words() > 1 { 2 } else { 1 });
        }
    }
    sql_query(
        "SELECT c.personne, f.id_fiche, f.revision, f.noms, f.annees_naissance \
         FROM unnest($1, $2, $3, $4) AS c (personne, mot, cle, besoin) \
         JOIN fiche_sanctions f ON f.close_le IS NULL AND f.cles @> ARRAY[c.cle] \
         GROUP BY c.personne, f.id_fiche, c.besoin HAVING count(DISTINCT c.mot) >= c.besoin \
         ORDER BY c.personne, f.id_fiche",
    )
    .bind::<Array<Integer>, _>(people)
    .bind::<Array<Integer>, _>(words)
    .bind::<Array<Text>, _>(keys)
    .bind::<Array<Integer>, _>(needs)
    .load(conn)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = fiche, check_for_backend(diesel::pg::Pg))]
struct ListedRow {
    id_fiche: i64,
    source: String,
    reference: String,
    noms: Vec<String>,
    annees_naissance: Vec<i16>,
    pays: Option<String>,
    close_le: Option<DateTime<Utc>>,
}

/// These entries as officers see them, by their numbers; the name that was found is for who found it to add.
pub(super) fn listed(conn: &mut PgConnection, numbers: &[i64]) -> QueryResult<HashMap<i64, Listed>> {
    let rows: Vec<ListedRow> =
        fiche::table.filter(fiche::id_fiche.eq_any(numbers)).select(ListedRow::as_select()).load(conn)?;
    let listed = |row: ListedRow| Listed {
        source: row.source,
        reference: row.reference,
        name: String::new(),
        names: row.noms,
        birth_years: row.annees_naissance,
        country: row.pays,
        closed_at: row.close_le,
    };
    Ok(rows.into_iter().map(|row| (row.id_fiche, listed(row))).collect())
}
