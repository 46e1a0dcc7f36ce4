use super::{
    model::{Appeal, AppealState},
    store,
};
use crate::{Error, Social, Words, refusals, social::known};
use chrono::TimeDelta;
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

const QUEUE: &str = "social.appeals";

impl Social {
    /// The longest appeal, in characters.
    pub const MAX_APPEAL: usize = 1_000;
    /// For how long one may appeal.
    pub const TIME_TO_APPEAL: TimeDelta = TimeDelta::days(20);

    /// Says something against a sanction of one's own, once and within twenty days.
    ///
    /// # Errors
    /// `social.sanction_unknown`, also for somebody else's; `social.already_appealed`, `social.too_late`; `social.wrong_state` for one that was
    /// lifted; those of the database.
    pub fn appeal(
        &self,
        conn: &mut PgConnection,
        sanction: Uuid,
        text: &Words,
        actor: &Actor,
    ) -> Result<(), Error> {
        let (user, now) = (known(actor)?, self.clock.now());
        conn.transaction(|conn| {
            let found = store::lock(conn, sanction)?.filter(|found| found.person == user);
            let found = found.ok_or(Error::Rule(&refusals::SANCTION_UNKNOWN))?;
            if found.lifted_at.is_some() {
                return Err(Error::Rule(&refusals::WRONG_STATE));
            }
            if found.created_at + Self::TIME_TO_APPEAL <= now {
                return Err(Error::Rule(&refusals::TOO_LATE));
            }
            if store::insert_appeal(conn, (self.id(now), sanction), text, now)? == 0 {
                return Err(Error::Rule(&refusals::ALREADY_APPEALED));
            }
            self.note(conn, (actor, "social.appealed"), ("sanction", sanction), json!({}))
        })
    }

    /// Appeals of others than the reader that nobody has decided, the oldest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn appeals(
        &self,
        conn: &mut PgConnection,
        reader: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Appeal>, Error> {
        let after = after.map(|cursor| cursor.keyset(QUEUE)).transpose()?.unwrap_or_default();
        let rows = store::open_appeals(conn, reader, after, limit.probe())?;
        Ok(Page::from_probe(rows, limit, QUEUE, |appeal| appeal.id))
    }

    /// Who made an appeal.
    ///
    /// # Errors
    /// `social.appeal_unknown`; those of the database.
    pub fn appellant(&self, conn: &mut PgConnection, appeal: Uuid) -> Result<UserId, Error> {
        store::appellant(conn, appeal)?.ok_or(Error::Rule(&refusals::APPEAL_UNKNOWN))
    }

    /// Accepts an appeal, which lifts the sanction, or refuses it. Somebody else than who decided the sanction does so, and neither who is
    /// concerned nor who reported it. Whether who decides stands above who is concerned, whoever calls makes sure first.
    ///
    /// # Errors
    /// `social.appeal_unknown`, `social.own_matter`, `social.second_person`, `social.already_decided`; those of the database.
    pub fn decide_appeal(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        accept: bool,
        actor: &Actor,
    ) -> Result<Appeal, Error> {
        let (officer, now) = (known(actor)?, self.clock.now());
        let unknown = || Error::Rule(&refusals::APPEAL_UNKNOWN);
        conn.transaction(|conn| {
            let appeal = store::lock_appeal(conn, id)?.ok_or_else(unknown)?;
            if appeal.sanction.person == officer || store::reported_by(conn, appeal.sanction.id, officer)? {
                return Err(Error::Rule(&refusals::OWN_MATTER));
            }
            if appeal.sanction.decided_by == Some(officer) {
                return Err(Error::Rule(&refusals::SECOND_PERSON));
            }
            let state = if accept { AppealState::Accepted } else { AppealState::Refused };
            if store::decide_appeal(conn, id, state, (officer, now))? == 0 {
                return Err(Error::Rule(&refusals::ALREADY_DECIDED));
            }
            let standing = store::lock(conn, appeal.sanction.id)?.filter(|found| found.lifted_at.is_none());
            if let Some(sanction) = standing.filter(|_| accept) {
                self.lift(conn, &sanction, now)?;
            }
            let payload = json!({ "to": appeal.sanction.person.key(), "appeal": state.as_str() });
            self.tell(conn, "social.sanctioned", appeal.sanction.id, payload)?;
            let details = json!({ "state": state.as_str() });
            self.note(conn, (actor, "social.appeal_decided"), ("sanction", appeal.sanction.id), details)?;
            store::lock_appeal(conn, id)?.ok_or_else(unknown)
        })
    }
}
