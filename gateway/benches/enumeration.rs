//! Does the time of an answer tell who is known? Asks a running development server for 500 known and 500 unknown
//! identifiers, in random order, one at a time, and prints the Mann–Whitney statistic of the two lots of answer times.
//!
//! `benches/enumeration.sh` builds the server, starts it, and runs this: `enumeration BASE_URL [samples]`. The server must trust
//! this machine as a proxy, so that each question may come from an address of its own, as phones' do.

#![expect(clippy::print_stdout, reason = "its figures are what the program is for")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench that can't be prepared stops")]

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::time::Instant;

const PASSWORD: &str = "MonMotDePasse123";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|text| !text.starts_with("--")).collect();
    let Some(base) = arguments.first() else {
        println!("usage: enumeration BASE_URL [samples]; benches/enumeration.sh does the rest");
        return;
    };
    let samples = arguments.get(1).map_or(500, |text| text.parse().unwrap());
    let bench = Bench { base: base.clone(), client: Client::builder().no_proxy().build().unwrap() };
    for n in 0..samples {
        bench.person(&known(n)).await;
    }
    println!("{samples} known and {samples} unknown identifiers in random order, one at a time; times in ms");
    println!(
        "{:<28} {:>9} {:>9} {:>9} {:>9} {:>11} {:>7} {:>7} {:>7}",
        "call", "known p50", "p95", "unkn. p50", "p95", "U", "z", "p", "P(k>u)"
    );
    bench
        .compare("generate-otp", "/api/generate-otp", samples, |identifier| json!({"identifier": identifier}))
        .await;
    let wrong = |identifier: &str| json!({"identifier": identifier, "password": "Un-autre-mot-de-passe-9"});
    bench.compare("verify-pin, wrong password", "/api/verify-pin", samples, wrong).await;
    let code = |identifier: &str| json!({"identifier": identifier, "otpCode": "000000"});
    bench.compare("verify-otp, wrong code", "/api/verify-otp", samples, code).await;
    bench
        .compare(
            "forgotten password",
            "/api/forgot-password",
            samples,
            |identifier| json!({"identifier": identifier}),
        )
        .await;
}

fn known(n: usize) -> String {
    format!("known{n:05}@example.ci")
}

struct Bench {
    base: String,
    client: Client,
}

impl Bench {
    /// Somebody with a proven mailbox and a password.
    async fn person(&self, identifier: &str) {
        let named = json!({"identifier": identifier});
        self.must("/api/register-user", &named).await;
        self.must("/api/define-password", &json!({"identifier": identifier, "password": PASSWORD})).await;
        self.must("/api/generate-otp", &named).await;
        let code = loop {
            let url = format!("{}/api/dev/outbox?recipient={identifier}", self.base);
            let messages: Value = self.client.get(url).send().await.unwrap().json().await.unwrap();
            let body = messages[0]["body"].as_str().unwrap_or_default();
            if let Some(code) = body.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6) {
                break code.to_owned();
            }
        };
        self.must("/api/verify-otp", &json!({"identifier": identifier, "otpCode": code})).await;
    }

    async fn must(&self, path: &str, body: &Value) {
        let (status, _) = self.post(path, body).await;
        assert!(status.is_success(), "{path}: {status}");
    }

    /// Posts from an address of its own; the status and the time in nanoseconds.
    async fn post(&self, path: &str, body: &Value) -> (StatusCode, u64) {
        let address = std::net::Ipv4Addr::from_bits(0x0A00_0000 | (random() & 0x00FF_FFFF));
        let request = self.client.post(format!("{}{path}", self.base)).json(body);
        let request = request.header("X-Forwarded-For", address.to_string()).build().unwrap();
        let began = Instant::now();
        let answer = self.client.execute(request).await.unwrap();
        let status = answer.status();
        answer.bytes().await.unwrap();
        (status, u64::try_from(began.elapsed().as_nanos()).unwrap())
    }

    async fn compare(&self, name: &str, path: &str, samples: usize, body: impl Fn(&str) -> Value) {
        let mut order: Vec<(bool, usize)> = (0..samples).flat_map(|n| [(true, n), (false, n)]).collect();
        for n in (1..order.len()).rev() {
            order.swap(n, random() as usize % (n + 1));
        }
        let (mut known_times, mut unknown_times) = (Vec::new(), Vec::new());
        let mut statuses = [None, None];
        for (is_known, n) in order {
            let identifier = if is_known { known(n) } else { format!("other{n:05}@example.ci") };
            let (status, time) = self.post(path, &body(&identifier)).await;
            if status == StatusCode::NOT_FOUND {
                println!("{name:<28} there is no {path} here");
                return;
            }
            let expected = statuses[usize::from(is_known)].get_or_insert(status);
            assert_eq!(*expected, status, "{name}: the status is not the same for all");
            if is_known { &mut known_times } else { &mut unknown_times }.push(time);
        }
        if statuses[0] != statuses[1] {
            panic!("{name}: the status tells who is known: {statuses:?}");
        }
        let test = MannWhitney::of(&known_times, &unknown_times);
        println!(
            "{name:<28} {:>9.3} {:>9.3} {:>9.3} {:>9.3} {:>11.0} {:>7.2} {:>7.3} {:>7.3}",
            quantile(&mut known_times, 50),
            quantile(&mut known_times, 95),
            quantile(&mut unknown_times, 50),
            quantile(&mut unknown_times, 95),
            test.u,
            test.z,
            test.p,
            test.u / (known_times.len() * unknown_times.len()) as f64,
        );
    }
}

/// H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically larger than the other",
/// 1947: do the two lots come from one distribution? With the normal approximation, good from 20 samples on.
struct MannWhitney {
    /// How many pairs have the first larger; ties count half.
    u: f64,
    z: f64,
    /// How likely as large a difference is by chance, on either side.
    p: f64,
}

impl MannWhitney {
    fn of(first: &[u64], second: &[u64]) -> Self {
        let mut all: Vec<(u64, bool)> =
            first.iter().map(|x| (*x, true)).chain(second.iter().map(|x| (*x, false))).collect();
        all.sort_unstable();
        let (n1, n2) = (first.len() as f64, second.len() as f64);
        let n = n1 + n2;
        let (mut ranks, mut ties, mut start) = (0.0, 0.0, 0);
        while start < all.len() {
            let equal = all[start..].iter().take_while(|(x, _)| *x == all[start].0).count();
            let rank = start as f64 + (equal as f64 + 1.0) / 2.0;
            ranks += rank * all[start..start + equal].iter().filter(|(_, is_first)| *is_first).count() as f64;
            ties += (equal as f64).powi(3) - equal as f64;
            start += equal;
        }
        let u = ranks - n1 * (n1 + 1.0) / 2.0;
        let deviation = (n1 * n2 / 12.0 * (n + 1.0 - ties / (n * (n - 1.0)))).sqrt();
        let z = (u - n1 * n2 / 2.0) / deviation;
        Self { u, z, p: two_sided(z) }
    }
}

/// The chance of a normal value as far out as `z`: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17; off by
/// 7.5e-8 at most.
fn two_sided(z: f64) -> f64 {
    let (x, t) = (z.abs(), 1.0 / (1.0 + 0.231_641_9 * z.abs()));
    let sum = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429]
        .iter()
        .rev()
        .fold(0.0, |sum, b| (sum + b) * t);
    2.0 * (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * sum
}

/// In milliseconds, of times in nanoseconds.
fn quantile(times: &mut [u64], percent: usize) -> f64 {
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100] as f64 / 1e6
}

/// Randomness for orders and addresses.
fn random() -> u32 {
    use hostolink_kernel::{Random, SystemRandom};
    SystemRandom.digits(9).parse::<u32>().unwrap().wrapping_mul(2_654_435_761)
}
