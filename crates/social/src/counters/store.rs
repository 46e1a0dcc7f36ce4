use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Text},
};

/// A counter that is not what there is to count.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Drift {
    /// The counter: table and column.
    #[diesel(sql_type = Text)]
    pub counter: String,
    /// The row's key.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// What the counter says.
    #[diesel(sql_type = BigInt)]
    pub counted: i64,
    /// What there is.
    #[diesel(sql_type = BigInt)]
    pub actual: i64,
}

/// What is counted: the table and column of the counter, its key, and what there is, by the same key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recounted {
    table: &'static str,
    column: &'static str,
    key: &'static str,
    actual: &'static str,
}

macro_rules! counters {
    ($($table:literal, $column:literal by $key:literal: $actual:literal;)*) => {
        /// Every counter of this crate.
        pub(super) const ALL: &[Recounted] =
            &[$(Recounted { table: $table, column: $column, key: $key, actual: $actual }),*];
    };
}

counters! {
    "publication", "likes" by "public_id": "SELECT publication_id AS k, count(*) AS n FROM liker GROUP BY 1";
    "publication", "commentaires" by "public_id":
        "SELECT publication_id AS k, count(*) AS n FROM commentaire WHERE etat = 'visible' GROUP BY 1";
    "publication", "partages" by "public_id": "SELECT publication_id AS k, count(*) AS n FROM partages GROUP BY 1";
    "publication", "enregistrements" by "public_id":
        "SELECT publication_id AS k, count(*) AS n FROM enregistrement GROUP BY 1";
    "publication", "versions" by "public_id":
        "SELECT publication_id AS k, count(*) AS n FROM version_publication GROUP BY 1";
    "commentaire", "likes" by "public_id":
        "SELECT commentaire_id AS k, count(*) AS n FROM liker_commentaire GROUP BY 1";
    "commentaire", "reponses" by "public_id":
        "SELECT parent_id AS k, count(*) AS n FROM commentaire WHERE etat = 'visible' AND parent_id IS NOT NULL GROUP BY 1";
    "dossier_moderation", "signalements" by "public_id":
        "SELECT dossier_id AS k, count(*) AS n FROM signalement GROUP BY 1";
    "profil_social", "abonnes" by "id_user": "SELECT id_suivi AS k, count(*) AS n FROM abonnement GROUP BY 1";
    "profil_social", "abonnements" by "id_user": "SELECT id_user AS k, count(*) AS n FROM abonnement GROUP BY 1";
    "profil_social", "publications" by "id_user":
        "SELECT id_user AS k, count(*) AS n FROM publication WHERE etat = 'visible' GROUP BY 1";
    "profil_social", "commentaires" by "id_user":
        "SELECT id_user AS k, count(*) AS n FROM commentaire WHERE etat = 'visible' GROUP BY 1";
    "profil_social", "blocages" by "id_user": "SELECT id_user AS k, count(*) AS n FROM blocage GROUP BY 1";
    "profil_social", "visiteurs" by "id_user": "SELECT id_user AS k, count(*) AS n FROM visite_profil GROUP BY 1";
}

/// The votes have a key of two columns.
const VOTES: &str = "SELECT 'choix_sondage.votes' AS counter, c.publication_id || '/' || c.place AS key, c.votes::bigint AS counted, \
    coalesce(r.n, 0) AS actual FROM choix_sondage c LEFT JOIN (SELECT publication_id, place, count(*) AS n FROM vote_sondage GROUP BY 1, 2) r \
    USING (publication_id, place) WHERE c.votes <> coalesce(r.n, 0) ORDER BY 2 LIMIT $1";

/// At most `limit` rows whose counter is not what there is.
pub(super) fn drifts(conn: &mut PgConnection, counter: &Recounted, limit: i64) -> QueryResult<Vec<Drift>> {
    let Recounted { table, column, key, actual } = counter;
    sql_query(format!(
        "SELECT '{table}.{column}' AS counter, t.{key}::text AS key, t.{column}::bigint AS counted, coalesce(r.n, 0) AS actual \
         FROM {table} t LEFT JOIN ({actual}) r ON r.k = t.{key} WHERE t.{column} <> coalesce(r.n, 0) ORDER BY t.{key} LIMIT $1"
    ))
    .bind::<BigInt, _>(limit)
    .load(conn)
}

/// The same for the votes.
pub(super) fn vote_drifts(conn: &mut PgConnection, limit: i64) -> QueryResult<Vec<Drift>> {
    sql_query(VOTES).bind::<BigInt, _>(limit).load(conn)
}

impl Recounted {
    /// The type of the key.
    fn key_type(&self) -> &'static str {
        if self.key == "id_user" { "integer" } else { "uuid" }
    }
}

/// Sets those of these rows to what there is whose counter is not, in the order of their keys, and says how many were not. Whoever counts does so
/// with what is counted in one transaction, and holds the row: what is read once the rows are held is all that they count.
pub(super) fn repair(conn: &mut PgConnection, counter: &Recounted, keys: &[String]) -> QueryResult<usize> {
    let Recounted { table, column, key, actual } = counter;
    let kind = counter.key_type();
    sql_query(format!(
        "SELECT FROM {table} WHERE {key} = ANY ($1::{kind}[]) ORDER BY {key} FOR NO KEY UPDATE"
    ))
    .bind::<Array<Text>, _>(keys)
    .execute(conn)?;
    sql_query(format!(
        "UPDATE {table} t SET {column} = c.n FROM (SELECT d.k, coalesce(r.n, 0) AS n FROM unnest($1::{kind}[]) AS d (k) \
         LEFT JOIN ({actual}) r ON r.k = d.k) c WHERE c.k = t.{key} AND t.{column} <> c.n"
    ))
    .bind::<Array<Text>, _>(keys)
    .execute(conn)
}

/// The same for the votes.
pub(super) fn repair_votes(conn: &mut PgConnection, keys: &[String]) -> QueryResult<usize> {
    sql_query(
        "SELECT FROM choix_sondage WHERE publication_id || '/' || place = ANY ($1) ORDER BY publication_id, place FOR NO KEY UPDATE",
    )
    .bind::<Array<Text>, _>(keys)
    .execute(conn)?;
    sql_query(
        "UPDATE choix_sondage c SET votes = (SELECT count(*) FROM vote_sondage v WHERE (v.publication_id, v.place) = (c.publication_id, c.place)) \
         WHERE c.publication_id || '/' || c.place = ANY ($1) \
         AND c.votes <> (SELECT count(*) FROM vote_sondage v WHERE (v.publication_id, v.place) = (c.publication_id, c.place))",
    )
    .bind::<Array<Text>, _>(keys)
    .execute(conn)
}

/// People of whom something is there and who have no counters: as if all of theirs were 0.
pub(super) fn missing_profiles(conn: &mut PgConnection) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO profil_social (id_user) SELECT u FROM (SELECT id_user AS u FROM abonnement UNION SELECT id_suivi FROM abonnement \
         UNION SELECT id_user FROM publication UNION SELECT id_user FROM commentaire UNION SELECT id_user FROM blocage \
         UNION SELECT id_user FROM visite_profil) qui WHERE NOT EXISTS (SELECT FROM profil_social p WHERE p.id_user = u) ORDER BY u \
         ON CONFLICT DO NOTHING",
    )
    .execute(conn)
}
