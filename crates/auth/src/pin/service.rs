use super::{
    PendingPin, PendingPinCheck, PinCheck, PinHash, PinStanding,
    model::{STEP_UP, TRIES},
    store,
};
use crate::{
    Auth, Error, Session, SignedInAs,
    account::assert_one,
    proof::{Attempt, Kind},
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::SessionId;
use serde_json::json;
use std::time::Duration;

impl Auth {
    /// Step one of setting the PIN of the caller's device: whether they may. The session must have been proven by a
    /// one-time code a moment ago, or the PIN before must have been shown a moment ago: whoever picked up an open phone has
    /// neither.
    ///
    /// # Errors
    /// [`Error::StepUpRequired`], [`Error::RecentCodeRequired`], [`Error::PinLocked`], [`Error::SessionEnded`]; those of the
    /// database.
    pub fn begin_define_pin(&self, conn: &mut PgConnection, who: SignedInAs) -> Result<PendingPin, Error> {
        self.may_define(conn, who).map(|session| PendingPin { session: session.id })
    }

    /// Step two, when it is hashed: keeps it in the place of the one before.
    ///
    /// # Errors
    /// As [`Auth::begin_define_pin`].
    pub fn finish_define_pin(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        pending: &PendingPin,
        hash: &PinHash,
        actor: &Actor,
    ) -> Result<(), Error> {
        conn.transaction(|conn| {
            store::lock(conn, pending.session)?;
            let session = self.may_define(conn, who)?;
            assert_one(store::define(conn, pending.session, &hash.0, self.clock.now())?)?;
            self.forgive_subject(conn, Kind::Pin, &self.pin_key(session.id))?;
            self.record(conn, actor, "auth.pin_defined", session.user_public_id, json!({}))
        })
    }

    /// Step one of showing the PIN: counts the try and reads what to compare with. After five wrong ones there is nothing
    /// to compare any more.
    ///
    /// # Errors
    /// [`Error::PinUndefined`], [`Error::PinLocked`], [`Error::TooMany`], [`Error::SessionEnded`]; those of the database.
    pub fn begin_verify_pin(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        actor: &Actor,
    ) -> Result<PendingPinCheck, Error> {
        let session = self.own(conn, who)?;
        match self.standing(conn, session.id)?.tries {
            None => return Err(Error::PinUndefined),
            Some(TRIES..) => return Err(Error::PinLocked),
            Some(_) => {}
        }
        let subject = self.pin_key(session.id);
        let attempt = Attempt { kind: Kind::Pin, subject, address: actor.address };
        let reserved = conn.transaction(|conn| {
            self.count_try(conn, &attempt)?;
            Ok::<_, Error>(store::reserve(conn, session.id)?)
        })?;
        let (hash, tries) = reserved.ok_or(Error::PinLocked)?;
        Ok(PendingPinCheck { session: session.id, hash, attempt, last: tries >= TRIES })
    }

    /// Step two, when it is compared: for so long larger sums move in this session.
    ///
    /// # Errors
    /// [`Error::PinWrong`]; [`Error::PinLocked`] when that was the last try; those of the database.
    pub fn finish_verify_pin(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        pending: &PendingPinCheck,
        check: &PinCheck,
        actor: &Actor,
    ) -> Result<Duration, Error> {
        // The inner result is a decision that must stay: that it is locked is written down.
        let verified = conn.transaction(|conn| {
            store::lock(conn, pending.session)?;
            let session = self.own(conn, who)?;
            if !check.0 && pending.last {
                self.record(conn, actor, "auth.pin_locked", session.user_public_id, json!({}))?;
                return Ok(Err(Error::PinLocked));
            }
            // Another may have been set while this one was being compared.
            if !check.0 || store::forgive(conn, session.id, &pending.hash)? == 0 {
                return Ok(Err(Error::PinWrong));
            }
            assert_one(store::show(conn, session.id, Some(self.clock.now()))?)?;
            self.record(conn, actor, "auth.pin_verified", session.user_public_id, json!({}))?;
            self.forgive(conn, &pending.attempt)?;
            Ok::<_, Error>(Ok(STEP_UP.to_std().unwrap_or_default()))
        });
        verified.and_then(std::convert::identity)
    }

    /// Takes the PIN of the caller's device away. Larger sums do not move from it until there is another.
    ///
    /// # Errors
    /// [`Error::PinUndefined`], [`Error::SessionEnded`]; those of the database.
    pub fn remove_pin(&self, conn: &mut PgConnection, who: SignedInAs, actor: &Actor) -> Result<(), Error> {
        conn.transaction(|conn| {
            let session = self.own(conn, who)?;
            store::lock(conn, session.id)?;
            match self.standing(conn, session.id)?.tries {
                None => return Err(Error::PinUndefined),
                // Without it there would be nothing left to say that its tries are used up.
                Some(TRIES..) => return Err(Error::PinLocked),
                Some(_) => {}
            }
            assert_one(store::delete(conn, session.id)?)?;
            assert_one(store::show(conn, session.id, None)?)?;
            self.record(conn, actor, "auth.pin_removed", session.user_public_id, json!({}))
        })
    }

    /// What there is of a PIN in a session.
    ///
    /// # Errors
    /// [`Error::SessionEnded`]; those of the database.
    pub fn pin_standing(&self, conn: &mut PgConnection, session: SessionId) -> Result<PinStanding, Error> {
        let standing = self.standing(conn, session)?;
        let locked = standing.tries.is_some_and(|tries| tries >= TRIES);
        let shown = standing.tries.is_some() && !locked && self.is_recent(standing.shown_at);
        Ok(PinStanding { defined: standing.tries.is_some(), locked, shown })
    }

    /// Whether larger sums may move in a session now: its PIN was shown a moment ago.
    ///
    /// # Errors
    /// [`Error::PinRequired`], [`Error::PinUndefined`], [`Error::PinLocked`]; those of the database.
    pub fn require_pin(&self, conn: &mut PgConnection, session: SessionId) -> Result<(), Error> {
        let standing = self.standing(conn, session)?;
        match standing.tries {
            None => Err(Error::PinUndefined),
            Some(TRIES..) => Err(Error::PinLocked),
            Some(_) if self.is_recent(standing.shown_at) => Ok(()),
            Some(_) => Err(Error::PinRequired),
        }
    }

    fn may_define(&self, conn: &mut PgConnection, who: SignedInAs) -> Result<Session, Error> {
        let session = self.code_proven(conn, who)?;
        let standing = self.standing(conn, session.id)?;
        if standing.tries.is_some_and(|tries| tries >= TRIES) {
            return Err(Error::PinLocked);
        }
        if self.is_recent(standing.shown_at) { Ok(session) } else { self.recently_proven(conn, who) }
    }

    fn own(&self, conn: &mut PgConnection, who: SignedInAs) -> Result<Session, Error> {
        self.live_session(conn, Some(who.session), who.user)?.ok_or(Error::SessionEnded)
    }

    fn standing(&self, conn: &mut PgConnection, session: SessionId) -> Result<store::Standing, Error> {
        store::standing(conn, session)?.ok_or(Error::SessionEnded)
    }

    fn is_recent(&self, shown_at: Option<chrono::DateTime<chrono::Utc>>) -> bool {
        shown_at.is_some_and(|at| self.clock.now() - at <= STEP_UP)
    }

    fn pin_key(&self, session: SessionId) -> [u8; 32] {
        self.keyed("code pin", &[session.uuid().as_bytes()])
    }
}
