use super::model::{Adjustment, AdjustmentState};
use crate::{Error, schema::ajustement};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use hostolink_kernel::{AccountId, AdjustmentId, TransactionId, UserId, Xof};
use hostolink_ledger::Note;

#[derive(Queryable, Selectable)]
#[diesel(table_name = ajustement, check_for_backend(diesel::pg::Pg))]
struct Row {
    public_id: AdjustmentId,
    compte_de: AccountId,
    compte_vers: AccountId,
    montant: Xof,
    motif: String,
    etat: String,
    demande_par: UserId,
    demande_le: DateTime<Utc>,
    expire_le: DateTime<Utc>,
    decide_par: Option<UserId>,
    decide_le: Option<DateTime<Utc>>,
    transaction_faite: Option<TransactionId>,
    rejet: Option<String>,
}

impl Row {
    /// The row's own constraints make each of these hold; a row that breaks one reads as corrupt.
    fn read(self, now: DateTime<Utc>) -> QueryResult<Adjustment> {
        let corrupt = |what: &'static str| diesel::result::Error::DeserializationError(what.into());
        let reason = Note::parse(&self.motif).ok().flatten();
        Ok(Adjustment {
            id: self.public_id,
            from: self.compte_de,
            to: self.compte_vers,
            amount: self.montant,
            reason: reason.ok_or_else(|| corrupt("ajustement.motif"))?,
            state: AdjustmentState::stored(&self.etat, self.expire_le, now)
                .ok_or_else(|| corrupt("ajustement.etat"))?,
            maker: self.demande_par,
            asked_at: self.demande_le,
            expires_at: self.expire_le,
            checker: self.decide_par,
            decided_at: self.decide_le,
            transaction: self.transaction_faite,
            rejection: self.rejet,
        })
    }
}

pub(super) fn insert(conn: &mut PgConnection, new: &Adjustment) -> QueryResult<usize> {
    diesel::insert_into(ajustement::table)
        .values((
            ajustement::public_id.eq(new.id),
            ajustement::compte_de.eq(new.from),
            ajustement::compte_vers.eq(new.to),
            ajustement::montant.eq(new.amount),
            ajustement::motif.eq(new.reason.as_str()),
            ajustement::demande_par.eq(new.maker),
            ajustement::demande_le.eq(new.asked_at),
            ajustement::expire_le.eq(new.expires_at),
        ))
        .execute(conn)
}

pub(super) fn find(
    conn: &mut PgConnection,
    id: AdjustmentId,
    now: DateTime<Utc>,
) -> Result<Option<Adjustment>, Error> {
    let found = ajustement::table.filter(ajustement::public_id.eq(id)).select(Row::as_select());
    Ok(found.first(conn).optional()?.map(|row: Row| row.read(now)).transpose()?)
}

/// One, held until the transaction ends.
pub(super) fn lock(
    conn: &mut PgConnection,
    id: AdjustmentId,
    now: DateTime<Utc>,
) -> Result<Option<Adjustment>, Error> {
    let row: Option<Row> = ajustement::table
        .filter(ajustement::public_id.eq(id))
        .select(Row::as_select())
        .for_no_key_update()
        .first(conn)
        .optional()?;
    Ok(row.map(|row| row.read(now)).transpose()?)
}

/// Writes what became of one.
pub(super) fn update(conn: &mut PgConnection, changed: &Adjustment) -> QueryResult<usize> {
    diesel::update(ajustement::table.filter(ajustement::public_id.eq(changed.id)))
        .set((
            ajustement::etat.eq(changed.state.name()),
            ajustement::decide_par.eq(changed.checker),
            ajustement::decide_le.eq(changed.decided_at),
            ajustement::transaction_faite.eq(changed.transaction),
            ajustement::rejet.eq(changed.rejection.as_deref()),
        ))
        .execute(conn)
}

/// Those asked before `before`, the newest first.
pub(super) fn list(
    conn: &mut PgConnection,
    before: Option<AdjustmentId>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Adjustment>, Error> {
    let mut query = ajustement::table.select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(ajustement::public_id.lt(before));
    }
    let rows: Vec<Row> = query.order(ajustement::public_id.desc()).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(|row| row.read(now)).collect::<QueryResult<_>>()?)
}

/// Those that were accepted and that the ledger has not answered, the oldest first.
pub(super) fn accepted(
    conn: &mut PgConnection,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Adjustment>, Error> {
    let rows: Vec<Row> = ajustement::table
        // In words and not as a parameter: a generic plan would not find its index.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("etat = 'accepte'"))
        .order(ajustement::id_ajustement)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| row.read(now)).collect::<QueryResult<_>>()?)
}
