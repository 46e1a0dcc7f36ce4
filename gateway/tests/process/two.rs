//! Two processes on one database.

use crate::program::{Caller, Program, client, code, command, folder, post};
use hostolink_test_support::TestDb;
use serde_json::{Value, json};

/// Runs all at once.
pub(crate) async fn all<T>(
    futures: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T>
where
    T: Send + 'static,
{
    let tasks: Vec<_> = futures.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

pub(crate) struct Two {
    _folder: tempfile::TempDir,
    pub(crate) db: TestDb,
    programs: [Program; 2],
}

impl Two {
    pub(crate) fn start() -> Self {
        let (folder, db) = (folder(), TestDb::new());
        let programs =
            [Program::start_on(folder.path(), db.url()), Program::start_on(folder.path(), db.url())];
        Self { _folder: folder, db, programs }
    }

    pub(crate) fn base(&self, index: usize) -> String {
        self.programs[index % 2].base.clone()
    }

    /// Ends both in order.
    pub(crate) fn stop(self) {
        for program in self.programs {
            assert!(program.terminate().success());
        }
    }

    /// Two people with money, by the agent's way.
    pub(crate) async fn people(&self) -> [Caller; 2] {
        let superadmin = self.with_role("chef@example.ci", "superadmin").await;
        let agent = self.with_role("agent@example.ci", "agent").await;
        let base = self.base(0);
        let people = [
            Caller::register(&base, "awa@example.ci").await,
            Caller::register(&base, "koffi@example.ci").await,
        ];
        let float = json!({"agent": agent.identifier, "amount": 200_000});
        assert_eq!(
            superadmin.try_pay(&base, "/api/admin/floats", "fill-float", &float).await.unwrap().0,
            201
        );
        for person in &people {
            let cash = json!({"to": person.identifier, "amount": 100_000});
            let key = format!("cash-{}", person.identifier);
            assert_eq!(agent.try_pay(&base, "/api/agent/cash-ins", &key, &cash).await.unwrap().0, 201);
        }
        people
    }

    async fn with_role(&self, identifier: &str, role: &str) -> Caller {
        Caller::register(&self.base(0), identifier).await;
        let promote =
            format!("UPDATE utilisateur SET role = '{role}' WHERE email_normalise = '{identifier}'");
        diesel::RunQueryDsl::execute(diesel::sql_query(promote), &mut self.db.conn()).unwrap();
        Caller::sign_in(&self.base(0), identifier).await
    }

    fn verify(&self) {
        let output = command(self._folder.path())
            .env("DATABASE_URL", self.db.url())
            .env("APP_ENV", "development")
            .args(["ledger", "verify"])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn case_03_two_hundred_parallel_wrong_codes_are_five_tries() {
    let two = Two::start();
    let client = client();
    let identifier = "awa@example.ci";
    post(&client, &two.base(0), "/api/register-user", json!({"identifier": identifier})).await;
    let right = code(&client, &two.base(0), identifier).await;
    let wrong = (0..1_000_000).map(|n| format!("{n:06}")).filter(|code| *code != right);
    let guesses = wrong.take(200).enumerate().map(|(index, code)| {
        let (client, base) = (client.clone(), two.base(index));
        async move {
            post(&client, &base, "/api/verify-otp", json!({"identifier": "awa@example.ci", "otpCode": code}))
                .await
        }
    });
    let answers = all(guesses).await;
    assert!(answers.iter().all(|(status, _)| status.is_client_error()), "{answers:?}");
    // After five tries the right code is worth nothing either.
    let (status, answer) =
        post(&client, &two.base(1), "/api/verify-otp", json!({"identifier": identifier, "otpCode": right}))
            .await;
    assert!(status.is_client_error(), "{status} {answer}");
    let evaluated: i64 = count(&two.db, "SELECT COALESCE(max(tentatives), 0)::bigint AS n FROM otp");
    assert_eq!(evaluated, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_identical_transfers_have_one_effect() {
    let two = Two::start();
    let [awa, koffi] = two.people().await;
    let body = json!({"to": koffi.identifier, "amount": 700});
    let tries = (0..50).map(|index| {
        let (awa, base, body) = (awa.clone(), two.base(index), body.clone());
        async move { awa.try_pay(&base, "/api/wallet/transfers", "the-same-key", &body).await.unwrap() }
    });
    let answers = all(tries).await;
    assert!(answers.iter().all(|(status, _)| *status == 201), "{answers:?}");
    let ids: std::collections::BTreeSet<String> =
        answers.iter().map(|(_, json)| json["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "one transaction for all");
    assert_eq!(awa.balance(&two.base(0)).await, 99_300);
    assert_eq!(koffi.balance(&two.base(1)).await, 100_700);
    let other = awa
        .try_pay(
            &two.base(1),
            "/api/wallet/transfers",
            "the-same-key",
            &json!({"to": koffi.identifier, "amount": 701}),
        )
        .await;
    let (status, problem) = other.unwrap();
    assert_eq!((status, &problem["code"]), (422, &json!("request.idempotency_key_reused")));
    two.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn crossing_transfers_neither_lock_up_nor_lose_a_franc() {
    let two = Two::start();
    let people = two.people().await;
    let transfers = (0..400).map(|index| {
        let (from, to) = (people[index % 2].clone(), people[(index + 1) % 2].identifier.clone());
        let base = two.base(index / 2);
        async move {
            let body = json!({"to": to, "amount": 1 + index % 7});
            from.try_pay(&base, "/api/wallet/transfers", &format!("crossing-{index}"), &body).await.unwrap()
        }
    });
    let answers: Vec<(u16, Value)> = all(transfers).await;
    assert!(
        answers.iter().all(|(status, _)| *status == 201),
        "{:?}",
        answers.iter().find(|(status, _)| *status != 201)
    );
    let total = people[0].balance(&two.base(0)).await + people[1].balance(&two.base(1)).await;
    assert_eq!(total, 200_000);
    two.verify();
}

pub(crate) fn count(db: &TestDb, query: &str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    diesel::RunQueryDsl::get_result::<Count>(diesel::sql_query(query), &mut db.conn()).unwrap().n
}
