use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Integer, Uuid as SqlUuid},
};
use hostolink_kernel::UserId;
use uuid::Uuid;

/// Holds every publication, then every comment, then everybody of whom something changes with what is the person's, in the order of their keys:
/// their rows go table by table, and whoever counts the same at that moment does so in this order.
pub(super) fn hold(conn: &mut PgConnection, user: UserId) -> QueryResult<()> {
    for query in [
        "SELECT FROM publication WHERE public_id IN (SELECT publication_id FROM liker WHERE id_user = $1 \
         UNION SELECT publication_id FROM partages WHERE id_user = $1 UNION SELECT publication_id FROM enregistrement WHERE id_user = $1 \
         UNION SELECT publication_id FROM commentaire WHERE id_user = $1 UNION SELECT public_id FROM publication WHERE id_user = $1) \
         ORDER BY public_id FOR UPDATE",
        "SELECT FROM commentaire WHERE public_id IN (SELECT commentaire_id FROM liker_commentaire WHERE id_user = $1 \
         UNION SELECT parent_id FROM commentaire WHERE id_user = $1 UNION SELECT public_id FROM commentaire WHERE id_user = $1 \
         UNION SELECT c.public_id FROM commentaire c JOIN publication p ON p.public_id = c.publication_id WHERE p.id_user = $1) \
         ORDER BY public_id FOR UPDATE",
        "SELECT FROM profil_social WHERE id_user IN (SELECT $1 UNION SELECT id_suivi FROM abonnement WHERE id_user = $1 \
         UNION SELECT id_user FROM abonnement WHERE id_suivi = $1 UNION SELECT id_user FROM blocage WHERE id_bloque = $1 \
         UNION SELECT id_user FROM visite_profil WHERE id_visiteur = $1 \
         UNION SELECT c.id_user FROM commentaire c JOIN publication p ON p.public_id = c.publication_id WHERE p.id_user = $1) \
         ORDER BY id_user FOR NO KEY UPDATE",
    ] {
        sql_query(query).bind::<Integer, _>(user).execute(conn)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Gone {
    #[diesel(sql_type = SqlUuid)]
    public_id: Uuid,
}

/// Everything that the person published, whatever became of it.
pub(super) fn published(conn: &mut PgConnection, user: UserId) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<Gone> = sql_query("SELECT public_id FROM publication WHERE id_user = $1")
        .bind::<Integer, _>(user)
        .load(conn)?;
    Ok(rows.into_iter().map(|row| row.public_id).collect())
}

/// Deletes what the person did and is, but for what was decided against them: that stays with the account's empty shell. A comment that others
/// answered loses its words and holds the answers together.
pub(super) fn forget(conn: &mut PgConnection, user: UserId) -> QueryResult<usize> {
    let mut gone = 0;
    for query in [
        "DELETE FROM liker WHERE id_user = $1",
        "DELETE FROM partages WHERE id_user = $1",
        "DELETE FROM enregistrement WHERE id_user = $1",
        "DELETE FROM publication WHERE id_user = $1",
        "DELETE FROM liker_commentaire WHERE id_user = $1",
        "DELETE FROM commentaire c WHERE id_user = $1 AND NOT EXISTS (SELECT FROM commentaire r WHERE r.publication_id = c.publication_id \
            AND r.parent_id = c.public_id)",
        "UPDATE commentaire SET texte = '', etat = 'deleted', retire_le = coalesce(retire_le, cree_le) WHERE id_user = $1",
        "DELETE FROM commentaire_mention WHERE id_user = $1",
        "DELETE FROM publication_mention WHERE id_user = $1",
        "DELETE FROM vote_sondage WHERE id_user = $1",
        "DELETE FROM abonnement WHERE id_user = $1 OR id_suivi = $1",
        "DELETE FROM blocage WHERE id_user = $1 OR id_bloque = $1",
        "DELETE FROM sourdine WHERE id_user = $1 OR id_muet = $1",
        "DELETE FROM visite_profil WHERE id_user = $1 OR id_visiteur = $1",
        "DELETE FROM signalement WHERE id_user = $1",
        "UPDATE signalement SET texte_vu = NULL WHERE dossier_id IN (SELECT public_id FROM dossier_moderation WHERE id_user = $1 AND etat <> 'acted')",
        "UPDATE recours SET texte = '' WHERE sanction_id IN (SELECT public_id FROM sanction WHERE id_user = $1)",
        "DELETE FROM diffusion_publicite WHERE id_user = $1",
        "DELETE FROM publicite WHERE id_user = $1 AND etat IN ('draft', 'ended')",
        "DELETE FROM cle_sociale WHERE id_user = $1",
        "UPDATE profil_social SET pseudo = NULL, bio = NULL WHERE id_user = $1",
    ] {
        gone += sql_query(query).bind::<Integer, _>(user).execute(conn)?;
    }
    Ok(gone)
}
