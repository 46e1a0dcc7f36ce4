use super::{
    model::{Advertisement, AdvertisementState, NewAdvertisement, Seen},
    store,
};
use crate::{
    Area, Error, Social, Words, refusals,
    social::{assert_one, known},
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

const OWN: &str = "social.advertisements";
const REVIEW: &str = "social.advertisement_review";
const UNKNOWN: Error = Error::Rule(&refusals::ADVERTISEMENT_UNKNOWN);
const WRONG_STATE: Error = Error::Rule(&refusals::WRONG_STATE);

impl Social {
    /// The most advertisements of one person that are not over.
    pub const MAX_ADVERTISEMENTS: i64 = 20;
    /// The most that are given to show at once.
    pub const MAX_SHOWN: i64 = 5;
    /// The longest word about why something is not shown, in characters.
    pub const MAX_AD_REASON: usize = 300;

    /// Writes an advertisement down. It is shown once its budget is set aside and somebody of the house has looked at it.
    ///
    /// # Errors
    /// `social.too_many`, `social.sanctioned`; those of the database.
    pub fn draft_advertisement(
        &self,
        conn: &mut PgConnection,
        new: &NewAdvertisement,
    ) -> Result<Advertisement, Error> {
        let (owner, now) = (known(&new.actor)?, self.clock.now());
        let id = self.id(now);
        conn.transaction(|conn| {
            self.may_post(conn, owner)?;
            // Two at once may both find room for one: a few more than the most do no harm.
            if store::living_of(conn, owner)? >= Self::MAX_ADVERTISEMENTS {
                return Err(Error::Rule(&refusals::TOO_MANY));
            }
            assert_one(store::insert(conn, (id, owner), new, now)?)?;
            let details = json!({ "budget": new.budget.francs() });
            self.note(conn, (&new.actor, "social.advertisement_drafted"), ("advertisement", id), details)?;
            store::find(conn, id)?.ok_or(UNKNOWN)
        })
    }

    /// One's own, the newest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn advertisements_of(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Advertisement>, Error> {
        let before = after.map(|cursor| cursor.keyset(OWN)).transpose()?.unwrap_or(Uuid::max());
        Ok(Page::from_probe(store::of(conn, owner, before, limit.probe())?, limit, OWN, |ad| ad.id))
    }

    /// One of one's own.
    ///
    /// # Errors
    /// `social.advertisement_unknown`, also for somebody else's; those of the database.
    pub fn advertisement(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        id: Uuid,
    ) -> Result<Advertisement, Error> {
        store::find(conn, id)?.filter(|found| found.owner == owner).ok_or(UNKNOWN)
    }

    /// Ends one of one's own before its time. What was spent is taken, the rest let go. One that is over at once was a draft: whoever calls keeps
    /// the ledger from setting its budget aside later, in the same transaction.
    ///
    /// # Errors
    /// `social.advertisement_unknown`, `social.wrong_state`; those of the database.
    pub fn end_advertisement(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        actor: &Actor,
    ) -> Result<Advertisement, Error> {
        let (owner, now) = (known(actor)?, self.clock.now());
        conn.transaction(|conn| {
            let (found, _) =
                store::lock(conn, id)?.filter(|(found, _)| found.owner == owner).ok_or(UNKNOWN)?;
            let state = match found.state {
                AdvertisementState::Draft => AdvertisementState::Ended,
                AdvertisementState::Review | AdvertisementState::Running => AdvertisementState::Ending,
                _ => return Err(WRONG_STATE),
            };
            assert_one(store::set_state(conn, id, state, None, now)?)?;
            self.note(conn, (actor, "social.advertisement_ended"), ("advertisement", id), json!({}))?;
            store::find(conn, id)?.ok_or(UNKNOWN)
        })
    }

    /// What somebody of the house has to look at, the oldest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn advertisements_to_review(
        &self,
        conn: &mut PgConnection,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Advertisement>, Error> {
        let after = after.map(|cursor| cursor.keyset(REVIEW)).transpose()?.unwrap_or_default();
        let rows = store::in_review(conn, after, limit.probe())?;
        Ok(Page::from_probe(rows, limit, REVIEW, |ad| ad.id))
    }

    /// Lets an advertisement be shown, or does not, with the reason: then its money is let go. One that is shown already can be stopped the same
    /// way: what was spent is taken, the rest let go. Nobody decides their own.
    ///
    /// # Errors
    /// `social.advertisement_unknown`, `social.own_matter`, `social.already_decided`; those of the database.
    pub fn review_advertisement(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        refusal: Option<&Words>,
        actor: &Actor,
    ) -> Result<Advertisement, Error> {
        let (officer, now) = (known(actor)?, self.clock.now());
        conn.transaction(|conn| {
            let (found, _) = store::lock(conn, id)?.ok_or(UNKNOWN)?;
            if found.owner == officer {
                return Err(Error::Rule(&refusals::OWN_MATTER));
            }
            let state = match (found.state, refusal) {
                (AdvertisementState::Review, None) => AdvertisementState::Running,
                (AdvertisementState::Review | AdvertisementState::Running, Some(_)) => {
                    AdvertisementState::Ending
                }
                _ => return Err(Error::Rule(&refusals::ALREADY_DECIDED)),
            };
            assert_one(store::set_state(conn, id, state, refusal.map(Words::as_str), now)?)?;
            let details = json!({ "accepted": refusal.is_none() });
            self.note(conn, (actor, "social.advertisement_reviewed"), ("advertisement", id), details)?;
            store::find(conn, id)?.ok_or(UNKNOWN)
        })
    }

    /// What somebody may be shown now who is in a district, or anywhere: at most [`Social::MAX_SHOWN`], none twice a day.
    ///
    /// # Errors
    /// Those of the database.
    pub fn advertisements_to_show(
        &self,
        conn: &mut PgConnection,
        viewer: UserId,
        area: Option<Area>,
    ) -> Result<Vec<Advertisement>, Error> {
        let now = self.clock.now();
        store::to_show(conn, viewer, area.map(Area::code), (now, now.date_naive()), Self::MAX_SHOWN)
    }

    /// Counts that somebody was shown an advertisement, or followed its link, once a day, and what it costs. A link counts only for who was shown it
    /// that day; what its owner does with it never counts; and nothing counts that the budget does not pay for.
    ///
    /// # Errors
    /// `social.advertisement_unknown`, also for one that is not shown now; those of the database.
    pub fn see_advertisement(
        &self,
        conn: &mut PgConnection,
        viewer: UserId,
        id: Uuid,
        what: Seen,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            let (found, _) = store::lock(conn, id)?.ok_or(UNKNOWN)?;
            let shown = found.state == AdvertisementState::Running && found.from <= now && now < found.to;
            if !shown {
                return Err(UNKNOWN);
            }
            if found.owner == viewer || store::note(conn, (id, viewer), what, now.date_naive())? == 0 {
                return Ok(());
            }
            // A link that the rest does not pay for is a gift; what is left may still pay for views.
            store::spend(conn, id, what)?;
            store::end_spent(conn, id, now)?;
            Ok(())
        })
    }
}
