//! What people think of establishments: one to five stars and a word, and what the house hides of it.

use crate::{
    Directory, Error, change, refusals,
    store::{self as stores, claims, ratings as store},
    suggestions::reason,
};
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_kernel::{Cursor, EstablishmentId, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

/// What somebody thinks of an establishment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its id.
    pub id: Uuid,
    /// The establishment.
    pub establishment: EstablishmentId,
    /// The establishment's name.
    pub name: String,
    /// One to five.
    pub stars: i16,
    /// A word beside.
    pub comment: Option<String>,
    /// Whether the house hid it: then it doesn't count.
    pub hidden: bool,
    /// How many people reported it since the house last looked.
    pub reports: i32,
    /// When it was first given.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Who gave it: nobody else is told.
    pub author: UserId,
}

/// A review that people reported, with what the latest of them say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedReview {
    /// The review.
    pub review: Review,
    /// At most [`ReportedReview::REASONS`], the latest first.
    pub reasons: Vec<String>,
}

impl ReportedReview {
    /// How many reasons are shown.
    pub const REASONS: usize = 5;
}

const LIST: &str = "reviews";
const MINE: &str = "own-reviews";
const QUEUE: &str = "reported-reviews";

impl Directory {
    /// Rates an establishment, in place of what the author said before. What the house hid stays hidden.
    ///
    /// # Errors
    /// [`Error::NotFound`]; `health.invalid_stars`, `health.invalid_text`; `health.own_matter` for whoever runs it; those of the database.
    pub fn rate(
        &self,
        conn: &mut PgConnection,
        establishment: EstablishmentId,
        (stars, comment): (i16, Option<&str>),
        (actor, author): (&audit::Actor, UserId),
    ) -> Result<Review, Error> {
        let (now, comment) = (self.clock().now(), change::words(comment, 500)?);
        if !(1..=5).contains(&stars) {
            return Err(Error::Rule(&refusals::INVALID_STARS));
        }
        let review = conn.transaction(|conn| {
            stores::lock_revision(conn)?;
            let row = stores::change::open_establishment(conn, establishment)?.ok_or(Error::NotFound)?;
            if claims::manages(conn, row, author)? {
                return Err(Error::Rule(&refusals::OWN_MATTER));
            }
            let id = self.random().uuid(now);
            let id = store::put(conn, (id, row, author), (stars, comment.as_deref()), now)?;
            self.note(conn, (actor, "health.rated"), ("avis_etablissement", id), json!({}))?;
            store::one(conn, id)?.ok_or(Error::Rule(&refusals::REVIEW_UNKNOWN))
        })?;
        self.refresh(conn)?;
        Ok(review)
    }

    /// Takes one's own rating back.
    ///
    /// # Errors
    /// `health.review_unknown`; those of the database.
    pub fn unrate(
        &self,
        conn: &mut PgConnection,
        establishment: EstablishmentId,
        (actor, author): (&audit::Actor, UserId),
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            stores::lock_revision(conn)?;
            let id =
                store::delete(conn, establishment, author)?.ok_or(Error::Rule(&refusals::REVIEW_UNKNOWN))?;
            self.note(conn, (actor, "health.unrated"), ("avis_etablissement", id), json!({}))
        })?;
        self.refresh(conn).map(|_| ())
    }

    /// What people say of an establishment, the newest first, without what is hidden.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Cursor`]; those of the database.
    pub fn reviews(
        &self,
        conn: &mut PgConnection,
        establishment: EstablishmentId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Review>, Error> {
        self.snapshot().get(establishment)?;
        let after = after.map(|cursor| cursor.keyset::<Uuid>(LIST)).transpose()?;
        let rows = store::visible(conn, establishment, after, limit.probe())?;
        Ok(Page::from_probe(rows, limit, LIST, |review| review.id))
    }

    /// What somebody said, the newest first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn reviews_of(
        &self,
        conn: &mut PgConnection,
        author: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Review>, Error> {
        let after = after.map(|cursor| cursor.keyset::<Uuid>(MINE)).transpose()?;
        Ok(Page::from_probe(store::of(conn, author, after, limit.probe())?, limit, MINE, |review| review.id))
    }

    /// Reports a review that should not be there. Once a person counts.
    ///
    /// # Errors
    /// `health.review_unknown`, also for one that is hidden; `health.reason_required`; those of the database.
    pub fn report_review(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        why: &str,
        (actor, user): (&audit::Actor, UserId),
    ) -> Result<(), Error> {
        let now = self.clock().now();
        let why = reason(Some(why))?.unwrap_or_default();
        conn.transaction(|conn| {
            let row = store::lock_visible(conn, id)?.ok_or(Error::Rule(&refusals::REVIEW_UNKNOWN))?;
            store::report(conn, (row, user), &why, now)?;
            self.note(conn, (actor, "health.review_reported"), ("avis_etablissement", id), json!({}))
        })
    }

    /// Reviews that people reported, the oldest first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn reported_reviews(
        &self,
        conn: &mut PgConnection,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<ReportedReview>, Error> {
        let after = after.map(|cursor| cursor.keyset::<Uuid>(QUEUE)).transpose()?;
        let rows = store::reported(conn, after, limit.probe())?;
        Ok(Page::from_probe(rows, limit, QUEUE, |reported| reported.review.id))
    }

    /// Hides a review, or shows it again; either answers what was reported of it.
    ///
    /// # Errors
    /// `health.review_unknown`; `health.own_matter` for its author; those of the database.
    pub fn moderate_review(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        hide: bool,
        (actor, officer): (&audit::Actor, UserId),
    ) -> Result<Review, Error> {
        let review = conn.transaction(|conn| {
            stores::lock_revision(conn)?;
            let unknown = || Error::Rule(&refusals::REVIEW_UNKNOWN);
            if store::one(conn, id)?.ok_or_else(unknown)?.author == officer {
                return Err(Error::Rule(&refusals::OWN_MATTER));
            }
            store::set_hidden(conn, id, hide)?;
            let action = if hide { "health.review_hidden" } else { "health.review_restored" };
            self.note(conn, (actor, action), ("avis_etablissement", id), json!({}))?;
            store::one(conn, id)?.ok_or_else(unknown)
        })?;
        self.refresh(conn)?;
        Ok(review)
    }
}
