//! What administrators do with merchants. Who may, the caller has checked.

use super::{
    model::{DeclineReason, Merchant, MerchantState, Verdict},
    store,
};
use crate::{Error, Wallets, codes, till, touched::assert_one};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, MerchantId, Page, TillId, UserId};
use hostolink_ledger::{AccountKind, NewHolder};
use serde_json::json;

/// The name of the list in its cursors.
const LIST: &str = "wallet.merchants";

impl Wallets {
    /// Merchants in a state, or all of them, the oldest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn merchants(
        &self,
        conn: &mut PgConnection,
        state: Option<MerchantState>,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Merchant>, Error> {
        let after = after.map(|cursor| cursor.keyset(LIST)).transpose()?;
        let rows = store::list(conn, state, after, limit.probe())?;
        let items = rows.into_iter().map(store::Row::read).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::from_probe(items, limit, LIST, |merchant: &Merchant| merchant.id))
    }

    /// A merchant, for who reviews.
    ///
    /// # Errors
    /// `wallet.merchant_unknown`; those of the database.
    pub fn merchant_by_id(&self, conn: &mut PgConnection, id: MerchantId) -> Result<Merchant, Error> {
        let row = store::find(conn, id)?.ok_or(Error::Rule(&codes::MERCHANT_UNKNOWN))?;
        Ok(row.read()?)
    }

    /// A reviewer decides about a merchant, never about their own. Who is accepted has an account and a till of their own from then on.
    ///
    /// # Errors
    /// `wallet.merchant_unknown`, `wallet.merchant_state`, `wallet.own_money`; those of the database.
    pub fn review_merchant(
        &self,
        conn: &mut PgConnection,
        id: MerchantId,
        verdict: Verdict,
        by: &Actor,
    ) -> Result<Merchant, Error> {
        conn.transaction(|conn| {
            let row = store::lock(conn, id)?.ok_or(Error::Rule(&codes::MERCHANT_UNKNOWN))?;
            if by.user == Some(row.id_user) {
                return Err(Error::Rule(&codes::OWN_MONEY));
            }
            let (from, to) = verdict.states();
            if row.state()? != from {
                return Err(Error::Rule(&codes::MERCHANT_STATE));
            }
            let (decision, now) = ((to, verdict.reason()), self.clock.now());
            assert_one(store::decide(conn, row.id_commercant, decision, by.user, now)?)?;
            if verdict == Verdict::Accept {
                self.open_shop(conn, &row)?;
            }
            let details = json!({ "reason": verdict.reason().map(DeclineReason::name) });
            self.record_merchant(conn, by, verdict.action(), id, details)?;
            self.merchant_by_id(conn, id)
        })
    }

    /// Says which agent brought a merchant, or that none did: from then on they share what the merchant pays for being paid. Nobody says
    /// so of themselves, and nobody brings themselves. The caller has checked that it is an agent.
    ///
    /// # Errors
    /// `wallet.merchant_unknown`, `wallet.own_money`; those of the database.
    pub fn set_merchant_agent(
        &self,
        conn: &mut PgConnection,
        id: MerchantId,
        agent: Option<UserId>,
        by: &Actor,
    ) -> Result<Merchant, Error> {
        conn.transaction(|conn| {
            let row = store::lock(conn, id)?.ok_or(Error::Rule(&codes::MERCHANT_UNKNOWN))?;
            let themselves = by.user == Some(row.id_user) || (agent.is_some() && by.user == agent);
            if themselves || agent == Some(row.id_user) {
                return Err(Error::Rule(&codes::OWN_MONEY));
            }
            assert_one(store::set_agent(conn, row.id_commercant, agent)?)?;
            let details = json!({ "before": row.id_agent.map(UserId::key), "after": agent.map(UserId::key) });
            self.record_merchant(conn, by, "wallet.merchant_agent_set", id, details)?;
            self.merchant_by_id(conn, id)
        })
    }

    fn open_shop(&self, conn: &mut PgConnection, row: &store::Row) -> Result<(), Error> {
        let bearer = NewHolder { owner: row.id_user, ceiling: self.ceiling_of(conn, row.id_user)? };
        let holder = self.ledger.open_holder(conn, &bearer)?;
        let account = self.ledger.open_account(conn, holder.id, AccountKind::Merchant)?;
        self.freeze_like_main(conn, row.id_user, &account)?;
        let now = self.clock.now();
        till::insert_main(conn, row, account.id, TillId::new(self.random.uuid(now)), now)
    }
}
