use super::{
    model::{Merchant, MerchantFace, MerchantSettings, MerchantState, OwnMove, OwnWay},
    store,
};
use crate::{
    Error, Wallets, codes,
    rules::{Level, Terms},
    till,
    touched::assert_one,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{AccountId, MerchantId, UserId, Xof};
use hostolink_ledger::{Account, AccountKind, AccountStatus, Action, Order};
use serde_json::{Value, json};
use std::collections::HashMap;

impl Wallets {
    /// The person's merchant.
    ///
    /// # Errors
    /// `wallet.merchant_unknown`; those of the database.
    pub fn merchant(&self, conn: &mut PgConnection, owner: UserId) -> Result<Merchant, Error> {
        let row = store::of(conn, owner)?.ok_or(Error::Rule(&codes::MERCHANT_UNKNOWN))?;
        Ok(row.read()?)
    }

    /// What an accepted merchant has on the merchant's account, tills not included; `None` before.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn merchant_account(&self, conn: &mut PgConnection, owner: UserId) -> Result<Option<Account>, Error> {
        Ok(self.ledger.find_account_of(conn, owner, AccountKind::Merchant)?)
    }

    /// Describes somebody's trade, for the first time or better. Only who is identified has one.
    ///
    /// # Errors
    /// `wallet.identity_required`, `wallet.merchant_state`; those of the database.
    pub fn describe_merchant(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        face: &MerchantFace,
        actor: &Actor,
    ) -> Result<Merchant, Error> {
        self.require_identity(conn, owner)?;
        let now = self.clock.now();
        conn.transaction(|conn| {
            let id = MerchantId::new(self.random.uuid(now));
            if !store::insert(conn, (id, owner), face, now)? {
                let row = store::lock_of(conn, owner)?.ok_or(Error::Rule(&codes::MERCHANT_UNKNOWN))?;
                if !row.state()?.is_open() {
                    return Err(Error::Rule(&codes::MERCHANT_STATE));
                }
                assert_one(store::describe(conn, row.id_commercant, face)?)?;
            }
            let merchant = self.merchant(conn, owner)?;
            let details = json!({ "category": face.category.as_str() });
            self.record_merchant(conn, actor, "wallet.merchant_described", merchant.id, details)?;
            Ok(merchant)
        })
    }

    /// Hands the description to the reviewers.
    ///
    /// # Errors
    /// `wallet.merchant_unknown`, `wallet.merchant_state`, `wallet.identity_required`; those of the database.
    pub fn submit_merchant(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        actor: &Actor,
    ) -> Result<Merchant, Error> {
        self.require_identity(conn, owner)?;
        conn.transaction(|conn| {
            let row = store::lock_of(conn, owner)?.ok_or(Error::Rule(&codes::MERCHANT_UNKNOWN))?;
            if !row.state()?.is_open() {
                return Err(Error::Rule(&codes::MERCHANT_STATE));
            }
            assert_one(store::submit(conn, row.id_commercant, self.clock.now())?)?;
            self.record_merchant(conn, actor, "wallet.merchant_submitted", row.public_id, json!({}))?;
            self.merchant(conn, owner)
        })
    }

    /// Sets what cashiers may.
    ///
    /// # Errors
    /// `wallet.merchant_unknown`, `wallet.merchant_state` before a reviewer has accepted; those of the database.
    pub fn configure_merchant(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        settings: MerchantSettings,
        actor: &Actor,
    ) -> Result<Merchant, Error> {
        conn.transaction(|conn| {
            let row = store::lock_of(conn, owner)?.ok_or(Error::Rule(&codes::MERCHANT_UNKNOWN))?;
            if !matches!(row.state()?, MerchantState::Accepted | MerchantState::Suspended) {
                return Err(Error::Rule(&codes::MERCHANT_STATE));
            }
            assert_one(store::configure(conn, row.id_commercant, settings)?)?;
            let details = json!({ "refundsADay": settings.refunds_a_day.map(Xof::francs) });
            self.record_merchant(conn, actor, "wallet.merchant_configured", row.public_id, details)?;
            self.merchant(conn, owner)
        })
    }

    /// The trade names of those of these people who are merchants.
    ///
    /// # Errors
    /// Those of the database.
    pub fn trade_names(
        &self,
        conn: &mut PgConnection,
        owners: &[UserId],
    ) -> Result<HashMap<UserId, String>, Error> {
        if owners.is_empty() {
            return Ok(HashMap::new());
        }
        Ok(store::names(conn, owners)?)
    }

    /// The order that moves money between a merchant's own accounts. It stays the person's, without fee and without limit.
    ///
    /// # Errors
    /// `wallet.merchant_unknown`, `wallet.merchant_state` where there is no merchant's account yet; `wallet.till_unknown`; those of the
    /// database.
    pub fn prepare_own_move(&self, conn: &mut PgConnection, command: OwnMove) -> Result<Order, Error> {
        let owner = command.wish.key.actor();
        let row = store::of(conn, owner)?.ok_or(Error::Rule(&codes::MERCHANT_UNKNOWN))?;
        let shop = self.merchant_account(conn, owner)?.ok_or(Error::Rule(&codes::MERCHANT_STATE))?.id;
        let till = |conn: &mut PgConnection, id| -> Result<AccountId, Error> {
            till::account_of(conn, row.id_commercant, id)?.ok_or(Error::Rule(&codes::TILL_UNKNOWN))
        };
        let (from, to) = match command.way {
            OwnWay::Out => (shop, self.main_account(conn, owner)?.id),
            OwnWay::In => (self.main_account(conn, owner)?.id, shop),
            OwnWay::Collect(id) => (till(conn, id)?, shop),
            OwnWay::Fund(id) => (shop, till(conn, id)?),
        };
        let action = Action::MoveOwn { from, to, amount: command.amount };
        Ok(self.order(command.wish, action, Terms::default(), None, None))
    }

    /// A new account is as frozen as the person's main one.
    pub(crate) fn freeze_like_main(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        account: &Account,
    ) -> Result<(), Error> {
        let main = self.main_account(conn, owner)?.status;
        if account.status == AccountStatus::Active && main != AccountStatus::Active {
            self.ledger.set_status(conn, account.id, main)?;
        }
        Ok(())
    }

    fn require_identity(&self, conn: &mut PgConnection, owner: UserId) -> Result<(), Error> {
        match self.level(conn, owner)? {
            Level::Identified => Ok(()),
            Level::Unidentified => Err(Error::Rule(&codes::IDENTITY_REQUIRED)),
        }
    }

    pub(super) fn record_merchant(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        action: &'static str,
        id: MerchantId,
        details: Value,
    ) -> Result<(), Error> {
        let entry = audit::Entry {
            actor: actor.clone(),
            action,
            object_kind: "merchant",
            object_id: id.to_string(),
            details,
            at: self.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}
