//! What answers before any handler does: the router, the matrix, the limits. All of it in this door's shape.

use crate::app::TestApp;

#[actix_web::test]
async fn what_is_not_there_is_refused_in_the_doors_shape() {
    let app = TestApp::start();
    let anon = app.anon();
    for path in ["/api/v1", "/api/v1/", "/api/v1/users", "/api/v1/users/nothing/", "/api/v1/admin/"] {
        anon.get(path).await.expect_refusal(404, "not_found");
    }
    anon.get("/api/v1/users?a=%00").await.expect_refusal(400, "request.invalid_text");
    // The neighbours keep theirs.
    anon.get("/api/v10/users").await.expect_problem(404, "not_found");
    anon.get("/api/me/").await.expect_problem(404, "not_found");
    app.stop().await;
}
