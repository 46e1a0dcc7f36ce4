//! What is too old goes, however much there is.

use super::{hear, key, publish};
use crate::app::TestApp;
use diesel::connection::SimpleConnection;
use hostolink_gateway::flows::tidying::erase_what_is_over;
use serde_json::json;
use std::time::Duration;

#[actix_web::test]
async fn more_than_one_slice_of_what_is_over_goes_in_one_turn() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let (to, by) = (key(&app, &awa).await, key(&app, &koffi).await);
    publish(&app, "social.liked", 1, json!({"by": by, "to": to}));
    hear(&app);
    let many = format!(
        "INSERT INTO notification (public_id, id_user, type, cle_groupe, cree_le, maj_le) \
         SELECT gen_random_uuid(), {to}, 'like', 'like:' || n, m.maj_le, m.maj_le \
         FROM generate_series(1, 10500) AS n, (SELECT maj_le FROM notification LIMIT 1) AS m"
    );
    app.ask(|conn| conn.batch_execute(&many));
    let left = || app.lines("SELECT count(*)::text AS line FROM notification");
    erase_what_is_over(app.state.clone()).await.unwrap();
    assert_eq!(left(), ["10501"], "they are young");
    app.clock.advance(Duration::from_secs(91 * 86_400));
    erase_what_is_over(app.state.clone()).await.unwrap();
    assert_eq!(left(), ["0"]);
    let badge =
        app.lines(&format!("SELECT non_lues::text AS line FROM boite_notification WHERE id_user = {to}"));
    assert_eq!(badge, ["0"]);
    app.stop().await;
}
