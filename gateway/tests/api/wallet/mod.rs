//! Money, from the outside.

mod adjustments;
mod agents;
pub(crate) mod bulk;
mod card_limits;
mod card_payments;
pub(crate) mod cards;
pub(crate) mod compliance;
mod contacts;
mod events;
mod limits;
pub(crate) mod merchants;
pub(crate) mod office;
mod period;
pub(crate) mod pots;
mod qr;
mod recalls;
mod receipts;
mod requests;
mod scheduled;
mod selling;
mod statement;
mod transfers;

use crate::app::{Caller, TestApp};
use serde_json::{Value, json};

/// A superadmin who fills the float of an agent who gives: where money comes from.
pub(super) struct Bank {
    pub(super) superadmin: Caller,
    pub(super) agent: Caller,
}

impl Bank {
    pub(super) async fn open(app: &TestApp) -> Self {
        let bank = Self { superadmin: app.superadmin().await, agent: app.agent().await };
        bank.superadmin
            .pay("/api/admin/floats", json!({"agent": bank.agent.identifier, "amount": 5_000_000}))
            .await
            .expect(201);
        bank
    }

    pub(super) async fn give(&self, to: &Caller, amount: i64) {
        self.agent
            .pay("/api/agent/cash-ins", json!({"to": to.identifier, "amount": amount}))
            .await
            .expect(201);
    }
}

pub(crate) async fn balance(caller: &Caller) -> i64 {
    caller.get("/api/wallet").await.expect(200).json["balance"].as_i64().unwrap()
}

/// The newest line of the caller's statement.
pub(super) async fn latest(caller: &Caller) -> Value {
    caller.get("/api/wallet/transactions").await.expect(200).json["items"][0].clone()
}

/// Awa with 10 000 F, Koffi with nothing.
pub(crate) async fn awa_and_koffi(app: &TestApp) -> (Caller, Caller) {
    let bank = Bank::open(app).await;
    let (awa, koffi) = (app.person("+2250708091011").await, app.person("koffi@example.ci").await);
    bank.give(&awa, 10_000).await;
    (awa, koffi)
}
