use actix_web::{
    HttpRequest,
    http::{Uri, header::HOST},
};
use ipnet::IpNet;
use std::net::IpAddr;

/// Headers that only a proxy adds.
const FORWARDING: [&str; 8] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
];

/// Who really calls: the peer, or the right-most hop of `X-Forwarded-For` that is no trusted proxy.
pub(crate) fn client_address(req: &HttpRequest, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let peer = req.peer_addr()?.ip().to_canonical();
    if !is_trusted(&peer) {
        return Some(peer);
    }
    let hops: Vec<&str> = req
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut client = peer;
    for hop in hops.iter().rev().take(32) {
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => client = address.to_canonical(),
            Err(_) => break,
        }
        if !is_trusted(&client) {
            break;
        }
    }
    Some(client)
}

/// Whether the development doors answer: a peer on this machine, no proxy in between, and asked for by a name of this
/// machine. A page of a stranger whose name was made to point here (DNS rebinding) keeps its own name in `Host`.
pub(crate) fn is_development_peer(req: &HttpRequest) -> bool {
    req.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback())
        && FORWARDING.iter().all(|name| !req.headers().contains_key(*name))
        && req.headers().get_all(HOST).all(|host| host.to_str().is_ok_and(names_this_machine))
        && req.uri().host().is_none_or(names_this_machine)
}

/// `localhost` or a loopback address, with or without a port.
fn names_this_machine(host: &str) -> bool {
    let Ok(uri) = host.parse::<Uri>() else { return false };
    let name = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let mut request = TestRequest::default().peer_addr(format!("{peer}:1").parse().unwrap());
        for value in forwarded {
            request = request.append_header(("X-Forwarded-For", *value));
        }
        client_address(&request.to_http_request(), &trusted).unwrap().to_string()
    }

    #[test]
    fn only_trusted_proxies_speak_for_others() {
        assert_eq!(
            seen("203.0.113.9", &["198.51.100.1"]),
            "203.0.113.9",
            "a stranger's header is not believed"
        );
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            seen("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"]),
            "198.51.100.1",
            "what a client adds on the left counts for nothing"
        );
        assert_eq!(
            seen("10.0.0.1", &["6.6.6.6", "198.51.100.1"]),
            "198.51.100.1",
            "several headers are one list"
        );
        assert_eq!(seen("10.0.0.1", &["198.51.100.1, nonsense"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn the_development_doors_see_only_this_machine() {
        let request = |peer: &str, header: Option<&'static str>| {
            let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
            if let Some(name) = header {
                request = request.append_header((name, "127.0.0.1"));
            }
            is_development_peer(&request.to_http_request())
        };
        assert!(
            request("127.0.0.1:1", None) && request("[::1]:1", None) && request("[::ffff:127.0.0.1]:1", None)
        );
        assert!(!request("192.0.2.1:1", None));
        for name in FORWARDING {
            assert!(!request("127.0.0.1:1", Some(name)), "{name}");
        }
    }

    #[test]
    fn the_development_doors_know_their_own_names_only() {
        let asked = |host: &'static str| {
            let request =
                TestRequest::default().peer_addr("127.0.0.1:1".parse().unwrap()).insert_header((HOST, host));
            is_development_peer(&request.to_http_request())
        };
        for host in [
            "localhost",
            "LOCALHOST:3000",
            "127.0.0.1:3000",
            "127.8.9.1",
            "[::1]:3000",
            "[::ffff:127.0.0.1]:1",
        ] {
            assert!(asked(host), "{host}");
        }
        for host in [
            "evil.example:3000",
            "localhost.evil.example",
            "192.0.2.1:3000",
            "x@localhost.evil.example",
            "",
            "a b",
        ] {
            assert!(!asked(host), "{host}");
        }
    }
}
