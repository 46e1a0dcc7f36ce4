use crate::{
    app::{Answer, Caller, TestApp},
    audit::expect_one_row,
    auth::identity::picture,
};
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};
use std::{collections::BTreeSet, io::Cursor, time::Duration};

const MEDIA: &str = "/api/media";

pub(super) async fn logged(app: &TestApp, seen: &mut BTreeSet<String>) {
    let awa = app.person("aya.media@example.ci").await;
    let ticket = awa.post(MEDIA, json!({"kind": "image"})).await;
    expect_one_row(app, "POST /api/media", &ticket, seen);
    let id = ticket.json["id"].as_str().unwrap();
    let uploaded = awa.put_file(&format!("{MEDIA}/{id}/content"), picture()).await;
    expect_one_row(app, "PUT /api/media/{id}/content", &uploaded, seen);
    let removed = awa.delete(&format!("{MEDIA}/{id}")).await;
    expect_one_row(app, "DELETE /api/media/{id}", &removed, seen);
}

/// The id of a new ticket.
async fn ticket(caller: &Caller, kind: &str) -> String {
    let ticket = caller.post(MEDIA, json!({"kind": kind})).await;
    ticket.expect(201).json["id"].as_str().unwrap().to_owned()
}

async fn upload(caller: &Caller, id: &str, file: Vec<u8>) -> Answer {
    caller.put_file(&format!("{MEDIA}/{id}/content"), file).await
}

/// What an address of the development store shows.
async fn shown(app: &TestApp, url: &Value) -> Answer {
    let path = url.as_str().unwrap().strip_prefix("http://localhost:3000").unwrap().to_owned();
    app.anon().get(&path).await
}

/// A photo as a telephone makes it: with the place where it was taken.
fn photo() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let colour = |place: u32| u8::try_from(place % 200).unwrap();
    let image = RgbImage::from_fn(2_000, 1_000, |x, y| image::Rgb([colour(x), colour(y), 40]));
    DynamicImage::ImageRgb8(image).write_to(&mut file, ImageFormat::Jpeg).unwrap();
    let file = file.into_inner();
    let exif = b"Exif\0\0MM\0*\0\0\0\x08GPSLatitude 5.3600 GPSLongitude -4.0083";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&file[..2], &[0xFF, 0xE1], &length, exif, &file[2..]].concat()
}

/// Frames of AAC at 16 kHz: 64 milliseconds each.
fn voice(frames: usize) -> Vec<u8> {
    let header = [0xFF, 0xF1, 0x60, 0x40, 0x05, 0xFF, 0xFC];
    [&header[..], &[0x21; 40]].concat()[..].repeat(frames)
}

fn has(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|part| part == text)
}

#[actix_web::test]
async fn case_65_a_photo_is_made_small_twice_and_loses_the_place() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let ticket = awa.post(MEDIA, json!({"kind": "image"})).await;
    assert_eq!(
        (&ticket.expect(201).json["method"], &ticket.json["maxBytes"]),
        (&json!("PUT"), &json!(5_242_880))
    );
    let id = ticket.json["id"].as_str().unwrap().to_owned();
    assert_eq!(ticket.json["uploadUrl"], format!("http://localhost:3000{MEDIA}/{id}/content"));
    awa.get(&format!("{MEDIA}/{id}")).await.expect_problem(404, "media.unknown");
    assert!(has(&photo(), b"GPSLatitude"));
    let uploaded = upload(&awa, &id, photo()).await;
    let media = &uploaded.expect(200).json;
    assert_eq!(
        (&media["width"], &media["height"], &media["kind"]),
        (&json!(1_600), &json!(800), &json!("image"))
    );
    assert_eq!(media["blurhash"].as_str().unwrap().len(), 28);
    assert!(media.get("durationMs").is_none());
    let (large, small) = (shown(&app, &media["url"]).await, shown(&app, &media["thumbnailUrl"]).await);
    for file in [&large, &small] {
        assert_eq!(file.expect(200).headers["content-type"], "image/jpeg");
        assert!(!has(&file.bytes, b"GPSLatitude") && !has(&file.bytes, b"Exif"));
    }
    assert!(small.bytes.len() < large.bytes.len());
    assert_eq!(media["bytes"], large.bytes.len() + small.bytes.len());
    assert_eq!(awa.get(&format!("{MEDIA}/{id}")).await.expect(200).json, *media);
    let koffi = app.person("koffi@example.ci").await;
    koffi.get(&format!("{MEDIA}/{id}")).await.expect_problem(404, "media.unknown");
    koffi.delete(&format!("{MEDIA}/{id}")).await.expect_problem(404, "media.unknown");
    app.stop().await;
}

#[actix_web::test]
async fn a_voice_note_is_sound_and_two_minutes_at_most() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let id = ticket(&awa, "voice").await;
    let uploaded = upload(&awa, &id, voice(125)).await;
    let media = &uploaded.expect(200).json;
    assert_eq!((&media["durationMs"], &media["mediaType"]), (&json!(8_000), &json!("audio/aac")));
    let file = shown(&app, &media["url"]).await;
    assert_eq!(
        (file.expect(200).bytes.clone(), &file.headers["content-type"]),
        (voice(125), &"audio/aac".parse().unwrap())
    );
    let id = ticket(&awa, "voice").await;
    upload(&awa, &id, voice(1_876)).await.expect_problem(400, "media.too_long");
    let id = ticket(&awa, "voice").await;
    upload(&awa, &id, picture()).await.expect_problem(400, "media.not_a_voice");
    let id = ticket(&awa, "image").await;
    upload(&awa, &id, voice(10)).await.expect_problem(400, "media.not_a_picture");
    app.stop().await;
}

#[actix_web::test]
async fn case_66_a_ticket_takes_one_file_of_its_owners() {
    let app = TestApp::start();
    let (awa, koffi) = (app.person("awa@example.ci").await, app.person("koffi@example.ci").await);
    let id = ticket(&awa, "image").await;
    upload(&koffi, &id, picture()).await.expect_problem(404, "media.ticket_unknown");
    upload(&app.anon(), &id, picture()).await.expect_problem(401, "auth.required");
    let both = futures_util::future::join(upload(&awa, &id, picture()), upload(&awa, &id, picture())).await;
    let mut codes = [both.0.status.as_u16(), both.1.status.as_u16()];
    codes.sort_unstable();
    assert_eq!(codes, [200, 404], "of two at once one is taken");
    let spoilt = ticket(&awa, "image").await;
    for file in [b"<svg onload=alert(1)>".to_vec(), picture()] {
        let answer = upload(&awa, &spoilt, file.clone()).await;
        let first = file.starts_with(b"<svg");
        answer.expect_problem(
            if first { 400 } else { 404 },
            if first { "media.not_a_picture" } else { "media.ticket_unknown" },
        );
    }
    let (mut awa, late) = (awa.clone(), ticket(&awa, "image").await);
    app.clock.advance(Duration::from_secs(3_601));
    app.come_back(&mut awa).await;
    upload(&awa, &late, picture()).await.expect_problem(404, "media.ticket_unknown");
    for body in
        [json!({}), json!({"kind": "video"}), json!({"kind": 1}), json!({"kind": "image", "url": "x"})]
    {
        awa.post(MEDIA, body).await.expect_problem(400, "request.invalid_field");
    }
    app.stop().await;
}

#[actix_web::test]
async fn case_65_what_is_no_picture_is_told_by_its_bytes() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let mut truncated = picture();
    truncated.truncate(60);
    for file in [
        Vec::new(),
        b"GIF89a\x01\0\x01\0".to_vec(),
        b"<!doctype html><script>alert(1)</script>".to_vec(),
        b"PK\x03\x04../../etc/passwd".to_vec(),
        truncated,
    ] {
        let id = ticket(&awa, "image").await;
        upload(&awa, &id, file).await.expect_problem(400, "media.not_a_picture");
    }
    let id = ticket(&awa, "image").await;
    let large = vec![0xFF; 5 * 1024 * 1024 + 1];
    assert_eq!(upload(&awa, &id, large).await.status.as_u16(), 413);
    upload(&awa, &id, picture()).await.expect(200);
    app.stop().await;
}

#[actix_web::test]
async fn case_69_what_nobody_shows_leaves_the_store() {
    let app = TestApp::start();
    let awa = app.person("awa@example.ci").await;
    let id = ticket(&awa, "image").await;
    let media = upload(&awa, &id, picture()).await.expect(200).json.clone();
    shown(&app, &media["url"]).await.expect(200);
    awa.delete(&format!("{MEDIA}/{id}")).await.expect(204);
    awa.get(&format!("{MEDIA}/{id}")).await.expect_problem(404, "media.unknown");
    hostolink_gateway::media::sweep(app.state.clone()).await.unwrap();
    for url in [&media["url"], &media["thumbnailUrl"]] {
        shown(&app, url).await.expect(404);
    }
    assert_eq!(app.lines("SELECT statut AS line FROM media"), ["supprime"]);
    app.stop().await;
}

#[actix_web::test]
async fn without_a_store_the_ticket_stays_good() {
    let app = TestApp::start_with(|config| {
        // ImgBB takes no sound, and this address is nobody's to ask.
        config.media.imgbb = Some("no-key".into());
    });
    let awa = app.person("awa@example.ci").await;
    let id = ticket(&awa, "voice").await;
    upload(&awa, &id, voice(10)).await.expect_problem(503, "media.no_voices");
    assert_eq!(app.lines("SELECT statut AS line FROM media"), ["attendu"]);
    app.stop().await;
}
