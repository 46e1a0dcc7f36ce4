//! The codes of tills: one for any amount, printed once, and those that a cashier makes for one payment.

use super::{
    model::{Lifetime, QrCode, QrKind},
    store,
};
use crate::{Error, Wallets, codes, till::Found};
use diesel::PgConnection;
use hostolink_audit::Actor;
use hostolink_kernel::{QrId, TillId, UserId, Xof};
use hostolink_ledger::Note;

/// Make a code for one payment at a till.
#[derive(Debug, Clone)]
pub struct NewTillCode {
    /// The cashier or the merchant.
    pub by: UserId,
    /// The till.
    pub till: TillId,
    /// How much; above zero.
    pub amount: Xof,
    /// A few words for who pays.
    pub label: Option<Note>,
    /// How long it may be paid.
    pub lifetime: Lifetime,
    /// Who asks, for the audit log.
    pub actor: Actor,
}

impl Wallets {
    /// A till's own code: made when it is first asked for, the same ever after.
    ///
    /// # Errors
    /// `wallet.till_unknown`, `wallet.till_closed`; those of the database.
    pub fn till_code(&self, conn: &mut PgConnection, user: UserId, id: TillId) -> Result<QrCode, Error> {
        let found = self.open_desk(conn, user, id)?;
        let key = found.row.id_caisse;
        let code = match store::of_till(conn, key)? {
            Some(code) => code,
            None => {
                let code = self.draw((found.merchant.id_user, Some(key)), QrKind::Account);
                // Two first asks at once: one makes it, both show it.
                if store::insert(conn, &code)? {
                    code
                } else {
                    store::of_till(conn, key)?.ok_or(diesel::result::Error::NotFound)?
                }
            }
        };
        self.shown(conn, &code)
    }

    /// One of a till's codes.
    ///
    /// # Errors
    /// `wallet.till_unknown`; `wallet.qr_unknown`, also for one of another till; those of the database.
    pub fn code_of_till(
        &self,
        conn: &mut PgConnection,
        (user, id): (UserId, TillId),
        code: QrId,
    ) -> Result<QrCode, Error> {
        let found = self.desk(conn, user, id)?;
        let of = (found.merchant.id_user, Some(found.row.id_caisse));
        let code = store::by_id(conn, of, code)?.ok_or(Error::Rule(&codes::QR_UNKNOWN))?;
        self.shown(conn, &code)
    }

    /// Makes a code for one payment at a till.
    ///
    /// # Errors
    /// `wallet.till_unknown`, `wallet.till_closed`; `wallet.qr_amount` for an amount that no code can print; those of the database.
    pub fn create_till_code(&self, conn: &mut PgConnection, new: NewTillCode) -> Result<QrCode, Error> {
        let found = self.open_desk(conn, new.by, new.till)?;
        let mut code = self.draw((found.merchant.id_user, Some(found.row.id_caisse)), QrKind::OnePayment);
        code.amount = Some(new.amount);
        code.label = new.label;
        code.expires_at = Some(new.lifetime.from(code.created_at));
        self.store_code(conn, &code, new.actor)
    }

    /// A till that may be paid at, for who may work there.
    fn open_desk(&self, conn: &mut PgConnection, user: UserId, id: TillId) -> Result<Found, Error> {
        let found = self.desk(conn, user, id)?;
        let open = found.takes_payments(self.clock.now())?;
        if open { Ok(found) } else { Err(Error::Rule(&codes::TILL_CLOSED)) }
    }
}
