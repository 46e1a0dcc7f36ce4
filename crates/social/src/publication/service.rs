use super::{
    model::{Key, NewPublication, Past, Publication, State, Visibility},
    store::{self, Locked, Source},
};
use crate::{
    Error, Social, Viewer, Words, person, refusals,
    social::{assert_one, first_id_at, known, not_too_often},
};
use chrono::TimeDelta;
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

const UNKNOWN: Error = Error::Rule(&refusals::PUBLICATION_UNKNOWN);
const REMOVED: &str = "social.removed";

/// Of these publications those that are in a theme, each with the theme's id.
///
/// # Errors
/// Those of the database.
pub fn themes_of_publications(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>, Error> {
    Ok(store::themes_of(conn, ids)?)
}

impl Social {
    /// For how long its author may bring back what they took back; then it is gone.
    pub const TIME_TO_RESTORE: TimeDelta = TimeDelta::days(30);
    /// How often a publication may be edited.
    pub const MAX_EDITS: i32 = 100;
    /// How soon it may be edited again.
    const TIME_BETWEEN_EDITS: TimeDelta = TimeDelta::seconds(10);

    /// Publishes something. Under a key that made one already it is that one, and `false` says that nothing was made.
    ///
    /// # Errors
    /// `social.invalid_text`, `social.too_many_media`, `social.too_many_tags`, `social.theme_unknown`; `social.sanctioned`,
    /// `social.too_often`, `social.key_reused`; those of the database.
    pub fn publish(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        new: &NewPublication,
    ) -> Result<(Publication, bool), Error> {
        new.check()?;
        let (tags, names) = (new.text.hashtags()?, new.text.mentions()?);
        let author = known(&new.actor)?;
        let now = self.clock.now();
        let id = self.id(now);
        conn.transaction(|conn| {
            if let Some(made) = self.made_under(conn, author, new.key.as_ref(), id)? {
                let made = store::own(conn, author, made, now)?.ok_or(UNKNOWN)?;
                return Ok((made, false));
            }
            self.may_post(conn, author)?;
            let period = TimeDelta::hours(1);
            let made = store::count_since(conn, author, first_id_at(now - period))?;
            not_too_often(made, Self::PUBLICATIONS_AN_HOUR, period)?;
            if new.theme.is_some_and(|theme| !viewer.themes.contains(&theme)) {
                return Err(Error::Rule(&refusals::THEME_UNKNOWN));
            }
            assert_one(store::insert(conn, (id, author), new, now)?)?;
            if let Some(poll) = &new.poll {
                store::insert_poll(conn, id, poll, now)?;
            }
            store::set_tags(conn, id, &tags)?;
            let payload =
                json!({ "by": author.key(), "visibility": new.visibility.as_str(), "theme": new.theme });
            self.tell(conn, "social.published", id, payload)?;
            self.name_people(conn, (id, author), &names.iter().map(String::as_str).collect::<Vec<_>>())?;
            self.note(conn, (&new.actor, "social.published"), ("publication", id), json!({}))?;
            Ok((store::own(conn, author, id, now)?.ok_or(UNKNOWN)?, true))
        })
    }

    /// What was made under this key before; takes the key for `id` where it is new.
    pub(crate) fn made_under(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        key: Option<&Key>,
        id: Uuid,
    ) -> Result<Option<Uuid>, Error> {
        let Some(key) = key else { return Ok(None) };
        if store::take_key(conn, user, key, id, self.clock.now())? {
            return Ok(None);
        }
        match store::key_of(conn, user, key)? {
            Some((made, asked)) if asked == key.fingerprint => Ok(Some(made)),
            _ => Err(Error::Rule(&refusals::KEY_REUSED)),
        }
    }

    /// Writes down whom a publication names, and tells who is named newly.
    fn name_people(
        &self,
        conn: &mut PgConnection,
        (id, author): (Uuid, UserId),
        names: &[&str],
    ) -> Result<(), Error> {
        let named = match names {
            [] => Vec::new(),
            names => person::store::named(conn, (author, id), names.to_vec())?,
        };
        let new = store::set_mentions(conn, id, &named)?;
        if !new.is_empty() {
            let to: Vec<i32> = new.iter().map(|user| user.key()).collect();
            self.tell(conn, "social.mentioned", id, json!({ "by": author.key(), "to": to }))?;
        }
        Ok(())
    }

    /// One publication, as somebody sees it.
    ///
    /// # Errors
    /// `social.publication_unknown`, also for what they may not see; those of the database.
    pub fn publication(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        id: Uuid,
    ) -> Result<Publication, Error> {
        let bounds = (self.clock.now(), 1);
        store::page(conn, viewer, Source::One(id), Uuid::max(), bounds)?.pop().ok_or(UNKNOWN)
    }

    /// Whose it is and who else sees it, where the viewer does.
    pub(crate) fn visible(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        id: Uuid,
    ) -> Result<(UserId, Visibility), Error> {
        store::author_of_visible(conn, viewer, id, self.clock.now())?.ok_or(UNKNOWN)
    }

    /// What a publication said before it was edited, the last version first.
    ///
    /// # Errors
    /// `social.publication_unknown`; those of the database.
    pub fn history(&self, conn: &mut PgConnection, viewer: &Viewer, id: Uuid) -> Result<Vec<Past>, Error> {
        self.visible(conn, viewer, id)?;
        Ok(store::past(conn, id)?)
    }

    /// Has one's own publication say something else. What it said stays to be read, for moderators and everybody who sees it. What is in a
    /// theme is edited by who still is in it.
    ///
    /// # Errors
    /// `social.publication_unknown`, `social.invalid_text`, `social.too_many_tags`, `social.too_many_edits`, `social.sanctioned`,
    /// `social.too_often`; those of the database.
    pub fn edit(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        id: Uuid,
        text: &Words,
        actor: &Actor,
    ) -> Result<Publication, Error> {
        let (tags, names) = (text.hashtags()?, text.mentions()?);
        let (author, now) = (known(actor)?, self.clock.now());
        conn.transaction(|conn| {
            self.may_post(conn, author)?;
            self.visible(conn, viewer, id)?;
            let before = own(store::lock(conn, id)?, author, &[State::Visible])?;
            if before.bare && text.is_empty() {
                return Err(Error::Rule(&refusals::INVALID_TEXT));
            }
            if before.edits >= Self::MAX_EDITS {
                return Err(Error::Rule(&refusals::TOO_MANY_EDITS));
            }
            if before.text == text.as_str() {
                return store::own(conn, author, id, now)?.ok_or(UNKNOWN);
            }
            let period = Self::TIME_BETWEEN_EDITS;
            let just_edited = before.edited_at.is_some_and(|at| at + period > now);
            not_too_often(i64::from(just_edited), 1, period)?;
            assert_one(store::edit(conn, id, &before, text, now)?)?;
            store::set_tags(conn, id, &tags)?;
            self.name_people(conn, (id, author), &names.iter().map(String::as_str).collect::<Vec<_>>())?;
            self.note(conn, (actor, "social.publication_edited"), ("publication", id), json!({}))?;
            store::own(conn, author, id, now)?.ok_or(UNKNOWN)
        })
    }

    /// Takes one's own publication back. It, and what hangs on it, can be brought back for thirty days.
    ///
    /// # Errors
    /// `social.publication_unknown`; those of the database.
    pub fn delete(&self, conn: &mut PgConnection, id: Uuid, actor: &Actor) -> Result<(), Error> {
        let author = known(actor)?;
        conn.transaction(|conn| {
            own(store::lock(conn, id)?, author, &[State::Visible, State::Hidden])?;
            assert_one(store::set_state(conn, id, State::Deleted, self.clock.now())?)?;
            self.note(conn, (actor, "social.publication_deleted"), ("publication", id), json!({}))
        })
    }

    /// Brings back what one took back oneself.
    ///
    /// # Errors
    /// `social.publication_unknown`, `social.too_late`, `social.sanctioned`; those of the database.
    pub fn restore(&self, conn: &mut PgConnection, id: Uuid, actor: &Actor) -> Result<Publication, Error> {
        let (author, now) = (known(actor)?, self.clock.now());
        conn.transaction(|conn| {
            self.may_post(conn, author)?;
            let before = own(store::lock(conn, id)?, author, &[State::Deleted])?;
            if before.removed_at.is_none_or(|at| at + Self::TIME_TO_RESTORE <= now) {
                return Err(Error::Rule(&refusals::TOO_LATE));
            }
            // What the house has hidden comes back hidden: taking it back and forth undoes no decision.
            let hidden = crate::moderation::store::is_hidden(conn, Some(id), None)?;
            let state = if hidden { State::Hidden } else { State::Visible };
            assert_one(store::set_state(conn, id, state, now)?)?;
            self.note(conn, (actor, "social.publication_restored"), ("publication", id), json!({}))?;
            store::own(conn, author, id, now)?.ok_or(UNKNOWN)
        })
    }

    /// What somebody published, as the viewer sees it, the newest first.
    ///
    /// # Errors
    /// `social.person_unknown`; a cursor that is not of this list; those of the database.
    pub fn publications_of(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        user: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Publication>, Error> {
        self.seen(conn, viewer.user, user)?;
        self.page(conn, viewer, (Source::By(user), "social.by"), after, limit)
    }

    /// What somebody passed on, the last first. What the viewer may not see is left out.
    ///
    /// # Errors
    /// `social.person_unknown`; a cursor that is not of this list; those of the database.
    pub fn shared_by(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        user: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Publication>, Error> {
        self.seen(conn, viewer.user, user)?;
        self.page(conn, viewer, (Source::SharedBy(user), "social.shared_by"), after, limit)
    }

    /// What the viewer took back, or the house hid of theirs, the last first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn removed(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Publication>, Error> {
        let before = after.map(|cursor| cursor.keyset(REMOVED)).transpose()?.unwrap_or(Uuid::max());
        let rows = store::removed_of(conn, user, before, (self.clock.now(), limit.probe()))?;
        Ok(Page::from_probe(rows, limit, REMOVED, |found| found.id))
    }

    /// What the viewer keeps, the last first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn saved(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Publication>, Error> {
        self.page(conn, viewer, (Source::Saved, "social.saved"), after, limit)
    }

    /// A page of a source, whose cursors have the list's name.
    pub(crate) fn page(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        (source, list): (Source<'_>, &str),
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Publication>, Error> {
        let before = after.map(|cursor| cursor.keyset(list)).transpose()?.unwrap_or(Uuid::max());
        let rows = store::page(conn, viewer, source, before, (self.clock.now(), limit.probe()))?;
        Ok(Page::from_probe(rows, limit, list, |publication| publication.place))
    }
}

/// The author's own, in one of these states.
fn own(locked: Option<Locked>, author: UserId, states: &[State]) -> Result<Locked, Error> {
    locked.filter(|found| found.author == author && states.contains(&found.state)).ok_or(UNKNOWN)
}
