use crate::world::{World, at_once};
use hostolink_auth::{Error, SignedIn};
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
