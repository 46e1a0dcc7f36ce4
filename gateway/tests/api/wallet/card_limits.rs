//! What a card's owner allows it, also when everybody asks at once.

use super::{
    Bank,
    card_payments::{CHARGE, address, available, sale, shop_and_awa},
    cards::Holder,
};
use crate::app::TestApp;
use serde_json::json;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

#[actix_web::test]
async fn limits_count_by_the_day_and_the_month_what_was_taken() {
    let app = TestApp::start();
    let limits = json!({"limits": {"daily": 1_000, "monthly": 1_500}});
    let (shop, awa) = shop_and_awa(&app, limits).await;
    let charge = async |amount: i64| {
        app.clock.advance(MINUTE);
        shop.pay(CHARGE, sale(&awa.show().await, amount)).await
    };
    let first = address(&charge(900).await);
    charge(101).await.expect_problem(422, "wallet.card_declined");
    // What is not taken counts no more.
    shop.pay(&format!("{first}/capture"), json!({"amount": 300})).await.expect(200);
    let second = address(&charge(700).await);
    charge(1).await.expect_problem(422, "wallet.card_declined");
    shop.pay(&format!("{second}/release"), json!({})).await.expect(200);
    address(&charge(700).await);

    // Tomorrow is another day, of the same month.
    app.clock.advance(Duration::from_secs(24 * 3_600));
    let (mut shop, awa) = (shop, awa.come_back(&app).await);
    app.sign_in_by_code(&mut shop).await;
    let charge = async |amount: i64| {
        app.clock.advance(MINUTE);
        shop.pay(CHARGE, sale(&awa.show().await, amount)).await
    };
    charge(501).await.expect_problem(422, "wallet.card_declined");
    charge(500).await.expect(201);
    let reasons = awa.get("/authorizations?limit=2").await.expect(200).json["items"].clone();
    assert_eq!(reasons[1]["declinedFor"], "monthly");
    app.stop().await;
}

#[actix_web::test]
async fn two_codes_at_once_do_not_cross_a_limit_together() {
    let app = TestApp::start();
    let bank = Bank::open(&app).await;
    for round in 0..6 {
        let app = &app;
        let shop = app.with_role(&format!("boutique{round}@example.ci"), "merchant").await;
        let limits = json!({"limits": {"daily": 1_000}});
        let awa = Holder::new(app, &bank, &format!("awa{round}@example.ci"), limits).await;
        // The code of the minute before counts too: two good ones at a time.
        let before = awa.show().await;
        app.clock.advance(MINUTE);
        let now = awa.show().await;
        let two = futures_util::future::join(
            shop.pay(CHARGE, sale(&before, 600)),
            shop.pay(CHARGE, sale(&now, 600)),
        );
        let (one, other) = two.await;
        let accepted = [&one, &other].iter().filter(|answer| answer.status == 201).count();
        assert_eq!(accepted, 1, "{} {}", one.json, other.json);
        assert_eq!(available(&awa).await, (10_000, 9_400));
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_card_for_one_use_pays_once() {
    let app = TestApp::start();
    let (shop, awa) = shop_and_awa(&app, json!({"singleUse": true})).await;
    let first = address(&shop.pay(CHARGE, sale(&awa.show().await, 100)).await);
    app.clock.advance(MINUTE);
    shop.pay(CHARGE, sale(&awa.show().await, 100)).await.expect_problem(422, "wallet.card_declined");
    // What was let go was no use.
    shop.pay(&format!("{first}/release"), json!({})).await.expect(200);
    let second = address(&shop.pay(CHARGE, sale(&awa.show().await, 100)).await);
    shop.pay(&format!("{second}/capture"), json!({})).await.expect(200);
    app.clock.advance(MINUTE);
    shop.pay(CHARGE, sale(&awa.show().await, 1)).await.expect_problem(422, "wallet.card_declined");
    assert_eq!(awa.get("/authorizations?limit=1").await.json["items"][0]["declinedFor"], "used-up");
    app.stop().await;
}

#[actix_web::test]
async fn a_locked_card_knows_one_merchant() {
    let app = TestApp::start();
    let (shop, awa) = shop_and_awa(&app, json!({"merchantLock": true})).await;
    let other = app.with_role("autre@example.ci", "merchant").await;
    // What came to nothing locks it to nobody.
    other.pay(CHARGE, sale(&awa.show().await, 50_000)).await.expect_problem(422, "wallet.card_declined");
    let first = address(&shop.pay(CHARGE, sale(&awa.show().await, 100)).await);
    shop.pay(&format!("{first}/capture"), json!({})).await.expect(200);
    assert!(awa.get("").await.expect(200).json["merchant"]["id"].is_string());
    app.clock.advance(MINUTE);
    let shown = awa.show().await;
    other.pay(CHARGE, sale(&shown, 100)).await.expect_problem(422, "wallet.card_declined");
    shop.pay(CHARGE, sale(&shown, 100)).await.expect(201);
    // Turned off and on again, it waits for another first one.
    for lock in [false, true] {
        let settings = json!({"merchantLock": lock});
        let set = awa.caller.put(&format!("{}/settings", awa.card), settings).await;
        assert_eq!(
            (&set.expect(200).json["merchantLock"], &set.json["merchant"]),
            (&json!(lock), &json!(null))
        );
    }
    app.clock.advance(MINUTE);
    other.pay(CHARGE, sale(&awa.show().await, 100)).await.expect(201);
    app.stop().await;
}

#[actix_web::test]
async fn what_was_promised_is_paid_although_the_card_was_closed_since() {
    let app = TestApp::start();
    let (shop, awa) = shop_and_awa(&app, json!({})).await;
    let place = address(&shop.pay(CHARGE, sale(&awa.show().await, 800)).await);
    awa.post("/close", json!({})).await.expect(200);
    shop.pay(&format!("{place}/capture"), json!({})).await.expect(200);
    assert_eq!(available(&awa).await, (9_200, 9_200));
    app.stop().await;
}
