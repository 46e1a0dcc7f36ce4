use super::{Account, AccountKind, AccountStatus, Holder, NewHolder};
use crate::{
    Error,
    schema::{compte, titulaire},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{AsSelect, InnerJoin, IntoBoxed, Select},
    pg::Pg,
    prelude::*,
};
use hostolink_kernel::{AccountId, HolderId, UserId, Xof};

#[derive(Queryable, Selectable)]
#[diesel(table_name = titulaire, check_for_backend(Pg))]
struct HolderRow {
    public_id: HolderId,
    id_user: Option<UserId>,
    plafond_solde: Option<Xof>,
}

impl From<HolderRow> for Holder {
    fn from(row: HolderRow) -> Self {
        Self { id: row.public_id, owner: row.id_user, ceiling: row.plafond_solde }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = compte, check_for_backend(Pg))]
struct AccountRow {
    public_id: AccountId,
    #[diesel(select_expression = titulaire::public_id)]
    holder: HolderId,
    #[diesel(select_expression = titulaire::plafond_solde)]
    ceiling: Option<Xof>,
    id_user: Option<UserId>,
    nature: AccountKind,
    statut: AccountStatus,
    solde: i64,
    reserve: Xof,
    ouvert_le: DateTime<Utc>,
}

impl TryFrom<AccountRow> for Account {
    type Error = Error;

    fn try_from(row: AccountRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.public_id,
            holder: row.holder,
            owner: row.id_user,
            kind: row.nature,
            status: row.statut,
            balance: magnitude(row.solde)?,
            held: row.reserve,
            ceiling: row.ceiling,
            opened_at: row.ouvert_le,
        })
    }
}

/// The size of a signed number of francs.
pub(crate) fn magnitude(francs: i64) -> Result<Xof, Error> {
    let size = i64::try_from(francs.unsigned_abs()).map_err(|_| Error::Corrupt("an amount out of range"))?;
    Xof::new(size).map_err(|_| Error::Corrupt("an amount out of range"))
}

pub(crate) fn insert_holder(
    conn: &mut PgConnection,
    id: HolderId,
    new: &NewHolder,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(titulaire::table)
        .values((
            titulaire::public_id.eq(id),
            titulaire::id_user.eq(new.owner),
            titulaire::plafond_solde.eq(new.ceiling),
            titulaire::ouvert_le.eq(now),
        ))
        .on_conflict(titulaire::id_user)
        .do_nothing()
        .execute(conn)
        .map(|_| ())
}

pub(crate) fn find_holder_of(conn: &mut PgConnection, owner: UserId) -> QueryResult<Option<Holder>> {
    titulaire::table
        .filter(titulaire::id_user.eq(owner))
        .select(HolderRow::as_select())
        .first(conn)
        .optional()
        .map(|row| row.map(Holder::from))
}

/// Returns how many holders were changed.
pub(crate) fn set_ceiling(
    conn: &mut PgConnection,
    holder: HolderId,
    ceiling: Option<Xof>,
) -> QueryResult<usize> {
    diesel::update(titulaire::table.filter(titulaire::public_id.eq(holder)))
        .set(titulaire::plafond_solde.eq(ceiling))
        .execute(conn)
}

/// Opens the account unless the holder has one of that kind and may have no other. `false` when there is no such holder.
pub(crate) fn insert_account(
    conn: &mut PgConnection,
    id: AccountId,
    holder: HolderId,
    kind: AccountKind,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let found: Option<(i64, Option<UserId>)> = titulaire::table
        .filter(titulaire::public_id.eq(holder))
        .select((titulaire::id_titulaire, titulaire::id_user))
        .first(conn)
        .optional()?;
    let Some((number, owner)) = found else { return Ok(false) };
    diesel::insert_into(compte::table)
        .values((
            compte::public_id.eq(id),
            compte::id_titulaire.eq(number),
            compte::id_user.eq(owner),
            compte::nature.eq(kind),
            compte::ouvert_le.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(true)
}

type Accounts<'a> =
    IntoBoxed<'a, Select<InnerJoin<compte::table, titulaire::table>, AsSelect<AccountRow, Pg>>, Pg>;

fn accounts<'a>() -> Accounts<'a> {
    compte::table.inner_join(titulaire::table).select(AccountRow::as_select()).into_boxed()
}

fn first(conn: &mut PgConnection, query: Accounts<'_>) -> Result<Option<Account>, Error> {
    query.first(conn).optional()?.map(Account::try_from).transpose()
}

pub(crate) fn find(conn: &mut PgConnection, id: AccountId) -> Result<Option<Account>, Error> {
    first(conn, accounts().filter(compte::public_id.eq(id)))
}

pub(crate) fn find_many(conn: &mut PgConnection, ids: &[AccountId]) -> Result<Vec<Account>, Error> {
    let rows = accounts().filter(compte::public_id.eq_any(ids)).load(conn)?;
    rows.into_iter().map(Account::try_from).collect()
}

pub(crate) fn find_in(
    conn: &mut PgConnection,
    holder: HolderId,
    kind: AccountKind,
) -> Result<Option<Account>, Error> {
    first(conn, accounts().filter(titulaire::public_id.eq(holder)).filter(compte::nature.eq(kind)))
}

pub(crate) fn find_of(
    conn: &mut PgConnection,
    owner: UserId,
    kind: AccountKind,
) -> Result<Option<Account>, Error> {
    first(conn, accounts().filter(compte::id_user.eq(owner)).filter(compte::nature.eq(kind)))
}

pub(crate) fn of_many(
    conn: &mut PgConnection,
    owners: &[UserId],
    kind: AccountKind,
) -> Result<Vec<Account>, Error> {
    let rows =
        accounts().filter(compte::id_user.eq_any(owners)).filter(compte::nature.eq(kind)).load(conn)?;
    rows.into_iter().map(Account::try_from).collect()
}

/// Every account of these people, in the order in which posting locks them.
pub(crate) fn all_of(conn: &mut PgConnection, owners: &[UserId]) -> Result<Vec<Account>, Error> {
    let rows = accounts().filter(compte::id_user.eq_any(owners)).order(compte::id_compte).load(conn)?;
    rows.into_iter().map(Account::try_from).collect()
}

pub(crate) fn find_system(conn: &mut PgConnection, kind: AccountKind) -> Result<Option<Account>, Error> {
    first(conn, accounts().filter(compte::id_user.is_null()).filter(compte::nature.eq(kind)))
}

/// Changes the status unless the account is closed, or is to be closed and not empty. Returns how many were changed.
pub(crate) fn set_status(
    conn: &mut PgConnection,
    id: AccountId,
    status: AccountStatus,
) -> QueryResult<usize> {
    let closable = compte::solde.eq(0).and(compte::reserve.eq(0));
    diesel::update(
        compte::table
            .filter(compte::public_id.eq(id))
            .filter(compte::statut.ne(AccountStatus::Closed))
            .filter(closable.or((status != AccountStatus::Closed).into_sql::<diesel::sql_types::Bool>())),
    )
    .set(compte::statut.eq(status))
    .execute(conn)
}
