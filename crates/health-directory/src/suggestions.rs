//! Corrections that people suggest, and what somebody of the house decides about them.

use crate::{
    Change, Corrector, Directory, Error, change, refusals,
    store::{self as stores, change::apply, suggestions as store},
};
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_kernel::{Cursor, EstablishmentId, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

/// A correction that somebody suggests.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Its id.
    pub id: Uuid,
    /// The establishment.
    pub establishment: EstablishmentId,
    /// The establishment's name.
    pub name: String,
    /// What one fact of it should be.
    pub change: Change,
    /// What the author says beside.
    pub comment: Option<String>,
    /// Where the picture is that shows it, while nobody has decided.
    pub photo: Option<String>,
    /// `None` while nobody has decided; then whether it was accepted.
    pub accepted: Option<bool>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who made it: whoever decides is not told.
    pub author: UserId,
}

const LIST: &str = "suggestions";
const QUEUE: &str = "suggestion-queue";

impl Directory {
    /// The most open suggestions of one person.
    pub const MAX_SUGGESTIONS: i64 = 20;

    /// Takes a suggestion. The author's earlier word on the same fact, if nobody has decided on it yet, is replaced.
    ///
    /// # Errors
    /// [`Error::NotFound`]; `health.invalid_text`, `health.too_many_suggestions`; those of the database.
    pub fn suggest(
        &self,
        conn: &mut PgConnection,
        establishment: EstablishmentId,
        (change, comment): (&Change, Option<&str>),
        (actor, author): (&audit::Actor, UserId),
    ) -> Result<Suggestion, Error> {
        let (now, comment) = (self.clock().now(), change::words(comment, 500)?);
        conn.transaction(|conn| {
            let row = stores::change::open_establishment(conn, establishment)?.ok_or(Error::NotFound)?;
            // Two at once may both find room for one: a few more than the most do no harm.
            if store::open_of(conn, author)? >= Self::MAX_SUGGESTIONS {
                return Err(Error::Rule(&refusals::TOO_MANY_SUGGESTIONS));
            }
            let id = self.random().uuid(now);
            let id = store::put(conn, (id, row, author), (change, comment.as_deref()), now)?;
            let details = json!({"fact": change.fact().code()});
            self.note(conn, (actor, "health.suggested"), ("proposition_etablissement", id), details)?;
            store::one(conn, id)?.ok_or(Error::Rule(&refusals::SUGGESTION_UNKNOWN))
        })
    }

    /// What somebody suggested, the newest first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn suggestions_of(
        &self,
        conn: &mut PgConnection,
        author: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Suggestion>, Error> {
        let after = after.map(|cursor| cursor.keyset::<Uuid>(LIST)).transpose()?;
        Ok(Page::from_probe(store::of(conn, author, after, limit.probe())?, limit, LIST, |said| said.id))
    }

    /// What waits for a decision, the oldest first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn pending_suggestions(
        &self,
        conn: &mut PgConnection,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Suggestion>, Error> {
        let after = after.map(|cursor| cursor.keyset::<Uuid>(QUEUE)).transpose()?;
        Ok(Page::from_probe(store::pending(conn, after, limit.probe())?, limit, QUEUE, |said| said.id))
    }

    /// Puts a picture to an open suggestion of one's own, and says which one it replaces.
    ///
    /// # Errors
    /// `health.suggestion_unknown`, also for somebody else's; `health.suggestion_decided`; those of the database.
    pub fn show_suggestion(
        &self,
        conn: &mut PgConnection,
        (id, author): (Uuid, UserId),
        photo: &str,
        actor: &audit::Actor,
    ) -> Result<Option<String>, Error> {
        conn.transaction(|conn| {
            let said = self.open_suggestion(conn, id, Some(author))?;
            store::set_photo(conn, id, photo)?;
            self.note(
                conn,
                (actor, "health.suggestion_shown"),
                ("proposition_etablissement", id),
                json!({}),
            )?;
            Ok(said.photo)
        })
    }

    /// Makes sure that somebody may put a picture to a suggestion, before one is taken.
    ///
    /// # Errors
    /// As [`Directory::show_suggestion`].
    pub fn open_suggestion_of(&self, conn: &mut PgConnection, id: Uuid, author: UserId) -> Result<(), Error> {
        self.open_suggestion(conn, id, Some(author)).map(|_| ())
    }

    /// Accepts a suggestion: it becomes what the directory says, here, on every replica and in the packs, and no import writes over it. Or
    /// refuses it, with the reason. Its picture has done its work: the answer still names it, to be deleted.
    ///
    /// # Errors
    /// `health.suggestion_unknown`, `health.suggestion_decided`; `health.own_matter` for whoever made it; `health.reason_required`; those of
    /// the database.
    pub fn decide_suggestion(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        refused_because: Option<&str>,
        (actor, officer): (&audit::Actor, UserId),
    ) -> Result<Suggestion, Error> {
        let (now, reason) = (self.clock().now(), reason(refused_because)?);
        let decided = conn.transaction(|conn| {
            stores::lock_revision(conn)?;
            let said = self.open_suggestion(conn, id, None)?;
            if said.author == officer {
                return Err(Error::Rule(&refusals::OWN_MATTER));
            }
            if reason.is_none() {
                let row =
                    stores::change::open_establishment(conn, said.establishment)?.ok_or(Error::NotFound)?;
                apply(conn, row, &said.change, (Corrector::Review, now))?;
            }
            store::decide(conn, id, reason.as_deref(), now)?;
            let accepted = reason.is_none();
            let details = json!({
                "accepted": accepted, "establishment": said.establishment, "fact": said.change.fact().code(),
                "value": said.change.value(),
            });
            self.note(
                conn,
                (actor, "health.suggestion_decided"),
                ("proposition_etablissement", id),
                details,
            )?;
            Ok(Suggestion { accepted: Some(accepted), reason: reason.clone(), decided_at: Some(now), ..said })
        })?;
        self.refresh(conn)?;
        Ok(decided)
    }

    fn open_suggestion(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        author: Option<UserId>,
    ) -> Result<Suggestion, Error> {
        let said = store::lock(conn, id)?.filter(|said| author.is_none_or(|author| author == said.author));
        match said.ok_or(Error::Rule(&refusals::SUGGESTION_UNKNOWN))? {
            said if said.accepted.is_some() => Err(Error::Rule(&refusals::SUGGESTION_DECIDED)),
            said => Ok(said),
        }
    }
}

/// A reason that says something, where there must be one.
pub(crate) fn reason(said: Option<&str>) -> Result<Option<String>, Error> {
    match (said, change::words(said, 300)?) {
        (Some(_), None) => Err(Error::Rule(&refusals::REASON_REQUIRED)),
        (_, reason) => Ok(reason),
    }
}
