use super::{
    model::{NewPiAlias, PiAliasRecord},
    store,
};
use crate::{Error, Wallets, codes};
use diesel::{Connection, PgConnection};
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{AccountId, Cursor, Limit, Page, PiAliasId};
use serde_json::json;

/// The name of the list in its cursors.
const LIST: &str = "wallet.pi_aliases";

impl Wallets {
    /// Writes down what the network knows an account by: its codes are printed for both from then on. Nobody does so for themselves.
    ///
    /// # Errors
    /// `wallet.pi_alias_account` for an account that no code is paid to; `wallet.pi_alias_taken`; `wallet.own_money`; those of the
    /// database.
    pub fn record_pi_alias(&self, conn: &mut PgConnection, new: &NewPiAlias) -> Result<PiAliasRecord, Error> {
        let account = self.ledger.find_account(conn, new.account)?;
        let account = account.filter(|account| account.kind.takes_codes());
        let account = account.ok_or(Error::Rule(&codes::PI_ALIAS_ACCOUNT))?;
        if account.owner == new.by.user {
            return Err(Error::Rule(&codes::OWN_MONEY));
        }
        let now = self.clock.now();
        let id = PiAliasId::new(self.random.uuid(now));
        conn.transaction(|conn| {
            store::insert(conn, id, new, now)?;
            self.record_alias(conn, &new.by, "wallet.pi_alias_recorded", (id, new.account))?;
            store::find(conn, id)?.ok_or(Error::Rule(&codes::PI_ALIAS_UNKNOWN))
        })
    }

    /// Prints an alias no more. Codes that are on walls stay what they are. Saying so twice is saying so.
    ///
    /// # Errors
    /// `wallet.pi_alias_unknown`; those of the database.
    pub fn withdraw_pi_alias(&self, conn: &mut PgConnection, id: PiAliasId, by: &Actor) -> Result<(), Error> {
        conn.transaction(|conn| {
            let found = store::find(conn, id)?.ok_or(Error::Rule(&codes::PI_ALIAS_UNKNOWN))?;
            if store::withdraw(conn, id, by.user, self.clock.now())? == 1 {
                self.record_alias(conn, by, "wallet.pi_alias_withdrawn", (id, found.account))?;
            }
            Ok(())
        })
    }

    /// The aliases of an account or of all, withdrawn ones among them, the oldest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn pi_aliases(
        &self,
        conn: &mut PgConnection,
        account: Option<AccountId>,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<PiAliasRecord>, Error> {
        let after = after.map(|cursor| cursor.keyset(LIST)).transpose()?;
        let rows = store::list(conn, account, after, limit.probe())?;
        Ok(Page::from_probe(rows, limit, LIST, |alias| alias.id))
    }

    /// The alias itself is no secret and no person's: it is printed on walls.
    fn record_alias(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        action: &'static str,
        (id, account): (PiAliasId, AccountId),
    ) -> Result<(), Error> {
        let entry = audit::Entry {
            actor: by.clone(),
            action,
            object_kind: "pi_alias",
            object_id: id.to_string(),
            details: json!({ "account": account }),
            at: self.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}
