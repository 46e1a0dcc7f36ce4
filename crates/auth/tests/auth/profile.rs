use crate::world::{EMAIL, World};
use hostolink_audit::Actor;
use hostolink_auth::{Error, Profile, ProfileChange, SignedIn};

fn change(of: impl FnOnce(&mut ProfileChange) -> Result<(), Error>) -> ProfileChange {
    let mut change = ProfileChange::default();
    of(&mut change).unwrap();
    change
}

fn update(world: &mut World, who: &SignedIn, change: &ProfileChange) -> Result<Profile, Error> {
    let actor = Actor { user: Some(who.profile.user), ..Actor::default() };
    world.auth.update_profile(&mut world.conn, who.profile.user, change, &actor)
}

#[tokio::test]
async fn only_what_is_set_changes() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let all = change(|change| {
        change.first_name(Some(" Awa "))?;
        change.last_name(Some("Koné"))?;
        change.country(Some("ci"))?;
        change.address(Some("Cocody, rue des Jardins"))?;
        change.profession(Some("Couturière"))?;
        change.birth_date(Some("1990-02-28"))?;
        change.language(Some("FR"))
    });
    let profile = update(&mut world, &awa, &all).unwrap();
    assert_eq!(profile.first_name.as_deref(), Some("Awa"));
    assert_eq!((profile.country.as_deref(), profile.language.as_deref()), (Some("CI"), Some("fr")));
    let moved = update(&mut world, &awa, &change(|change| change.address(None))).unwrap();
    assert_eq!(moved, Profile { address: None, ..profile });
    assert_eq!(moved, world.auth.me(&mut world.conn, awa.profile.user).unwrap());
}

#[tokio::test]
async fn the_log_names_the_fields_and_keeps_no_value() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let named = change(|change| change.first_name(Some("Prénomrare")));
    update(&mut world, &awa, &named).unwrap();
    // What is so already is no change.
    update(&mut world, &awa, &named).unwrap();
    update(&mut world, &awa, &ProfileChange::default()).unwrap();
    let rows = "SELECT count(*) FROM logs WHERE action = 'auth.profile_updated'";
    assert_eq!(world.count(rows), 1);
    assert_eq!(world.count(&format!("{rows} AND details = '{{\"fields\": [\"firstName\"]}}'")), 1);
    assert_eq!(world.count("SELECT count(*) FROM logs WHERE logs::text LIKE '%Prénomrare%'"), 0);
}

#[tokio::test]
async fn case_49_nobody_overwrites_what_they_have_not_seen() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let seen = world.auth.me(&mut world.conn, awa.profile.user).unwrap().version();
    let mine = change(|change| {
        change.seen(vec!["other".to_owned(), seen.clone()]);
        change.profession(Some("Couturière"))
    });
    let after = update(&mut world, &awa, &mine).unwrap();
    assert_ne!(after.version(), seen);
    let late = change(|change| {
        change.seen(vec![seen.clone()]);
        change.profession(Some("Commerçante"))
    });
    assert!(matches!(update(&mut world, &awa, &late), Err(Error::ProfileChanged)));
    let now = world.auth.me(&mut world.conn, awa.profile.user).unwrap();
    assert_eq!((now.profession.as_deref(), now.version()), (Some("Couturière"), after.version()));
}

#[tokio::test]
async fn nobody_is_born_tomorrow() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let born = |day: &str| change(|change| change.birth_date(Some(day)));
    update(&mut world, &awa, &born("2026-11-20")).unwrap();
    assert!(matches!(update(&mut world, &awa, &born("2026-11-21")), Err(Error::BirthDateInvalid)));
}
