//! Patterns in what people do: looked for after the fact, and where a rule says so before an order is prepared; and what leaves from
//! a device that is new.

use super::{
    WatchAction, WatchKind, WatchRule,
    alert::NewAlert,
    pattern::{self, Found, Move},
};
use crate::{Error, Wallets, codes};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{AccountId, TransactionId, UserId, Xof};
use hostolink_ledger::{Account, AccountKind, Action, Cap, Counter, Direction, Order, Window};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, VecDeque},
};

/// How many of an account's last movements are looked back on: what is looked for has at most a hundred.
const MOST: i64 = 200;
/// Of how many people movements are held at once.
const PEOPLE_AT_ONCE: usize = 100;
/// What is counted while a device is new.
const NEW_DEVICE: &str = "debit:appareil_recent";

/// A movement to look at, on one of its sides.
#[derive(Debug, Clone, Copy)]
pub struct Moved {
    /// The account that gave or received.
    pub account: AccountId,
    /// Which of the two.
    pub way: Direction,
    /// The transaction.
    pub transaction: TransactionId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Moved {
    /// Whether it is looked at on an account of this kind.
    const fn is_judged(&self, kind: AccountKind) -> bool {
        match self.way {
            Direction::Out => matches!(kind, AccountKind::Main),
            Direction::In => matches!(kind, AccountKind::Merchant | AccountKind::Till),
        }
    }
}

/// What a giver's payments are looked at with before they are ordered: rules that refuse, and what the giver has done. What is let
/// through is remembered: payments that are ordered together see each other.
#[derive(Debug)]
pub(crate) struct Guard {
    person: UserId,
    opened_at: DateTime<Utc>,
    now: DateTime<Utc>,
    rules: Vec<WatchRule>,
    /// The newest first.
    moves: VecDeque<Move>,
}

impl Guard {
    /// What a payment makes whole that a rule refuses. It is remembered where that is nothing.
    fn look(&mut self, (receiver, amount): (UserId, Xof)) -> Vec<NewAlert> {
        let (at, way, other) = (self.now, Direction::Out, Some(receiver));
        let wish = Move { at, way, amount: amount.francs(), other, transaction: None, at_shop: false };
        self.moves.push_front(wish);
        let moves: &[Move] = self.moves.make_contiguous();
        let broken = |rule: &WatchRule| {
            let found = pattern::find(rule, Direction::Out, moves, self.opened_at);
            found.map(|found| alert(rule, self.person, found))
        };
        let found: Vec<NewAlert> = self.rules.iter().filter_map(broken).collect();
        if !found.is_empty() {
            self.moves.pop_front();
        }
        found
    }
}

/// What a new device may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewDevice {
    account: AccountId,
    today: DateTime<Utc>,
    /// How much in a day.
    pub most: Xof,
    /// When it is new no longer.
    pub until: DateTime<Utc>,
}

impl Wallets {
    /// Looks at what these movements make whole, and opens alerts: at what leaves a main account, and what merchants and tills take. For who
    /// hears of movements: late or twice is no harm.
    ///
    /// # Errors
    /// Those of the database.
    pub fn watch(&self, conn: &mut PgConnection, moved: &[Moved]) -> Result<usize, Error> {
        let Some(first) = moved.iter().map(|one| one.at).min() else { return Ok(0) };
        let book = self.book(conn)?;
        let rules: Vec<&WatchRule> = book
            .watching(first.date_naive())
            .filter(|rule| matches!(rule.action, WatchAction::Alert | WatchAction::Hold))
            .filter(|rule| rule.kind != WatchKind::Sanctions)
            .collect();
        if rules.is_empty() {
            return Ok(0);
        }
        // A first large payment is compared with when its account was opened, not with others.
        let with_history = rules.iter().filter(|rule| rule.kind != WatchKind::FirstLarge);
        let window = with_history.map(|rule| rule.window()).max().unwrap_or_default();
        let ids: Vec<AccountId> = moved.iter().map(|one| one.account).collect();
        let accounts: HashMap<AccountId, Account> =
            self.ledger.find_accounts(conn, &ids)?.into_iter().map(|account| (account.id, account)).collect();
        let mut of_people: BTreeMap<UserId, Vec<(&Moved, AccountKind)>> = BTreeMap::new();
        for one in moved {
            let judged = accounts.get(&one.account).filter(|account| one.is_judged(account.kind));
            if let Some((person, kind)) = judged.and_then(|account| Some((account.owner?, account.kind))) {
                of_people.entry(person).or_default().push((one, kind));
            }
        }
        let people: Vec<UserId> = of_people.keys().copied().collect();
        let mut found = Vec::new();
        for some in people.chunks(PEOPLE_AT_ONCE) {
            for (person, seen) in self.seen_of(conn, some, first - window)? {
                let theirs = of_people.get(&person).into_iter().flatten();
                for (one, kind) in theirs {
                    let whole = |rule: &&WatchRule| {
                        Some(alert(rule, person, seen.judge(rule, *kind, one.transaction)?))
                    };
                    found.extend(rules.iter().filter_map(whole));
                }
            }
        }
        conn.transaction(|conn| self.open_alerts(conn, found))
    }

    /// What people did on the accounts that are looked at, since then: of all people in two queries.
    fn seen_of(
        &self,
        conn: &mut PgConnection,
        people: &[UserId],
        since: DateTime<Utc>,
    ) -> Result<HashMap<UserId, Seen>, Error> {
        let accounts: HashMap<AccountId, Account> = self
            .ledger
            .accounts_of_all(conn, people)?
            .into_iter()
            .filter(is_watched)
            .map(|account| (account.id, account))
            .collect();
        let mut seen: HashMap<UserId, Seen> = HashMap::new();
        for account in accounts.values() {
            let Some(person) = account.owner else { continue };
            seen.entry(person).or_default().note(account);
        }
        let ids: Vec<AccountId> = accounts.keys().copied().collect();
        for recent in self.ledger.recent(conn, &ids, since, MOST)? {
            let Some(account) = accounts.get(&recent.account) else { continue };
            if let Some(seen) = account.owner.and_then(|person| seen.get_mut(&person)) {
                seen.moves.extend(Move::of(&recent, account.kind != AccountKind::Main));
            }
        }
        // Of one account they come in their sequence, which sorting keeps.
        seen.values_mut().for_each(|seen| seen.moves.sort_by_key(|one| Reverse(one.at)));
        Ok(seen)
    }

    /// Refuses a payment that would make whole what a rule refuses; without such a rule nothing is asked. Compliance learns of it, the
    /// person only that somebody has to look.
    pub(crate) fn refuse_pattern(
        &self,
        conn: &mut PgConnection,
        giver: &Account,
        wish: (UserId, Xof),
    ) -> Result<(), Error> {
        match self.guard(conn, giver)? {
            Some(mut guard) => self.let_through(conn, &mut guard, wish),
            None => Ok(()),
        }
    }

    /// What a giver's payments are looked at with; `None` where no rule refuses any.
    pub(crate) fn guard(&self, conn: &mut PgConnection, giver: &Account) -> Result<Option<Guard>, Error> {
        let (now, book) = (self.clock.now(), self.book(conn)?);
        let rules: Vec<WatchRule> = book
            .watching(now.date_naive())
            .filter(|rule| rule.action == WatchAction::Refuse)
            .cloned()
            .collect();
        let (Some(window), Some(person)) = (rules.iter().map(WatchRule::window).max(), giver.owner) else {
            return Ok(None);
        };
        // What looks at nothing but the payment needs no history.
        let needs_history = rules.iter().any(|rule| rule.kind != WatchKind::FirstLarge);
        let moves = if needs_history {
            let mut seen = self.seen_of(conn, &[person], now - window)?;
            seen.remove(&person).unwrap_or_default().moves.into()
        } else {
            VecDeque::new()
        };
        Ok(Some(Guard { person, opened_at: giver.opened_at, now, rules, moves }))
    }

    /// Refuses what [`Wallets::refuse_pattern`] does, among the payments that this guard has let through.
    pub(crate) fn let_through(
        &self,
        conn: &mut PgConnection,
        guard: &mut Guard,
        wish: (UserId, Xof),
    ) -> Result<(), Error> {
        let found = guard.look(wish);
        if found.is_empty() {
            return Ok(());
        }
        conn.transaction(|conn| self.open_alerts(conn, found))?;
        Err(Error::Rule(&codes::OPERATION_UNDER_REVIEW))
    }

    /// What somebody may send from a device that a code has proven since then only; `None` where it is known for long enough, or
    /// where there was no money before it: nobody can have stolen it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn new_device(
        &self,
        conn: &mut PgConnection,
        person: UserId,
        since: DateTime<Utc>,
    ) -> Result<Option<NewDevice>, Error> {
        // Nearly every device is known: then nothing more is asked.
        if self.new_until(conn, since)?.is_none() {
            return Ok(None);
        }
        match self.ledger.find_account_of(conn, person, AccountKind::Main)? {
            Some(account) => self.new_device_on(conn, &account, since),
            None => Ok(None),
        }
    }

    /// The same of who has this main account.
    pub(crate) fn new_device_on(
        &self,
        conn: &mut PgConnection,
        account: &Account,
        since: DateTime<Utc>,
    ) -> Result<Option<NewDevice>, Error> {
        let Some((most, until)) = self.new_until(conn, since)? else { return Ok(None) };
        let today = self.clock.now().date_naive().and_time(NaiveTime::MIN).and_utc();
        let device = NewDevice { account: account.id, today, most, until };
        Ok(Some(device).filter(|_| account.opened_at < since))
    }

    /// The most that leaves from a device known since then, and when it is new no longer; `None` where it is not new.
    fn new_until(
        &self,
        conn: &mut PgConnection,
        since: DateTime<Utc>,
    ) -> Result<Option<(Xof, DateTime<Utc>)>, Error> {
        let (now, book) = (self.clock.now(), self.book(conn)?);
        let mut rules = book.watch(WatchKind::NewDevice, now.date_naive());
        let limit = rules.find_map(|rule| Some((rule.limits.amount?, since + rule.window())));
        Ok(limit.filter(|(_, until)| *until > now))
    }

    /// How much has left from new devices today, as their limit counts it.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn left_from_new_devices(&self, conn: &mut PgConnection, device: &NewDevice) -> Result<Xof, Error> {
        let counted = self.ledger.counted(conn, device.account, &[&device.counter()])?;
        Ok(counted.first().map_or(Xof::ZERO, |count| Xof::new(count.amount).unwrap_or(Xof::MAX)))
    }
}

impl NewDevice {
    fn counter(&self) -> Counter {
        Counter { name: NEW_DEVICE.to_owned(), from: self.today, until: self.until }
    }

    /// Has an order keep it, where money leaves to others. It counts a day together with other new devices of the person.
    pub fn limit(&self, order: &mut Order) {
        let from = match order.action {
            Action::Transfer { from, .. } | Action::QrPayment { from, .. } | Action::CashOut { from, .. } => {
                from
            }
            _ => return,
        };
        if from == self.account {
            let window = Window::NewDevice(self.counter());
            order.caps.push(Cap { account: from, window, amount: Some(self.most), count: None });
        }
    }
}

/// Whose movements are looked at: people's own, and what they take as merchants.
const fn is_watched(account: &Account) -> bool {
    matches!(account.kind, AccountKind::Main | AccountKind::Merchant | AccountKind::Till)
}

/// What somebody did, and since when they can.
#[derive(Debug, Default)]
struct Seen {
    opened_at: Option<DateTime<Utc>>,
    trades_since: Option<DateTime<Utc>>,
    /// The newest first.
    moves: Vec<Move>,
}

impl Seen {
    /// Notes since when there is an account.
    fn note(&mut self, account: &Account) {
        let since =
            if account.kind == AccountKind::Main { &mut self.opened_at } else { &mut self.trades_since };
        *since = Some(since.map_or(account.opened_at, |since| since.min(account.opened_at)));
    }

    /// What a rule finds, as it was when a movement on an account of this kind was the newest.
    fn judge(&self, rule: &WatchRule, kind: AccountKind, transaction: TransactionId) -> Option<Found> {
        let at_shop = kind != AccountKind::Main;
        let is_it = |one: &Move| one.transaction == Some(transaction) && one.at_shop == at_shop;
        let moves = self.moves.get(self.moves.iter().position(is_it)?..)?;
        if at_shop {
            // What merchants and tills take, all of them together.
            let looks = matches!(rule.kind, WatchKind::Structuring | WatchKind::FirstLarge);
            let taken: Vec<Move> = moves.iter().filter(|one| one.at_shop && looks).copied().collect();
            pattern::find(rule, Direction::In, &taken, self.trades_since?)
        } else if moves.first()?.way == Direction::Out {
            pattern::find(rule, Direction::Out, moves, self.opened_at?)
        } else {
            None
        }
    }
}

/// One alert a rule, a person and a stretch of time.
fn alert(rule: &WatchRule, person: UserId, found: Found) -> NewAlert {
    let window = rule.window().max(TimeDelta::seconds(1)).num_seconds();
    NewAlert {
        person,
        kind: rule.kind,
        subject: format!("{}/{}/{}", rule.kind.name(), rule.number, found.at.timestamp() / window),
        entry: None,
        rule: Some(rule.number),
        amount: Some(found.amount),
        count: Some(found.count),
        transaction: found.by,
        holds: rule.action == WatchAction::Hold,
    }
}
