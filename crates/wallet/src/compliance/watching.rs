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
use std::collections::HashMap;

/// How many of an account's last movements are looked back on: what is looked for has at most a hundred.
const MOST: i64 = 200;
/// What is counted while a device is new.
const NEW_DEVICE: &str = "debit:appareil_recent";

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
    /// Looks at what these movements make whole, each `(giver's account, transaction, when)`, and opens alerts. For who hears of
    /// movements: late or twice is no harm.
    ///
    /// # Errors
    /// Those of the database.
    pub fn watch(
        &self,
        conn: &mut PgConnection,
        moved: &[(AccountId, TransactionId, DateTime<Utc>)],
    ) -> Result<usize, Error> {
        let Some(first) = moved.iter().map(|(.., at)| *at).min() else { return Ok(0) };
        let book = self.book(conn)?;
        let rules: Vec<&WatchRule> = book
            .watching(first.date_naive())
            .filter(|rule| matches!(rule.action, WatchAction::Alert | WatchAction::Hold))
            .filter(|rule| rule.kind != WatchKind::Sanctions)
            .collect();
        let Some(window) = rules.iter().map(|rule| rule.window()).max() else { return Ok(0) };
        let accounts: Vec<AccountId> = moved.iter().map(|(account, ..)| *account).collect();
        let accounts: HashMap<AccountId, Account> = self
            .ledger
            .find_accounts(conn, &accounts)?
            .into_iter()
            .filter(|account| account.kind == AccountKind::Main)
            .map(|account| (account.id, account))
            .collect();
        let ids: Vec<AccountId> = accounts.keys().copied().collect();
        let mut moves: HashMap<AccountId, Vec<Move>> = HashMap::new();
        for recent in self.ledger.recent(conn, &ids, first - window, MOST)? {
            moves.entry(recent.account).or_default().extend(Move::of(&recent));
        }
        let mut found = Vec::new();
        for (account, transaction, _) in moved {
            let Some((account, moves)) = accounts.get(account).zip(moves.get(account)) else { continue };
            let Some(person) = account.owner else { continue };
            // As it was when this one was the newest.
            let place = moves.iter().position(|one| one.transaction == Some(*transaction));
            let Some(moves) = place.and_then(|place| moves.get(place..)) else { continue };
            for rule in &rules {
                if let Some(what) = pattern::find(rule, moves, account.opened_at) {
                    found.push(alert(rule, person, what));
                }
            }
        }
        conn.transaction(|conn| self.open_alerts(conn, found))
    }

    /// Refuses a payment that would make whole what a rule refuses; without such a rule nothing is asked. Compliance learns of it, the
    /// person only that somebody has to look.
    pub(crate) fn refuse_pattern(
        &self,
        conn: &mut PgConnection,
        giver: &Account,
        (receiver, amount): (UserId, Xof),
    ) -> Result<(), Error> {
        let (now, book) = (self.clock.now(), self.book(conn)?);
        let today = now.date_naive();
        let rules: Vec<&WatchRule> =
            book.watching(today).filter(|rule| rule.action == WatchAction::Refuse).collect();
        let (Some(window), Some(person)) = (rules.iter().map(|rule| rule.window()).max(), giver.owner) else {
            return Ok(());
        };
        let wish = Move {
            at: now,
            way: Direction::Out,
            amount: amount.francs(),
            other: Some(receiver),
            transaction: None,
        };
        let mut moves = vec![wish];
        // What looks at nothing but the payment needs no history.
        if rules.iter().any(|rule| rule.kind != WatchKind::FirstLarge) {
            let recent = self.ledger.recent(conn, &[giver.id], now - window, MOST)?;
            moves.extend(recent.iter().filter_map(Move::of));
        }
        let broken = |rule: &&WatchRule| {
            pattern::find(rule, &moves, giver.opened_at).map(|found| alert(rule, person, found))
        };
        let found: Vec<NewAlert> = rules.iter().filter_map(broken).collect();
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
        let (now, book) = (self.clock.now(), self.book(conn)?);
        let mut rules = book.watch(WatchKind::NewDevice, now.date_naive());
        let Some((rule, most)) = rules.find_map(|rule| Some((rule, rule.limits.amount?))) else {
            return Ok(None);
        };
        let until = since + rule.window();
        if until <= now {
            return Ok(None);
        }
        let account = self.ledger.find_account_of(conn, person, AccountKind::Main)?;
        let account = account.filter(|account| account.opened_at < since);
        let today = now.date_naive().and_time(NaiveTime::MIN).and_utc();
        Ok(account.map(|account| NewDevice { account: account.id, today, most, until }))
    }
}

impl NewDevice {
    /// Has an order keep it, where money leaves to others. It counts a day together with other new devices of the person.
    pub fn limit(&self, order: &mut Order) {
        let from = match order.action {
            Action::Transfer { from, .. } | Action::QrPayment { from, .. } | Action::CashOut { from, .. } => {
                from
            }
            _ => return,
        };
        if from == self.account {
            let counter = Counter { name: NEW_DEVICE.to_owned(), from: self.today, until: self.until };
            let window = Window::NewDevice(counter);
            order.caps.push(Cap { account: from, window, amount: Some(self.most), count: None });
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
