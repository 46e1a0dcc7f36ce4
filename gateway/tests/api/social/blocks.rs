//! Case 56 and 57: who is blocked finds nothing, whatever they ask, and learns nothing.

use super::{id_of, ids, publish, say};
use crate::app::TestApp;
use serde_json::json;

#[actix_web::test]
async fn what_is_blocked_answers_like_what_does_not_exist() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa.block@example.ci").await, app.person("koffi.block@example.ci").await);
    let (awa_id, koffi_id) = (id_of(&awa).await, id_of(&koffi).await);
    awa.put("/api/social/profile", json!({"handle": "awa"})).await.expect(200);
    let id = publish(&awa, "Vaccination #santé").await;
    let own = publish(&koffi, "À moi").await;
    let said = say(&awa, &own, "bonjour").await;
    koffi.put(&format!("/api/people/{awa_id}/follow"), json!({})).await.expect(204);
    koffi.put(&format!("/api/publications/{id}/saves"), json!({})).await.expect(200);
    awa.put(&format!("/api/people/{koffi_id}/block"), json!({})).await.expect(204);

    let nothing = "019a0000-0000-7000-8000-000000000000";
    for (path, unknown) in [
        (format!("/api/publications/{id}"), format!("/api/publications/{nothing}")),
        (format!("/api/publications/{id}/likes"), format!("/api/publications/{nothing}/likes")),
        (format!("/api/publications/{id}/shares"), format!("/api/publications/{nothing}/shares")),
        (format!("/api/publications/{id}/comments"), format!("/api/publications/{nothing}/comments")),
        (format!("/api/publications/{id}/history"), format!("/api/publications/{nothing}/history")),
        (format!("/api/comments/{said}"), format!("/api/comments/{nothing}")),
        (format!("/api/comments/{said}/replies"), format!("/api/comments/{nothing}/replies")),
        (format!("/api/people/{awa_id}"), format!("/api/people/{nothing}")),
        (format!("/api/people/{awa_id}/publications"), format!("/api/people/{nothing}/publications")),
        (format!("/api/people/{awa_id}/followers"), format!("/api/people/{nothing}/followers")),
    ] {
        let (mut hidden, mut missing) = (koffi.get(&path).await, koffi.get(&unknown).await);
        assert_eq!(hidden.status.as_u16(), 404, "{path}: {}", hidden.json);
        for answer in [&mut hidden, &mut missing] {
            answer.json.as_object_mut().unwrap().remove("traceId");
        }
        assert_eq!(hidden.json, missing.json, "{path}");
    }
    for list in [
        "/api/feeds/recent",
        "/api/feeds/following",
        "/api/social/saved",
        "/api/social/search?q=vaccination",
        "/api/hashtags/sante",
        "/api/social/search/people?q=awa",
        &format!("/api/publications/{own}/comments"),
    ] {
        let seen = koffi.get(list).await;
        assert!(!seen.expect(200).json.to_string().contains(&awa_id), "{list}: {}", seen.json);
    }
    for (method, path, body) in [
        ("PUT", format!("/api/publications/{id}/likes"), json!({})),
        ("POST", format!("/api/publications/{id}/comments"), json!({"text": "moi"})),
        ("POST", format!("/api/publications/{id}/shares"), json!({})),
        ("PUT", format!("/api/people/{awa_id}/follow"), json!({})),
        ("POST", "/api/reports".to_owned(), json!({"publicationId": id, "reason": "spam"})),
    ] {
        let refused =
            if method == "PUT" { koffi.put(&path, body).await } else { koffi.post(&path, body).await };
        assert_eq!(refused.status.as_u16(), 404, "{method} {path}: {}", refused.json);
    }
    // Naming who blocked tells nobody.
    let named = koffi.post("/api/publications", json!({"text": "Salut @awa"})).await;
    assert_eq!(named.expect(201).json["mentions"], json!([]));
    assert_eq!(ids(&awa.get("/api/social/blocks").await), std::slice::from_ref(&koffi_id));
    awa.delete(&format!("/api/people/{koffi_id}/block")).await.expect(204);
    koffi.get(&format!("/api/publications/{id}")).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn who_leaves_takes_along_what_they_published() {
    let app = TestApp::start();
    let (awa, koffi) =
        (app.person("awa.leaves@example.ci").await, app.person("koffi.stays@example.ci").await);
    let id = publish(&awa, "Bonjour").await;
    let other = publish(&koffi, "Bonsoir").await;
    say(&awa, &other, "moi").await;
    awa.put(&format!("/api/publications/{other}/likes"), json!({})).await.expect(200);
    let user = app.lines(
        "SELECT id_user::text AS line FROM utilisateur WHERE email_normalise = 'awa.leaves@example.ci'",
    );
    let user = hostolink_kernel::UserId::new(user[0].parse().unwrap());
    hostolink_social::forget(&mut app.db.conn(), user).unwrap();
    koffi.get(&format!("/api/publications/{id}")).await.expect_problem(404, "social.publication_unknown");
    let left = koffi.get(&format!("/api/publications/{other}")).await;
    assert_eq!((&left.json["likes"], &left.json["comments"]), (&json!(0), &json!(0)));
    assert_eq!(hostolink_social::recount(&mut app.db.conn()).unwrap(), []);
    app.stop().await;
}
