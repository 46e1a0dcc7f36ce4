//! Administrative areas and places by name. Each of the two is read whole, and only when something of it changed.

use super::{
    Log, Sources, known, source,
    write::{Writing, Written, counts, hex, json},
};
use crate::{
    AreaLevel, Error, PlaceKind, Source,
    import::{AreaDraft, Counts, PlaceDraft},
    schema::{lieu_nomme, zone_administrative},
    snapshot::{AdministrativeArea, Areas, Gazetteer, Place, Snapshot},
};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Integer, Jsonb},
};
use hostolink_geo::{Point, Polygon, Position};
use serde::Serialize;
use std::sync::Arc;

#[derive(Queryable, Selectable)]
#[diesel(table_name = zone_administrative)]
struct AreaRow {
    id_source: i32,
    code: String,
    nom: String,
    niveau: String,
    code_parent: Option<String>,
    anneaux: Vec<i32>,
    contour: Vec<f64>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = lieu_nomme)]
struct PlaceRow {
    id_source: i32,
    cle_source: String,
    nom: String,
    genre: String,
    latitude: f64,
    longitude: f64,
    population: Option<i32>,
}

/// What a list is called, its licence and where that is written, what to show, where it is published.
type Described = (&'static str, &'static str, Option<String>, &'static str, Option<String>);

/// What the licences of the two ask.
pub(super) fn description(source: Source, text: impl Fn(&str) -> Option<String>) -> Described {
    if source == Source::Areas {
        return (
            "Administrative boundaries of Côte d'Ivoire (CNTIG, OCHA, 2018)",
            "CC-BY-3.0-IGO",
            text("https://creativecommons.org/licenses/by/3.0/igo/"),
            "Comité National de Télédétection et d'Information Géographique (CNTIG) and OCHA, via the Humanitarian Data \
             Exchange. CC BY 3.0 IGO. Changed: borders simplified by at most 0.004 degrees, coordinates rounded to four decimals.",
            text("https://data.humdata.org/dataset/cod-ab-civ"),
        );
    }
    (
        "Places of OpenStreetMap (2019)",
        "ODbL-1.0",
        text("https://opendatacommons.org/licenses/odbl/1-0/"),
        "© OpenStreetMap contributors. ODbL 1.0. Changed: coordinates rounded to six decimals, kinds of places mapped.",
        text("https://www.openstreetmap.org/copyright"),
    )
}

/// The areas and the places of a snapshot, read anew where they changed.
pub(super) fn load(
    conn: &mut PgConnection,
    log: &Log,
    sources: &Sources,
    before: &Snapshot,
) -> Result<(Arc<Areas>, Arc<Gazetteer>), Error> {
    let (zones, lieux) = (log.of("a/zones"), log.of("l/lieux"));
    let areas_changed = before.areas().revision() != zones;
    let areas = if areas_changed {
        let rows: Vec<AreaRow> = zone_administrative::table
            .select(AreaRow::as_select())
            .order(zone_administrative::code)
            .load(conn)?;
        let rows = rows.into_iter().map(|row| area(row, sources)).collect::<Result<Vec<_>, _>>()?;
        Arc::new(Areas::new(zones, rows))
    } else {
        Arc::clone(before.areas())
    };
    // Places are told apart by the areas that they lie in.
    let places = if areas_changed || before.gazetteer().revision() != lieux {
        let rows: Vec<PlaceRow> =
            lieu_nomme::table.select(PlaceRow::as_select()).order(lieu_nomme::cle_source).load(conn)?;
        let rows = rows.into_iter().map(|row| place(row, sources)).collect::<Result<Vec<_>, _>>()?;
        Arc::new(Gazetteer::new(lieux, rows, &areas))
    } else {
        Arc::clone(before.gazetteer())
    };
    Ok((areas, places))
}

fn area(row: AreaRow, sources: &Sources) -> Result<(AdministrativeArea, Polygon), Error> {
    let damaged = || Error::UnknownCode(format!("area {}", row.code));
    let mut positions = row.contour.chunks_exact(2).map(|pair| [pair[0], pair[1]]);
    let mut rings: Vec<Vec<Position>> = Vec::with_capacity(row.anneaux.len());
    for length in &row.anneaux {
        let length = usize::try_from(*length).map_err(|_| damaged())?;
        rings.push(positions.by_ref().take(length).collect());
    }
    let polygon = Polygon::new(&rings).map_err(|_| damaged())?;
    let area = AdministrativeArea {
        level: known(&row.niveau, AreaLevel::parse)?,
        code: row.code,
        name: row.nom,
        parent: row.code_parent,
        source: source(row.id_source, sources)?.code.clone(),
    };
    Ok((area, polygon))
}

fn place(row: PlaceRow, sources: &Sources) -> Result<Place, Error> {
    Ok(Place {
        id: row.cle_source,
        name: row.nom,
        kind: known(&row.genre, PlaceKind::parse)?,
        point: Point::new(row.latitude, row.longitude)
            .map_err(|error| Error::UnknownCode(error.to_string()))?,
        population: row.population,
        within: None,
        source: source(row.id_source, sources)?.code.clone(),
    })
}

#[derive(Serialize)]
struct SaidOfArea<'a> {
    nom: &'a str,
    niveau: &'static str,
    code_parent: Option<&'a str>,
    anneaux: Vec<usize>,
    contour: Vec<f64>,
}

#[derive(Serialize)]
struct NewArea<'a> {
    code: &'a str,
    empreinte: String,
    #[serde(flatten)]
    said: SaidOfArea<'a>,
}

#[derive(Serialize)]
struct SaidOfPlace<'a> {
    nom: &'a str,
    genre: &'static str,
    latitude: f64,
    longitude: f64,
    population: Option<i32>,
}

#[derive(Serialize)]
struct NewPlace<'a> {
    cle_source: &'a str,
    empreinte: String,
    #[serde(flatten)]
    said: SaidOfPlace<'a>,
}

const PUT_AREAS: &str = "\
    INSERT INTO zone_administrative AS avant (id_source, code, empreinte, nom, niveau, code_parent, anneaux, contour) \
    SELECT $2, code, decode(empreinte, 'hex'), nom, niveau, code_parent, anneaux, contour \
    FROM jsonb_to_recordset($1) AS lu (code varchar, empreinte text, nom varchar, niveau varchar, code_parent varchar, \
        anneaux integer[], contour double precision[]) \
    ON CONFLICT ON CONSTRAINT zone_administrative_code_key DO UPDATE SET \
        id_source = excluded.id_source, empreinte = excluded.empreinte, nom = excluded.nom, niveau = excluded.niveau, \
        code_parent = excluded.code_parent, anneaux = excluded.anneaux, contour = excluded.contour \
    WHERE avant.empreinte <> excluded.empreinte OR avant.id_source <> excluded.id_source \
    RETURNING avant.id_zone AS id, avant.code AS cle_source, (avant.xmax = 0) AS nouveau";

const PUT_PLACES: &str = "\
    INSERT INTO lieu_nomme AS avant (id_source, cle_source, empreinte, nom, genre, latitude, longitude, population) \
    SELECT $2, cle_source, decode(empreinte, 'hex'), nom, genre, latitude, longitude, population \
    FROM jsonb_to_recordset($1) AS lu (cle_source varchar, empreinte text, nom varchar, genre varchar, \
        latitude double precision, longitude double precision, population integer) \
    ON CONFLICT ON CONSTRAINT lieu_nomme_source_cle_key DO UPDATE SET \
        empreinte = excluded.empreinte, nom = excluded.nom, genre = excluded.genre, latitude = excluded.latitude, \
        longitude = excluded.longitude, population = excluded.population \
    WHERE avant.empreinte <> excluded.empreinte \
    RETURNING avant.id_lieu AS id, avant.cle_source, (avant.xmax = 0) AS nouveau";

impl Writing<'_> {
    /// Writes a batch of areas in one statement.
    pub(crate) fn areas(&self, conn: &mut PgConnection, drafts: &[AreaDraft]) -> Result<Counts, Error> {
        let rows = drafts.iter().map(new_area).collect::<Result<Vec<_>, _>>()?;
        self.put(conn, PUT_AREAS, json(&rows)?, drafts.len())
    }

    /// Writes a batch of places in one statement.
    pub(crate) fn places(&self, conn: &mut PgConnection, drafts: &[PlaceDraft]) -> Result<Counts, Error> {
        let rows = drafts.iter().map(new_place).collect::<Result<Vec<_>, _>>()?;
        self.put(conn, PUT_PLACES, json(&rows)?, drafts.len())
    }

    fn put(
        &self,
        conn: &mut PgConnection,
        statement: &str,
        rows: serde_json::Value,
        drafts: usize,
    ) -> Result<Counts, Error> {
        let written: Vec<Written> =
            sql_query(statement).bind::<Jsonb, _>(rows).bind::<Integer, _>(self.source).load(conn)?;
        Ok(counts(drafts, &written))
    }
}

fn new_area(draft: &AreaDraft) -> Result<NewArea<'_>, Error> {
    let said = SaidOfArea {
        nom: &draft.name,
        niveau: draft.level.code(),
        code_parent: draft.parent.as_deref(),
        anneaux: draft.rings.iter().map(Vec::len).collect(),
        contour: draft.rings.iter().flatten().flatten().copied().collect(),
    };
    Ok(NewArea { code: &draft.code, empreinte: hex(&said)?, said })
}

fn new_place(draft: &PlaceDraft) -> Result<NewPlace<'_>, Error> {
    let said = SaidOfPlace {
        nom: &draft.name,
        genre: draft.kind.code(),
        latitude: draft.point.latitude(),
        longitude: draft.point.longitude(),
        population: draft.population,
    };
    Ok(NewPlace { cle_source: &draft.key, empreinte: hex(&said)?, said })
}
