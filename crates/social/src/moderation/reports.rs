use super::{
    model::{Case, Reason, Target},
    store,
};
use crate::{
    Error, Social, Viewer, Words, publication, refusals,
    social::{first_id_at, known, not_too_often},
};
use chrono::TimeDelta;
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

const QUEUE: &str = "social.cases";

impl Social {
    /// The longest word beside a report, in characters.
    pub const MAX_REPORT: usize = 500;

    /// Reports something that the person sees, or somebody: also whom a block stands before. Once a person counts until somebody of the house
    /// decides, and nobody is told who.
    ///
    /// # Errors
    /// `social.publication_unknown`, `social.comment_unknown`, `social.share_unknown` also for one without words; `social.oneself` for one's
    /// own; `social.too_often`; those of the database.
    pub fn report(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        target: Target,
        (reason, details): (Reason, Option<&Words>),
        actor: &Actor,
    ) -> Result<(), Error> {
        let (user, now) = (known(actor)?, self.clock.now());
        let (id, case) = (self.id(now), self.id(now));
        conn.transaction(|conn| {
            let day = TimeDelta::days(1);
            not_too_often(store::count_since(conn, user, first_id_at(now - day))?, Self::REPORTS_A_DAY, day)?;
            let (person, text) = match target {
                Target::Publication(id) => {
                    let found = self.publication(conn, viewer, id)?;
                    (found.author, Some(found.text))
                }
                Target::Comment(id) => {
                    let found = self.one_comment(conn, viewer, id)?;
                    (found.author, Some(found.text))
                }
                // Neither who blocked their victim nor whom the victim blocked is out of reach of the house.
                Target::Person(person) => (person, None),
                Target::Share(id) => {
                    let found = publication::store::share_of(conn, id)?;
                    let (shared, person, words) = found.ok_or(Error::Rule(&refusals::SHARE_UNKNOWN))?;
                    self.visible(conn, viewer, shared)?;
                    (person, Some(words))
                }
            };
            if person == user {
                return Err(Error::Rule(&refusals::ONESELF));
            }
            let case = store::open_case(conn, case, (target, person), now)?;
            if store::report(conn, (id, case, user), (reason, details, text.as_deref()), now)? == 0 {
                return Ok(());
            }
            self.note(conn, (actor, "social.reported"), ("case", case), json!({ "reason": reason.as_str() }))
        })
    }

    /// What nobody has decided, the oldest first, but for what concerns the reader.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn cases(
        &self,
        conn: &mut PgConnection,
        reader: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Case>, Error> {
        let after = after.map(|cursor| cursor.keyset(QUEUE)).transpose()?.unwrap_or_default();
        Ok(Page::from_probe(store::queue(conn, reader, after, limit.probe())?, limit, QUEUE, |case| case.id))
    }

    /// One case.
    ///
    /// # Errors
    /// `social.case_unknown`, also for what concerns the reader; those of the database.
    pub fn case(&self, conn: &mut PgConnection, reader: UserId, id: Uuid) -> Result<Case, Error> {
        let found = store::case(conn, id)?.filter(|case| case.person != reader);
        found.ok_or(Error::Rule(&refusals::CASE_UNKNOWN))
    }
}
