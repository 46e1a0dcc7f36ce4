//! Every query of the crate: reading the whole directory here, writing in `write`.

pub(crate) mod change;
pub(crate) mod claims;
pub(crate) mod departure;
mod duty;
mod facts;
pub(crate) mod favourites;
mod forget;
mod geography;
pub(crate) mod positions;
pub(crate) mod ratings;
mod reports;
pub(crate) mod suggestions;
mod write;

pub(crate) use duty::{
    assign_duty, close_rotas, has_rotas_to_close, insert_rota, keepers, rota, set_rota_state,
};
pub(crate) use facts::{delete_holiday, licence_of, put_holiday, put_source};
pub(crate) use forget::{forget_changes, has_changes_to_forget};
pub(crate) use reports::{decide, number_id, pending_reports, put_report, report, set_number_status};
pub(crate) use write::{Writing, description, lock_revision};

use crate::{
    Calendar, Confidence, Country, DataSource, EmergencyCategory, EmergencyNumber, Error, Establishment,
    EstablishmentType, Holiday, Hours, Level, Number, NumberKind, Ownership, Position, Purpose, Rating,
    Snapshot, Verification, name,
    schema::{
        changement_annuaire, etablissement_sante, jour_ferie, liste_numero_etablissement_sante,
        numero_urgence, revision_annuaire, source_donnees,
    },
    snapshot::Contents,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use hostolink_geo::Point;
use hostolink_kernel::EstablishmentId;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, OnceLock},
};

/// The number of the last change.
pub(crate) fn revision(conn: &mut PgConnection) -> QueryResult<i64> {
    revision_annuaire::table.select(revision_annuaire::numero).first(conn)
}

/// Whether anything was ever imported.
pub(crate) fn has_sources(conn: &mut PgConnection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(source_donnees::table.select(source_donnees::id_source)))
        .get_result(conn)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = source_donnees)]
struct SourceRow {
    id_source: i32,
    code: String,
    nom: String,
    licence: String,
    licence_url: Option<String>,
    attribution: String,
    url: Option<String>,
    partage_identique: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = etablissement_sante)]
struct EstablishmentRow {
    id_etablissement: i32,
    public_id: EstablishmentId,
    id_source: i32,
    nom: String,
    type_: String,
    type_source: Option<String>,
    statut: Option<String>,
    exploitant: Option<String>,
    pays: String,
    region: Option<String>,
    adresse: Option<String>,
    latitude: f64,
    longitude: f64,
    position_source: Option<String>,
    position_precision_m: Option<i32>,
    position_verifiee_le: Option<DateTime<Utc>>,
    horaires_osm: Option<String>,
    urgences: Option<bool>,
    delivre_medicaments: Option<bool>,
    acces_fauteuil: Option<bool>,
    modifie_le: DateTime<Utc>,
    district: Option<String>,
    niveau: Option<String>,
    services: Option<Vec<String>>,
    corrige: serde_json::Value,
    avis_nombre: i32,
    avis_somme: i32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = liste_numero_etablissement_sante)]
struct NumberRow {
    id_etablissement: i32,
    type_: String,
    valeur: String,
    brut: String,
    usage: String,
    converti_2021: bool,
    etat: String,
    verifie_le: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = numero_urgence)]
struct EmergencyRow {
    id_source: i32,
    pays: String,
    type_: String,
    valeur: String,
    service: String,
    categorie: String,
    portee: String,
    gratuit: Option<bool>,
    cout: Option<String>,
    horaires: Option<String>,
    provenance: String,
    periode: Option<String>,
    confiance: String,
    etat: String,
    verifie_le: Option<DateTime<Utc>>,
    remarque: Option<String>,
    ordre: i16,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = jour_ferie)]
struct HolidayRow {
    jour: NaiveDate,
    nom: String,
    estime: bool,
    source: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = changement_annuaire)]
struct ChangeRow {
    cle: String,
    revision: i64,
    retire: bool,
}

type Sources = HashMap<i32, Arc<DataSource>>;

/// The last changes of what is to be read: of establishments those after a revision, of the few other things all.
#[derive(Debug, Default)]
struct Log {
    revisions: HashMap<String, i64>,
    gone: BTreeMap<String, i64>,
}

impl Log {
    fn read(conn: &mut PgConnection, after: i64) -> QueryResult<Self> {
        let rows: Vec<ChangeRow> = changement_annuaire::table
            .filter(changement_annuaire::revision.gt(after).or(changement_annuaire::cle.not_like("e/%")))
            .select(ChangeRow::as_select())
            .load(conn)?;
        let mut log = Self::default();
        for row in rows {
            if row.retire {
                log.gone.insert(row.cle, row.revision);
            } else {
                log.revisions.insert(row.cle, row.revision);
            }
        }
        Ok(log)
    }

    fn of(&self, key: &str) -> i64 {
        self.revisions.get(key).copied().unwrap_or_default()
    }

    /// The establishments that changed, those that are gone too.
    fn establishments(&self) -> HashSet<EstablishmentId> {
        let keys = self.revisions.keys().chain(self.gone.keys());
        keys.filter_map(|key| key.strip_prefix("e/")?.parse().ok()).collect()
    }
}

/// Above so many changed establishments, all are read again: that is one plain scan.
const MANY: usize = 2_000;

/// Reads the directory as it is at one revision; of what a snapshot knows already, only what changed since.
pub(crate) fn load(conn: &mut PgConnection, known: &Snapshot) -> Result<Snapshot, Error> {
    conn.build_transaction().read_only().repeatable_read().run(|conn| {
        let (revision, forgotten) = (revision(conn)?, forget::forgotten(conn)?);
        let mut log = Log::read(conn, known.revision().unwrap_or(-1))?;
        let changed = log.establishments();
        let mut gone = known.gone().clone();
        gone.retain(|key, revision| *revision > forgotten && !log.revisions.contains_key(key));
        let sources = sources(conn, &log)?;
        // What was gone and is forgotten since would stay in a snapshot that is older.
        let goes_on = known.revision().is_some_and(|known| known >= forgotten);
        let establishments = if goes_on && changed.len() <= MANY {
            let mut rows = known.without(&changed);
            rows.extend(establishments(conn, &log, &sources, Some(&changed))?);
            rows
        } else {
            log = Log::read(conn, -1)?;
            establishments(conn, &log, &sources, None)?
        };
        gone.extend(log.gone.clone());
        let (areas, gazetteer) = geography::load(conn, &log, &sources, known)?;
        let emergency_numbers = numero_urgence::table
            .select(EmergencyRow::as_select())
            .order((numero_urgence::pays, numero_urgence::ordre, numero_urgence::id_numero_urgence))
            .load(conn)?
            .into_iter()
            .map(|row| emergency_number(row, &sources, &log))
            .collect::<Result<_, _>>()?;
        let holidays: Vec<HolidayRow> = jour_ferie::table.select(HolidayRow::as_select()).load(conn)?;
        let mut sources: Vec<_> = sources.into_values().collect();
        sources.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Snapshot::new(Contents {
            revision: Some(revision),
            establishments,
            emergency_numbers,
            sources,
            calendar: Calendar::new(holidays.into_iter().map(|row| holiday(row, &log)).collect()),
            rotas: duty::published_rotas(conn, &log)?,
            gone,
            forgotten,
            areas,
            gazetteer,
        }))
    })
}

fn sources(conn: &mut PgConnection, log: &Log) -> QueryResult<Sources> {
    let rows: Vec<SourceRow> = source_donnees::table.select(SourceRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id_source, Arc::new(data_source(row, log)))).collect())
}

/// Every establishment with its numbers, or only some of them.
fn establishments(
    conn: &mut PgConnection,
    log: &Log,
    sources: &Sources,
    only: Option<&HashSet<EstablishmentId>>,
) -> Result<Vec<Arc<Establishment>>, Error> {
    let mut query = etablissement_sante::table
        .filter(etablissement_sante::ferme_le.is_null())
        .select(EstablishmentRow::as_select())
        .into_boxed();
    if let Some(only) = only {
        query = query.filter(etablissement_sante::public_id.eq_any(only.iter().copied().collect::<Vec<_>>()));
    }
    let rows: Vec<EstablishmentRow> = query.load(conn)?;
    let mut query = liste_numero_etablissement_sante::table
        .select(NumberRow::as_select())
        .order((liste_numero_etablissement_sante::ordre, liste_numero_etablissement_sante::id_numero))
        .into_boxed();
    if only.is_some() {
        let ids: Vec<i32> = rows.iter().map(|row| row.id_etablissement).collect();
        query = query.filter(liste_numero_etablissement_sante::id_etablissement.eq_any(ids));
    }
    let mut numbers: HashMap<i32, Vec<Number>> = HashMap::new();
    for row in query.load::<NumberRow>(conn)? {
        numbers.entry(row.id_etablissement).or_default().push(row.try_into()?);
    }
    rows.into_iter().map(|row| establishment(row, sources, &mut numbers, log).map(Arc::new)).collect()
}

/// A code that a constraint let in and this program does not know was written by another version of it.
fn known<T>(code: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    parse(code).ok_or_else(|| Error::UnknownCode(code.to_owned()))
}

fn data_source(row: SourceRow, log: &Log) -> DataSource {
    DataSource {
        revision: log.of(&format!("s/{}", row.code)),
        code: row.code,
        name: row.nom,
        licence: row.licence,
        licence_url: row.licence_url,
        attribution: row.attribution,
        url: row.url,
        share_alike: row.partage_identique,
    }
}

fn holiday(row: HolidayRow, log: &Log) -> Holiday {
    Holiday {
        revision: log.of(&format!("h/{}", row.jour)),
        day: row.jour,
        name: row.nom,
        estimated: row.estime,
        source: row.source,
    }
}

impl TryFrom<NumberRow> for Number {
    type Error = Error;

    fn try_from(row: NumberRow) -> Result<Self, Error> {
        Ok(Self {
            kind: known(&row.type_, NumberKind::parse)?,
            value: row.valeur,
            raw: row.brut,
            purpose: known(&row.usage, Purpose::parse)?,
            converted_2021: row.converti_2021,
            status: known(&row.etat, Verification::parse)?,
            verified_at: row.verifie_le,
        })
    }
}

fn source(id: i32, sources: &Sources) -> Result<Arc<DataSource>, Error> {
    sources.get(&id).map(Arc::clone).ok_or_else(|| Error::UnknownCode(format!("source {id}")))
}

fn establishment(
    row: EstablishmentRow,
    sources: &Sources,
    numbers: &mut HashMap<i32, Vec<Number>>,
    log: &Log,
) -> Result<Establishment, Error> {
    let numbers = numbers.remove(&row.id_etablissement).unwrap_or_default();
    // A number that somebody verified is a change of its establishment.
    let verified = numbers.iter().filter_map(|number| number.verified_at).max();
    Ok(Establishment {
        revision: log.of(&format!("e/{}", row.public_id)),
        id: row.public_id,
        key: name::fold(&row.nom),
        name: row.nom,
        kind: known(&row.type_, EstablishmentType::parse)?,
        level: match row.type_source.as_deref().and_then(Level::of) {
            None => row.niveau.map(|code| known(&code, Level::parse)).transpose()?,
            level => level,
        },
        source_kind: row.type_source,
        ownership: row.statut.map(|code| known(&code, Ownership::parse)).transpose()?,
        operator: row.exploitant,
        country: known(&row.pays, Country::parse)?,
        region: row.region,
        address: row.adresse,
        position: Position {
            point: Point::new(row.latitude, row.longitude)
                .map_err(|error| Error::UnknownCode(error.to_string()))?,
            source: row.position_source,
            accuracy_metres: row.position_precision_m,
            verified_at: row.position_verifiee_le,
        },
        hours: row.horaires_osm.as_deref().map(Hours::new),
        emergency: row.urgences,
        dispensing: row.delivre_medicaments,
        wheelchair: row.acces_fauteuil,
        numbers,
        source: source(row.id_source, sources)?,
        updated_at: verified.map_or(row.modifie_le, |verified| verified.max(row.modifie_le)),
        shown: OnceLock::new(),
        district: row.district,
        services: row.services.map(|codes| change::services(&codes)).transpose()?,
        rating: Rating { count: row.avis_nombre, sum: row.avis_somme },
        corrections: change::corrections(row.corrige)?,
    })
}

fn emergency_number(row: EmergencyRow, sources: &Sources, log: &Log) -> Result<EmergencyNumber, Error> {
    let number = EmergencyNumber {
        country: known(&row.pays, Country::parse)?,
        kind: known(&row.type_, NumberKind::parse)?,
        value: row.valeur,
        service: row.service,
        category: known(&row.categorie, EmergencyCategory::parse)?,
        scope: row.portee,
        free: row.gratuit,
        cost: row.cout,
        hours: row.horaires,
        references: row.provenance,
        period: row.periode,
        confidence: known(&row.confiance, Confidence::parse)?,
        status: known(&row.etat, Verification::parse)?,
        verified_at: row.verifie_le,
        note: row.remarque,
        source: source(row.id_source, sources)?,
        order: row.ordre,
        revision: 0,
    };
    Ok(EmergencyNumber { revision: log.of(&number.key()), ..number })
}
