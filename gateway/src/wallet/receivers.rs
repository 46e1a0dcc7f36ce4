//! Who receives at an identifier. Whoever may pay may ask, so that asking must not become a way to list who has an
//! account.

use crate::{
    error::{ApiError, ApiResult},
    state::State,
};
use diesel::PgConnection;
use hostolink_auth::Recipient;
use hostolink_kernel::{Identifier, UserId};
use hostolink_wallet::codes;
use moka::sync::Cache;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// How often each caller asked in vain of late. Only misses count: who pays people that exist is never slowed, who tries
/// numbers one after the other mostly misses. Counted in this process: with n of them it is n times as much.
#[derive(Debug)]
pub(crate) struct Misses(Cache<UserId, Arc<AtomicU32>>);

impl Misses {
    /// So many misses an hour are mistakes; more are a search.
    const ALLOWED: u32 = 30;
    const WINDOW: Duration = Duration::from_secs(60 * 60);

    /// Nobody missed yet.
    pub(crate) fn new() -> Self {
        Self(Cache::builder().max_capacity(100_000).time_to_live(Self::WINDOW).build())
    }

    fn check(&self, caller: UserId) -> ApiResult<()> {
        let searching =
            self.0.get(&caller).is_some_and(|misses| misses.load(Ordering::Relaxed) >= Self::ALLOWED);
        if searching {
            Err(ApiError::new(&codes::TOO_MANY_LOOKUPS).retry_after(Self::WINDOW))
        } else {
            Ok(())
        }
    }

    fn add(&self, caller: UserId) {
        self.0.get_with(caller, Arc::default).fetch_add(1, Ordering::Relaxed);
    }
}

/// Who would receive at an identifier. An unknown one and an unproven one answer alike.
pub(super) fn find(
    conn: &mut PgConnection,
    state: &State,
    caller: UserId,
    identifier: &Identifier,
) -> ApiResult<Recipient> {
    state.misses.check(caller)?;
    state.auth.find_recipient(conn, identifier)?.ok_or_else(|| {
        state.misses.add(caller);
        ApiError::field("to", &codes::RECEIVER_UNKNOWN)
    })
}
