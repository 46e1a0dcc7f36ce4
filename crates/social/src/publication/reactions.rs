use super::{
    model::{Share, Visibility},
    store::{self, Reaction},
};
use crate::{
    Error, Social, Viewer, Words, refusals,
    social::{first_id_at, known, not_too_often},
};
use chrono::TimeDelta;
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

impl Social {
    /// The longest word beside a share, in characters.
    pub const MAX_SHARE: usize = 500;
    const LIKERS: &'static str = "social.likers";
    const SHARES: &'static str = "social.shares";

    /// Likes a publication; once more changes nothing.
    ///
    /// # Errors
    /// `social.publication_unknown`, `social.sanctioned`; those of the database.
    pub fn like(&self, conn: &mut PgConnection, viewer: &Viewer, id: Uuid) -> Result<(), Error> {
        let place = self.id(self.clock.now());
        conn.transaction(|conn| {
            self.may_act(conn, viewer.user)?;
            let (author, _) = self.visible(conn, viewer, id)?;
            let new = store::react(conn, Reaction::Like, (id, viewer.user), place)? == 1;
            if new && author != viewer.user {
                let payload = json!({ "by": viewer.user.key(), "to": author.key() });
                self.tell(conn, "social.liked", id, payload)?;
            }
            Ok(())
        })
    }

    /// Likes it no more; once more changes nothing, and neither does what is out of sight meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unlike(&self, conn: &mut PgConnection, user: UserId, id: Uuid) -> Result<(), Error> {
        store::unreact(conn, Reaction::Like, (id, user))?;
        Ok(())
    }

    /// Keeps a publication; once more changes nothing.
    ///
    /// # Errors
    /// `social.publication_unknown`; those of the database.
    pub fn save(&self, conn: &mut PgConnection, viewer: &Viewer, id: Uuid) -> Result<(), Error> {
        let place = self.id(self.clock.now());
        conn.transaction(|conn| {
            self.visible(conn, viewer, id)?;
            store::react(conn, Reaction::Save, (id, viewer.user), place)?;
            Ok(())
        })
    }

    /// Keeps it no more; once more changes nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unsave(&self, conn: &mut PgConnection, user: UserId, id: Uuid) -> Result<(), Error> {
        store::unreact(conn, Reaction::Save, (id, user))?;
        Ok(())
    }

    /// Passes a public publication on to who follows the person, with a word beside. Once a person.
    ///
    /// # Errors
    /// `social.publication_unknown`, `social.not_public`, `social.already_shared`, `social.sanctioned`, `social.too_often`; those of the database.
    pub fn share(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        id: Uuid,
        comment: Option<&Words>,
        actor: &Actor,
    ) -> Result<Share, Error> {
        let (user, now) = (known(actor)?, self.clock.now());
        let share = self.id(now);
        conn.transaction(|conn| {
            self.may_post(conn, user)?;
            let period = TimeDelta::hours(1);
            let shared = store::shares_since(conn, user, first_id_at(now - period))?;
            not_too_often(shared, Self::SHARES_AN_HOUR, period)?;
            let (author, visibility) = self.visible(conn, viewer, id)?;
            if visibility != Visibility::Public {
                return Err(Error::Rule(&refusals::NOT_PUBLIC));
            }
            let comment = comment.filter(|words| !words.is_empty()).map(Words::as_str);
            if store::share(conn, (share, id, user), comment)? == 0 {
                return Err(Error::Rule(&refusals::ALREADY_SHARED));
            }
            let payload = json!({ "by": user.key(), "to": author.key(), "share": share });
            self.tell(conn, "social.shared", id, payload)?;
            self.note(conn, (actor, "social.shared"), ("publication", id), json!({}))?;
            Ok(Share { id: share, user, comment: comment.map(str::to_owned) })
        })
    }

    /// Takes a share back; once more changes nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unshare(&self, conn: &mut PgConnection, id: Uuid, actor: &Actor) -> Result<(), Error> {
        let user = known(actor)?;
        conn.transaction(|conn| {
            if store::unshare(conn, id, user)? == 0 {
                return Ok(());
            }
            self.note(conn, (actor, "social.unshared"), ("publication", id), json!({}))
        })
    }

    /// Who likes a publication, the last first.
    ///
    /// # Errors
    /// `social.publication_unknown`; a cursor that is not of this list; those of the database.
    pub fn likers(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        id: Uuid,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<UserId>, Error> {
        let before = after.map(|cursor| cursor.keyset(Self::LIKERS)).transpose()?.unwrap_or(Uuid::max());
        self.visible(conn, viewer, id)?;
        let rows = store::likers(conn, viewer.user, id, before, (self.clock.now(), limit.probe()))?;
        Ok(Page::from_probe(rows, limit, Self::LIKERS, |tie| tie.place).map(|tie| tie.user))
    }

    /// Who passed a publication on, the last first.
    ///
    /// # Errors
    /// `social.publication_unknown`; a cursor that is not of this list; those of the database.
    pub fn shares(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        id: Uuid,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Share>, Error> {
        let before = after.map(|cursor| cursor.keyset(Self::SHARES)).transpose()?.unwrap_or(Uuid::max());
        self.visible(conn, viewer, id)?;
        let rows = store::shares(conn, viewer.user, id, before, (self.clock.now(), limit.probe()))?;
        Ok(Page::from_probe(rows, limit, Self::SHARES, |share| share.id))
    }
}
