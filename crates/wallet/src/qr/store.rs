use super::model::{QrKind, StoredCode};
use crate::{Error, emv::Token, schema::qr_code_paiement as qr};
use chrono::{DateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use hostolink_kernel::{QrId, UserId, Xof};
use hostolink_ledger::Note;
use std::collections::HashMap;

#[derive(Queryable, Selectable)]
#[diesel(table_name = qr, check_for_backend(diesel::pg::Pg))]
struct Row {
    public_id: QrId,
    id_user: UserId,
    id_caisse: Option<i64>,
    nature: String,
    jeton: String,
    montant: Option<Xof>,
    libelle: Option<String>,
    cree_le: DateTime<Utc>,
    expire_le: Option<DateTime<Utc>>,
}

impl Row {
    /// The row's own constraints make each of these hold; a row that breaks one reads as corrupt.
    fn into_code(self) -> QueryResult<StoredCode> {
        let corrupt = |what: &'static str| diesel::result::Error::DeserializationError(what.into());
        let kind = match self.nature.as_str() {
            "statique" | "caisse" => QrKind::Account,
            "dynamique" | "vente" => QrKind::OnePayment,
            _ => return Err(corrupt("qr_code_paiement.nature")),
        };
        let label = self.libelle.as_deref().map_or(Ok(None), Note::parse);
        Ok(StoredCode {
            id: self.public_id,
            owner: self.id_user,
            till: self.id_caisse,
            kind,
            token: Token::parse(&self.jeton).ok_or_else(|| corrupt("qr_code_paiement.jeton"))?,
            amount: self.montant,
            label: label.map_err(|_| corrupt("qr_code_paiement.libelle"))?,
            created_at: self.cree_le,
            expires_at: self.expire_le,
        })
    }
}

fn one(row: QueryResult<Row>) -> Result<Option<StoredCode>, Error> {
    Ok(row.optional()?.map(Row::into_code).transpose()?)
}

/// The codes with these tokens, whoever's they are.
pub(super) fn by_tokens<'a>(
    conn: &mut PgConnection,
    tokens: impl Iterator<Item = &'a Token>,
) -> Result<HashMap<Token, StoredCode>, Error> {
    let tokens: Vec<&str> = tokens.map(Token::as_str).collect();
    if tokens.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Row> = qr::table.filter(qr::jeton.eq_any(tokens)).select(Row::as_select()).load(conn)?;
    let codes = rows.into_iter().map(Row::into_code).collect::<QueryResult<Vec<_>>>()?;
    Ok(codes.into_iter().map(|code| (code.token.clone(), code)).collect())
}

/// The code with this id, if it is this person's own, or of this till.
pub(super) fn by_id(
    conn: &mut PgConnection,
    (owner, till): (UserId, Option<i64>),
    id: QrId,
) -> Result<Option<StoredCode>, Error> {
    let own = qr::public_id.eq(id).and(qr::id_user.eq(owner));
    one(qr::table
        .filter(own.and(qr::id_caisse.is_not_distinct_from(till)))
        .select(Row::as_select())
        .first(conn))
}

/// The person's own code, if it was ever made.
pub(super) fn of_account(conn: &mut PgConnection, owner: UserId) -> Result<Option<StoredCode>, Error> {
    let own = qr::id_user.eq(owner).and(qr::nature.eq(QrKind::Account.name(false)));
    one(qr::table.filter(own).select(Row::as_select()).first(conn))
}

/// A till's own code, if it was ever made.
pub(super) fn of_till(conn: &mut PgConnection, till: i64) -> Result<Option<StoredCode>, Error> {
    let own = qr::id_caisse.eq(till).and(qr::nature.eq(QrKind::Account.name(true)));
    one(qr::table.filter(own).select(Row::as_select()).first(conn))
}

/// Stores a code. A second one for an account or a till is left out: the first stays, and `false` says so.
pub(super) fn insert(conn: &mut PgConnection, code: &StoredCode) -> Result<bool, Error> {
    let row = diesel::insert_into(qr::table).values((
        qr::public_id.eq(code.id),
        qr::id_user.eq(code.owner),
        qr::id_caisse.eq(code.till),
        qr::nature.eq(code.kind.name(code.till.is_some())),
        qr::jeton.eq(code.token.as_str()),
        qr::montant.eq(code.amount),
        qr::libelle.eq(code.label.as_ref().map(Note::as_str)),
        qr::cree_le.eq(code.created_at),
        qr::expire_le.eq(code.expires_at),
    ));
    // In words and not as a parameter: a generic plan, from the sixth time on, would not find its index.
    let rows = match code.till {
        None => row
            .on_conflict(qr::id_user)
            .filter_target(sql::<Bool>("nature = 'statique'"))
            .do_nothing()
            .execute(conn)?,
        Some(_) => row
            .on_conflict(qr::id_caisse)
            .filter_target(sql::<Bool>("nature = 'caisse'"))
            .do_nothing()
            .execute(conn)?,
    };
    Ok(rows == 1)
}

/// Somebody's codes after `after`, the oldest first.
pub(super) fn list(
    conn: &mut PgConnection,
    owner: UserId,
    after: Option<QrId>,
    limit: i64,
) -> Result<Vec<StoredCode>, Error> {
    let own = qr::id_user.eq(owner).and(qr::id_caisse.is_null());
    let mut codes = qr::table.filter(own).select(Row::as_select()).into_boxed();
    if let Some(after) = after {
        codes = codes.filter(qr::public_id.gt(after));
    }
    let rows: Vec<Row> = codes.order(qr::public_id).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Row::into_code).collect::<QueryResult<_>>()?)
}

/// Erases what somebody wrote on their codes.
pub(crate) fn erase_labels(conn: &mut PgConnection, owner: UserId) -> QueryResult<usize> {
    diesel::update(qr::table.filter(qr::id_user.eq(owner)).filter(qr::libelle.is_not_null()))
        .set(qr::libelle.eq(None::<String>))
        .execute(conn)
}
