use super::{
    Kind,
    model::{Policy, Rule},
};
use crate::{Auth, Error, throttle};
use diesel::{Connection, PgConnection};
use hostolink_kernel::network_of;
use std::net::IpAddr;

/// One try of one proof.
#[derive(Clone)]
pub(crate) struct Attempt {
    /// Of what kind.
    pub(crate) kind: Kind,
    /// Whose tries these are: a keyed hash of an account, an identifier, a session, a device or a token.
    pub(crate) subject: [u8; 32],
    /// From where.
    pub(crate) address: Option<IpAddr>,
}

impl Auth {
    /// Counts one try of its subject and of its address, before anybody looks whether it is right. A try that is
    /// refused counts nowhere. Call it outside of a transaction, or in one that commits whatever follows.
    pub(crate) fn count_try(&self, conn: &mut PgConnection, attempt: &Attempt) -> Result<(), Error> {
        let now = self.clock.now();
        let Policy { subject, address } = attempt.kind.policy();
        // Everybody takes the counters in this order, so that nobody waits in a circle.
        conn.transaction(|conn| {
            match subject {
                Rule::Delay(name) => throttle::take_with_delay(conn, name, &attempt.subject, now)?,
                Rule::Windows(limits) => {
                    for limit in limits {
                        throttle::take(conn, limit, &attempt.subject, now)?;
                    }
                }
            }
            self.take_of_address(conn, &address, attempt.address)
        })
    }

    /// The try was right: its subject's failures are forgotten, and its address gets the try back. In the caller's
    /// transaction, if there is one, it should come last: the address may be that of a whole town.
    pub(crate) fn forgive(&self, conn: &mut PgConnection, attempt: &Attempt) -> Result<(), Error> {
        self.forgive_subject(conn, attempt.kind, &attempt.subject)?;
        self.give_back_of_address(conn, attempt)
    }

    /// The try was right, and says nothing of those before: it alone is taken back, of its subject and of its address.
    pub(super) fn give_back(&self, conn: &mut PgConnection, attempt: &Attempt) -> Result<(), Error> {
        let policy = attempt.kind.policy();
        if let Rule::Windows(limits) = policy.subject {
            for limit in limits {
                throttle::give_back(conn, limit.name, &attempt.subject)?;
            }
        }
        self.give_back_of_address(conn, attempt)
    }

    fn give_back_of_address(&self, conn: &mut PgConnection, attempt: &Attempt) -> Result<(), Error> {
        let Some(key) = self.address_key(attempt.address) else { return Ok(()) };
        let mut limits = attempt.kind.policy().address.into_iter();
        limits.try_for_each(|limit| throttle::give_back(conn, limit.name, &key))
    }

    /// Forgets a subject's failures: a stronger proof showed who it is.
    pub(crate) fn forgive_subject(
        &self,
        conn: &mut PgConnection,
        kind: Kind,
        subject: &[u8; 32],
    ) -> Result<(), Error> {
        match kind.policy().subject {
            Rule::Delay(name) => throttle::clear(conn, &[name], subject),
            Rule::Windows(limits) => throttle::clear(conn, &limits.map(|limit| limit.name), subject),
        }
    }

    /// Counts, compares, and forgives where the comparison found something. For comparisons that take no time; outside
    /// of a transaction.
    pub(crate) fn judge<T>(
        &self,
        conn: &mut PgConnection,
        attempt: &Attempt,
        compare: impl FnOnce(&mut PgConnection) -> Result<Option<T>, Error>,
    ) -> Result<Option<T>, Error> {
        self.count_try(conn, attempt)?;
        let found = compare(conn)?;
        if found.is_some() {
            self.forgive(conn, attempt)?;
        }
        Ok(found)
    }

    /// Counts what an address asks for, where the address is known.
    pub(crate) fn take_of_address(
        &self,
        conn: &mut PgConnection,
        limits: &[throttle::Limit],
        address: Option<IpAddr>,
    ) -> Result<(), Error> {
        let Some(key) = self.address_key(address) else { return Ok(()) };
        let now = self.clock.now();
        limits.iter().try_for_each(|limit| throttle::take(conn, *limit, &key, now))
    }

    /// Under which key the tries of an address are counted: the table of counters names no address either.
    pub(crate) fn address_key(&self, address: Option<IpAddr>) -> Option<[u8; 32]> {
        let network = network_of(address?);
        Some(match network {
            IpAddr::V4(v4) => self.keyed("adresse", &[&v4.octets()]),
            IpAddr::V6(v6) => self.keyed("adresse", &[&v6.octets()]),
        })
    }
}
