use crate::world::{EMAIL, PASSWORD, World, owner};
use hostolink_audit::Actor;
use hostolink_auth::{Error, SignedIn};

const GRACE: u64 = 30 * 86_400;

fn request(world: &mut World, who: &SignedIn) -> Result<(), Error> {
    world.auth.request_deletion(&mut world.conn, owner(who), &Actor::default()).map(|_| ())
}

fn erase_due(world: &mut World) -> usize {
    let due = world.auth.due_for_erasure(&mut world.conn, 10).unwrap();
    due.into_iter().filter(|user| world.auth.erase(&mut world.conn, *user).unwrap()).count()
}

#[tokio::test]
async fn case_21_who_leaves_is_signed_out_and_may_think_again() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    world.auth.require_recent_code(&mut world.conn, owner(&awa)).unwrap();
    request(&mut world, &awa).unwrap();
    assert!(!world.is_live(&awa));
    let refreshed = world.auth.refresh(&mut world.conn, &awa.tokens.refresh, &Actor::default());
    assert!(matches!(refreshed, Err(Error::SessionEnded)));
    assert!(matches!(world.sign_in(EMAIL, PASSWORD).await, Err(Error::DeletionPending)));
    let identifier =
        hostolink_kernel::Identifier::parse(EMAIL, &[hostolink_kernel::Region::COTE_D_IVOIRE]).unwrap();
    assert!(world.auth.find_recipient(&mut world.conn, &identifier).unwrap().is_none());
    let back = world.prove(EMAIL);
    assert!(back.profile.deletion_due.is_some());
    let profile = world.auth.cancel_deletion(&mut world.conn, owner(&back), &Actor::default()).unwrap();
    assert!(profile.deletion_due.is_none());
    let twice = world.auth.cancel_deletion(&mut world.conn, owner(&back), &Actor::default());
    assert!(matches!(twice, Err(Error::DeletionUnknown)));
    world.wait(GRACE);
    assert_eq!(erase_due(&mut world), 0);
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn an_open_phone_is_not_enough_to_leave() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let weak = world.sign_in(EMAIL, PASSWORD).await.unwrap();
    let recent = |world: &mut World, who| world.auth.require_recent_code(&mut world.conn, owner(who));
    assert!(matches!(recent(&mut world, &weak), Err(Error::StepUpRequired)));
    world.wait(601);
    assert!(matches!(recent(&mut world, &awa), Err(Error::RecentCodeRequired)));
}

#[tokio::test]
async fn case_36_after_thirty_days_nothing_is_left_and_the_identifier_is_another_s() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    request(&mut world, &awa).unwrap();
    world.wait(GRACE - 1);
    assert_eq!(erase_due(&mut world), 0);
    world.wait(1);
    assert_eq!(erase_due(&mut world), 1);
    assert_eq!(erase_due(&mut world), 0);
    assert_eq!(world.count("SELECT count(*) FROM session") + world.count("SELECT count(*) FROM otp"), 0);
    let told = "SELECT count(*) FROM evenement WHERE type = 'auth.user_erased'";
    assert_eq!(world.count(told), 1);
    assert!(world.sign_in(EMAIL, PASSWORD).await.is_err());
    let other = world.person(EMAIL).await;
    assert_ne!(other.profile.user, awa.profile.user);
    assert_eq!(other.profile.first_name, None);
    let gone = world.auth.me(&mut world.conn, awa.profile.user).unwrap();
    assert!(gone.blocked && gone.email.is_none() && !gone.password_set);
    let name = &world.auth.names(&mut world.conn, &[awa.profile.user]).unwrap()[&awa.profile.user];
    assert_eq!(name.display_name, "•••");
}

#[tokio::test]
async fn papers_that_nobody_accepted_go_and_those_of_a_customer_stay_without_counting() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    let papers = |state: &str, reason: &str, reviewers: &str| {
        format!(
            "INSERT INTO verification_identite (public_id, id_user, etat, type_document, pays_document, numero_cle, numero_chiffre,
                 numero_hache, nom, prenom, date_naissance, expire_le, commencee_le, soumise_le, motif, avis_le, decidee_le)
             SELECT gen_random_uuid(), id_user, '{state}', 'cni', 'CI', 'k1', '\\x00', decode(repeat('ab', 32), 'hex'), 'Koné', 'Awa',
                 '1990-01-01', '2030-01-01', now(), now(), {reason}, {reviewers} FROM utilisateur"
        )
    };
    world.run(&papers("acceptee", "NULL", "now(), now()"));
    world.run(&papers("refusee", "'illisible'", "NULL, now()"));
    request(&mut world, &awa).unwrap();
    world.wait(GRACE);
    assert_eq!(erase_due(&mut world), 1);
    assert_eq!(world.count("SELECT count(*) FROM verification_identite"), 1);
    assert_eq!(world.count("SELECT count(*) FROM verification_identite WHERE etat = 'expiree'"), 1);
    assert_eq!(world.count("SELECT count(*) FROM utilisateur WHERE niveau_identite > 0"), 0);
}

#[tokio::test]
async fn the_last_superadmin_stays() {
    let mut world = World::new();
    let (first, second) = (world.person("a@example.ci").await, world.person("b@example.ci").await);
    world.run("UPDATE utilisateur SET role = 'superadmin'");
    request(&mut world, &first).unwrap();
    assert!(matches!(request(&mut world, &second), Err(Error::LastSuperadmin)));
    let back = world.prove("a@example.ci");
    world.auth.cancel_deletion(&mut world.conn, owner(&back), &Actor::default()).unwrap();
    request(&mut world, &second).unwrap();
}
