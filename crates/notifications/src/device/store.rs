use super::{Device, NewDevice};
use crate::schema::appareil_push as device;
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use hostolink_kernel::{SessionId, UserId};
use hostolink_notifier::PushTarget;
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = device, check_for_backend(Pg))]
struct Row {
    public_id: Uuid,
    session: Uuid,
    plateforme: String,
    actif: bool,
    cree_le: DateTime<Utc>,
    vu_le: DateTime<Utc>,
}

impl From<Row> for Device {
    fn from(row: Row) -> Self {
        Self {
            id: row.public_id,
            session: SessionId::new(row.session),
            platform: row.plateforme,
            active: row.actif,
            created_at: row.cree_le,
            seen_at: row.vu_le,
        }
    }
}

pub(super) const fn kind_of(target: &PushTarget) -> &'static str {
    match target {
        PushTarget::Token(_) => "token",
        PushTarget::Installation(_) => "installation",
    }
}

pub(super) fn count(conn: &mut PgConnection, owner: UserId) -> QueryResult<i64> {
    device::table.filter(device::id_user.eq(owner.key())).count().get_result(conn)
}

pub(super) fn is_of(conn: &mut PgConnection, owner: UserId, mark: &[u8]) -> QueryResult<bool> {
    let theirs = device::table.filter(device::id_user.eq(owner.key()).and(device::empreinte.eq(mark)));
    diesel::select(diesel::dsl::exists(theirs)).get_result(conn)
}

/// Forgets what else this session registered: the application got a new target.
pub(super) fn forget_of_session(
    conn: &mut PgConnection,
    session: SessionId,
    mark: &[u8],
) -> QueryResult<usize> {
    let older = device::table.filter(device::session.eq(session.uuid()).and(device::empreinte.ne(mark)));
    diesel::delete(older).execute(conn)
}

pub(super) fn forget_of_others(conn: &mut PgConnection, owner: UserId, mark: &[u8]) -> QueryResult<usize> {
    let theirs = device::table.filter(device::empreinte.eq(mark).and(device::id_user.ne(owner.key())));
    diesel::delete(theirs).execute(conn)
}

/// Registers one, or says that it is still there. Of two people at once the last has it.
pub(super) fn upsert(
    conn: &mut PgConnection,
    id: Uuid,
    new: &NewDevice,
    mark: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Device> {
    let row: Row = diesel::insert_into(device::table)
        .values((
            device::public_id.eq(id),
            device::id_user.eq(new.owner.key()),
            device::session.eq(new.session.uuid()),
            device::cible_type.eq(kind_of(&new.target)),
            device::cible.eq(new.target.as_str()),
            device::empreinte.eq(mark),
            device::plateforme.eq(new.platform.code()),
            device::cree_le.eq(now),
            device::vu_le.eq(now),
        ))
        .on_conflict(device::empreinte)
        .do_update()
        .set((
            device::id_user.eq(new.owner.key()),
            device::session.eq(new.session.uuid()),
            device::plateforme.eq(new.platform.code()),
            device::vu_le.eq(now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)?;
    Ok(row.into())
}

pub(super) fn of(conn: &mut PgConnection, owner: UserId) -> QueryResult<Vec<Device>> {
    let rows: Vec<Row> = device::table
        .filter(device::id_user.eq(owner.key()))
        .order(device::id_appareil.desc())
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Device::from).collect())
}

pub(super) fn set_active(
    conn: &mut PgConnection,
    owner: UserId,
    id: Uuid,
    active: bool,
) -> QueryResult<Option<Device>> {
    let one = device::table.filter(device::id_user.eq(owner.key()).and(device::public_id.eq(id)));
    let row: Option<Row> = diesel::update(one)
        .set(device::actif.eq(active))
        .returning(Row::as_returning())
        .get_result(conn)
        .optional()?;
    Ok(row.map(Device::from))
}

pub(super) fn delete(conn: &mut PgConnection, owner: UserId, id: Uuid) -> QueryResult<usize> {
    let one = device::table.filter(device::id_user.eq(owner.key()).and(device::public_id.eq(id)));
    diesel::delete(one).execute(conn)
}

pub(super) fn forget_of_sessions(conn: &mut PgConnection, sessions: &[Uuid]) -> QueryResult<usize> {
    diesel::delete(device::table.filter(device::session.eq_any(sessions))).execute(conn)
}

pub(super) fn purge(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let old: Vec<i64> = device::table
        .filter(device::vu_le.lt(before))
        .order(device::vu_le)
        .limit(limit)
        .select(device::id_appareil)
        .load(conn)?;
    // Who came back meanwhile stays.
    let old = device::table.filter(device::id_appareil.eq_any(old).and(device::vu_le.lt(before)));
    diesel::delete(old).execute(conn)
}
