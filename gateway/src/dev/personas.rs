//! People to try things with, on a developer's private cluster only. README.md names them.

use crate::{commands::Failure, state::State};
use actix_web::web::Data;
use diesel::PgConnection;
use hostolink_auth::{IdentityLevel, Password, Role};
use hostolink_kernel::{Identifier, UserId, Xof};
use hostolink_ledger::{Fingerprint, IdempotencyKey, Order};
use hostolink_wallet::{CashInCommand, FloatFundingCommand, ListFormat, ListSource, Wallets, Wish};

/// Everybody's password here.
const PASSWORD: &str = "MonMotDePasse123";

struct Persona {
    identifier: &'static str,
    first_name: &'static str,
    last_name: &'static str,
    role: Role,
    /// Whether two reviewers have seen a document, as it were.
    verified: bool,
}

const SUPERADMIN: Persona = Persona {
    identifier: "admin@hostolink.test",
    first_name: "Aya",
    last_name: "Kouassi",
    role: Role::Superadmin,
    verified: true,
};
const AGENT: Persona = Persona {
    identifier: "agent@hostolink.test",
    first_name: "Moussa",
    last_name: "Traoré",
    role: Role::Agent,
    verified: true,
};
const CUSTOMERS: [Persona; 2] = [
    Persona {
        identifier: "awa@hostolink.test",
        first_name: "Awa",
        last_name: "Koné",
        role: Role::User,
        verified: true,
    },
    Persona {
        identifier: "koffi@hostolink.test",
        first_name: "Koffi",
        last_name: "N'Guessan",
        role: Role::User,
        verified: false,
    },
];

/// What the agent starts with.
const FLOAT: i64 = 5_000_000;
/// What each customer starts with.
const BALANCE: i64 = 50_000;

/// A sanctions list with somebody who does not exist, to see what happens to who bears that name.
const SANCTIONS: &str = include_str!("sanctions.csv");

/// Makes them at the first start; later starts find them and change nothing.
pub(crate) async fn seed(state: &Data<State>) -> Result<(), Failure> {
    let hash = state.passwords.hash(Password::parse(&PASSWORD.into())?).await?;
    let superadmin = make(state, &SUPERADMIN, &hash).await?;
    let agent = make(state, &AGENT, &hash).await?;
    let fill =
        FloatFundingCommand { wish: wish(superadmin, "float", FLOAT)?, agent, amount: Xof::new(FLOAT)? };
    post(state, move |wallets, conn| wallets.prepare_float_funding(conn, fill)).await?;
    for persona in &CUSTOMERS {
        let to = make(state, persona, &hash).await?;
        let gift =
            CashInCommand { wish: wish(agent, persona.identifier, BALANCE)?, to, amount: Xof::new(BALANCE)? };
        post(state, move |wallets, conn| wallets.prepare_cash_in(conn, gift)).await?;
    }
    let (wallets, source) = (state.wallets.clone(), ListSource::parse("demo")?);
    let import = move |conn: &mut PgConnection| {
        wallets.import_list(conn, &source, ListFormat::Csv, SANCTIONS.as_bytes(), &mut |_| ())
    };
    state.database.run(import).await?;
    Ok(())
}

async fn make(
    state: &Data<State>,
    persona: &Persona,
    hash: &hostolink_auth::PasswordHash,
) -> Result<UserId, Failure> {
    let identifier = Identifier::parse(persona.identifier, &state.config.regions)?;
    let (auth, hash) = (state.auth.clone(), hash.clone());
    let (first, last, role) = (persona.first_name, persona.last_name, persona.role);
    let verified = persona.verified;
    let make = move |conn: &mut PgConnection| {
        let made = auth.create_proven_user(conn, &identifier, Some(first), Some(last), role, &hash)?;
        if made.1 && verified {
            auth.set_identity_level(conn, made.0, IdentityLevel::Verified)?;
        }
        Ok::<_, hostolink_auth::Error>(made.0)
    };
    Ok(state.database.run(make).await?)
}

/// The key makes it happen once, however often the server starts.
fn wish(actor: UserId, name: &str, amount: i64) -> Result<Wish, Failure> {
    let key = IdempotencyKey::parse(actor, &format!("persona-{name}"))?;
    Ok(Wish { key, fingerprint: Fingerprint::of("persona", &amount)? })
}

async fn post(
    state: &Data<State>,
    prepare: impl FnOnce(&Wallets, &mut PgConnection) -> Result<Order, hostolink_wallet::Error> + Send + 'static,
) -> Result<(), Failure> {
    let wallets = state.wallets.clone();
    let order = state.database.run(move |conn| prepare(&wallets, conn)).await?;
    state.writer.post(order).await?;
    Ok(())
}
