use super::CivilName;
use crate::{
    State,
    schema::{utilisateur, verification_identite},
};
use chrono::NaiveDate;
use diesel::{PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::{UserId, UserPublicId};

type Row = (UserId, UserPublicId, Option<String>, Option<String>, Option<NaiveDate>, Option<NaiveDate>);

/// Who has a name, with the day of birth of the document that counts.
macro_rules! named {
    ($filter:expr) => {
        utilisateur::table
            .left_join(
                verification_identite::table.on(verification_identite::id_user
                    .eq(utilisateur::id_user)
                    .and(verification_identite::etat.eq(State::Accepted))),
            )
            .filter(utilisateur::nom.is_not_null().or(utilisateur::prenom.is_not_null()))
            .filter($filter)
            .order(utilisateur::id_user)
            .select((
                utilisateur::id_user,
                utilisateur::public_id,
                utilisateur::prenom,
                utilisateur::nom,
                verification_identite::date_naissance.nullable(),
                utilisateur::date_naissance,
            ))
    };
}

fn read(rows: Vec<Row>) -> Vec<CivilName> {
    rows.into_iter()
        .map(|(user, public_id, first_name, last_name, documents, said)| CivilName {
            user,
            public_id,
            first_name,
            last_name,
            birth_date: documents.or(said),
        })
        .collect()
}

pub(super) fn of(conn: &mut PgConnection, people: &[UserId]) -> QueryResult<Vec<CivilName>> {
    named!(utilisateur::id_user.eq_any(people)).load(conn).map(read)
}

pub(super) fn of_public(conn: &mut PgConnection, people: &[UserPublicId]) -> QueryResult<Vec<CivilName>> {
    named!(utilisateur::public_id.eq_any(people)).load(conn).map(read)
}

pub(super) fn after(
    conn: &mut PgConnection,
    after: Option<UserId>,
    limit: i64,
) -> QueryResult<Vec<CivilName>> {
    // Keys are positive.
    let after = after.unwrap_or(UserId::new(0));
    named!(utilisateur::id_user.gt(after)).limit(limit).load(conn).map(read)
}
