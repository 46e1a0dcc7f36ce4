//! Every query of the crate: reading the whole directory here, writing in `write`.

mod write;

pub(crate) use write::{Writing, description, lock_revision, put_source, set_revision};

use crate::{
    Confidence, Country, DataSource, EmergencyCategory, EmergencyNumber, Error, Establishment,
    EstablishmentType, Hours, Number, NumberKind, Ownership, Position, Purpose, Snapshot, Verification, name,
    schema::{
        etablissement_sante, liste_numero_etablissement_sante, numero_urgence, revision_annuaire,
        source_donnees,
    },
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use hostolink_geo::Point;
use hostolink_kernel::EstablishmentId;
use std::{collections::HashMap, sync::Arc};

/// The number of the last change.
pub(crate) fn revision(conn: &mut PgConnection) -> QueryResult<i64> {
    revision_annuaire::table.select(revision_annuaire::numero).first(conn)
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
}

type Sources = HashMap<i32, Arc<DataSource>>;

/// Reads the whole directory as it is at one revision.
pub(crate) fn load(conn: &mut PgConnection) -> Result<Snapshot, Error> {
    conn.build_transaction().read_only().repeatable_read().run(|conn| {
        let revision = revision(conn)?;
        let sources: Sources = source_donnees::table
            .select(SourceRow::as_select())
            .load(conn)?
            .into_iter()
            .map(|row| (row.id_source, Arc::new(row.into())))
            .collect();
        let mut numbers: HashMap<i32, Vec<Number>> = HashMap::new();
        let number_rows = liste_numero_etablissement_sante::table
            .select(NumberRow::as_select())
            .order((liste_numero_etablissement_sante::ordre, liste_numero_etablissement_sante::id_numero))
            .load(conn)?;
        for row in number_rows {
            numbers.entry(row.id_etablissement).or_default().push(row.try_into()?);
        }
        let establishments = etablissement_sante::table
            .select(EstablishmentRow::as_select())
            .load(conn)?
            .into_iter()
            .map(|row| establishment(row, &sources, &mut numbers))
            .collect::<Result<_, _>>()?;
        let emergency = numero_urgence::table
            .select(EmergencyRow::as_select())
            .order((numero_urgence::pays, numero_urgence::ordre, numero_urgence::id_numero_urgence))
            .load(conn)?
            .into_iter()
            .map(|row| emergency_number(row, &sources))
            .collect::<Result<_, _>>()?;
        let mut sources: Vec<_> = sources.into_values().collect();
        sources.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Snapshot::new(revision, establishments, emergency, sources))
    })
}

/// A code that a constraint let in and this program does not know was written by another version of it.
fn known<T>(code: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    parse(code).ok_or_else(|| Error::UnknownCode(code.to_owned()))
}

impl From<SourceRow> for DataSource {
    fn from(row: SourceRow) -> Self {
        Self {
            code: row.code,
            name: row.nom,
            licence: row.licence,
            licence_url: row.licence_url,
            attribution: row.attribution,
            url: row.url,
            share_alike: row.partage_identique,
        }
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
) -> Result<Establishment, Error> {
    Ok(Establishment {
        id: row.public_id,
        key: name::fold(&row.nom),
        name: row.nom,
        kind: known(&row.type_, EstablishmentType::parse)?,
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
        numbers: numbers.remove(&row.id_etablissement).unwrap_or_default(),
        source: source(row.id_source, sources)?,
        updated_at: row.modifie_le,
    })
}

fn emergency_number(row: EmergencyRow, sources: &Sources) -> Result<EmergencyNumber, Error> {
    Ok(EmergencyNumber {
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
    })
}
