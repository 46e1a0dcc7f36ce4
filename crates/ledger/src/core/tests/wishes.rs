//! Random orders in a small world.

use super::naive::{Member, NOW, Naive};
use crate::{
    AccountKind, AccountStatus, Action, Bearer, Cap, Charge, Counter, Fingerprint, IdempotencyKey, Once,
    Order, Window,
};
use hostolink_kernel::{AccountId, TransactionId, UserId, Xof};
use proptest::prelude::*;
use uuid::Uuid;

/// A wish, by places in the world instead of ids.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(super) actor: usize,
    pub(super) key: u8,
    pub(super) what: (u8, usize, usize, i64),
    pub(super) charges: Vec<(usize, i64, bool)>,
    pub(super) caps: Vec<WishedCap>,
    pub(super) once: Option<u8>,
}

/// On the second side or the first, in which window, how much, how often.
pub(super) type WishedCap = (bool, u8, Option<i64>, Option<u32>);

/// The counters of the small world: two of a day, two of a month, one of new devices.
pub(crate) fn counters() -> [Counter; 5] {
    let named =
        [("day", 1, 0), ("day", 1, 1), ("month", 30, 0), ("month of others", 30, 0), ("new device", 1, 0)];
    named.map(|(name, days, ago)| {
        let from = NOW - chrono::TimeDelta::days(days * ago);
        Counter { name: name.to_owned(), from, until: from + chrono::TimeDelta::days(days) }
    })
}

fn cap((second, window, amount, count): &WishedCap, one: AccountId, two: AccountId) -> Cap {
    let window = match window {
        0..=1 => Window::Day(counters()[usize::from(*window)].clone()),
        2..=3 => Window::Month(counters()[usize::from(*window)].clone()),
        4 => Window::NewDevice(counters()[4].clone()),
        _ => Window::Operation,
    };
    let amount = amount.map(|francs| Xof::new(francs).unwrap());
    Cap { account: if *second { two } else { one }, window, amount, count: *count }
}

impl Wish {
    /// The order it is, when these transactions are known. Places beyond the world are accounts that don't exist.
    pub(crate) fn order(&self, naive: &Naive, actors: &[UserId], made: &[TransactionId]) -> Order {
        let account = |place: usize| {
            naive.members.get(place).map_or(AccountId::new(Uuid::from_u128(9)), |member| member.account)
        };
        let (kind, one, two, francs) = self.what;
        let amount = Xof::new(francs).unwrap();
        let earlier =
            |place: usize| made.get(place).copied().unwrap_or(TransactionId::new(Uuid::from_u128(9)));
        // Some end long before the batches are decided, some long after, some never.
        let expires_at =
            [None, Some(NOW - chrono::TimeDelta::days(1)), Some(NOW + chrono::TimeDelta::days(1))];
        let action = match kind {
            0..=2 => Action::Transfer { from: account(one), to: account(two), amount },
            3 => Action::QrPayment { from: account(one), to: account(two), amount },
            4..=5 => Action::CashIn { float: account(one), to: account(two), amount },
            6 => Action::FundFloat { float: account(one), amount },
            7 => Action::CashOut { from: account(one), float: account(two), amount },
            8..=10 => {
                let expires_at = expires_at[usize::from(self.key) % 3];
                Action::Hold { from: account(one), to: account(two), amount, expires_at }
            }
            11..=12 => Action::Capture { hold: earlier(one), by: account(two), amount },
            13 => Action::Release { hold: earlier(one), by: account(two) },
            14 => Action::Expire { hold: earlier(one) },
            15 => Action::Reverse { of: earlier(one) },
            19..=20 => Action::Save { from: account(one), to: account(two), amount },
            21..=22 => Action::MoveOwn { from: account(one), to: account(two), amount },
            23 => Action::QrPayment { from: account(one), to: account(two), amount },
            16 if self.key.is_multiple_of(2) => {
                Action::Adjust { from: account(one), to: account(two), amount }
            }
            16 => Action::Adjust { from: account(two), to: account(one), amount },
            _ => Action::Refund { of: earlier(one), by: account(two), amount },
        };
        let charges = self
            .charges
            .iter()
            .map(|(place, francs, off)| {
                let bearer = if *off { Bearer::Receiver } else { Bearer::Giver };
                Charge { to: account(*place), amount: Xof::new(*francs).unwrap(), bearer }
            })
            .collect::<Vec<_>>();
        Order {
            key: IdempotencyKey::parse(actors[self.actor % actors.len()], &format!("k{}", self.key)).unwrap(),
            fingerprint: Fingerprint::of("wish", &(format!("{action:?} {charges:?}"), self.once)).unwrap(),
            caps: match action {
                Action::Transfer { .. }
                | Action::QrPayment { .. }
                | Action::CashIn { .. }
                | Action::CashOut { .. }
                | Action::Hold { .. } => {
                    self.caps.iter().map(|wished| cap(wished, account(one), account(two))).collect()
                }
                _ => Vec::new(),
            },
            action,
            charges,
            once: self.once.map(|n| Once { kind: "qr", id: Uuid::from_u128(n.into()) }),
            note: None,
            event_at: NOW,
        }
    }
}

fn francs() -> impl Strategy<Value = i64> {
    prop_oneof![
        1 => Just(0),
        16 => 1_i64..2_000,
        4 => 2_000_i64..50_000,
        1 => Just(Xof::MAX.francs()),
        1 => Just(Xof::MAX.francs() - 1_000),
    ]
}

/// Batches of wishes. The first fills the floats, so that there is something to move.
pub(crate) fn batches(most: usize) -> impl Strategy<Value = Vec<Vec<Wish>>> {
    // Mostly sides that fit the order, now and then any.
    let what = (0_u8..24).prop_flat_map(|kind| {
        let (one, two) = match kind {
            0..=3 | 8..=10 => (0..4, 0..4),
            4..=5 => (4..6, 0..4),
            6 => (4..6, 0..8),
            7 => (0..4, 4..6),
            // The two holds that the first batch makes.
            11..=14 => (5..7, 1..2),
            19 => (1..2, 9..11),
            20 => (9..11, 1..2),
            // Main account, merchant's account and till of the second; who pays there.
            21 => (11..13, 11..13),
            22 => (1..2, 11..12),
            23 => (0..1, 11..13),
            16 => (6..8, 0..9),
            _ => (0..20, 0..4),
        };
        let place = |fits: std::ops::Range<usize>| prop_oneof![9 => fits, 1 => 0_usize..14];
        (Just(kind), place(one), place(two), francs())
    });
    let charged = prop_oneof![9 => 1_i64..50, 1 => 50_i64..2_000, 1 => Just(0)];
    let charge = (prop_oneof![9 => 7_usize..9, 1 => 0_usize..14], charged, proptest::bool::weighted(0.3));
    let charges = prop_oneof![3 => Just(Vec::new()), 1 => proptest::collection::vec(charge, 1..3)];
    let cap = (any::<bool>(), 0_u8..6, proptest::option::of(0_i64..3_000), proptest::option::of(0_u32..3));
    let caps = prop_oneof![3 => Just(Vec::new()), 1 => proptest::collection::vec(cap, 1..4)];
    let wish = (0_usize..3, any::<u8>(), what, charges, caps, proptest::option::weighted(0.2, 0_u8..8))
        .prop_map(|(actor, key, what, charges, caps, once)| Wish { actor, key, what, charges, caps, once });
    let plain =
        |actor, key, what| Wish { actor, key, what, charges: Vec::new(), caps: Vec::new(), once: None };
    let fill = move |key, float| plain(0, key, (6, float, 0, 40_000));
    let set_aside = move |key| plain(0, key, (8, 0, 1, 500));
    let give = move |key, float, to| plain(1, key, (4, float, to, 5_000));
    proptest::collection::vec(proptest::collection::vec(wish, 1..12), 1..most).prop_map(move |mut batches| {
        batches.insert(
            0,
            vec![
                fill(1, 4),
                fill(2, 5),
                give(1, 4, 0),
                give(2, 5, 1),
                give(3, 5, 2),
                set_aside(3),
                set_aside(4),
            ],
        );
        batches
    })
}

/// Four people (the second with a low ceiling, the third without power to give, the fourth frozen), two floats of the
/// first two, issuance, fees, a commission of the first, and of the second two savings, a merchant's account and a till.
pub(crate) fn members(id: impl Fn(usize) -> AccountId) -> (Vec<Member>, Vec<Option<i64>>) {
    use AccountKind::{Commission, Fees, Float, Issuance, Main, Merchant, Savings, Till};
    use AccountStatus::{Active, DebitFrozen, Frozen};
    let member = |place: usize, holder, kind, status| Member { account: id(place), holder, kind, status };
    let members = vec![
        member(0, 0, Main, Active),
        member(1, 1, Main, Active),
        member(2, 2, Main, DebitFrozen),
        member(3, 3, Main, Frozen),
        member(4, 0, Float, Active),
        member(5, 1, Float, Active),
        member(6, 4, Issuance, Active),
        member(7, 4, Fees, Active),
        member(8, 0, Commission, Active),
        member(9, 1, Savings, Active),
        member(10, 1, Savings, Active),
        member(11, 1, Merchant, Active),
        member(12, 1, Till, Active),
    ];
    (members, vec![None, Some(10_000), Some(20_000), None, None])
}
