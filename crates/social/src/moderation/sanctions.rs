use super::{
    model::{Case, CaseState, Decision, Measure, Reason, Sanction, TargetKind},
    store,
};
use crate::{
    Error, Social, State, comment, publication, refusals,
    social::{assert_one, known},
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{Cursor, Limit, Page, UserId};
use serde_json::json;
use uuid::Uuid;

const LIST: &str = "social.sanctions";
const LOG: &str = "social.moderation_log";

/// What a decision about a case came to.
type Sanctions = Vec<Sanction>;

impl Social {
    /// The longest word beside a sanction, in characters.
    pub const MAX_SANCTION_WORDS: usize = 500;

    /// Refuses whom a sanction keeps from posting.
    ///
    /// # Errors
    /// `social.sanctioned`; those of the database.
    pub fn may_post(&self, conn: &mut PgConnection, user: UserId) -> Result<(), Error> {
        let forbidden = store::may_not_post(conn, user, self.clock.now())?;
        if forbidden { Err(Error::Rule(&refusals::SANCTIONED)) } else { Ok(()) }
    }

    /// Refuses whom a sanction keeps from everything that others notice.
    ///
    /// # Errors
    /// `social.sanctioned`; those of the database.
    pub fn may_act(&self, conn: &mut PgConnection, user: UserId) -> Result<(), Error> {
        let forbidden = store::may_not_act(conn, user, self.clock.now())?;
        if forbidden { Err(Error::Rule(&refusals::SANCTIONED)) } else { Ok(()) }
    }

    /// Decides a case, once: dismisses it, or acts against what was reported, its author, or both. Nobody decides what concerns themselves or
    /// what they reported; whether who decides stands above who is concerned, whoever calls makes sure first.
    ///
    /// # Errors
    /// `social.case_unknown`, `social.already_decided`, `social.own_matter`, `social.invalid_period`; those of the database.
    pub fn decide_case(
        &self,
        conn: &mut PgConnection,
        id: Uuid,
        decision: &Decision,
        actor: &Actor,
    ) -> Result<(Case, Sanctions), Error> {
        let (officer, now) = (known(actor)?, self.clock.now());
        conn.transaction(|conn| {
            let case = any_case(conn, id)?;
            if case.person == officer || store::has_reported(conn, id, officer)? {
                return Err(Error::Rule(&refusals::OWN_MATTER));
            }
            let state = match decision {
                Decision::Dismiss => CaseState::Dismissed,
                Decision::Act { .. } => CaseState::Acted,
            };
            if store::decide(conn, id, state, (officer, now))? == 0 {
                return Err(Error::Rule(&refusals::ALREADY_DECIDED));
            }
            let sanctions = self.act(conn, &case, decision, (officer, now))?;
            let measures: Vec<&str> = sanctions.iter().map(|one| one.measure.as_str()).collect();
            let details = json!({ "state": state.as_str(), "measures": measures });
            self.note(conn, (actor, "social.case_decided"), ("case", id), details)?;
            Ok((any_case(conn, id)?, sanctions))
        })
    }

    /// Whom a case is about.
    ///
    /// # Errors
    /// `social.case_unknown`; those of the database.
    pub fn reported_person(&self, conn: &mut PgConnection, case: Uuid) -> Result<UserId, Error> {
        any_case(conn, case).map(|case| case.person)
    }

    /// Does what was decided, and tells who is concerned.
    fn act(
        &self,
        conn: &mut PgConnection,
        case: &Case,
        decision: &Decision,
        by: (UserId, DateTime<Utc>),
    ) -> Result<Sanctions, Error> {
        let Decision::Act { measure, reason, words, lasts, hides } = decision else { return Ok(Vec::new()) };
        let (officer, now) = by;
        let expires_at = ends_at(*measure, *lasts, now)?;
        let words = words.as_ref().map(|words| words.as_str().to_owned());
        let sanction = |id, measure, expires_at| Sanction {
            id,
            person: case.person,
            measure,
            reason: *reason,
            words: words.clone(),
            publication: None,
            comment: None,
            decided_by: Some(officer),
            created_at: now,
            expires_at,
            lifted_at: None,
            appeal: None,
        };
        let mut done = Vec::new();
        if (*hides || *measure == Measure::Hiding) && case.object.is_some() {
            let mut hiding = sanction(self.id(now), Measure::Hiding, None);
            match case.kind {
                TargetKind::Publication => hiding.publication = case.object,
                TargetKind::Comment => hiding.comment = case.object,
                TargetKind::Person => {}
            }
            hide(conn, &hiding, State::Hidden, now)?;
            done.push(hiding);
        }
        if *measure == Measure::Hiding && done.is_empty() {
            // Nothing is left to hide: a person was reported, or what was reported is gone.
            return Err(Error::Rule(&refusals::WRONG_STATE));
        }
        if *measure != Measure::Hiding {
            done.push(sanction(self.id(now), *measure, expires_at));
        }
        for one in &done {
            assert_one(store::insert(conn, one, Some(case.id))?)?;
            let payload = json!({ "to": one.person.key(), "measure": one.measure.as_str() });
            self.tell(conn, "social.sanctioned", one.id, payload)?;
        }
        Ok(done)
    }

    /// What was decided against somebody, for themselves; the last first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn sanctions_of(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Sanction>, Error> {
        let before = after.map(|cursor| cursor.keyset(LIST)).transpose()?.unwrap_or(Uuid::max());
        Ok(Page::from_probe(store::list(conn, user, before, limit.probe())?, limit, LIST, |one| one.id))
    }

    /// Everything that was decided against anybody but the reader, the last first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn moderation_log(
        &self,
        conn: &mut PgConnection,
        reader: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Sanction>, Error> {
        let before = after.map(|cursor| cursor.keyset(LOG)).transpose()?.unwrap_or(Uuid::max());
        Ok(Page::from_probe(store::log(conn, reader, before, limit.probe())?, limit, LOG, |one| one.id))
    }

    /// Against whom a sanction was decided.
    ///
    /// # Errors
    /// `social.sanction_unknown`; those of the database.
    pub fn sanctioned_person(&self, conn: &mut PgConnection, sanction: Uuid) -> Result<UserId, Error> {
        store::concerned(conn, sanction)?.ok_or(Error::Rule(&refusals::SANCTION_UNKNOWN))
    }

    /// Takes a decision back, who was concerned having asked or not: the house may have been wrong. Whether who does so stands above who is
    /// concerned, whoever calls makes sure first.
    ///
    /// # Errors
    /// `social.sanction_unknown`, `social.own_matter`; `social.wrong_state` for one that was lifted; those of the database.
    pub fn lift_sanction(&self, conn: &mut PgConnection, id: Uuid, actor: &Actor) -> Result<Sanction, Error> {
        let (officer, now) = (known(actor)?, self.clock.now());
        let unknown = || Error::Rule(&refusals::SANCTION_UNKNOWN);
        conn.transaction(|conn| {
            let found = store::lock(conn, id)?.ok_or_else(unknown)?;
            if found.person == officer || store::reported_by(conn, id, officer)? {
                return Err(Error::Rule(&refusals::OWN_MATTER));
            }
            if found.lifted_at.is_some() {
                return Err(Error::Rule(&refusals::WRONG_STATE));
            }
            self.lift(conn, &found, now)?;
            let payload = json!({ "to": found.person.key(), "lifted": true });
            self.tell(conn, "social.sanctioned", id, payload)?;
            self.note(conn, (actor, "social.sanction_lifted"), ("sanction", id), json!({}))?;
            store::lock(conn, id)?.ok_or_else(unknown)
        })
    }

    /// Lifts a sanction: what it hid is shown again where no other hides it, and who was kept from posting posts.
    pub(super) fn lift(
        &self,
        conn: &mut PgConnection,
        sanction: &Sanction,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        assert_one(store::lift(conn, sanction.id, now)?)?;
        if store::is_hidden(conn, sanction.publication, sanction.comment)? {
            return Ok(());
        }
        hide(conn, sanction, State::Visible, now)
    }
}

/// A case, whomever it is about.
fn any_case(conn: &mut PgConnection, id: Uuid) -> Result<Case, Error> {
    store::case(conn, id)?.ok_or(Error::Rule(&refusals::CASE_UNKNOWN))
}

/// Until when a measure lasts: 1 to 365 days where it ends, and not at all where it doesn't.
fn ends_at(
    measure: Measure,
    lasts: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Error> {
    let fits = |lasts: &TimeDelta| (TimeDelta::days(1)..=TimeDelta::days(365)).contains(lasts);
    match (measure.ends(), lasts) {
        (true, Some(lasts)) if fits(&lasts) => Ok(Some(now + lasts)),
        (false, None) => Ok(None),
        _ => Err(Error::Rule(&refusals::INVALID_PERIOD)),
    }
}

/// Hides what a sanction hides, or shows it again. What its author took back meanwhile stays so.
fn hide(conn: &mut PgConnection, sanction: &Sanction, state: State, now: DateTime<Utc>) -> Result<(), Error> {
    let before = if state == State::Hidden { State::Visible } else { State::Hidden };
    if let Some(id) = sanction.publication
        && publication::store::lock(conn, id)?.is_some_and(|found| found.state == before)
    {
        assert_one(publication::store::set_state(conn, id, state, now)?)?;
    }
    if let Some(id) = sanction.comment
        && comment::store::lock(conn, id)?.is_some_and(|found| found.state == before)
    {
        assert_one(comment::store::set_state(conn, id, state, now)?)?;
    }
    Ok(())
}

impl Decision {
    /// The mildest thing that can be done: what was reported is hidden.
    #[must_use]
    pub const fn hide(reason: Reason) -> Self {
        Self::Act { measure: Measure::Hiding, reason, words: None, lasts: None, hides: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_says_when_and_what_does_not_says_nothing() {
        let now = DateTime::from_timestamp(1_795_161_600, 0).unwrap();
        let days = |days| Some(TimeDelta::days(days));
        assert_eq!(ends_at(Measure::Silence, days(3), now).unwrap(), Some(now + TimeDelta::days(3)));
        assert_eq!(ends_at(Measure::Ban, None, now).unwrap(), None);
        for (measure, lasts) in [
            (Measure::Silence, None),
            (Measure::Suspension, days(0)),
            (Measure::Suspension, days(366)),
            (Measure::Ban, days(3)),
            (Measure::Warning, days(3)),
        ] {
            assert!(ends_at(measure, lasts, now).is_err(), "{measure:?} {lasts:?}");
        }
    }
}
