use super::{
    model::{Aim, CodeSummary, NewQrCode, QrCode, QrKind, QrState, Scanned, StoredCode, amount_to_pay},
    store,
};
use crate::{
    Error, Shop, Wallets, alias, codes,
    emv::{Network, Payload, Token},
    till,
};
use diesel::{Connection, PgConnection};
use hostolink_audit as audit;
use hostolink_kernel::{AccountId, Cursor, Limit, Page, QrId, UserId, Xof};
use hostolink_ledger::{AccountKind, Refusal};

/// The name in cursors of somebody's codes.
const LIST: &str = "wallet.codes";

impl Wallets {
    /// The person's own code: made when it is first asked for, the same ever after.
    ///
    /// # Errors
    /// Those of the database.
    pub fn own_code(&self, conn: &mut PgConnection, owner: UserId) -> Result<QrCode, Error> {
        let code = match store::of_account(conn, owner)? {
            Some(code) => code,
            None => {
                let code = self.draw((owner, None), QrKind::Account);
                // Two first asks at once: one makes it, both show it.
                if store::insert(conn, &code)? {
                    code
                } else {
                    store::of_account(conn, owner)?.ok_or(diesel::result::Error::NotFound)?
                }
            }
        };
        self.shown(conn, &code)
    }

    /// One of the person's codes.
    ///
    /// # Errors
    /// `wallet.qr_unknown`, also for somebody else's; those of the database.
    pub fn code(&self, conn: &mut PgConnection, owner: UserId, id: QrId) -> Result<QrCode, Error> {
        let code = store::by_id(conn, (owner, None), id)?.ok_or(Error::Rule(&codes::QR_UNKNOWN))?;
        self.shown(conn, &code)
    }

    /// All of the person's codes, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn codes(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<CodeSummary>, Error> {
        let after = after.and_then(|cursor| cursor.keyset::<QrId>(LIST).ok());
        let rows = store::list(conn, owner, after, limit.probe())?;
        let codes = rows.into_iter().map(CodeSummary::from).collect();
        Ok(Page::from_probe(codes, limit, LIST, |code: &CodeSummary| code.id))
    }

    /// Makes a code for one payment.
    ///
    /// # Errors
    /// `wallet.qr_amount` for an amount that no code can print; those of the database.
    pub fn create_code(&self, conn: &mut PgConnection, new: NewQrCode) -> Result<QrCode, Error> {
        let mut code = self.draw((new.owner, None), QrKind::OnePayment);
        code.amount = Some(new.amount);
        code.label = new.label;
        code.expires_at = Some(new.lifetime.from(code.created_at));
        self.store_code(
            conn,
            &code,
            audit::Actor { user: Some(new.owner), trace_id: new.trace_id, address: None },
        )
    }

    /// Stores a code for one payment, and writes down that it was made.
    pub(super) fn store_code(
        &self,
        conn: &mut PgConnection,
        code: &StoredCode,
        actor: audit::Actor,
    ) -> Result<QrCode, Error> {
        // Whatever the account's alias: an amount that can't be printed is refused before anything is stored.
        code.payload(None)?;
        conn.transaction(|conn| {
            store::insert(conn, code)?;
            let amount = code.amount.map(Xof::francs);
            let entry = audit::Entry {
                actor,
                action: "wallet.qr_created",
                object_kind: "qr",
                object_id: code.id.to_string(),
                details: serde_json::json!({ "amount": amount, "expiresAt": code.expires_at }),
                at: code.created_at,
            };
            audit::record(conn, &entry)?;
            self.shown(conn, code)
        })
    }

    /// What a scanned payload asks for, before anything is paid.
    ///
    /// # Errors
    /// A code for whatever is wrong with the payload; `wallet.qr_other_institution`, `wallet.qr_other_network`, `wallet.qr_unknown`,
    /// `wallet.qr_not_accepting`; those of the database. A paid or expired code is no error: its state says so.
    pub fn scan(&self, conn: &mut PgConnection, payload: &str) -> Result<Scanned, Error> {
        let code = find_by_payloads(conn, &[payload])?.pop().ok_or(Error::Rule(&codes::QR_UNKNOWN))??;
        let state = self.state(conn, &code)?;
        let shop = self.place(conn, &code)?.map(|(shop, _)| shop);
        Ok(Scanned {
            id: code.id,
            receiver: code.owner,
            shop,
            kind: code.kind,
            amount: code.amount,
            label: code.label,
            expires_at: code.expires_at,
            state,
        })
    }

    /// Who would receive how much through a code. Whether it was paid already, the ledger says: only it can.
    pub(crate) fn aim_at_code(
        &self,
        conn: &mut PgConnection,
        code: &StoredCode,
        asked: Option<Xof>,
    ) -> Result<Aim, Error> {
        if code.is_expired(self.clock.now()) && self.state(conn, code)? == QrState::Expired {
            return Err(Error::Rule(&codes::QR_EXPIRED));
        }
        let amount = amount_to_pay(code.amount, asked)?;
        Ok(Aim { receiver: code.owner, at: self.place(conn, code)?, amount, once: code.once() })
    }

    /// Where a code is paid, if that is at a till: as long as the merchant may be paid and the till is open.
    fn place(&self, conn: &mut PgConnection, code: &StoredCode) -> Result<Option<(Shop, AccountId)>, Error> {
        let Some(till) = code.till else { return Ok(None) };
        let found = till::at(conn, till)?;
        match found.row.compte {
            Some(account) if found.takes_payments(self.clock.now())? => Ok(Some((found.shop(), account))),
            _ => Err(Error::Rule(&codes::QR_NOT_ACCEPTING)),
        }
    }

    /// Refuses what the ledger would refuse because it has happened.
    pub(crate) fn refuse_if_done(&self, conn: &mut PgConnection, aim: &Aim) -> Result<(), Error> {
        match aim.once {
            Some(once) if self.ledger.is_done(conn, &once)? => Err(Error::Refused(Refusal::AlreadyDone)),
            _ => Ok(()),
        }
    }

    pub(super) fn draw(&self, (owner, till): (UserId, Option<i64>), kind: QrKind) -> StoredCode {
        let now = self.clock.now();
        StoredCode {
            id: QrId::new(self.random.uuid(now)),
            owner,
            till,
            kind,
            token: Token::draw(&*self.random),
            amount: None,
            label: None,
            created_at: now,
            expires_at: None,
        }
    }

    fn state(&self, conn: &mut PgConnection, code: &StoredCode) -> Result<QrState, Error> {
        let paid = match code.once() {
            Some(once) => self.ledger.is_done(conn, &once)?,
            None => false,
        };
        Ok(code.state(paid, self.clock.now()))
    }

    pub(super) fn shown(&self, conn: &mut PgConnection, code: &StoredCode) -> Result<QrCode, Error> {
        let account = match code.till {
            Some(till) => till::at(conn, till)?.row.compte,
            None => {
                let main = self.ledger.find_account_of(conn, code.owner, AccountKind::Main)?;
                main.map(|account| account.id)
            }
        };
        let alias = match account {
            Some(account) => alias::printed(conn, account)?,
            None => None,
        };
        Ok(QrCode {
            id: code.id,
            payload: code.payload(alias)?,
            kind: code.kind,
            amount: code.amount,
            label: code.label.clone(),
            created_at: code.created_at,
            expires_at: code.expires_at,
            state: self.state(conn, code)?,
        })
    }
}

/// The rows behind payloads, in their sequence and in one query. What a payload prints besides its token is not believed.
pub(crate) fn find_by_payloads(
    conn: &mut PgConnection,
    payloads: &[&str],
) -> Result<Vec<Result<StoredCode, Error>>, Error> {
    let tokens: Vec<Result<Token, Error>> = payloads.iter().map(|payload| token_of(payload)).collect();
    let found = store::by_tokens(conn, tokens.iter().flatten())?;
    let code = |token: Token| found.get(&token).cloned().ok_or(Error::Rule(&codes::QR_UNKNOWN));
    Ok(tokens.into_iter().map(|token| token.and_then(code)).collect())
}

fn token_of(payload: &str) -> Result<Token, Error> {
    match Payload::parse(payload)?.network() {
        Network::Hostolink(token) => Ok(token.clone()),
        Network::PiSpi(_) => Err(Error::Rule(&codes::QR_OTHER_INSTITUTION)),
        Network::Other => Err(Error::Rule(&codes::QR_OTHER_NETWORK)),
    }
}
