use super::Log;
use crate::{
    Duty, Error, Rota, RotaState,
    duty::DutyDraft,
    schema::{etablissement_sante as etablissement, garde_pharmacie as garde, tour_garde as tour},
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Integer, Timestamptz, Uuid as SqlUuid},
};
use hostolink_kernel::{EstablishmentId, UserId};
use std::collections::HashMap;
use uuid::Uuid;

type RotaRow = (i32, Uuid, DateTime<Utc>, DateTime<Utc>, String, String);
type DutyRow = (i32, Uuid, String, String, Option<String>, Vec<String>, Option<EstablishmentId>);

/// The columns of [`RotaRow`].
const ROTA: (tour::id_tour, tour::public_id, tour::debut, tour::fin, tour::source, tour::etat) =
    (tour::id_tour, tour::public_id, tour::debut, tour::fin, tour::source, tour::etat);

/// Stores a draft with its pharmacies.
pub(crate) fn insert_rota(
    conn: &mut PgConnection,
    id: Uuid,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    (source, now): (&str, DateTime<Utc>),
    (ids, drafts): (Vec<Uuid>, &[DutyDraft]),
) -> QueryResult<()> {
    let key: i32 = diesel::insert_into(tour::table)
        .values((
            tour::public_id.eq(id),
            tour::debut.eq(from),
            tour::fin.eq(until),
            tour::source.eq(source),
            tour::etat.eq(RotaState::Draft.code()),
            tour::cree_le.eq(now),
        ))
        .returning(tour::id_tour)
        .get_result(conn)?;
    let wanted: Vec<EstablishmentId> = drafts.iter().filter_map(|draft| draft.establishment).collect();
    let known: HashMap<EstablishmentId, i32> = etablissement::table
        .filter(etablissement::public_id.eq_any(wanted))
        .select((etablissement::public_id, etablissement::id_etablissement))
        .load(conn)?
        .into_iter()
        .collect();
    let rows: Vec<_> = ids
        .into_iter()
        .zip(drafts)
        .map(|(id, draft)| {
            (
                garde::public_id.eq(id),
                garde::id_tour.eq(key),
                garde::zone.eq(&draft.area),
                garde::nom.eq(&draft.name),
                garde::adresse.eq(&draft.address),
                garde::numeros.eq(&draft.numbers),
                garde::id_etablissement.eq(draft.establishment.and_then(|id| known.get(&id).copied())),
            )
        })
        .collect();
    // Seven parameters a row: `DutyDraft::MAX_ROWS` of them are below the 65,535 that a statement takes.
    diesel::insert_into(garde::table).values(rows).execute(conn).map(|_| ())
}

/// One list with its pharmacies.
pub(crate) fn rota(conn: &mut PgConnection, id: Uuid) -> Result<Option<Rota>, Error> {
    let rows = tour::table.filter(tour::public_id.eq(id)).select(ROTA).load(conn)?;
    Ok(with_duties(conn, rows)?.pop())
}

/// The published lists, until somebody closes those that are over: what is there depends on changes alone, never on the time.
pub(super) fn published_rotas(conn: &mut PgConnection, log: &Log) -> Result<Vec<Rota>, Error> {
    let rows = tour::table
        .filter(tour::etat.eq(RotaState::Published.code()))
        .filter(tour::clos.eq(false))
        .order((tour::debut, tour::public_id))
        .select(ROTA)
        .load(conn)?;
    let rotas = with_duties(conn, rows)?;
    Ok(rotas.into_iter().map(|rota| Rota { revision: log.of(&rota.key()), ..rota }).collect())
}

/// Whether a published list is over by then and still open.
pub(crate) fn has_rotas_to_close(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<bool> {
    let over = tour::table
        .filter(tour::etat.eq(RotaState::Published.code()))
        .filter(tour::clos.eq(false))
        .filter(tour::fin.le(now));
    diesel::select(diesel::dsl::exists(over)).get_result(conn)
}

/// Closes the published lists that are over by then: they leave the packs.
pub(crate) fn close_rotas(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    let over = tour::table
        .filter(tour::etat.eq(RotaState::Published.code()))
        .filter(tour::clos.eq(false))
        .filter(tour::fin.le(now));
    diesel::update(over).set(tour::clos.eq(true)).execute(conn)
}

fn with_duties(conn: &mut PgConnection, rows: Vec<RotaRow>) -> Result<Vec<Rota>, Error> {
    let keys: Vec<i32> = rows.iter().map(|row| row.0).collect();
    let duties: Vec<DutyRow> = garde::table
        .left_join(etablissement::table)
        .filter(garde::id_tour.eq_any(keys))
        .order((garde::zone, garde::nom))
        .select((
            garde::id_tour,
            garde::public_id,
            garde::zone,
            garde::nom,
            garde::adresse,
            garde::numeros,
            etablissement::public_id.nullable(),
        ))
        .load(conn)?;
    let mut of_rota: HashMap<i32, Vec<Duty>> = HashMap::new();
    for (rota, id, area, name, address, numbers, establishment) in duties {
        of_rota.entry(rota).or_default().push(Duty { id, area, name, address, numbers, establishment });
    }
    rows.into_iter()
        .map(|(key, id, from, until, source, state)| {
            Ok(Rota {
                id,
                from,
                until,
                source,
                state: RotaState::parse(&state).ok_or(Error::UnknownCode(state))?,
                duties: of_rota.remove(&key).unwrap_or_default(),
                revision: 0,
            })
        })
        .collect()
}

/// Says which establishment a pharmacy of a list is; whether there is such a pharmacy.
pub(crate) fn assign_duty(
    conn: &mut PgConnection,
    duty: Uuid,
    establishment: Option<EstablishmentId>,
) -> QueryResult<bool> {
    let key: Option<i32> = match establishment {
        None => None,
        Some(id) => Some(
            etablissement::table
                .filter(etablissement::public_id.eq(id))
                .select(etablissement::id_etablissement)
                .first(conn)?,
        ),
    };
    let assigned = diesel::update(garde::table.filter(garde::public_id.eq(duty)));
    Ok(assigned.set(garde::id_etablissement.eq(key)).execute(conn)? == 1)
}

pub(crate) fn set_rota_state(conn: &mut PgConnection, id: Uuid, state: RotaState) -> Result<(), Error> {
    let changed = diesel::update(tour::table.filter(tour::public_id.eq(id)))
        .set(tour::etat.eq(state.code()))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(diesel::result::Error::NotFound.into()) }
}

#[derive(QueryableByName)]
struct Keeper {
    #[diesel(sql_type = Integer)]
    id_user: UserId,
}

/// Who keeps an establishment of a published list at hand that is not over by then.
pub(crate) fn keepers(
    conn: &mut PgConnection,
    rota: Uuid,
    now: DateTime<Utc>,
    after: UserId,
    limit: i64,
) -> QueryResult<Vec<UserId>> {
    let rows: Vec<Keeper> = sql_query(
        "SELECT DISTINCT f.id_user FROM tour_garde t JOIN garde_pharmacie g USING (id_tour) \
         JOIN etablissement_sante e USING (id_etablissement) JOIN favori_etablissement f ON f.etablissement = e.public_id \
         WHERE t.public_id = $1 AND t.etat = 'published' AND t.fin > $2 AND f.id_user > $3 ORDER BY f.id_user LIMIT $4",
    )
    .bind::<SqlUuid, _>(rota)
    .bind::<Timestamptz, _>(now)
    .bind::<Integer, _>(after)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id_user).collect())
}
