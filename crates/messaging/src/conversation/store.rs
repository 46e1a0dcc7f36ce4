use super::model::{Conversation, Listing, Membership, Own, ThemeFilter, Title, search_words};
use crate::{
    Category, Error, Kind, Role, Standing,
    schema::{discussion, discussion_membre as membre, thematiques},
};
use chrono::{DateTime, Utc};
use diesel::{dsl::sql, pg::Pg, prelude::*, sql_types::Bool};
use hostolink_kernel::UserId;
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = discussion, check_for_backend(Pg))]
pub(crate) struct Row {
    id_discussion: i64,
    public_id: Uuid,
    genre: String,
    titre: Option<String>,
    id_premier: Option<UserId>,
    id_second: Option<UserId>,
    etat: String,
    mode_lent_s: i32,
    dernier_seq: i64,
    membres_nombre: i32,
    actif_le: DateTime<Utc>,
    cree_le: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = membre, check_for_backend(Pg))]
pub(crate) struct MemberRow {
    id_membre: i64,
    public_id: Uuid,
    id_user: UserId,
    role: String,
    etat: String,
    depuis_seq: i64,
    ecrits: i64,
    remis_seq: i64,
    lu_seq: i64,
    lu_ecrits: i64,
    dernier_envoi_le: Option<DateTime<Utc>>,
    muet_jusque: Option<DateTime<Utc>>,
    archive: bool,
    rejoint_le: DateTime<Utc>,
}

type About = Option<(String, String)>;

pub(crate) fn read((row, about): (Row, About)) -> Result<Conversation, Error> {
    Ok(Conversation {
        key: row.id_discussion,
        id: row.public_id,
        kind: Kind::stored(&row.genre)?,
        title: row.titre,
        pair: row.id_premier.zip(row.id_second).map(<[UserId; 2]>::from),
        open: row.etat == "open",
        slow_seconds: row.mode_lent_s,
        last_seq: row.dernier_seq,
        members: row.membres_nombre,
        theme: about
            .map(|(category, words)| Ok::<_, Error>((Category::stored(&category)?, words)))
            .transpose()?,
        active_at: row.actif_le,
        created_at: row.cree_le,
    })
}

pub(crate) fn read_member(row: &MemberRow) -> Result<Membership, Error> {
    Ok(Membership {
        key: row.id_membre,
        id: row.public_id,
        user: row.id_user,
        role: Role::stored(&row.role)?,
        standing: Standing::stored(&row.etat)?,
        since_seq: row.depuis_seq,
        written: row.ecrits,
        delivered_seq: row.remis_seq,
        read_seq: row.lu_seq,
        read_written: row.lu_ecrits,
        last_sent_at: row.dernier_envoi_le,
        muted_until: row.muet_jusque,
        archived: row.archive,
        joined_at: row.rejoint_le,
    })
}

const ABOUT: (thematiques::categorie, thematiques::description) =
    (thematiques::categorie, thematiques::description);

/// Holds a conversation until the transaction ends: who writes in it or changes who is in it comes one after the other.
pub(crate) fn hold(conn: &mut PgConnection, id: Uuid) -> Result<Option<Conversation>, Error> {
    let key: Option<i64> = discussion::table
        .filter(discussion::public_id.eq(id))
        .select(discussion::id_discussion)
        .for_no_key_update()
        .first(conn)
        .optional()?;
    // Read in a later statement than locked.
    key.map(|key| by_key(conn, key)).transpose().map(Option::flatten)
}

pub(crate) fn by_key(conn: &mut PgConnection, key: i64) -> Result<Option<Conversation>, Error> {
    let row: Option<(Row, About)> = discussion::table
        .left_join(thematiques::table.on(thematiques::id_discussion.eq(discussion::id_discussion)))
        .filter(discussion::id_discussion.eq(key))
        .select((Row::as_select(), ABOUT.nullable()))
        .first(conn)
        .optional()?;
    row.map(read).transpose()
}

pub(crate) fn by_ids(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Conversation>, Error> {
    let rows: Vec<(Row, About)> = discussion::table
        .left_join(thematiques::table.on(thematiques::id_discussion.eq(discussion::id_discussion)))
        .filter(discussion::public_id.eq_any(ids))
        .select((Row::as_select(), ABOUT.nullable()))
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

pub(crate) fn membership(
    conn: &mut PgConnection,
    conversation: i64,
    user: UserId,
) -> Result<Option<Membership>, Error> {
    let row: Option<MemberRow> = membre::table
        .filter(membre::id_discussion.eq(conversation).and(membre::id_user.eq(user)))
        .select(MemberRow::as_select())
        .first(conn)
        .optional()?;
    row.as_ref().map(read_member).transpose()
}

/// A conversation with somebody's place in it, whatever that is by now.
pub(crate) fn own(conn: &mut PgConnection, id: Uuid, user: UserId) -> Result<Option<Own>, Error> {
    let row: Option<(Row, About, MemberRow)> = discussion::table
        .inner_join(membre::table.on(membre::id_discussion.eq(discussion::id_discussion)))
        .left_join(thematiques::table.on(thematiques::id_discussion.eq(discussion::id_discussion)))
        .filter(discussion::public_id.eq(id).and(membre::id_user.eq(user)))
        .select((Row::as_select(), ABOUT.nullable(), MemberRow::as_select()))
        .first(conn)
        .optional()?;
    row.map(read_own).transpose()
}

pub(crate) fn read_own((row, about, member): (Row, About, MemberRow)) -> Result<Own, Error> {
    Ok(Own { conversation: read((row, about))?, membership: read_member(&member)? })
}

/// Somebody's, the last active first. Two people's is there once something was said, whoever began it.
pub(crate) fn list(
    conn: &mut PgConnection,
    user: UserId,
    listing: &Listing,
    hidden: &[UserId],
    after: Option<(DateTime<Utc>, Uuid)>,
    count: i64,
) -> Result<Vec<Own>, Error> {
    let mut rows = discussion::table
        .inner_join(membre::table.on(membre::id_discussion.eq(discussion::id_discussion)))
        .left_join(thematiques::table.on(thematiques::id_discussion.eq(discussion::id_discussion)))
        .filter(membre::id_user.eq(user).and(membre::etat.eq(Standing::Active.code())))
        .filter(membre::archive.eq(listing.archived))
        .filter(discussion::genre.ne(Kind::Direct.code()).or(discussion::dernier_seq.gt(0)))
        .filter(discussion::genre.ne(Kind::Direct.code()).or(
            discussion::id_premier.ne_all(hidden).and(discussion::id_second.ne_all(hidden)).assume_not_null(),
        ))
        .select((Row::as_select(), ABOUT.nullable(), MemberRow::as_select()))
        .into_boxed();
    if let Some(part) = listing.search.as_deref().map(search_words).filter(|part| !part.is_empty()) {
        rows = rows.filter(discussion::titre_recherche.like(format!("%{part}%")).assume_not_null());
    }
    if let Some((at, id)) = after {
        let same = discussion::actif_le.eq(at).and(discussion::public_id.lt(id));
        rows = rows.filter(discussion::actif_le.lt(at).or(same));
    }
    let rows: Vec<(Row, About, MemberRow)> =
        rows.order((discussion::actif_le.desc(), discussion::public_id.desc())).limit(count).load(conn)?;
    rows.into_iter().map(read_own).collect()
}

/// The one of two people, made where there is none; whether it was.
pub(crate) fn pair(
    conn: &mut PgConnection,
    new: (Uuid, UserId, [UserId; 2]),
    now: DateTime<Utc>,
) -> Result<(Conversation, bool), Error> {
    let (id, by, [first, second]) = new;
    let made = diesel::insert_into(discussion::table)
        .values((
            discussion::public_id.eq(id),
            discussion::genre.eq(Kind::Direct.code()),
            discussion::id_premier.eq(first),
            discussion::id_second.eq(second),
            discussion::actif_le.eq(now),
            discussion::cree_par.eq(by),
            discussion::cree_le.eq(now),
        ))
        .on_conflict((discussion::id_premier, discussion::id_second))
        .do_nothing()
        .execute(conn)?;
    let row: Row = discussion::table
        .filter(discussion::id_premier.eq(first).and(discussion::id_second.eq(second)))
        .select(Row::as_select())
        .first(conn)?;
    Ok((read((row, None))?, made == 1))
}

pub(crate) fn find_pair(conn: &mut PgConnection, [first, second]: [UserId; 2]) -> QueryResult<Option<Uuid>> {
    discussion::table
        .filter(discussion::id_premier.eq(first).and(discussion::id_second.eq(second)))
        .select(discussion::public_id)
        .first(conn)
        .optional()
}

pub(crate) fn insert(
    conn: &mut PgConnection,
    (id, kind, title): (Uuid, Kind, &Title),
    by: UserId,
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    diesel::insert_into(discussion::table)
        .values((
            discussion::public_id.eq(id),
            discussion::genre.eq(kind.code()),
            discussion::titre.eq(title.as_str()),
            discussion::titre_recherche.eq(title.searched()),
            discussion::actif_le.eq(now),
            discussion::cree_par.eq(by),
            discussion::cree_le.eq(now),
        ))
        .returning(discussion::id_discussion)
        .get_result(conn)
}

/// How many somebody began since then.
pub(crate) fn begun_since(conn: &mut PgConnection, by: UserId, since: DateTime<Utc>) -> QueryResult<i64> {
    discussion::table
        .filter(discussion::cree_par.eq(by).and(discussion::cree_le.gt(since)))
        .count()
        .get_result(conn)
}

pub(crate) fn insert_theme(
    conn: &mut PgConnection,
    conversation: i64,
    (category, description): (Category, &str),
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(thematiques::table)
        .values((
            thematiques::id_discussion.eq(conversation),
            thematiques::categorie.eq(category.code()),
            thematiques::description.eq(description),
            thematiques::cree_le.eq(now),
        ))
        .execute(conn)
}

/// Themes in the order of their titles.
pub(crate) fn themes(
    conn: &mut PgConnection,
    filter: &ThemeFilter,
    after: Option<(String, Uuid)>,
    count: i64,
) -> Result<Vec<(Conversation, String)>, Error> {
    let mut rows = discussion::table
        .inner_join(thematiques::table.on(thematiques::id_discussion.eq(discussion::id_discussion)))
        .select((Row::as_select(), ABOUT, discussion::titre_recherche.assume_not_null()))
        .into_boxed();
    if let Some(category) = filter.category {
        rows = rows.filter(thematiques::categorie.eq(category.code()));
    }
    if let Some(part) = filter.search.as_deref().map(search_words).filter(|part| !part.is_empty()) {
        rows = rows.filter(discussion::titre_recherche.assume_not_null().like(format!("%{part}%")));
    }
    if let Some((title, id)) = after {
        let same =
            discussion::titre_recherche.assume_not_null().eq(title.clone()).and(discussion::public_id.gt(id));
        rows = rows.filter(discussion::titre_recherche.assume_not_null().gt(title).or(same));
    }
    let rows: Vec<(Row, (String, String), String)> =
        rows.order((discussion::titre_recherche, discussion::public_id)).limit(count).load(conn)?;
    rows.into_iter().map(|(row, about, title)| Ok((read((row, Some(about)))?, title))).collect()
}

pub(crate) fn set_title(conn: &mut PgConnection, key: i64, title: &Title) -> QueryResult<usize> {
    diesel::update(discussion::table.find(key))
        .set((discussion::titre.eq(title.as_str()), discussion::titre_recherche.eq(title.searched())))
        .execute(conn)
}

pub(crate) fn set_slow(conn: &mut PgConnection, key: i64, seconds: i32) -> QueryResult<usize> {
    diesel::update(discussion::table.find(key)).set(discussion::mode_lent_s.eq(seconds)).execute(conn)
}

pub(crate) fn set_open(conn: &mut PgConnection, key: i64, open: bool) -> QueryResult<usize> {
    let state = if open { "open" } else { "closed" };
    diesel::update(discussion::table.find(key)).set(discussion::etat.eq(state)).execute(conn)
}

pub(crate) fn set_description(conn: &mut PgConnection, key: i64, text: &str) -> QueryResult<usize> {
    diesel::update(thematiques::table.filter(thematiques::id_discussion.eq(key)))
        .set(thematiques::description.eq(text))
        .execute(conn)
}

/// The themes that somebody is in.
pub(crate) fn themes_of(conn: &mut PgConnection, user: UserId) -> QueryResult<Vec<Uuid>> {
    membre::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(membre::id_discussion)))
        .filter(membre::id_user.eq(user).and(membre::etat.eq(Standing::Active.code())))
        .filter(discussion::genre.eq(Kind::Theme.code()))
        .order(membre::id_membre)
        .select(discussion::public_id)
        .load(conn)
}

/// The ids of the conversations that somebody is or was in, and whether they are.
pub(crate) fn rooms(conn: &mut PgConnection, user: UserId) -> QueryResult<Vec<(Uuid, bool)>> {
    membre::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(membre::id_discussion)))
        .filter(membre::id_user.eq(user))
        .order(membre::id_membre)
        .select((discussion::public_id, sql::<Bool>("discussion_membre.etat = 'active'")))
        .load(conn)
}
