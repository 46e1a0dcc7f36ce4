//! Who among the numbers in somebody's phone is here.

use crate::app::{Caller, TestApp};
use serde_json::{Value, json};
use std::time::Duration;

const PATH: &str = "/api/contacts/match";

async fn want_to_be_found(caller: &Caller, wanted: bool) {
    let shown = json!({"sharesRead": true, "sharesPresence": true, "discoverable": wanted});
    caller.put("/api/messaging/preferences", shown).await.expect(200);
}

#[actix_web::test]
async fn who_wants_to_be_found_is_found_by_who_wants_it_too() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("+2250708091011").await, app.person("+2250102030405").await);
    let hidden = app.person("+2250505050505").await;
    let phones = json!({"phones": ["01 02 03 04 05", "05 05 05 05 05", "+225 07 08 09 10 11", "999", "pas un numéro", "07 00 00 00 00"]});
    awa.post(PATH, phones.clone()).await.expect_problem(409, "auth.not_discoverable");
    want_to_be_found(&awa, true).await;
    assert_eq!(awa.post(PATH, phones.clone()).await.expect(200).json["items"], json!([]));
    want_to_be_found(&koffi, true).await;
    let found = awa.post(PATH, phones.clone()).await.expect(200).json["items"].clone();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found[0]["phone"], "01 02 03 04 05");
    assert_eq!(found[0]["person"]["id"], koffi.get("/api/me").await.json["id"]);
    want_to_be_found(&koffi, false).await;
    assert_eq!(awa.post(PATH, phones).await.expect(200).json["items"], json!([]));
    hidden.get("/api/messaging/preferences").await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn case_83_no_list_of_numbers_is_harvested() {
    let app = TestApp::start();
    let mut awa = app.person("+2250708091011").await;
    want_to_be_found(&awa, true).await;
    let book = |from: usize, count: usize| -> Value {
        json!({"phones": (from..from + count).map(|n| format!("01{n:08}")).collect::<Vec<_>>()})
    };
    for phones in [json!({"phones": []}), book(0, 201), json!({"phones": "x"}), json!({})] {
        awa.post(PATH, phones).await.expect_problem(400, "request.invalid_field");
    }
    for turn in 0..5 {
        awa.post(PATH, book(turn * 200, 200)).await.expect(200);
    }
    let refused = awa.post(PATH, book(9_000, 1)).await;
    refused.expect_problem(429, "auth.too_many_attempts");
    assert!(refused.headers.contains_key("retry-after"));
    let kept = "SELECT objet AS line FROM essai WHERE encode(cle, 'escape') LIKE '%0100000001%'";
    assert_eq!(app.lines(kept), Vec::<String>::new(), "no number is kept");
    app.clock.advance(Duration::from_secs(86_401));
    app.sign_in_by_code(&mut awa).await;
    awa.post(PATH, book(0, 1)).await.expect(200);
    app.stop().await;
}
