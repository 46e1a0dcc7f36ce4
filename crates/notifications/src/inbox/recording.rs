use super::store::{self, Group};
use crate::{CREATED, Channel, Error, Fact, Notifications, Recipient, delivery, preference};
use diesel::{Connection, PgConnection};
use hostolink_kernel::UserId;
use hostolink_outbox::{self as outbox, NewEvent};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

impl Notifications {
    /// The most facts that are written at a time.
    pub const AT_ONCE: usize = 500;

    /// Tells people what happened, in the transaction of whoever learnt it: what was told already is not told again, what is alike is told together
    /// until it is read, and what is to leave by other ways waits in a table for [`Notifications::lease`]. A fixed number of queries, however many
    /// facts. Says how many facts were new.
    ///
    /// # Errors
    /// Those of the database.
    pub fn record(&self, conn: &mut PgConnection, facts: &[Fact]) -> Result<usize, Error> {
        let mut new = 0;
        for some in facts.chunks(Self::AT_ONCE) {
            new += conn.transaction(|conn| self.record_some(conn, some))?;
        }
        Ok(new)
    }

    fn record_some(&self, conn: &mut PgConnection, facts: &[Fact]) -> Result<usize, Error> {
        // Nobody is told of what they did themselves.
        let facts: Vec<&Fact> = facts.iter().filter(|fact| fact.actor != Some(fact.to.user)).collect();
        let people: BTreeSet<UserId> = facts.iter().map(|fact| fact.to.user).collect();
        if people.is_empty() {
            return Ok(0);
        }
        let people: Vec<UserId> = people.into_iter().collect();
        // Their order is everybody's: two that tell the same people never wait for each other in a ring.
        store::hold_boxes(conn, &people)?;
        let standing = preference::standings(conn, &people)?;
        let wanted = |fact: &&Fact| {
            standing.get(&fact.to.user).is_none_or(|person| person.wants(fact.kind, Channel::App))
        };
        let facts: Vec<&Fact> = unseen(conn, facts.into_iter().filter(wanted).collect())?;
        if facts.is_empty() {
            return Ok(0);
        }
        let keys = self.group(conn, &facts)?;
        let of = |fact: &Fact| {
            keys.get(&(fact.to.user, fact.kind.group(fact.object.map(|(_, id)| id), fact.source))).copied()
        };
        store::insert_facts(conn, facts.iter().filter_map(|fact| Some((of(fact)?, *fact))))?;
        let touched: BTreeMap<i64, (UserId, crate::Kind)> =
            facts.iter().filter_map(|fact| Some((of(fact)?, (fact.to.user, fact.kind)))).collect();
        delivery::enqueue(conn, &touched, &standing, self.clock.now())?;
        let told: BTreeSet<Recipient> = facts.iter().map(|fact| fact.to).collect();
        let event =
            |to: &Recipient| NewEvent { kind: CREATED, subject: to.public_id.uuid(), payload: json!({}) };
        let events: Vec<NewEvent> = told.iter().map(event).collect();
        outbox::publish_all(conn, &events, self.clock.now())?;
        Ok(facts.len())
    }

    /// The unread notifications that these facts go to: those there are are lifted to the top, the others are made.
    fn group(
        &self,
        conn: &mut PgConnection,
        facts: &[&Fact],
    ) -> Result<HashMap<(UserId, String), i64>, Error> {
        let mut groups: BTreeMap<(UserId, String), Group> = BTreeMap::new();
        for fact in facts {
            let key = fact.kind.group(fact.object.map(|(_, id)| id), fact.source);
            let group = groups.entry((fact.to.user, key)).or_insert_with(|| Group {
                id: self.random.uuid(fact.at),
                kind: fact.kind.code(),
                object: fact.object,
                amount: fact.amount,
                first: fact.at,
                last: fact.at,
            });
            (group.first, group.last) = (group.first.min(fact.at), group.last.max(fact.at));
        }
        let mut keys: HashMap<(UserId, String), i64> = store::lift(conn, &groups)?;
        let fresh: Vec<_> = groups.iter().filter(|(key, _)| !keys.contains_key(*key)).collect();
        keys.extend(store::insert(conn, &fresh)?);
        Ok(keys)
    }

    /// Two people hear nothing more of each other: what one was told of the other is taken back, from the list and from what still waits, but for
    /// money that moved. Says how many facts went.
    ///
    /// # Errors
    /// Those of the database.
    pub fn withdraw(&self, conn: &mut PgConnection, a: UserId, b: UserId) -> Result<usize, Error> {
        conn.transaction(|conn| {
            let mut both = [a, b];
            both.sort_unstable();
            store::hold_boxes(conn, &both)?;
            let gone = store::delete_facts_between(conn, a, b)?;
            store::delete_empty(conn, &both)?;
            Ok(gone)
        })
    }
}

/// Those that nobody was told of before, each once.
fn unseen<'a>(conn: &mut PgConnection, facts: Vec<&'a Fact>) -> Result<Vec<&'a Fact>, Error> {
    let known = store::known(conn, &facts)?;
    let mut seen = BTreeSet::new();
    let is_new = |fact: &&Fact| {
        let key = (fact.to.user, fact.kind.code().to_owned(), fact.actor, fact.source);
        !known.contains(&key) && seen.insert(key)
    };
    Ok(facts.into_iter().filter(is_new).collect())
}
