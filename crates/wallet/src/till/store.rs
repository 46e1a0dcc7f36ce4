use super::model::{Shop, Till, TillName, TillState};
use crate::{
    Error, MerchantState, merchant,
    schema::{caisse, commercant},
    touched::assert_one,
};
use chrono::{DateTime, Utc};
use diesel::{dsl::count_star, pg::Pg, prelude::*};
use hostolink_database::on_unique;
use hostolink_kernel::{AccountId, TillId, UserId};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = caisse, check_for_backend(Pg))]
pub(crate) struct Row {
    pub(crate) id_caisse: i64,
    public_id: TillId,
    id_caissier: Option<UserId>,
    principale: bool,
    nom: String,
    pub(crate) compte: Option<AccountId>,
    etat: String,
    creee_le: DateTime<Utc>,
    expire_le: Option<DateTime<Utc>>,
}

/// A till and whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) row: Row,
    pub(crate) merchant: merchant::Row,
}

type Both = (Row, merchant::Row);

impl From<Both> for Found {
    fn from((row, merchant): Both) -> Self {
        Self { row, merchant }
    }
}

impl Found {
    pub(crate) fn id(&self) -> TillId {
        self.row.public_id
    }

    pub(crate) fn is_owner(&self, user: UserId) -> bool {
        self.merchant.id_user == user
    }

    /// Whether somebody is the one who works there, or is invited to.
    pub(super) fn is_cashier(&self, user: UserId) -> bool {
        self.row.id_caissier == Some(user)
    }

    pub(super) fn is_main(&self) -> bool {
        self.row.principale
    }

    pub(super) fn state(&self, now: DateTime<Utc>) -> QueryResult<TillState> {
        Ok(match self.row.etat.as_str() {
            "invitee" if self.row.expire_le.is_some_and(|end| end <= now) => TillState::Expired,
            "invitee" => TillState::Invited,
            "ouverte" => TillState::Open,
            "declinee" => TillState::Declined,
            "fermee" => TillState::Closed,
            _ => return Err(diesel::result::Error::DeserializationError("caisse.etat".into())),
        })
    }

    /// Whether it may be paid at.
    pub(crate) fn takes_payments(&self, now: DateTime<Utc>) -> QueryResult<bool> {
        Ok(self.state(now)? == TillState::Open && self.merchant.state()? == MerchantState::Accepted)
    }

    pub(crate) fn shop(&self) -> Shop {
        Shop {
            trade_name: self.merchant.enseigne.clone(),
            city: self.merchant.ville.clone(),
            category: self.merchant.mcc.clone(),
            till: (!self.row.principale).then(|| self.row.nom.clone()),
        }
    }

    pub(super) fn read(self, now: DateTime<Utc>) -> QueryResult<Till> {
        Ok(Till {
            state: self.state(now)?,
            id: self.row.public_id,
            merchant: self.merchant.public_id,
            owner: self.merchant.id_user,
            trade_name: self.merchant.enseigne,
            cashier: self.row.id_caissier,
            main: self.row.principale,
            name: self.row.nom,
            account: self.row.compte,
            refunds_a_day: self.merchant.plafond_remboursement,
            created_at: self.row.creee_le,
            expires_at: self.row.expire_le,
        })
    }
}

pub(super) fn find(conn: &mut PgConnection, id: TillId) -> QueryResult<Option<Found>> {
    let row: Option<Both> = caisse::table
        .inner_join(commercant::table)
        .filter(caisse::public_id.eq(id))
        .select((Row::as_select(), merchant::Row::as_select()))
        .first(conn)
        .optional()?;
    Ok(row.map(Found::from))
}

/// The till with this key.
pub(crate) fn at(conn: &mut PgConnection, key: i64) -> QueryResult<Found> {
    let row: Both = caisse::table
        .inner_join(commercant::table)
        .filter(caisse::id_caisse.eq(key))
        .select((Row::as_select(), merchant::Row::as_select()))
        .first(conn)?;
    Ok(row.into())
}

/// The own till of the merchant whose trade is this person's.
pub(crate) fn main_of(conn: &mut PgConnection, owner: UserId) -> QueryResult<Option<Found>> {
    let row: Option<Both> = caisse::table
        .inner_join(commercant::table)
        .filter(commercant::id_user.eq(owner).and(caisse::principale.eq(true)))
        .select((Row::as_select(), merchant::Row::as_select()))
        .first(conn)
        .optional()?;
    Ok(row.map(Found::from))
}

/// The accounts of the tills where somebody works now.
pub(crate) fn worked_by(conn: &mut PgConnection, cashier: UserId) -> QueryResult<Vec<AccountId>> {
    let accounts: Vec<Option<AccountId>> = caisse::table
        .filter(caisse::id_caissier.eq(cashier).and(caisse::etat.eq(TillState::Open.name())))
        .select(caisse::compte)
        .load(conn)?;
    Ok(accounts.into_iter().flatten().collect())
}

/// The account of one of a merchant's tills, cashiers' alone; open or closed.
pub(crate) fn account_of(
    conn: &mut PgConnection,
    merchant: i64,
    id: TillId,
) -> QueryResult<Option<AccountId>> {
    let own =
        caisse::public_id.eq(id).and(caisse::id_commercant.eq(merchant)).and(caisse::principale.eq(false));
    let account: Option<Option<AccountId>> =
        caisse::table.filter(own).select(caisse::compte).first(conn).optional()?;
    Ok(account.flatten())
}

/// A merchant's tills after `after`, the oldest first.
pub(super) fn of_merchant(
    conn: &mut PgConnection,
    merchant: i64,
    after: Option<TillId>,
    limit: i64,
) -> QueryResult<Vec<Found>> {
    let mut rows = caisse::table
        .inner_join(commercant::table)
        .filter(caisse::id_commercant.eq(merchant))
        .select((Row::as_select(), merchant::Row::as_select()))
        .into_boxed();
    if let Some(after) = after {
        rows = rows.filter(caisse::public_id.gt(after));
    }
    let rows: Vec<Both> = rows.order(caisse::public_id).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Found::from).collect())
}

/// The tills where somebody works or is invited to, after `after`, the oldest first.
pub(super) fn of_cashier(
    conn: &mut PgConnection,
    cashier: UserId,
    after: Option<TillId>,
    limit: i64,
) -> QueryResult<Vec<Found>> {
    let live = [TillState::Invited.name(), TillState::Open.name()];
    let mut rows = caisse::table
        .inner_join(commercant::table)
        .filter(caisse::id_caissier.eq(cashier).and(caisse::etat.eq_any(live)))
        .select((Row::as_select(), merchant::Row::as_select()))
        .into_boxed();
    if let Some(after) = after {
        rows = rows.filter(caisse::public_id.gt(after));
    }
    let rows: Vec<Both> = rows.order(caisse::public_id).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(Found::from).collect())
}

/// A merchant's tills that were open at some time after an instant, the oldest first.
pub(super) fn worked_since(
    conn: &mut PgConnection,
    merchant: i64,
    since: DateTime<Utc>,
) -> QueryResult<Vec<Found>> {
    let there = caisse::etat.eq(TillState::Open.name()).or(caisse::terminee_le.ge(since));
    let rows: Vec<Both> = caisse::table
        .inner_join(commercant::table)
        .filter(caisse::id_commercant.eq(merchant).and(caisse::compte.is_not_null()).and(there))
        .select((Row::as_select(), merchant::Row::as_select()))
        .order(caisse::id_caisse)
        .load(conn)?;
    Ok(rows.into_iter().map(Found::from).collect())
}

/// The accounts of a merchant's tills, in the order in which they were made: it never changes, new ones come last.
pub(super) fn accounts(conn: &mut PgConnection, merchant: i64) -> QueryResult<Vec<(TillId, AccountId)>> {
    let rows: Vec<(TillId, Option<AccountId>)> = caisse::table
        .filter(caisse::id_commercant.eq(merchant).and(caisse::compte.is_not_null()))
        .select((caisse::public_id, caisse::compte))
        .order(caisse::id_caisse)
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, account)| Some((id, account?))).collect())
}

/// Forgets invitations that nobody answered, and says how many tills are left that are open or waited for.
pub(super) fn live(conn: &mut PgConnection, merchant: i64, now: DateTime<Utc>) -> QueryResult<i64> {
    let of = caisse::table.filter(caisse::id_commercant.eq(merchant));
    diesel::update(of.filter(caisse::etat.eq(TillState::Invited.name()).and(caisse::expire_le.le(now))))
        .set((caisse::etat.eq(TillState::Closed.name()), caisse::terminee_le.eq(now)))
        .execute(conn)?;
    let live = [TillState::Invited.name(), TillState::Open.name()];
    let of = caisse::table.filter(caisse::id_commercant.eq(merchant));
    of.filter(caisse::etat.eq_any(live)).select(count_star()).get_result(conn)
}

/// The merchant's own till.
pub(crate) fn insert_main(
    conn: &mut PgConnection,
    merchant: &merchant::Row,
    account: AccountId,
    id: TillId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let rows = diesel::insert_into(caisse::table)
        .values((
            caisse::public_id.eq(id),
            caisse::id_commercant.eq(merchant.id_commercant),
            caisse::id_caissier.eq(merchant.id_user),
            caisse::principale.eq(true),
            caisse::nom.eq("Principale"),
            caisse::compte.eq(account),
            caisse::etat.eq(TillState::Open.name()),
            caisse::creee_le.eq(now),
        ))
        .execute(conn)?;
    assert_one(rows)
}

/// Stores an invitation.
pub(super) fn invite(
    conn: &mut PgConnection,
    merchant: i64,
    (id, cashier, name): (TillId, UserId, &TillName),
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), Error> {
    let done = diesel::insert_into(caisse::table)
        .values((
            caisse::public_id.eq(id),
            caisse::id_commercant.eq(merchant),
            caisse::id_caissier.eq(cashier),
            caisse::nom.eq(name.as_str()),
            caisse::creee_le.eq(now),
            caisse::expire_le.eq(until),
        ))
        .execute(conn);
    match done {
        Err(error) if on_unique(&error, "caisse_nom_key") => Err(Error::Rule(&crate::codes::TILL_NAME_TAKEN)),
        Err(error) if on_unique(&error, "caisse_caissier_key") => {
            Err(Error::Rule(&crate::codes::CASHIER_TAKEN))
        }
        done => assert_one(done?),
    }
}

pub(super) fn open(conn: &mut PgConnection, key: i64, account: AccountId) -> QueryResult<usize> {
    diesel::update(caisse::table.find(key))
        .set((caisse::etat.eq(TillState::Open.name()), caisse::compte.eq(account)))
        .execute(conn)
}

pub(super) fn end(
    conn: &mut PgConnection,
    key: i64,
    state: TillState,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(caisse::table.find(key))
        .set((caisse::etat.eq(state.name()), caisse::terminee_le.eq(now)))
        .execute(conn)
}

/// Closes the tills where somebody works who is gone, and takes invitations back. What is in them stays the merchants'.
pub(crate) fn leave(conn: &mut PgConnection, cashier: UserId, now: DateTime<Utc>) -> QueryResult<usize> {
    let live = [TillState::Invited.name(), TillState::Open.name()];
    let theirs = caisse::id_caissier.eq(cashier).and(caisse::principale.eq(false));
    diesel::update(caisse::table.filter(theirs.and(caisse::etat.eq_any(live))))
        .set((caisse::etat.eq(TillState::Closed.name()), caisse::terminee_le.eq(now)))
        .execute(conn)
}
