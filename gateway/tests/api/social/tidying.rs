use super::publish;
use crate::{app::TestApp, auth::identity::picture};
use diesel::connection::SimpleConnection;
use hostolink_gateway::flows::tidying::erase_what_is_over;
use serde_json::json;
use std::time::Duration;

#[actix_web::test]
async fn case_69_a_publication_goes_with_its_files_or_not_at_all_and_waits_for_no_other_domain() {
    let app = TestApp::start();
    let awa = app.person("awa.menage@example.ci").await;
    let ticket = awa.post("/api/media", json!({"kind": "image"})).await;
    let id = ticket.expect(201).json["id"].as_str().unwrap().to_owned();
    awa.put_file(&format!("/api/media/{id}/content"), picture()).await.expect(200);
    let made = awa.post("/api/publications", json!({"text": "Bonjour", "mediaIds": [id]})).await;
    let path = format!("/api/publications/{}", made.expect(201).json["id"].as_str().unwrap());
    let kept = publish(&awa, "encore").await;
    awa.delete(&path).await.expect(204);
    app.clock.advance(Duration::from_secs(30 * 86_400 + 1));
    let states = "SELECT etat AS line FROM publication ORDER BY 1";
    // Its file can't be let go: neither goes.
    app.ask(|conn| conn.batch_execute("ALTER TABLE media RENAME TO ailleurs"));
    erase_what_is_over(app.state.clone()).await.unwrap_err();
    assert_eq!(app.lines(states), ["deleted", "visible"]);
    // What another domain can't do is its own matter.
    app.ask(|conn| {
        conn.batch_execute(
            "ALTER TABLE ailleurs RENAME TO media; ALTER TABLE notification RENAME TO ailleurs",
        )
    });
    erase_what_is_over(app.state.clone()).await.unwrap_err();
    assert_eq!(app.lines(states), ["visible"]);
    assert_eq!(app.lines("SELECT statut AS line FROM media"), ["a_supprimer"]);
    app.ask(|conn| conn.batch_execute("ALTER TABLE ailleurs RENAME TO notification"));
    erase_what_is_over(app.state.clone()).await.unwrap();
    assert_eq!(app.lines("SELECT public_id::text AS line FROM publication"), [kept]);
    app.stop().await;
}
