//! Where somebody is signed in: the list of sessions, their devices, and how they end.

use crate::world::{EMAIL, PASSWORD, World, owner};
use hostolink_audit::Actor;
use hostolink_auth::{
    Device, Door, Error, PasswordAttempt, Proof, SessionSummary, SignedIn, VerifyOtp, Which,
};
use hostolink_kernel::{Clock, ExposeSecret, Limit, SessionId};

const PHONE: &str = "0708091011";

fn device(id: Option<&str>, name: &str) -> Option<Device> {
    Device::parse(id, Some(name), Some("android")).unwrap()
}

impl World {
    /// Signs in with the password through a door, on a device.
    async fn enter(&mut self, door: Door, device: Option<Device>) -> SignedIn {
        let place = self.workers.reserve().unwrap();
        let actor = Actor::default();
        let pending = self.auth.begin_sign_in(&mut self.conn, EMAIL, None, &actor).unwrap();
        let verified = place.verify(PasswordAttempt::new(&PASSWORD.into()), &pending).await.unwrap();
        self.auth.finish_sign_in(&mut self.conn, &pending, &verified, door, device, &actor).unwrap()
    }

    fn list(&mut self, of: &SignedIn) -> Vec<SessionSummary> {
        self.auth.sessions(&mut self.conn, of.profile.user, None, Limit::DEFAULT).unwrap().items
    }

    fn close(&mut self, who: &SignedIn, which: Which) -> Result<Vec<SessionId>, Error> {
        self.auth.close_sessions(&mut self.conn, owner(who), which, &Actor::default())
    }
}

#[tokio::test]
async fn case_22_a_session_says_where_it_is_and_the_list_is_mine_alone() {
    let mut world = World::new();
    let (awa, koffi) = (world.person(EMAIL).await, world.person(PHONE).await);
    world.wait(60);
    let second = world.enter(Door::Ego, device(Some("a1"), "Téléphone d'Awa")).await;
    let list = world.list(&awa);
    assert_eq!(list.iter().map(|session| session.id).collect::<Vec<_>>(), [second.session, awa.session]);
    assert_eq!(list[0].name.as_deref(), Some("Téléphone d'Awa"));
    assert_eq!(list[0].platform.as_deref(), Some("android"));
    assert_eq!((list[0].door, list[0].proof), (Door::Ego, Proof::Password));
    assert_eq!((list[1].door, list[1].proof, list[1].name.as_deref()), (Door::Api, Proof::Otp, None));
    assert!(list[0].created_at > list[1].created_at);
    assert_eq!(world.list(&koffi).len(), 1);
    // Refreshing is being seen.
    world.wait(600);
    world.auth.refresh(&mut world.conn, &awa.tokens.refresh, &Actor::default()).unwrap();
    let seen = world.list(&awa);
    assert_eq!((seen[1].last_seen_at - list[1].last_seen_at).num_seconds(), 660);
    assert_eq!(seen[0].last_seen_at, list[0].last_seen_at);
}

#[tokio::test]
async fn case_22_nobody_ends_another_s_session_from_the_list() {
    let mut world = World::new();
    let (awa, koffi) = (world.person(EMAIL).await, world.person(PHONE).await);
    for id in [awa.session, SessionId::new(uuid::Uuid::max())] {
        assert!(matches!(world.close(&koffi, Which::One(id)), Err(Error::SessionNotFound)));
    }
    world.close(&koffi, Which::All).unwrap();
    assert!(world.is_live(&awa) && !world.is_live(&koffi));
    assert!(
        matches!(world.close(&koffi, Which::One(koffi.session)), Err(Error::SessionNotFound)),
        "it ended"
    );
}

#[tokio::test]
async fn one_others_or_all_end_and_the_other_domains_hear_of_each() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(world.enter(Door::Api, None).await);
    }
    assert_eq!(world.close(&awa, Which::One(others[0].session)).unwrap(), [others[0].session]);
    assert!(!world.is_live(&others[0]) && world.is_live(&others[1]));
    assert_eq!(world.close(&awa, Which::Others(awa.session)).unwrap().len(), 2);
    assert!(world.is_live(&awa) && !world.is_live(&others[2]));
    assert_eq!(world.close(&awa, Which::Others(awa.session)).unwrap(), [], "nothing is left to end");
    assert_eq!(world.close(&awa, Which::All).unwrap(), [awa.session]);
    for ended in others.iter().chain([&awa]) {
        let refreshed = world.auth.refresh(&mut world.conn, &ended.tokens.refresh, &Actor::default());
        assert!(matches!(refreshed, Err(Error::SessionEnded)));
    }
    let told = "SELECT count(DISTINCT sujet) FROM evenement WHERE type = 'auth.session_ended'";
    assert_eq!(world.count(told), 4);
}

#[tokio::test]
async fn a_list_goes_on_where_the_page_ended() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    for _ in 0..4 {
        world.enter(Door::Api, None).await;
    }
    let (user, limit) = (awa.profile.user, Limit::parse(2).unwrap());
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = world.auth.sessions(&mut world.conn, user, after.as_ref(), limit).unwrap();
        seen.extend(page.items.iter().map(|session| session.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let mut sorted = seen.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    sorted.dedup();
    assert_eq!((seen.len(), &seen), (5, &sorted));
    let foreign = hostolink_kernel::Cursor::new("users", &awa.session).unwrap();
    let refused = world.auth.sessions(&mut world.conn, user, Some(&foreign), limit);
    assert!(matches!(refused, Err(Error::InvalidCursor)));
}

#[tokio::test]
async fn the_door_decides_how_long_tokens_and_sessions_last() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let (api, ego) = (world.enter(Door::Api, None).await, world.enter(Door::Ego, None).await);
    assert_eq!((api.tokens.expires_in.as_secs(), ego.tokens.expires_in.as_secs()), (900, 1_800));
    world.wait(6 * 86_400);
    let next = world.auth.refresh(&mut world.conn, &ego.tokens.refresh, &Actor::default()).unwrap();
    assert_eq!(next.expires_in.as_secs(), 1_800, "a refreshed one too");
    let claims = world.auth.verify_access_token(next.access.expose_secret()).unwrap();
    assert_eq!(claims.session, ego.session);
    world.wait(7 * 86_400);
    assert!(world.is_live(&api) && !world.is_live(&ego));
}

#[tokio::test]
async fn a_device_is_new_once() {
    let mut world = World::new();
    let first = world.person(EMAIL).await;
    assert!(!first.new_device, "there is nobody to warn yet");
    let phone = || device(Some("a1"), "Téléphone");
    assert!(!world.enter(Door::Api, None).await.new_device, "as unnamed as the first");
    assert!(world.enter(Door::Api, phone()).await.new_device);
    assert!(!world.enter(Door::Api, phone()).await.new_device);
    assert!(!world.enter(Door::Ego, device(Some("a1"), "Renamed")).await.new_device, "its id counts");
    assert!(world.enter(Door::Api, device(Some("a2"), "Téléphone")).await.new_device);
    assert!(world.enter(Door::Api, device(None, "Téléphone")).await.new_device);
    assert!(!world.enter(Door::Api, device(None, "Téléphone")).await.new_device);
    let code = world.code(EMAIL).unwrap();
    let device = device(Some("a3"), "Tablette");
    let shown = VerifyOtp {
        identifier: EMAIL,
        code: &code,
        attempt_token: None,
        signed_in: None,
        door: Door::Api,
        device: device.as_ref(),
    };
    assert!(world.auth.verify_otp(&mut world.conn, shown, &Actor::default()).unwrap().new_device);
}

/// Signs in by a code on a device.
fn prove_on(world: &mut World, device: Option<&Device>) -> SignedIn {
    let code = world.code(EMAIL).unwrap();
    let (identifier, code) = (EMAIL, code.as_str());
    let (attempt_token, signed_in, door) = (None, None, Door::Api);
    let shown = VerifyOtp { identifier, code, attempt_token, signed_in, door, device };
    world.auth.verify_otp(&mut world.conn, shown, &Actor::default()).unwrap()
}

/// For how many seconds the device of a session is known.
fn known_for(world: &mut World, of: &SignedIn) -> i64 {
    let session = world.auth.session(&mut world.conn, of.session).unwrap();
    (world.clock.now() - session.device_since).num_seconds()
}

#[tokio::test]
async fn a_device_is_known_by_its_installation_and_by_a_code_alone() {
    let mut world = World::new();
    let first = world.person(EMAIL).await;
    let (phone, other) = (device(Some("a1"), "Téléphone"), device(Some("a2"), "Téléphone"));
    let by_password = world.enter(Door::Api, phone.clone()).await;
    world.wait(100);
    // What only the password opened is no proof of the device.
    let proven = prove_on(&mut world, phone.as_ref());
    assert_eq!((known_for(&mut world, &by_password), known_for(&mut world, &proven)), (100, 0));
    world.wait(100);
    for (device, seconds) in [(&phone, 100), (&other, 0), (&None, 0)] {
        let again = prove_on(&mut world, device.as_ref());
        assert_eq!(known_for(&mut world, &again), seconds);
    }
    // A session that is proven anew stays on its device, also without a name.
    let code = world.code_in(Some(first.session), EMAIL).unwrap().unwrap();
    let renewed = world.verify_in(first.session, EMAIL, &code).unwrap();
    assert_eq!(known_for(&mut world, &renewed), 200);
    // Whoever signs out comes back to a device that is known; one whose sessions were closed does not.
    let actor = Actor::default();
    world.auth.sign_out(&mut world.conn, owner(&proven), &actor).unwrap();
    let back = prove_on(&mut world, phone.as_ref());
    assert_eq!(known_for(&mut world, &back), 100);
    world.close(&back, Which::All).unwrap();
    world.run("UPDATE session SET fin = 'fermee' WHERE appareil_id = 'a1'");
    let after = prove_on(&mut world, phone.as_ref());
    assert_eq!(known_for(&mut world, &after), 0);
}
