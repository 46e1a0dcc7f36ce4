//! People by the ids that callers see, and who must not hear of whom: asked for once a request.

use crate::{
    error::{ApiError, ApiResult},
    extract::Identity,
    social::blocks,
    state::State,
};
use diesel::{Connection, PgConnection};
use hostolink_auth::Permission;
use hostolink_kernel::{UserId, UserPublicId};
use hostolink_messaging::{Kind, Reader, codes};

/// Whom somebody does not see in rooms.
pub(crate) struct Unseen {
    /// Those with whom there is a block.
    pub(crate) blocked: Vec<UserId>,
    /// Those of whom they want to hear nothing: what these write in rooms is left out.
    pub(crate) muted: Vec<UserId>,
}

impl Unseen {
    /// Of this person, now.
    pub(crate) fn of(conn: &mut PgConnection, user: UserId) -> ApiResult<Self> {
        Ok(Self { blocked: blocks::hidden(conn, user)?, muted: blocks::muted(conn, user)? })
    }

    /// The same for who reads.
    pub(crate) fn reader(&self, user: UserId) -> Reader<'_> {
        Reader { user, blocked: &self.blocked, muted: &self.muted }
    }
}

/// Whether somebody keeps order in every theme.
pub(super) fn of_the_house(identity: &Identity) -> bool {
    identity.permissions.has(Permission::ModeratePeople)
}

/// Refuses whom a sanction keeps from what others notice, and in a theme also whom one keeps from posting.
pub(super) fn may_speak(conn: &mut PgConnection, state: &State, user: UserId, kind: Kind) -> ApiResult<()> {
    if kind == Kind::Theme { Ok(state.social.may_post(conn, user)?) } else { may_act(conn, state, user) }
}

/// Refuses whom a sanction keeps from what others notice.
pub(super) fn may_act(conn: &mut PgConnection, state: &State, user: UserId) -> ApiResult<()> {
    Ok(state.social.may_act(conn, user)?)
}

/// Who has this id, whatever became of them: who keeps order reaches also who is about to leave.
pub(super) fn anyone(conn: &mut PgConnection, state: &State, id: UserPublicId) -> ApiResult<UserId> {
    let found = state.auth.keys_of(conn, &[id])?;
    found.get(&id).copied().ok_or_else(|| ApiError::new(&codes::PERSON_UNKNOWN))
}

/// Who has this id, is here and means to stay.
pub(super) fn person(conn: &mut PgConnection, state: &State, id: UserPublicId) -> ApiResult<UserId> {
    people(conn, state, &[id])?.pop().ok_or_else(|| ApiError::new(&codes::PERSON_UNKNOWN))
}

/// The same of several; one that is nobody's refuses all.
pub(super) fn people(conn: &mut PgConnection, state: &State, ids: &[UserPublicId]) -> ApiResult<Vec<UserId>> {
    let found = state.auth.people_by_ids(conn, ids)?;
    let one = |id: &UserPublicId| found.get(id).copied().ok_or_else(|| ApiError::new(&codes::PERSON_UNKNOWN));
    ids.iter().map(one).collect()
}

enum Undone {
    Refused(ApiError),
    Lost(diesel::result::Error),
}

impl From<diesel::result::Error> for Undone {
    fn from(error: diesel::result::Error) -> Self {
        Self::Lost(error)
    }
}

/// Runs steps of several domains in one transaction.
pub(crate) fn together<T>(
    conn: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> ApiResult<T>,
) -> ApiResult<T> {
    conn.transaction(|conn| work(conn).map_err(Undone::Refused)).map_err(|undone| match undone {
        Undone::Refused(error) => error,
        Undone::Lost(error) => hostolink_database::Error::from(error).into(),
    })
}
