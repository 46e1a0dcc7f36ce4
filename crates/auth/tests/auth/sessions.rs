use crate::world::{EMAIL, PASSWORD, World, at_once, owner};
use hostolink_audit::Actor;
use hostolink_auth::{Error, SignedIn, TokenPair};
use hostolink_kernel::{ExposeSecret, Secret, SessionId};

impl World {
    fn refresh(&mut self, token: &Secret) -> Result<TokenPair, Error> {
        self.auth.refresh(&mut self.conn, token, &Actor::default())
    }

    fn is_dead(&mut self, family: &SignedIn, tokens: &[&Secret]) -> bool {
        let refused = tokens.iter().all(|token| matches!(self.refresh(token), Err(Error::SessionEnded)));
        refused && !self.is_live(family)
    }
}

#[tokio::test]
async fn a_pair_leads_to_the_next() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let claims = world.auth.verify_access_token(awa.tokens.access.expose_secret()).unwrap();
    assert_eq!((claims.session, claims.user), (awa.session, awa.profile.public_id));
    assert_eq!(awa.tokens.expires_in.as_secs(), 900);
    let mut token = awa.tokens.refresh.clone();
    for _ in 0..5 {
        world.wait(900);
        let pair = world.refresh(&token).unwrap();
        assert_eq!(pair.refresh.expose_secret().len(), 43, "256 bits");
        assert_eq!(world.auth.verify_access_token(pair.access.expose_secret()).unwrap().session, awa.session);
        token = pair.refresh;
    }
    assert!(matches!(world.refresh(&"never made".into()), Err(Error::RefreshInvalid)));
}

#[tokio::test]
async fn no_token_is_readable_in_the_database() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let token = awa.tokens.refresh.expose_secret();
    let found =
        format!("SELECT count(*) FROM jeton_rafraichissement WHERE encode(hache, 'escape') LIKE '%{token}%'");
    assert_eq!(world.count(&found), 0);
    assert!(!format!("{awa:?}").contains(token));
}

#[tokio::test]
async fn case_20_a_lost_reply_is_survived_once() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let lost = world.refresh(&awa.tokens.refresh).unwrap();
    world.wait(60);
    let again = world.refresh(&awa.tokens.refresh).unwrap();
    assert_eq!(again.refresh.expose_secret(), lost.refresh.expose_secret(), "one lineage");
    // A third time is refused, and costs nobody the session.
    assert!(matches!(world.refresh(&awa.tokens.refresh), Err(Error::RefreshReused)));
    assert!(world.is_live(&awa));
    world.refresh(&again.refresh).unwrap();
}

#[tokio::test]
async fn case_18_a_used_token_ends_the_family_once_its_successor_was_used() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let first = awa.tokens.refresh.clone();
    let second = world.refresh(&first).unwrap().refresh;
    let third = world.refresh(&second).unwrap().refresh;
    // At once, within the minute: the parent of the parent.
    assert!(matches!(world.refresh(&first), Err(Error::RefreshReused)));
    assert!(world.is_dead(&awa, &[&first, &second, &third]));
}

#[tokio::test]
async fn case_18_a_used_token_ends_the_family_after_a_minute() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let next = world.refresh(&awa.tokens.refresh).unwrap().refresh;
    world.wait(61);
    assert!(matches!(world.refresh(&awa.tokens.refresh), Err(Error::RefreshReused)));
    assert!(world.is_dead(&awa, &[&awa.tokens.refresh, &next]));
}

#[tokio::test]
async fn case_18_other_families_go_on() {
    let mut world = World::new();
    let (stolen, other) = (world.person(EMAIL).await, world.sign_in(EMAIL, PASSWORD).await.unwrap());
    let next = world.refresh(&stolen.tokens.refresh).unwrap().refresh;
    world.refresh(&next).unwrap();
    assert!(matches!(world.refresh(&stolen.tokens.refresh), Err(Error::RefreshReused)));
    assert!(!world.is_live(&stolen) && world.is_live(&other));
    world.refresh(&other.tokens.refresh).unwrap();
}

#[tokio::test]
async fn case_19_fifty_refreshes_at_once_make_one_lineage() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let auth = [world.auth.clone(), world.beside()];
    let token = awa.tokens.refresh.clone();
    let given: Vec<String> = at_once(&world, 10, |thread, conn| {
        let refresh = |_| auth[thread % 2].refresh(conn, &token, &Actor::default()).ok();
        (0..5).filter_map(refresh).map(|pair| pair.refresh.expose_secret().to_owned()).collect::<Vec<_>>()
    })
    .into_iter()
    .flatten()
    .collect();
    assert_eq!(given.len(), 2, "the first, and one whose reply may have been lost");
    assert_eq!(given[0], given[1]);
    assert_eq!(world.count("SELECT count(*) FROM jeton_rafraichissement WHERE consomme_le IS NULL"), 1);
    assert!(world.is_live(&awa));
    world.refresh(&given[0].clone().into()).unwrap();
}

#[tokio::test]
async fn case_21_nothing_is_refreshed_after_signing_out_or_being_blocked() {
    let mut world = World::new();
    let (awa, koffi) = (world.person(EMAIL).await, world.person("0708091011").await);
    world.auth.sign_out(&mut world.conn, owner(&awa), &Actor::default()).unwrap();
    assert!(world.is_dead(&awa, &[&awa.tokens.refresh]));
    world.auth.sign_out(&mut world.conn, owner(&awa), &Actor::default()).unwrap(); // twice is once
    world.run("UPDATE utilisateur SET statut = 'bloque' WHERE telephone_normalise IS NOT NULL");
    assert!(world.is_dead(&koffi, &[&koffi.tokens.refresh]));
}

#[tokio::test]
async fn case_22_nobody_ends_a_strangers_session() {
    let mut world = World::new();
    let (awa, koffi) = (world.person(EMAIL).await, world.person("0708091011").await);
    let mut who = owner(&koffi);
    who.session = awa.session;
    world.auth.sign_out(&mut world.conn, who, &Actor::default()).unwrap();
    assert!(world.is_live(&awa));
    let unknown = SessionId::new(uuid::Uuid::max());
    assert!(matches!(world.auth.session(&mut world.conn, unknown), Err(Error::SessionEnded)));
}

#[tokio::test]
async fn a_session_left_alone_for_a_month_ends_and_none_outlives_a_year() {
    let mut world = World::new();
    let (idle, used) = (world.person(EMAIL).await, world.person("0708091011").await);
    let mut token = used.tokens.refresh.clone();
    for _ in 0..18 {
        world.wait(20 * 86_400);
        token = world.refresh(&token).unwrap().refresh;
    }
    assert!(!world.is_live(&idle) && world.is_live(&used));
    world.wait(6 * 86_400);
    assert!(matches!(world.refresh(&token), Err(Error::SessionEnded)));
    assert!(!world.is_live(&used));
}

#[tokio::test]
async fn what_is_good_for_nothing_is_erased() {
    let mut world = World::new();
    let old = world.person(EMAIL).await;
    assert!(world.sign_in(EMAIL, "faux mot de passe").await.is_err());
    world.wait(61 * 86_400);
    let new = world.sign_in(EMAIL, PASSWORD).await.unwrap();
    assert!(world.auth.purge(&mut world.conn, 1_000).unwrap() >= 2);
    assert!(matches!(world.auth.session(&mut world.conn, old.session), Err(Error::SessionEnded)));
    assert!(world.is_live(&new));
    assert_eq!(world.count("SELECT count(*) FROM essai"), 0);
}
