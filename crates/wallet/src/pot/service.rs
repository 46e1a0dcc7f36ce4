use super::{
    model::{MAX_POTS, NewPot, Pot, PotMoveCommand, PotSettings, PotWay},
    store::{self, Row},
};
use crate::{Error, Movement, Wallets, codes, rules::Terms, touched::assert_one};
use diesel::{Connection, PgConnection};
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{AccountId, Cursor, Limit, Page, PotId, UserId, Xof};
use hostolink_ledger::{self as ledger, AccountStatus, Action, NewHolder, Order};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The name in cursors of somebody's pots.
const LIST: &str = "wallet.pots";

impl Wallets {
    /// Opens a pot, with an account of its own.
    ///
    /// # Errors
    /// `wallet.pot_too_many`; those of the database.
    pub fn create_pot(&self, conn: &mut PgConnection, new: &NewPot) -> Result<Pot, Error> {
        let now = self.clock.now();
        let id = PotId::new(self.random.uuid(now));
        conn.transaction(|conn| {
            let bearer = NewHolder { owner: new.owner, ceiling: self.ceiling_of(conn, new.owner)? };
            let holder = self.ledger.open_holder(conn, &bearer)?;
            let account = self.ledger.open_savings(conn, holder.id)?;
            let mut placed = false;
            // Whoever opens two pots at once may find a place taken: then the next one.
            for _ in 0..MAX_POTS {
                let taken = store::places(conn, new.owner)?;
                let free = (1..=MAX_POTS).find(|place| !taken.contains(place));
                let free = free.ok_or(Error::Rule(&codes::POT_TOO_MANY))?;
                placed = store::insert(conn, (id, new.owner, account.id), &new.settings, free, now)?;
                if placed {
                    break;
                }
            }
            if !placed {
                return Err(Error::Rule(&codes::POT_TOO_MANY));
            }
            let goal = new.settings.goal.map(Xof::francs);
            self.record_pot(conn, &new.actor, "wallet.pot_created", id, json!({ "goal": goal }))?;
            self.pot(conn, new.owner, id)
        })
    }

    /// The person's pots, the oldest first, closed ones among them.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn pots(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Pot>, Error> {
        let after = after.map(|cursor| cursor.keyset(LIST)).transpose()?;
        let rows = store::list(conn, owner, after, limit.probe())?;
        let ids: Vec<AccountId> = rows.iter().map(|row| row.compte).collect();
        let accounts = self.ledger.find_accounts(conn, &ids)?;
        let balances: HashMap<_, _> = accounts.iter().map(|account| (account.id, account.balance)).collect();
        let seen = |row: Row| {
            let balance = balances.get(&row.compte).copied().unwrap_or(Xof::ZERO);
            row.seen(balance)
        };
        Ok(Page::from_probe(rows.into_iter().map(seen).collect(), limit, LIST, |pot: &Pot| pot.id))
    }

    /// One of the person's pots.
    ///
    /// # Errors
    /// `wallet.pot_unknown`, also for somebody else's; those of the database.
    pub fn pot(&self, conn: &mut PgConnection, owner: UserId, id: PotId) -> Result<Pot, Error> {
        let row = store::of(conn, owner, id)?.ok_or(Error::Rule(&codes::POT_UNKNOWN))?;
        let account = self.ledger.find_account(conn, row.compte)?;
        Ok(row.seen(account.map_or(Xof::ZERO, |account| account.balance)))
    }

    /// Sets a pot's name and goal.
    ///
    /// # Errors
    /// `wallet.pot_unknown`, `wallet.pot_closed`; those of the database.
    pub fn configure_pot(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, PotId),
        settings: &PotSettings,
        actor: &Actor,
    ) -> Result<Pot, Error> {
        conn.transaction(|conn| {
            let row = open(store::lock_of(conn, owner, id)?)?;
            assert_one(store::configure(conn, row.id_cagnotte, settings)?)?;
            let goal = settings.goal.map(Xof::francs);
            self.record_pot(conn, actor, "wallet.pot_configured", id, json!({ "goal": goal }))?;
            self.pot(conn, owner, id)
        })
    }

    /// Closes an empty pot, for good.
    ///
    /// # Errors
    /// `wallet.pot_unknown`, `wallet.pot_closed`, `wallet.pot_not_empty`; those of the database.
    pub fn close_pot(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, PotId),
        actor: &Actor,
    ) -> Result<Pot, Error> {
        conn.transaction(|conn| {
            let row = open(store::lock_of(conn, owner, id)?)?;
            match self.ledger.set_status(conn, row.compte, AccountStatus::Closed) {
                Err(ledger::Error::NotClosable) => return Err(Error::Rule(&codes::POT_NOT_EMPTY)),
                closed => closed?,
            }
            assert_one(store::close(conn, row.id_cagnotte)?)?;
            self.record_pot(conn, actor, "wallet.pot_closed", id, json!({}))?;
            self.pot(conn, owner, id)
        })
    }

    /// What happened to a pot, newest first.
    ///
    /// # Errors
    /// `wallet.pot_unknown`; those of the ledger, a cursor that is not of this list among them.
    pub fn pot_transactions(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, PotId),
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Movement>, Error> {
        let row = store::of(conn, owner, id)?.ok_or(Error::Rule(&codes::POT_UNKNOWN))?;
        Ok(self.ledger.statement(conn, row.compte, after, limit)?.map(Movement::from))
    }

    /// The order that puts money into a pot or takes it back. It stays the person's, under the same ceiling.
    ///
    /// # Errors
    /// `wallet.pot_unknown`, `wallet.pot_closed`; those of the database.
    pub fn prepare_pot_move(&self, conn: &mut PgConnection, command: PotMoveCommand) -> Result<Order, Error> {
        let owner = command.wish.key.actor();
        let pot = open(store::of(conn, owner, command.pot)?)?.compte;
        let main = self.main_account(conn, owner)?.id;
        let (from, to) = match command.way {
            PotWay::In => (main, pot),
            PotWay::Out => (pot, main),
        };
        let action = Action::Save { from, to, amount: command.amount };
        // What stays one's own has no fee and no limit.
        Ok(self.order(command.wish, action, Terms::default(), None, None))
    }

    fn record_pot(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        action: &'static str,
        id: PotId,
        details: Value,
    ) -> Result<(), Error> {
        let entry = audit::Entry {
            actor: actor.clone(),
            action,
            object_kind: "pot",
            object_id: id.to_string(),
            details,
            at: self.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}

fn open(row: Option<Row>) -> Result<Row, Error> {
    let row = row.ok_or(Error::Rule(&codes::POT_UNKNOWN))?;
    if row.is_closed() { Err(Error::Rule(&codes::POT_CLOSED)) } else { Ok(row) }
}
