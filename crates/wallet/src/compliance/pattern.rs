//! Whether what somebody did is what a rule looks at. Pure: movements in, an answer out.

use super::{WatchKind, WatchRule};
use chrono::{DateTime, Utc};
use hostolink_kernel::{TransactionId, UserId, Xof};
use hostolink_ledger::{Direction, Recent, TransactionKind};
use std::collections::BTreeSet;

/// A movement between people: what is put by, given back or undone is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    pub(super) at: DateTime<Utc>,
    pub(super) way: Direction,
    pub(super) amount: i64,
    pub(super) other: Option<UserId>,
    /// `None` is one that is only wished for.
    pub(super) transaction: Option<TransactionId>,
    /// It came in at a merchant's or a till.
    pub(super) at_shop: bool,
}

impl Move {
    pub(super) fn of(recent: &Recent, at_shop: bool) -> Option<Self> {
        let counts = matches!(
            recent.kind,
            TransactionKind::Transfer
                | TransactionKind::QrPayment
                | TransactionKind::CashIn
                | TransactionKind::CashOut
                | TransactionKind::Capture
        );
        counts.then_some(Self {
            at: recent.recorded_at,
            way: recent.direction,
            amount: recent.amount.francs(),
            other: recent.other,
            transaction: Some(recent.transaction),
            at_shop,
        })
    }
}

/// What a rule found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// How much it is about.
    pub(super) amount: Xof,
    /// How many payments, or receivers.
    pub(super) count: i32,
    /// The movement that made it whole.
    pub(super) by: Option<TransactionId>,
    /// When.
    pub(super) at: DateTime<Utc>,
}

/// Looks at somebody's movements, the newest first, as of the newest one that went `way`.
pub(super) fn find(
    rule: &WatchRule,
    way: Direction,
    moves: &[Move],
    opened_at: DateTime<Utc>,
) -> Option<Found> {
    let newest = moves.iter().position(|one| one.way == way)?;
    let (last, limits) = (moves.get(newest)?, &rule.limits);
    let window = || moves.iter().skip(newest).take_while(|one| last.at - one.at < rule.window());
    let out = || window().filter(|one| one.way == way);
    let found = |amount: i64, count: usize| {
        let (amount, count) = (Xof::new(amount).ok()?, i32::try_from(count).ok()?);
        Some(Found { amount, count, by: last.transaction, at: last.at })
    };
    let sum =
        |moves: &mut dyn Iterator<Item = &Move>| moves.map(|one| one.amount).fold(0, i64::saturating_add);
    let count = usize::try_from(limits.count.unwrap_or_default()).unwrap_or(usize::MAX);
    let amount = limits.amount.map_or(i64::MAX, Xof::francs);
    match rule.kind {
        WatchKind::Structuring => {
            let floor = limits.floor.map_or(i64::MAX, Xof::francs);
            let under = || out().filter(|one| (floor..amount).contains(&one.amount));
            // Only one of them makes it whole: what follows is no news.
            let whole = (floor..amount).contains(&last.amount) && under().count() >= count;
            if whole { found(sum(&mut under()), under().count()) } else { None }
        }
        WatchKind::ManyReceivers => {
            let receivers: BTreeSet<UserId> = out().filter_map(|one| one.other).collect();
            if receivers.len() >= count { found(sum(&mut out()), receivers.len()) } else { None }
        }
        WatchKind::InAndOut => {
            let came = sum(&mut window().filter(|one| one.way == Direction::In));
            let left = sum(&mut out());
            let share = i128::from(limits.share.unwrap_or(100));
            let through = came >= amount && i128::from(left) * 100 >= i128::from(came) * share;
            if through { found(left, out().count()) } else { None }
        }
        WatchKind::FirstLarge => {
            let young = last.at - opened_at < rule.window();
            if young && last.amount >= amount { found(last.amount, 1) } else { None }
        }
        WatchKind::Sanctions | WatchKind::NewDevice => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compliance::{WatchAction, WatchLimits};
    use chrono::TimeDelta;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(100_000 + minute)
    }

    fn rule(kind: WatchKind, minutes: i32, limits: WatchLimits) -> WatchRule {
        let limits = WatchLimits { window: Some(minutes * 60), ..limits };
        WatchRule {
            number: 1,
            kind,
            action: WatchAction::Alert,
            active: true,
            limits,
            from: at(0).date_naive(),
            until: None,
            set_by: None,
            set_at: at(0),
        }
    }

    fn out(minute: i64, amount: i64, to: i32) -> Move {
        let other = Some(UserId::new(to));
        Move { at: at(minute), way: Direction::Out, amount, other, transaction: None, at_shop: false }
    }

    fn came(minute: i64, amount: i64) -> Move {
        Move { way: Direction::In, ..out(minute, amount, 9) }
    }

    fn count(rule: &WatchRule, moves: &[Move]) -> Option<(i64, i32)> {
        find(rule, Direction::Out, moves, DateTime::UNIX_EPOCH)
            .map(|found| (found.amount.francs(), found.count))
    }

    fn xof(francs: i64) -> Option<Xof> {
        Some(Xof::new(francs).unwrap())
    }

    #[test]
    fn many_just_under_a_threshold() {
        let limits = WatchLimits { count: Some(3), amount: xof(200), floor: xof(180), ..Default::default() };
        let rule = rule(WatchKind::Structuring, 60, limits);
        let three = [out(59, 199, 1), out(30, 180, 1), came(20, 190), out(0, 190, 2)];
        assert_eq!(count(&rule, &three), Some((569, 3)));
        assert_eq!(
            count(&rule, &[out(60, 199, 1), out(30, 180, 1), out(0, 190, 2)]),
            None,
            "an hour is over"
        );
        assert_eq!(
            count(&rule, &[out(59, 200, 1), out(30, 180, 1), out(0, 190, 2)]),
            None,
            "the threshold is not under it"
        );
        assert_eq!(count(&rule, &[out(59, 179, 1), out(40, 180, 1), out(30, 180, 1), out(0, 190, 2)]), None);
        assert_eq!(count(&rule, &[]), None);
    }

    #[test]
    fn many_receivers() {
        let rule = rule(WatchKind::ManyReceivers, 60, WatchLimits { count: Some(3), ..Default::default() });
        assert_eq!(
            count(&rule, &[out(50, 5, 3), out(40, 5, 2), out(30, 5, 2), out(10, 5, 1)]),
            Some((20, 3))
        );
        assert_eq!(count(&rule, &[out(50, 5, 2), out(40, 5, 2), out(30, 5, 1)]), None);
        // What came in after the last payment changes nothing.
        assert_eq!(count(&rule, &[came(400, 5), out(50, 5, 3), out(40, 5, 2), out(30, 5, 1)]), Some((15, 3)));
    }

    #[test]
    fn in_and_out_again() {
        let limits = WatchLimits { amount: xof(500), share: Some(90), ..Default::default() };
        let rule = rule(WatchKind::InAndOut, 30, limits);
        assert_eq!(count(&rule, &[out(20, 250, 1), out(15, 200, 2), came(10, 500)]), Some((450, 2)));
        assert_eq!(count(&rule, &[out(20, 249, 1), out(15, 200, 2), came(10, 500)]), None);
        assert_eq!(count(&rule, &[out(20, 499, 1), came(10, 499)]), None, "too little to look at");
        assert_eq!(count(&rule, &[out(40, 500, 1), came(10, 500)]), None, "it stayed for half an hour");
    }

    #[test]
    fn a_young_account_that_pays_much() {
        let rule = rule(WatchKind::FirstLarge, 60, WatchLimits { amount: xof(500), ..Default::default() });
        let of = |opened, amount| find(&rule, Direction::Out, &[out(60, amount, 1)], at(opened)).is_some();
        assert!(of(1, 500) && !of(1, 499) && !of(0, 500));
    }
}
