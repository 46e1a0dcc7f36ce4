use super::{
    model::{Comment, NewComment},
    store::{self, Locked},
};
use crate::{
    Error, Social, State, Viewer, Words, person, refusals,
    social::{assert_one, first_id_at, known, not_too_often},
};
use chrono::TimeDelta;
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

const UNKNOWN: Error = Error::Rule(&refusals::COMMENT_UNKNOWN);
/// The names in cursors: of a publication's comments, and of a comment's answers.
const LIST: &str = "social.comments";
const REPLIES: &str = "social.replies";

impl Social {
    /// Says something to a publication that the author sees, or answers a comment there. Under a key that said something already it is that,
    /// and `false` says that nothing was made.
    ///
    /// # Errors
    /// `social.publication_unknown`, `social.comment_unknown`, `social.thread_too_deep`, `social.too_many_tags`; `social.sanctioned`,
    /// `social.too_often`, `social.key_reused`; those of the database.
    pub fn comment(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        new: &NewComment,
    ) -> Result<(Comment, bool), Error> {
        let (names, author, now) = (new.text.mentions()?, known(&new.actor)?, self.clock.now());
        let id = self.id(now);
        let (id, is_new) = conn.transaction(|conn| {
            if let Some(made) = self.made_under(conn, author, new.key.as_ref(), id)? {
                return Ok::<_, Error>((made, false));
            }
            self.may_post(conn, author)?;
            let period = TimeDelta::minutes(10);
            let said = store::count_since(conn, author, first_id_at(now - period))?;
            not_too_often(said, Self::COMMENTS_IN_TEN_MINUTES, period)?;
            let (publisher, _) = self.visible(conn, viewer, new.publication)?;
            let parent = new.parent.map(|parent| self.answered(conn, author, (new.publication, parent)));
            let parent = parent.transpose()?;
            let depth = parent.as_ref().map_or(0, |parent| parent.depth + 1);
            if depth > NewComment::MAX_DEPTH {
                return Err(Error::Rule(&refusals::THREAD_TOO_DEEP));
            }
            let payload = json!({
                "by": author.key(), "to": publisher.key(), "comment": id, "parent": new.parent,
                "answered": parent.map(|parent| parent.author.key()),
            });
            self.tell(conn, "social.commented", new.publication, payload)?;
            self.note(conn, (&new.actor, "social.commented"), ("comment", id), json!({}))?;
            // Who comments the same publication waits from here to the commit: what can be done before is.
            assert_one(store::insert(conn, (id, author), new, (depth, now))?)?;
            if !names.is_empty() {
                self.name_in_comment(conn, (id, new.publication, author), &names)?;
            }
            Ok((id, true))
        })?;
        Ok((store::one(conn, author, id, now)?.ok_or(UNKNOWN)?, is_new))
    }

    /// A comment that is there to be answered, of this publication.
    fn answered(
        &self,
        conn: &mut PgConnection,
        viewer: UserId,
        (publication, id): (Uuid, Uuid),
    ) -> Result<Comment, Error> {
        store::one(conn, viewer, id, self.clock.now())?
            .filter(|found| found.publication == publication && found.state == State::Visible)
            .ok_or(UNKNOWN)
    }

    fn name_in_comment(
        &self,
        conn: &mut PgConnection,
        (id, publication, author): (Uuid, Uuid, UserId),
        names: &std::collections::BTreeSet<String>,
    ) -> Result<(), Error> {
        let named = match names.is_empty() {
            true => Vec::new(),
            false => {
                person::store::named(conn, (author, publication), names.iter().map(String::as_str).collect())?
            }
        };
        let new = store::set_mentions(conn, id, &named)?;
        if !new.is_empty() {
            let to: Vec<i32> = new.iter().map(|user| user.key()).collect();
            let payload = json!({ "by": author.key(), "to": to, "comment": id });
            self.tell(conn, "social.mentioned", publication, payload)?;
        }
        Ok(())
    }

    /// One comment, as somebody sees it.
    ///
    /// # Errors
    /// `social.comment_unknown`, also where the publication is out of sight; those of the database.
    pub fn one_comment(&self, conn: &mut PgConnection, viewer: &Viewer, id: Uuid) -> Result<Comment, Error> {
        let found = store::one(conn, viewer.user, id, self.clock.now())?.ok_or(UNKNOWN)?;
        match self.visible(conn, viewer, found.publication) {
            Err(Error::Rule(_)) => Err(UNKNOWN),
            seen => seen.map(|_| found),
        }
    }

    /// The comments of a publication, the oldest first.
    ///
    /// # Errors
    /// `social.publication_unknown`; a cursor that is not of this list; those of the database.
    pub fn comments(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        publication: Uuid,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Comment>, Error> {
        let after = after.map(|cursor| cursor.keyset(LIST)).transpose()?.unwrap_or_default();
        self.visible(conn, viewer, publication)?;
        let bounds = (self.clock.now(), limit.probe());
        let rows = store::thread(conn, viewer.user, (publication, None), after, bounds)?;
        Ok(Page::from_probe(rows, limit, LIST, |comment| comment.id))
    }

    /// The direct answers to a comment, the oldest first.
    ///
    /// # Errors
    /// `social.comment_unknown`; a cursor that is not of this list; those of the database.
    pub fn replies(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        id: Uuid,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Comment>, Error> {
        let after = after.map(|cursor| cursor.keyset(REPLIES)).transpose()?.unwrap_or_default();
        let parent = self.one_comment(conn, viewer, id)?;
        let bounds = (self.clock.now(), limit.probe());
        let rows = store::thread(conn, viewer.user, (parent.publication, Some(id)), after, bounds)?;
        Ok(Page::from_probe(rows, limit, REPLIES, |comment| comment.id))
    }

    /// Has one's own comment say something else.
    ///
    /// # Errors
    /// `social.comment_unknown`, `social.too_many_tags`, `social.sanctioned`; those of the database.
    pub fn edit_comment(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        id: Uuid,
        text: &Words,
        actor: &Actor,
    ) -> Result<Comment, Error> {
        let (names, author, now) = (text.mentions()?, known(actor)?, self.clock.now());
        conn.transaction(|conn| {
            self.may_post(conn, author)?;
            let publication = self.one_comment(conn, viewer, id)?.publication;
            if own(store::lock(conn, id)?, author, &[State::Visible])?.text == text.as_str() {
                return store::one(conn, author, id, now)?.ok_or(UNKNOWN);
            }
            assert_one(store::edit(conn, id, text, now)?)?;
            self.name_in_comment(conn, (id, publication, author), &names)?;
            self.note(conn, (actor, "social.comment_edited"), ("comment", id), json!({}))?;
            store::one(conn, author, id, now)?.ok_or(UNKNOWN)
        })
    }

    /// Takes one's own comment back. Answers to it stay.
    ///
    /// # Errors
    /// `social.comment_unknown`; those of the database.
    pub fn delete_comment(&self, conn: &mut PgConnection, id: Uuid, actor: &Actor) -> Result<(), Error> {
        let author = known(actor)?;
        conn.transaction(|conn| {
            own(store::lock(conn, id)?, author, &[State::Visible, State::Hidden])?;
            assert_one(store::set_state(conn, id, State::Deleted, self.clock.now())?)?;
            self.note(conn, (actor, "social.comment_deleted"), ("comment", id), json!({}))
        })
    }

    /// Brings back what one took back oneself, within thirty days.
    ///
    /// # Errors
    /// `social.comment_unknown`, `social.too_late`, `social.sanctioned`; those of the database.
    pub fn restore_comment(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        actor: &Actor,
    ) -> Result<Comment, Error> {
        let (author, now) = (known(actor)?, self.clock.now());
        conn.transaction(|conn| {
            self.may_post(conn, author)?;
            let before = own(store::lock(conn, id)?, author, &[State::Deleted])?;
            let late = before.removed_at.is_none_or(|at| at + Self::TIME_TO_RESTORE <= now);
            if late || before.text.is_empty() {
                return Err(Error::Rule(&refusals::TOO_LATE));
            }
            let hidden = crate::moderation::store::is_hidden(conn, None, Some(id))?;
            let state = if hidden { State::Hidden } else { State::Visible };
            assert_one(store::set_state(conn, id, state, now)?)?;
            self.note(conn, (actor, "social.comment_restored"), ("comment", id), json!({}))?;
            if hidden { Err(UNKNOWN) } else { store::one(conn, author, id, now)?.ok_or(UNKNOWN) }
        })
    }

    /// Likes a comment; once more changes nothing.
    ///
    /// # Errors
    /// `social.comment_unknown`, `social.sanctioned`; those of the database.
    pub fn like_comment(&self, conn: &mut PgConnection, viewer: &Viewer, id: Uuid) -> Result<(), Error> {
        conn.transaction(|conn| {
            self.may_act(conn, viewer.user)?;
            let found = self.one_comment(conn, viewer, id)?;
            if found.state != State::Visible {
                return Err(UNKNOWN);
            }
            if store::like(conn, id, viewer.user)? == 1 && found.author != viewer.user {
                let payload = json!({ "by": viewer.user.key(), "to": found.author.key(), "comment": id });
                self.tell(conn, "social.liked", found.publication, payload)?;
            }
            Ok(())
        })
    }

    /// Likes it no more; once more changes nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unlike_comment(&self, conn: &mut PgConnection, user: UserId, id: Uuid) -> Result<(), Error> {
        store::unlike(conn, id, user)?;
        Ok(())
    }
}

/// The author's own, in one of these states.
fn own(locked: Option<Locked>, author: UserId, states: &[State]) -> Result<Locked, Error> {
    locked.filter(|found| found.author == author && states.contains(&found.state)).ok_or(UNKNOWN)
}
