//! The stores against HTTP servers that speak their contract.
#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and shows where")]

use hostolink_kernel::{Clock, SystemRandom};
use hostolink_media::{
    Cloudinary, CloudinarySettings, Error, Folder, Imgbb, MediaStore, Owner, Picture, Reply, Size, Voice,
};
use hostolink_test_support::FakeClock;
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::json;
use sha1::{Digest, Sha1};
use std::{collections::BTreeMap, io::Cursor, sync::Arc, time::Duration};
use uuid::Uuid;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers};

const OWNER: Owner = Owner(Uuid::from_u128(7));
const SECRET: &str = "secret_of_the_tests";

fn picture() -> Picture {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(RgbImage::new(64, 64)).write_to(&mut file, ImageFormat::Png).unwrap();
    Picture::read(&file.into_inner(), Size::Profile).unwrap()
}

/// Ten frames of AAC at 16 kHz.
fn voice() -> Voice {
    let frame = [&[0xFF, 0xF1, 0x60, 0x40, 0x05, 0xFF, 0xFC][..], &[0x21; 40]].concat();
    Voice::read(&frame.repeat(10)).unwrap()
}

fn cloudinary(api: &str, clock: &FakeClock) -> Cloudinary {
    let settings = CloudinarySettings {
        url: format!("cloudinary://1234:{SECRET}@demo").into(),
        api: api.to_owned(),
        timeout: Duration::from_secs(5),
    };
    Cloudinary::try_new(&settings, Arc::new(clock.clone()), Arc::new(SystemRandom)).unwrap()
}

/// The text fields of a multipart body, and whether a file came.
fn form(request: &Request) -> (BTreeMap<String, String>, bool) {
    let body = String::from_utf8_lossy(&request.body);
    let boundary = request.headers["content-type"].to_str().unwrap().split("boundary=").nth(1).unwrap();
    let mut fields = BTreeMap::new();
    let mut file = false;
    for part in body.split(&format!("--{boundary}")) {
        let Some((head, value)) = part.split_once("\r\n\r\n") else { continue };
        let name = head.split("name=\"").nth(1).unwrap().split('"').next().unwrap();
        if head.contains("filename=") {
            file = true;
        } else {
            fields.insert(name.to_owned(), value.trim_end_matches("\r\n").to_owned());
        }
    }
    (fields, file)
}

fn hash(text: &str) -> String {
    hex::encode(Sha1::digest(text))
}

/// Cloudinary as its documentation describes it: the signature is over every parameter but these, sorted.
fn expected_signature(fields: &BTreeMap<String, String>) -> String {
    let signed: Vec<_> = fields
        .iter()
        .filter(|(name, _)| {
            !["signature", "api_key", "file", "cloud_name", "resource_type"].contains(&name.as_str())
        })
        .map(|(name, value)| format!("{name}={value}").replace('&', "%26"))
        .collect();
    hash(&(signed.join("&") + SECRET))
}

fn reply_for(public_id: &str, version: u64) -> Reply {
    let signature = hash(&format!("public_id={public_id}&version={version}{SECRET}"));
    Reply { public_id: public_id.to_owned(), version, signature }
}

struct CloudinaryServer {
    now: i64,
}

impl Respond for CloudinaryServer {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let (fields, file) = form(request);
        let age = self.now - fields["timestamp"].parse::<i64>().unwrap();
        if fields["signature"] != expected_signature(&fields) || !(0..=3_600).contains(&age) {
            return ResponseTemplate::new(401)
                .set_body_json(json!({"error": {"message": "Invalid Signature"}}));
        }
        if request.url.path().ends_with("/destroy") {
            return ResponseTemplate::new(200).set_body_json(json!({"result": "ok"}));
        }
        assert!(file, "an upload has a file");
        let reply = reply_for(&fields["public_id"], 1_700_000_000);
        ResponseTemplate::new(200).set_body_json(json!({
            "public_id": reply.public_id, "version": reply.version, "signature": reply.signature,
            "format": "jpg", "resource_type": "image", "secure_url": "https://evil.example/elsewhere.jpg",
        }))
    }
}

async fn server(clock: &FakeClock) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(matchers::method("POST"))
        .and(matchers::path_regex("^/v1_1/demo/(image|video)/(upload|destroy)$"))
        .respond_with(CloudinaryServer { now: clock.now().timestamp() })
        .mount(&server)
        .await;
    server
}

#[tokio::test]
async fn cloudinary_takes_what_we_sign_and_the_address_is_ours() {
    let clock = FakeClock::new();
    let server = server(&clock).await;
    let store = cloudinary(&server.uri(), &clock);
    let stored = store.put(OWNER, &picture()).await.unwrap();
    let prefix = format!("https://res.cloudinary.com/demo/image/upload/v1700000000/profils/{}/", OWNER.0);
    assert!(stored.url.starts_with(&prefix) && stored.url.ends_with(".jpg"), "{}", stored.url);
    store.delete(&stored.url).await.unwrap();
    let calls = server.received_requests().await.unwrap();
    let (deleted, _) = form(&calls[1]);
    assert!(stored.url.contains(&deleted["public_id"]));
    for other in
        ["https://res.cloudinary.com/other/image/upload/v1/profils/x.jpg", "https://example.ci/a.jpg", ""]
    {
        store.delete(other).await.unwrap();
    }
    assert_eq!(server.received_requests().await.unwrap().len(), 2, "what is another's is left alone");
}

#[tokio::test]
async fn cloudinary_keeps_sound_among_its_videos_and_imgbb_takes_none() {
    let clock = FakeClock::new();
    let server = server(&clock).await;
    let store = cloudinary(&server.uri(), &clock);
    let stored = store.put_voice(OWNER, &voice()).await.unwrap();
    let prefix = format!("https://res.cloudinary.com/demo/video/upload/v1700000000/profils/{}/", OWNER.0);
    assert!(stored.url.starts_with(&prefix) && stored.url.ends_with(".aac"), "{}", stored.url);
    store.delete(&stored.url).await.unwrap();
    let calls = server.received_requests().await.unwrap();
    let paths: Vec<&str> = calls.iter().map(|call| call.url.path()).collect();
    assert_eq!(paths, ["/v1_1/demo/video/upload", "/v1_1/demo/video/destroy"]);
    let imgbb = Imgbb::try_new("key".into(), "http://127.0.0.1:1", Duration::from_secs(5)).unwrap();
    assert_eq!(imgbb.put_voice(OWNER, &voice()).await, Err(Error::NoVoices));
}

#[tokio::test]
async fn case_66_a_ticket_can_be_used_as_it_is_and_for_an_hour_only() {
    let clock = FakeClock::new();
    let store = cloudinary("https://api.cloudinary.com", &clock);
    let ticket = store.ticket(OWNER).unwrap();
    assert_eq!(ticket.url, "https://api.cloudinary.com/v1_1/demo/image/upload");
    assert_eq!(ticket.expires_at, clock.now() + chrono::Duration::hours(1));
    let fields: BTreeMap<String, String> =
        ticket.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    assert!(!format!("{ticket:?}").contains(SECRET) && !format!("{store:?}").contains(SECRET));
    assert_eq!(fields["signature"], expected_signature(&fields));
    for name in ["public_id", "overwrite", "allowed_formats", "format", "transformation", "timestamp"] {
        let mut altered = fields.clone();
        altered.insert(name.to_owned(), "1".to_owned());
        assert_ne!(altered["signature"], expected_signature(&altered), "{name} is signed");
    }
    let again = store.ticket(OWNER).unwrap();
    assert_ne!(ticket.fields, again.fields, "each is for one picture");
}

#[tokio::test]
async fn case_68_an_upload_of_somebody_else_is_not_mine() {
    let store = cloudinary("https://api.cloudinary.com", &FakeClock::new());
    let name = Uuid::from_u128(1);
    let mine = reply_for(&format!("profils/{}/{name}", OWNER.0), 5);
    assert!(store.confirm(OWNER, &mine).is_ok());
    let forged = [
        Reply { signature: hash("something else"), ..mine.clone() },
        Reply { signature: String::new(), ..mine.clone() },
        Reply { version: 6, ..mine.clone() },
        reply_for(&format!("profils/{}/{name}", Uuid::from_u128(8)), 5),
        reply_for(&format!("profils/{}/../{name}", OWNER.0), 5),
        reply_for("sample", 5),
    ];
    for reply in forged {
        assert_eq!(store.confirm(OWNER, &reply), Err(Error::ReplyInvalid), "{reply:?}");
    }
}

#[tokio::test]
async fn case_86_a_store_that_fails_is_an_answer() {
    let clock = FakeClock::new();
    for template in [
        ResponseTemplate::new(500),
        ResponseTemplate::new(401),
        ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:1/"),
        ResponseTemplate::new(200).set_body_string("garbage"),
        ResponseTemplate::new(200).set_body_json(json!({"public_id": "a", "version": 1, "signature": "b"})),
        ResponseTemplate::new(200)
            .set_body_json(json!({"success": true, "data": {"url": "https://evil.example/a"}})),
        ResponseTemplate::new(200)
            .set_body_json(json!({"success": false, "data": {"url": "https://i.ibb.co/a"}})),
        ResponseTemplate::new(200).set_body_bytes(vec![b' '; 100_000]),
    ] {
        let server = MockServer::start().await;
        Mock::given(matchers::any()).respond_with(template).mount(&server).await;
        let stored = cloudinary(&server.uri(), &clock).put(OWNER, &picture()).await;
        assert!(matches!(stored, Err(Error::Store(_) | Error::ReplyInvalid)), "{stored:?}");
        let imgbb = Imgbb::try_new("key".into(), &server.uri(), Duration::from_secs(5)).unwrap();
        let stored = imgbb.put(OWNER, &picture()).await;
        assert!(matches!(stored, Err(Error::Store(_))), "{stored:?}");
    }
    let nobody = cloudinary("http://127.0.0.1:1", &clock).put(OWNER, &picture()).await;
    assert_eq!(nobody, Err(Error::Store(None)));
}

#[tokio::test]
async fn imgbb_takes_pictures_through_us() {
    let server = MockServer::start().await;
    Mock::given(matchers::method("POST"))
        .and(matchers::path("/1/upload"))
        .respond_with(|request: &Request| {
            let (fields, _) = form(request);
            assert_eq!(fields["key"], "key");
            assert!(fields["image"].starts_with("/9j/"), "a JPEG in base64");
            ResponseTemplate::new(200).set_body_json(json!({
                "data": {"id": "2ndCYJK", "url": "https://i.ibb.co/w04Prt6/photo.jpg", "delete_url": "https://ibb.co/2ndCYJK/670a7e"},
                "success": true, "status": 200,
            }))
        })
        .mount(&server)
        .await;
    let store = Imgbb::try_new("key".into(), &server.uri(), Duration::from_secs(5)).unwrap();
    assert!(store.ticket(OWNER).is_none());
    let stored = store.put(OWNER, &picture()).await.unwrap();
    assert_eq!(stored.url, "https://i.ibb.co/w04Prt6/photo.jpg");
    store.delete(&stored.url).await.unwrap();
}

#[tokio::test]
async fn a_folder_shows_what_it_was_given_and_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret.jpg"), "not ours").unwrap();
    let inside = folder.path().join("pictures");
    let clock = Arc::new(FakeClock::new());
    let store = Folder::new(inside, "http://localhost:3000/media", clock, Arc::new(SystemRandom));
    let stored = store.put(OWNER, &picture()).await.unwrap();
    let name = stored.url.strip_prefix("http://localhost:3000/media/").unwrap().to_owned();
    assert_eq!(store.read(&name).unwrap(), (picture().jpeg().to_vec(), "image/jpeg"));
    let spoken = store.put_voice(OWNER, &voice()).await.unwrap();
    let name_of_voice = spoken.url.strip_prefix("http://localhost:3000/media/").unwrap();
    assert_eq!(store.read(name_of_voice).unwrap(), (voice().bytes().to_vec(), "audio/aac"));
    store.delete(&spoken.url).await.unwrap();
    assert_eq!(store.read(name_of_voice), None);
    for other in ["../secret.jpg", "..%2Fsecret.jpg", "/etc/passwd", "", ".jpg", "a.b.jpg"] {
        assert_eq!(store.read(other), None, "{other}");
    }
    store.delete("http://elsewhere.example/media/x.jpg").await.unwrap();
    store.delete(&stored.url).await.unwrap();
    assert_eq!(store.read(&name), None);
    store.delete(&stored.url).await.unwrap();
}

#[test]
fn an_address_without_its_parts_is_refused() {
    for url in [
        "",
        "https://1:2@demo",
        "cloudinary://demo",
        "cloudinary://1234@demo",
        "cloudinary://:s@demo",
        "cloudinary://1:s@demo?signature_algorithm=md5",
    ] {
        let settings =
            CloudinarySettings { url: url.into(), api: String::new(), timeout: Duration::from_secs(1) };
        assert!(
            Cloudinary::try_new(&settings, Arc::new(FakeClock::new()), Arc::new(SystemRandom)).is_err(),
            "{url}"
        );
    }
}
