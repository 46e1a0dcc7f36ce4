use super::{
    super::{
        rules::{Decline, Usage},
        store::Row as Card,
    },
    model::{Authorization, AuthorizationState},
    place::Place,
};
use crate::{
    Error,
    schema::{autorisation_carte as demande, carte_bancaire as carte},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{AsSelect, InnerJoin, IntoBoxed, Select},
    pg::Pg,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Bool, Timestamptz},
};
use hostolink_kernel::{AccountId, AuthorizationId, CardId, TransactionId, UserId, Xof};
use hostolink_ledger::Note;

/// An authorisation and what its card says of it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = demande, check_for_backend(Pg))]
pub(super) struct Row {
    pub(super) public_id: AuthorizationId,
    #[diesel(select_expression = carte::public_id)]
    pub(super) card: CardId,
    #[diesel(select_expression = carte::id_user)]
    pub(super) owner: UserId,
    #[diesel(select_expression = carte::derniers_chiffres)]
    last_four: String,
    pub(super) id_commercant: UserId,
    pub(super) compte: Option<AccountId>,
    pub(super) empreinte: Option<Vec<u8>>,
    pub(super) montant: Xof,
    libelle: Option<String>,
    etat: String,
    motif: Option<String>,
    pub(super) id_retenue: Option<TransactionId>,
    id_capture: Option<TransactionId>,
    montant_capture: Option<Xof>,
    pub(super) demandee_le: DateTime<Utc>,
    pub(super) expire_le: DateTime<Utc>,
}

/// What an authorisation has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) state: AuthorizationState,
    pub(super) decline: Option<Decline>,
    pub(super) hold: Option<TransactionId>,
    pub(super) captured: Option<(TransactionId, Xof)>,
}

impl Row {
    pub(super) fn progress(&self) -> Result<Progress, Error> {
        let corrupt = || diesel::result::Error::DeserializationError("autorisation_carte.etat".into());
        let state = AuthorizationState::ALL.into_iter().find(|state| state.name() == self.etat);
        let decline = |name: &String| Decline::ALL.into_iter().find(|decline| decline.name() == name);
        Ok(Progress {
            state: state.ok_or_else(corrupt)?,
            decline: self.motif.as_ref().map(|name| decline(name).ok_or_else(corrupt)).transpose()?,
            hold: self.id_retenue,
            captured: self.id_capture.zip(self.montant_capture),
        })
    }

    /// The giver's words for the owner.
    pub(super) fn note(&self) -> Result<Option<Note>, Error> {
        let note = self.libelle.as_deref().map_or(Ok(None), Note::parse);
        note.map_err(|_| {
            diesel::result::Error::DeserializationError("autorisation_carte.libelle".into()).into()
        })
    }

    pub(super) fn seen(self, progress: Progress) -> Result<Authorization, Error> {
        Ok(Authorization {
            note: self.note()?,
            id: self.public_id,
            card: self.card,
            last_four: self.last_four,
            merchant: self.id_commercant,
            account: self.compte,
            amount: self.montant,
            state: progress.state,
            decline: progress.decline,
            captured: progress.captured,
            requested_at: self.demandee_le,
            expires_at: self.expire_le,
        })
    }
}

type Rows<'a> = IntoBoxed<'a, Select<InnerJoin<demande::table, carte::table>, AsSelect<Row, Pg>>, Pg>;

fn rows<'a>() -> Rows<'a> {
    demande::table.inner_join(carte::table).select(Row::as_select()).into_boxed()
}

/// What this merchant or cashier asked for with this key.
pub(super) fn by_key(conn: &mut PgConnection, asker: UserId, key: &str) -> QueryResult<Option<Row>> {
    let as_merchant = demande::id_caissier.is_null().and(demande::id_commercant.eq(asker));
    rows()
        .filter(demande::id_caissier.eq(asker).or(as_merchant))
        .filter(demande::cle.eq(key.to_owned()))
        .first(conn)
        .optional()
}

/// The authorisation with this id, if it is this merchant's, or was asked for at a till with one of these accounts.
pub(super) fn of_seller(
    conn: &mut PgConnection,
    (merchant, tills): (UserId, Vec<AccountId>),
    id: AuthorizationId,
) -> QueryResult<Option<Row>> {
    rows()
        .filter(demande::public_id.eq(id))
        .filter(demande::compte.eq_any(tills).or(demande::id_commercant.eq(merchant)))
        .first(conn)
        .optional()
}

/// The one with this id.
pub(super) fn find(conn: &mut PgConnection, id: AuthorizationId) -> QueryResult<Row> {
    rows().filter(demande::public_id.eq(id)).first(conn)
}

/// What was asked for at a till and may still matter there, the newest first.
pub(super) fn list_of_till(
    conn: &mut PgConnection,
    till: AccountId,
    before: Option<AuthorizationId>,
    limit: i64,
) -> QueryResult<Vec<Row>> {
    newest(rows().filter(demande::compte.eq(till)).filter(demande::cle.is_not_null()), before)
        .limit(limit)
        .load(conn)
}

/// What a merchant asked for and may still matter to them, the newest first. A wrong number or code is not theirs to keep.
pub(super) fn list_of_merchant(
    conn: &mut PgConnection,
    merchant: UserId,
    before: Option<AuthorizationId>,
    limit: i64,
) -> QueryResult<Vec<Row>> {
    newest(rows().filter(demande::id_commercant.eq(merchant)).filter(demande::cle.is_not_null()), before)
        .limit(limit)
        .load(conn)
}

/// What was asked of a card, the newest first.
pub(super) fn list_of_card(
    conn: &mut PgConnection,
    card: i64,
    before: Option<AuthorizationId>,
    limit: i64,
) -> QueryResult<Vec<Row>> {
    newest(rows().filter(demande::id_carte.eq(card)), before).limit(limit).load(conn)
}

fn newest(rows: Rows<'_>, before: Option<AuthorizationId>) -> Rows<'_> {
    let rows = rows.order(demande::public_id.desc());
    match before {
        Some(before) => rows.filter(demande::public_id.lt(before)),
        None => rows,
    }
}

/// What of a card has not ended as far as was written down.
pub(super) fn open_of_card(conn: &mut PgConnection, card: i64) -> QueryResult<Vec<Row>> {
    let open = [AuthorizationState::Pending.name(), AuthorizationState::Held.name()];
    rows().filter(demande::id_carte.eq(card)).filter(demande::etat.eq_any(open)).load(conn)
}

/// Writes down how far an authorisation has come. A declined one gives its code back.
pub(super) fn set(conn: &mut PgConnection, id: AuthorizationId, progress: &Progress) -> QueryResult<usize> {
    let row = demande::table.filter(demande::public_id.eq(id));
    if progress.state == AuthorizationState::Declined {
        diesel::update(row).set(demande::fenetre.eq(None::<i64>)).execute(conn)?;
    }
    diesel::update(row)
        .set((
            demande::etat.eq(progress.state.name()),
            demande::motif.eq(progress.decline.map(Decline::name)),
            demande::id_retenue.eq(progress.hold),
            demande::id_capture.eq(progress.captured.map(|(id, _)| id)),
            demande::montant_capture.eq(progress.captured.map(|(_, amount)| amount)),
        ))
        .execute(conn)
}

/// Forgets one that the ledger never heard of.
pub(super) fn forget(conn: &mut PgConnection, id: AuthorizationId) -> QueryResult<usize> {
    diesel::delete(demande::table.filter(demande::public_id.eq(id))).execute(conn)
}

/// One to be.
pub(super) struct New<'a> {
    pub(super) id: AuthorizationId,
    pub(super) card: &'a Card,
    pub(super) place: &'a Place,
    /// The key of who asks and what it stands for.
    pub(super) key: Option<(&'a str, &'a [u8])>,
    pub(super) amount: Xof,
    pub(super) note: Option<&'a Note>,
    pub(super) window: Option<i64>,
    pub(super) decline: Option<Decline>,
    pub(super) now: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

/// Stores one. `false` where the key, or the code, has served already.
pub(super) fn insert(conn: &mut PgConnection, new: &New<'_>) -> QueryResult<bool> {
    let state =
        if new.decline.is_some() { AuthorizationState::Declined } else { AuthorizationState::Pending };
    let rows = diesel::insert_into(demande::table)
        .values((
            demande::public_id.eq(new.id),
            demande::id_carte.eq(new.card.id_carte),
            demande::id_commercant.eq(new.place.merchant),
            demande::id_caissier.eq(new.place.cashier),
            demande::compte.eq(new.place.account),
            demande::cle.eq(new.key.map(|(key, _)| key)),
            demande::empreinte.eq(new.key.map(|(_, fingerprint)| fingerprint)),
            demande::montant.eq(new.amount),
            demande::libelle.eq(new.note.map(Note::as_str)),
            demande::fenetre.eq(new.window),
            demande::etat.eq(state.name()),
            demande::motif.eq(new.decline.map(Decline::name)),
            demande::demandee_le.eq(new.now),
            demande::expire_le.eq(new.expires_at),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(rows == 1)
}

/// Whether a code of this window has paid with this card.
pub(super) fn is_used(conn: &mut PgConnection, card: i64, window: i64) -> QueryResult<bool> {
    let used = demande::table.filter(demande::id_carte.eq(card)).filter(demande::fenetre.eq(window));
    diesel::select(diesel::dsl::exists(used)).get_result(conn)
}

#[derive(QueryableByName)]
struct UsageRow {
    #[diesel(sql_type = BigInt)]
    jour: i64,
    #[diesel(sql_type = BigInt)]
    mois: i64,
    #[diesel(sql_type = Bool)]
    servie: bool,
}

/// What counts towards a card's limits. The card is locked and what is open was brought up to date.
pub(super) fn usage(
    conn: &mut PgConnection,
    card: i64,
    (day, month): (DateTime<Utc>, DateTime<Utc>),
) -> QueryResult<Usage> {
    let row: UsageRow = sql_query(
        "SELECT coalesce(sum(coalesce(montant_capture, montant)) FILTER (WHERE demandee_le >= $2), 0)::bigint AS jour, \
                coalesce(sum(coalesce(montant_capture, montant)), 0)::bigint AS mois, \
                EXISTS (SELECT FROM autorisation_carte WHERE id_carte = $1 AND etat IN ('en_cours', 'accordee', 'capturee')) AS servie \
         FROM autorisation_carte \
         WHERE id_carte = $1 AND demandee_le >= $3 AND etat IN ('en_cours', 'accordee', 'capturee')",
    )
    .bind::<BigInt, _>(card)
    .bind::<Timestamptz, _>(day)
    .bind::<Timestamptz, _>(month)
    .get_result(conn)?;
    Ok(Usage { today: row.jour, this_month: row.mois, any: row.servie })
}
