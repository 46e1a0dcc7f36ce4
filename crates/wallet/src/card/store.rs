use super::model::{CardSettings, CardState};
use crate::{Error, schema::carte_bancaire as carte};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use hostolink_kernel::{CardId, UserId, Xof};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = carte, check_for_backend(Pg))]
pub(super) struct Row {
    pub(super) id_carte: i64,
    pub(super) public_id: CardId,
    pub(super) id_user: UserId,
    pub(super) numero_chiffre: Option<Vec<u8>>,
    pub(super) numero_cle: Option<String>,
    pub(super) derniers_chiffres: String,
    pub(super) generation: i32,
    pub(super) libelle: Option<String>,
    etat: String,
    pub(super) usage_unique: bool,
    pub(super) verrou_commercant: bool,
    pub(super) id_commercant: Option<UserId>,
    pub(super) limite_operation: Option<Xof>,
    pub(super) limite_jour: Option<Xof>,
    pub(super) limite_mois: Option<Xof>,
    pub(super) creee_le: DateTime<Utc>,
    pub(super) expire_le: DateTime<Utc>,
}

impl Row {
    /// A frozen card whose time is over stays frozen: renewing it does not thaw it.
    pub(super) fn state(&self, now: DateTime<Utc>) -> Result<CardState, Error> {
        match self.etat.as_str() {
            "active" if self.expire_le <= now => Ok(CardState::Expired),
            "active" => Ok(CardState::Active),
            "gelee" => Ok(CardState::Frozen),
            "fermee" => Ok(CardState::Closed),
            _ => Err(diesel::result::Error::DeserializationError("carte_bancaire.etat".into()).into()),
        }
    }
}

/// A number as it is kept.
pub(super) struct Kept {
    pub(super) sealed: Vec<u8>,
    pub(super) key: String,
    pub(super) hash: [u8; 32],
    pub(super) last_four: String,
}

/// A card to be.
pub(super) struct New<'a> {
    pub(super) id: CardId,
    pub(super) owner: UserId,
    pub(super) single_use: bool,
    pub(super) settings: &'a CardSettings,
    pub(super) number: &'a Kept,
    pub(super) now: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

/// The places that the person's cards take which are not closed.
pub(super) fn places(conn: &mut PgConnection, owner: UserId) -> QueryResult<Vec<i16>> {
    carte::table
        .filter(carte::id_user.eq(owner).and(carte::etat.ne(CardState::Closed.name())))
        .select(carte::place)
        .load(conn)
}

/// Stores a card at a place; `false` where a card made at the same moment has taken it.
pub(super) fn insert(conn: &mut PgConnection, new: &New<'_>, place: i16) -> QueryResult<bool> {
    let rows = diesel::insert_into(carte::table)
        .values((
            carte::public_id.eq(new.id),
            carte::id_user.eq(new.owner),
            carte::place.eq(place),
            carte::usage_unique.eq(new.single_use),
            carte::creee_le.eq(new.now),
            carte::expire_le.eq(new.expires_at),
            number(new.number),
            settings(new.settings),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(rows == 1)
}

type Number<'a> = (
    diesel::dsl::Eq<carte::numero_chiffre, &'a [u8]>,
    diesel::dsl::Eq<carte::numero_cle, &'a str>,
    diesel::dsl::Eq<carte::numero_empreinte, &'a [u8]>,
    diesel::dsl::Eq<carte::derniers_chiffres, &'a str>,
);

fn number(kept: &Kept) -> Number<'_> {
    (
        carte::numero_chiffre.eq(kept.sealed.as_slice()),
        carte::numero_cle.eq(kept.key.as_str()),
        carte::numero_empreinte.eq(kept.hash.as_slice()),
        carte::derniers_chiffres.eq(kept.last_four.as_str()),
    )
}

type Settings<'a> = (
    diesel::dsl::Eq<carte::libelle, Option<&'a str>>,
    diesel::dsl::Eq<carte::verrou_commercant, bool>,
    diesel::dsl::Eq<carte::limite_operation, Option<Xof>>,
    diesel::dsl::Eq<carte::limite_jour, Option<Xof>>,
    diesel::dsl::Eq<carte::limite_mois, Option<Xof>>,
);

fn settings(settings: &CardSettings) -> Settings<'_> {
    (
        carte::libelle.eq(settings.label.as_ref().map(super::CardLabel::as_str)),
        carte::verrou_commercant.eq(settings.merchant_lock),
        carte::limite_operation.eq(settings.limits.per_operation),
        carte::limite_jour.eq(settings.limits.daily),
        carte::limite_mois.eq(settings.limits.monthly),
    )
}

/// The person's cards after `after`, the oldest first.
pub(super) fn list(
    conn: &mut PgConnection,
    owner: UserId,
    after: Option<CardId>,
    limit: i64,
) -> QueryResult<Vec<Row>> {
    let mut cards = carte::table.filter(carte::id_user.eq(owner)).select(Row::as_select()).into_boxed();
    if let Some(after) = after {
        cards = cards.filter(carte::public_id.gt(after));
    }
    cards.order(carte::public_id).limit(limit).load(conn)
}

/// The card with this id, if it is this person's.
pub(super) fn of(conn: &mut PgConnection, owner: UserId, id: CardId) -> QueryResult<Option<Row>> {
    carte::table
        .filter(carte::public_id.eq(id).and(carte::id_user.eq(owner)))
        .select(Row::as_select())
        .first(conn)
        .optional()
}

/// The same, held until the transaction ends.
pub(super) fn lock_of(conn: &mut PgConnection, owner: UserId, id: CardId) -> QueryResult<Option<Row>> {
    carte::table
        .filter(carte::public_id.eq(id).and(carte::id_user.eq(owner)))
        .select(Row::as_select())
        .for_no_key_update()
        .first(conn)
        .optional()
}

/// The card with this id, whosever it is, held until the transaction ends.
pub(super) fn lock(conn: &mut PgConnection, id: CardId) -> QueryResult<Option<Row>> {
    carte::table
        .filter(carte::public_id.eq(id))
        .select(Row::as_select())
        .for_no_key_update()
        .first(conn)
        .optional()
}

/// The card whose number has one of these hashes.
pub(super) fn by_hash(conn: &mut PgConnection, hashes: &[[u8; 32]]) -> QueryResult<Option<CardId>> {
    let hashes: Vec<&[u8]> = hashes.iter().map(<[u8; 32]>::as_slice).collect();
    carte::table
        .filter(carte::numero_empreinte.eq_any(hashes))
        .select(carte::public_id)
        .first(conn)
        .optional()
}

pub(super) fn configure(conn: &mut PgConnection, id: i64, new: &CardSettings) -> QueryResult<usize> {
    // A lock that is off, or only turned on now, knows no merchant.
    let forgets = carte::table.find(id).filter(carte::verrou_commercant.ne(new.merchant_lock));
    diesel::update(forgets)
        .set((carte::id_commercant.eq(None::<UserId>), carte::verrou_commercant.eq(new.merchant_lock)))
        .execute(conn)?;
    diesel::update(carte::table.find(id)).set(settings(new)).execute(conn)
}

pub(super) fn set_state(conn: &mut PgConnection, id: i64, state: CardState) -> QueryResult<usize> {
    diesel::update(carte::table.find(id)).set(carte::etat.eq(state.name())).execute(conn)
}

/// Ends a card for good: nothing of its number is left but what was always shown.
pub(super) fn close(conn: &mut PgConnection, id: i64) -> QueryResult<usize> {
    diesel::update(carte::table.find(id)).set(closed()).execute(conn)
}

/// Ends all of somebody's cards and erases what they called them.
pub(crate) fn close_all(conn: &mut PgConnection, owner: UserId) -> QueryResult<usize> {
    diesel::update(carte::table.filter(carte::id_user.eq(owner)))
        .set((closed(), carte::libelle.eq(None::<String>)))
        .execute(conn)
}

type Closed = (
    diesel::dsl::Eq<carte::etat, &'static str>,
    diesel::dsl::Eq<carte::numero_chiffre, Option<Vec<u8>>>,
    diesel::dsl::Eq<carte::numero_cle, Option<String>>,
    diesel::dsl::Eq<carte::numero_empreinte, Option<Vec<u8>>>,
);

fn closed() -> Closed {
    (
        carte::etat.eq(CardState::Closed.name()),
        carte::numero_chiffre.eq(None),
        carte::numero_cle.eq(None),
        carte::numero_empreinte.eq(None),
    )
}

/// Puts a new number in the place of the one before, which nothing finds from then on.
pub(super) fn renew(
    conn: &mut PgConnection,
    id: i64,
    generation: i32,
    kept: &Kept,
    expires_at: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(carte::table.find(id))
        .set((number(kept), carte::generation.eq(generation), carte::expire_le.eq(expires_at)))
        .execute(conn)
}

/// The only merchant who may charge a locked card.
pub(super) fn set_merchant(conn: &mut PgConnection, id: i64, merchant: Option<UserId>) -> QueryResult<usize> {
    diesel::update(carte::table.find(id)).set(carte::id_commercant.eq(merchant)).execute(conn)
}

/// Cards that were sealed with another key than this, held until the transaction ends. Another process has the others.
pub(super) fn lock_sealed_otherwise(conn: &mut PgConnection, key: &str, limit: i64) -> QueryResult<Vec<Row>> {
    carte::table
        .filter(carte::numero_cle.ne(key))
        .select(Row::as_select())
        .order(carte::id_carte)
        .limit(limit)
        .for_no_key_update()
        .load(conn)
}

/// Keeps the same number under another key.
pub(super) fn reseal(conn: &mut PgConnection, id: i64, kept: &Kept) -> QueryResult<usize> {
    diesel::update(carte::table.find(id)).set(number(kept)).execute(conn)
}
