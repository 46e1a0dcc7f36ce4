//! The shell around the core: locks what a batch concerns, lets the core decide, writes what it decided, in one
//! transaction and a fixed handful of statements.
//!
//! Everybody takes locks in the same sequence, so nobody waits in a circle: keys in their order, holders then accounts
//! in theirs, the chain's tail last. What is locked in one statement is changed in a later one: a statement that did
//! both could overwrite what it did not see.

mod counters;
mod history;
mod load;
mod write;

pub(crate) use history::lock_tail;

use crate::{
    Action, Error, Fingerprint, IdempotencyKey, Order, Outcome, Receipt, Reply, StoredOutcome,
    account::magnitude,
    core::{self, Decision, Movement},
};
use chrono::{DateTime, SubsecRound, Utc};
use diesel::{PgConnection, connection::SimpleConnection};
use hostolink_kernel::{Random, TransactionId, UserId};
use std::collections::{BTreeMap, HashMap};

/// Every statement of a batch, and every trigger and foreign key behind it, looks rows up by key. A connection keeps its
/// plans, also those it made while the tables were small and worth reading whole: that is never worth it here (measured:
/// with 20,000 accounts it costs more than the rest of the batch).
const BY_KEY: &str = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; \
                      SET LOCAL enable_mergejoin = off; SET LOCAL jit = off";

/// Does the orders in their sequence, in one transaction; replies come in the same sequence.
pub(crate) fn post(
    conn: &mut PgConnection,
    orders: &[Order],
    now: DateTime<Utc>,
    random: &dyn Random,
) -> Result<Vec<Reply>, Error> {
    decide_and_write(conn, orders, now, random, core::apply)
}

/// The same, all of them or none.
pub(crate) fn post_together(
    conn: &mut PgConnection,
    orders: &[Order],
    now: DateTime<Utc>,
    random: &dyn Random,
) -> Result<Vec<Reply>, Error> {
    decide_and_write(conn, orders, now, random, core::apply_together)
}

fn decide_and_write(
    conn: &mut PgConnection,
    orders: &[Order],
    now: DateTime<Utc>,
    random: &dyn Random,
    decide: fn(&mut core::State, &[Order]) -> Vec<Decision>,
) -> Result<Vec<Reply>, Error> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let now = stored_time(now);
    conn.build_transaction().read_committed().run(|conn| {
        conn.batch_execute(BY_KEY)?;
        let fresh = load::take_keys(conn, orders, now)?;
        let earlier: Vec<&IdempotencyKey> =
            orders.iter().map(|order| &order.key).filter(|key| !fresh.contains_key(key)).collect();
        let stored = if earlier.is_empty() { Vec::new() } else { load::outcomes(conn, &earlier)? };
        let mut state = core::State { now, stored: stored.into_iter().collect(), ..core::State::default() };
        if earlier.iter().any(|key| !state.stored.contains_key(key)) {
            return Err(Error::Corrupt("a key without its outcome"));
        }
        if fresh.is_empty() {
            return replies(orders, &decide(&mut state, orders), &BTreeMap::new());
        }
        load::lock(conn, &mut state, orders.iter().filter(|order| fresh.contains_key(&order.key)))?;
        counters::read(conn, &mut state, orders)?;
        let tail = history::lock_tail(conn)?;
        history::read(conn, &mut state, orders)?;
        let decisions = decide(&mut state, orders);
        let batch = Batch { orders, decisions: &decisions, keys: &fresh, now };
        let receipts = write::write(conn, &batch, &state, &tail, random)?;
        counters::write(conn, &batch, &state)?;
        replies(orders, &decisions, &receipts)
    })
}

/// What became of an earlier order with this key.
pub(crate) fn find_outcome(
    conn: &mut PgConnection,
    key: &IdempotencyKey,
) -> Result<Option<StoredOutcome>, Error> {
    let taken = load::taken(conn, std::slice::from_ref(key))?;
    Ok(outcomes(conn, &taken)?.remove(key))
}

/// The same of many keys, of those that came before. Not inside a transaction.
pub(crate) fn find_outcomes(
    conn: &mut PgConnection,
    keys: &[IdempotencyKey],
) -> Result<HashMap<IdempotencyKey, StoredOutcome>, Error> {
    let taken = load::taken(conn, keys)?;
    if taken.len() < 2 {
        return outcomes(conn, &taken);
    }
    conn.build_transaction().read_only().run(|conn| {
        conn.batch_execute(BY_KEY)?;
        outcomes(conn, &taken)
    })
}

/// The outcomes of keys that were taken. Nearly every key is new, and the join that reads outcomes is planned again each time, for a
/// millisecond: four fifths of what a transfer cost Postgres (measured). Which were taken is planned once.
fn outcomes(
    conn: &mut PgConnection,
    taken: &[&IdempotencyKey],
) -> Result<HashMap<IdempotencyKey, StoredOutcome>, Error> {
    if taken.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(load::outcomes(conn, taken)?.into_iter().collect())
}

/// From when on a limit that refused an earlier order with this key leaves room again.
pub(crate) fn frees_at(
    conn: &mut PgConnection,
    key: &IdempotencyKey,
) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(load::frees_at(conn, key)?)
}

pub(crate) use counters::{counted, purge as purge_counters};

/// Ends holds whose time is over, the oldest first, at most `limit` of them. Returns how many ended now. Nobody is user 0: no
/// caller's key can stand in the way.
pub(crate) fn expire(
    conn: &mut PgConnection,
    limit: i64,
    now: DateTime<Utc>,
    random: &dyn Random,
) -> Result<usize, Error> {
    let mut orders = Vec::new();
    for hold in load::due_holds(conn, now, limit)? {
        let action = Action::Expire { hold };
        orders.push(Order {
            key: IdempotencyKey::stored(UserId::new(0), format!("expire:{hold}")),
            fingerprint: Fingerprint::of("expire", &hold)
                .map_err(|_| Error::Corrupt("an id that is no text"))?,
            action,
            charges: Vec::new(),
            caps: Vec::new(),
            once: None,
            note: None,
            event_at: now,
        });
    }
    let replies = post(conn, &orders, now, random)?;
    let ended =
        |reply: &&Reply| matches!(reply, Reply::Done { outcome: Outcome::Accepted(_), replayed: false });
    Ok(replies.iter().filter(ended).count())
}

/// A decided batch.
struct Batch<'a> {
    orders: &'a [Order],
    decisions: &'a [Decision],
    /// The rows of the keys that came for the first time.
    keys: &'a BTreeMap<IdempotencyKey, i64>,
    now: DateTime<Utc>,
}

impl<'a> Batch<'a> {
    /// What was accepted, with its place and its key's row.
    fn accepted(&self) -> impl Iterator<Item = (usize, &'a Order, i64, &'a Movement)> {
        self.fresh().filter_map(|(place, order, key, decision)| match decision {
            Decision::Accepted(movement) => Some((place, order, key, movement)),
            _ => None,
        })
    }

    /// What was decided now.
    fn fresh(&self) -> impl Iterator<Item = (usize, &'a Order, i64, &'a Decision)> {
        let keys = self.keys;
        self.orders.iter().zip(self.decisions).enumerate().filter_map(move |(place, (order, decision))| {
            keys.get(&order.key).map(|key| (place, order, *key, decision))
        })
    }
}

/// What Postgres keeps of an instant: microseconds. A replay reads what the first answer said.
fn stored_time(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

fn receipt(
    id: TransactionId,
    order: &Order,
    movement: &Movement,
    now: DateTime<Utc>,
) -> Result<Receipt, Error> {
    let giver = movement.legs.first().ok_or(Error::Corrupt("a movement of nothing"))?;
    Ok(Receipt {
        transaction: id,
        kind: movement.kind,
        from: giver.account,
        to: movement.to,
        amount: movement.amount,
        fee: load::fee(giver.amount, movement.amount)?,
        balance_after: magnitude(giver.balance_after)?,
        event_at: stored_time(order.event_at),
        recorded_at: now,
    })
}

fn replies(
    orders: &[Order],
    decisions: &[Decision],
    receipts: &BTreeMap<usize, Receipt>,
) -> Result<Vec<Reply>, Error> {
    let now = |place: usize| match (&decisions[place], receipts.get(&place)) {
        (Decision::Accepted(_), Some(receipt)) => Ok(Outcome::Accepted(*receipt)),
        (Decision::Refused(refusal), _) => Ok(Outcome::Refused(*refusal)),
        _ => Err(Error::Corrupt("a decision without its outcome")),
    };
    debug_assert_eq!(orders.len(), decisions.len());
    let reply = |(place, decision): (usize, &Decision)| match decision {
        Decision::Accepted(_) | Decision::Refused(_) => {
            Ok(Reply::Done { outcome: now(place)?, replayed: false })
        }
        Decision::SameAs(first) => Ok(Reply::Done { outcome: now(*first)?, replayed: true }),
        Decision::Stored(outcome) => Ok(Reply::Done { outcome: *outcome, replayed: true }),
        Decision::KeyReused => Ok(Reply::KeyReused),
    };
    decisions.iter().enumerate().map(reply).collect()
}

#[cfg(test)]
mod tests;
