//! People of the older back end.

use crate::world::{PASSWORD, World, owner};
use diesel::{RunQueryDsl, connection::SimpleConnection};
use hostolink_audit::Actor;
use hostolink_auth::{
    Check, Door, Error, Next, VerifyOtp,
    adoption::{self, Column},
};
use hostolink_kernel::Region;
use hostolink_test_support::TestDb;

/// The contract's two tables as the older back end left them, and their people. Their passwords: `12345`, and for Koffi
/// `MonMotDePasse123`, both as its library wrote them (bcrypt, cost 10).
const DUMP: &str = r#"
CREATE SEQUENCE utilisateur_id_user_seq AS integer;
CREATE TABLE utilisateur (
    id_user integer NOT NULL DEFAULT nextval('utilisateur_id_user_seq'), nom varchar, prenom varchar, email varchar, telephone varchar,
    pays varchar, photo_profile varchar, mdp varchar, date_inscription timestamp DEFAULT CURRENT_TIMESTAMP, code_confirmation varchar(10),
    CONSTRAINT "PK_utilisateur" PRIMARY KEY (id_user),
    CONSTRAINT "UQ_80273015241cbddf8152908bd5b" UNIQUE (telephone), CONSTRAINT "UQ_e1136325a6b28e2a02b81b2f5e1" UNIQUE (email));
CREATE SEQUENCE otp_id_seq AS integer;
CREATE TABLE otp (
    id integer NOT NULL DEFAULT nextval('otp_id_seq'), user_id integer NOT NULL, otp_code varchar(6) NOT NULL, expires_at timestamp NOT NULL,
    is_valid boolean DEFAULT true, CONSTRAINT "PK_otp" PRIMARY KEY (id),
    CONSTRAINT fk_otp_user FOREIGN KEY (user_id) REFERENCES utilisateur (id_user) ON DELETE CASCADE);
INSERT INTO utilisateur (email, telephone, mdp, code_confirmation) VALUES
    ('Awa@Example.CI', '07 08 09 10 11', '$2b$10$E2H2NQG1LVvOqN4v3Ka6Fe/CXPSIcO1QzxGn5U1nGOXYVyC2KPZ0W', '654321'),
    ('koffi@example.ci', NULL, '$2b$10$9Q1m2dGqXfTqjXjAu7JqXOQX0M0wBvXx1PQWbXmJx3oJ9rK0mE3yS', NULL),
    ('Deux@example.ci', NULL, '$2b$10$E2H2NQG1LVvOqN4v3Ka6Fe/CXPSIcO1QzxGn5U1nGOXYVyC2KPZ0W', NULL),
    ('deux@Example.ci', NULL, '$2b$10$E2H2NQG1LVvOqN4v3Ka6Fe/CXPSIcO1QzxGn5U1nGOXYVyC2KPZ0W', NULL),
    (NULL, '08091011', '$2b$10$E2H2NQG1LVvOqN4v3Ka6Fe/CXPSIcO1QzxGn5U1nGOXYVyC2KPZ0W', NULL),
    ('pas une adresse', '0506070809', NULL, NULL),
    (NULL, '+2250506070809', NULL, NULL),
    ('vide@example.ci', NULL, '', NULL);
INSERT INTO otp (user_id, otp_code, expires_at) VALUES (1, '123456', now() + interval '1 year'), (2, '654321', now() + interval '1 year');
"#;

const REGIONS: [Region; 1] = [Region::COTE_D_IVOIRE];

/// A database that was adopted, with hashes made here: the dump's are only of the right form.
fn adopted() -> World {
    let db = TestDb::empty();
    db.conn().batch_execute(DUMP).unwrap();
    for (password, people) in [("12345", "1, 3, 4, 5"), (PASSWORD, "2")] {
        let hash = bcrypt::hash_with_result(password, 10).unwrap().format_for_version(bcrypt::Version::TwoB);
        assert!(hash.starts_with("$2b$10$"));
        let sql = format!("UPDATE utilisateur SET mdp = '{hash}' WHERE id_user IN ({people})");
        diesel::sql_query(sql).execute(&mut db.conn()).unwrap();
    }
    hostolink_database::migrate::run(db.url()).unwrap();
    World::on(db)
}

#[test]
fn every_row_stays_and_what_can_be_read_is_canonical() {
    let mut world = adopted();
    let report = adoption::normalise(&mut world.conn, &REGIONS).unwrap();
    assert_eq!(report.normalised, 4, "Awa's two, Koffi's, the empty password's");
    let kept =
        |list: &[adoption::Kept]| list.iter().map(|kept| (kept.user.key(), kept.column)).collect::<Vec<_>>();
    assert_eq!(
        kept(&report.colliding),
        [(3, Column::Email), (4, Column::Email), (6, Column::Phone), (7, Column::Phone)]
    );
    assert_eq!(kept(&report.unreadable), [(6, Column::Email), (5, Column::Phone)]);
    assert!(
        report.colliding.iter().chain(&report.unreadable).all(|kept| kept.masked.contains(['*', '•'])),
        "{report:?}"
    );
    assert_eq!(world.count("SELECT count(*) FROM utilisateur"), 8);
    assert_eq!(world.count("SELECT count(*) FROM otp"), 2);
    assert_eq!(world.count("SELECT count(*) FROM utilisateur WHERE email = 'Awa@Example.CI' AND email_normalise = 'awa@example.ci' AND telephone_normalise = '+2250708091011'"), 1);
    assert_eq!(world.count("SELECT count(DISTINCT public_id) FROM utilisateur"), 8);
    // Again, nothing new happens, and the same is listed.
    let again = adoption::normalise(&mut world.conn, &REGIONS).unwrap();
    assert_eq!(
        (again.normalised, again.colliding, again.unreadable),
        (0, report.colliding, report.unreadable)
    );
}

#[tokio::test]
async fn their_passwords_work_and_are_upgraded() {
    let mut world = adopted();
    adoption::normalise(&mut world.conn, &REGIONS).unwrap();
    let check = world.auth.check_user(&mut world.conn, "0708091011", &Actor::default()).unwrap();
    assert_eq!(check, Check { exists: true, password_set: true, next: Next::Password });
    assert_eq!(world.count("SELECT mdp_schema::bigint FROM utilisateur WHERE id_user = 1"), 0);
    for identifier in ["AWA@example.ci", "07 08 09 10 11", "+2250708091011"] {
        world.sign_in(identifier, "12345").await.unwrap();
        assert_eq!(
            world.count("SELECT mdp_schema::bigint FROM utilisateur WHERE id_user = 1"),
            1,
            "upgraded"
        );
        assert!(world.sign_in(identifier, "12346").await.is_err());
    }
    world.sign_in("koffi@example.ci", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_stranger_can_neither_register_nor_define_over_them() {
    let mut world = adopted();
    adoption::normalise(&mut world.conn, &REGIONS).unwrap();
    assert!(matches!(world.register("awa@example.ci"), Err(Error::AlreadyRegistered)));
    assert!(matches!(world.define("awa@example.ci", PASSWORD).await, Err(Error::SignInRequired)));
    world.sign_in("awa@example.ci", "12345").await.unwrap();
    // One without a password reads as nobody's, and is taken by whoever proves it.
    let check = world.auth.check_user(&mut world.conn, "vide@example.ci", &Actor::default()).unwrap();
    assert_eq!(check.next, Next::Register);
    assert!(world.person("vide@example.ci").await.profile.password_set);
    assert_eq!(world.count("SELECT count(*) FROM utilisateur"), 8, "the same row");
}

#[tokio::test]
async fn codes_found_at_adoption_are_invalid() {
    let mut world = adopted();
    adoption::normalise(&mut world.conn, &REGIONS).unwrap();
    assert_eq!(world.count("SELECT count(*) FROM otp WHERE is_valid"), 0);
    for code in ["123456", "654321"] {
        for identifier in ["awa@example.ci", "koffi@example.ci"] {
            assert!(matches!(world.verify(identifier, code), Err(Error::CodeInvalid)));
        }
    }
    let signed_in = world.prove("awa@example.ci");
    assert!(signed_in.profile.email_proven && signed_in.profile.password_set, "the password stays");
    world.sign_in("awa@example.ci", "12345").await.unwrap();
}

#[tokio::test]
async fn who_collides_signs_in_by_the_exact_old_value_then_by_code() {
    let mut world = adopted();
    adoption::normalise(&mut world.conn, &REGIONS).unwrap();
    let one = world.sign_in("Deux@example.ci", "12345").await.unwrap();
    let other = world.sign_in("deux@Example.ci", "12345").await.unwrap();
    assert_eq!((one.profile.user.key(), other.profile.user.key()), (3, 4));
    // The code goes to the mailbox; whoever proves first gets the canonical form.
    let proven = world.prove("deux@Example.ci");
    assert_eq!((proven.profile.user.key(), proven.profile.email_proven), (4, true));
    assert_eq!(
        world.count(
            "SELECT count(*) FROM utilisateur WHERE id_user = 4 AND email_normalise = 'deux@example.ci'"
        ),
        1
    );
    let second = world.prove("Deux@example.ci");
    assert_eq!(
        (second.profile.user.key(), second.profile.email_proven),
        (3, false),
        "the row stays, without the form"
    );
    assert_eq!(world.sign_in("DEUX@EXAMPLE.CI", "12345").await.unwrap().profile.user.key(), 4);
    // What can't be read at all opens with its password, and gets no code.
    assert_eq!(world.sign_in("08091011", "12345").await.unwrap().profile.user.key(), 5);
    assert_eq!(world.code("08091011"), None);
    assert!(matches!(world.sign_in("08091012", "12345").await, Err(Error::OldPhonePlan)));
}

#[tokio::test]
async fn a_second_identifier_is_confirmed_from_inside() {
    let mut world = adopted();
    adoption::normalise(&mut world.conn, &REGIONS).unwrap();
    let awa = world.prove("awa@example.ci");
    // The number was only ever written beside the address. Its holder does not get the account for it…
    let code = world.code("0708091011").unwrap();
    assert!(matches!(world.verify("0708091011", &code), Err(Error::ConfirmSignedIn)));
    // …and who has both confirms it signed in.
    let code = world.code("0708091011").unwrap();
    let shown = VerifyOtp {
        identifier: "0708091011",
        code: &code,
        attempt_token: None,
        signed_in: Some(awa.session),
        door: Door::Api,
        device: None,
    };
    let signed_in = world.auth.verify_otp(&mut world.conn, shown, &Actor::default()).unwrap();
    assert!(signed_in.profile.phone_proven && signed_in.profile.email_proven);
    assert_eq!(owner(&signed_in).user, owner(&awa).user);
}

#[tokio::test]
async fn sessions_opened_before_the_first_proof_end_with_it() {
    let mut world = adopted();
    adoption::normalise(&mut world.conn, &REGIONS).unwrap();
    let before = world.sign_in("awa@example.ci", "12345").await.unwrap();
    world.prove("awa@example.ci");
    assert!(!world.is_live(&before));
}
