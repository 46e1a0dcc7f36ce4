//! Themes and conversations: who is in them, who sees them, who may what.

use super::{drawn, group, id_of, pair, read, say};
use crate::app::{PASSWORD, TestApp};
use serde_json::json;

#[actix_web::test]
async fn a_theme_is_found_joined_moderated_and_left() {
    let app = TestApp::start();
    let admin = app.with_role("admin@example.ci", "admin").await;
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let new =
        |title: &str| json!({"title": title, "category": "money", "description": "Tontines et épargne."});
    awa.post("/api/themes", new("À moi")).await.expect_problem(403, "auth.forbidden");
    let opened = admin.post("/api/themes", new("Épargner ensemble")).await;
    assert_eq!(opened.expect(201).json["own"]["role"], "owner");
    let id = opened.json["id"].as_str().unwrap();
    let (theme, room) = (format!("/api/themes/{id}"), format!("/api/conversations/{id}"));
    let found = awa.get("/api/themes?search=EPARGNER&category=money&limit=1").await;
    assert_eq!(found.expect(200).json["items"][0]["title"], "Épargner ensemble");
    assert_eq!(awa.get("/api/themes?category=health").await.expect(200).json["items"], json!([]));
    awa.get("/api/themes?category=love").await.expect_problem(400, "request.invalid_field");
    say(&admin, &room, "bienvenue").await.expect(201);
    // Who is not in it neither reads nor writes there.
    for path in
        [room.clone(), format!("{room}/messages"), format!("{room}/members"), format!("{room}/markers")]
    {
        awa.get(&path).await.expect_problem(404, "messaging.conversation_unknown");
    }
    say(&awa, &room, "moi").await.expect_problem(404, "messaging.conversation_unknown");
    let joined = awa.post(&format!("{theme}/join"), json!({})).await;
    assert_eq!(joined.expect(200).json["members"], 2);
    assert_eq!(read(&awa, &room).await, [json!("bienvenue")]);
    awa.patch(&theme, json!({"open": false})).await.expect_problem(403, "messaging.role_required");
    admin.patch(&theme, json!({"slowSeconds": 60})).await.expect(200);
    say(&awa, &room, "un").await.expect(201);
    let slow = say(&awa, &room, "deux").await;
    slow.expect_problem(429, "messaging.slow_down");
    assert_eq!(slow.headers["retry-after"], "60");
    let away = json!({"person": id_of(&awa).await, "ban": true});
    koffi
        .post(&format!("{room}/members/removal"), away.clone())
        .await
        .expect_problem(404, "messaging.conversation_unknown");
    admin.post(&format!("{room}/members/removal"), away).await.expect(204);
    awa.get(&room).await.expect_problem(404, "messaging.conversation_unknown");
    awa.post(&format!("{theme}/join"), json!({})).await.expect_problem(403, "messaging.banned");
    admin.patch(&theme, json!({"open": false})).await.expect(200);
    koffi.post(&format!("{theme}/join"), json!({})).await.expect_problem(409, "messaging.closed");
    let member = admin.get(&format!("{room}/members")).await;
    assert_eq!(member.expect(200).json["items"].as_array().unwrap().len(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn a_group_is_made_filled_and_handed_over() {
    let app = TestApp::start();
    let mut people = Vec::new();
    for name in ["awa", "koffi", "yao", "aya"] {
        people.push(app.person(&format!("{name}@example.ci")).await);
    }
    let [awa, koffi, yao, aya] = &people[..] else { unreachable!() };
    let room = group(awa, &[koffi, yao]).await;
    say(awa, &room, "avant").await.expect(201);
    koffi
        .post(&format!("{room}/members"), json!({"people": [id_of(aya).await]}))
        .await
        .expect_problem(403, "messaging.role_required");
    awa.post(&format!("{room}/members"), json!({"people": [id_of(aya).await]})).await.expect(204);
    assert_eq!(read(aya, &room).await, [] as [serde_json::Value; 0]);
    let nobody = json!({"people": [drawn()]});
    awa.post(&format!("{room}/members"), nobody.clone())
        .await
        .expect_problem(404, "messaging.person_unknown");
    // Whose conversation it is comes before who others are.
    app.person("autre@example.ci")
        .await
        .post(&format!("{room}/members"), nobody)
        .await
        .expect_problem(404, "messaging.conversation_unknown");
    awa.put(&format!("{room}/members/role"), json!({"person": id_of(koffi).await, "role": "owner"}))
        .await
        .expect(204);
    awa.put(&room, json!({"title": "Encore"})).await.expect(200);
    yao.put(&room, json!({"title": "Non"})).await.expect_problem(403, "messaging.role_required");
    koffi.post(&format!("{room}/leave"), json!({})).await.expect(204);
    let members = yao.get(&format!("{room}/members")).await.expect(200).json["items"].clone();
    let owners: Vec<_> = members.as_array().unwrap().iter().filter(|one| one["role"] == "owner").collect();
    assert_eq!((owners.len(), &owners[0]["person"]["id"]), (1, &json!(id_of(awa).await)));
    let conversations = yao.get("/api/conversations?search=encore").await;
    assert_eq!(conversations.expect(200).json["items"][0]["lastMessage"]["text"], "avant");
    app.stop().await;
}

#[actix_web::test]
async fn case_40_nothing_of_others_is_in_what_is_shown() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("+2250708091011").await);
    let room = pair(&awa, &koffi).await;
    say(&koffi, &room, "bonjour").await.expect(201);
    for path in [
        room.clone(),
        format!("{room}/messages"),
        format!("{room}/members"),
        format!("{room}/markers"),
        "/api/conversations".to_owned(),
    ] {
        let text = String::from_utf8(awa.get(&path).await.expect(200).bytes.clone()).unwrap();
        for secret in ["0708091011", "+225", "10 11", "example.ci", "idUser", "id_user"] {
            assert!(!text.contains(secret), "{path} shows {secret}: {text}");
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn who_signed_in_by_a_password_alone_reads_and_does_not_write() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let room = pair(&awa, &koffi).await;
    let mut other = app.anon();
    let body = json!({"identifier": awa.identifier, "password": PASSWORD});
    other.token = app.anon().post("/api/verify-pin", body).await.expect(200).json["accessToken"]
        .as_str()
        .map(str::to_owned);
    other.get(&room).await.expect(200);
    say(&other, &room, "non").await.expect_problem(403, "auth.step_up_required");
    app.stop().await;
}

#[actix_web::test]
async fn who_is_about_to_leave_is_sent_away_like_others() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let room = group(&awa, &[&koffi]).await;
    let away = json!({"person": id_of(&koffi).await});
    let role = json!({"person": id_of(&koffi).await, "role": "moderator"});
    koffi.post("/api/me/deletion", json!({})).await.expect(202);
    awa.put(&format!("{room}/members/role"), role).await.expect(204);
    let path = format!("{room}/members/removal");
    awa.post(&path, json!({"person": drawn()})).await.expect_problem(404, "messaging.person_unknown");
    awa.post(&path, away).await.expect(204);
    let members = awa.get(&format!("{room}/members")).await;
    assert_eq!(members.expect(200).json["items"].as_array().unwrap().len(), 1);
    app.stop().await;
}

#[actix_web::test]
async fn moderators_of_the_house_keep_order_in_themes() {
    let app = TestApp::start();
    let admin = app.with_role("admin@example.ci", "admin").await;
    let house = app.with_role("moderatrice@example.ci", "moderator").await;
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let new = json!({"title": "Épargner", "category": "money", "description": "Tontines."});
    let id = admin.post("/api/themes", new).await.expect(201).json["id"].as_str().unwrap().to_owned();
    let room = format!("/api/conversations/{id}");
    awa.post(&format!("/api/themes/{id}/join"), json!({})).await.expect(200);
    let said = say(&awa, &room, "une arnaque").await.expect(201).json["id"].as_str().unwrap().to_owned();
    let message = format!("/api/messages/{said}?for=all");
    koffi.delete(&message).await.expect_problem(404, "messaging.message_unknown");
    house.delete(&message).await.expect(204);
    assert_eq!(read(&admin, &room).await, [serde_json::Value::Null]);
    let away = json!({"person": id_of(&awa).await, "ban": true});
    house.post(&format!("{room}/members/removal"), away.clone()).await.expect(204);
    awa.post(&format!("/api/themes/{id}/join"), json!({})).await.expect_problem(403, "messaging.banned");
    // What people say among themselves is not theirs to order.
    let (group, own) = (group(&awa, &[&koffi]).await, say(&awa, &pair(&awa, &koffi).await, "à toi").await);
    house
        .post(&format!("{group}/members/removal"), away)
        .await
        .expect_problem(404, "messaging.conversation_unknown");
    let own = format!("/api/messages/{}?for=all", own.expect(201).json["id"].as_str().unwrap());
    house.delete(&own).await.expect_problem(404, "messaging.message_unknown");
    app.stop().await;
}

#[actix_web::test]
async fn who_is_under_a_sanction_says_nothing_to_others() {
    let app = TestApp::start();
    let admin = app.with_role("admin@example.ci", "admin").await;
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let (room, groups) = (pair(&awa, &koffi).await, group(&awa, &[&koffi]).await);
    let new = json!({"title": "Épargner", "category": "money", "description": "Tontines."});
    let id = admin.post("/api/themes", new).await.expect(201).json["id"].as_str().unwrap().to_owned();
    let (theme, join) = (format!("/api/conversations/{id}"), format!("/api/themes/{id}/join"));
    let retry = json!({"clientId": drawn(), "text": "avant"});
    awa.post(&join, json!({})).await.expect(200);
    let mine = awa.post(&format!("{room}/messages"), retry.clone()).await.expect(201).json["id"].clone();
    let mine = format!("/api/messages/{}", mine.as_str().unwrap());
    let sanction = |measure: &str, until: &str| {
        let sanction = diesel::sql_query(format!(
            "INSERT INTO sanction (public_id, id_user, degre, motif, cree_le, expire_le) \
             SELECT gen_random_uuid(), id_user, '{measure}', 'fraud', now(), {until} FROM utilisateur WHERE email_normalise = 'awa@example.ci'"
        ));
        app.ask(|conn| diesel::RunQueryDsl::execute(sanction, conn));
    };
    sanction("silence", "'2999-01-01'");
    say(&awa, &theme, "à tous").await.expect_problem(403, "social.sanctioned");
    say(&awa, &room, "à toi").await.expect(201);
    sanction("ban", "NULL");
    say(&awa, &room, "à toi").await.expect_problem(403, "social.sanctioned");
    awa.post(&format!("{room}/messages"), retry).await.expect(200);
    let person = json!({"person": id_of(&admin).await});
    awa.post("/api/conversations", person).await.expect_problem(403, "social.sanctioned");
    let people = json!({"people": [id_of(&admin).await]});
    awa.post(&format!("{groups}/members"), people).await.expect_problem(403, "social.sanctioned");
    awa.post(&join, json!({})).await.expect_problem(403, "social.sanctioned");
    awa.put(&mine, json!({"text": "autre"})).await.expect_problem(403, "social.sanctioned");
    let sign = json!({"sign": "👍"});
    awa.put(&format!("{mine}/reactions"), sign).await.expect_problem(403, "social.sanctioned");
    say(&koffi, &room, "je lis encore").await.expect(201);
    assert_eq!(read(&awa, &room).await.len(), 3, "they read");
    awa.delete(&format!("{mine}?for=all")).await.expect(204);
    app.stop().await;
}
