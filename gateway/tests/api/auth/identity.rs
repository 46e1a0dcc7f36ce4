//! Identity verification through the API: pictures, two reviewers, what the level changes.

use crate::app::{Answer, Caller, TestApp};
use image::{DynamicImage, ImageFormat, RgbImage};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use std::io::Cursor;

pub(crate) fn picture() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(RgbImage::new(320, 320)).write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

pub(crate) fn document(number: &str) -> Value {
    json!({
        "documentType": "national_id", "documentNumber": number, "lastName": "Koné", "firstName": "Awa",
        "birthDate": "1990-02-28", "expiresOn": "2031-06-30",
    })
}

const QUEUE: &str = "/api/admin/identity-verifications";

impl Caller {
    /// Sends a picture as the body.
    pub(crate) async fn put_file(&self, path: &str, file: Vec<u8>) -> Answer {
        self.send(self.request(Method::PUT, path).header("content-type", "image/png").body(file)).await
    }

    pub(crate) async fn put_identity_files(&self) {
        for kind in ["front", "back", "selfie"] {
            let path = format!("/api/identity-verification/files/{kind}");
            self.put_file(&path, picture()).await.expect(204);
        }
    }

    /// Sends everything, and answers the application's id as reviewers see it.
    pub(crate) async fn apply(&self, reviewer: &Caller, number: &str) -> String {
        self.put_identity_files().await;
        let submitted = self.post("/api/identity-verification", document(number)).await;
        assert_eq!(submitted.expect(200).json["state"], "submitted");
        let id = self.get("/api/me").await.json["id"].clone();
        let queue = reviewer.get(QUEUE).await;
        let items = queue.expect(200).json["items"].as_array().unwrap().clone();
        let mine = items.into_iter().find(|item| item["applicant"] == id).unwrap();
        mine["id"].as_str().unwrap().to_owned()
    }

    async fn judge(&self, id: &str, word: &str) -> Answer {
        let body = if word == "refuse" { json!({"reason": "unreadable"}) } else { json!({}) };
        self.post(&format!("{QUEUE}/{id}/{word}"), body).await
    }
}

impl TestApp {
    async fn reviewers(&self) -> (Caller, Caller) {
        (
            self.with_role("admin1@example.ci", "admin").await,
            self.with_role("admin2@example.ci", "admin").await,
        )
    }

    /// Hands out what happened, as the running program does twice a second.
    fn deliver(&self) {
        while self.state.database.run_here(|conn| self.state.events.run_once(conn)).unwrap().more {}
    }
}

#[actix_web::test]
async fn two_reviewers_lift_the_ceiling_and_time_lowers_it() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let (one, two) = app.reviewers().await;
    let own = awa.get("/api/identity-verification").await;
    assert_eq!((&own.json["level"], &own.json["state"]), (&json!(0), &json!("none")));
    assert_eq!(awa.get("/api/wallet").await.json["ceiling"], 200_000);

    let id = awa.apply(&one, "CI 001-234567").await;
    let seen = one.get(&format!("{QUEUE}/{id}")).await;
    assert_eq!(seen.expect(200).json["documentNumber"], "CI001234567");
    assert_eq!(seen.json["files"], json!(["front", "selfie", "back"]));
    let file = one.get(&format!("{QUEUE}/{id}/files/front")).await;
    assert!(file.expect(200).bytes.starts_with(&[0xFF, 0xD8, 0xFF]), "a JPEG, whatever came");
    assert_eq!(file.headers["cache-control"], "no-store");
    assert_eq!(file.headers["x-content-type-options"], "nosniff");
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"front.jpg\"");

    assert_eq!(one.judge(&id, "accept").await.expect(200).json["state"], "in_review");
    app.deliver();
    assert_eq!(awa.get("/api/wallet").await.json["ceiling"], 200_000, "one word is none");
    assert_eq!(two.judge(&id, "accept").await.expect(200).json["state"], "accepted");
    app.deliver();
    let own = awa.get("/api/identity-verification").await;
    assert_eq!((&own.json["level"], &own.json["state"]), (&json!(1), &json!("accepted")));
    assert_eq!(awa.get("/api/wallet").await.json["ceiling"], 2_000_000);
    let me = awa.get("/api/me").await;
    assert_eq!((&me.json["firstName"], &me.json["lastName"]), (&json!("Awa"), &json!("Koné")));
    assert_eq!(me.json["identityVerified"], true);
    let renamed = awa.patch("/api/me", json!({"lastName": "Orange Money"})).await;
    renamed.expect_problem(409, "auth.name_verified");
    awa.patch("/api/me", json!({"profession": "Couturière"})).await.expect(200);

    // The last day counts; the day after, it is over.
    let days = |to: &str| {
        let to: chrono::DateTime<chrono::Utc> = to.parse().unwrap();
        (to - hostolink_kernel::Clock::now(app.clock.as_ref())).to_std().unwrap()
    };
    app.clock.advance(days("2031-06-30T23:00:00Z"));
    assert_eq!(app.state.auth.expire_identities(&mut app.db.conn(), 100).unwrap(), 0);
    app.clock.advance(std::time::Duration::from_secs(7_200));
    assert_eq!(app.state.auth.expire_identities(&mut app.db.conn(), 100).unwrap(), 1);
    assert_eq!(app.state.auth.expire_identities(&mut app.db.conn(), 100).unwrap(), 0);
    app.deliver();
    let mut awa = awa;
    app.sign_in_by_code(&mut awa).await;
    let own = awa.get("/api/identity-verification").await;
    assert_eq!((&own.json["level"], &own.json["state"]), (&json!(0), &json!("expired")));
    assert_eq!(awa.get("/api/wallet").await.json["ceiling"], 200_000);
    app.stop().await;
}

#[actix_web::test]
async fn case_34_nobody_reviews_their_own_nor_twice_nor_without_the_permission() {
    let app = TestApp::start();
    let (one, two) = app.reviewers().await;
    let awa = app.person("awa@example.ci").await;
    let moderator = app.with_role("mod@example.ci", "moderator").await;
    let id = one.apply(&two, "CI1111111").await;
    // An administrator who applies is an applicant like another.
    one.judge(&id, "accept").await.expect_problem(403, "auth.identity_own");
    one.judge(&id, "refuse").await.expect_problem(403, "auth.identity_own");
    for other in [&awa, &moderator] {
        other.get(QUEUE).await.expect_problem(403, "auth.forbidden");
        other.get(&format!("{QUEUE}/{id}")).await.expect_problem(403, "auth.forbidden");
        other.get(&format!("{QUEUE}/{id}/files/selfie")).await.expect_problem(403, "auth.forbidden");
        other.judge(&id, "accept").await.expect_problem(403, "auth.forbidden");
    }
    app.anon().get(&format!("{QUEUE}/{id}/files/front")).await.expect_problem(401, "auth.required");
    two.judge(&id, "accept").await.expect(200);
    two.judge(&id, "accept").await.expect_problem(409, "auth.identity_second_reviewer");
    // A demoted reviewer's word counts no more, with the same token.
    let chief = app.superadmin().await;
    let two_id = two.get("/api/me").await.json["id"].as_str().unwrap().to_owned();
    chief.put(&format!("/api/users/{two_id}/role"), json!({"role": "user"})).await.expect(200);
    two.judge(&id, "refuse").await.expect_problem(403, "auth.forbidden");
    assert_eq!(chief.judge(&id, "accept").await.expect(200).json["state"], "accepted");
    chief.judge(&id, "refuse").await.expect_problem(409, "auth.identity_state");
    app.stop().await;
}

#[actix_web::test]
async fn case_34_guessed_ids_show_nothing_and_every_look_is_written_down() {
    let app = TestApp::start();
    let (one, two) = app.reviewers().await;
    let awa = app.person("awa@example.ci").await;
    awa.put_identity_files().await;
    let drafts = one.get(&format!("{QUEUE}?state=none")).await;
    assert_eq!(drafts.expect(200).json["items"], json!([]), "what is not submitted is the applicant's alone");
    let id = awa.apply(&one, "CI2222222").await;
    for guess in ["019a0000-0000-7000-8000-000000000000", "1", "..", "%2e%2e"] {
        one.get(&format!("{QUEUE}/{guess}/files/front")).await.expect_problem(404, "not_found");
        one.judge(guess, "accept").await.expect(404);
    }
    for kind in ["Front", "id", "..%2Ffront", "front.jpg"] {
        one.get(&format!("{QUEUE}/{id}/files/{kind}")).await.expect_problem(404, "not_found");
    }
    let looks = |app: &TestApp, answer: &Answer, action: &str| {
        let trace = answer.headers["x-request-id"].to_str().unwrap();
        let rows = hostolink_audit::records_of_trace(&mut app.db.conn(), trace).unwrap();
        rows.iter().filter(|row| row.action == action && row.object_id == id).count()
    };
    let file = two.get(&format!("{QUEUE}/{id}/files/selfie")).await;
    assert_eq!(looks(&app, &file, "auth.identity_file_seen"), 1);
    let seen = two.get(&format!("{QUEUE}/{id}")).await;
    assert_eq!(looks(&app, &seen, "auth.identity_seen"), 1);
    for state in ["submitted", "in_review", "accepted", "refused", "expired"] {
        one.get(&format!("{QUEUE}?state={state}")).await.expect(200);
    }
    one.get(&format!("{QUEUE}?state=brouillon")).await.expect_problem(400, "request.invalid_field");
    one.get(&format!("{QUEUE}?cursor=AAAA")).await.expect_problem(400, "request.invalid_cursor");
    app.stop().await;
}

#[actix_web::test]
async fn case_34_a_refused_person_applies_again_once_at_a_time() {
    let app = TestApp::start();
    let (one, two) = app.reviewers().await;
    let awa = app.person("awa@example.ci").await;
    let first = awa.apply(&one, "CI3333333").await;
    let path = "/api/identity-verification/files/front";
    awa.put_file(path, picture()).await.expect_problem(409, "auth.identity_under_review");
    let again = awa.post("/api/identity-verification", document("CI3333333")).await;
    again.expect_problem(409, "auth.identity_under_review");
    one.judge(&first, "accept").await.expect(200);
    assert_eq!(two.judge(&first, "refuse").await.expect(200).json["reason"], "unreadable");
    let own = awa.get("/api/identity-verification").await;
    assert_eq!((&own.json["state"], &own.json["reason"]), (&json!("refused"), &json!("unreadable")));
    let early = awa.post("/api/identity-verification", document("CI3333333")).await;
    early.expect_problem(409, "auth.identity_files_missing");
    // The pictures of the first application are not those of the second; two tries at once make one.
    awa.put_identity_files().await;
    let posts = (0..8).map(|_| awa.post("/api/identity-verification", document("CI3333333")));
    let answers = futures_util::future::join_all(posts).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| [200, 409].contains(&answer.status.as_u16())));
    let queue = one.get(QUEUE).await;
    let second = queue.json["items"][0]["id"].as_str().unwrap();
    assert_ne!(second, first);
    one.judge(&first, "accept").await.expect_problem(409, "auth.identity_state");
    app.stop().await;
}

#[actix_web::test]
async fn case_34_a_document_is_one_persons() {
    let app = TestApp::start();
    let (one, two) = app.reviewers().await;
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let (of_awa, of_koffi) = (awa.apply(&one, "CI4444444").await, koffi.apply(&one, "ci 444-4444").await);
    assert_eq!(one.get(&format!("{QUEUE}/{of_koffi}")).await.json["othersWithIt"], 1);
    for id in [&of_awa, &of_koffi] {
        one.judge(id, "accept").await.expect(200);
    }
    two.judge(&of_awa, "accept").await.expect(200);
    two.judge(&of_koffi, "accept").await.expect_problem(409, "auth.document_taken");
    assert_eq!(
        two.get(&format!("{QUEUE}/{of_koffi}")).await.json["state"],
        "in_review",
        "nothing of it stays"
    );
    assert_eq!(koffi.get("/api/identity-verification").await.json["level"], 0);
    awa.put_file("/api/identity-verification/files/front", picture())
        .await
        .expect_problem(409, "auth.identity_verified");
    app.stop().await;
}

#[actix_web::test]
async fn case_65_pictures_are_bounded_and_what_is_none_is_refused() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let path = "/api/identity-verification/files/front";
    let form = |name: &str, file: Vec<u8>| {
        let part =
            Part::bytes(file).file_name("../../etc/passwd\u{202e}gpj.html").mime_str("text/html").unwrap();
        Form::new().text("note", "before it").part(name.to_owned(), part)
    };
    let send = |form: Form| awa.send(awa.request(Method::PUT, path).multipart(form));
    send(form("file", picture())).await.expect(204);
    send(form("other", picture())).await.expect_problem(400, "request.invalid_field");
    send(form("file", b"<html>".to_vec())).await.expect_problem(400, "media.not_a_picture");
    send(form("file", vec![0; 5 * 1024 * 1024 + 1])).await.expect_problem(413, "request.too_large");
    for (file, code) in [
        (Vec::new(), "media.not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "media.not_a_picture"),
        (picture()[..100].to_vec(), "media.not_a_picture"),
    ] {
        awa.put_file(path, file).await.expect_problem(400, code);
    }
    let huge = awa.put_file(path, vec![0xFF; 6 * 1024 * 1024]).await;
    huge.expect_problem(413, "request.too_large");
    let broken = awa.request(Method::PUT, path).header("content-type", "multipart/form-data").body("x");
    awa.send(broken).await.expect_problem(400, "request.invalid_form");
    awa.put_file("/api/identity-verification/files/passport", picture())
        .await
        .expect_problem(404, "not_found");
    for wrong in [
        json!({}),
        json!({"documentType": "library_card"}),
        document("1"),
        json!({"documentType": "passport", "documentNumber": "CI5555555", "lastName": "K", "firstName": "A", "birthDate": "1990-02-30", "expiresOn": "2031-01-01"}),
        json!({"documentType": "passport", "documentNumber": "CI5555555", "lastName": "K", "firstName": "A", "birthDate": "1990-02-28", "expiresOn": "2020-01-01"}),
        json!({"documentType": "passport", "documentNumber": "CI5555555", "lastName": "K", "firstName": "A", "birthDate": "1990-02-28", "expiresOn": "2031-01-01", "state": "accepted"}),
    ] {
        awa.post("/api/identity-verification", wrong.clone()).await.expect(400);
    }
    let missing = awa.post("/api/identity-verification", document("CI5555555")).await;
    missing.expect_problem(409, "auth.identity_files_missing");
    app.stop().await;
}
