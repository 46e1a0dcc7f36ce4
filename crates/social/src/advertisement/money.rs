//! What an advertisement has to do with money. The ledger is another domain: what is to be asked of it is said here, and what it answered is
//! written down here; a process in between may die at any point and is taken up again.

use super::{
    model::{Advertisement, AdvertisementState, Funding, Settling},
    store,
};
use crate::{Error, Social, refusals, social::assert_one};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::UserId;
use serde_json::json;
use uuid::Uuid;

const UNKNOWN: Error = Error::Rule(&refusals::ADVERTISEMENT_UNKNOWN);
const WRONG_STATE: Error = Error::Rule(&refusals::WRONG_STATE);

fn funding((found, asked_at): (Advertisement, DateTime<Utc>)) -> Funding {
    Funding { id: found.id, owner: found.owner, budget: found.budget, to: found.to, asked_at }
}

impl Social {
    /// How long the ledger may take to answer before somebody looks what it did.
    const PATIENCE: TimeDelta = TimeDelta::seconds(30);

    /// Begins to set a budget aside: from now on a process that dies is taken up again. Asked once more, it says the same.
    ///
    /// # Errors
    /// `social.advertisement_unknown`, also for somebody else's; `social.wrong_state`, `social.invalid_period` for one whose time is over;
    /// `social.sanctioned`; those of the database.
    pub fn begin_funding(&self, conn: &mut PgConnection, owner: UserId, id: Uuid) -> Result<Funding, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            self.may_post(conn, owner)?;
            let (found, at) =
                store::lock(conn, id)?.filter(|(found, _)| found.owner == owner).ok_or(UNKNOWN)?;
            match found.state {
                AdvertisementState::Funding => Ok(funding((found, at))),
                AdvertisementState::Draft if found.to <= now => Err(Error::Rule(&refusals::INVALID_PERIOD)),
                AdvertisementState::Draft => {
                    assert_one(store::set_state(conn, id, AdvertisementState::Funding, None, now)?)?;
                    Ok(funding((found, now)))
                }
                _ => Err(WRONG_STATE),
            }
        })
    }

    /// Writes down that the ledger has set the budget aside. Once more changes nothing. Of a draft that was ended meanwhile it is let go again.
    ///
    /// # Errors
    /// `social.advertisement_unknown`, `social.wrong_state`; those of the database.
    pub fn funded(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        hold: Uuid,
        actor: &Actor,
    ) -> Result<Advertisement, Error> {
        conn.transaction(|conn| {
            let (found, _) = store::lock(conn, id)?.ok_or(UNKNOWN)?;
            if found.hold == Some(hold) {
                return Ok(found);
            }
            let state = match found.state {
                // A draft again: nobody had seen the ledger's answer for a while.
                AdvertisementState::Funding | AdvertisementState::Draft => AdvertisementState::Review,
                AdvertisementState::Ended if found.hold.is_none() => AdvertisementState::Ending,
                _ => return Err(WRONG_STATE),
            };
            assert_one(store::set_hold(conn, id, (hold, state), self.clock.now())?)?;
            let details = json!({ "hold": hold, "budget": found.budget.francs() });
            self.note(conn, (actor, "social.advertisement_funded"), ("advertisement", id), details)?;
            store::find(conn, id)?.ok_or(UNKNOWN)
        })
    }

    /// Writes down that the ledger did not set it aside: it is a draft again. Changes nothing where it did meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub fn not_funded(&self, conn: &mut PgConnection, id: Uuid) -> Result<(), Error> {
        conn.transaction(|conn| {
            if let Some((found, _)) = store::lock(conn, id)?
                && found.state == AdvertisementState::Funding
            {
                assert_one(store::set_state(conn, id, AdvertisementState::Draft, None, self.clock.now())?)?;
            }
            Ok(())
        })
    }

    /// Budgets of which it is not known whether they are set aside: whoever asked for it died, or waits still.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unanswered_fundings(&self, conn: &mut PgConnection, limit: i64) -> Result<Vec<Funding>, Error> {
        let before = self.clock.now() - Self::PATIENCE;
        let waiting = store::waiting(conn, AdvertisementState::Funding, before, limit)?;
        Ok(waiting.into_iter().map(funding).collect())
    }

    /// Ends what is over, and says what the ledger is to be asked for then.
    ///
    /// # Errors
    /// Those of the database.
    pub fn advertisements_to_settle(
        &self,
        conn: &mut PgConnection,
        limit: i64,
    ) -> Result<Vec<Settling>, Error> {
        let now = self.clock.now();
        store::end_due(conn, now, limit)?;
        let ended = store::waiting(conn, AdvertisementState::Ending, now, limit)?;
        let settling = |(found, ended_at): (Advertisement, DateTime<Utc>)| {
            Some(Settling { id: found.id, hold: found.hold?, spent: found.spent, ended_at })
        };
        Ok(ended.into_iter().filter_map(settling).collect())
    }

    /// Writes down what the ledger did, or that nothing was left for it to do. Once more changes nothing.
    ///
    /// # Errors
    /// `social.advertisement_unknown`; those of the database.
    pub fn settled(&self, conn: &mut PgConnection, id: Uuid, settlement: Option<Uuid>) -> Result<(), Error> {
        conn.transaction(|conn| {
            let (found, _) = store::lock(conn, id)?.ok_or(UNKNOWN)?;
            if found.state != AdvertisementState::Ending {
                return Ok(());
            }
            assert_one(store::set_settlement(conn, id, settlement, self.clock.now())?)?;
            let details = json!({ "settlement": settlement, "spent": found.spent.francs() });
            self.note(
                conn,
                (&Actor::default(), "social.advertisement_settled"),
                ("advertisement", id),
                details,
            )
        })
    }
}
