use super::{
    SmsDay, SmsId, SmsLimits, SmsOrder, SmsReceipt, SmsResult,
    model::{self, BACK_OFF, SHOWN_FOR},
    store,
};
use crate::{Auth, Error, account::assert_one, throttle};
use chrono::{DateTime, NaiveTime, Utc};
use diesel::{Connection, PgConnection};
use hostolink_kernel::PhoneNumber;
use std::{net::IpAddr, time::Duration};

/// Somebody who asks for a code to a phone.
pub(crate) struct SmsWish<'a> {
    /// To where.
    pub(crate) number: &'a PhoneNumber,
    /// Under which key codes to it are counted: in a session of the number's own account apart from strangers' wishes.
    pub(crate) counted: &'a [u8; 32],
    /// Whether it is such a session. What strangers used up of the prefix and the address is then no matter.
    pub(crate) own: bool,
    /// From where it is asked.
    pub(crate) address: Option<IpAddr>,
}

impl Auth {
    /// Counts a wish for a code to a phone, and refuses it where too many were sent or too much was paid. To be asked
    /// before anybody looks who has the number, and outside of a transaction: the answer is the same for everybody.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::SmsBudget`]; those of the database.
    pub(crate) fn admit_sms(&self, conn: &mut PgConnection, wish: &SmsWish<'_>) -> Result<(), Error> {
        let Some(limits) = &self.settings.sms else { return Ok(()) };
        let now = self.clock.now();
        let prefix = model::prefix(wish.number);
        if store::spent(conn, now.date_naive())? >= limits.daily_millimes {
            return Err(Error::SmsBudget);
        }
        if !wish.own {
            self.check_prefix(conn, limits, wish.number, now)?;
            self.take_of_address(conn, &[limits.of_address()], wish.address)?;
        }
        if let Err(next) = store::wait_longer(conn, BACK_OFF, wish.counted, now)? {
            let wait = (next - now).to_std().unwrap_or_default();
            return Err(Error::TooMany(Duration::from_secs(wait.as_secs() + 1)));
        }
        throttle::take(conn, limits.of_number(), wish.counted, now)?;
        if !wish.own {
            let key = self.keyed("prefixe", &[prefix.as_bytes()]);
            for limit in limits.of_prefix() {
                throttle::take(conn, limit, &key, now)?;
            }
        }
        Ok(())
    }

    fn check_prefix(
        &self,
        conn: &mut PgConnection,
        limits: &SmsLimits,
        number: &PhoneNumber,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let stopped = store::stopped(conn, limits, Some(model::prefix(number)), now)?;
        if stopped.is_empty() { Ok(()) } else { Err(Error::SmsBudget) }
    }

    /// A code that went to this number was shown: the next may go at once, and its prefix is in use by people.
    pub(crate) fn sms_shown(
        &self,
        conn: &mut PgConnection,
        number: &PhoneNumber,
        counted: &[[u8; 32]],
    ) -> Result<(), Error> {
        let now = self.clock.now();
        store::shown(conn, &self.number_key(number), now - SHOWN_FOR, now)?;
        counted.iter().try_for_each(|key| throttle::clear(conn, &[BACK_OFF], key))
    }

    /// Writes down a message that is about to be handed to a provider, and takes what it may cost from the day's
    /// budget. To be asked for every message, right before it leaves.
    ///
    /// # Errors
    /// [`Error::SmsBudget`] when it must not leave: too little is left of the day, of which news leave half for the others, or too few of the codes to
    /// its prefix were shown. Those of the database.
    pub fn reserve_sms(
        &self,
        conn: &mut PgConnection,
        number: &PhoneNumber,
        order: SmsOrder,
    ) -> Result<SmsId, Error> {
        let (now, cost) = (self.clock.now(), order.cost_millimes.max(0));
        let id = self.random.uuid(now);
        conn.transaction(|conn| {
            if let Some(limits) = &self.settings.sms
                && !store::spend(conn, now.date_naive(), cost, limits.budget_for(order.is_news))?
            {
                return Err(Error::SmsBudget);
            }
            let new = store::NewSms {
                id,
                number: &self.number_key(number),
                prefix: model::prefix(number),
                carries_code: order.carries_code,
                segments: i16::try_from(order.segments.max(1)).unwrap_or(i16::MAX),
                cost,
            };
            assert_one(store::insert(conn, &new, now)?)?;
            Ok(SmsId(id))
        })
    }

    /// Writes down what the provider said, and gives back what the message did not cost.
    ///
    /// # Errors
    /// Those of the database.
    pub fn settle_sms(
        &self,
        conn: &mut PgConnection,
        id: SmsId,
        result: &SmsResult<'_>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let cost = if result.state.is_unsent() { 0 } else { result.cost_millimes.max(0) };
        let result = SmsResult { cost_millimes: cost, ..*result };
        conn.transaction(|conn| {
            let Some((begun, reserved)) = store::sending(conn, id.0)? else { return Ok(()) };
            assert_one(store::settle(conn, id.0, &result, now)?)?;
            if self.settings.sms.is_some() && reserved > cost {
                assert_one(store::give_back(conn, begun.date_naive(), reserved - cost)?)?;
            }
            Ok(())
        })
    }

    /// A provider says what became of a message. One that we don't know, a receipt that came before and one that would
    /// take the message back change nothing. Says whether something changed.
    ///
    /// # Errors
    /// Those of the database.
    pub fn sms_receipt(
        &self,
        conn: &mut PgConnection,
        provider: &str,
        provider_id: &str,
        receipt: SmsReceipt,
    ) -> Result<bool, Error> {
        Ok(store::advance(conn, provider, provider_id, receipt, self.clock.now())? > 0)
    }

    /// The messages of this day (UTC, which is Abidjan's). The caller's role is for the caller to check.
    ///
    /// # Errors
    /// Those of the database.
    pub fn sms_today(&self, conn: &mut PgConnection) -> Result<SmsDay, Error> {
        let now = self.clock.now();
        let stopped = match &self.settings.sms {
            Some(limits) => store::stopped(conn, limits, None, now)?,
            None => Vec::new(),
        };
        let midnight = now.date_naive().and_time(NaiveTime::MIN).and_utc();
        Ok(SmsDay {
            counts: store::counts(conn, midnight)?,
            cost_millimes: store::spent(conn, now.date_naive())?,
            budget_millimes: self.settings.sms.map(|limits| limits.daily_millimes),
            stopped,
        })
    }

    fn number_key(&self, number: &PhoneNumber) -> [u8; 32] {
        self.keyed("numero sms", &[number.as_str().as_bytes()])
    }
}
