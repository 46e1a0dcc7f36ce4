//! What a merchant pays for being paid: off the amount, whoever pays and by whatever means.

use super::{Payer, Scale, service::split};
use crate::{Error, Operation, Wallets, merchant};
use diesel::PgConnection;
use hostolink_kernel::Xof;
use hostolink_ledger::{Account, AccountKind, Bearer, Charge};

impl Wallets {
    /// What a merchant pays of a payment that comes in on this account: nothing where it is no merchant's or till's.
    pub(crate) fn commission(
        &self,
        conn: &mut PgConnection,
        receiver: &Account,
        amount: Xof,
    ) -> Result<Vec<Charge>, Error> {
        if !matches!(receiver.kind, AccountKind::Merchant | AccountKind::Till) {
            return Ok(Vec::new());
        }
        let cost = self.book(conn)?.commission(amount, self.clock.now().date_naive())?;
        let agent = if cost.agent.is_zero() { None } else { self.agent_of(conn, receiver)? };
        let (ours, theirs) = split(cost, agent.is_some());
        let mut charges = Vec::new();
        if !ours.is_zero() {
            let to = self.ledger.system_account(conn, AccountKind::Fees)?.id;
            charges.push(Charge { to, amount: ours, bearer: Bearer::Receiver });
        }
        if let Some(agent) = agent {
            charges.push(Charge { to: agent.id, amount: theirs, bearer: Bearer::Receiver });
        }
        Ok(charges)
    }

    /// Where the agent earns who brought the merchant behind an account. One who may not receive keeps nobody from paying there.
    fn agent_of(&self, conn: &mut PgConnection, receiver: &Account) -> Result<Option<Account>, Error> {
        let Some(owner) = receiver.owner else { return Ok(None) };
        let Some(agent) = merchant::of_owner(conn, owner)?.and_then(|row| row.id_agent) else {
            return Ok(None);
        };
        let account = self.account(conn, agent, AccountKind::Commission)?;
        Ok(Some(account).filter(|account| account.status.receives()))
    }

    /// What merchants pay today, if a scale says so.
    ///
    /// # Errors
    /// Those of the database.
    pub fn commission_in_force(&self, conn: &mut PgConnection) -> Result<Option<Scale>, Error> {
        let today = self.clock.now().date_naive();
        Ok(self.book(conn)?.scale((Operation::QrPayment, Payer::Receiver), today).cloned())
    }
}
