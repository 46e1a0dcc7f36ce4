//! The directory on the phone.

use super::with_directory;
use diesel::connection::SimpleConnection;
use reqwest::Method;

#[actix_web::test]
async fn a_pack_comes_compressed_once_and_then_only_what_changed() {
    let app = with_directory().await;
    let anon = app.anon();
    let ask = |path: &str, header: (&'static str, String)| {
        anon.request(Method::GET, path).header(header.0, header.1)
    };
    let plain = anon.get("/api/health/pack?part=odbl").await;
    assert_eq!(plain.expect(200).headers["content-type"], "application/x-ndjson");
    assert!(!plain.headers.contains_key("content-encoding"));
    let gzip = anon.send(ask("/api/health/pack?part=odbl", ("Accept-Encoding", "br, gzip".to_owned()))).await;
    assert_eq!(gzip.expect(200).headers["content-encoding"], "gzip");
    let varies =
        gzip.headers.get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("Accept-Encoding"));
    assert!(varies, "{:?}", gzip.headers);
    assert!(gzip.bytes.starts_with(&[0x1f, 0x8b]) && gzip.bytes.len() * 3 < plain.bytes.len());
    let tag = plain.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(gzip.headers["etag"].to_str().unwrap(), tag);
    anon.send(ask("/api/health/pack?part=odbl", ("If-None-Match", tag.clone()))).await.expect(304);
    let other = anon.send(ask("/api/health/pack", ("If-None-Match", tag))).await;
    other.expect(200);

    let text = String::from_utf8(plain.bytes.clone()).unwrap();
    let header: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let since = header["revision"].as_i64().unwrap();
    app.db
        .conn()
        .batch_execute(
            "UPDATE etablissement_sante SET nom = 'Autre nom', services = '{surgery}' WHERE cle_source = 'node/6630225590'",
        )
        .unwrap();
    app.state.directory.refresh(&mut app.db.conn()).unwrap();
    let delta = anon.get(&format!("/api/health/sync?part=odbl&since={since}")).await;
    let delta = String::from_utf8(delta.expect(200).bytes.clone()).unwrap();
    let lines: Vec<&str> = delta.lines().collect();
    assert_eq!((lines.len(), lines[1]), (3, format!("[\"since\",{since}]").as_str()), "{delta}");
    assert!(lines[2].contains("Autre nom"));
    let told: serde_json::Value = serde_json::from_str(lines[2]).unwrap();
    let place = usize::try_from(told[14][0].as_u64().unwrap()).unwrap();
    assert_eq!(header["services"][place], "surgery", "{delta}");
    let base = anon.get(&format!("/api/health/sync?since={since}")).await;
    assert_eq!(
        String::from_utf8(base.expect(200).bytes.clone()).unwrap().lines().count(),
        2,
        "nothing of that part"
    );

    let lost = anon.get("/api/health/sync?part=odbl&since=987654321").await;
    let whole = anon.get("/api/health/pack?part=odbl").await;
    assert_eq!(lost.expect(200).bytes, whole.expect(200).bytes, "who has another directory's gets all");
    app.stop().await;
}
