//! What who looks after people may do to somebody below their own level. Nobody chooses another's password: there is no such call.

use super::{Account, Permission, Profile, store};
use crate::{
    Auth, Error,
    account::assert_one,
    session::{End, Which},
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{SessionId, UserPublicId};
use serde_json::json;

/// Why somebody is blocked, unblocked or signed out. A list and no free text: nothing personal gets into the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModerationReason {
    /// It looks like fraud.
    Fraud,
    /// It breaks the rules of the house.
    Abuse,
    /// The owner lost the device, or fears that somebody else uses the account.
    LostDevice,
    /// The owner asked for it.
    OwnerRequest,
    /// An authority asked for it.
    LegalRequest,
    /// It was a mistake before.
    Mistake,
}

impl ModerationReason {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::Fraud, Self::Abuse, Self::LostDevice, Self::OwnerRequest, Self::LegalRequest, Self::Mistake];

    /// Its name in the API and in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fraud => "fraud",
            Self::Abuse => "abuse",
            Self::LostDevice => "lost_device",
            Self::OwnerRequest => "owner_request",
            Self::LegalRequest => "legal_request",
            Self::Mistake => "mistake",
        }
    }

    /// Reads its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// Somebody as they are after a measure.
#[derive(Debug, Clone)]
pub struct Moderated {
    /// Who.
    pub profile: Profile,
    /// The sessions that it ended.
    pub ended: Vec<SessionId>,
}

impl Auth {
    /// Blocks somebody below one's own level: their sessions end at once, they neither sign in nor receive money.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::RoleForbidden`], [`Error::UserNotFound`]; those of the database.
    pub fn block(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        target: UserPublicId,
        reason: ModerationReason,
    ) -> Result<Moderated, Error> {
        conn.transaction(|conn| {
            let mut account = self.below(conn, by, target)?;
            if account.is_blocked() {
                return Ok(Moderated { profile: account.into(), ended: Vec::new() });
            }
            assert_one(store::set_status(conn, account.id_user, store::BLOCKED)?)?;
            let ended = self.end_sessions(conn, account.id_user, Which::All, End::Blocked)?;
            let details = json!({ "reason": reason.as_str(), "sessions": ended.len() });
            self.record(conn, by, "auth.user_blocked", target, details)?;
            store::BLOCKED.clone_into(&mut account.statut);
            Ok(Moderated { profile: account.into(), ended })
        })
    }

    /// Takes a block away.
    ///
    /// # Errors
    /// As [`Auth::block`].
    pub fn unblock(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        target: UserPublicId,
        reason: ModerationReason,
    ) -> Result<Moderated, Error> {
        conn.transaction(|conn| {
            let mut account = self.below(conn, by, target)?;
            if account.statut == store::BLOCKED {
                assert_one(store::set_status(conn, account.id_user, store::ACTIVE)?)?;
                let details = json!({ "reason": reason.as_str() });
                self.record(conn, by, "auth.user_unblocked", target, details)?;
                store::ACTIVE.clone_into(&mut account.statut);
            }
            Ok(Moderated { profile: account.into(), ended: Vec::new() })
        })
    }

    /// Signs somebody out everywhere.
    ///
    /// # Errors
    /// As [`Auth::block`].
    pub fn end_sessions_of(
        &self,
        conn: &mut PgConnection,
        by: &Actor,
        target: UserPublicId,
        reason: ModerationReason,
    ) -> Result<Moderated, Error> {
        conn.transaction(|conn| {
            let account = self.below(conn, by, target)?;
            let ended = self.end_sessions(conn, account.id_user, Which::All, End::Closed)?;
            let details = json!({ "reason": reason.as_str(), "sessions": ended.len() });
            self.record(conn, by, "auth.user_signed_out", target, details)?;
            Ok(Moderated { profile: account.into(), ended })
        })
    }

    /// Somebody below the level of who asks, locked. Whoever asks must have the permission now, whatever the session said.
    fn below(&self, conn: &mut PgConnection, by: &Actor, target: UserPublicId) -> Result<Account, Error> {
        let by = by.user.ok_or(Error::Forbidden)?;
        let target = store::by_public_id(conn, target)?.ok_or(Error::UserNotFound)?.id_user;
        let locked = store::lock_all(conn, &[by, target])?;
        let find = |user| locked.iter().find(|account: &&Account| account.id_user == user);
        if !self.permissions_of(conn, by)?.has(Permission::ModeratePeople) {
            return Err(Error::Forbidden);
        }
        let (Some(by), Some(target)) = (find(by), find(target)) else { return Err(Error::UserNotFound) };
        if target.role.level() < by.role.level() { Ok(target.clone()) } else { Err(Error::RoleForbidden) }
    }
}
