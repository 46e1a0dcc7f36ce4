//! Registering in one call, and accounts that administrators make for others.

use crate::world::{EMAIL, PASSWORD, World};
use hostolink_audit::Actor;
use hostolink_auth::{Check, Door, Error, Next, PersonRegistered, Profile, ProfileChange, Role, VerifyOtp};
use hostolink_kernel::{EmailAddress, ExposeSecret, Secret, UserId};

fn person(first: &str) -> ProfileChange {
    let mut person = ProfileChange::default();
    person.first_name(Some(first)).unwrap();
    person.contact_phone(Some("0022892152900")).unwrap();
    person
}

impl World {
    async fn register_person(
        &mut self,
        email: &str,
        first: &str,
        password: &str,
    ) -> Result<PersonRegistered, Error> {
        let email = EmailAddress::parse(email).unwrap();
        let pending = self.auth.begin_registration(&mut self.conn, &email, &Actor::default())?;
        let hash = self.hash(password).await;
        self.auth.finish_registration(&mut self.conn, &pending, &person(first), &hash, &Actor::default())
    }

    /// Proves an address by the code that was delivered; says whether the password was dropped.
    fn confirm(&mut self, email: &str, code: &str, attempt_token: Option<&Secret>) -> Result<bool, Error> {
        let shown = VerifyOtp {
            identifier: email,
            code,
            attempt_token,
            signed_in: None,
            door: Door::Ego,
            device: None,
        };
        self.auth.confirm_code(&mut self.conn, shown, &Actor::default())
    }

    fn profile_of(&mut self, email: &str) -> Profile {
        let search = hostolink_auth::Search {
            text: Some(email.to_owned()),
            after: None,
            limit: hostolink_kernel::Limit::DEFAULT,
        };
        self.auth.users(&mut self.conn, &search).unwrap().items.remove(0)
    }

    fn invite(&mut self, by: UserId, email: &str, role: Role) -> Result<Profile, Error> {
        let actor = Actor { user: Some(by), ..Actor::default() };
        let email = EmailAddress::parse(email).unwrap();
        self.auth.invite(&mut self.conn, &actor, &email, &person("Yao"), role)
    }
}

fn code(registered: &PersonRegistered) -> String {
    registered.delivery.as_ref().unwrap().code.expose_secret().to_owned()
}

#[tokio::test]
async fn everything_waits_for_the_proof_and_is_there_after_it() {
    let mut world = World::new();
    let registered = world.register_person(EMAIL, "Awa", PASSWORD).await.unwrap();
    let waiting = world.profile_of(EMAIL);
    assert!(waiting.first_name.is_none() && waiting.contact_phone.is_none() && !waiting.password_set);
    assert!(matches!(world.sign_in(EMAIL, PASSWORD).await, Err(Error::CredentialsInvalid)));
    assert!(!world.confirm(EMAIL, &code(&registered), None).unwrap());
    let proven = world.profile_of(EMAIL);
    assert_eq!(
        (proven.first_name.as_deref(), proven.contact_phone.as_deref()),
        (Some("Awa"), Some("0022892152900"))
    );
    assert!(proven.email_proven_at.is_some() && proven.password_set && proven.phone.is_none());
    assert_eq!(world.count("SELECT count(*) FROM session"), 0, "a proof signs nobody in");
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn case_12_a_stranger_s_name_goes_with_their_password() {
    let mut world = World::new();
    world.register_person(EMAIL, "Voleur", "MotDePasseVole123").await.unwrap();
    let owner = world.register_person(EMAIL, "Awa", PASSWORD).await.unwrap();
    assert!(world.confirm(EMAIL, &code(&owner), None).unwrap(), "contested: nothing is kept without a token");
    let proven = world.profile_of(EMAIL);
    assert!(proven.first_name.is_none() && proven.contact_phone.is_none() && !proven.password_set);
}

#[tokio::test]
async fn the_token_of_the_last_registration_keeps_it_and_an_earlier_one_does_not() {
    let mut world = World::new();
    let strangers = world.register_person(EMAIL, "Voleur", "MotDePasseVole123").await.unwrap();
    let owner = world.register_person(EMAIL, "Awa", PASSWORD).await.unwrap();
    assert!(!world.confirm(EMAIL, &code(&owner), Some(&owner.attempt_token)).unwrap());
    assert_eq!(world.profile_of(EMAIL).first_name.as_deref(), Some("Awa"));

    let other = "koffi@example.ci";
    world.register_person(other, "Voleur", "MotDePasseVole123").await.unwrap();
    let owner = world.register_person(other, "Koffi", PASSWORD).await.unwrap();
    assert!(world.confirm(other, &code(&owner), Some(&strangers.attempt_token)).unwrap());
}

#[tokio::test]
async fn registering_over_somebody_changes_nothing_and_sends_no_code() {
    let mut world = World::new();
    world.person(EMAIL).await;
    let again = world.register_person(EMAIL, "Voleur", "MotDePasseVole123").await.unwrap();
    assert!(again.delivery.is_none());
    assert_eq!(world.count("SELECT count(*) FROM inscription"), 0);
    assert!(world.profile_of(EMAIL).first_name.is_none());
    world.sign_in(EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn registrations_of_an_address_are_bounded_before_anything_is_hashed() {
    let mut world = World::new();
    let email = EmailAddress::parse(EMAIL).unwrap();
    for _ in 0..10 {
        world.auth.begin_registration(&mut world.conn, &email, &Actor::default()).unwrap();
    }
    let refused = world.auth.begin_registration(&mut world.conn, &email, &Actor::default());
    assert!(matches!(refused, Err(Error::TooMany(_))));
}

#[tokio::test]
async fn an_invitation_is_its_address_owner_s_alone() {
    let mut world = World::new();
    let chief = world.person("chef@example.ci").await.profile.user;
    let sql = format!("UPDATE utilisateur SET role = 'superadmin' WHERE id_user = {}", chief.key());
    diesel::RunQueryDsl::execute(diesel::sql_query(sql), &mut world.conn).unwrap();
    // Somebody waited there with a password.
    world.register_person(EMAIL, "Voleur", "MotDePasseVole123").await.unwrap();
    let invited = world.invite(chief, EMAIL, Role::Admin).unwrap();
    assert_eq!((invited.role, invited.first_name.as_deref()), (Role::Admin, Some("Yao")));
    assert!(matches!(world.register(EMAIL), Err(Error::AlreadyRegistered)));
    assert!(world.register_person(EMAIL, "Voleur", "MotDePasseVole123").await.unwrap().delivery.is_none());
    let check = world.auth.check_user(&mut world.conn, EMAIL, &Actor::default()).unwrap();
    assert_eq!(check, Check { exists: true, password_set: false, next: Next::Otp });
    let asked = world.auth.request_reset(&mut world.conn, EMAIL, &Actor::default()).unwrap();
    let token = asked.delivery.unwrap().token;
    let pending = world.auth.begin_reset(&mut world.conn, &token, &Actor::default()).unwrap();
    let hash = world.hash(PASSWORD).await;
    world.auth.finish_reset(&mut world.conn, &pending, &hash, &Actor::default()).unwrap();
    let proven = world.profile_of(EMAIL);
    assert!(proven.email_proven && proven.password_set);
    assert_eq!(proven.role, Role::Admin);
    assert_eq!(
        world.count("SELECT count(*) FROM evenement WHERE type = 'auth.user_proven'"),
        2,
        "others hear of both"
    );
    assert!(matches!(
        world.invite(chief, EMAIL, Role::User),
        Err(Error::RoleForbidden | Error::AlreadyRegistered)
    ));
}

#[tokio::test]
async fn nobody_invites_at_or_above_their_level() {
    let mut world = World::new();
    let user = world.person(EMAIL).await.profile.user;
    for role in Role::ALL {
        assert!(matches!(world.invite(user, "x@example.ci", role), Err(Error::RoleForbidden)), "{role:?}");
    }
    assert_eq!(world.count("SELECT count(*) FROM utilisateur WHERE email = 'x@example.ci'"), 0);
}
