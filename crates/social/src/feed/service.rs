use super::store;
use crate::{
    Error, Publication, Social, Viewer,
    publication::store::{self as publications, Source},
    refusals,
    social::first_id_at,
    text::hashtag,
};
use chrono::TimeDelta;
use diesel::{Connection, PgConnection};
use hostolink_kernel::{Cursor, InvalidCursor, Limit, Page, folded};
use uuid::Uuid;

const TRENDING: &str = "social.trending";
const TAGS: &str = "social.tags";

impl Social {
    /// How old what is talked about may be.
    const TRENDING_DAYS: i64 = 7;
    /// How many publications a list of what is talked about has.
    pub const TRENDING_LENGTH: i64 = 1_000;
    /// How old the last list must be before the next one is made.
    const TRENDING_EVERY: TimeDelta = TimeDelta::seconds(60);
    /// For how long a reader may go on in a list.
    const TRENDING_KEPT: TimeDelta = TimeDelta::hours(1);

    /// What is public, the newest first; or what is in a theme.
    ///
    /// # Errors
    /// `social.theme_unknown` for a theme that the viewer is not in; a cursor that is not of this list; those of the database.
    pub fn recent(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        theme: Option<Uuid>,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Publication>, Error> {
        let source = match theme {
            None => (Source::Recent, "social.recent"),
            Some(theme) if viewer.themes.contains(&theme) => (Source::Theme(theme), "social.theme"),
            Some(_) => return Err(Error::Rule(&refusals::THEME_UNKNOWN)),
        };
        self.page(conn, viewer, source, after, limit)
    }

    /// What those published or passed on whom the viewer follows, the last first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn following(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Publication>, Error> {
        self.page(conn, viewer, (Source::Following, "social.following_feed"), after, limit)
    }

    /// What is talked about, in the order of the list that was the last when the reader began: making the next one neither repeats nor skips
    /// anything for them. A list is kept for an hour.
    ///
    /// # Errors
    /// A cursor that is not of this list, or of one that is forgotten; those of the database.
    pub fn trending(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Publication>, Error> {
        let from: Option<(i64, i32)> = after.map(|cursor| cursor.keyset(TRENDING)).transpose()?;
        let (list, place) = match from {
            Some((list, _)) if !store::is_there(conn, list)? => return Err(Error::Cursor(InvalidCursor)),
            Some(from) => from,
            None => match store::newest(conn)? {
                Some(list) => (list, 0),
                None => return Ok(Page { items: Vec::new(), next: None }),
            },
        };
        let bounds = (self.clock.now(), limit.probe());
        let rows = publications::page(conn, viewer, Source::Trending(list, place), Uuid::max(), bounds)?;
        Ok(Page::from_probe(rows, limit, TRENDING, |found| (list, found.rank.unwrap_or(0))))
    }

    /// Makes a list of what is talked about, unless there is a fresh one or another process does. Says how many are in it.
    ///
    /// # Errors
    /// Those of the database; what was made before stays.
    pub fn rank(&self, conn: &mut PgConnection) -> Result<Option<usize>, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            if !store::begin(conn, now - Self::TRENDING_EVERY)? {
                return Ok(None);
            }
            let since = first_id_at(now - TimeDelta::days(Self::TRENDING_DAYS));
            let ranked = store::write(conn, (now, since), Self::TRENDING_LENGTH)?;
            store::forget(conn, now, Self::TRENDING_KEPT)?;
            Ok(Some(ranked))
        })
    }

    /// What has these words, the newest first: in French as the reader writes it, with or without accents.
    ///
    /// # Errors
    /// `social.search_too_short`; a cursor that is not of this list; those of the database.
    pub fn search(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        text: &str,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Publication>, Error> {
        let words: String = folded(text).chars().take(200).collect();
        if words.chars().count() < 2 {
            return Err(Error::Rule(&refusals::SEARCH_TOO_SHORT));
        }
        self.page(conn, viewer, (Source::Words(&words), "social.search"), after, limit)
    }

    /// What has a hashtag, the newest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn tagged(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        tag: &str,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Publication>, Error> {
        // What is no hashtag has nothing.
        let tag = hashtag(tag.trim_start_matches('#')).unwrap_or_default();
        self.page(conn, viewer, (Source::Tag(&tag), "social.tagged"), after, limit)
    }

    /// Hashtags that begin so and that something has that the viewer may see, in their order.
    ///
    /// # Errors
    /// `social.search_too_short`; a cursor that is not of this list; those of the database.
    pub fn search_tags(
        &self,
        conn: &mut PgConnection,
        viewer: &Viewer,
        beginning: &str,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<String>, Error> {
        let beginning: String = folded(beginning).replace(' ', "").chars().take(50).collect();
        if beginning.chars().count() < 2 {
            return Err(Error::Rule(&refusals::SEARCH_TOO_SHORT));
        }
        let after: Option<String> = after.map(|cursor| cursor.keyset(TAGS)).transpose()?;
        let bounds = (self.clock.now(), limit.probe());
        let rows = store::tags(conn, viewer, &beginning, &after.unwrap_or_default(), bounds)?;
        Ok(Page::from_probe(rows, limit, TAGS, Clone::clone))
    }
}
