//! Where a card is shown, and who may ask there.

use super::{
    super::Cards,
    store::{self, Row},
};
use crate::{Error, MerchantState, codes, merchant, till};
use diesel::PgConnection;
use hostolink_kernel::{AccountId, AuthorizationId, TillId, UserId};

/// Where a card is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Whose trade it is.
    pub(super) merchant: UserId,
    /// The cashier who asks; `None` is the merchant.
    pub(super) cashier: Option<UserId>,
    /// The account of the merchant's or of the till; `None` for who sells without one.
    pub(super) account: Option<AccountId>,
}

impl Cards {
    /// Whether somebody may ask for money of cards there. To be known before anything of a card is told: who may not learns nothing of it.
    ///
    /// # Errors
    /// `wallet.till_unknown`, `wallet.till_closed`, `wallet.merchant_state`; those of the database.
    pub fn may_ask(&self, conn: &mut PgConnection, asker: UserId, till: Option<TillId>) -> Result<(), Error> {
        self.asked_at(conn, asker, till).map(|_| ())
    }

    /// Where a card is shown: at a till by who works there, or at the merchant's own. Who describes no trade sells on their own account.
    pub(super) fn asked_at(
        &self,
        conn: &mut PgConnection,
        asker: UserId,
        till: Option<TillId>,
    ) -> Result<Place, Error> {
        let found = match till {
            Some(till) => Some(self.wallets.desk(conn, asker, till)?),
            None => till::main_of(conn, asker)?,
        };
        let Some(found) = found else {
            let described = merchant::of_owner(conn, asker)?;
            let sells =
                described.map_or(Ok(true), |row| Ok::<_, Error>(row.state()? == MerchantState::Accepted))?;
            let place = Place { merchant: asker, cashier: None, account: None };
            return if sells { Ok(place) } else { Err(Error::Rule(&codes::MERCHANT_STATE)) };
        };
        if !found.takes_payments(self.wallets.clock.now())? {
            let suspended = found.merchant.state()? != MerchantState::Accepted;
            let code = if suspended { &codes::MERCHANT_STATE } else { &codes::TILL_CLOSED };
            return Err(Error::Rule(code));
        }
        let merchant = found.merchant.id_user;
        let account = found.row.compte.ok_or(Error::Rule(&codes::TILL_CLOSED))?;
        Ok(Place { merchant, cashier: (merchant != asker).then_some(asker), account: Some(account) })
    }

    /// An authorisation that is this merchant's, or of a till where this cashier works.
    pub(super) fn of_seller(
        &self,
        conn: &mut PgConnection,
        seller: UserId,
        id: AuthorizationId,
    ) -> Result<Row, Error> {
        let tills: Vec<AccountId> = till::worked_by(conn, seller)?;
        let row = store::of_seller(conn, (seller, tills), id)?;
        row.ok_or(Error::Rule(&codes::AUTHORIZATION_UNKNOWN))
    }
}
