//! What goes with somebody who leaves.

use crate::schema::{
    avis_etablissement as avis, favori_etablissement as favori, gestion_etablissement as gestion,
    localisation, proposition_etablissement as proposition, signalement_avis, signalement_numero,
};
use diesel::prelude::*;
use hostolink_kernel::UserId;

/// Deletes what somebody kept, said, claimed and showed, and what was shown to them. What of it was accepted stays the directory's.
pub(crate) fn erase(conn: &mut PgConnection, person: UserId) -> QueryResult<()> {
    diesel::delete(favori::table.filter(favori::id_user.eq(person))).execute(conn)?;
    diesel::delete(proposition::table.filter(proposition::id_user.eq(person))).execute(conn)?;
    diesel::delete(signalement_avis::table.filter(signalement_avis::id_user.eq(person))).execute(conn)?;
    diesel::delete(signalement_numero::table.filter(signalement_numero::id_user.eq(person))).execute(conn)?;
    diesel::delete(avis::table.filter(avis::id_user.eq(person))).execute(conn)?;
    diesel::delete(gestion::table.filter(gestion::id_user.eq(person))).execute(conn)?;
    let either = localisation::id_user.eq(person).or(localisation::id_destinataire.eq(person));
    diesel::delete(localisation::table.filter(either)).execute(conn)?;
    Ok(())
}
