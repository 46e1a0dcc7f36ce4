mod signs;

pub(crate) use signs::{react, reactions, signs, unreact};

use super::{
    Text as Words,
    model::{Body, Draft, Message},
    reading::Reader,
};
use crate::{
    Error,
    schema::{
        discussion, discussion_membre as membre, message, message_masque as masque,
        reaction_message as reaction,
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, not, sql},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Text},
};
use hostolink_kernel::UserId;
use serde_json::Value;
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = message, check_for_backend(Pg))]
struct Row {
    id_message: i64,
    public_id: Uuid,
    seq: i64,
    id_user: UserId,
    client_id: Uuid,
    genre: String,
    texte: Option<String>,
    contenu: Option<Value>,
    medias: Vec<Uuid>,
    id_reponse: Option<i64>,
    reactions: Value,
    cree_le: DateTime<Utc>,
    modifie_le: Option<DateTime<Utc>>,
    supprime_le: Option<DateTime<Utc>>,
    epingle_le: Option<DateTime<Utc>>,
}

/// Makes messages of rows: what they answer and, for a reader, their signs, each asked for at once.
fn read(
    conn: &mut PgConnection,
    rows: Vec<(Row, Uuid)>,
    reader: Option<UserId>,
) -> Result<Vec<Message>, Error> {
    let answered: Vec<i64> = rows.iter().filter_map(|(row, _)| row.id_reponse).collect();
    let answered: Vec<(i64, Uuid)> = if answered.is_empty() {
        Vec::new()
    } else {
        message::table
            .filter(message::id_message.eq_any(answered))
            .select((message::id_message, message::public_id))
            .load(conn)?
    };
    let signs: Vec<(i64, String)> = match reader {
        Some(reader) if !rows.is_empty() => reaction::table
            .filter(reaction::id_user.eq(reader))
            .filter(reaction::id_message.eq_any(rows.iter().map(|(row, _)| row.id_message)))
            .select((reaction::id_message, reaction::signe))
            .load(conn)?,
        _ => Vec::new(),
    };
    let one = |(row, conversation): (Row, Uuid)| {
        let sign = signs.iter().find(|(key, _)| *key == row.id_message).map(|(_, sign)| sign.clone());
        let reply_to = row.id_reponse.and_then(|key| answered.iter().find(|(other, _)| *other == key));
        Ok(Message {
            key: row.id_message,
            id: row.public_id,
            conversation,
            seq: row.seq,
            author: row.id_user,
            client_id: row.client_id,
            body: match row.supprime_le {
                Some(_) => None,
                None => Body::stored(&row.genre, row.texte, row.contenu, row.medias)?,
            },
            reply_to: reply_to.map(|(_, id)| *id),
            reactions: serde_json::from_value(row.reactions).unwrap_or_default(),
            created_at: row.cree_le,
            edited_at: row.modifie_le,
            deleted_at: row.supprime_le,
            pinned_at: row.epingle_le,
            own_sign: sign,
        })
    };
    rows.into_iter().map(one).collect()
}

/// What was sent under this id, and what was asked then.
pub(crate) fn by_client_id(
    conn: &mut PgConnection,
    author: UserId,
    client_id: Uuid,
) -> Result<Option<(Message, Vec<u8>)>, Error> {
    let row: Option<(Row, Uuid, Vec<u8>)> = message::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(message::id_discussion)))
        .filter(message::id_user.eq(author).and(message::client_id.eq(client_id)))
        .select((Row::as_select(), discussion::public_id, message::empreinte))
        .first(conn)
        .optional()?;
    let Some((row, conversation, fingerprint)) = row else { return Ok(None) };
    let found = read(conn, vec![(row, conversation)], Some(author))?.pop();
    Ok(found.map(|message| (message, fingerprint)))
}

pub(crate) fn key_in(
    conn: &mut PgConnection,
    conversation: i64,
    id: Uuid,
) -> QueryResult<Option<(i64, i64)>> {
    message::table
        .filter(message::public_id.eq(id).and(message::id_discussion.eq(conversation)))
        .select((message::id_message, message::seq))
        .first(conn)
        .optional()
}

/// Where a new message goes.
pub(crate) struct Slot {
    pub(crate) id: Uuid,
    pub(crate) conversation: i64,
    pub(crate) seq: i64,
    pub(crate) author: UserId,
    pub(crate) rank: i64,
    pub(crate) reply: Option<i64>,
    pub(crate) fingerprint: [u8; 32],
}

/// Writes it, and moves the conversation's last number and the author's count; the conversation must be held.
pub(crate) fn insert(
    conn: &mut PgConnection,
    slot: &Slot,
    draft: &Draft,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let text = draft.body.text();
    diesel::insert_into(message::table)
        .values((
            message::public_id.eq(slot.id),
            message::id_discussion.eq(slot.conversation),
            message::seq.eq(slot.seq),
            message::id_user.eq(slot.author),
            message::rang.eq(slot.rank),
            message::client_id.eq(draft.client_id),
            message::empreinte.eq(&slot.fingerprint[..]),
            message::genre.eq(draft.body.kind()),
            message::texte.eq(text.map(Words::as_str)),
            message::texte_recherche.eq(text.and_then(Words::searched)),
            message::contenu.eq(draft.body.content()),
            message::medias.eq(draft.body.media()),
            message::id_reponse.eq(slot.reply),
            message::cree_le.eq(now),
        ))
        .execute(conn)?;
    diesel::update(discussion::table.find(slot.conversation))
        .set((discussion::dernier_seq.eq(slot.seq), discussion::actif_le.eq(now)))
        .execute(conn)?;
    diesel::update(
        membre::table
            .filter(membre::id_discussion.eq(slot.conversation).and(membre::id_user.eq(slot.author))),
    )
    .set((membre::ecrits.eq(slot.rank), membre::dernier_envoi_le.eq(now)))
    .execute(conn)
    .map(|_| ())
}

/// The message with this id, and whether its reader put it away; held until the transaction ends where it is to change.
pub(crate) fn one(
    conn: &mut PgConnection,
    id: Uuid,
    reader: UserId,
) -> Result<Option<(Message, bool)>, Error> {
    let row: Option<(Row, Uuid)> = message::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(message::id_discussion)))
        .filter(message::public_id.eq(id))
        .select((Row::as_select(), discussion::public_id))
        .first(conn)
        .optional()?;
    let Some(found) =
        row.map(|row| read(conn, vec![row], Some(reader))).transpose()?.and_then(|mut m| m.pop())
    else {
        return Ok(None);
    };
    let masked = masque::table.filter(masque::id_user.eq(reader).and(masque::id_message.eq(found.key)));
    let masked = diesel::select(exists(masked)).get_result(conn)?;
    Ok(Some((found, masked)))
}

/// In which conversation a message is.
pub(crate) fn conversation_of(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<Uuid>> {
    message::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(message::id_discussion)))
        .filter(message::public_id.eq(id))
        .select(discussion::public_id)
        .first(conn)
        .optional()
}

/// A stretch of a conversation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    pub(crate) since: i64,
    /// Before this number, the newest first; else after `since`, the oldest first.
    pub(crate) before: Option<i64>,
    pub(crate) count: i64,
    pub(crate) pinned: bool,
}

/// What one reader sees of it: nothing of these authors, nothing that they deleted for themselves.
pub(crate) fn list(
    conn: &mut PgConnection,
    (conversation, id): (i64, Uuid),
    (reader, hidden): (UserId, &[UserId]),
    stretch: Stretch,
) -> Result<Vec<Message>, Error> {
    let masked =
        masque::table.filter(masque::id_user.eq(reader).and(masque::id_message.eq(message::id_message)));
    let mut rows = message::table
        .filter(message::id_discussion.eq(conversation))
        .filter(message::seq.gt(stretch.since))
        .filter(message::id_user.ne_all(hidden))
        .filter(not(exists(masked)))
        .limit(stretch.count)
        .select(Row::as_select())
        .into_boxed();
    if stretch.pinned {
        rows = rows.filter(message::epingle_le.is_not_null());
    }
    rows = match stretch.before {
        Some(before) => rows.filter(message::seq.lt(before)).order(message::seq.desc()),
        None => rows.order(message::seq.asc()),
    };
    let rows: Vec<Row> = rows.load(conn)?;
    read(conn, rows.into_iter().map(|row| (row, id)).collect(), Some(reader))
}

/// Messages by their ids, for whoever: who may see them is for the caller to say.
pub(crate) fn by_ids(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Message>, Error> {
    let rows: Vec<(Row, Uuid)> = message::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(message::id_discussion)))
        .filter(message::public_id.eq_any(ids))
        .select((Row::as_select(), discussion::public_id))
        .load(conn)?;
    read(conn, rows, None)
}

/// The last message that a reader sees of each of these conversations.
pub(crate) fn last_of(
    conn: &mut PgConnection,
    conversations: &[i64],
    reader: Reader<'_>,
) -> Result<Vec<Message>, Error> {
    let masked =
        masque::table.filter(masque::id_user.eq(reader.user).and(masque::id_message.eq(message::id_message)));
    let rows: Vec<(Row, Uuid)> = message::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(message::id_discussion)))
        .inner_join(
            membre::table
                .on(membre::id_discussion.eq(message::id_discussion).and(membre::id_user.eq(reader.user))),
        )
        .filter(message::id_discussion.eq_any(conversations))
        // One step down the index for each, mostly.
        .filter(message::seq.gt(discussion::dernier_seq - 20_i64))
        .filter(message::seq.gt(membre::depuis_seq))
        .filter(message::id_user.ne_all(reader.blocked))
        .filter(discussion::genre.eq("direct").or(message::id_user.ne_all(reader.muted)))
        .filter(not(exists(masked)))
        .distinct_on(message::id_discussion)
        .order((message::id_discussion, message::seq.desc()))
        .select((Row::as_select(), discussion::public_id))
        .load(conn)?;
    read(conn, rows, Some(reader.user))
}

/// Messages of somebody's conversations with all these words in them, the newest first.
pub(crate) fn search(
    conn: &mut PgConnection,
    reader: Reader<'_>,
    words: &str,
    before: Uuid,
    count: i64,
) -> Result<Vec<Message>, Error> {
    let masked =
        masque::table.filter(masque::id_user.eq(reader.user).and(masque::id_message.eq(message::id_message)));
    let found = sql::<Bool>(
        "to_tsvector('french'::regconfig, texte_recherche) @@ plainto_tsquery('french'::regconfig, ",
    )
    .bind::<Text, _>(words.to_owned())
    .sql(")");
    let rows: Vec<(Row, Uuid)> = message::table
        .inner_join(discussion::table.on(discussion::id_discussion.eq(message::id_discussion)))
        .inner_join(
            membre::table
                .on(membre::id_discussion.eq(message::id_discussion).and(membre::id_user.eq(reader.user))),
        )
        .filter(membre::etat.eq("active"))
        .filter(message::seq.gt(membre::depuis_seq))
        .filter(message::texte_recherche.is_not_null())
        .filter(found)
        .filter(message::public_id.lt(before))
        .filter(message::id_user.ne_all(reader.blocked))
        .filter(discussion::genre.eq("direct").or(message::id_user.ne_all(reader.muted)))
        .filter(
            discussion::genre.ne("direct").or(discussion::id_premier
                .ne_all(reader.blocked)
                .and(discussion::id_second.ne_all(reader.blocked))
                .assume_not_null()),
        )
        .filter(not(exists(masked)))
        .order(message::public_id.desc())
        .limit(count)
        .select((Row::as_select(), discussion::public_id))
        .load(conn)?;
    read(conn, rows, Some(reader.user))
}

pub(crate) fn edit(
    conn: &mut PgConnection,
    key: i64,
    text: &Words,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(message::table.find(key))
        .set((
            message::texte.eq(text.as_str()),
            message::texte_recherche.eq(text.searched()),
            message::modifie_le.eq(now),
        ))
        .execute(conn)
}

/// Leaves of messages nothing but their place.
pub(crate) fn empty(conn: &mut PgConnection, keys: &[i64], now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(reaction::table.filter(reaction::id_message.eq_any(keys))).execute(conn)?;
    diesel::update(message::table.filter(message::id_message.eq_any(keys)))
        .set((
            message::texte.eq(None::<String>),
            message::texte_recherche.eq(None::<String>),
            message::contenu.eq(None::<Value>),
            message::medias.eq(Vec::<Uuid>::new()),
            message::epingle_le.eq(None::<DateTime<Utc>>),
            message::supprime_le.eq(now),
        ))
        .execute(conn)
}

pub(crate) fn mask(
    conn: &mut PgConnection,
    reader: UserId,
    key: i64,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(masque::table)
        .values((masque::id_user.eq(reader), masque::id_message.eq(key), masque::cree_le.eq(now)))
        .on_conflict_do_nothing()
        .execute(conn)
}

pub(crate) fn pins(conn: &mut PgConnection, conversation: i64) -> QueryResult<i64> {
    message::table
        .filter(message::id_discussion.eq(conversation).and(message::epingle_le.is_not_null()))
        .count()
        .get_result(conn)
}

pub(crate) fn pin(conn: &mut PgConnection, key: i64, at: Option<DateTime<Utc>>) -> QueryResult<usize> {
    diesel::update(message::table.find(key)).set(message::epingle_le.eq(at)).execute(conn)
}

/// Up to which number somebody's own messages are counted when they have read up to `seq`.
pub(crate) fn rank_at(
    conn: &mut PgConnection,
    conversation: i64,
    author: UserId,
    seq: i64,
) -> QueryResult<i64> {
    let rank: Option<i64> = message::table
        .filter(message::id_discussion.eq(conversation).and(message::id_user.eq(author)))
        .filter(message::seq.le(seq))
        .order(message::seq.desc())
        .select(message::rang)
        .first(conn)
        .optional()?;
    Ok(rank.unwrap_or(0))
}
