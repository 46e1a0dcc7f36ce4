use crate::{World, actor, code, words};
use chrono::TimeDelta;
use hostolink_kernel::{Clock, Limit, UserId};
use hostolink_social::{AppealState, Case, CaseState, Decision, Measure, Reason, Target, Viewer};
use std::time::Duration;
use uuid::Uuid;

/// People: 0 publishes, 1 and 2 report, 3 and 4 decide.
fn reported(world: &World) -> (Uuid, Case) {
    let made = world.publish(world.people[0], "Gagnez un million, envoyez votre code");
    let conn = &mut world.conn();
    for user in [1, 2, 1] {
        world.tick();
        let (user, details) = (world.people[user], words("arnaque"));
        let why = (Reason::Fraud, Some(&details));
        let target = Target::Publication(made.id);
        world.social.report(conn, &Viewer::new(user), target, why, &actor(user)).unwrap();
    }
    let cases = world.social.cases(conn, None, Limit::MAX).unwrap().items;
    assert_eq!(cases.len(), 1, "one case a thing");
    (made.id, cases.into_iter().next().unwrap())
}

fn act(measure: Measure, days: Option<i64>) -> Decision {
    let lasts = days.map(TimeDelta::days);
    Decision::Act {
        measure,
        reason: Reason::Fraud,
        words: Some(words("lisez les règles")),
        lasts,
        hides: true,
    }
}

fn may_post(world: &World, user: UserId) -> bool {
    world.tick();
    let new = crate::new(user, "Bonjour");
    match world.social.publish(&mut world.conn(), &Viewer::new(user), &new) {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(code(&error), "social.sanctioned");
            false
        }
    }
}

#[test]
fn a_person_counts_once_and_what_was_read_is_kept() {
    let world = World::new(5);
    let conn = &mut world.conn();
    let (id, case) = reported(&world);
    assert_eq!((case.reports, case.reported.len(), case.person), (2, 2, world.people[0]));
    world.social.edit(conn, id, &words("Bonjour à tous"), &actor(world.people[0])).unwrap();
    let case = world.social.case(conn, case.id).unwrap();
    assert_eq!(case.text.as_deref(), Some("Bonjour à tous"));
    let read = case.reported[0].text.as_deref();
    assert_eq!(read, Some("Gagnez un million, envoyez votre code"), "an edit hides nothing");
    assert_eq!(hostolink_social::recount(conn).unwrap(), []);
}

#[test]
fn reports_are_bounded_and_of_what_one_sees() {
    let world = World::new(2);
    let (author, reporter) = (world.people[0], world.people[1]);
    let conn = &mut world.conn();
    let viewer = Viewer::new(reporter);
    let report = |conn: &mut diesel::PgConnection, target| {
        world.social.report(conn, &viewer, target, (Reason::Spam, None), &actor(reporter))
    };
    let unknown = report(conn, Target::Publication(Uuid::nil())).unwrap_err();
    assert_eq!(code(&unknown), "social.publication_unknown");
    assert_eq!(code(&report(conn, Target::Comment(Uuid::nil())).unwrap_err()), "social.comment_unknown");
    assert_eq!(code(&report(conn, Target::Person(reporter)).unwrap_err()), "social.oneself");
    for n in 0..20 {
        let made = world.publish(author, &format!("{n}"));
        report(conn, Target::Publication(made.id)).unwrap();
    }
    assert_eq!(code(&report(conn, Target::Person(author)).unwrap_err()), "social.too_often");
    world.clock.advance(Duration::from_secs(86_401));
    report(conn, Target::Person(author)).unwrap();
}

#[test]
fn the_ladder_hides_warns_silences_suspends_and_bans() {
    for (measure, days, posts, seen) in [
        (Measure::Hiding, None, true, true),
        (Measure::Warning, None, true, true),
        (Measure::Silence, Some(3), false, true),
        (Measure::Suspension, Some(3), false, false),
        (Measure::Ban, None, false, false),
    ] {
        let world = World::new(5);
        let conn = &mut world.conn();
        let other = world.publish(world.people[0], "Autre chose").id;
        let (id, case) = reported(&world);
        let (decided, sanctions) =
            world.social.decide_case(conn, case.id, &act(measure, days), &actor(world.people[3])).unwrap();
        assert_eq!(decided.state, CaseState::Acted);
        assert!(sanctions.iter().any(|one| one.measure == measure), "{measure:?}");
        let viewer = Viewer::new(world.people[1]);
        assert!(world.social.publication(conn, &viewer, id).is_err(), "what was reported is hidden");
        assert_eq!(world.social.publication(conn, &viewer, other).is_ok(), seen, "{measure:?}");
        assert_eq!(may_post(&world, world.people[0]), posts, "{measure:?}");
        assert_eq!(world.told("social.sanctioned").len(), sanctions.len());
        let again = world.social.decide_case(conn, case.id, &Decision::Dismiss, &actor(world.people[4]));
        assert_eq!(code(&again.unwrap_err()), "social.already_decided");
        assert!(world.social.cases(conn, None, Limit::MAX).unwrap().items.is_empty());
        if days.is_some() {
            world.clock.advance(Duration::from_secs(3 * 86_400));
            assert!(may_post(&world, world.people[0]), "{measure:?} is over");
        }
        assert_eq!(hostolink_social::recount(conn).unwrap(), []);
    }
}

#[test]
fn nobody_decides_what_concerns_them_or_what_they_reported() {
    let world = World::new(5);
    let conn = &mut world.conn();
    let (_, case) = reported(&world);
    for user in [0, 1] {
        let refused = world.social.decide_case(conn, case.id, &Decision::Dismiss, &actor(world.people[user]));
        assert_eq!(code(&refused.unwrap_err()), "social.own_matter");
    }
    for (measure, days) in
        [(Measure::Silence, None), (Measure::Ban, Some(3)), (Measure::Suspension, Some(400))]
    {
        let refused = world.social.decide_case(conn, case.id, &act(measure, days), &actor(world.people[3]));
        assert_eq!(code(&refused.unwrap_err()), "social.invalid_period");
    }
    assert_eq!(
        world.social.case(conn, case.id).unwrap().state,
        CaseState::Open,
        "what is refused decides nothing"
    );
    world.social.decide_case(conn, case.id, &Decision::Dismiss, &actor(world.people[3])).unwrap();
}

#[test]
fn an_appeal_is_heard_by_somebody_else_and_undoes_what_was_done() {
    let world = World::new(5);
    let conn = &mut world.conn();
    let (author, officer, other) = (world.people[0], world.people[3], world.people[4]);
    let (id, case) = reported(&world);
    world.social.decide_case(conn, case.id, &act(Measure::Ban, None), &actor(officer)).unwrap();
    let sanctions = world.social.sanctions_of(conn, author, None, Limit::MAX).unwrap().items;
    assert_eq!(sanctions.len(), 2, "hidden and banned");
    let stranger = world.social.appeal(conn, sanctions[0].id, &words("non"), &actor(world.people[1]));
    assert_eq!(code(&stranger.unwrap_err()), "social.sanction_unknown");
    for sanction in &sanctions {
        world.tick();
        world.social.appeal(conn, sanction.id, &words("c'était une citation"), &actor(author)).unwrap();
        let again = world.social.appeal(conn, sanction.id, &words("encore"), &actor(author)).unwrap_err();
        assert_eq!(code(&again), "social.already_appealed");
    }
    let appeals = world.social.appeals(conn, None, Limit::MAX).unwrap().items;
    assert_eq!(appeals.len(), 2);
    for appeal in &appeals {
        let same = world.social.decide_appeal(conn, appeal.id, true, &actor(officer)).unwrap_err();
        assert_eq!(code(&same), "social.second_person");
        let own = world.social.decide_appeal(conn, appeal.id, true, &actor(author)).unwrap_err();
        assert_eq!(code(&own), "social.own_matter");
        let decided = world.social.decide_appeal(conn, appeal.id, true, &actor(other)).unwrap();
        assert_eq!(decided.state, AppealState::Accepted);
        assert!(decided.sanction.lifted_at.is_some());
        let again = world.social.decide_appeal(conn, appeal.id, false, &actor(other)).unwrap_err();
        assert_eq!(code(&again), "social.already_decided");
    }
    world.social.publication(conn, &Viewer::new(world.people[1]), id).unwrap();
    assert!(may_post(&world, author));
    assert_eq!(world.social.moderation_log(conn, None, Limit::MAX).unwrap().items.len(), 2);
}

#[test]
fn an_appeal_that_is_refused_changes_nothing_and_one_comes_too_late() {
    let world = World::new(5);
    let conn = &mut world.conn();
    let author = world.people[0];
    let (id, case) = reported(&world);
    world.social.decide_case(conn, case.id, &Decision::hide(Reason::Fraud), &actor(world.people[3])).unwrap();
    let sanction = world.social.sanctions_of(conn, author, None, Limit::MAX).unwrap().items[0].id;
    // Taking it back and forth undoes no decision.
    world.social.delete(conn, id, &actor(author)).unwrap();
    world.social.restore(conn, id, &actor(author)).unwrap();
    assert!(world.social.publication(conn, &Viewer::new(world.people[1]), id).is_err());
    let before = world.clock.now();
    world.clock.advance(Duration::from_secs(20 * 86_400));
    let late = world.social.appeal(conn, sanction, &words("pardon"), &actor(author)).unwrap_err();
    assert_eq!(code(&late), "social.too_late");
    world.clock.set(before);
    world.social.appeal(conn, sanction, &words("pardon"), &actor(author)).unwrap();
    let appeal = world.social.appeals(conn, None, Limit::MAX).unwrap().items[0].id;
    let decided = world.social.decide_appeal(conn, appeal, false, &actor(world.people[4])).unwrap();
    assert_eq!((decided.state, decided.sanction.lifted_at), (AppealState::Refused, None));
    assert!(world.social.publication(conn, &Viewer::new(world.people[1]), id).is_err());
}
