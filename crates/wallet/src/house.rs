//! What people pay to Hostolink itself for a service: set aside first, taken as it is used, the rest let go.

use crate::{Error, Operation, Wallets, Wish, rules::Terms};
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use hostolink_kernel::{TransactionId, UserId, Xof};
use hostolink_ledger::{self as ledger, AccountKind, Action, Fingerprint, IdempotencyKey, Once, Order};
use uuid::Uuid;

/// A service that somebody pays for: what kind of thing it is, a short name, and which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidService {
    /// What kind of thing it is: a short name.
    pub kind: &'static str,
    /// Which one.
    pub id: Uuid,
}

impl Wallets {
    /// The order that sets money of the person's aside for a service of the house, once. It counts towards their limits from then on, as what
    /// leaves by card does.
    ///
    /// # Errors
    /// Those of the database.
    pub fn prepare_house_hold(
        &self,
        conn: &mut PgConnection,
        wish: Wish,
        service: PaidService,
        (amount, expires_at): (Xof, DateTime<Utc>),
    ) -> Result<Order, Error> {
        let giver = self.main_account(conn, wish.key.actor())?;
        let to = self.own_account(conn, AccountKind::Fees)?.id;
        let (terms, _) = self.terms(conn, (Operation::QrPayment, amount), Some(&giver), None, None)?;
        let terms = Terms { charges: Vec::new(), ..terms };
        let action = Action::Hold { from: giver.id, to, amount, expires_at: Some(expires_at) };
        let once = Once { kind: service.kind, id: service.id };
        Ok(self.order(wish, action, terms, Some(once), None))
    }

    /// What set money aside for these services, where something did: by the service's id.
    ///
    /// # Errors
    /// Those of the database.
    pub fn house_hold(
        &self,
        conn: &mut PgConnection,
        service: PaidService,
    ) -> Result<Option<TransactionId>, Error> {
        let done = self.ledger.find_done(conn, service.kind, &[service.id])?;
        Ok(done.get(&service.id).copied().flatten())
    }

    /// Keeps money from ever being set aside for a service, in the caller's transaction. Where it was before, nothing changes and the answer is
    /// what did it. Orders wait meanwhile: let it be the last thing that a transaction does.
    ///
    /// # Errors
    /// Those of the database.
    pub fn close_house_hold(
        &self,
        conn: &mut PgConnection,
        service: PaidService,
    ) -> Result<Option<TransactionId>, Error> {
        Ok(self.ledger.close(conn, Once { kind: service.kind, id: service.id })?)
    }

    /// The order that takes what a service has cost of what was set aside for it and lets go of the rest, or lets go of all where it has cost
    /// nothing. Its key is its own, of nobody: whoever posts it, and however often, it is done once.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn prepare_house_settlement(
        &self,
        conn: &mut PgConnection,
        service: PaidService,
        (hold, spent): (TransactionId, Xof),
        event_at: DateTime<Utc>,
    ) -> Result<Order, Error> {
        let by = self.own_account(conn, AccountKind::Fees)?.id;
        let action = match spent.is_zero() {
            true => Action::Release { hold, by },
            false => Action::Capture { hold, by, amount: spent },
        };
        let corrupt = || ledger::Error::Corrupt("an id that is no key");
        let text = format!("{}:{}", service.kind, service.id);
        let key = IdempotencyKey::parse(UserId::new(0), &text).map_err(|_| corrupt())?;
        let fingerprint = Fingerprint::of(service.kind, &service.id).map_err(|_| corrupt())?;
        Ok(Order {
            key,
            fingerprint,
            action,
            charges: Vec::new(),
            caps: Vec::new(),
            once: None,
            note: None,
            event_at,
        })
    }
}
