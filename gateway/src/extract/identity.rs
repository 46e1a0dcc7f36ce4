use crate::{
    error::{ApiError, FORBIDDEN, UNAUTHENTICATED},
    state::State,
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header::AUTHORIZATION};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_auth::{Auth, Permissions, Proof, Role, Session, SignedInAs};
use hostolink_kernel::{SessionId, UserId, UserPublicId};
use moka::sync::Cache;
use std::{
    future::{Ready, ready},
    time::Duration,
};

/// Who is asking, as the middleware found out. A handler that takes it can't run for nobody.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    /// The user.
    pub user: UserId,
    /// What callers see of the user.
    pub public_id: UserPublicId,
    /// The session asked in.
    pub session: SessionId,
    /// The user's role.
    pub role: Role,
    /// What that role may.
    pub permissions: Permissions,
    /// How the session was proven.
    pub proof: Proof,
    /// Since when a code has proven this device for this user.
    pub device_since: DateTime<Utc>,
}

impl Identity {
    /// The same as the domain calls it.
    pub(crate) const fn signed_in_as(&self) -> SignedInAs {
        SignedInAs { user: self.user, session: self.session }
    }

    /// Looks once more, after the body came: it may take its time, and the session may have ended since, or lost its role.
    ///
    /// # Errors
    /// `auth.required`, `auth.forbidden`; those of the database.
    pub(crate) fn confirm(&self, auth: &Auth, conn: &mut PgConnection) -> Result<(), ApiError> {
        self.compare(&auth.session(conn, self.session)?)
    }

    /// The same where the session was read for it.
    ///
    /// # Errors
    /// `auth.required`, `auth.forbidden`.
    pub(crate) fn compare(&self, session: &Session) -> Result<(), ApiError> {
        if session.ended {
            return Err(ApiError::new(&UNAUTHENTICATED));
        }
        let lost = session.role < self.role || !session.permissions.includes(self.permissions);
        if lost { Err(ApiError::new(&FORBIDDEN)) } else { Ok(()) }
    }
}

impl FromRequest for Identity {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(req.extensions().get::<Self>().copied().ok_or_else(|| ApiError::new(&UNAUTHENTICATED)))
    }
}

/// The token of `Authorization: Bearer …`.
pub(crate) fn bearer_token(req: &HttpRequest) -> Option<&str> {
    let (scheme, token) = req.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Sessions as they were at most five seconds ago.
#[derive(Debug)]
pub struct SessionCache(Cache<SessionId, Session>);

impl SessionCache {
    /// How old what it says may be.
    pub const MAX_AGE: Duration = Duration::from_secs(5);

    /// An empty cache of bounded size.
    #[must_use]
    pub fn new() -> Self {
        Self(Cache::builder().max_capacity(100_000).time_to_live(Self::MAX_AGE).build())
    }

    /// Finds out who holds an access token; `fresh` asks the database.
    pub(crate) async fn identify(
        &self,
        state: &State,
        token: &str,
        fresh: bool,
    ) -> Result<Identity, ApiError> {
        let claims = state.auth.verify_access_token(token)?;
        let cached = if fresh { None } else { self.0.get(&claims.session) };
        let session = match cached {
            Some(session) => session,
            None => {
                let auth = state.auth.clone();
                let session = state.database.run(move |conn| auth.session(conn, claims.session)).await?;
                self.0.insert(claims.session, session.clone());
                session
            }
        };
        if session.ended {
            return Err(ApiError::new(&UNAUTHENTICATED));
        }
        Ok(Identity {
            user: session.user,
            public_id: session.user_public_id,
            session: claims.session,
            role: session.role,
            permissions: session.permissions,
            proof: session.proof,
            device_since: session.device_since,
        })
    }

    /// Forgets a session at once, here; other processes follow within [`SessionCache::MAX_AGE`].
    pub fn forget(&self, session: SessionId) {
        self.0.invalidate(&session);
    }
}

impl Default for SessionCache {
    fn default() -> Self {
        Self::new()
    }
}
