//! Who pays and who is paid.

use crate::{
    Load,
    http::{self, Connection},
    server::{Place, Server},
};
use diesel::{
    Connection as _, RunQueryDsl, sql_query,
    sql_types::{BigInt, Integer, Text},
};
use hostolink_kernel::{Clock, Random, SystemClock, SystemRandom, UserId, Xof};
use hostolink_ledger::{
    AccountKind, Action, Fingerprint, IdempotencyKey, Ledger, NewHolder, Order, Outcome, Reply,
};
use hostolink_wallet::Wallets;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

const RECEIVERS: usize = 100_000;
/// More than one payer can spend in a run, a franc a payment.
const FUNDS: i64 = 1_500_000;

/// Everybody, with what a phone would hold.
pub(crate) struct People {
    /// E-mail, refresh token and access token.
    payers: Vec<Payer>,
    /// Has no money.
    poor: Payer,
    /// Their printed codes. The first is the merchant's.
    receivers: Vec<String>,
    /// The payers' own codes.
    own: Vec<String>,
    /// Running sums of 1/rank, for Zipf's law.
    ranks: Vec<f64>,
}

#[derive(Debug, Clone, Default)]
struct Payer {
    email: String,
    refresh: String,
    access: String,
}

#[derive(diesel::QueryableByName)]
struct UserRow {
    #[diesel(sql_type = Integer)]
    id_user: UserId,
    #[diesel(sql_type = Text)]
    email: String,
}

impl People {
    /// Makes them: accounts, a printed code each, money for the payers.
    pub(crate) fn prepare(place: &Place, payers: usize) -> Self {
        let conn = &mut place.connect();
        // The tables begin empty: plans made then would read them whole for each of 100,000 accounts.
        sql_query("SET enable_seqscan = off").execute(conn).unwrap();
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let ledger = Ledger::new(clock.clone(), random.clone());
        let wallets = Wallets::new(ledger.clone(), clock, random);
        let people: Vec<UserRow> = sql_query(
            "INSERT INTO utilisateur (nom, email, email_normalise, email_prouve_le)
             SELECT 'Banc', adresse, adresse, now()
             FROM (SELECT 'banc' || n || '@example.ci' AS adresse FROM generate_series(1, $1) n) a
             RETURNING id_user, email",
        )
        .bind::<BigInt, _>(i64::try_from(RECEIVERS + payers + 2).unwrap())
        .load(conn)
        .unwrap();
        let mut made = conn
            .transaction(|conn| {
                let mut made = Vec::with_capacity(people.len());
                for person in people {
                    let holder =
                        ledger.open_holder(conn, &NewHolder { owner: person.id_user, ceiling: None })?;
                    let account = ledger.open_account(conn, holder.id, AccountKind::Main)?;
                    let code = wallets.own_code(conn, person.id_user)?;
                    made.push((person, holder.id, account.id, code.payload));
                }
                Ok::<_, hostolink_wallet::Error>(made)
            })
            .unwrap();
        // Their ceiling is two million francs, and so is what may leave in a day: more than a run moves.
        sql_query("INSERT INTO niveau_kyc (id_user, niveau, depuis) SELECT id_user, 'identifie', now() FROM utilisateur ON CONFLICT DO NOTHING")
            .execute(conn)
            .unwrap();
        sql_query("ANALYZE").execute(conn).unwrap();

        let (agent, agent_holder, ..) = made.pop().unwrap();
        let (poor, ..) = made.pop().unwrap();
        let paying = made.split_off(RECEIVERS);
        let float = ledger.open_account(conn, agent_holder, AccountKind::Float).unwrap().id;
        let mut orders = vec![Action::FundFloat {
            float,
            amount: Xof::new(FUNDS * i64::try_from(payers).unwrap()).unwrap(),
        }];
        orders.extend(paying.iter().map(|(_, _, to, _)| Action::CashIn {
            float,
            to: *to,
            amount: Xof::new(FUNDS).unwrap(),
        }));
        let orders: Vec<Order> = orders.into_iter().map(|action| order(agent.id_user, action)).collect();
        let replies = ledger.post(conn, &orders).unwrap();
        assert!(
            replies.iter().all(|reply| matches!(reply, Reply::Done { outcome: Outcome::Accepted(_), .. }))
        );

        let payer = |person: &UserRow| Payer { email: person.email.clone(), ..Payer::default() };
        let mut sum = 0.0;
        let ranks = (1..=RECEIVERS).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        Self {
            payers: paying.iter().map(|(person, ..)| payer(person)).collect(),
            poor: payer(&poor),
            own: paying.into_iter().map(|(.., code)| code).collect(),
            receivers: made.into_iter().map(|(.., code)| code).collect(),
            ranks: ranks.collect(),
        }
    }

    pub(crate) fn receivers(&self) -> usize {
        self.receivers.len()
    }

    /// Gives each payer a token that lasts: by a one-time code the `first` time, by their refresh token later.
    pub(crate) async fn sign_in(&mut self, server: &Server, first: bool) {
        let mut connection = Connection::open(server).await;
        for payer in self.payers.iter_mut().chain([&mut self.poor]) {
            let answer = if first {
                let email = &payer.email;
                let ask = format!(r#"{{"identifier":"{email}"}}"#);
                connection.json(&http::post("/api/generate-otp", &[], &ask)).await;
                let code = code(&mut connection, email).await;
                let proof = format!(r#"{{"identifier":"{email}","otpCode":"{code}"}}"#);
                connection.json(&http::post("/api/verify-otp", &[], &proof)).await
            } else {
                let body = format!(r#"{{"refreshToken":"{}"}}"#, payer.refresh);
                connection.json(&http::post("/api/refresh-token", &[], &body)).await
            };
            let text = |name: &str| {
                answer[name]
                    .as_str()
                    .unwrap_or_else(|| panic!("{} is not signed in: {answer}", payer.email))
                    .to_owned()
            };
            (payer.access, payer.refresh) = (text("accessToken"), text("refreshToken"));
        }
    }

    /// What the phone of one payer sends for its `number`th payment of a run.
    pub(crate) fn payment(&self, load: Load, run: Uuid, payer: usize, number: u64) -> Vec<u8> {
        let draw = |below: usize| {
            let mut bytes = [0; 8];
            SystemRandom.fill(&mut bytes);
            usize::try_from(u64::from_le_bytes(bytes) % below as u64).unwrap()
        };
        let mut paying = &self.payers[payer];
        let mut key = format!("{run}-{payer}-{number}");
        let to = match load {
            Load::Hot => &self.receivers[0],
            Load::Uniform => &self.receivers[draw(self.receivers.len())],
            Load::Zipf => {
                let at = draw(1 << 53) as f64 / (1_u64 << 53) as f64 * self.ranks[self.ranks.len() - 1];
                &self.receivers[self.ranks.partition_point(|sum| *sum < at)]
            }
            Load::Crossing => {
                paying = &self.payers[payer % 2];
                &self.own[(payer + 1) % 2]
            }
            Load::Mixed => {
                match number % 100 {
                    20 | 40 | 60 | 80 | 99 => paying = &self.poor,
                    // A phone that lost the answer to the one before.
                    30 | 70 => key = format!("{run}-{payer}-{}", number - 1),
                    _ => {}
                }
                &self.receivers[0]
            }
        };
        let bearer = format!("Bearer {}", paying.access);
        let headers = [("Authorization", bearer.as_str()), ("Idempotency-Key", key.as_str())];
        http::post("/api/wallet/transfers", &headers, &format!(r#"{{"qr":"{to}","amount":1}}"#))
    }
}

/// The newest code sent to somebody. Messages leave behind the answer's back.
async fn code(connection: &mut Connection, email: &str) -> String {
    loop {
        let messages = connection.json(&http::get(&format!("/api/dev/outbox?recipient={email}"))).await;
        if let Some(body) = messages[0]["body"].as_str() {
            return body.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).unwrap().to_owned();
        }
        assert!(matches!(messages, Value::Array(_)), "{messages}");
    }
}

fn order(actor: UserId, action: Action) -> Order {
    let now = SystemClock.now();
    Order {
        key: IdempotencyKey::parse(actor, &SystemRandom.uuid(now).to_string()).unwrap(),
        fingerprint: Fingerprint::of("bench", &action.amount().map(Xof::francs)).unwrap(),
        action,
        charges: Vec::new(),
        caps: Vec::new(),
        once: None,
        note: None,
        event_at: now,
    }
}
