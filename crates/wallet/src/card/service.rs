use super::{
    model::{Card, CardChange, CardSettings, CardState, MAX_CARDS, NewCard, ShownCard, end_of_life},
    number::{CardNumber, code_at},
    store::{self, Kept, New, Row},
};
use crate::{Error, Wallets, codes};
use diesel::{Connection, PgConnection};
use hostolink_audit::{self as audit, Actor};
use hostolink_kernel::{CardId, Cursor, ExposeSecret, Limit, Page, Secret, UserId};
use hostolink_sealing::{Sealed, Sealer, keyed};
use serde_json::{Value, json};

/// The name in cursors of somebody's cards.
const LIST: &str = "wallet.cards";
/// How often a number is drawn that is taken, before something must be wrong with the randomness.
const DRAWS: usize = 8;

/// The cards of all people. Cheap to share.
#[derive(Debug)]
pub struct Cards {
    pub(super) wallets: Wallets,
    sealer: Sealer,
}

impl Cards {
    /// Cards over these wallets. `keys` seal their numbers: one or several, separated by commas, the newest first.
    #[must_use]
    pub fn new(wallets: Wallets, keys: &Secret) -> Self {
        Self { wallets, sealer: Sealer::new(keys, "carte bancaire") }
    }

    /// Makes a card.
    ///
    /// # Errors
    /// `wallet.card_too_many`; those of the database.
    pub fn create(&self, conn: &mut PgConnection, new: &NewCard) -> Result<Card, Error> {
        let now = self.wallets.clock.now();
        let id = CardId::new(self.wallets.random.uuid(now));
        conn.transaction(|conn| {
            let number = self.draw(conn, id, 1)?;
            let row = New {
                id,
                owner: new.owner,
                single_use: new.single_use,
                settings: &new.settings,
                number: &number,
                now,
                expires_at: end_of_life(now),
            };
            self.place(conn, &row)?;
            let details = json!({ "singleUse": new.single_use, "merchantLock": new.settings.merchant_lock });
            self.record(conn, &new.actor, "wallet.card_created", id, details)?;
            self.card(conn, new.owner, id)
        })
    }

    /// The person's cards, the oldest first, closed ones among them.
    ///
    /// # Errors
    /// A cursor that is not of this list; those of the database.
    pub fn list(
        &self,
        conn: &mut PgConnection,
        owner: UserId,
        after: Option<&Cursor>,
        limit: Limit,
    ) -> Result<Page<Card>, Error> {
        let after = after.map(|cursor| cursor.keyset(LIST)).transpose()?;
        let now = self.wallets.clock.now();
        let rows = store::list(conn, owner, after, limit.probe())?;
        let cards = rows.into_iter().map(|row| Card::seen(row, now)).collect::<Result<_, _>>()?;
        Ok(Page::from_probe(cards, limit, LIST, |card: &Card| card.id))
    }

    /// One of the person's cards.
    ///
    /// # Errors
    /// `wallet.card_unknown`, also for somebody else's; those of the database.
    pub fn card(&self, conn: &mut PgConnection, owner: UserId, id: CardId) -> Result<Card, Error> {
        Card::seen(self.row(conn, owner, id)?, self.wallets.clock.now())
    }

    /// Sets all that its owner decides of a card.
    ///
    /// # Errors
    /// `wallet.card_unknown`, `wallet.card_closed`; those of the database.
    pub fn configure(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, CardId),
        settings: &CardSettings,
        actor: &Actor,
    ) -> Result<Card, Error> {
        conn.transaction(|conn| {
            let row = store::lock_of(conn, owner, id)?.ok_or(Error::Rule(&codes::CARD_UNKNOWN))?;
            if row.state(self.wallets.clock.now())? == CardState::Closed {
                return Err(Error::Rule(&codes::CARD_CLOSED));
            }
            assert_one(store::configure(conn, row.id_carte, settings)?)?;
            let limits = settings.limits;
            let francs = |limit: Option<hostolink_kernel::Xof>| limit.map(hostolink_kernel::Xof::francs);
            let details = json!({
                "perOperation": francs(limits.per_operation), "daily": francs(limits.daily), "monthly": francs(limits.monthly),
                "merchantLock": settings.merchant_lock,
            });
            self.record(conn, actor, "wallet.card_configured", id, details)?;
            self.card(conn, owner, id)
        })
    }

    /// Freezes, unfreezes, renews or closes a card. What was authorised before stays so.
    ///
    /// # Errors
    /// `wallet.card_unknown`, `wallet.card_closed`, `wallet.card_expired`; those of the database.
    pub fn change(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, CardId),
        change: CardChange,
        actor: &Actor,
    ) -> Result<Card, Error> {
        let now = self.wallets.clock.now();
        conn.transaction(|conn| {
            let row = store::lock_of(conn, owner, id)?.ok_or(Error::Rule(&codes::CARD_UNKNOWN))?;
            let after = match (row.state(now)?, row.state(now)?.after(change)) {
                (_, Some(after)) => after,
                (CardState::Expired, None) => return Err(Error::Rule(&codes::CARD_EXPIRED)),
                (_, None) => return Err(Error::Rule(&codes::CARD_CLOSED)),
            };
            let (action, touched) = match change {
                CardChange::Freeze => ("wallet.card_frozen", store::set_state(conn, row.id_carte, after)?),
                CardChange::Unfreeze => {
                    ("wallet.card_unfrozen", store::set_state(conn, row.id_carte, after)?)
                }
                CardChange::Close => ("wallet.card_closed", store::close(conn, row.id_carte)?),
                CardChange::Renew => {
                    let generation = row.generation + 1;
                    let number = self.draw(conn, id, generation)?;
                    let touched = store::renew(conn, row.id_carte, generation, &number, end_of_life(now))?;
                    ("wallet.card_renewed", touched)
                }
            };
            assert_one(touched)?;
            self.record(conn, actor, action, id, json!({}))?;
            self.card(conn, owner, id)
        })
    }

    /// The number of a card and its code now, for its owner. The caller has judged the PIN in the same request.
    ///
    /// # Errors
    /// `wallet.card_unknown`, `wallet.card_closed`; [`Error::Unreadable`]; those of the database.
    pub fn show(
        &self,
        conn: &mut PgConnection,
        (owner, id): (UserId, CardId),
        actor: &Actor,
    ) -> Result<ShownCard, Error> {
        conn.transaction(|conn| {
            let row = self.row(conn, owner, id)?;
            let number = self.number(&row)?;
            let (code, code_until) = code_at(&self.card_key(&row)?, self.wallets.clock.now());
            self.record(conn, actor, "wallet.card_shown", id, json!({}))?;
            Ok(ShownCard { number, code, code_until, expires_at: row.expire_le })
        })
    }

    /// Which card a number is; `None` where it is none.
    ///
    /// # Errors
    /// Those of the database.
    pub fn identify(&self, conn: &mut PgConnection, number: &CardNumber) -> Result<Option<CardId>, Error> {
        Ok(store::by_hash(conn, &self.hashes(number))?)
    }

    /// Seals numbers anew that another than the newest key has sealed, at most `limit`, and returns how many.
    ///
    /// # Errors
    /// [`Error::Unreadable`] where their key is no longer configured; those of the database.
    pub fn reseal(&self, conn: &mut PgConnection, limit: i64) -> Result<usize, Error> {
        conn.transaction(|conn| {
            let rows = store::lock_sealed_otherwise(conn, self.sealer.newest(), limit)?;
            for row in &rows {
                let number = CardNumber::parse(&self.number(row)?)?;
                let kept = self.keep(&number, row.public_id, row.generation)?;
                assert_one(store::reseal(conn, row.id_carte, &kept)?)?;
            }
            if !rows.is_empty() {
                let entry = audit::Entry {
                    actor: Actor::default(),
                    action: "wallet.cards_resealed",
                    object_kind: "key",
                    object_id: self.sealer.newest().to_owned(),
                    details: json!({ "cards": rows.len() }),
                    at: self.wallets.clock.now(),
                };
                audit::record(conn, &entry)?;
            }
            Ok(rows.len())
        })
    }

    /// The key of a card's codes: follows from that of its number, and is kept nowhere.
    pub(super) fn card_key(&self, row: &Row) -> Result<[u8; 32], Error> {
        let name = row.numero_cle.as_deref().ok_or(Error::Rule(&codes::CARD_CLOSED))?;
        let key = self.sealer.hash(name, &[b"codes"])?;
        Ok(keyed(&key, &[row.public_id.uuid().as_bytes(), &row.generation.to_be_bytes()]))
    }

    pub(super) fn row(&self, conn: &mut PgConnection, owner: UserId, id: CardId) -> Result<Row, Error> {
        store::of(conn, owner, id)?.ok_or(Error::Rule(&codes::CARD_UNKNOWN))
    }

    /// Takes a free place. Whoever makes two cards at once may find it taken: then the next one.
    fn place(&self, conn: &mut PgConnection, new: &New<'_>) -> Result<(), Error> {
        for _ in 0..MAX_CARDS {
            let taken = store::places(conn, new.owner)?;
            let free = (1..=MAX_CARDS).find(|place| !taken.contains(place));
            if store::insert(conn, new, free.ok_or(Error::Rule(&codes::CARD_TOO_MANY))?)? {
                return Ok(());
            }
        }
        Err(Error::Rule(&codes::CARD_TOO_MANY))
    }

    fn draw(&self, conn: &mut PgConnection, id: CardId, generation: i32) -> Result<Kept, Error> {
        for _ in 0..DRAWS {
            let number = CardNumber::draw(self.wallets.random.as_ref());
            if store::by_hash(conn, &self.hashes(&number))?.is_none() {
                return self.keep(&number, id, generation);
            }
        }
        Err(Error::Unreadable)
    }

    fn keep(&self, number: &CardNumber, id: CardId, generation: i32) -> Result<Kept, Error> {
        let digits = number.secret().expose_secret().as_bytes();
        let sealed = self.sealer.seal(self.wallets.random.as_ref(), &context(id, generation), digits)?;
        Ok(Kept {
            hash: self.sealer.hash(&sealed.key, &[b"numero", digits])?,
            sealed: sealed.bytes,
            key: sealed.key,
            last_four: number.last_four().to_owned(),
        })
    }

    fn number(&self, row: &Row) -> Result<Secret, Error> {
        let (Some(key), Some(bytes)) = (row.numero_cle.clone(), row.numero_chiffre.clone()) else {
            return Err(Error::Rule(&codes::CARD_CLOSED));
        };
        let digits = self.sealer.open(&context(row.public_id, row.generation), &Sealed { key, bytes })?;
        Ok(String::from_utf8(digits).map_err(|_| Error::Unreadable)?.into())
    }

    fn hashes(&self, number: &CardNumber) -> Vec<[u8; 32]> {
        self.sealer.hashes(&[b"numero", number.secret().expose_secret().as_bytes()])
    }

    fn record(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        action: &'static str,
        id: CardId,
        details: Value,
    ) -> Result<(), Error> {
        let entry = audit::Entry {
            actor: actor.clone(),
            action,
            object_kind: "card",
            object_id: id.to_string(),
            details,
            at: self.wallets.clock.now(),
        };
        Ok(audit::record(conn, &entry)?)
    }
}

/// What a sealed number is bound to: it opens in no other row, and no earlier number of the card in its place.
fn context(id: CardId, generation: i32) -> Vec<u8> {
    [b"carte".as_slice(), id.uuid().as_bytes(), &generation.to_be_bytes()].concat()
}

/// An update touched the row that was locked for it.
pub(super) fn assert_one(touched: usize) -> Result<(), Error> {
    if touched == 1 { Ok(()) } else { Err(diesel::result::Error::NotFound.into()) }
}
