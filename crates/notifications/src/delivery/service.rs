use super::store::{self, Due, Leased};
use crate::{Channel, Error, Kind, Notification, Notifications, Standing, inbox, preference};
use chrono::{DateTime, Duration, Utc};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{SessionId, UserId};
use hostolink_notifier::PushTarget;
use std::collections::{BTreeMap, HashMap};

/// By which way something leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// To an installed application.
    Push(PushTarget),
    /// To a proven mailbox.
    Email,
    /// To a proven number.
    Sms,
}

/// Something to be sent now, by whoever leased it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub(crate) key: i64,
    pub(crate) tries: i32,
    pub(crate) device: Option<i64>,
    /// Of a push: the session that registered the application. Whether somebody is still signed in there, whoever sends it asks.
    pub session: Option<SessionId>,
    /// By which way.
    pub way: Way,
    /// What it tells.
    pub notification: Notification,
    /// What the badge shows.
    pub unread: i32,
    /// Whether a locked screen shows only what kind of thing happened.
    pub discreet: bool,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It left; the provider's name for it.
    Sent(Option<String>),
    /// The application is not there any more: it is forgotten.
    TargetGone(Option<u16>),
    /// Never: the provider's status.
    Refused(Option<u16>),
    /// Not now.
    Later {
        /// The provider's status.
        code: Option<u16>,
        /// When it says to come back.
        after: Option<std::time::Duration>,
    },
    /// It may have left, and is not to leave twice.
    Unknown,
    /// There is nobody to send it to, or nothing to say any more.
    Useless,
}

impl Notifications {
    /// How long a worker may take for what it leased.
    pub const LEASE: Duration = Duration::minutes(2);
    /// How often something is tried.
    pub const TRIES: i32 = 8;
    /// The most SMS of one person in a day: each costs, and others could make us send them.
    pub const SMS_A_DAY: i64 = 10;

    /// What is due, for one worker at a time, as it is to be sent now: what was read meanwhile, or is no longer wanted, is dropped here, and what
    /// falls into quiet hours waits for their end. An SMS that was leased and of which nothing was heard is not leased again: it may have left.
    ///
    /// # Errors
    /// Those of the database.
    pub fn lease(&self, conn: &mut PgConnection, limit: i64) -> Result<Vec<Delivery>, Error> {
        let now = self.clock.now();
        conn.transaction(|conn| {
            store::give_up_silent_sms(conn, now)?;
            let leased = store::lease(conn, now, now + Self::LEASE, limit)?;
            let people: Vec<UserId> = leased.iter().map(|one| one.notification.owner).collect();
            let standings = preference::standings(conn, &people)?;
            let unread = inbox::unread_of(conn, &people)?;
            let (mut deliveries, mut useless) = (Vec::new(), Vec::new());
            for one in leased {
                let standing = standings.get(&one.notification.owner).cloned().unwrap_or_default();
                match judge(&one, &standing, now) {
                    Verdict::Send(way) => deliveries.push(Delivery {
                        key: one.key,
                        tries: one.tries,
                        device: one.device.as_ref().map(|device| device.key),
                        session: one.device.as_ref().map(|device| device.session),
                        way,
                        unread: unread.get(&one.notification.owner).copied().unwrap_or(0),
                        discreet: standing.discreet,
                        notification: one.notification,
                    }),
                    Verdict::Wait(until) => store::postpone(conn, one.key, until, None, true)?,
                    Verdict::Drop => useless.push(one.key),
                }
            }
            store::end(conn, &useless, ("inutile", None), None, now)?;
            let mut told: Vec<Notification> =
                deliveries.iter().map(|delivery| delivery.notification.clone()).collect();
            inbox::name_latest(conn, &mut told, &[])?;
            for (delivery, notification) in deliveries.iter_mut().zip(told) {
                delivery.notification = notification;
            }
            Ok(deliveries)
        })
    }

    /// Writes down what became of a delivery, unless its lease was over and another has it by now. A target that is gone takes its device along,
    /// and what waited for it; what became of it stays.
    ///
    /// # Errors
    /// Those of the database.
    pub fn settle(
        &self,
        conn: &mut PgConnection,
        delivery: &Delivery,
        outcome: &Outcome,
    ) -> Result<(), Error> {
        let (now, keys) = (self.clock.now(), [delivery.key]);
        conn.transaction(|conn| {
            if matches!(outcome, Outcome::TargetGone(_)) {
                // The device before what leaves for it: two that find it gone don't wait for each other in a ring.
                store::hold_device(conn, delivery.device)?;
            }
            if !store::hold(conn, delivery.key, delivery.tries)? {
                return Ok(());
            }
            match outcome {
                Outcome::Sent(id) => store::end(conn, &keys, ("envoye", None), id.as_deref(), now)?,
                Outcome::Refused(code) => store::end(conn, &keys, ("refuse", *code), None, now)?,
                Outcome::Unknown => store::end(conn, &keys, ("inconnu", None), None, now)?,
                Outcome::Useless => store::end(conn, &keys, ("inutile", None), None, now)?,
                Outcome::TargetGone(code) => {
                    store::end(conn, &keys, ("refuse", *code), None, now)?;
                    store::forget_device(conn, delivery.device)?;
                }
                Outcome::Later { code, .. } if delivery.tries >= Self::TRIES => {
                    store::end(conn, &keys, ("abandonne", *code), None, now)?;
                }
                Outcome::Later { code, after } => {
                    let asked = after.and_then(|after| Duration::from_std(after).ok()).unwrap_or_default();
                    // Believed up to an hour: nobody stops us by a header.
                    let pause = pause(delivery.tries, delivery.key).max(asked.min(Duration::hours(1)));
                    store::postpone(conn, delivery.key, now + pause, *code, false)?;
                }
            }
            Ok(())
        })
    }
}

/// 30 seconds, then twice as long each time, up to an hour; and some seconds that differ from one to the next, so that not all come back at once.
fn pause(tries: i32, key: i64) -> Duration {
    let doubled = 30_i64 << u32::try_from(tries - 1).unwrap_or(0).min(7);
    Duration::seconds(doubled.min(3_600) + key.rem_euclid(10))
}

enum Verdict {
    Send(Way),
    Wait(DateTime<Utc>),
    Drop,
}

fn judge(one: &Leased, standing: &Standing, now: DateTime<Utc>) -> Verdict {
    let notification = &one.notification;
    let (Some(kind), Some(channel)) = (notification.kind, Channel::parse(&one.channel)) else {
        return Verdict::Drop;
    };
    let over = notification.read_at.is_some() || notification.updated_at + kind.worth() < now;
    if over || !standing.wants(kind, channel) {
        return Verdict::Drop;
    }
    let until = standing.quiet.filter(|_| !kind.is_urgent()).map_or(now, |quiet| quiet.next_word(now));
    if until > now {
        return Verdict::Wait(until);
    }
    match (channel, &one.device) {
        (Channel::Email, _) => Verdict::Send(Way::Email),
        (Channel::Sms, _) => Verdict::Send(Way::Sms),
        // It may have become another's since. What protects is not silenced: who is in somebody's account would do that first.
        (Channel::Push, Some(device))
            if device.owner == notification.owner && (device.active || kind.is_mandatory(channel)) =>
        {
            device.target().map_or(Verdict::Drop, |target| Verdict::Send(Way::Push(target)))
        }
        _ => Verdict::Drop,
    }
}

/// Has what was told leave by the other ways that people want, once for all that waits in a group.
pub(crate) fn enqueue(
    conn: &mut PgConnection,
    touched: &BTreeMap<i64, (UserId, Kind)>,
    standings: &HashMap<UserId, Standing>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let usual = Standing::default();
    let mut due = Vec::new();
    for (key, (owner, kind)) in touched {
        let standing = standings.get(owner).unwrap_or(&usual);
        let soon = now + kind.patience();
        let at = standing.quiet.filter(|_| !kind.is_urgent()).map_or(soon, |quiet| quiet.next_word(soon));
        for channel in [Channel::Push, Channel::Email, Channel::Sms] {
            if standing.wants(*kind, channel) {
                due.push(Due {
                    notification: *key,
                    owner: *owner,
                    channel,
                    at,
                    rest: kind.rest(),
                    loud: kind.is_mandatory(channel),
                });
            }
        }
    }
    if !due.is_empty() {
        store::enqueue(conn, &due, Notifications::SMS_A_DAY, now)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        assert_eq!(pause(1, 10), Duration::seconds(30));
        assert_eq!(pause(2, 13), Duration::seconds(63));
        assert_eq!(pause(8, 0), Duration::seconds(3_600));
        assert_eq!(pause(500, 0), Duration::seconds(3_600));
    }
}
