use super::{
    model::{INVITATION, MAX_TILLS, NewTill, Till, TillState},
    store::{self, Found},
};
use crate::{Error, MerchantState, Wallets, codes, merchant, touched::assert_one};
use diesel::{Connection, PgConnection};
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{AccountId, Cursor, Limit, Page, TillId, UserId, Xof};
use hostolink_ledger::NewHolder;
use hostolink_outbox::{self as outbox, NewEvent};
use serde_json::json;

/// The names of the two lists in their cursors.
const OF_MERCHANT: &str = "wallet.merchant_tills";
const OF_CASHIER: &str = "wallet.tills";

impl Wallets {
    /// Invites somebody to a till of their own.
    ///
    /// # Errors
    /// `wallet.merchant_unknown`, `wallet.merchant_state`, `wallet.till_too_many`, `wallet.till_name_taken`, `wallet.cashier_taken`;
    /// those of the database.
    pub fn invite_cashier(&self, conn: &mut PgConnection, new: &NewTill) -> Result<Till, Error> {
        let now = self.clock.now();
        let id = TillId::new(self.random.uuid(now));
        conn.transaction(|conn| {
            let merchant =
                merchant::of_owner(conn, new.owner)?.ok_or(Error::Rule(&codes::MERCHANT_UNKNOWN))?;
            let merchant = merchant::lock_open(conn, merchant.id_commercant)?;
            if merchant.state()? != MerchantState::Accepted {
                return Err(Error::Rule(&codes::MERCHANT_STATE));
            }
            if store::live(conn, merchant.id_commercant, now)? >= MAX_TILLS {
                return Err(Error::Rule(&codes::TILL_TOO_MANY));
            }
            let times = (now, now + INVITATION);
            store::invite(conn, merchant.id_commercant, (id, new.cashier, &new.name), times)?;
            self.note_till(conn, &new.actor, "wallet.cashier_invited", id)?;
            self.till(conn, new.owner, id)
        })
    }

    /// Who was invited takes the till: from then on it may be paid at.
    ///
    /// # Errors
    /// `wallet.till_unknown` for all but who was invited; `wallet.till_closed` where it was answered, taken back or has expired; those
    /// of the ledger.
    pub fn accept_till(
        &self,
        conn: &mut PgConnection,
        cashier: UserId,
        id: TillId,
        actor: &Actor,
    ) -> Result<Till, Error> {
        conn.transaction(|conn| {
            let found = self.invitation(conn, cashier, id)?;
            let owner = found.merchant.id_user;
            let bearer = NewHolder { owner, ceiling: self.ceiling_of(conn, owner)? };
            let holder = self.ledger.open_holder(conn, &bearer)?;
            let account = self.ledger.open_till(conn, holder.id)?;
            self.freeze_like_main(conn, owner, &account)?;
            assert_one(store::open(conn, found.row.id_caisse, account.id)?)?;
            self.note_till(conn, actor, "wallet.till_accepted", id)?;
            self.till(conn, cashier, id)
        })
    }

    /// Who was invited does not want the till.
    ///
    /// # Errors
    /// As [`Wallets::accept_till`].
    pub fn decline_till(
        &self,
        conn: &mut PgConnection,
        cashier: UserId,
        id: TillId,
        actor: &Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            let found = self.invitation(conn, cashier, id)?;
            assert_one(store::end(conn, found.row.id_caisse, TillState::Declined, self.clock.now())?)?;
            self.note_till(conn, actor, "wallet.till_declined", id)
        })
    }

    /// The merchant takes a till back, or its invitation: its cashier can do nothing there from that moment on, and nobody pays there.
    /// What is in it stays the merchant's to collect. Saying so twice is saying so.
    ///
    /// # Errors
    /// `wallet.till_unknown`, also for the merchant's own; those of the database.
    pub fn close_till(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        id: TillId,
        actor: &Actor,
    ) -> Result<Till, Error> {
        conn.transaction(|conn| {
            let unknown = || Error::Rule(&codes::TILL_UNKNOWN);
            let found = store::find(conn, id)?.filter(|found| found.is_owner(owner) && !found.is_main());
            merchant::lock_open(conn, found.ok_or_else(unknown)?.merchant.id_commercant)?;
            let found = store::find(conn, id)?.ok_or_else(unknown)?;
            let state = found.state(self.clock.now())?;
            if !matches!(state, TillState::Closed | TillState::Declined) {
                assert_one(store::end(conn, found.row.id_caisse, TillState::Closed, self.clock.now())?)?;
                self.note_till(conn, actor, "wallet.till_closed", id)?;
            }
            self.till(conn, owner, id)
        })
    }

    /// A till, for its merchant, its cashier or who is invited to it.
    ///
    /// # Errors
    /// `wallet.till_unknown`; those of the database.
    pub fn till(&self, conn: &mut PgConnection, user: UserId, id: TillId) -> Result<Till, Error> {
        let now = self.clock.now();
        let found = store::find(conn, id)?.ok_or(Error::Rule(&codes::TILL_UNKNOWN))?;
        let live = matches!(found.state(now)?, TillState::Invited | TillState::Open);
        if found.is_owner(user) || (found.is_cashier(user) && live) {
            Ok(found.read(now)?)
        } else {
            Err(Error::Rule(&codes::TILL_UNKNOWN))
        }
    }

    /// What is in a till that was opened.
    ///
    /// # Errors
    /// `wallet.till_unknown`; those of the ledger.
    pub fn till_balance(&self, conn: &mut PgConnection, till: &Till) -> Result<Option<Xof>, Error> {
        let Some(account) = till.account else { return Ok(None) };
        Ok(self.ledger.find_account(conn, account)?.map(|account| account.balance))
    }

    /// A merchant's tills, closed ones among them, the oldest first.
    ///
    /// # Errors
    /// `wallet.merchant_unknown`; a cursor that is not of this list; those of the database.
    pub fn tills_of_merchant(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Till>, Error> {
        let merchant = merchant::of_owner(conn, owner)?.ok_or(Error::Rule(&codes::MERCHANT_UNKNOWN))?;
        let after = after.map(|cursor| cursor.keyset(OF_MERCHANT)).transpose()?;
        let rows = store::of_merchant(conn, merchant.id_commercant, after, limit.probe())?;
        self.till_page(rows, limit, OF_MERCHANT)
    }

    /// The tills where somebody works or is invited to, the oldest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn tills_of_cashier(
        &self,
        conn: &mut PgConnection,
        cashier: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Till>, Error> {
        let after = after.map(|cursor| cursor.keyset(OF_CASHIER)).transpose()?;
        let rows = store::of_cashier(conn, cashier, after, limit.probe())?;
        self.till_page(rows, limit, OF_CASHIER)
    }

    /// The accounts of a merchant's tills, the merchant's own first; new ones come last.
    ///
    /// # Errors
    /// `wallet.merchant_unknown`; those of the database.
    pub fn merchant_accounts(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
    ) -> Result<Vec<(TillId, AccountId)>, Error> {
        let merchant = merchant::of_owner(conn, owner)?.ok_or(Error::Rule(&codes::MERCHANT_UNKNOWN))?;
        Ok(store::accounts(conn, merchant.id_commercant)?)
    }

    /// The account of a till, for who may work there now.
    ///
    /// # Errors
    /// `wallet.till_unknown`; `wallet.till_closed` where the merchant asks of one that was never opened; those of the database.
    pub fn till_account(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        id: TillId,
    ) -> Result<AccountId, Error> {
        self.desk(conn, user, id)?.row.compte.ok_or(Error::Rule(&codes::TILL_CLOSED))
    }

    /// A till for who may work there now: its merchant always, its cashier as long as it is open.
    pub(crate) fn desk(&self, conn: &mut PgConnection, user: UserId, id: TillId) -> Result<Found, Error> {
        let found = store::find(conn, id)?.ok_or(Error::Rule(&codes::TILL_UNKNOWN))?;
        let works = found.is_cashier(user) && found.state(self.clock.now())? == TillState::Open;
        if found.is_owner(user) || works { Ok(found) } else { Err(Error::Rule(&codes::TILL_UNKNOWN)) }
    }

    /// An invitation that can be answered, held until the transaction ends.
    fn invitation(&self, conn: &mut PgConnection, cashier: UserId, id: TillId) -> Result<Found, Error> {
        let unknown = || Error::Rule(&codes::TILL_UNKNOWN);
        let found = store::find(conn, id)?.filter(|found| found.is_cashier(cashier) && !found.is_main());
        merchant::lock_open(conn, found.ok_or_else(unknown)?.merchant.id_commercant)?;
        let found = store::find(conn, id)?.ok_or_else(unknown)?;
        let open = found.state(self.clock.now())? == TillState::Invited;
        if open { Ok(found) } else { Err(Error::Rule(&codes::TILL_CLOSED)) }
    }

    fn till_page(&self, rows: Vec<Found>, limit: Limit, list: &str) -> Result<Page<Till>, Error> {
        let now = self.clock.now();
        let tills = rows.into_iter().map(|found| found.read(now)).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::from_probe(tills, limit, list, |till| till.id))
    }

    /// Writes down what happened to a till, and tells whoever listens at it.
    fn note_till(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        action: &'static str,
        id: TillId,
    ) -> Result<(), Error> {
        let at = self.clock.now();
        let entry = audit::Entry {
            actor: actor.clone(),
            action,
            object_kind: "till",
            object_id: id.to_string(),
            details: json!({}),
            at,
        };
        audit::record(conn, &entry)?;
        let event = NewEvent { kind: action, subject: id.uuid(), payload: json!({}) };
        Ok(outbox::publish(conn, &event, at)?)
    }
}
