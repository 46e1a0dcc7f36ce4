use crate::{World, actor, code, words};
use chrono::TimeDelta;
use diesel::{Connection, connection::SimpleConnection};
use hostolink_kernel::{Clock, Limit, UserId};
use hostolink_social::{
    AppealState, Case, CaseState, Decision, Error, Measure, NewPoll, Reason, Target, TargetKind, Viewer,
};
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
    let cases = world.social.cases(conn, world.people[3], None, Limit::MAX).unwrap().items;
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
    assert_eq!(world.logged("social.reported"), 2, "once more leaves no row");
    let author = world.people[0];
    world.social.edit(conn, &Viewer::new(author), id, &words("Bonjour à tous"), &actor(author)).unwrap();
    let case = world.social.case(conn, world.people[3], case.id).unwrap();
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
        assert!(world.social.cases(conn, world.people[3], None, Limit::MAX).unwrap().items.is_empty());
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
        world.social.case(conn, world.people[3], case.id).unwrap().state,
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
    let appeals = world.social.appeals(conn, world.people[4], None, Limit::MAX).unwrap().items;
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
    assert_eq!(world.social.moderation_log(conn, other, None, Limit::MAX).unwrap().items.len(), 2);
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
    let appeal = world.social.appeals(conn, world.people[4], None, Limit::MAX).unwrap().items[0].id;
    let decided = world.social.decide_appeal(conn, appeal, false, &actor(world.people[4])).unwrap();
    assert_eq!((decided.state, decided.sanction.lifted_at), (AppealState::Refused, None));
    assert!(world.social.publication(conn, &Viewer::new(world.people[1]), id).is_err());
}

#[test]
fn nobody_reads_their_own_case_and_who_reported_does_not_hear_the_appeal() {
    let world = World::new(5);
    let (conn, social, author) = (&mut world.conn(), &world.social, world.people[0]);
    let (_, case) = reported(&world);
    assert!(social.cases(conn, author, None, Limit::MAX).unwrap().items.is_empty());
    assert_eq!(code(&social.case(conn, author, case.id).unwrap_err()), "social.case_unknown");
    social.decide_case(conn, case.id, &Decision::hide(Reason::Fraud), &actor(world.people[3])).unwrap();
    assert!(social.moderation_log(conn, author, None, Limit::MAX).unwrap().items.is_empty());
    let sanction = social.sanctions_of(conn, author, None, Limit::MAX).unwrap().items[0].id;
    social.appeal(conn, sanction, &words("pardon"), &actor(author)).unwrap();
    assert!(social.appeals(conn, author, None, Limit::MAX).unwrap().items.is_empty());
    let appeal = social.appeals(conn, world.people[4], None, Limit::MAX).unwrap().items[0].id;
    assert_eq!(social.appellant(conn, appeal).unwrap(), author);
    assert_eq!(code(&social.appellant(conn, case.id).unwrap_err()), "social.appeal_unknown");
    for reporter in [1, 2] {
        let refused = social.decide_appeal(conn, appeal, false, &actor(world.people[reporter])).unwrap_err();
        assert_eq!(code(&refused), "social.own_matter");
    }
    social.decide_appeal(conn, appeal, false, &actor(world.people[4])).unwrap();
}

#[test]
fn pictures_a_question_and_the_words_of_a_share_are_shown_to_who_decides() {
    let world = World::new(4);
    let (conn, social) = (&mut world.conn(), &world.social);
    let (author, sharer, reporter, officer) =
        (world.people[0], world.people[1], world.people[2], world.people[3]);
    let mut wish = crate::new(author, "");
    wish.media = vec![Uuid::from_u128(9), Uuid::from_u128(8)];
    wish.poll = Some(NewPoll::parse(&["oui".to_owned(), "non".to_owned()], 24).unwrap());
    let made = world.try_publish(&wish).unwrap();
    let (viewer, why) = (Viewer::new(reporter), (Reason::Hate, None));
    social.report(conn, &viewer, Target::Publication(made.id), why, &actor(reporter)).unwrap();
    let found = social.cases(conn, officer, None, Limit::MAX).unwrap().items.remove(0);
    assert_eq!(found.media, wish.media);
    assert_eq!(found.choices, ["oui", "non"]);

    let word = words("quelle honte");
    let shared = social.share(conn, &Viewer::new(sharer), made.id, Some(&word), &actor(sharer)).unwrap();
    world.tick();
    social.report(conn, &viewer, Target::Share(shared.id), why, &actor(reporter)).unwrap();
    let found = social.cases(conn, officer, None, Limit::MAX).unwrap().items.remove(1);
    assert_eq!((found.kind, found.person, found.media.len()), (TargetKind::Person, sharer, 0));
    assert_eq!(found.reported[0].text.as_deref(), Some("quelle honte"));
    let silent = social.share(conn, &Viewer::new(officer), made.id, None, &actor(officer)).unwrap();
    for id in [silent.id, made.id] {
        let none = social.report(conn, &viewer, Target::Share(id), why, &actor(reporter)).unwrap_err();
        assert_eq!(code(&none), "social.share_unknown");
    }
}

#[test]
fn a_block_keeps_nobody_from_being_reported() {
    let world = World::new(2);
    let (one, other, conn) = (world.people[0], world.people[1], &mut world.conn());
    world.social.block(conn, (one, other), &actor(one)).unwrap();
    for (reporter, reported) in [(one, other), (other, one)] {
        let (viewer, target) = (Viewer::new(reporter), Target::Person(reported));
        world.social.report(conn, &viewer, target, (Reason::Harassment, None), &actor(reporter)).unwrap();
    }
}

#[test]
fn a_decision_is_taken_back_where_no_other_stands() {
    let world = World::new(5);
    let (conn, social, author) = (&mut world.conn(), &world.social, world.people[0]);
    let (id, case) = reported(&world);
    let officer = actor(world.people[3]);
    let (_, sanctions) =
        social.decide_case(conn, case.id, &act(Measure::Silence, Some(3)), &officer).unwrap();
    let of = |measure: Measure| sanctions.iter().find(|one| one.measure == measure).unwrap().id;
    let again = format!(
        "INSERT INTO sanction (public_id, id_user, degre, motif, publication_id, cree_le) \
         VALUES ('{}', 1, 'hiding', 'spam', '{id}', '2026-11-20T08:00Z')",
        Uuid::from_u128(5)
    );
    conn.batch_execute(&again).unwrap();
    for user in [0, 1] {
        let refused =
            social.lift_sanction(conn, of(Measure::Hiding), &actor(world.people[user])).unwrap_err();
        assert_eq!(code(&refused), "social.own_matter");
    }
    assert_eq!(code(&social.lift_sanction(conn, id, &officer).unwrap_err()), "social.sanction_unknown");
    assert_eq!(code(&social.sanctioned_person(conn, id).unwrap_err()), "social.sanction_unknown");
    let lifted = social.lift_sanction(conn, of(Measure::Hiding), &officer).unwrap();
    assert!(lifted.lifted_at.is_some());
    let viewer = Viewer::new(world.people[1]);
    assert!(social.publication(conn, &viewer, id).is_err(), "another hides it still");
    let twice = social.lift_sanction(conn, of(Measure::Hiding), &officer).unwrap_err();
    assert_eq!(code(&twice), "social.wrong_state");
    social.lift_sanction(conn, Uuid::from_u128(5), &officer).unwrap();
    social.publication(conn, &viewer, id).unwrap();
    assert!(!may_post(&world, author));
    social.lift_sanction(conn, of(Measure::Silence), &officer).unwrap();
    assert!(may_post(&world, author));
    assert_eq!((world.told("social.sanctioned").len(), world.logged("social.sanction_lifted")), (5, 3));
}

#[test]
fn who_leaves_takes_along_what_was_read_and_what_they_said_against_it() {
    let world = World::new(5);
    let (conn, social, author) = (&mut world.conn(), &world.social, world.people[0]);
    let (_, case) = reported(&world);
    social.decide_case(conn, case.id, &Decision::hide(Reason::Fraud), &actor(world.people[3])).unwrap();
    let sanction = social.sanctions_of(conn, author, None, Limit::MAX).unwrap().items[0].id;
    social.appeal(conn, sanction, &words("pardon"), &actor(author)).unwrap();
    let open = world.publish(author, "Autre chose").id;
    let (reporter, why) = (world.people[1], (Reason::Spam, None));
    let target = Target::Publication(open);
    social.report(conn, &Viewer::new(reporter), target, why, &actor(reporter)).unwrap();
    let kept = "SELECT count(*) AS count FROM signalement WHERE texte_vu IS NOT NULL";
    assert_eq!(world.count(kept), 3);
    hostolink_social::forget(conn, author).unwrap();
    assert_eq!(world.count(kept), 2, "what something was decided for is kept");
    assert_eq!(world.count("SELECT count(*) AS count FROM recours WHERE texte = ''"), 1);
}

#[test]
fn a_report_made_while_its_case_is_being_decided_opens_another() {
    let world = World::new(5);
    let (id, case) = reported(&world);
    let conn = &mut world.conn();
    let waits = "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    std::thread::scope(|scope| {
        let world = &world;
        let reporting = conn.transaction(|conn| {
            // Held, not yet decided: the report finds it open, and waits for it.
            conn.batch_execute("SELECT FROM dossier_moderation FOR NO KEY UPDATE")?;
            let reporting = scope.spawn(move || {
                let (late, why) = (world.people[4], (Reason::Fraud, None));
                let target = Target::Publication(id);
                world.social.report(&mut world.conn(), &Viewer::new(late), target, why, &actor(late))
            });
            while world.count(waits) == 0 {
                std::thread::yield_now();
            }
            world.social.decide_case(conn, case.id, &Decision::Dismiss, &actor(world.people[3]))?;
            Ok::<_, Error>(reporting)
        });
        reporting.unwrap().join().unwrap().unwrap();
    });
    let open = world.social.cases(conn, world.people[3], None, Limit::MAX).unwrap().items;
    assert_eq!(open.len(), 1);
    assert_ne!(open[0].id, case.id);
    assert_eq!(open[0].reports, 1);
}
