//! What vouches for a receipt: a mark that only this house makes, a signature that anybody checks.

use crate::world::World;
use chrono::{DateTime, Utc};
use hostolink_auth::{Error, InvalidHead, SignedHead, SignedLink};
use hostolink_kernel::{Clock, ExposeSecret, Random, SystemRandom, TransactionId};

fn link(number: i64) -> SignedLink {
    let sealed_at: DateTime<Utc> = "2026-11-29T18:06:12.345678Z".parse().unwrap();
    SignedLink { number, hash: format!("{number:064x}"), sealed_at }
}

#[test]
fn a_receipt_s_token_is_this_house_s_and_no_other_text_is() {
    let world = World::new();
    let id = TransactionId::new(SystemRandom.uuid(world.clock.now()));
    let token = world.auth.receipt_token(id);
    assert_eq!((token.len(), world.auth.read_receipt_token(&token)), (43, Some(id)));
    assert_eq!(world.beside().receipt_token(id), token, "another process makes the same");
    assert_eq!(world.elsewhere().read_receipt_token(&token), None, "another house makes another");
    let other = world.auth.receipt_token(TransactionId::new(SystemRandom.uuid(world.clock.now())));
    assert_ne!(&other[22..], &token[22..]);
    for place in 0..token.len() {
        for replacement in ["A", "B", "-"] {
            let mut forged = token.clone();
            forged.replace_range(place..=place, replacement);
            if forged != token {
                assert_eq!(world.auth.read_receipt_token(&forged), None, "{forged}");
            }
        }
    }
    let texts =
        [String::new(), "é".repeat(43), format!("{token}="), token[..42].to_owned(), format!("{token}A")];
    for text in texts {
        assert_eq!(world.auth.read_receipt_token(&text), None, "{text}");
    }
}

#[test]
fn a_signed_head_is_checked_with_published_keys_alone() {
    let world = World::new();
    let keys = serde_json::to_string(world.auth.jwks()).unwrap();
    let token = world.auth.sign_head(link(42), link(57)).unwrap();
    let read = SignedHead::read(&keys, &token).unwrap();
    assert_eq!((read.link, read.head), (link(42), link(57)));
    assert_eq!((read.iss.as_str(), read.iat), ("https://api.example.ci", world.clock.now().timestamp()));

    let strangers = serde_json::to_string(World::new().auth.jwks()).unwrap();
    assert_eq!(SignedHead::read(&strangers, &token), Err(InvalidHead::UnknownKey));
    assert_eq!(SignedHead::read("{}", &token), Err(InvalidHead::Keys));
    let parts: Vec<&str> = token.split('.').collect();
    let other = world.auth.sign_head(link(43), link(57)).unwrap();
    let swapped = format!("{}.{}.{}", parts[0], other.split('.').nth(1).unwrap(), parts[2]);
    assert_eq!(SignedHead::read(&keys, &swapped), Err(InvalidHead::Signature));
    for text in ["", "a.b.c", "é", &token[..token.len() - 4], &"a".repeat(100_000)] {
        assert!(SignedHead::read(&keys, text).is_err(), "{text}");
    }
}

#[tokio::test]
async fn a_signed_head_is_no_access_token_and_an_access_token_no_head() {
    let mut world = World::new();
    let head = world.auth.sign_head(link(1), link(1)).unwrap();
    assert!(matches!(world.auth.verify_access_token(&head), Err(Error::TokenInvalid)));
    let signed_in = world.person("awa@example.ci").await;
    let access = signed_in.tokens.access.expose_secret();
    world.auth.verify_access_token(access).unwrap();
    let keys = serde_json::to_string(world.auth.jwks()).unwrap();
    assert_eq!(SignedHead::read(&keys, access), Err(InvalidHead::Form));
}
