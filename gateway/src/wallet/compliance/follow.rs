//! Who listens for compliance: new names are compared with lists, movements with rules.

use diesel::PgConnection;
use hostolink_auth::{Auth, CivilName, NAMED, PROVEN};
use hostolink_kernel::{AccountId, TransactionId, UserPublicId};
use hostolink_ledger::{Direction, POSTED, TransactionKind};
use hostolink_outbox::{Event, HandlerError};
use hostolink_wallet::{Moved, PersonName, Wallets};
use serde_json::Value;
use std::sync::Arc;

/// What leaves somebody for somebody else.
const WATCHED: [TransactionKind; 4] = [
    TransactionKind::Transfer,
    TransactionKind::QrPayment,
    TransactionKind::CashOut,
    TransactionKind::Capture,
];

/// What merchants and tills take.
const TAKEN: [TransactionKind; 2] = [TransactionKind::QrPayment, TransactionKind::Capture];

/// Has people compared with sanctions lists whose name is new. It is asked for: events name nobody.
pub(crate) fn names(
    auth: Arc<Auth>,
    wallets: Arc<Wallets>,
) -> impl Fn(&mut PgConnection, &[Event]) -> Result<(), HandlerError> + Send + Sync + 'static {
    move |conn, events| {
        let named: Vec<UserPublicId> = events
            .iter()
            .filter(|event| [NAMED, PROVEN].contains(&event.kind.as_str()))
            .map(|event| UserPublicId::new(event.subject))
            .collect();
        if !named.is_empty() {
            let people: Vec<PersonName> = auth.civil_names_of(conn, &named)?.iter().map(to_compare).collect();
            wallets.screen(conn, &people)?;
        }
        Ok(())
    }
}

/// Has payments looked at, each as of the moment it was made.
pub(crate) fn movements(
    wallets: Arc<Wallets>,
) -> impl Fn(&mut PgConnection, &[Event]) -> Result<(), HandlerError> + Send + Sync + 'static {
    move |conn, events| {
        let moved: Vec<Moved> = events.iter().filter(|event| event.kind == POSTED).flat_map(sides).collect();
        wallets.watch(conn, &moved)?;
        Ok(())
    }
}

/// The account that a payment left, and the one where a merchant may have taken it.
fn sides(event: &Event) -> impl Iterator<Item = Moved> {
    let kind = event.payload.get("kind").and_then(Value::as_str);
    let is = |kinds: &[TransactionKind]| kinds.iter().any(|known| Some(known.name()) == kind);
    let side = |name: &str, way| {
        let account: AccountId = event.payload.get(name)?.as_str()?.parse().ok()?;
        Some(Moved { account, way, transaction: TransactionId::new(event.subject), at: event.at })
    };
    let from = if is(&WATCHED) { side("from", Direction::Out) } else { None };
    let to = if is(&TAKEN) { side("to", Direction::In) } else { None };
    from.into_iter().chain(to)
}

/// Somebody as lists are compared with.
pub(crate) fn to_compare(name: &CivilName) -> PersonName {
    use chrono::Datelike as _;
    PersonName { person: name.user, name: name.whole(), birth_year: name.birth_date.map(|born| born.year()) }
}
