//! Two hundred guesses at once on two processes: no more are looked at than one process would.

use crate::{
    program::{Caller, client, post},
    two::{Two, all, count},
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Instant;

const EMAIL: &str = "awa@example.ci";
const PASSWORD: &str = "MonMotDePasse123";

impl Two {
    /// Sends two hundred bodies at once, to each process in turn.
    async fn guess(&self, path: &'static str, body: impl Fn(usize) -> Value) -> Vec<(StatusCode, Value)> {
        let client = client();
        let guesses: Vec<_> = (0..200)
            .map(|n| {
                let (client, base, body) = (client.clone(), self.base(n), body(n));
                async move { post(&client, &base, path, body).await }
            })
            .collect();
        let answers = all(guesses).await;
        // Looked at and wrong, too many of them, or no place in the queue: nothing else.
        let expected = [401, 429, 503];
        assert!(answers.iter().all(|(status, _)| expected.contains(&status.as_u16())), "{answers:?}");
        answers
    }

    /// Somebody signed in by a code, with a password.
    async fn person(&self) -> Caller {
        let (client, base) = (client(), self.base(0));
        post(&client, &base, "/api/register-user", json!({"identifier": EMAIL})).await;
        let defined = json!({"identifier": EMAIL, "password": PASSWORD});
        assert_eq!(post(&client, &base, "/api/define-password", defined).await.0, 200);
        Caller::sign_in(&base, EMAIL).await
    }

    fn tries(&self, counter: &str) -> i64 {
        let sum =
            format!("SELECT COALESCE(sum(nombre), 0)::bigint AS n FROM essai WHERE objet = '{counter}'");
        count(&self.db, &sum)
    }
}

/// How many were answered with one of these codes.
fn answered(answers: &[(StatusCode, Value)], codes: &[&str]) -> usize {
    answers.iter().filter(|(_, answer)| codes.iter().any(|code| answer["code"] == *code)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn case_03_two_hundred_parallel_wrong_passwords_are_five_tries() {
    let two = Two::start();
    two.person().await;
    let guess = |n: usize| json!({"identifier": EMAIL, "password": format!("Un-autre-mot-{n}")});
    let began = Instant::now();
    let answers = two.guess("/api/verify-pin", guess).await;
    let looked_at = answered(&answers, &["auth.credentials_invalid"]);
    // Five are free; while they were hashed, waits of 1 s, 2 s, 4 s… may have passed, one try each.
    let passed = usize::try_from((began.elapsed().as_secs() + 1).ilog2()).unwrap();
    assert!((5..=5 + passed).contains(&looked_at), "{looked_at} of 200 in {:?}", began.elapsed());
    assert_eq!(two.tries("mots_de_passe"), i64::try_from(looked_at).unwrap(), "as many as were counted");
}

#[tokio::test(flavor = "multi_thread")]
async fn case_26_two_hundred_parallel_wrong_reset_tokens_are_a_hundred_tries() {
    let two = Two::start();
    let asked = post(&client(), &two.base(0), "/api/forgot-password", json!({"identifier": EMAIL})).await;
    assert_eq!(asked.0, 200, "{}", asked.1);
    let answers = two
        .guess("/api/reset-password", |n| json!({"token": format!("{n:043}"), "password": PASSWORD}))
        .await;
    let looked_at = answered(&answers, &["auth.reset_invalid"]);
    assert!((1..=100).contains(&looked_at), "{looked_at}");
    assert_eq!(
        two.tries("ip_reinitialisations"),
        i64::try_from(looked_at).unwrap(),
        "as many as were counted"
    );
}
