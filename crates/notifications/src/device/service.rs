use super::store;
use crate::{Error, Notifications, error, inbox::hold_boxes};
use chrono::{DateTime, Duration, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{SessionId, UserId};
use hostolink_notifier::PushTarget;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What an application runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Android.
    Android,
    /// iOS.
    Ios,
    /// A browser.
    Web,
}

impl Platform {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Android, Self::Ios, Self::Web];

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Android => "android",
            Self::Ios => "ios",
            Self::Web => "web",
        }
    }

    /// The one with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.code() == code)
    }
}

/// An installed application that its person lets us write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: Uuid,
    /// The session that registered it: with its end the device is forgotten.
    pub session: SessionId,
    /// What it runs on.
    pub platform: String,
    /// Whether it is written to.
    pub active: bool,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it last said that it is still there.
    pub seen_at: DateTime<Utc>,
}

/// Register an application, or say that it is still there.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// Whose it is now.
    pub owner: UserId,
    /// By which session.
    pub session: SessionId,
    /// What it is addressed by.
    pub target: PushTarget,
    /// What it runs on.
    pub platform: Platform,
}

impl Notifications {
    /// The most that one person has.
    pub const MAX_DEVICES: i64 = 20;
    /// After how long one that says nothing is forgotten: Android's own tokens end then.
    pub const DEVICE_LIFE: Duration = Duration::days(270);

    /// Registers an application for whoever is signed in there. It is theirs alone from then on, whoever had it before; an older target of the same
    /// session is forgotten.
    ///
    /// # Errors
    /// `notifications.too_many_devices`; those of the database.
    pub fn register(&self, conn: &mut PgConnection, new: &NewDevice, actor: &Actor) -> Result<Device, Error> {
        let now = self.clock.now();
        let mark = fingerprint(&new.target);
        conn.transaction(|conn| {
            // One at a time for a person: the limit holds.
            hold_boxes(conn, &[new.owner])?;
            store::forget_of_session(conn, new.session, &mark)?;
            let known = store::is_of(conn, new.owner, &mark)?;
            if !known && store::count(conn, new.owner)? >= Self::MAX_DEVICES {
                return Err(Error::Rule(&error::TOO_MANY_DEVICES));
            }
            // What waited for whoever had it before goes with them.
            store::forget_of_others(conn, new.owner, &mark)?;
            let device = store::upsert(conn, self.random.uuid(now), new, &mark, now)?;
            self.note(
                conn,
                (actor, "notifications.device_registered"),
                ("push_device", device.id.to_string()),
                json!({ "platform": new.platform.code() }),
            )?;
            Ok(device)
        })
    }

    /// Somebody's, the latest registered first. They are few.
    ///
    /// # Errors
    /// Those of the database.
    pub fn devices(&self, conn: &mut PgConnection, owner: UserId) -> Result<Vec<Device>, Error> {
        Ok(store::of(conn, owner)?)
    }

    /// Has one be written to, or not.
    ///
    /// # Errors
    /// `notifications.device_unknown`, also for another's; those of the database.
    pub fn mute_device(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, Uuid),
        active: bool,
        actor: &Actor,
    ) -> Result<Device, Error> {
        conn.transaction(|conn| {
            let device = store::set_active(conn, owner, id, active)?;
            let device = device.ok_or(Error::Rule(&error::DEVICE_UNKNOWN))?;
            let object = ("push_device", id.to_string());
            self.note(conn, (actor, "notifications.device_set"), object, json!({ "active": active }))?;
            Ok(device)
        })
    }

    /// Forgets one.
    ///
    /// # Errors
    /// `notifications.device_unknown`, also for another's; those of the database.
    pub fn forget_device(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, Uuid),
        actor: &Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            if store::delete(conn, owner, id)? == 0 {
                return Err(Error::Rule(&error::DEVICE_UNKNOWN));
            }
            let object = ("push_device", id.to_string());
            self.note(conn, (actor, "notifications.device_forgotten"), object, json!({}))
        })
    }

    /// Sessions have ended: nothing is pushed to who signed out. Says how many devices were forgotten.
    ///
    /// # Errors
    /// Those of the database.
    pub fn sessions_ended(&self, conn: &mut PgConnection, sessions: &[Uuid]) -> Result<usize, Error> {
        if sessions.is_empty() {
            return Ok(0);
        }
        Ok(store::forget_of_sessions(conn, sessions)?)
    }

    /// Forgets devices that said nothing for too long, and says how many.
    ///
    /// # Errors
    /// Those of the database.
    pub fn purge_devices(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        Ok(store::purge(conn, self.clock.now() - Self::DEVICE_LIFE, limit)?)
    }
}

fn fingerprint(target: &PushTarget) -> Vec<u8> {
    let kind = store::kind_of(target);
    Sha256::digest([kind.as_bytes(), b":", target.as_str().as_bytes()].concat()).to_vec()
}
