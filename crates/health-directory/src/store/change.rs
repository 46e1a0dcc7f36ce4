//! What a correction does to an establishment.

use super::{facts::put_source, known};
use crate::{
    Change, Correction, Corrector, DataSource, Error, Fact, ListedNumber, Service, Verification,
    schema::{etablissement_sante as etablissement, liste_numero_etablissement_sante as numero},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, upsert::excluded};
use hostolink_kernel::EstablishmentId;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// By whose word, and when.
pub(crate) type Word = (Corrector, DateTime<Utc>);

#[derive(Deserialize)]
struct Noted {
    by: String,
    at: DateTime<Utc>,
}

/// What an establishment's row says was corrected.
pub(super) fn corrections(kept: Value) -> Result<Vec<Correction>, Error> {
    let noted: BTreeMap<String, Noted> =
        serde_json::from_value(kept).map_err(|error| Error::UnknownCode(error.to_string()))?;
    noted
        .into_iter()
        .map(|(fact, noted)| {
            Ok(Correction {
                fact: known(&fact, Fact::parse)?,
                by: known(&noted.by, Corrector::parse)?,
                at: noted.at,
            })
        })
        .collect()
}

pub(super) fn services(codes: &[String]) -> Result<Vec<Service>, Error> {
    codes.iter().map(|code| known(code, Service::parse)).collect()
}

/// The key of an establishment that is not closed.
pub(crate) fn open_establishment(conn: &mut PgConnection, id: EstablishmentId) -> QueryResult<Option<i32>> {
    etablissement::table
        .filter(etablissement::public_id.eq(id))
        .filter(etablissement::ferme_le.is_null())
        .select(etablissement::id_etablissement)
        .first(conn)
        .optional()
}

/// Makes a fact what it should be, and notes by whose word. Whoever calls holds the directory's revision.
pub(crate) fn apply(conn: &mut PgConnection, row: i32, change: &Change, word: Word) -> Result<(), Error> {
    let (by, now) = word;
    let this = || etablissement::table.find(row);
    let mut noted: Value = this().select(etablissement::corrige).first(conn)?;
    noted[change.fact().code()] = json!({"by": by.code(), "at": now});
    diesel::update(this())
        .set((etablissement::corrige.eq(noted), etablissement::modifie_le.eq(now)))
        .execute(conn)?;
    match change {
        Change::Name(name) => diesel::update(this()).set(etablissement::nom.eq(name)).execute(conn)?,
        Change::Kind(kind) => {
            diesel::update(this()).set(etablissement::type_.eq(kind.code())).execute(conn)?
        }
        Change::Position(point, accuracy) => diesel::update(this())
            .set((
                etablissement::latitude.eq(point.latitude()),
                etablissement::longitude.eq(point.longitude()),
                etablissement::position_source.eq("Hostolink"),
                etablissement::position_precision_m.eq(*accuracy),
                etablissement::position_verifiee_le.eq(now),
            ))
            .execute(conn)?,
        Change::Hours(hours) => {
            diesel::update(this()).set(etablissement::horaires_osm.eq(hours)).execute(conn)?
        }
        Change::Services(list) => {
            let codes: Vec<&str> = list.iter().map(|service| service.code()).collect();
            diesel::update(this()).set(etablissement::services.eq(codes)).execute(conn)?
        }
        Change::Closed => diesel::update(this()).set(etablissement::ferme_le.eq(now)).execute(conn)?,
        Change::Numbers(list) => put_numbers(conn, row, list, now)?,
    };
    Ok(())
}

/// Those of the list are verified, the others dead: an import neither takes them away nor brings them back.
fn put_numbers(
    conn: &mut PgConnection,
    row: i32,
    list: &[ListedNumber],
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    let (source, _) = put_source(conn, &house())?;
    let there: Vec<(i32, String, String)> = numero::table
        .filter(numero::id_etablissement.eq(row))
        .select((numero::id_numero, numero::type_, numero::valeur))
        .load(conn)?;
    let listed = |kind: &str, value: &str| list.iter().any(|n| n.kind.code() == kind && n.value == value);
    let gone: Vec<i32> =
        there.into_iter().filter(|(_, kind, value)| !listed(kind, value)).map(|(id, ..)| id).collect();
    diesel::update(numero::table.filter(numero::id_numero.eq_any(gone)))
        .set((numero::etat.eq(Verification::Dead.code()), numero::verifie_le.eq(now)))
        .execute(conn)?;
    let rows: Vec<_> = (0_i16..)
        .zip(list)
        .map(|(order, number)| {
            (
                numero::id_etablissement.eq(row),
                numero::id_source.eq(source),
                numero::type_.eq(number.kind.code()),
                numero::valeur.eq(&number.value),
                numero::brut.eq(&number.raw),
                numero::usage.eq(number.purpose.code()),
                numero::ordre.eq(order),
                numero::converti_2021.eq(false),
                numero::etat.eq(Verification::Verified.code()),
                numero::verifie_le.eq(now),
            )
        })
        .collect();
    Ok(diesel::insert_into(numero::table)
        .values(rows)
        .on_conflict((numero::id_etablissement, numero::type_, numero::valeur))
        .do_update()
        .set((
            numero::usage.eq(excluded(numero::usage)),
            numero::ordre.eq(excluded(numero::ordre)),
            numero::etat.eq(excluded(numero::etat)),
            numero::verifie_le.eq(excluded(numero::verifie_le)),
        ))
        .execute(conn)?)
}

/// Where what was told to the house comes from.
fn house() -> DataSource {
    DataSource {
        code: "hostolink".to_owned(),
        name: "Hostolink".to_owned(),
        licence: "facts".to_owned(),
        licence_url: None,
        attribution: "Told by people and owners of establishments, checked by Hostolink.".to_owned(),
        url: None,
        share_alike: false,
        revision: 0,
    }
}
