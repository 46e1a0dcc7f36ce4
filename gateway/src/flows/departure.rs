//! Leaving Hostolink: identity and money together, in one transaction each time.

use crate::{
    auth::notices,
    error::{ApiError, ApiResult},
    media::uploads,
    state::State,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_auth::{DeletionRequested, Profile, SignedInAs};
use hostolink_kernel::{DomainError, UserId};
use hostolink_notifier::Notice;
use hostolink_wallet::codes;

/// What ends the transaction and answers.
pub(super) struct Refusal(pub(super) ApiError);

impl From<diesel::result::Error> for Refusal {
    fn from(error: diesel::result::Error) -> Self {
        Self(hostolink_database::Error::from(error).into())
    }
}

pub(super) fn refused<E: DomainError>(error: E) -> Refusal {
    Refusal(error.into())
}

/// Asks for an account to be erased: its money must be gone, and none comes in from now on. Its owner is told, whoever asked.
pub(crate) async fn request(state: &State, who: SignedInAs, actor: Actor) -> ApiResult<DeletionRequested> {
    let (auth, wallets) = (state.auth.clone(), state.wallets.clone());
    let request = move |conn: &mut PgConnection| -> Result<DeletionRequested, ApiError> {
        let requested = conn.transaction(|conn| {
            if auth.me(conn, who.user).map_err(refused)?.deletion_due.is_none() {
                wallets.suspend(conn, who.user).map_err(refused)?;
            }
            auth.request_deletion(conn, who, &actor).map_err(refused)
        });
        requested.map_err(|refusal: Refusal| refusal.0)
    };
    let requested = state.database.run(request).await?;
    for session in &requested.ended {
        state.ended(*session);
    }
    notices::tell(state, &requested.tell, Notice::DeletionRequested);
    Ok(requested)
}

/// Thinks again.
pub(crate) async fn cancel(state: &State, who: SignedInAs, actor: Actor) -> ApiResult<Profile> {
    let (auth, wallets) = (state.auth.clone(), state.wallets.clone());
    let cancel = move |conn: &mut PgConnection| -> Result<Profile, ApiError> {
        let cancelled = conn.transaction(|conn| {
            let profile = auth.cancel_deletion(conn, who, &actor).map_err(refused)?;
            wallets.resume(conn, who.user).map_err(refused)?;
            Ok(profile)
        });
        cancelled.map_err(|refusal: Refusal| refusal.0)
    };
    state.database.run(cancel).await
}

/// Erases who is due: their accounts of money are closed and what is personal goes. Who has money all the same, or whose money an administrator froze, waits another day.
/// Says how many were erased.
///
/// # Errors
/// Those of the database.
pub fn erase_due(conn: &mut PgConnection, state: &State, limit: i64) -> ApiResult<usize> {
    let auth = &state.auth;
    let mut erased = 0;
    for user in auth.due_for_erasure(conn, limit)? {
        match conn.transaction(|conn| erase(conn, state, user)) {
            Ok(done) => erased += usize::from(done),
            Err(Refusal(error))
                if [codes::BALANCE_NOT_ZERO, codes::ACCOUNT_FROZEN].contains(error.code()) =>
            {
                tracing::warn!(
                    "somebody who is to be erased has money, or it is frozen: it is tried again tomorrow"
                );
                auth.postpone_erasure(conn, user)?;
            }
            Err(Refusal(error)) => return Err(error),
        }
    }
    Ok(erased)
}

fn erase(
    conn: &mut PgConnection,
    State { auth, wallets, directory, messaging, .. }: &State,
    user: UserId,
) -> Result<bool, Refusal> {
    // Who rates an establishment holds the directory before their account: so does who leaves.
    directory.before_forgetting(conn).map_err(refused)?;
    let erased = auth.erase(conn, user).map_err(refused)?;
    if erased {
        wallets.close(conn, user).map_err(refused)?;
        directory.forget(conn, user).map_err(refused)?;
        messaging.forget(conn, user).map_err(refused)?;
        let published = hostolink_social::forget(conn, user).map_err(refused)?;
        uploads::release(conn, "publication", &published).map_err(Refusal)?;
        hostolink_notifications::forget(conn, user).map_err(refused)?;
        hostolink_uploads::erase(conn, user).map_err(refused)?;
    }
    Ok(erased)
}
