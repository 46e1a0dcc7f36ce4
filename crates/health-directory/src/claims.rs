//! Who runs an establishment: people say so, the house makes sure, and then they edit its entry themselves.

use crate::{
    Change, ClaimState, Corrector, Directory, Error, Fact, change, refusals,
    store::{self as stores, change::apply, claims as store},
    suggestions::reason,
};
use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_kernel::{Cursor, EstablishmentId, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

/// Somebody's word that they run an establishment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: Uuid,
    /// The establishment.
    pub establishment: EstablishmentId,
    /// The establishment's name.
    pub name: String,
    /// What the person says to be believed.
    pub statement: String,
    /// What became of it.
    pub state: ClaimState,
    /// Why it was refused or revoked.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who made it.
    pub person: UserId,
}

const LIST: &str = "claims";
const QUEUE: &str = "claim-queue";

impl Directory {
    /// The most claims of one person that are open or approved.
    pub const MAX_CLAIMS: i64 = 10;

    /// Takes somebody's word that they run an establishment.
    ///
    /// # Errors
    /// [`Error::NotFound`]; `health.invalid_text`, `health.reason_required`; `health.claim_exists`, `health.too_many_claims`; those of the
    /// database.
    pub fn claim(
        &self,
        conn: &mut PgConnection,
        establishment: EstablishmentId,
        statement: &str,
        (actor, person): (&audit::Actor, UserId),
    ) -> Result<Claim, Error> {
        let now = self.clock().now();
        let statement =
            change::words(Some(statement), 500)?.ok_or(Error::Rule(&refusals::REASON_REQUIRED))?;
        conn.transaction(|conn| {
            let row = stores::change::open_establishment(conn, establishment)?.ok_or(Error::NotFound)?;
            // Two at once may both find room for one: a few more than the most do no harm.
            if store::living_of(conn, person)? >= Self::MAX_CLAIMS {
                return Err(Error::Rule(&refusals::TOO_MANY_CLAIMS));
            }
            let id = self.random().uuid(now);
            if !store::insert(conn, (id, row, person), &statement, now)? {
                return Err(Error::Rule(&refusals::CLAIM_EXISTS));
            }
            self.note_claim(conn, (actor, "health.claimed"), id, establishment)?;
            store::one(conn, id)?.ok_or(Error::Rule(&refusals::CLAIM_UNKNOWN))
        })
    }

    /// What somebody claims or runs, the newest first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn claims_of(
        &self,
        conn: &mut PgConnection,
        person: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Claim>, Error> {
        let after = after.map(|cursor| cursor.keyset::<Uuid>(LIST)).transpose()?;
        Ok(Page::from_probe(store::of(conn, person, after, limit.probe())?, limit, LIST, |claim| claim.id))
    }

    /// Claims in a state, the oldest first.
    ///
    /// # Errors
    /// [`Error::Cursor`]; those of the database.
    pub fn claims(
        &self,
        conn: &mut PgConnection,
        state: ClaimState,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Claim>, Error> {
        let after = after.map(|cursor| cursor.keyset::<Uuid>(QUEUE)).transpose()?;
        Ok(Page::from_probe(store::in_state(conn, state, after, limit.probe())?, limit, QUEUE, |claim| {
            claim.id
        }))
    }

    /// Approves a claim, or refuses it with the reason.
    ///
    /// # Errors
    /// `health.claim_unknown`, `health.claim_decided`; `health.own_matter` for whoever made it; `health.reason_required`; those of the
    /// database.
    pub fn decide_claim(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        refused_because: Option<&str>,
        (actor, officer): (&audit::Actor, UserId),
    ) -> Result<Claim, Error> {
        let reason = reason(refused_because)?;
        let state = if reason.is_some() { ClaimState::Refused } else { ClaimState::Approved };
        let action = if reason.is_some() { "health.claim_refused" } else { "health.claim_approved" };
        let change = (state, reason.as_deref());
        self.end_claim(conn, id, (ClaimState::Pending, change), (actor, action, Some(officer)))
    }

    /// Takes the right to edit the entry back.
    ///
    /// # Errors
    /// `health.claim_unknown`, `health.claim_decided` where it is not approved; `health.reason_required`; those of the database.
    pub fn revoke_claim(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        why: &str,
        (actor, officer): (&audit::Actor, UserId),
    ) -> Result<Claim, Error> {
        let reason = reason(Some(why))?;
        let change = (ClaimState::Revoked, reason.as_deref());
        let who = (actor, "health.claim_revoked", Some(officer));
        self.end_claim(conn, id, (ClaimState::Approved, change), who)
    }

    /// Gives up a claim of one's own, open or approved.
    ///
    /// # Errors
    /// `health.claim_unknown`, also for somebody else's and for one that is over; those of the database.
    pub fn give_up_claim(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        (actor, person): (&audit::Actor, UserId),
    ) -> Result<(), Error> {
        let now = self.clock().now();
        conn.transaction(|conn| {
            let claim = store::lock(conn, id)?.filter(|claim| claim.person == person);
            let claim = claim.ok_or(Error::Rule(&refusals::CLAIM_UNKNOWN))?;
            match claim.state {
                ClaimState::Pending | ClaimState::Approved => {
                    store::decide(conn, id, (ClaimState::Revoked, Some("given up")), now)?;
                }
                ClaimState::Refused | ClaimState::Revoked => {
                    return Err(Error::Rule(&refusals::CLAIM_UNKNOWN));
                }
            }
            self.note_claim(conn, (actor, "health.claim_given_up"), id, claim.establishment)
        })
    }

    /// Edits what somebody runs: hours, numbers, services. No import writes over it.
    ///
    /// # Errors
    /// `health.entry_not_managed`, also for an establishment that does not exist; those of the database.
    pub fn edit_entry(
        &self,
        conn: &mut PgConnection,
        establishment: EstablishmentId,
        changes: &[Change],
        (actor, person): (&audit::Actor, UserId),
    ) -> Result<(), Error> {
        let (now, not_theirs) = (self.clock().now(), || Error::Rule(&refusals::ENTRY_NOT_MANAGED));
        let may_edit =
            |change: &Change| matches!(change.fact(), Fact::Hours | Fact::Numbers | Fact::Services);
        if changes.is_empty() || !changes.iter().all(may_edit) {
            return Err(Error::Rule(&refusals::NOTHING_TO_EDIT));
        }
        conn.transaction(|conn| {
            stores::lock_revision(conn)?;
            let row = stores::change::open_establishment(conn, establishment)?.ok_or_else(not_theirs)?;
            if !store::manages(conn, row, person)? {
                return Err(not_theirs());
            }
            for change in changes {
                apply(conn, row, change, (Corrector::Owner, now))?;
            }
            let facts: serde_json::Map<String, serde_json::Value> =
                changes.iter().map(|change| (change.fact().code().to_owned(), change.value())).collect();
            let object = ("etablissement_sante", establishment);
            self.note(conn, (actor, "health.entry_edited"), object, json!({"facts": facts}))
        })?;
        self.refresh(conn).map(|_| ())
    }

    fn end_claim(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        (from, (to, why)): (ClaimState, (ClaimState, Option<&str>)),
        (actor, action, officer): (&audit::Actor, &'static str, Option<UserId>),
    ) -> Result<Claim, Error> {
        let now = self.clock().now();
        conn.transaction(|conn| {
            let claim = store::lock(conn, id)?.ok_or(Error::Rule(&refusals::CLAIM_UNKNOWN))?;
            if claim.state != from {
                return Err(Error::Rule(&refusals::CLAIM_DECIDED));
            }
            if officer == Some(claim.person) {
                return Err(Error::Rule(&refusals::OWN_MATTER));
            }
            store::decide(conn, id, (to, why), now)?;
            self.note_claim(conn, (actor, action), id, claim.establishment)?;
            Ok(Claim { state: to, reason: why.map(str::to_owned), decided_at: Some(now), ..claim })
        })
    }

    fn note_claim(
        &self,
        conn: &mut PgConnection,
        who: (&audit::Actor, &'static str),
        id: Uuid,
        establishment: EstablishmentId,
    ) -> Result<(), Error> {
        self.note(conn, who, ("gestion_etablissement", id), json!({"establishment": establishment}))
    }
}
