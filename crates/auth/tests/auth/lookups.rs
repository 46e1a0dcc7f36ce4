use crate::world::{World, at_once};
use hostolink_auth::{Error, NameMatch, SignedIn};
use hostolink_kernel::{Identifier, Region};

fn identifier(text: &str) -> Identifier {
    Identifier::parse(text, &[Region::COTE_D_IVOIRE]).unwrap()
}

fn ask(world: &mut World, who: &SignedIn, text: &str) -> Result<bool, Error> {
    let found = world.auth.look_up(&mut world.conn, who.profile.user, &identifier(text))?;
    Ok(found.is_some())
}

#[tokio::test]
async fn who_searches_is_stopped_and_learns_nothing_more() {
    let mut world = World::new();
    let (awa, _friend) = (world.person("awa@example.ci").await, world.person("friend@example.ci").await);
    world.person("stranger@example.ci").await;
    assert!(ask(&mut world, &awa, "friend@example.ci").unwrap());
    for n in 0..30 {
        assert!(!ask(&mut world, &awa, &format!("nobody{n}@example.ci")).unwrap());
    }
    for text in ["nobody30@example.ci", "stranger@example.ci"] {
        assert!(matches!(ask(&mut world, &awa, text), Err(Error::TooMany(_))), "{text}");
    }
    assert!(ask(&mut world, &awa, "friend@example.ci").unwrap(), "no stranger");
    world.wait(3_600);
    assert!(ask(&mut world, &awa, "stranger@example.ci").unwrap());
}

#[tokio::test]
async fn found_strangers_are_counted_too_and_a_friend_costs_nothing() {
    let mut world = World::new();
    let awa = world.person("awa@example.ci").await;
    world.person("friend@example.ci").await;
    world.run(
        "INSERT INTO utilisateur (email, email_normalise, email_prouve_le) \
         SELECT e, e, now() FROM (SELECT 'p' || n || '@example.ci' AS e FROM generate_series(1, 200) n) x",
    );
    for _ in 0..300 {
        assert!(ask(&mut world, &awa, "friend@example.ci").unwrap());
    }
    for n in 1..=199 {
        assert!(ask(&mut world, &awa, &format!("p{n}@example.ci")).unwrap(), "{n}");
    }
    assert!(matches!(ask(&mut world, &awa, "p200@example.ci"), Err(Error::TooMany(_))));
    assert!(ask(&mut world, &awa, "p7@example.ci").unwrap());
    world.wait(3_600);
    assert!(ask(&mut world, &awa, "p200@example.ci").unwrap());
}

#[tokio::test]
async fn the_budget_holds_over_processes_at_once() {
    let mut world = World::new();
    let awa = world.person("awa@example.ci").await.profile.user;
    let processes = [world.auth.clone(), world.beside()];
    let misses = at_once(&world, 16, |thread, conn| {
        (0..5)
            .filter(|n| {
                let unknown = identifier(&format!("nobody{thread}x{n}@example.ci"));
                processes[thread % 2].look_up(conn, awa, &unknown).is_ok()
            })
            .count()
    });
    assert_eq!(misses.into_iter().sum::<usize>(), 30);
}

#[tokio::test]
async fn many_are_found_at_once_with_a_verdict_on_their_names() {
    let mut world = World::new();
    let awa = world.person("awa@example.ci").await;
    world.person("koffi@example.ci").await;
    world.person("+2250708091011").await;
    world.run("UPDATE utilisateur SET prenom = 'Koffi', nom = 'N''Guessan' WHERE email_normalise = 'koffi@example.ci'");
    world.run("INSERT INTO utilisateur (email, email_normalise) VALUES ('u@example.ci', 'u@example.ci')");
    let texts =
        ["koffi@example.ci", "07 08 09 10 11", "nobody@example.ci", "u@example.ci", "KOFFI@example.ci"];
    let identifiers = texts.map(identifier);
    let names = [Some("NGUESSAN Koffi"), Some("Yao"), Some("Yao"), None, Some("Somebody Else")];
    let asked: Vec<_> = identifiers.iter().zip(names).collect();
    let found = world.auth.look_up_many(&mut world.conn, awa.profile.user, &asked).unwrap();
    let verdicts: Vec<_> = found.iter().map(|found| found.as_ref().map(|found| found.name)).collect();
    let (same, unknown) = (Some(NameMatch::Same), Some(NameMatch::Unknown));
    assert_eq!(verdicts, [same, unknown, None, None, unknown], "of one person one name is compared");
    assert_eq!(found[0].as_ref().unwrap().recipient, found[4].as_ref().unwrap().recipient);
}

#[tokio::test]
async fn files_are_counted_and_who_misses_too_often_learns_nothing_more() {
    let mut world = World::new();
    let (awa, _) = (world.person("awa@example.ci").await, world.person("friend@example.ci").await);
    world.person("stranger@example.ci").await;
    let user = awa.profile.user;
    let nobody: Vec<_> = (0..501).map(|n| identifier(&format!("nobody{n}@example.ci"))).collect();
    let (friend, stranger) = ([identifier("friend@example.ci")], [identifier("stranger@example.ci")]);
    let look = |world: &mut World, who: &[Identifier]| {
        let asked: Vec<_> = who.iter().map(|identifier| (identifier, None)).collect();
        world.auth.look_up_many(&mut world.conn, user, &asked).map(|found| found.iter().flatten().count())
    };
    assert_eq!(look(&mut world, &friend).unwrap(), 1);
    assert_eq!(look(&mut world, &nobody[..500]).unwrap(), 0);
    for refused in [&nobody[500..], &stranger] {
        assert!(matches!(look(&mut world, refused), Err(Error::TooMany(_))));
    }
    assert_eq!(look(&mut world, &friend).unwrap(), 1, "no stranger");
    for _ in 0..25 {
        look(&mut world, &friend).unwrap();
    }
    assert!(matches!(look(&mut world, &friend), Err(Error::TooMany(_))), "thirty files a day");
    world.wait(86_400);
    assert_eq!(look(&mut world, &stranger).unwrap(), 1);
}
