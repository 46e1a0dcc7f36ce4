use super::identity::picture;
use crate::app::TestApp;
use reqwest::Method;
use serde_json::json;

#[actix_web::test]
async fn a_photo_is_written_anew_shown_replaced_and_deleted() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let ticket = awa.post("/api/me/photo", json!({})).await;
    assert_eq!((&ticket.expect(200).json["method"], &ticket.json["confirm"]), (&json!("PUT"), &json!(false)));
    let first = awa.put_file("/api/me/photo", picture()).await;
    let url = first.expect(200).json["photo"].as_str().unwrap().to_owned();
    assert_eq!(awa.get("/api/me").await.json["photo"], url);
    let path = url.strip_prefix("http://localhost:3000").unwrap();
    let shown = app.anon().get(path).await;
    assert!(shown.expect(200).bytes.starts_with(&[0xFF, 0xD8, 0xFF]));
    assert_eq!(shown.headers["content-type"], "image/jpeg");
    let second = awa.put_file("/api/me/photo", picture()).await;
    let second = second.expect(200).json["photo"].as_str().unwrap().to_owned();
    app.anon().get(path).await.expect_problem(404, "not_found");
    awa.send(awa.request(Method::DELETE, "/api/me/photo")).await.expect(204);
    assert_eq!(awa.get("/api/me").await.json["photo"], json!(null));
    app.anon().get(second.strip_prefix("http://localhost:3000").unwrap()).await.expect(404);
    for name in ["..%2F..%2Fkeys%2Fcode.key", "%2Fetc%2Fpasswd", "x"] {
        app.anon().get(&format!("/media/{name}")).await.expect(404);
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_68_a_client_chooses_no_address() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let forged = json!({"publicId": "profils/x/y", "version": 1, "signature": "00"});
    awa.put("/api/me/photo", forged).await.expect_problem(422, "media.no_tickets");
    for body in
        [json!({}), json!({"photo": "https://evil.example/x.jpg"}), json!({"url": "javascript:alert(1)"})]
    {
        awa.put("/api/me/photo", body).await.expect_problem(400, "request.invalid_field");
    }
    awa.put_file("/api/me/photo", b"GIF89a".to_vec()).await.expect_problem(400, "media.not_a_picture");
    assert_eq!(awa.get("/api/me").await.json["photo"], json!(null));
    app.stop().await;
}
