//! What a stream does with its place.

use super::{Seat, lock};
use crate::realtime::limits::Ending;
use hostolink_kernel::UserId;
use std::{collections::HashSet, sync::atomic::Ordering, time::Instant};
use uuid::Uuid;

impl Seat {
    /// Whether the stream is to end.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.ending().is_some()
    }

    /// Why it is to end, if it is.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        match self.inner.ended.load(Ordering::Acquire) {
            0 => None,
            1 => Some(Ending::Stop),
            _ => Some(Ending::Slow),
        }
    }

    /// Listens to these topics too. From the number that comes back on, what happens there is brought; what came before is in the
    /// database. `None` where nobody has begun to tell.
    pub(in crate::realtime) fn settle(&self, topics: Vec<Uuid>) -> Option<i64> {
        let mut seats = self.hub.seats();
        let from = seats.gathered?;
        seats.listen(self.number, &self.inner, topics);
        if let Some(mailbox) = &self.inner.mailbox {
            mailbox.begin_after(from);
        }
        Some(from)
    }

    /// Sets of whom this person wants to hear nothing in rooms.
    pub(in crate::realtime) fn set_muted(&self, muted: HashSet<UserId>) {
        if let Some(mailbox) = &self.inner.mailbox {
            mailbox.set_muted(muted);
        }
    }

    /// Says that the reader takes what it is given.
    pub fn asked(&self, now: Instant) {
        *lock(&self.inner.polled) = now;
    }

    /// Waits until there is a reason to look: `true` for a wake, `false` for the pulse.
    pub async fn reason(&self) -> bool {
        tokio::time::timeout(self.hub.limits.pulse, self.woken()).await.is_ok()
    }

    /// Waits for a wake.
    pub(in crate::realtime) async fn woken(&self) {
        self.inner.woken.notified().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.seats().remove(self.number, None);
    }
}
