use super::model::{NewPiAlias, PiAliasRecord};
use crate::{Error, codes, emv::PiAlias, schema::alias_pi};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use hostolink_database::on_unique;
use hostolink_kernel::{AccountId, PiAliasId, UserId};
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = alias_pi, check_for_backend(Pg))]
struct Row {
    public_id: PiAliasId,
    compte: AccountId,
    alias: Uuid,
    enregistre_le: DateTime<Utc>,
    retire_le: Option<DateTime<Utc>>,
}

fn stored(alias: Uuid) -> QueryResult<PiAlias> {
    let corrupt = || diesel::result::Error::DeserializationError("alias_pi.alias".into());
    PiAlias::of(alias).ok_or_else(corrupt)
}

impl Row {
    fn read(self) -> QueryResult<PiAliasRecord> {
        Ok(PiAliasRecord {
            id: self.public_id,
            account: self.compte,
            alias: stored(self.alias)?,
            recorded_at: self.enregistre_le,
            withdrawn_at: self.retire_le,
        })
    }
}

/// The alias that codes of an account are printed with.
pub(crate) fn printed(conn: &mut PgConnection, account: AccountId) -> QueryResult<Option<PiAlias>> {
    let alias: Option<Uuid> = alias_pi::table
        .filter(alias_pi::compte.eq(account).and(alias_pi::retire_le.is_null()))
        .select(alias_pi::alias)
        .first(conn)
        .optional()?;
    alias.map(stored).transpose()
}

pub(super) fn insert(
    conn: &mut PgConnection,
    id: PiAliasId,
    new: &NewPiAlias,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let done = diesel::insert_into(alias_pi::table)
        .values((
            alias_pi::public_id.eq(id),
            alias_pi::compte.eq(new.account),
            alias_pi::alias.eq(new.alias.uuid()),
            alias_pi::enregistre_par.eq(new.by.user),
            alias_pi::enregistre_le.eq(now),
        ))
        .execute(conn);
    match done {
        Err(error) if on_unique(&error, "alias_pi_compte_key") || on_unique(&error, "alias_pi_alias_key") => {
            Err(Error::Rule(&codes::PI_ALIAS_TAKEN))
        }
        done => crate::touched::assert_one(done?),
    }
}

pub(super) fn find(conn: &mut PgConnection, id: PiAliasId) -> Result<Option<PiAliasRecord>, Error> {
    let row = alias_pi::table.filter(alias_pi::public_id.eq(id)).select(Row::as_select());
    Ok(row.first(conn).optional()?.map(Row::read).transpose()?)
}

/// The aliases of an account or of all, withdrawn ones among them, after `after`: the oldest first.
pub(super) fn list(
    conn: &mut PgConnection,
    account: Option<AccountId>,
    after: Option<PiAliasId>,
    limit: i64,
) -> Result<Vec<PiAliasRecord>, Error> {
    let mut rows = alias_pi::table.select(Row::as_select()).into_boxed();
    if let Some(account) = account {
        rows = rows.filter(alias_pi::compte.eq(account));
    }
    if let Some(after) = after {
        rows = rows.filter(alias_pi::public_id.gt(after));
    }
    let rows: Vec<Row> = rows.order(alias_pi::public_id).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Row::read).collect::<QueryResult<_>>()?)
}

/// `0` where it was withdrawn before.
pub(super) fn withdraw(
    conn: &mut PgConnection,
    id: PiAliasId,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(alias_pi::table.filter(alias_pi::public_id.eq(id).and(alias_pi::retire_le.is_null())))
        .set((alias_pi::retire_par.eq(by), alias_pi::retire_le.eq(now)))
        .execute(conn)
}

/// Prints the aliases of accounts no more that are closed.
pub(crate) fn withdraw_all(
    conn: &mut PgConnection,
    accounts: &[AccountId],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let live = alias_pi::compte.eq_any(accounts).and(alias_pi::retire_le.is_null());
    diesel::update(alias_pi::table.filter(live)).set(alias_pi::retire_le.eq(now)).execute(conn)
}
