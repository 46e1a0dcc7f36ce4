use super::{
    super::{
        Cards, Decline,
        model::{CardLimits, periods},
        rules::{Standing, decide},
        service::assert_one,
        store::{self as cards, Row as Card},
    },
    model::{
        Authorization, AuthorizationState, AuthorizeCommand, Authorizing, CaptureCommand, HOLD_DAYS, PATIENCE,
    },
    place::Place,
    store::{self, New, Progress, Row},
};
use crate::{Error, Operation, Wish, rules::Terms};
use chrono::{SubsecRound, TimeDelta};
use diesel::{Connection, PgConnection};
use hostolink_kernel::{
    AccountId, AuthorizationId, CardId, Cursor, Limit, Page, TillId, TransactionId, UserId,
};
use hostolink_ledger::{
    self as ledger, Action, Fingerprint, IdempotencyKey, Order, Outcome, Refusal, TransactionKind,
};
use std::collections::HashMap;

/// The names in cursors of a card's, a merchant's and a till's authorisations.
const OF_CARD: &str = "wallet.card_authorizations";
const OF_MERCHANT: &str = "wallet.merchant_authorizations";
const OF_TILL: &str = "wallet.till_authorizations";

impl Cards {
    /// What an earlier request of the merchant's with this key came to; `None` where there was none. A replay is answered before
    /// anything is counted or judged.
    ///
    /// # Errors
    /// Those of the database.
    pub fn earlier(&self, conn: &mut PgConnection, wish: &Wish) -> Result<Option<Authorizing>, Error> {
        let row = store::by_key(conn, wish.key.actor(), wish.key.text())?;
        row.map(|row| self.again(conn, wish, row)).transpose()
    }

    /// Judges number and code, decides under the card's lock whether it pays, and makes it count towards its limits before
    /// the ledger hears of it. Outside of a transaction: a decline is kept.
    ///
    /// # Errors
    /// `wallet.till_unknown`, `wallet.till_closed`, `wallet.merchant_state`; those of the database.
    pub fn authorize(
        &self,
        conn: &mut PgConnection,
        card: CardId,
        command: &AuthorizeCommand,
    ) -> Result<Authorizing, Error> {
        let place = self.asked_at(conn, command.wish.key.actor(), command.till)?;
        conn.transaction(|conn| {
            let Some(found) = cards::lock(conn, card)? else {
                return Ok(Authorizing::Declined(Decline::WrongCode));
            };
            // A twin of this request may have been quicker.
            if let Some(earlier) = self.earlier(conn, &command.wish)? {
                return Ok(earlier);
            }
            // Renewed or closed between the look-up and the lock: the number is dead.
            if self.identify(conn, &command.number)? != Some(card) {
                return Ok(Authorizing::Declined(Decline::WrongCode));
            }
            self.write_down(conn, &found)?;
            let card = cards::lock(conn, card)?.ok_or(diesel::result::Error::NotFound)?;
            let judged = self.judge(conn, &card, &place, command)?;
            self.ask(conn, &card, &place, command, judged)
        })
    }

    /// One authorisation that was asked for by this merchant, or at a till where this cashier works, as it is now.
    ///
    /// # Errors
    /// `wallet.authorization_unknown`, also for anybody else's; those of the database.
    pub fn authorization(
        &self,
        conn: &mut PgConnection,
        seller: UserId,
        id: AuthorizationId,
    ) -> Result<Authorization, Error> {
        let row = self.of_seller(conn, seller, id)?;
        self.seen(conn, row)
    }

    /// What this merchant asked for, the newest first.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn authorizations_of_merchant(
        &self,
        conn: &mut PgConnection,
        merchant: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Authorization>, Error> {
        let before = after.map(|cursor| cursor.keyset(OF_MERCHANT)).transpose()?;
        let rows = store::list_of_merchant(conn, merchant, before, limit.probe())?;
        self.page(conn, rows, limit, OF_MERCHANT)
    }

    /// What was asked for at a till, the newest first.
    ///
    /// # Errors
    /// `wallet.till_unknown`, `wallet.till_closed`; a cursor that is not of this list; those of the database.
    pub fn authorizations_of_till(
        &self,
        conn: &mut PgConnection,
        (user, till): (UserId, TillId),
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Authorization>, Error> {
        let account = self.wallets.till_account(conn, user, till)?;
        let before = after.map(|cursor| cursor.keyset(OF_TILL)).transpose()?;
        let rows = store::list_of_till(conn, account, before, limit.probe())?;
        self.page(conn, rows, limit, OF_TILL)
    }

    /// What was asked of one of the person's cards, the newest first.
    ///
    /// # Errors
    /// `wallet.card_unknown`; a cursor that is not of this list; those of the database.
    pub fn authorizations_of_card(
        &self,
        conn: &mut PgConnection,
        (owner, card): (UserId, CardId),
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Authorization>, Error> {
        let card = self.row(conn, owner, card)?;
        let before = after.map(|cursor| cursor.keyset(OF_CARD)).transpose()?;
        let rows = store::list_of_card(conn, card.id_carte, before, limit.probe())?;
        self.page(conn, rows, limit, OF_CARD)
    }

    /// The order that takes what was authorised; a merchant pays their commission of it. That the card was frozen or closed since stops
    /// nothing: it was promised.
    ///
    /// # Errors
    /// `wallet.authorization_unknown`, also for another merchant's; [`Refusal::HoldEnded`] for what was declined; those of the
    /// database.
    pub fn prepare_capture(&self, conn: &mut PgConnection, command: CaptureCommand) -> Result<Order, Error> {
        let (hold, by, row) = self.held(conn, &command.wish, command.authorization)?;
        let amount = command.amount.unwrap_or(row.montant);
        let receiver = self.wallets.ledger.find_account(conn, by)?;
        let receiver = receiver.ok_or(Error::Refused(Refusal::UnknownAccount))?;
        let charges = self.wallets.commission(conn, &receiver, amount)?;
        let (action, note) = (Action::Capture { hold, by, amount }, row.note()?);
        Ok(self.wallets.order(command.wish, action, Terms { charges, ..Terms::default() }, None, note))
    }

    /// The order that lets go of what was authorised.
    ///
    /// # Errors
    /// As [`Cards::prepare_capture`].
    pub fn prepare_release(
        &self,
        conn: &mut PgConnection,
        wish: Wish,
        id: AuthorizationId,
    ) -> Result<Order, Error> {
        let (hold, by, _) = self.held(conn, &wish, id)?;
        Ok(self.wallets.order(wish, Action::Release { hold, by }, Terms::default(), None, None))
    }

    /// The hold behind an authorisation of the merchant's, and the account that it is for.
    fn held(
        &self,
        conn: &mut PgConnection,
        wish: &Wish,
        id: AuthorizationId,
    ) -> Result<(TransactionId, AccountId, Row), Error> {
        let row = self.of_seller(conn, wish.key.actor(), id)?;
        let hold = self.progress(conn, &[&row])?.remove(&id).and_then(|progress| progress.hold);
        let hold = hold.ok_or(Error::Refused(Refusal::HoldEnded))?;
        let transaction = self.wallets.ledger.find_transaction(conn, hold)?;
        let by = transaction.ok_or(Error::Refused(Refusal::UnknownTransaction))?.to.account;
        Ok((hold, by, row))
    }

    fn again(&self, conn: &mut PgConnection, wish: &Wish, row: Row) -> Result<Authorizing, Error> {
        if row.empreinte.as_deref() != Some(wish.fingerprint.as_bytes().as_slice()) {
            return Ok(Authorizing::KeyReused);
        }
        let id = row.public_id;
        let pending = row.clone();
        let authorization = self.seen(conn, row)?;
        match authorization.state {
            // The answer before was lost between the two steps: the same order again, which the ledger knows by its key.
            AuthorizationState::Pending => Ok(Authorizing::ToPost(id, Box::new(self.hold(conn, &pending)?))),
            _ => Ok(Authorizing::Known(Box::new(authorization))),
        }
    }

    /// The window of the code that was shown, and whether the card pays.
    fn judge(
        &self,
        conn: &mut PgConnection,
        card: &Card,
        place: &Place,
        command: &AuthorizeCommand,
    ) -> Result<Result<i64, Decline>, Error> {
        let now = self.wallets.clock.now();
        let Some(window) = command.code.window(&self.card_key(card)?, now) else {
            return Ok(Err(Decline::WrongCode));
        };
        if store::is_used(conn, card.id_carte, window)? {
            return Ok(Err(Decline::WrongCode));
        }
        // Nobody charges their own card.
        if card.id_user == place.merchant {
            return Ok(Err(Decline::Refused));
        }
        let standing = Standing {
            state: card.state(now)?,
            single_use: card.usage_unique,
            merchant: card.id_commercant,
            limits: CardLimits {
                per_operation: card.limite_operation,
                daily: card.limite_jour,
                monthly: card.limite_mois,
            },
            usage: store::usage(conn, card.id_carte, periods(now))?,
        };
        Ok(decide(&standing, place.merchant, command.amount).map(|()| window))
    }

    /// Keeps what was asked, and what came of it so far.
    fn ask(
        &self,
        conn: &mut PgConnection,
        card: &Card,
        place: &Place,
        command: &AuthorizeCommand,
        judged: Result<i64, Decline>,
    ) -> Result<Authorizing, Error> {
        // What Postgres keeps, so that the same order can be made again from the row.
        let now = self.wallets.clock.now().trunc_subsecs(6);
        let id = AuthorizationId::new(self.wallets.random.uuid(now));
        let decline = judged.err();
        // A wrong code is no outcome of the key: the right one may follow with the same.
        let key = (decline != Some(Decline::WrongCode))
            .then(|| (command.wish.key.text(), command.wish.fingerprint.as_bytes().as_slice()));
        let new = New {
            id,
            card,
            place,
            key,
            amount: command.amount,
            note: command.note.as_ref(),
            window: judged.ok(),
            decline,
            now,
            expires_at: now + TimeDelta::days(HOLD_DAYS),
        };
        if !store::insert(conn, &new)? {
            return Ok(Authorizing::KeyReused);
        }
        if let Some(decline) = decline {
            return Ok(Authorizing::Declined(decline));
        }
        if card.verrou_commercant && card.id_commercant.is_none() {
            assert_one(cards::set_merchant(conn, card.id_carte, Some(place.merchant))?)?;
        }
        let row = store::find(conn, id)?;
        Ok(Authorizing::ToPost(id, Box::new(self.hold(conn, &row)?)))
    }

    /// The order that sets the money aside. Its key is made from the authorisation, and is the owner's: what a key came to says
    /// what is left of their money.
    fn hold(&self, conn: &mut PgConnection, row: &Row) -> Result<Order, Error> {
        let giver = self.wallets.main_account(conn, row.owner)?;
        // What leaves by card counts towards its owner's limits from the moment it is set aside.
        let what = (Operation::QrPayment, row.montant);
        let (terms, _) = self.wallets.terms(conn, what, Some(&giver), None, None)?;
        let to = match row.compte {
            Some(account) => account,
            None => self.wallets.main_account(conn, row.id_commercant)?.id,
        };
        Ok(Order {
            key: key_of(row)?,
            fingerprint: Fingerprint::of("card", &row.public_id)
                .map_err(|_| ledger::Error::Corrupt("an id that is no text"))?,
            action: Action::Hold { from: giver.id, to, amount: row.montant, expires_at: Some(row.expire_le) },
            charges: Vec::new(),
            caps: terms.caps,
            once: None,
            note: row.note()?,
            event_at: row.demandee_le,
        })
    }

    /// Brings what is open of a card up to date with the ledger, under the card's lock: from then on its rows say what counts.
    fn write_down(&self, conn: &mut PgConnection, card: &Card) -> Result<(), Error> {
        let open = store::open_of_card(conn, card.id_carte)?;
        let progress = self.progress(conn, &open.iter().collect::<Vec<_>>())?;
        let now = self.wallets.clock.now();
        for row in &open {
            let Some(after) = progress.get(&row.public_id) else { continue };
            if *after != row.progress()? {
                assert_one(store::set(conn, row.public_id, after)?)?;
            } else if after.state == AuthorizationState::Pending && row.demandee_le + PATIENCE <= now {
                assert_one(store::forget(conn, row.public_id)?)?;
            }
        }
        // What came to nothing locks the card to nobody.
        if card.id_commercant.is_some() && !store::usage(conn, card.id_carte, periods(now))?.any {
            assert_one(cards::set_merchant(conn, card.id_carte, None)?)?;
        }
        Ok(())
    }

    /// How far these have come, as the ledger knows it: what is written down may be behind.
    fn progress(
        &self,
        conn: &mut PgConnection,
        rows: &[&Row],
    ) -> Result<HashMap<AuthorizationId, Progress>, Error> {
        let mut all = HashMap::with_capacity(rows.len());
        for row in rows {
            let mut progress = row.progress()?;
            if progress.state == AuthorizationState::Pending
                && let Some(stored) = self.wallets.ledger.find_outcome(conn, &key_of(row)?)?
            {
                match stored.outcome {
                    Outcome::Accepted(receipt) => {
                        progress.state = AuthorizationState::Held;
                        progress.hold = Some(receipt.transaction);
                    }
                    Outcome::Refused(refusal) => {
                        progress.state = AuthorizationState::Declined;
                        progress.decline = Some(refusal.into());
                    }
                }
            }
            all.insert(row.public_id, progress);
        }
        let held = |progress: &&mut Progress| progress.state == AuthorizationState::Held;
        let holds: Vec<TransactionId> =
            all.values_mut().filter(held).filter_map(|progress| progress.hold).collect();
        let ends =
            if holds.is_empty() { Vec::new() } else { self.wallets.ledger.ends_of_holds(conn, &holds)? };
        let ends: HashMap<TransactionId, _> = ends.into_iter().map(|end| (end.hold, end)).collect();
        for progress in all.values_mut().filter(held) {
            let Some(end) = progress.hold.and_then(|hold| ends.get(&hold)) else { continue };
            progress.state = match end.kind {
                TransactionKind::Capture => AuthorizationState::Captured,
                TransactionKind::Release => AuthorizationState::Released,
                _ => AuthorizationState::Expired,
            };
            if progress.state == AuthorizationState::Captured {
                progress.captured = Some((end.by, end.amount));
            }
        }
        Ok(all)
    }

    fn seen(&self, conn: &mut PgConnection, row: Row) -> Result<Authorization, Error> {
        let progress = self.progress(conn, &[&row])?.remove(&row.public_id);
        row.seen(progress.ok_or(diesel::result::Error::NotFound)?)
    }

    fn page(
        &self,
        conn: &mut PgConnection,
        rows: Vec<Row>,
        limit: Limit,
        list: &str,
    ) -> Result<Page<Authorization>, Error> {
        let mut progress = self.progress(conn, &rows.iter().collect::<Vec<_>>())?;
        let seen = |row: Row| {
            let progress = progress.remove(&row.public_id);
            row.seen(progress.ok_or(diesel::result::Error::NotFound)?)
        };
        let seen = rows.into_iter().map(seen).collect::<Result<Vec<_>, Error>>()?;
        Ok(Page::from_probe(seen, limit, list, |authorization| authorization.id))
    }
}

fn key_of(row: &Row) -> Result<IdempotencyKey, Error> {
    let key = IdempotencyKey::parse(row.owner, &format!("card:{}", row.public_id));
    Ok(key.map_err(|_| ledger::Error::Corrupt("an id that is no text"))?)
}
