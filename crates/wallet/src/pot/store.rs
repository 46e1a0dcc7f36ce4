use super::model::{Pot, PotName, PotSettings};
use crate::schema::cagnotte;
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use hostolink_kernel::{AccountId, PotId, UserId, Xof};

const OPEN: &str = "ouverte";
const CLOSED: &str = "fermee";

#[derive(Queryable, Selectable)]
#[diesel(table_name = cagnotte, check_for_backend(Pg))]
pub(super) struct Row {
    pub(super) id_cagnotte: i64,
    pub(super) public_id: PotId,
    pub(super) compte: AccountId,
    nom: String,
    objectif: Option<Xof>,
    etat: String,
    creee_le: DateTime<Utc>,
}

impl Row {
    pub(super) fn is_closed(&self) -> bool {
        self.etat == CLOSED
    }

    pub(super) fn seen(self, balance: Xof) -> Pot {
        Pot {
            id: self.public_id,
            closed: self.is_closed(),
            settings: PotSettings { name: PotName::stored(self.nom), goal: self.objectif },
            balance,
            created_at: self.creee_le,
        }
    }
}

/// The places that the person's open pots take.
pub(super) fn places(conn: &mut PgConnection, owner: UserId) -> QueryResult<Vec<i16>> {
    cagnotte::table
        .filter(cagnotte::id_user.eq(owner).and(cagnotte::etat.eq(OPEN)))
        .select(cagnotte::place)
        .load(conn)
}

/// Stores a pot at a place; `false` where a pot opened at the same moment has taken it.
pub(super) fn insert(
    conn: &mut PgConnection,
    (id, owner, account): (PotId, UserId, AccountId),
    settings: &PotSettings,
    place: i16,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let rows = diesel::insert_into(cagnotte::table)
        .values((
            cagnotte::public_id.eq(id),
            cagnotte::id_user.eq(owner),
            cagnotte::compte.eq(account),
            cagnotte::place.eq(place),
            cagnotte::nom.eq(settings.name.as_str()),
            cagnotte::objectif.eq(settings.goal),
            cagnotte::creee_le.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(rows == 1)
}

/// The person's pots after `after`, the oldest first.
pub(super) fn list(
    conn: &mut PgConnection,
    owner: UserId,
    after: Option<PotId>,
    limit: i64,
) -> QueryResult<Vec<Row>> {
    let mut pots = cagnotte::table.filter(cagnotte::id_user.eq(owner)).select(Row::as_select()).into_boxed();
    if let Some(after) = after {
        pots = pots.filter(cagnotte::public_id.gt(after));
    }
    pots.order(cagnotte::public_id).limit(limit).load(conn)
}

/// The pot with this id, if it is this person's.
pub(super) fn of(conn: &mut PgConnection, owner: UserId, id: PotId) -> QueryResult<Option<Row>> {
    cagnotte::table
        .filter(cagnotte::public_id.eq(id).and(cagnotte::id_user.eq(owner)))
        .select(Row::as_select())
        .first(conn)
        .optional()
}

/// The same, held until the transaction ends.
pub(super) fn lock_of(conn: &mut PgConnection, owner: UserId, id: PotId) -> QueryResult<Option<Row>> {
    cagnotte::table
        .filter(cagnotte::public_id.eq(id).and(cagnotte::id_user.eq(owner)))
        .select(Row::as_select())
        .for_no_key_update()
        .first(conn)
        .optional()
}

pub(super) fn configure(conn: &mut PgConnection, id: i64, settings: &PotSettings) -> QueryResult<usize> {
    diesel::update(cagnotte::table.find(id))
        .set((cagnotte::nom.eq(settings.name.as_str()), cagnotte::objectif.eq(settings.goal)))
        .execute(conn)
}

pub(super) fn close(conn: &mut PgConnection, id: i64) -> QueryResult<usize> {
    diesel::update(cagnotte::table.find(id)).set(cagnotte::etat.eq(CLOSED)).execute(conn)
}

/// Forgets somebody's pots and what they called them. The accounts stay in the books.
pub(crate) fn erase(conn: &mut PgConnection, owner: UserId) -> QueryResult<usize> {
    diesel::delete(cagnotte::table.filter(cagnotte::id_user.eq(owner))).execute(conn)
}
