use crate::{
    IdentityLevel, Role,
    schema::{inscription, otp, session, utilisateur},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{PgConnection, prelude::*, result::QueryResult};
use hostolink_kernel::UserId;

/// Writes down when somebody is to be erased, or that they are not. The account must be locked.
pub(super) fn set_due(
    conn: &mut PgConnection,
    user: UserId,
    due: Option<DateTime<Utc>>,
) -> QueryResult<usize> {
    diesel::update(utilisateur::table.find(user)).set(utilisateur::suppression_le.eq(due)).execute(conn)
}

/// Moves the day of somebody who still is to be erased.
pub(super) fn postpone(conn: &mut PgConnection, user: UserId, due: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(utilisateur::table.find(user).filter(utilisateur::suppression_le.is_not_null()))
        .set(utilisateur::suppression_le.eq(due))
        .execute(conn)
}

/// Who is due, the longest first.
pub(super) fn due(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<Vec<UserId>> {
    utilisateur::table
        .filter(utilisateur::suppression_le.le(now))
        .order(utilisateur::suppression_le)
        .limit(limit)
        .select(utilisateur::id_user)
        .load(conn)
}

/// Empties every column that says something of the person. The row stays: what others did with them points to it. A column
/// that is forgotten here breaks the constraint `utilisateur_efface_sans_rien`. The account must be locked.
pub(super) fn anonymise(conn: &mut PgConnection, user: UserId) -> QueryResult<usize> {
    const NOTHING: Option<&str> = None;
    diesel::update(utilisateur::table.find(user))
        .set((
            (
                utilisateur::nom.eq(NOTHING),
                utilisateur::prenom.eq(NOTHING),
                utilisateur::email.eq(NOTHING),
                utilisateur::telephone.eq(NOTHING),
                utilisateur::pays.eq(NOTHING),
                utilisateur::photo_profile.eq(NOTHING),
                utilisateur::mdp.eq(NOTHING),
                utilisateur::code_confirmation.eq(NOTHING),
            ),
            (
                utilisateur::email_normalise.eq(NOTHING),
                utilisateur::telephone_normalise.eq(NOTHING),
                utilisateur::email_prouve_le.eq(None::<DateTime<Utc>>),
                utilisateur::telephone_prouve_le.eq(None::<DateTime<Utc>>),
                utilisateur::mdp_change_le.eq(None::<DateTime<Utc>>),
                utilisateur::suppression_le.eq(None::<DateTime<Utc>>),
            ),
            (
                utilisateur::adresse.eq(NOTHING),
                utilisateur::profession.eq(NOTHING),
                utilisateur::date_naissance.eq(None::<NaiveDate>),
                utilisateur::langue.eq(NOTHING),
                utilisateur::telephone_contact.eq(NOTHING),
                utilisateur::invite_le.eq(None::<DateTime<Utc>>),
                utilisateur::niveau_identite.eq(IdentityLevel::Unverified),
                utilisateur::role.eq(Role::User),
                utilisateur::statut.eq("efface"),
            ),
        ))
        .execute(conn)
}

/// Erases what hangs on the account and is the person's alone: sessions with their tokens, codes, a registration.
pub(super) fn erase_dependents(conn: &mut PgConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(session::table.filter(session::id_user.eq(user))).execute(conn)?;
    diesel::delete(otp::table.filter(otp::user_id.eq(user))).execute(conn)?;
    diesel::delete(inscription::table.find(user)).execute(conn)?;
    Ok(())
}
