use super::{
    model::{Counts, NewProfile, Profile, Tie},
    store::{self, Table},
};
use crate::{Error, Social, refusals};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_database::{self as database, on_unique};
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

impl Social {
    /// The most people whom one person follows.
    pub const MAX_FOLLOWS: i64 = 2_000;
    /// The most people whom one person blocks.
    pub const MAX_BLOCKS: i64 = 1_000;
    /// The most people of whom one person wants to hear nothing.
    pub const MAX_MUTES: i64 = 1_000;

    /// What is shown of somebody. That somebody else looked is counted, once a person.
    ///
    /// # Errors
    /// `social.person_unknown`, also for who has a block with who looks; those of the database.
    pub fn profile(&self, conn: &mut PgConnection, viewer: UserId, user: UserId) -> Result<Profile, Error> {
        self.seen(conn, viewer, user)?;
        if viewer != user {
            store::visit(conn, viewer, user)?;
        }
        Ok(store::profile(conn, viewer, user)?)
    }

    /// Refuses whom the viewer may not see.
    pub(crate) fn seen(&self, conn: &mut PgConnection, viewer: UserId, user: UserId) -> Result<(), Error> {
        let seen = store::can_be_seen(conn, (viewer, user), self.clock.now())?;
        if seen { Ok(()) } else { Err(Error::Rule(&refusals::PERSON_UNKNOWN)) }
    }

    /// Says what is to be shown of oneself.
    ///
    /// # Errors
    /// `social.handle_taken`; `social.sanctioned`; those of the database.
    pub fn set_profile(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        new: &NewProfile,
        actor: &Actor,
    ) -> Result<Profile, Error> {
        conn.transaction(|conn| {
            self.may_post(conn, user)?;
            match store::set_profile(conn, user, new) {
                Err(error) if on_unique(&error, "profil_social_pseudo_key") => {
                    return Err(Error::Rule(&refusals::HANDLE_TAKEN));
                }
                done => done?,
            };
            // Who chose which name is no matter of a log that nothing is erased from.
            self.note(conn, (actor, "social.profile_set"), ("profile", Uuid::nil()), json!({}))?;
            Ok(store::profile(conn, user, user)?)
        })
    }

    /// What these people are called behind an @, those of them who have chosen it, in one query.
    ///
    /// # Errors
    /// Those of the database.
    pub fn handles(
        &self,
        conn: &mut PgConnection,
        users: &[UserId],
    ) -> Result<HashMap<UserId, String>, database::Error> {
        if users.is_empty() {
            return Ok(HashMap::new());
        }
        Ok(store::handles(conn, users)?.into_iter().collect())
    }

    /// What is counted of these people, in one query; nothing is of who is left out.
    ///
    /// # Errors
    /// Those of the database.
    pub fn counts(
        &self,
        conn: &mut PgConnection,
        users: &[UserId],
    ) -> Result<HashMap<UserId, Counts>, database::Error> {
        if users.is_empty() {
            return Ok(HashMap::new());
        }
        Ok(store::counts(conn, users)?.into_iter().collect())
    }

    /// Whose handle begins so, by handle.
    ///
    /// # Errors
    /// `social.search_too_short`; a cursor that is not of this list; those of the database.
    pub fn search_people(
        &self,
        conn: &mut PgConnection,
        viewer: UserId,
        beginning: &str,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<UserId>, Error> {
        const LIST: &str = "social.people";
        let beginning = beginning.trim().trim_start_matches('@').to_ascii_lowercase();
        let in_handle = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'.';
        if !(2..=30).contains(&beginning.len()) || !beginning.bytes().all(in_handle) {
            return Err(Error::Rule(&refusals::SEARCH_TOO_SHORT));
        }
        let after: Option<String> = after.map(|cursor| cursor.keyset(LIST)).transpose()?;
        let after = after.unwrap_or_default();
        let bounds = (self.clock.now(), limit.probe());
        let rows = store::search(conn, viewer, &beginning, &after, bounds)?;
        Ok(Page::from_probe(rows, limit, LIST, |(_, handle)| handle.clone()).map(|(user, _)| user))
    }

    /// Follows somebody; once more changes nothing.
    ///
    /// # Errors
    /// `social.oneself`, `social.person_unknown`, `social.too_many`, `social.sanctioned`; those of the database.
    pub fn follow(&self, conn: &mut PgConnection, user: UserId, other: UserId) -> Result<(), Error> {
        not_oneself(user, other)?;
        conn.transaction(|conn| {
            self.may_act(conn, user)?;
            store::hold_pair(conn, (user, other))?;
            self.seen(conn, user, other)?;
            if let Some(id) = self.tie(conn, Table::Follows, (user, other), Self::MAX_FOLLOWS)? {
                let payload = json!({ "by": user.key(), "to": other.key() });
                self.tell(conn, "social.followed", id, payload)?;
            }
            Ok(())
        })
    }

    /// Follows somebody no more; once more changes nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unfollow(&self, conn: &mut PgConnection, user: UserId, other: UserId) -> Result<(), Error> {
        store::remove(conn, Table::Follows, (user, other))?;
        Ok(())
    }

    /// Blocks somebody: neither sees the other anywhere, and neither follows the other any more. Once more changes nothing.
    ///
    /// # Errors
    /// `social.oneself`, `social.too_many`; those of the database.
    pub fn block(
        &self,
        conn: &mut PgConnection,
        (user, other): (UserId, UserId),
        actor: &Actor,
    ) -> Result<(), Error> {
        not_oneself(user, other)?;
        conn.transaction(|conn| {
            store::hold_pair(conn, (user, other))?;
            store::unfollow_each_other(conn, (user, other))?;
            if let Some(id) = self.tie(conn, Table::Blocks, (user, other), Self::MAX_BLOCKS)? {
                let payload = json!({ "by": user.key(), "to": other.key() });
                self.tell(conn, "social.blocked", id, payload)?;
                self.note(conn, (actor, "social.blocked"), ("block", Uuid::nil()), json!({}))?;
            }
            Ok(())
        })
    }

    /// Takes a block away; once more changes nothing.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unblock(
        &self,
        conn: &mut PgConnection,
        (user, other): (UserId, UserId),
        actor: &Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            if store::remove(conn, Table::Blocks, (user, other))? == 0 {
                return Ok(());
            }
            self.note(conn, (actor, "social.unblocked"), ("block", Uuid::nil()), json!({}))
        })
    }

    /// Wants to hear nothing of somebody, who does not learn of it.
    ///
    /// # Errors
    /// `social.oneself`, `social.too_many`; those of the database.
    pub fn mute(&self, conn: &mut PgConnection, user: UserId, other: UserId) -> Result<(), Error> {
        not_oneself(user, other)?;
        self.tie(conn, Table::Mutes, (user, other), Self::MAX_MUTES).map(|_| ())
    }

    /// Hears of somebody again.
    ///
    /// # Errors
    /// Those of the database.
    pub fn unmute(&self, conn: &mut PgConnection, user: UserId, other: UserId) -> Result<(), Error> {
        store::remove(conn, Table::Mutes, (user, other))?;
        Ok(())
    }

    /// Adds a tie, and says its id where it is new.
    fn tie(
        &self,
        conn: &mut PgConnection,
        table: Table,
        people: (UserId, UserId),
        most: i64,
    ) -> Result<Option<Uuid>, Error> {
        // Two at once may both find room for one: a few more than the most do no harm.
        if store::count(conn, table, people.0)? >= most {
            return Err(Error::Rule(&refusals::TOO_MANY));
        }
        let now = self.clock.now();
        let id = self.id(now);
        Ok((store::add(conn, table, people, (id, now))? == 1).then_some(id))
    }

    /// Whom the person blocked, the last first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn blocks(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<UserId>, Error> {
        own(conn, (Table::Blocks, "social.blocks"), user, after, limit)
    }

    /// Of whom the person wants to hear nothing, the last first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn mutes(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<UserId>, Error> {
        own(conn, (Table::Mutes, "social.mutes"), user, after, limit)
    }

    /// Who follows somebody, or with `following` whom they follow, the last first.
    ///
    /// # Errors
    /// `social.person_unknown`; a cursor that is not of this list; those of the database.
    pub fn follows(
        &self,
        conn: &mut PgConnection,
        (viewer, user): (UserId, UserId),
        following: bool,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<UserId>, Error> {
        self.seen(conn, viewer, user)?;
        let list = if following { "social.following" } else { "social.followers" };
        let before = after.map(|cursor| cursor.keyset(list)).transpose()?.unwrap_or(Uuid::max());
        let bounds = (self.clock.now(), limit.probe());
        let rows = store::followers(conn, (viewer, user), following, before, bounds)?;
        Ok(page(rows, limit, list))
    }
}

fn own(
    conn: &mut PgConnection,
    (table, list): (Table, &str),
    user: UserId,
    after: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<UserId>, Error> {
    let before = after.map(|cursor| cursor.keyset(list)).transpose()?.unwrap_or(Uuid::max());
    Ok(page(store::list(conn, table, user, before, limit.probe())?, limit, list))
}

fn page(rows: Vec<Tie>, limit: Limit, list: &str) -> Page<UserId> {
    Page::from_probe(rows, limit, list, |tie| tie.place).map(|tie| tie.user)
}

fn not_oneself(user: UserId, other: UserId) -> Result<(), Error> {
    if user == other { Err(Error::Rule(&refusals::ONESELF)) } else { Ok(()) }
}
