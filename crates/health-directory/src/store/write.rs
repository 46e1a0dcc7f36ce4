use crate::{
    DataSource, Error, Source,
    import::{Counts, Draft, EmergencyDraft, fingerprint},
    number::ReadNumber,
    schema::revision_annuaire,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Integer, Jsonb, Timestamptz, Varchar},
};
use hostolink_kernel::Random;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Reads the number of the last change and keeps every other writer waiting until this transaction ends.
pub(crate) fn lock_revision(conn: &mut PgConnection) -> QueryResult<i64> {
    revision_annuaire::table.select(revision_annuaire::numero).for_no_key_update().first(conn)
}

/// In place of a licence where the publisher names none.
const UNSTATED: &str = "unstated";

/// What the licences ask, list by list.
pub(crate) fn description(source: Source) -> DataSource {
    let text = |text: &str| Some(text.to_owned());
    let (name, licence, licence_url, attribution, url) = match source {
        Source::Who => (
            "Public health facilities of sub-Saharan Africa (WHO, KEMRI-Wellcome Trust, 2019)",
            "CC-BY-4.0",
            text("https://creativecommons.org/licenses/by/4.0/"),
            "Maina J. et al. (2019), A spatial database of health facilities managed by the public health sector in \
             sub-Saharan Africa, Scientific Data 6:134, doi:10.1038/s41597-019-0142-2. CC BY 4.0. Changed: coordinates \
             rounded to six decimals, types mapped.",
            text("https://doi.org/10.1038/s41597-019-0142-2"),
        ),
        Source::Osm => (
            "OpenStreetMap, via healthsites.io",
            "ODbL-1.0",
            text("https://opendatacommons.org/licenses/odbl/1-0/"),
            "© OpenStreetMap contributors, via healthsites.io. ODbL 1.0. Changed: coordinates rounded to six decimals, \
             types mapped, numbers of the 8-digit plan converted.",
            text("https://www.openstreetmap.org/copyright"),
        ),
        Source::Emergency => (
            "Emergency and useful numbers",
            "facts",
            None,
            "Compiled from the sources named with each number.",
            None,
        ),
        Source::Ministry => (
            "Health establishments (Ministère de la Santé, MSHP/DIIS)",
            UNSTATED,
            None,
            "Ministère de la Santé de Côte d'Ivoire (MSHP/DIIS), list of health establishments. Changed: coordinates in degrees, rounded \
             to six decimals, types mapped.",
            None,
        ),
        Source::Areas | Source::Places => super::geography::description(source, text),
    };
    DataSource {
        code: source.code().to_owned(),
        name: name.to_owned(),
        licence: licence.to_owned(),
        licence_url,
        attribution: attribution.to_owned(),
        url,
        share_alike: matches!(source, Source::Osm | Source::Places),
        revision: 0,
    }
}

/// One import's writing.
pub(crate) struct Writing<'a> {
    pub(crate) source: i32,
    pub(crate) revision: i64,
    pub(crate) now: DateTime<Utc>,
    pub(crate) random: &'a dyn Random,
    /// When the publisher verified the positions of the list, where that is known.
    pub(crate) verified_at: Option<DateTime<Utc>>,
}

/// What the source said of an establishment: these are what its fingerprint covers.
#[derive(Serialize)]
struct Said<'a> {
    nom: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    type_source: Option<&'a str>,
    statut: Option<&'static str>,
    exploitant: Option<&'a str>,
    pays: &'static str,
    region: Option<&'a str>,
    adresse: Option<&'a str>,
    latitude: f64,
    longitude: f64,
    position_source: Option<&'a str>,
    horaires_osm: Option<&'a str>,
    urgences: Option<bool>,
    delivre_medicaments: Option<bool>,
    acces_fauteuil: Option<bool>,
    // Left out where nothing is said, so that lists without them keep their fingerprints.
    #[serde(skip_serializing_if = "Option::is_none")]
    position_precision_m: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position_verifiee_le: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    district: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    niveau: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<Vec<&'static str>>,
}

#[derive(Serialize)]
struct NewEstablishment<'a> {
    public_id: Uuid,
    cle_source: &'a str,
    empreinte: String,
    #[serde(flatten)]
    said: Said<'a>,
}

#[derive(Serialize)]
struct NewNumber<'a> {
    id_etablissement: i32,
    #[serde(rename = "type")]
    kind: &'static str,
    valeur: &'a str,
    brut: &'a str,
    ordre: usize,
    converti_2021: bool,
}

#[derive(Serialize)]
struct SaidOfNumber<'a> {
    pays: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    valeur: &'a str,
    service: &'a str,
    categorie: &'static str,
    portee: &'a str,
    gratuit: Option<bool>,
    cout: Option<&'a str>,
    horaires: Option<&'a str>,
    ordre: usize,
    provenance: &'a str,
    periode: Option<&'a str>,
    confiance: &'static str,
    remarque: Option<&'a str>,
}

#[derive(Serialize)]
struct NewEmergencyNumber<'a> {
    empreinte: String,
    #[serde(flatten)]
    said: SaidOfNumber<'a>,
}

#[derive(QueryableByName)]
pub(super) struct Written {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Varchar)]
    cle_source: String,
    #[diesel(sql_type = Bool)]
    nouveau: bool,
}

/// `xmax` is 0 on a row that this statement inserted and not on one that it updated. What was corrected here stays as it was corrected.
const PUT_ESTABLISHMENTS: &str = "\
    INSERT INTO etablissement_sante AS avant (public_id, id_source, cle_source, empreinte, nom, type, type_source, statut, \
        exploitant, pays, region, adresse, latitude, longitude, position_source, horaires_osm, urgences, delivre_medicaments, \
        acces_fauteuil, position_precision_m, position_verifiee_le, district, niveau, services, revision, cree_le, modifie_le) \
    SELECT public_id, $2, cle_source, decode(empreinte, 'hex'), nom, type, type_source, statut, \
        exploitant, pays, region, adresse, latitude, longitude, position_source, horaires_osm, urgences, delivre_medicaments, \
        acces_fauteuil, position_precision_m, position_verifiee_le, district, niveau, services, $3, $4, $4 \
    FROM jsonb_to_recordset($1) AS lu (public_id uuid, cle_source varchar, empreinte text, nom varchar, type varchar, \
        type_source varchar, statut varchar, exploitant varchar, pays varchar, region varchar, adresse varchar, \
        latitude double precision, longitude double precision, position_source varchar, horaires_osm varchar, \
        urgences boolean, delivre_medicaments boolean, acces_fauteuil boolean, position_precision_m integer, \
        position_verifiee_le timestamptz, district varchar, niveau varchar, services varchar[]) \
    ON CONFLICT ON CONSTRAINT etablissement_sante_source_cle_key DO UPDATE SET \
        empreinte = excluded.empreinte, type_source = excluded.type_source, \
        nom = CASE WHEN avant.corrige ? 'name' THEN avant.nom ELSE excluded.nom END, \
        type = CASE WHEN avant.corrige ? 'type' THEN avant.type ELSE excluded.type END, \
        statut = excluded.statut, exploitant = excluded.exploitant, pays = excluded.pays, region = excluded.region, \
        adresse = excluded.adresse, district = excluded.district, niveau = excluded.niveau, \
        (latitude, longitude, position_source, position_precision_m, position_verifiee_le) = ROW( \
            CASE WHEN avant.corrige ? 'position' THEN avant.latitude ELSE excluded.latitude END, \
            CASE WHEN avant.corrige ? 'position' THEN avant.longitude ELSE excluded.longitude END, \
            CASE WHEN avant.corrige ? 'position' THEN avant.position_source ELSE excluded.position_source END, \
            CASE WHEN avant.corrige ? 'position' THEN avant.position_precision_m ELSE excluded.position_precision_m END, \
            CASE WHEN avant.corrige ? 'position' THEN avant.position_verifiee_le ELSE excluded.position_verifiee_le END), \
        horaires_osm = CASE WHEN avant.corrige ? 'hours' THEN avant.horaires_osm ELSE excluded.horaires_osm END, \
        services = CASE WHEN avant.corrige ? 'services' THEN avant.services ELSE excluded.services END, \
        urgences = excluded.urgences, delivre_medicaments = excluded.delivre_medicaments, \
        acces_fauteuil = excluded.acces_fauteuil, revision = excluded.revision, modifie_le = excluded.modifie_le \
    WHERE avant.empreinte <> excluded.empreinte \
    RETURNING avant.id_etablissement AS id, avant.cle_source, (avant.xmax = 0) AS nouveau";

/// What people checked stays; what the source said before goes.
const DROP_NUMBERS: &str = "\
    DELETE FROM liste_numero_etablissement_sante \
    WHERE id_etablissement = ANY($1) AND id_source = $2 AND etat = 'unverified'";

const PUT_NUMBERS: &str = "\
    INSERT INTO liste_numero_etablissement_sante \
        (id_etablissement, id_source, type, valeur, brut, usage, ordre, converti_2021, etat) \
    SELECT id_etablissement, $2, lu.type, valeur, brut, 'main', ordre, converti_2021, 'unverified' \
    FROM jsonb_to_recordset($1) AS lu (id_etablissement integer, type varchar, valeur varchar, brut varchar, \
        ordre smallint, converti_2021 boolean) JOIN etablissement_sante USING (id_etablissement) \
    WHERE NOT corrige ? 'numbers' \
    ON CONFLICT ON CONSTRAINT liste_numero_etablissement_sante_valeur_key DO NOTHING";

const PUT_EMERGENCY_NUMBERS: &str = "\
    INSERT INTO numero_urgence AS avant (id_source, pays, type, valeur, empreinte, service, categorie, portee, gratuit, \
        cout, horaires, ordre, provenance, periode, confiance, etat, remarque, revision) \
    SELECT $2, pays, type, valeur, decode(empreinte, 'hex'), service, categorie, portee, gratuit, \
        cout, horaires, ordre, provenance, periode, confiance, 'unverified', remarque, $3 \
    FROM jsonb_to_recordset($1) AS lu (pays varchar, type varchar, valeur varchar, empreinte text, service varchar, \
        categorie varchar, portee varchar, gratuit boolean, cout varchar, horaires varchar, ordre smallint, \
        provenance varchar, periode varchar, confiance varchar, remarque varchar) \
    ON CONFLICT ON CONSTRAINT numero_urgence_valeur_key DO UPDATE SET \
        empreinte = excluded.empreinte, service = excluded.service, categorie = excluded.categorie, \
        portee = excluded.portee, gratuit = excluded.gratuit, cout = excluded.cout, horaires = excluded.horaires, \
        ordre = excluded.ordre, provenance = excluded.provenance, periode = excluded.periode, \
        confiance = excluded.confiance, remarque = excluded.remarque, revision = excluded.revision \
    WHERE avant.empreinte <> excluded.empreinte \
    RETURNING avant.id_numero_urgence AS id, avant.valeur AS cle_source, (avant.xmax = 0) AS nouveau";

impl Writing<'_> {
    /// Writes a batch of establishments and their numbers in at most three statements.
    pub(crate) fn establishments(&self, conn: &mut PgConnection, drafts: &[Draft]) -> Result<Counts, Error> {
        let rows = drafts.iter().map(|draft| self.new_establishment(draft)).collect::<Result<Vec<_>, _>>()?;
        let written: Vec<Written> = sql_query(PUT_ESTABLISHMENTS)
            .bind::<Jsonb, _>(json(&rows)?)
            .bind::<Integer, _>(self.source)
            .bind::<BigInt, _>(self.revision)
            .bind::<Timestamptz, _>(self.now)
            .load(conn)?;
        let updated: Vec<i32> = written.iter().filter(|row| !row.nouveau).map(|row| row.id).collect();
        if !updated.is_empty() {
            sql_query(DROP_NUMBERS)
                .bind::<Array<Integer>, _>(updated)
                .bind::<Integer, _>(self.source)
                .execute(conn)?;
        }
        let ids: HashMap<&str, i32> = written.iter().map(|row| (row.cle_source.as_str(), row.id)).collect();
        let numbers: Vec<NewNumber<'_>> = drafts
            .iter()
            .filter_map(|draft| ids.get(draft.key.as_str()).map(|id| (*id, draft)))
            .flat_map(|(id, draft)| {
                draft.numbers.iter().enumerate().map(move |(order, number)| new_number(id, order, number))
            })
            .collect();
        if !numbers.is_empty() {
            sql_query(PUT_NUMBERS)
                .bind::<Jsonb, _>(json(&numbers)?)
                .bind::<Integer, _>(self.source)
                .execute(conn)?;
        }
        Ok(counts(drafts.len(), &written))
    }

    fn new_establishment<'a>(&self, draft: &'a Draft) -> Result<NewEstablishment<'a>, Error> {
        let said = Said {
            nom: &draft.name,
            kind: draft.kind.code(),
            type_source: draft.source_kind.as_deref(),
            statut: draft.ownership.map(crate::Ownership::code),
            exploitant: draft.operator.as_deref(),
            pays: draft.country.code(),
            region: draft.region.as_deref(),
            adresse: draft.address.as_deref(),
            latitude: draft.point.latitude(),
            longitude: draft.point.longitude(),
            position_source: draft.position_source.as_deref(),
            horaires_osm: draft.hours.as_deref(),
            urgences: draft.emergency,
            delivre_medicaments: draft.dispensing,
            acces_fauteuil: draft.wheelchair,
            position_precision_m: draft.accuracy,
            position_verifiee_le: self.verified_at,
            district: draft.district.as_deref(),
            niveau: draft.level.map(crate::Level::code),
            services: draft.services.as_ref().map(|all| all.iter().map(|service| service.code()).collect()),
        };
        let numbers: Vec<_> = draft.numbers.iter().map(|number| (&number.value, &number.raw)).collect();
        let empreinte = hex(&(&said, numbers))?;
        Ok(NewEstablishment {
            public_id: self.random.uuid(self.now),
            cle_source: &draft.key,
            empreinte,
            said,
        })
    }

    /// Writes emergency numbers in one statement. Whether somebody verified one is left as it is.
    pub(crate) fn emergency_numbers(
        &self,
        conn: &mut PgConnection,
        drafts: &[EmergencyDraft],
    ) -> Result<Counts, Error> {
        let rows = drafts
            .iter()
            .enumerate()
            .map(|(order, draft)| new_emergency_number(order, draft))
            .collect::<Result<Vec<_>, _>>()?;
        let written: Vec<Written> = sql_query(PUT_EMERGENCY_NUMBERS)
            .bind::<Jsonb, _>(json(&rows)?)
            .bind::<Integer, _>(self.source)
            .bind::<BigInt, _>(self.revision)
            .load(conn)?;
        Ok(counts(drafts.len(), &written))
    }
}

fn new_number(id_etablissement: i32, ordre: usize, number: &ReadNumber) -> NewNumber<'_> {
    NewNumber {
        id_etablissement,
        kind: number.kind.code(),
        valeur: &number.value,
        brut: &number.raw,
        ordre,
        converti_2021: number.converted_2021,
    }
}

fn new_emergency_number(ordre: usize, draft: &EmergencyDraft) -> Result<NewEmergencyNumber<'_>, Error> {
    let said = SaidOfNumber {
        pays: draft.country.code(),
        kind: draft.kind.code(),
        valeur: &draft.value,
        service: &draft.service,
        categorie: draft.category.code(),
        portee: &draft.scope,
        gratuit: draft.free,
        cout: draft.cost.as_deref(),
        horaires: draft.hours.as_deref(),
        ordre,
        provenance: &draft.references,
        periode: draft.period.as_deref(),
        confiance: draft.confidence.code(),
        remarque: draft.note.as_deref(),
    };
    Ok(NewEmergencyNumber { empreinte: hex(&said)?, said })
}

pub(super) fn counts(drafts: usize, written: &[Written]) -> Counts {
    let inserted = written.iter().filter(|row| row.nouveau).count();
    Counts {
        inserted: inserted as u64,
        updated: (written.len() - inserted) as u64,
        unchanged: (drafts - written.len()) as u64,
    }
}

pub(super) fn json(rows: &impl Serialize) -> Result<serde_json::Value, Error> {
    serde_json::to_value(rows).map_err(unwritable)
}

pub(super) fn hex(said: &impl Serialize) -> Result<String, Error> {
    Ok(fingerprint(said).map_err(unwritable)?.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What can't be written as JSON can't be sent to the database.
fn unwritable(error: serde_json::Error) -> Error {
    Error::Database(diesel::result::Error::SerializationError(Box::new(error)).into())
}
