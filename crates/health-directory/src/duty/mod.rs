//! Pharmacies on duty: lists that somebody brings, checks and publishes, and whoever is on duty now.

mod draft;
mod now;

pub use now::OnDuty;

use crate::{Directory, Error, Notes, ROTA_PUBLISHED, Refusal, refusals, store};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::{Connection, PgConnection};
pub(crate) use draft::DutyDraft;
use hostolink_audit as audit;
use hostolink_kernel::{EstablishmentId, UserId};
use hostolink_outbox::{self as outbox, NewEvent};
use serde_json::json;
use uuid::Uuid;

/// A list of pharmacies on duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rota {
    /// Its id.
    pub id: Uuid,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when; then they are not on duty any more.
    pub until: DateTime<Utc>,
    /// Who published it, in the words of whoever brought it.
    pub source: String,
    /// Whether it counts.
    pub state: RotaState,
    /// The pharmacies, by area and name.
    pub duties: Vec<Duty>,
    /// The number of its last change, once it is published.
    pub(crate) revision: i64,
}

impl Rota {
    /// Its key in packs and in the log of changes.
    pub(crate) fn key(&self) -> String {
        format!("g/{}", self.id)
    }
}

/// Whether a list counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotaState {
    /// Somebody still checks it.
    Draft,
    /// It is shown.
    Published,
    /// It was a mistake, or another took its place.
    Withdrawn,
}

impl RotaState {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub(crate) fn parse(code: &str) -> Option<Self> {
        [Self::Draft, Self::Published, Self::Withdrawn].into_iter().find(|state| state.code() == code)
    }
}

/// A pharmacy of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Its id.
    pub id: Uuid,
    /// The town or quarter, as the list writes it.
    pub area: String,
    /// The name, as the list writes it.
    pub name: String,
    /// How to find it, often a landmark.
    pub address: Option<String>,
    /// The numbers in their one form, in the order of the list. Nobody has verified them.
    pub numbers: Vec<String>,
    /// Which establishment it is; `None` while nobody knows, and then where it lies is not known either.
    pub establishment: Option<EstablishmentId>,
}

/// Which list is brought.
#[derive(Debug, Clone)]
pub struct NewRota {
    /// The first day.
    pub from: NaiveDate,
    /// The first day after it.
    pub until: NaiveDate,
    /// Who published it.
    pub source: String,
}

impl NewRota {
    /// The longest list, in days.
    pub const MAX_DAYS: i64 = 31;

    fn span(&self) -> Result<(DateTime<Utc>, DateTime<Utc>), Error> {
        let midnight = |day: NaiveDate| day.and_hms_opt(0, 0, 0).map(|time| time.and_utc());
        let days = self.until - self.from;
        let source = self.source.trim();
        match midnight(self.from).zip(midnight(self.until)) {
            Some(span)
                if TimeDelta::zero() < days
                    && days <= TimeDelta::days(Self::MAX_DAYS)
                    && !source.is_empty()
                    && source.chars().count() <= 200
                    && !source.chars().any(char::is_control) =>
            {
                Ok(span)
            }
            _ => Err(Error::Rule(&refusals::INVALID_ROTA)),
        }
    }
}

impl Directory {
    /// Takes a list as a draft. Pharmacies whose name only one of the directory has are proposed to be that one.
    ///
    /// # Errors
    /// `health.invalid_rota`; [`Error::ColumnsMissing`], [`Error::Unreadable`], [`Error::FileTooLarge`]; those of the database.
    pub fn import_rota(
        &self,
        conn: &mut PgConnection,
        new: &NewRota,
        file: &[u8],
        actor: &audit::Actor,
    ) -> Result<(Rota, Notes<Refusal>), Error> {
        let (now, span) = (self.clock().now(), new.span()?);
        let (mut drafts, refused) = draft::read(file)?;
        let snapshot = self.snapshot();
        let named = snapshot.pharmacies_by_name();
        for draft in &mut drafts {
            draft.establishment = named.get(&draft::words(&draft.name)).copied().flatten();
        }
        let rota = conn.transaction(|conn| {
            let id = self.random().uuid(now);
            let ids = drafts.iter().map(|_| self.random().uuid(now)).collect();
            store::insert_rota(conn, id, span, (new.source.trim(), now), (ids, &drafts))?;
            let details = json!({"rows": drafts.len(), "refused": refused.total()});
            self.record_rota(conn, "health.rota_imported", id, &details, actor)?;
            store::rota(conn, id)?.ok_or(Error::Rule(&refusals::ROTA_UNKNOWN))
        })?;
        Ok((rota, refused))
    }

    /// A list, to be checked.
    ///
    /// # Errors
    /// `health.rota_unknown`; those of the database.
    pub fn rota(&self, conn: &mut PgConnection, id: Uuid) -> Result<Rota, Error> {
        store::rota(conn, id)?.ok_or(Error::Rule(&refusals::ROTA_UNKNOWN))
    }

    /// Says which establishment a pharmacy of a list is, or that nobody knows.
    ///
    /// # Errors
    /// `health.duty_unknown`, [`Error::NotFound`] where there is no such establishment; those of the database.
    pub fn assign_duty(
        &self,
        conn: &mut PgConnection,
        duty: Uuid,
        establishment: Option<EstablishmentId>,
        actor: &audit::Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            store::lock_revision(conn)?;
            if establishment.is_some_and(|id| self.snapshot().find(id).is_none()) {
                return Err(Error::NotFound);
            }
            if !store::assign_duty(conn, duty, establishment)? {
                return Err(Error::Rule(&refusals::DUTY_UNKNOWN));
            }
            self.record_rota(
                conn,
                "health.duty_assigned",
                duty,
                &json!({"establishment": establishment}),
                actor,
            )
        })?;
        self.refresh(conn).map(|_| ())
    }

    /// Publishes a list, or takes it back. A list that was taken back stays so.
    ///
    /// # Errors
    /// `health.rota_unknown`, `health.rota_withdrawn`; those of the database.
    pub fn set_rota_state(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        state: RotaState,
        actor: &audit::Actor,
    ) -> Result<Rota, Error> {
        let action = match state {
            RotaState::Published => "health.rota_published",
            RotaState::Draft | RotaState::Withdrawn => "health.rota_withdrawn",
        };
        let rota = conn.transaction(|conn| {
            store::lock_revision(conn)?;
            let rota = self.rota(conn, id)?;
            if rota.state == RotaState::Withdrawn {
                return Err(Error::Rule(&refusals::ROTA_WITHDRAWN));
            }
            store::set_rota_state(conn, id, state)?;
            self.record_rota(conn, action, id, &json!({"from": rota.from, "until": rota.until}), actor)?;
            if state == RotaState::Published {
                let event = NewEvent { kind: ROTA_PUBLISHED, subject: id, payload: json!({}) };
                outbox::publish(conn, &event, self.clock().now())?;
            }
            Ok(Rota { state, ..rota })
        })?;
        self.refresh(conn)?;
        Ok(rota)
    }

    /// Who keeps a pharmacy of a list at hand, as long as the list is published and not over: in the order of their keys, after `after`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn keepers_of_rota(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        after: UserId,
        limit: i64,
    ) -> Result<Vec<UserId>, Error> {
        Ok(store::keepers(conn, id, self.clock().now(), after, limit)?)
    }

    fn record_rota(
        &self,
        conn: &mut PgConnection,
        action: &'static str,
        id: Uuid,
        details: &serde_json::Value,
        actor: &audit::Actor,
    ) -> Result<(), Error> {
        Ok(audit::record(
            conn,
            &audit::Entry {
                actor: actor.clone(),
                action,
                object_kind: "tour_garde",
                object_id: id.to_string(),
                details: details.clone(),
                at: self.clock().now(),
            },
        )?)
    }
}
