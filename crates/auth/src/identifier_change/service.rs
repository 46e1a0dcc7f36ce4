use super::{
    ChangeRequested, IdentifierChanged,
    model::{Change, REVERTIBLE},
    store::{self, Before},
};
use crate::{
    Auth, Channel, Delivery, Error, Purpose, SignedInAs,
    account::{self, Account, Named, assert_one},
    otp, registration, reset, session,
    sms::SmsWish,
    throttle,
};
use diesel::{Connection, PgConnection};
use hostolink_audit::Actor;
use hostolink_kernel::{ExposeSecret, Identifier, Secret, UserId};
use serde_json::json;
use sha2::{Digest, Sha256};

/// What both codes of a change are about: the identifier that is known already, and the new one.
struct Pair {
    known: Identifier,
    new: Identifier,
}

impl Auth {
    /// Makes the two codes of a change: one for an identifier that is proven already, one for the new one. What stays speaks
    /// before what goes: who has lost a mailbox changes it with the phone. The answer is the same where the new one is
    /// somebody else's. A wish of before is dropped, with its codes.
    ///
    /// # Errors
    /// When the text is no identifier; [`Error::StepUpRequired`], [`Error::IdentifierOwn`], [`Error::TooMany`]; those of the
    /// database.
    pub fn request_identifier_change(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        identifier: &str,
        actor: &Actor,
    ) -> Result<ChangeRequested, Error> {
        let now = self.clock.now();
        let new = Identifier::parse(identifier, &self.settings.regions)?;
        self.take_of_address(conn, &throttle::CODES_OF_ADDRESS, actor.address)?;
        throttle::take(conn, throttle::CHANGES, &self.account_key(who.user), now)?;
        throttle::take(
            conn,
            throttle::CHANGES_TO,
            &self.keyed("nouvel identifiant", &[new.as_str().as_bytes()]),
            now,
        )?;
        if let Identifier::Phone(number) = &new {
            let counted = &self.identifier_key(new.as_str());
            self.admit_sms(conn, &SmsWish { number, counted, own: false, address: actor.address })?;
        }
        let channel = Channel::of(&new);
        conn.transaction(|conn| {
            let account = account::lock(conn, who.user)?;
            self.code_proven(conn, who)?;
            if account.proven_at(channel).is_some() && account.canonical(channel) == Some(new.as_str()) {
                return Err(Error::IdentifierOwn);
            }
            let pair = self.pair(&account, new)?;
            assert_one(store::request(
                conn,
                (who.user, who.session),
                channel,
                pair.new.as_str(),
                (now, now + otp::LIFE),
            )?)?;
            let deliveries = [
                self.code_of(conn, who.user, &pair, Purpose::KnownIdentifier)?,
                self.code_of(conn, who.user, &pair, Purpose::NewIdentifier)?,
            ];
            let details = json!({ "channel": channel.as_str() });
            self.record(conn, actor, "auth.identifier_change_requested", account.public_id, details)?;
            Ok(ChangeRequested { deliveries, expires_in: otp::LIFE.to_std().unwrap_or_default() })
        })
    }

    /// Makes the change that this session asked for, with both codes. Both guesses are counted and committed before either
    /// is looked at, and the answer does not say which was wrong.
    ///
    /// # Errors
    /// [`Error::ChangeUnknown`] when this session asked for none, another session has asked since, or it is over;
    /// [`Error::CodeInvalid`]; [`Error::IdentifierTaken`] when the new one is somebody else's: said to nobody but its owner;
    /// [`Error::StepUpRequired`], [`Error::TooMany`]; those of the database.
    pub fn confirm_identifier_change(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        known_code: &str,
        new_code: &str,
        actor: &Actor,
    ) -> Result<IdentifierChanged, Error> {
        let now = self.clock.now();
        self.code_proven(conn, who)?;
        let wish = store::requested(conn, who.user, who.session, now)?.ok_or(Error::ChangeUnknown)?;
        let account = account::by_key(conn, who.user)?.ok_or(Error::ChangeUnknown)?;
        let pair = self.pair_of(&account, &wish)?;
        let known = self.guess_of(conn, &account, &pair, Purpose::KnownIdentifier, known_code, actor)?;
        let new = self.guess_of(conn, &account, &pair, Purpose::NewIdentifier, new_code, actor)?;
        let (Some(known), Some(new)) = (known, new) else { return Err(Error::CodeInvalid) };
        for identifier in [&pair.known, &pair.new] {
            if let Identifier::Phone(number) = identifier {
                self.sms_shown(conn, number, &[self.identifier_key(identifier.as_str())])?;
            }
        }
        // The inner result is a decision that must stay: right codes are used up, whatever follows.
        let changed = conn.transaction(|conn| {
            let account = self.lock_with_holders(conn, who.user, std::slice::from_ref(&pair.new))?;
            self.code_proven(conn, who)?;
            let still = store::requested(conn, who.user, who.session, now)?;
            if still.is_none_or(|still| still.id_changement != wish.id_changement) {
                return Ok(Err(Error::ChangeUnknown));
            }
            for right in [&known, &new] {
                if otp::consume(conn, right.otp, &right.hash, now)? == 0 {
                    return Ok(Err(Error::CodeInvalid));
                }
            }
            self.forgive(conn, &known.attempt)?;
            self.forgive(conn, &new.attempt)?;
            store::drop_request(conn, who.user)?;
            if !self.free(conn, who.user, &pair.new)? {
                return Ok(Err(Error::IdentifierTaken));
            }
            self.apply(conn, &account, Channel::of(&pair.new), Some(&pair.new), actor)
        });
        changed.and_then(std::convert::identity)
    }

    /// Takes an identifier off the account; never the last that is proven.
    ///
    /// # Errors
    /// [`Error::IdentifierMissing`] when there is none, [`Error::LastIdentifier`], [`Error::StepUpRequired`]; those of the
    /// database.
    pub fn remove_identifier(
        &self,
        conn: &mut PgConnection,
        who: SignedInAs,
        channel: Channel,
        actor: &Actor,
    ) -> Result<IdentifierChanged, Error> {
        conn.transaction(|conn| {
            let account = account::lock(conn, who.user)?;
            self.code_proven(conn, who)?;
            if account.canonical(channel).or(account.old_value(channel)).is_none() {
                return Err(Error::IdentifierMissing);
            }
            if account.proven_at(channel.other()).is_none() {
                return Err(Error::LastIdentifier);
            }
            store::drop_request(conn, who.user)?;
            self.apply(conn, &account, channel, None, actor)?
        })
    }

    /// Writes a change and what takes it back. The account must be locked. The inner error is a race for the identifier that was lost.
    fn apply(
        &self,
        conn: &mut PgConnection,
        account: &Account,
        channel: Channel,
        new: Option<&Identifier>,
        actor: &Actor,
    ) -> Result<Result<IdentifierChanged, Error>, Error> {
        let (now, user) = (self.clock.now(), account.id_user);
        let new_text = new.map(Identifier::as_str);
        let values = (new_text, new_text, new.map(|_| now));
        if !account::set_identifier(conn, user, channel, values)? {
            return Ok(Err(Error::IdentifierTaken));
        }
        if new.is_some() && account.text(channel).is_some() {
            // Another number is another SIM.
            session::renew_devices(conn, user, now)?;
        }
        // What was sent to what is gone opens nothing any more.
        otp::invalidate(conn, user)?;
        reset::drop_of(conn, Some(user))?;
        let before = Before {
            text: account.text(channel).map(str::to_owned),
            canonical: account.canonical(channel).map(str::to_owned),
            proven_at: account.proven_at(channel),
        };
        let token = Secret::from(self.random.token());
        let change = (channel, new_text, &before);
        assert_one(store::insert_applied(conn, user, change, &hash(&token), (now, now + REVERTIBLE))?)?;
        let action = if new.is_some() { "auth.identifier_changed" } else { "auth.identifier_removed" };
        let details = json!({ "channel": channel.as_str(), "replaced": before.text.is_some() });
        self.record(conn, actor, action, account.public_id, details)?;
        let tell = self.proven(account, channel).or_else(|| self.proven(account, channel.other()));
        Ok(Ok(IdentifierChanged {
            profile: account::lock(conn, user)?.into(),
            tell,
            revert_token: token,
            revertible_for: REVERTIBLE.to_std().unwrap_or_default(),
        }))
    }

    /// Makes room for somebody who holds an identifier: whoever only said it was theirs loses it, with what they set. `false`
    /// where it is an account of its own, which its holder can sign in to.
    pub(super) fn free(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        identifier: &Identifier,
    ) -> Result<bool, Error> {
        let channel = Channel::of(identifier);
        let Some(holder) = account::by_identifier(conn, identifier)?.filter(|holder| holder.id_user != user)
        else {
            return Ok(true);
        };
        // An adopted account that has a password and nothing else waits for its owner.
        let is_adopted = !holder.is_proven() && !holder.is_open();
        if holder.proven_at(channel).is_some() || is_adopted {
            return Ok(false);
        }
        registration::drop_attempt(conn, holder.id_user)?;
        otp::invalidate(conn, holder.id_user)?;
        account::set_identifier(conn, holder.id_user, channel, (None, None, None))?;
        self.record(conn, &Actor::default(), "auth.identifier_released", holder.public_id, json!({}))?;
        Ok(true)
    }

    /// Holds an account and whoever has these identifiers, in the order of their keys.
    pub(super) fn lock_with_holders(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        identifiers: &[Identifier],
    ) -> Result<Account, Error> {
        let mut users = vec![user];
        for identifier in identifiers {
            users.extend(account::by_identifier(conn, identifier)?.map(|holder| holder.id_user));
        }
        let locked = account::lock_all(conn, &users)?;
        Ok(locked
            .into_iter()
            .find(|account| account.id_user == user)
            .ok_or(diesel::result::Error::NotFound)?)
    }

    /// An identifier of the account that is proven.
    pub(super) fn proven(&self, account: &Account, channel: Channel) -> Option<Identifier> {
        account.proven_at(channel)?;
        Identifier::parse(account.canonical(channel)?, &self.settings.regions).ok()
    }

    fn pair(&self, account: &Account, new: Identifier) -> Result<Pair, Error> {
        let channel = Channel::of(&new);
        let known = self.proven(account, channel.other()).or_else(|| self.proven(account, channel));
        Ok(Pair { known: known.ok_or(Error::UserNotProven)?, new })
    }

    fn pair_of(&self, account: &Account, wish: &Change) -> Result<Pair, Error> {
        let new = Identifier::parse(wish.nouveau.as_deref().unwrap_or_default(), &self.settings.regions)?;
        self.pair(account, new)
    }

    /// Makes one of the two codes. It is good for this pair only.
    fn code_of(
        &self,
        conn: &mut PgConnection,
        user: UserId,
        pair: &Pair,
        purpose: Purpose,
    ) -> Result<Delivery, Error> {
        let now = self.clock.now();
        let code = Secret::from(self.random.digits(otp::DIGITS));
        let hash = self.code_hash(user, purpose, &pair.text(), code.expose_secret());
        assert_one(otp::replace(
            conn,
            user,
            purpose,
            &self.change_key(user, purpose),
            &hash,
            now,
            now + otp::LIFE,
        )?)?;
        let recipient = if purpose == Purpose::NewIdentifier { &pair.new } else { &pair.known };
        Ok(Delivery {
            recipient: recipient.clone(),
            purpose,
            code,
            expires_in: otp::LIFE.to_std().unwrap_or_default(),
        })
    }

    fn guess_of(
        &self,
        conn: &mut PgConnection,
        account: &Account,
        pair: &Pair,
        purpose: Purpose,
        code: &str,
        actor: &Actor,
    ) -> Result<Option<otp::RightCode>, Error> {
        let named = Named {
            identifier: Some(pair.new.clone()),
            text: pair.text(),
            account: Some((account.clone(), Channel::of(&pair.new))),
        };
        self.guess_code(conn, &named, purpose, self.change_key(account.id_user, purpose), code, actor)
    }

    /// Under which key the codes of a person's changes are kept and counted: whatever they change to, they have so many guesses.
    fn change_key(&self, user: UserId, purpose: Purpose) -> [u8; 32] {
        self.keyed("changement", &[&user.key().to_be_bytes(), purpose.as_str().as_bytes()])
    }
}

impl Pair {
    /// One text for both, so that no code of one change is one of another.
    fn text(&self) -> String {
        format!("{}\n{}", self.known.as_str(), self.new.as_str())
    }
}

/// Tokens have 256 random bits: a plain hash can't be turned back.
pub(super) fn hash(token: &Secret) -> [u8; 32] {
    Sha256::digest(token.expose_secret()).into()
}
