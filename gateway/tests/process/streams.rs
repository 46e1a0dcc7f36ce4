//! Streams of two programs on one database, as their background tells them.

use crate::two::Two;
use serde_json::json;
use std::time::{Duration, Instant};

/// Reads until a text has come; what was read.
async fn until(response: &mut reqwest::Response, text: &str) -> String {
    let mut read = String::new();
    while !read.contains(text) {
        let chunk = response.chunk().await.unwrap().unwrap_or_else(|| panic!("it ended after {read}"));
        read.push_str(&String::from_utf8_lossy(&chunk));
    }
    read
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_on_one_is_heard_on_the_other_and_a_stop_ends_the_streams() {
    let two = Two::start();
    let [awa, koffi] = two.people().await;
    let mut heard = koffi.listen(&two.base(1), "/api/wallet/events", None).await;
    until(&mut heard, "id: 1\n\n").await;
    let paid = Instant::now();
    let body = json!({"to": koffi.identifier, "amount": 700});
    assert_eq!(
        awa.try_pay(&two.base(0), "/api/wallet/transfers", "to-be-heard", &body).await.unwrap().0,
        201
    );
    let event = until(&mut heard, "\"amount\":700").await;
    assert!(event.contains("id: 2\nevent: transaction\ndata: {"), "{event}");
    // A pulse comes after fifteen seconds: this was quicker.
    assert!(paid.elapsed() < Duration::from_secs(10), "{:?}", paid.elapsed());
    let mut again = koffi.listen(&two.base(0), "/api/wallet/events", Some("1")).await;
    until(&mut again, "\"amount\":700").await;
    let asked = Instant::now();
    two.stop();
    // The servers would wait twenty-five seconds for what is under way.
    assert!(asked.elapsed() < Duration::from_secs(15), "{:?}", asked.elapsed());
    for mut stream in [heard, again] {
        while stream.chunk().await.unwrap().is_some() {}
    }
}
