//! Paying somebody: what a transfer would do, and the orders that do it, of many payers together where many pay at once.

use crate::{
    Error, Wallets, codes,
    model::{Quote, Target, TransferCommand},
    qr::{Aim, find_by_payloads},
    rules::{Levels, Operation},
};
use diesel::PgConnection;
use hostolink_kernel::{UserId, Xof};
use hostolink_ledger::{Account, AccountKind, Action, Order, Refusal};
use std::collections::HashMap;

/// What was asked once for many payments.
struct Known {
    /// The main accounts that there are.
    accounts: HashMap<UserId, Account>,
    levels: Levels,
}

impl Wallets {
    /// What a transfer would do, before the payer says yes.
    ///
    /// # Errors
    /// What would refuse the transfer, but for what depends on balances; those of the database.
    pub fn quote(
        &self,
        conn: &mut PgConnection,
        payer: UserId,
        target: &Target,
        amount: Option<Xof>,
    ) -> Result<Quote, Error> {
        let aim = self.aims(conn, &[(payer, target, amount)])?.pop().unwrap_or_else(lost)?;
        self.refuse_if_done(conn, &aim)?;
        let operation = operation(target);
        let fee = self.fee(conn, operation, aim.amount)?.total;
        let total = aim.amount.checked_add(fee).map_err(|_| Error::Refused(Refusal::AmountTooLarge))?;
        let account = self.main_account(conn, payer)?;
        let limits = self.left_to_giver(conn, &account, operation)?;
        let shop = aim.at.map(|(shop, _)| shop);
        Ok(Quote { receiver: aim.receiver, shop, amount: aim.amount, fee, total, limits })
    }

    /// The order that pays somebody.
    ///
    /// # Errors
    /// A code for what is wrong with the wish; `wallet.operation_under_review`, which is no outcome of its key; those of the database.
    pub fn prepare_transfer(
        &self,
        conn: &mut PgConnection,
        command: TransferCommand,
    ) -> Result<Order, Error> {
        self.prepare_transfers(conn, vec![command])?.pop().unwrap_or_else(lost)
    }

    /// The same of many, in their sequence: what all of them need is asked once.
    ///
    /// # Errors
    /// Those of the database, where nothing can be said of any. What is wrong with one is an answer of its own.
    pub fn prepare_transfers(
        &self,
        conn: &mut PgConnection,
        commands: Vec<TransferCommand>,
    ) -> Result<Vec<Result<Order, Error>>, Error> {
        let asked =
            commands.iter().map(|command| (command.wish.key.actor(), &command.target, command.amount));
        let aims = self.aims(conn, &asked.collect::<Vec<_>>())?;
        let payers = commands.iter().map(|command| command.wish.key.actor());
        let receivers = aims.iter().flatten().map(|aim| aim.receiver);
        let people: Vec<UserId> = payers.chain(receivers).collect();
        let known = Known {
            accounts: self.ledger.find_accounts_of(conn, &people, AccountKind::Main)?,
            levels: Levels::of(conn, &people)?,
        };
        let both = commands.into_iter().zip(aims);
        Ok(both.map(|(command, aim)| self.transfer_to(conn, &known, command, &aim?)).collect())
    }

    fn transfer_to(
        &self,
        conn: &mut PgConnection,
        known: &Known,
        command: TransferCommand,
        aim: &Aim,
    ) -> Result<Order, Error> {
        let giver = self.known_account(conn, known, command.wish.key.actor())?;
        let receiver = match &aim.at {
            Some((_, till)) => {
                let till = self.ledger.find_account(conn, *till)?;
                till.ok_or(Error::Rule(&codes::QR_NOT_ACCEPTING))?
            }
            None => self.known_account(conn, known, aim.receiver)?,
        };
        let what = (operation(&command.target), aim.amount);
        let (terms, fee) = self.terms_of(conn, &known.levels, what, (Some(&giver), Some(&receiver)), None)?;
        if command.fee.is_some_and(|shown| shown != fee.total) {
            return Err(Error::Rule(&codes::FEE_CHANGED));
        }
        self.refuse_pattern(conn, &giver, (aim.receiver, aim.amount))?;
        let (from, to, amount) = (giver.id, receiver.id, aim.amount);
        let action = match command.target {
            Target::To(_) => Action::Transfer { from, to, amount },
            Target::Qr(_) => Action::QrPayment { from, to, amount },
        };
        let mut order = self.order(command.wish, action, terms, aim.once, command.note);
        if let Some(since) = command.device_since
            && let Some(device) = self.new_device_on(conn, &giver, since)?
        {
            device.limit(&mut order);
        }
        Ok(order)
    }

    /// Somebody's main account, opened where there is none.
    fn known_account(
        &self,
        conn: &mut PgConnection,
        known: &Known,
        person: UserId,
    ) -> Result<Account, Error> {
        match known.accounts.get(&person) {
            Some(account) => Ok(*account),
            None => self.main_account(conn, person),
        }
    }

    /// Who would receive how much of each of these: who pays, whom, and how much as far as they said.
    fn aims(
        &self,
        conn: &mut PgConnection,
        asked: &[(UserId, &Target, Option<Xof>)],
    ) -> Result<Vec<Result<Aim, Error>>, Error> {
        let mut payloads = Vec::new();
        for (_, target, _) in asked {
            if let Target::Qr(payload) = target {
                payloads.push(payload.as_str());
            }
        }
        let mut codes = find_by_payloads(conn, &payloads)?.into_iter();
        let mut aim = |(payer, target, amount): &(UserId, &Target, Option<Xof>)| {
            let aim = match target {
                Target::Qr(_) => self.aim_at_code(conn, &codes.next().unwrap_or_else(lost)?, *amount)?,
                Target::To(receiver) => {
                    let amount = amount.ok_or(Error::Rule(&codes::AMOUNT_REQUIRED))?;
                    Aim { receiver: *receiver, at: None, amount, once: None }
                }
            };
            if aim.receiver == *payer {
                return Err(Error::Refused(Refusal::SameAccount));
            }
            if aim.amount.is_zero() {
                return Err(Error::Refused(Refusal::AmountZero));
            }
            Ok(aim)
        };
        Ok(asked.iter().map(&mut aim).collect())
    }
}

const fn operation(target: &Target) -> Operation {
    match target {
        Target::To(_) => Operation::Transfer,
        Target::Qr(_) => Operation::QrPayment,
    }
}

/// There is an answer for each that was asked; one that is missing is the database's fault.
fn lost<T>() -> Result<T, Error> {
    Err(diesel::result::Error::NotFound.into())
}
