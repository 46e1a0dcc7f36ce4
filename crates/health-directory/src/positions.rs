//! Where somebody is, shown to one other person for a time because they asked for it. Everywhere else a position is used for an answer
//! and forgotten.

use crate::{Directory, Error, refusals, store::positions as store};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_geo::Point;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

/// A place where somebody is, and how far that may be wrong.
#[derive(Clone, Copy, PartialEq)]
pub struct Whereabouts {
    point: Point,
    accuracy_metres: Option<i32>,
}

impl Whereabouts {
    /// A place, with its accuracy from 1 m to 100 km where it is known.
    ///
    /// # Errors
    /// `health.invalid_place`.
    pub fn new(point: Point, accuracy_metres: Option<i32>) -> Result<Self, Error> {
        if accuracy_metres.is_none_or(|metres| (1..=100_000).contains(&metres)) {
            Ok(Self { point, accuracy_metres })
        } else {
            Err(Error::Rule(&refusals::INVALID_PLACE))
        }
    }

    /// The place.
    #[must_use]
    pub const fn point(&self) -> Point {
        self.point
    }

    /// How far it may be wrong, in metres.
    #[must_use]
    pub const fn accuracy_metres(&self) -> Option<i32> {
        self.accuracy_metres
    }
}

/// Nothing that is printed says where somebody is.
impl std::fmt::Debug for Whereabouts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Whereabouts(…)")
    }
}

/// Somebody's position, shown to one person.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedPosition {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub owner: UserId,
    /// Who sees it.
    pub shown_to: UserId,
    /// The last position.
    pub place: Whereabouts,
    /// Since when it is shown.
    pub created_at: DateTime<Utc>,
    /// When the position was told.
    pub updated_at: DateTime<Utc>,
    /// From when on nobody sees it.
    pub expires_at: DateTime<Utc>,
}

const GIVEN: &str = "shared-positions";
const SEEN: &str = "shown-positions";

impl Directory {
    /// The longest time of one share, in minutes.
    pub const MAX_SHARE_MINUTES: i64 = 24 * 60;
    /// The most shares of one person at once.
    pub const MAX_SHARES: i64 = 20;

    /// Shows somebody's position to one other person for some minutes, in place of what was shown to them before.
    ///
    /// # Errors
    /// `health.invalid_duration`, `health.own_matter` for oneself, `health.too_many_shares`; those of the database.
    pub fn share_position(
        &self,
        conn: &mut PgConnection,
        (owner, shown_to): (UserId, UserId),
        (place, minutes): (Whereabouts, i64),
        actor: &audit::Actor,
    ) -> Result<SharedPosition, Error> {
        let now = self.clock().now();
        if !(1..=Self::MAX_SHARE_MINUTES).contains(&minutes) {
            return Err(Error::Rule(&refusals::INVALID_DURATION));
        }
        if owner == shown_to {
            return Err(Error::Rule(&refusals::OWN_MATTER));
        }
        let share = SharedPosition {
            id: self.random().uuid(now),
            owner,
            shown_to,
            place,
            created_at: now,
            updated_at: now,
            expires_at: now + TimeDelta::minutes(minutes),
        };
        conn.transaction(|conn| {
            // Two at once may both find room for one: a few more than the most do no harm.
            if store::others(conn, (owner, shown_to), now)? >= Self::MAX_SHARES {
                return Err(Error::Rule(&refusals::TOO_MANY_SHARES));
            }
            store::put(conn, &share)?;
            // Neither where nor to whom: the log is kept longer than positions are.
            self.note(
                conn,
                (actor, "positions.shared"),
                ("localisation", share.id),
                json!({"minutes": minutes}),
            )?;
            Ok(share)
        })
    }

    /// Tells where the owner is now. The earlier position is gone, and nothing of the way is kept, in no log either.
    ///
    /// # Errors
    /// `health.share_unknown`, also for somebody else's and for one whose time is over; those of the database.
    pub fn move_position(
        &self,
        conn: &mut PgConnection,
        (id, owner): (Uuid, UserId),
        place: Whereabouts,
    ) -> Result<SharedPosition, Error> {
        let moved = store::set_place(conn, (id, owner), place, self.clock().now())?;
        moved.ok_or(Error::Rule(&refusals::SHARE_UNKNOWN))
    }

    /// Stops showing a position: its row goes at once.
    ///
    /// # Errors
    /// `health.share_unknown`, also for somebody else's; those of the database.
    pub fn stop_sharing(
        &self,
        conn: &mut PgConnection,
        (id, owner): (Uuid, UserId),
        actor: &audit::Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            if store::delete(conn, id, owner)? == 0 {
                return Err(Error::Rule(&refusals::SHARE_UNKNOWN));
            }
            self.note(conn, (actor, "positions.stopped"), ("localisation", id), json!({}))
        })
    }

    /// To whom somebody shows their position now, the newest first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn positions_given(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<SharedPosition>, Error> {
        let after = after.map(|cursor| cursor.keyset::<Uuid>(GIVEN)).transpose()?;
        let rows = store::given(conn, owner, (self.clock().now(), after), limit.probe())?;
        Ok(Page::from_probe(rows, limit, GIVEN, |share| share.id))
    }

    /// Whose positions somebody is shown now, the newest first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn positions_shown(
        &self,
        conn: &mut PgConnection,
        shown_to: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<SharedPosition>, Error> {
        let after = after.map(|cursor| cursor.keyset::<Uuid>(SEEN)).transpose()?;
        let rows = store::shown(conn, shown_to, (self.clock().now(), after), limit.probe())?;
        Ok(Page::from_probe(rows, limit, SEEN, |share| share.id))
    }

    /// One position that somebody is shown.
    ///
    /// # Errors
    /// `health.share_unknown`, also for one that is shown to somebody else, its owner included, and for one whose time is over; those of the
    /// database.
    pub fn position_shown(
        &self,
        conn: &mut PgConnection,
        (id, shown_to): (Uuid, UserId),
    ) -> Result<SharedPosition, Error> {
        let found = store::shown_one(conn, (id, shown_to), self.clock().now())?;
        found.ok_or(Error::Rule(&refusals::SHARE_UNKNOWN))
    }

    /// Deletes positions whose time is over, at most so many, and says how many there were.
    ///
    /// # Errors
    /// Those of the database.
    pub fn purge_positions(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        Ok(store::purge(conn, self.clock().now(), limit)?)
    }
}
