//! `hostolink cards`.

use crate::{
    commands::{Failure, say},
    config::Config,
    startup::{self, Place},
};
use diesel::PgConnection;
use hostolink_wallet::Cards;

/// Cards at a time: their rows wait for it.
const AT_ONCE: i64 = 200;

/// Brings every card number under the newest key, beside a server that runs.
pub(super) fn reseal(config: &Config) -> Result<(), Failure> {
    let place = Place::visit(config)?;
    startup::migrate(&place.url, config)?;
    let cards = startup::cards(config)?;
    let mut conn = hostolink_database::connect(&place.url)?;
    let count = reseal_all(&cards, &mut conn)?;
    say(&format!("{count} card numbers were sealed anew; all are under the first key of CARD_KEY\n"))?;
    place.stop();
    Ok(())
}

fn reseal_all(cards: &Cards, conn: &mut PgConnection) -> Result<usize, Failure> {
    let mut count = 0;
    loop {
        match cards.reseal(conn, AT_ONCE)? {
            0 => return Ok(count),
            done => count += done,
        }
    }
}
