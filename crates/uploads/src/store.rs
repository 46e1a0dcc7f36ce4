use crate::{
    Doomed, Error, File, Media, Nature, Ticket,
    schema::media::{self, dsl},
};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_query,
    sql_types::{Integer, Text},
};
use hostolink_kernel::UserId;
use uuid::Uuid;

pub(crate) const AWAITED: &str = "attendu";
pub(crate) const RECEIVED: &str = "recu";
pub(crate) const READY: &str = "pret";
pub(crate) const USED: &str = "utilise";
pub(crate) const DOOMED: &str = "a_supprimer";
pub(crate) const GONE: &str = "supprime";

#[derive(Queryable, Selectable)]
#[diesel(table_name = media, check_for_backend(Pg))]
struct Row {
    public_id: Uuid,
    nature: String,
    statut: String,
    cree_le: DateTime<Utc>,
    type_mime: Option<String>,
    octets: i64,
    largeur: Option<i32>,
    hauteur: Option<i32>,
    duree_ms: Option<i32>,
    flou: Option<String>,
    url: Option<String>,
    url_vignette: Option<String>,
    usage_type: Option<String>,
    usage_objet: Option<Uuid>,
}

impl TryFrom<Row> for Media {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let used = row.statut == USED;
        Ok(Self {
            id: row.public_id,
            nature: Nature::parse(&row.nature).ok_or(Error::UnknownNature(row.nature))?,
            used_by: row.usage_type.zip(row.usage_objet).filter(|_| used),
            media_type: row.type_mime.unwrap_or_default(),
            bytes: row.octets,
            pixels: row.largeur.zip(row.hauteur),
            milliseconds: row.duree_ms,
            blurhash: row.flou,
            url: row.url.unwrap_or_default(),
            thumbnail: row.url_vignette,
            created_at: row.cree_le,
        })
    }
}

/// What somebody's files take.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) open: i64,
    pub(crate) today: i64,
    pub(crate) bytes: i64,
}

/// Lets nobody else give this person a ticket until the end of the transaction.
pub(crate) fn hold(conn: &mut PgConnection, owner: UserId) -> QueryResult<usize> {
    sql_query("SELECT pg_advisory_xact_lock(hashtext($1), $2)")
        .bind::<Text, _>("media")
        .bind::<Integer, _>(owner.key())
        .execute(conn)
}

pub(crate) fn standing(conn: &mut PgConnection, owner: UserId, now: DateTime<Utc>) -> QueryResult<Standing> {
    let mine = media::table.filter(dsl::id_user.eq(owner.key()));
    let open = mine
        .filter(dsl::statut.eq_any([AWAITED, RECEIVED]).and(dsl::expire_le.gt(now)))
        .count()
        .get_result(conn)?;
    let today = mine.filter(dsl::cree_le.gt(now - chrono::Duration::days(1))).count().get_result(conn)?;
    let kept: Option<i64> = mine
        .filter(dsl::statut.eq_any([READY, USED]))
        .select(diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::BigInt>>(
            "sum(octets)::bigint",
        ))
        .get_result(conn)?;
    Ok(Standing { open, today, bytes: kept.unwrap_or(0) })
}

pub(crate) fn insert(
    conn: &mut PgConnection,
    owner: UserId,
    ticket: &Ticket,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(media::table)
        .values((
            dsl::public_id.eq(ticket.id),
            dsl::id_user.eq(owner.key()),
            dsl::nature.eq(ticket.nature.code()),
            dsl::statut.eq(AWAITED),
            dsl::cree_le.eq(now),
            dsl::expire_le.eq(ticket.expires_at),
        ))
        .execute(conn)
}

/// Takes a ticket that is good, for whoever comes first, and says what it is for.
pub(crate) fn take(
    conn: &mut PgConnection,
    (owner, id): (UserId, Uuid),
    now: DateTime<Utc>,
) -> QueryResult<Option<String>> {
    let good = media::table
        .filter(dsl::public_id.eq(id).and(dsl::id_user.eq(owner.key())))
        .filter(dsl::statut.eq(AWAITED).and(dsl::expire_le.gt(now)));
    diesel::update(good).set(dsl::statut.eq(RECEIVED)).returning(dsl::nature).get_result(conn).optional()
}

/// Moves one of somebody's from one state to another; says how many it was.
pub(crate) fn turn(
    conn: &mut PgConnection,
    (owner, id): (UserId, Uuid),
    (from, to): (&[&str], &str),
    expires_at: Option<DateTime<Utc>>,
) -> QueryResult<usize> {
    let one = media::table
        .filter(dsl::public_id.eq(id).and(dsl::id_user.eq(owner.key())))
        .filter(dsl::statut.eq_any(from));
    match expires_at {
        Some(at) => diesel::update(one).set((dsl::statut.eq(to), dsl::expire_le.eq(at))).execute(conn),
        None => diesel::update(one).set(dsl::statut.eq(to)).execute(conn),
    }
}

pub(crate) fn finish(
    conn: &mut PgConnection,
    (owner, id): (UserId, Uuid),
    file: &File,
    expires_at: DateTime<Utc>,
) -> QueryResult<usize> {
    let one = media::table
        .filter(dsl::public_id.eq(id).and(dsl::id_user.eq(owner.key())).and(dsl::statut.eq(RECEIVED)));
    diesel::update(one)
        .set((
            dsl::statut.eq(READY),
            dsl::expire_le.eq(expires_at),
            dsl::type_mime.eq(file.media_type),
            dsl::octets.eq(file.bytes),
            dsl::largeur.eq(file.pixels.map(|(width, _)| width)),
            dsl::hauteur.eq(file.pixels.map(|(_, height)| height)),
            dsl::duree_ms.eq(file.milliseconds),
            dsl::flou.eq(file.blurhash.as_deref()),
            dsl::url.eq(&file.url),
            dsl::url_vignette.eq(file.thumbnail.as_deref()),
        ))
        .execute(conn)
}

/// One of somebody's that is finished.
pub(crate) fn of(conn: &mut PgConnection, owner: UserId, id: Uuid) -> Result<Option<Media>, Error> {
    let row = media::table
        .filter(dsl::public_id.eq(id).and(dsl::id_user.eq(owner.key())))
        .filter(dsl::statut.eq_any([READY, USED]))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(Media::try_from).transpose()
}

/// The keys of those of these natures that somebody finished and nothing uses, held until the end of the transaction, in the order of their keys.
pub(crate) fn hold_ready(
    conn: &mut PgConnection,
    owner: UserId,
    ids: &[Uuid],
    natures: &[Nature],
) -> QueryResult<Vec<(i64, Uuid)>> {
    let natures: Vec<&str> = natures.iter().map(|nature| nature.code()).collect();
    media::table
        .filter(dsl::public_id.eq_any(ids).and(dsl::id_user.eq(owner.key())).and(dsl::statut.eq(READY)))
        .filter(dsl::nature.eq_any(natures))
        .order(dsl::id_media)
        .select((dsl::id_media, dsl::public_id))
        .for_no_key_update()
        .load(conn)
}

/// Writes down what uses these, in their order.
pub(crate) fn mark_used(
    conn: &mut PgConnection,
    keys: &[i64],
    (kind, object): (&str, Uuid),
) -> QueryResult<usize> {
    sql_query(
        "UPDATE media SET statut = 'utilise', usage_type = $2, usage_objet = $3, rang = place.rang::integer \
         FROM unnest($1) WITH ORDINALITY AS place (id_media, rang) WHERE media.id_media = place.id_media",
    )
    .bind::<diesel::sql_types::Array<diesel::sql_types::BigInt>, _>(keys)
    .bind::<Text, _>(kind)
    .bind::<diesel::sql_types::Uuid, _>(object)
    .execute(conn)
}

/// Those of these ids that something uses.
pub(crate) fn used(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Media>, Error> {
    let rows: Vec<Row> = media::table
        .filter(dsl::public_id.eq_any(ids).and(dsl::statut.eq(USED)))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Media::try_from).collect()
}

/// Those that these objects use, each object's in their order.
pub(crate) fn used_by(conn: &mut PgConnection, kind: &str, objects: &[Uuid]) -> Result<Vec<Media>, Error> {
    let rows: Vec<Row> = media::table
        .filter(dsl::usage_objet.eq_any(objects).and(dsl::statut.eq(USED)).and(dsl::usage_type.eq(kind)))
        .order((dsl::usage_objet, dsl::rang))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Media::try_from).collect()
}

/// Dooms what these objects use.
pub(crate) fn doom_used(conn: &mut PgConnection, kind: &str, objects: &[Uuid]) -> QueryResult<usize> {
    let theirs = media::table
        .filter(dsl::usage_objet.eq_any(objects).and(dsl::statut.eq(USED)).and(dsl::usage_type.eq(kind)));
    // At once: the time when it would have been over no longer matters.
    diesel::update(theirs).set((dsl::statut.eq(DOOMED), dsl::expire_le.eq(dsl::cree_le))).execute(conn)
}

/// Dooms all that somebody uploaded, used or not.
pub(crate) fn doom_all(conn: &mut PgConnection, owner: UserId) -> QueryResult<usize> {
    let theirs = media::table.filter(dsl::id_user.eq(owner.key()).and(dsl::statut.ne(GONE)));
    diesel::update(theirs).set((dsl::statut.eq(DOOMED), dsl::expire_le.eq(dsl::cree_le))).execute(conn)
}

/// Dooms tickets and unused files that are over.
pub(crate) fn doom_expired(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let over: Vec<i64> = media::table
        .filter(dsl::statut.eq_any([AWAITED, RECEIVED, READY]).and(dsl::expire_le.le(now)))
        .order(dsl::expire_le)
        .limit(limit)
        .select(dsl::id_media)
        .load(conn)?;
    // Asked again: one of them may have been finished meanwhile, and waits for its day then.
    diesel::update(media::table.filter(dsl::id_media.eq_any(over)))
        .filter(dsl::statut.eq_any([AWAITED, RECEIVED, READY]).and(dsl::expire_le.le(now)))
        .set(dsl::statut.eq(DOOMED))
        .execute(conn)
}

/// Dooms what people left behind whose rows are gone.
pub(crate) fn doom_orphans(conn: &mut PgConnection, limit: i64) -> QueryResult<usize> {
    let left: Vec<i64> = media::table
        .filter(dsl::id_user.is_null().and(dsl::statut.ne_all([DOOMED, GONE])))
        .order(dsl::id_media)
        .limit(limit)
        .select(dsl::id_media)
        .load(conn)?;
    diesel::update(media::table.filter(dsl::id_media.eq_any(left)))
        .set((dsl::statut.eq(DOOMED), dsl::expire_le.eq(dsl::cree_le)))
        .execute(conn)
}

/// Gives files to delete to one worker until `until`: what is not gone by then is tried again. Nobody waits for another's.
pub(crate) fn lease_doomed(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<Doomed>> {
    let keys: Vec<i64> = media::table
        .filter(dsl::statut.eq(DOOMED).and(dsl::expire_le.le(now)))
        .order(dsl::expire_le)
        .limit(limit)
        .select(dsl::id_media)
        .for_no_key_update()
        .skip_locked()
        .load(conn)?;
    let rows: Vec<(i64, Option<String>, Option<String>)> =
        diesel::update(media::table.filter(dsl::id_media.eq_any(&keys)))
            .set((dsl::expire_le.eq(until), dsl::essais.eq(dsl::essais + 1)))
            .returning((dsl::id_media, dsl::url, dsl::url_vignette))
            .get_results(conn)?;
    let doomed = |(key, url, thumbnail): (i64, Option<String>, Option<String>)| Doomed {
        key,
        urls: url.into_iter().chain(thumbnail).collect(),
    };
    Ok(rows.into_iter().map(doomed).collect())
}

/// The store has them no longer: what they were is forgotten too.
pub(crate) fn mark_gone(conn: &mut PgConnection, keys: &[i64], now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(media::table.filter(dsl::id_media.eq_any(keys).and(dsl::statut.eq(DOOMED))))
        .set((
            dsl::statut.eq(GONE),
            dsl::expire_le.eq(now),
            dsl::url.eq(None::<String>),
            dsl::url_vignette.eq(None::<String>),
            dsl::flou.eq(None::<String>),
        ))
        .execute(conn)
}

/// Deletes rows of what was gone before `before`.
pub(crate) fn purge(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let old: Vec<i64> = media::table
        .filter(dsl::statut.eq(GONE).and(dsl::expire_le.lt(before)))
        .order(dsl::expire_le)
        .limit(limit)
        .select(dsl::id_media)
        .load(conn)?;
    diesel::delete(media::table.filter(dsl::id_media.eq_any(old))).execute(conn)
}
