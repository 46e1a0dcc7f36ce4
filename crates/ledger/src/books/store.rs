use super::{Books, DailyProof, KindTotal};
use crate::{AccountKind, Digest, Error};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool, Bytea, Date, Jsonb, Timestamptz},
};
use hostolink_database::prepared;
use serde_json::Value;

#[derive(QueryableByName)]
struct BooksRow {
    #[diesel(sql_type = Timestamptz)]
    prise_le: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    numero: i64,
    #[diesel(sql_type = BigInt)]
    derniere: i64,
    #[diesel(sql_type = Bytea)]
    empreinte: Vec<u8>,
    #[diesel(sql_type = Jsonb)]
    soldes: Value,
}

impl TryFrom<BooksRow> for Books {
    type Error = Error;

    fn try_from(row: BooksRow) -> Result<Self, Error> {
        let corrupt = || Error::Corrupt("totals that can't be read");
        let total = |(kind, total): (&String, &Value)| {
            let number = |name| total.get(name).and_then(Value::as_i64).ok_or_else(corrupt);
            let kind = AccountKind::ALL.into_iter().find(|known| known.name() == kind).ok_or_else(corrupt)?;
            Ok(KindTotal {
                kind,
                accounts: number("comptes")?,
                balance: number("solde")?,
                held: number("reserve")?,
            })
        };
        let mut totals = row
            .soldes
            .as_object()
            .ok_or_else(corrupt)?
            .iter()
            .map(total)
            .collect::<Result<Vec<_>, Error>>()?;
        totals.sort_by_key(|total| total.kind);
        Ok(Self {
            at: row.prise_le,
            link: row.numero,
            last: row.derniere,
            head: Digest(row.empreinte.try_into().map_err(|_| Error::Corrupt("a hash that is no SHA-256"))?),
            totals,
        })
    }
}

/// One statement is one snapshot: no transaction is half in it.
pub(crate) fn now(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Books, Error> {
    let row: BooksRow = prepared(
        "SELECT ?::timestamptz AS prise_le, t.numero, t.derniere, t.empreinte, s.soldes \
         FROM tete_chaine t, (SELECT jsonb_object_agg(n.nature, jsonb_build_object( \
             'comptes', n.comptes, 'solde', n.solde, 'reserve', n.reserve)) AS soldes \
             FROM (SELECT nature, count(*) AS comptes, sum(solde) AS solde, sum(reserve) AS reserve FROM compte GROUP BY nature) n) s",
    )
    .bind::<Timestamptz, _>(now)
    .get_result(conn)?;
    row.try_into()
}

#[derive(QueryableByName)]
struct KeptRow {
    #[diesel(sql_type = Bool)]
    kept: bool,
}

/// Whether a day has its proof.
pub(crate) fn is_kept(conn: &mut PgConnection, day: NaiveDate) -> QueryResult<bool> {
    let row: KeptRow = prepared("SELECT EXISTS (SELECT FROM preuve_jour WHERE jour = ?) AS kept")
        .bind::<Date, _>(day)
        .get_result(conn)?;
    Ok(row.kept)
}

/// Keeps the books for a day unless another process did. Returns whether it was this one.
pub(crate) fn keep(conn: &mut PgConnection, day: NaiveDate, books: &Books) -> QueryResult<bool> {
    let total = |total: &KindTotal| {
        let numbers =
            serde_json::json!({"comptes": total.accounts, "solde": total.balance, "reserve": total.held});
        (total.kind.name().to_owned(), numbers)
    };
    let soldes = Value::Object(books.totals.iter().map(total).collect());
    let rows = prepared(
        "INSERT INTO preuve_jour (jour, prise_le, numero, derniere, empreinte, soldes) VALUES (?, ?, ?, ?, ?, ?) \
         ON CONFLICT (jour) DO NOTHING",
    )
    .bind::<Date, _>(day)
    .bind::<Timestamptz, _>(books.at)
    .bind::<BigInt, _>(books.link)
    .bind::<BigInt, _>(books.last)
    .bind::<Bytea, _>(books.head.0.to_vec())
    .bind::<Jsonb, _>(soldes)
    .execute(conn)?;
    Ok(rows == 1)
}

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = Date)]
    jour: NaiveDate,
    #[diesel(embed)]
    books: BooksRow,
}

/// The proofs of the days before `before`, the newest first.
pub(crate) fn list(conn: &mut PgConnection, before: NaiveDate, limit: i64) -> Result<Vec<DailyProof>, Error> {
    let rows: Vec<DayRow> = prepared(
        "SELECT jour, prise_le, numero, derniere, empreinte, soldes FROM preuve_jour \
         WHERE jour < ? ORDER BY jour DESC LIMIT ?",
    )
    .bind::<Date, _>(before)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    rows.into_iter().map(|row| Ok(DailyProof { day: row.jour, books: row.books.try_into()? })).collect()
}
