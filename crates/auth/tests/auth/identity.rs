//! Identity verification where several hands are at it at once.

use crate::world::{World, at_once};
use chrono::NaiveDate;
use hostolink_audit::Actor;
use hostolink_auth::{DocumentKind, Error, FileKind, IdentityLevel, SignedIn, State, TypedIdentity};
use hostolink_kernel::{Limit, VerificationId};
use hostolink_media::{Picture, Size};
use image::{DynamicImage, ImageFormat, RgbImage};
use std::io::Cursor;

fn actor(who: &SignedIn) -> Actor {
    Actor { user: Some(who.profile.user), ..Actor::default() }
}

fn typed(number: &str) -> TypedIdentity<'_> {
    let day = |year| NaiveDate::from_ymd_opt(year, 6, 30).unwrap();
    TypedIdentity {
        kind: DocumentKind::Passport,
        country: "CI",
        number,
        last_name: "Koné",
        first_name: "Awa",
        birth_date: day(1990),
        expires_on: day(2031),
    }
}

impl World {
    async fn reviewer(&mut self, identifier: &str) -> SignedIn {
        let person = self.person(identifier).await;
        let key = person.profile.user.key();
        self.run(&format!("UPDATE utilisateur SET role = 'admin' WHERE id_user = {key}"));
        person
    }

    fn send_files(&mut self, who: &SignedIn) -> Result<(), Error> {
        let mut file = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(RgbImage::new(300, 300)).write_to(&mut file, ImageFormat::Png).unwrap();
        let picture = Picture::read(&file.into_inner(), Size::Document).unwrap();
        let user = who.profile.user;
        for kind in [FileKind::Front, FileKind::Selfie] {
            self.auth.put_identity_file(&mut self.conn, user, kind, &picture, &actor(who))?;
        }
        Ok(())
    }

    fn apply(&mut self, who: &SignedIn, reviewer: &SignedIn, number: &str) -> VerificationId {
        self.send_files(who).unwrap();
        self.auth.submit_identity(&mut self.conn, who.profile.user, typed(number), &actor(who)).unwrap();
        let queue = hostolink_auth::Queue { state: None, after: None, limit: Limit::DEFAULT };
        let page = self.auth.identity_queue(&mut self.conn, &queue, &actor(reviewer)).unwrap();
        page.items.iter().find(|item| item.applicant == who.profile.public_id).unwrap().id
    }
}

#[tokio::test]
async fn case_34_one_reviewer_at_once_with_themself_is_one_word() {
    let mut world = World::new();
    let (awa, one) = (world.person("awa@example.ci").await, world.reviewer("un@example.ci").await);
    let id = world.apply(&awa, &one, "P1234567");
    let (auth, by) = (world.beside(), actor(&one));
    let results =
        at_once(&world, 8, |_, conn| auth.accept_identity(conn, id, &by).map(|summary| summary.state));
    let accepted: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
    assert_eq!(accepted, [&State::InReview]);
    assert!(results.iter().all(|result| matches!(result, Ok(_) | Err(Error::SecondReviewer))));
    assert_eq!(world.auth.me(&mut world.conn, awa.profile.user).unwrap().identity, IdentityLevel::Unverified);
}

#[tokio::test]
async fn case_34_reviewers_at_once_come_to_one_end() {
    let mut world = World::new();
    let awa = world.person("awa@example.ci").await;
    let reviewers = [
        world.reviewer("un@example.ci").await,
        world.reviewer("deux@example.ci").await,
        world.reviewer("trois@example.ci").await,
        world.reviewer("quatre@example.ci").await,
    ];
    let id = world.apply(&awa, &reviewers[0], "P1234567");
    let (auth, by) = (world.beside(), reviewers.map(|reviewer| actor(&reviewer)));
    let results = at_once(&world, 4, |place, conn| {
        auth.accept_identity(conn, id, &by[place]).map(|summary| summary.state)
    });
    let mut states: Vec<_> = results.iter().filter_map(|result| result.as_ref().ok()).collect();
    states.sort_unstable();
    assert_eq!(states, [&State::InReview, &State::Accepted]);
    assert_eq!(results.iter().filter(|result| matches!(result, Err(Error::IdentityState))).count(), 2);
    assert_eq!(world.count("SELECT count(*) FROM verification_compte"), 1, "the level changed once");
    assert_eq!(world.count("SELECT count(*) FROM evenement WHERE type = 'auth.identity_level_changed'"), 1);
}

#[tokio::test]
async fn case_34_the_tables_refuse_one_reviewer_for_two_and_the_applicant_as_one() {
    let mut world = World::new();
    let (awa, one) = (world.person("awa@example.ci").await, world.reviewer("un@example.ci").await);
    let id = world.apply(&awa, &one, "P1234567");
    world.auth.accept_identity(&mut world.conn, id, &actor(&one)).unwrap();
    let (awa, one) = (awa.profile.user.key(), one.profile.user.key());
    for wrong in [
        format!("etat = 'acceptee', decidee_par = {one}, decidee_le = now()"),
        format!("etat = 'acceptee', decidee_par = {awa}, decidee_le = now()"),
        format!("avis_par = {awa}"),
        "etat = 'acceptee'".to_owned(),
        "etat = 'refusee'".to_owned(),
    ] {
        let done = diesel::connection::SimpleConnection::batch_execute(
            &mut world.conn,
            &format!("UPDATE verification_identite SET {wrong} WHERE public_id = '{id}'"),
        );
        assert!(done.is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn documents_are_kept_so_that_the_database_alone_shows_nothing() {
    let mut world = World::new();
    let (awa, one) = (world.person("awa@example.ci").await, world.reviewer("un@example.ci").await);
    let id = world.apply(&awa, &one, "P7654321");
    let clear = "position('P7654321'::bytea in numero_chiffre) > 0 OR position('JFIF'::bytea in contenu) > 0";
    let rows = "verification_identite v JOIN piece_justificative p ON p.verification_id = v.public_id";
    assert_eq!(world.count(&format!("SELECT count(*) FROM {rows}")), 2);
    assert_eq!(world.count(&format!("SELECT count(*) FROM {rows} WHERE {clear}")), 0);
    let logged = world.count(
        "SELECT count(*) FROM logs WHERE details::text LIKE '%7654321%' OR details::text LIKE '%Kon%'",
    );
    assert_eq!(logged, 0);
    // What is moved to another place opens no more.
    world.run("UPDATE piece_justificative SET genre = 'verso' WHERE genre = 'selfie'");
    let moved = world.auth.identity_file(&mut world.conn, id, FileKind::Back, &actor(&one));
    assert!(matches!(moved, Err(Error::Unreadable)));
    world.auth.identity_file(&mut world.conn, id, FileKind::Front, &actor(&one)).unwrap();
}

#[tokio::test]
async fn pictures_of_what_was_refused_are_erased_after_ninety_days() {
    let mut world = World::new();
    let (awa, one) = (world.person("awa@example.ci").await, world.reviewer("un@example.ci").await);
    let id = world.apply(&awa, &one, "P1234567");
    let reason = hostolink_auth::RefusalReason::Mismatch;
    world.auth.refuse_identity(&mut world.conn, id, reason, &actor(&one)).unwrap();
    let left = |world: &mut World| {
        world.auth.expire_identities(&mut world.conn, 10).unwrap();
        world.count("SELECT count(*) FROM piece_justificative")
    };
    world.wait(89 * 86_400);
    assert_eq!(left(&mut world), 2);
    world.wait(2 * 86_400);
    assert_eq!(left(&mut world), 0);
}
