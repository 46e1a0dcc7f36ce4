use crate::world::{EMAIL, PASSWORD, World, at_once};
use hostolink_audit::Actor;
use hostolink_auth::{Error, Permission, Permissions, Profile, Role, Search, SignedIn};
use hostolink_kernel::{Cursor, Identifier, Limit, Region, UserId, UserPublicId};

fn identifier(text: &str) -> Identifier {
    Identifier::parse(text, &[Region::COTE_D_IVOIRE]).unwrap()
}

fn actor(who: &SignedIn) -> Actor {
    Actor { user: Some(who.profile.user), ..Actor::default() }
}

impl World {
    async fn with_role(&mut self, identifier: &str, role: Role) -> SignedIn {
        let person = self.person(identifier).await;
        let key = person.profile.user.key();
        self.run(&format!("UPDATE utilisateur SET role = '{}' WHERE id_user = {key}", role.as_str()));
        person
    }

    fn set_role(&mut self, by: &SignedIn, target: &SignedIn, role: Role) -> Result<Profile, Error> {
        self.auth.set_role(&mut self.conn, &actor(by), target.profile.public_id, role)
    }

    fn role_of(&mut self, who: &SignedIn) -> Role {
        self.auth.session(&mut self.conn, who.session).unwrap().role
    }
}

#[test]
fn the_table_of_roles_says_what_the_code_says() {
    let mut world = World::new();
    assert_eq!(world.count("SELECT count(*) FROM role_permission"), i64::try_from(Role::ALL.len()).unwrap());
    for role in Role::ALL {
        let level = format!("SELECT niveau::bigint FROM role_permission WHERE role = '{}'", role.as_str());
        assert_eq!(world.count(&level), i64::from(role.level()));
    }
    assert!(Role::ALL.is_sorted_by_key(|role| role.level()) && Role::ALL.is_sorted());
    let roles = world.auth.roles(&mut world.conn).unwrap();
    assert_eq!(roles.len(), Role::ALL.len());
    for info in roles {
        assert_eq!(info.permissions, info.role.first_permissions(), "{:?}", info.role);
    }
}

#[tokio::test]
async fn case_32_what_a_role_may_is_for_superadmins_to_say() {
    let mut world = World::new();
    let chief = world.with_role("chef@example.ci", Role::Superadmin).await;
    let admin = world.with_role("admin@example.ci", Role::Admin).await;
    let cashier: Permissions = [Permission::CashIn].into_iter().collect();
    let mut set =
        |by: &SignedIn, role| world.auth.set_permissions(&mut world.conn, &actor(by), role, cashier);
    assert!(matches!(set(&admin, Role::Admin), Err(Error::RoleForbidden)));
    assert!(matches!(set(&admin, Role::User), Err(Error::RoleForbidden)), "also below one's own level");
    assert!(matches!(set(&chief, Role::Superadmin), Err(Error::RoleForbidden)), "superadmins may everything");
    assert_eq!(set(&chief, Role::Admin).unwrap().permissions, cashier);
    // Effective at once, for whoever holds the role.
    let now = |world: &mut World, who: &SignedIn| {
        world.auth.session(&mut world.conn, who.session).unwrap().permissions
    };
    assert_eq!(now(&mut world, &admin), cashier);
    world.run("UPDATE role_permission SET permissions = '{}' WHERE role = 'superadmin'");
    assert_eq!(now(&mut world, &chief), Permissions::all());
    world.run("UPDATE utilisateur SET statut = 'bloque' WHERE role = 'admin'");
    let left = world.auth.permissions_of(&mut world.conn, admin.profile.user).unwrap();
    assert_eq!(left, Permissions::default());
    assert_eq!(world.count("SELECT count(*) FROM logs WHERE action = 'auth.role_permissions_set'"), 1);
}

#[tokio::test]
async fn case_32_nobody_grants_at_or_above_their_level() {
    let mut world = World::new();
    let chief = world.with_role("chef@example.ci", Role::Superadmin).await;
    let admin = world.with_role("admin@example.ci", Role::Admin).await;
    let agent = world.with_role("agent@example.ci", Role::Agent).await;
    let user = world.person(EMAIL).await;
    for (by, target, role) in [
        (&admin, &user, Role::Superadmin),
        (&admin, &user, Role::Admin),
        (&admin, &admin, Role::Superadmin),
        (&admin, &chief, Role::User),
        (&admin, &admin, Role::User),
        (&agent, &user, Role::User),
        (&user, &user, Role::Agent),
        (&chief, &user, Role::Superadmin),
        (&chief, &chief, Role::Superadmin),
    ] {
        assert!(
            matches!(world.set_role(by, target, role), Err(Error::RoleForbidden)),
            "{:?}",
            (by.profile.role, role)
        );
    }
    assert_eq!(world.set_role(&admin, &user, Role::Agent).unwrap().role, Role::Agent);
    assert_eq!(world.set_role(&chief, &admin, Role::User).unwrap().role, Role::User);
    // Effective at once: the demoted one's own powers are gone.
    assert_eq!(world.role_of(&admin), Role::User);
    assert!(matches!(world.set_role(&admin, &user, Role::User), Err(Error::RoleForbidden)));
    assert_eq!(
        world.count("SELECT count(*) FROM logs WHERE action = 'auth.role_set'"),
        2,
        "none for a refusal"
    );
}

#[tokio::test]
async fn case_32_there_is_always_a_superadmin() {
    let mut world = World::new();
    let (one, other) = (
        world.with_role("un@example.ci", Role::Superadmin).await,
        world.with_role("deux@example.ci", Role::Superadmin).await,
    );
    // Each demotes the other, or themselves, at the same time on two processes.
    let (auth, beside) = (world.auth.clone(), world.beside());
    let results = at_once(&world, 4, |n, conn| {
        let (auth, by) = if n < 2 { (&auth, &one) } else { (&beside, &other) };
        let target = if n % 2 == 0 { &one } else { &other };
        auth.set_role(conn, &actor(by), target.profile.public_id, Role::User).map(|profile| profile.role)
    });
    assert!(results.iter().any(Result::is_ok), "{results:?}");
    assert_eq!(world.count("SELECT count(*) FROM utilisateur WHERE role = 'superadmin'"), 1);
    let last = if world.role_of(&one) == Role::Superadmin { one } else { other };
    assert!(matches!(world.set_role(&last, &last, Role::User), Err(Error::LastSuperadmin)));
}

#[tokio::test]
async fn a_role_is_for_somebody_who_is_there_and_proven() {
    let mut world = World::new();
    let chief = world.with_role("chef@example.ci", Role::Superadmin).await;
    world.register(EMAIL).unwrap();
    let id = world.auth.users(&mut world.conn, &search(Some(EMAIL))).unwrap().items[0].public_id;
    let unproven = world.auth.set_role(&mut world.conn, &actor(&chief), id, Role::Admin);
    assert!(matches!(unproven, Err(Error::UserNotProven)));
    let nobody = UserPublicId::new(uuid::Uuid::nil());
    let missing = world.auth.set_role(&mut world.conn, &actor(&chief), nobody, Role::Admin);
    assert!(matches!(missing, Err(Error::UserNotFound)));
    let anonymous = world.auth.set_role(&mut world.conn, &Actor::default(), id, Role::User);
    assert!(matches!(anonymous, Err(Error::RoleForbidden)));
}

fn search(text: Option<&str>) -> Search {
    Search { text: text.map(str::to_owned), after: None, limit: Limit::DEFAULT }
}

impl World {
    fn found(&mut self, text: &str) -> usize {
        self.auth.users(&mut self.conn, &search(Some(text))).unwrap().items.len()
    }
}

#[tokio::test]
async fn people_are_found_by_the_beginning_of_a_name_or_identifier() {
    let mut world = World::new();
    world.person(EMAIL).await;
    world.person("0708091011").await;
    world.run("UPDATE utilisateur SET prenom = 'Awa', nom = 'Koné 50%' WHERE email IS NOT NULL");
    for text in ["awa", "AWA", "koné", "kon", "testemail@", "TESTEMAIL@gmail.com", "koné 50%"] {
        assert_eq!(world.found(text), 1, "{text}");
    }
    for text in ["0708", "07 08 09", "+225 0708", "2250708", "00225 07 08", "708"] {
        assert_eq!(world.found(text), usize::from(text != "708"), "{text}");
    }
    // A prefix is a prefix: no wildcard, no operator, no SQL.
    for text in ["wa", "%", "_wa", "\\", "a%a", "' OR 1=1 --", "50%", "\u{202e}", &"a".repeat(10_000)] {
        assert_eq!(world.found(text), 0, "{text}");
    }
    assert_eq!(world.found("  "), 2, "nothing asked is everybody");
}

#[tokio::test]
async fn case_42_pages_hold_everybody_once() {
    let mut world = World::new();
    for n in 0..25 {
        world.register(&format!("personne{n:02}@example.ci")).unwrap();
        world.wait(60);
    }
    let mut seen = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let asked =
            Search { text: Some("personne".into()), after: after.take(), limit: Limit::parse(10).unwrap() };
        let page = world.auth.users(&mut world.conn, &asked).unwrap();
        seen.extend(page.items.into_iter().map(|person| person.email.unwrap()));
        world.register(&format!("personne{}@example.ci", 50 + seen.len())).unwrap(); // somebody new, meanwhile
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let expected: Vec<_> = (0..25).rev().map(|n| format!("personne{n:02}@example.ci")).collect();
    assert_eq!(seen, expected, "the newest first");
    let foreign = Cursor::new("transactions", &uuid::Uuid::nil());
    let asked = Search { text: None, after: foreign, limit: Limit::DEFAULT };
    assert!(matches!(world.auth.users(&mut world.conn, &asked), Err(Error::InvalidCursor)));
}

#[tokio::test]
async fn a_search_uses_the_indexes() {
    let mut world = World::new();
    world.run(
        "INSERT INTO utilisateur (email, email_normalise, nom, prenom)
         SELECT 'p' || n || '@example.ci', 'p' || n || '@example.ci', 'nom' || n, 'prenom' || n FROM generate_series(1, 20000) n",
    );
    world.run("ANALYZE utilisateur");
    // What `Auth::users` asks, for the beginning of a name that few have.
    let plan = "SELECT count(*) FROM utilisateur WHERE lower(nom) LIKE 'nom19999%' OR lower(prenom) LIKE 'nom19999%' \
                OR email_normalise LIKE 'nom19999%' OR telephone_normalise LIKE ''";
    assert!(!world.plan(plan).contains("Seq Scan"), "{}", world.plan(plan));
    assert_eq!(world.found("nom19999"), 1);
    // What every call asks first: whose identifier is this?
    let plan = "SELECT * FROM utilisateur WHERE email = ANY (ARRAY['P7@example.ci', 'p7@example.ci']) AND email_normalise IS NULL \
                OR telephone = ANY (ARRAY['P7@example.ci', 'p7@example.ci']) AND telephone_normalise IS NULL \
                OR email_normalise = 'p7@example.ci' OR telephone_normalise = 'p7@example.ci'";
    assert!(!world.plan(plan).contains("Seq Scan"), "{}", world.plan(plan));
    assert!(world.auth.check_user(&mut world.conn, "P7@example.ci", &Actor::default()).is_ok());
}

impl World {
    fn plan(&mut self, sql: &str) -> String {
        use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
        #[derive(QueryableByName)]
        struct Line {
            #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
            text: String,
        }
        let lines: Vec<Line> = sql_query(format!("EXPLAIN {sql}")).load(&mut self.conn).unwrap();
        lines.into_iter().map(|line| line.text + "\n").collect()
    }
}

#[tokio::test]
async fn only_proven_people_receive_and_little_of_them_is_shown() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    world.register("0708091011").unwrap();
    let find =
        |world: &mut World, text| world.auth.find_recipient(&mut world.conn, &identifier(text)).unwrap();
    assert_eq!(find(&mut world, "0708091011"), None, "unproven");
    assert_eq!(find(&mut world, "personne@gmail.com"), None);
    let found = find(&mut world, EMAIL).unwrap();
    assert_eq!((found.user, found.display_name.as_str()), (awa.profile.user, "t***@gmail.com"));
    world.run("UPDATE utilisateur SET prenom = 'Awa', nom = 'Koné' WHERE email IS NOT NULL");
    let names = world.auth.names(&mut world.conn, &[awa.profile.user, UserId::new(-1)]).unwrap();
    assert_eq!(names.len(), 1);
    assert_eq!(names[&awa.profile.user].display_name, "A••• K.", "anybody can call themselves anything");
    world.run("UPDATE utilisateur SET niveau_identite = 1 WHERE email IS NOT NULL");
    let names = world.auth.names(&mut world.conn, &[awa.profile.user]).unwrap();
    assert_eq!(names[&awa.profile.user].display_name, "Awa K.", "two reviewers have seen it on a document");
    world.run("UPDATE utilisateur SET statut = 'bloque'");
    assert_eq!(find(&mut world, EMAIL), None, "blocked");
    assert_eq!(world.auth.find_user(&mut world.conn, awa.profile.public_id).unwrap(), Some(awa.profile.user));
}

#[tokio::test]
async fn the_first_superadmin_is_made_once() {
    let mut world = World::new();
    let hash = world.hash(PASSWORD).await;
    let chief = identifier("chef@example.ci");
    // A stranger was there first: nothing of theirs stays.
    world.register("chef@example.ci").unwrap();
    world.define("chef@example.ci", "MotDePasseVole123").await.unwrap();
    let create = |world: &mut World, who: &Identifier| {
        world.auth.create_superadmin(&mut world.conn, who, &hash).unwrap()
    };
    assert!(create(&mut world, &chief));
    assert!(!create(&mut world, &chief));
    assert!(world.sign_in("chef@example.ci", "MotDePasseVole123").await.is_err());
    let signed_in = world.sign_in("chef@example.ci", PASSWORD).await.unwrap();
    assert_eq!(signed_in.profile.role, Role::Superadmin);
    assert!(signed_in.profile.email_proven);
    // Somebody who is there already keeps their password.
    world.register(EMAIL).unwrap();
    world.define(EMAIL, "UnAutreMotDePasse456").await.unwrap();
    let awa = world.prove(EMAIL);
    assert!(create(&mut world, &identifier(EMAIL)));
    assert!(world.is_live(&awa));
    assert_eq!(world.sign_in(EMAIL, "UnAutreMotDePasse456").await.unwrap().profile.role, Role::Superadmin);
}

#[tokio::test]
async fn personas_are_made_once_with_their_names() {
    let mut world = World::new();
    let hash = world.hash(PASSWORD).await;
    let make = |world: &mut World| {
        let who = identifier("agent@hostolink.test");
        world
            .auth
            .create_proven_user(&mut world.conn, &who, Some("Moussa"), Some("Traoré"), Role::Agent, &hash)
            .unwrap()
    };
    let (user, new) = make(&mut world);
    assert!(new);
    assert_eq!(make(&mut world), (user, false));
    let me = world.auth.me(&mut world.conn, user).unwrap();
    assert_eq!((me.first_name.as_deref(), me.role), (Some("Moussa"), Role::Agent));
    assert!(matches!(world.auth.me(&mut world.conn, UserId::new(-1)), Err(Error::UserNotFound)));
}

#[tokio::test]
async fn every_change_is_logged_and_nothing_personal_is() {
    let mut world = World::new();
    let awa = world.person(EMAIL).await;
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
    world.auth.refresh(&mut world.conn, &awa.tokens.refresh, &Actor::default()).unwrap();
    world.auth.sign_out(&mut world.conn, crate::world::owner(&awa), &actor(&awa)).unwrap();
    for (action, times) in [
        ("auth.registered", 1),
        ("auth.password_defined", 1),
        ("auth.code_generated", 1),
        ("auth.identifier_proven", 1),
        ("auth.signed_in", 2),
        ("auth.session_refreshed", 1),
        ("auth.signed_out", 1),
    ] {
        assert_eq!(
            world.count(&format!("SELECT count(*) FROM logs WHERE action = '{action}'")),
            times,
            "{action}"
        );
    }
    for personal in [EMAIL, PASSWORD, "testemail", "$2b$"] {
        assert_eq!(
            world.count(&format!("SELECT count(*) FROM logs WHERE logs::text LIKE '%{personal}%'")),
            0
        );
    }
    let told = "SELECT count(*) FROM evenement WHERE type = 'auth.user_proven'";
    assert_eq!(world.count(told), 1);
}
