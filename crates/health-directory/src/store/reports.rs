use crate::{
    Error, NumberReport, Verdict, Verification,
    schema::{
        etablissement_sante as etablissement, liste_numero_etablissement_sante as numero,
        signalement_numero as signalement,
    },
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, upsert::excluded};
use hostolink_kernel::{EstablishmentId, UserId};
use uuid::Uuid;

type Row = (Uuid, EstablishmentId, String, String, String, String, DateTime<Utc>);

fn read(row: Row) -> Result<NumberReport, Error> {
    let (id, establishment, name, value, verdict, state, created_at) = row;
    Ok(NumberReport {
        id,
        establishment,
        name,
        value,
        verdict: Verdict::parse(&verdict).ok_or(Error::UnknownCode(verdict))?,
        accepted: (state != "pending").then_some(state == "accepted"),
        created_at,
    })
}

/// The columns of [`Row`].
macro_rules! columns {
    () => {
        (
            signalement::public_id,
            etablissement::public_id,
            etablissement::nom,
            numero::valeur,
            signalement::verdict,
            signalement::etat,
            signalement::cree_le,
        )
    };
}

/// The key of an establishment's number.
pub(crate) fn number_id(
    conn: &mut PgConnection,
    establishment: EstablishmentId,
    value: &str,
) -> QueryResult<Option<i32>> {
    numero::table
        .inner_join(etablissement::table)
        .filter(etablissement::public_id.eq(establishment))
        .filter(numero::valeur.eq(value))
        .order(numero::id_numero)
        .select(numero::id_numero)
        .first(conn)
        .optional()
}

/// Notes somebody's word, in place of their open one if there is one, and says its id.
pub(crate) fn put_report(
    conn: &mut PgConnection,
    (number, user, verdict): (i32, UserId, Verdict),
    id: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<Uuid> {
    diesel::insert_into(signalement::table)
        .values((
            signalement::public_id.eq(id),
            signalement::id_numero.eq(number),
            signalement::id_user.eq(user),
            signalement::verdict.eq(verdict.code()),
            signalement::etat.eq("pending"),
            signalement::cree_le.eq(now),
        ))
        .on_conflict((signalement::id_numero, signalement::id_user))
        // Bound as a parameter, it would not be seen to be the index's own condition.
        .filter_target(diesel::dsl::sql::<diesel::sql_types::Bool>("etat = 'pending'"))
        .do_update()
        .set((
            signalement::verdict.eq(excluded(signalement::verdict)),
            signalement::cree_le.eq(excluded(signalement::cree_le)),
        ))
        .returning(signalement::public_id)
        .get_result(conn)
}

pub(crate) fn report(conn: &mut PgConnection, id: Uuid) -> Result<Option<NumberReport>, Error> {
    let row: Option<Row> = signalement::table
        .inner_join(numero::table.inner_join(etablissement::table))
        .filter(signalement::public_id.eq(id))
        .select(columns!())
        .first(conn)
        .optional()?;
    row.map(read).transpose()
}

pub(crate) fn pending_reports(
    conn: &mut PgConnection,
    after: Option<Uuid>,
    count: i64,
) -> Result<Vec<NumberReport>, Error> {
    let rows: Vec<Row> = signalement::table
        .inner_join(numero::table.inner_join(etablissement::table))
        .filter(signalement::etat.eq("pending"))
        .filter(signalement::public_id.gt(after.unwrap_or_default()))
        .order(signalement::public_id)
        .limit(count)
        .select(columns!())
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

/// Decides a report, or where it is believed all open ones that say the same of the number; the number's key, or nothing where it was
/// decided already.
pub(crate) fn decide(
    conn: &mut PgConnection,
    report: &NumberReport,
    accept: bool,
    now: DateTime<Utc>,
) -> QueryResult<Option<i32>> {
    let decision =
        (signalement::etat.eq(if accept { "accepted" } else { "refused" }), signalement::decide_le.eq(now));
    let one = signalement::table
        .filter(signalement::public_id.eq(report.id))
        .filter(signalement::etat.eq("pending"));
    let number: Option<i32> =
        diesel::update(one).set(decision).returning(signalement::id_numero).get_result(conn).optional()?;
    if let Some(number) = number.filter(|_| accept) {
        let same = signalement::table
            .filter(signalement::id_numero.eq(number))
            .filter(signalement::verdict.eq(report.verdict.code()))
            .filter(signalement::etat.eq("pending"));
        diesel::update(same).set(decision).execute(conn)?;
    }
    Ok(number)
}

pub(crate) fn set_number_status(
    conn: &mut PgConnection,
    number: i32,
    status: Verification,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let changed = diesel::update(numero::table.find(number))
        .set((numero::etat.eq(status.code()), numero::verifie_le.eq(now)))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(diesel::result::Error::NotFound.into()) }
}
