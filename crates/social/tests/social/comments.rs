use crate::{World, actor, code, words};
use hostolink_kernel::Limit;
use hostolink_social::{NewComment, State, Viewer};
use std::time::Duration;

#[test]
fn a_thread_is_read_level_by_level_and_is_never_deeper_than_fifty() {
    let world = World::new(2);
    let (author, conn) = (world.people[0], &mut world.conn());
    let viewer = Viewer::new(author);
    let made = world.publish(author, "Bonjour");
    let mut parent = None;
    for depth in 0..50 {
        let said = world.say(author, made.id, parent, "encore").unwrap();
        assert_eq!(said.depth, depth);
        parent = Some(said.id);
    }
    let bomb = world.say(world.people[1], made.id, parent, "plus bas").unwrap_err();
    assert_eq!(code(&bomb), "social.thread_too_deep");
    for text in ["un", "deux", "trois"] {
        world.say(world.people[1], made.id, None, text).unwrap();
    }
    let (mut texts, mut cursor) = (Vec::new(), None);
    loop {
        let limit = Limit::parse(2).unwrap();
        let page = world.social.comments(conn, &viewer, made.id, cursor.as_ref(), limit).unwrap();
        texts.extend(page.items.into_iter().map(|comment| comment.text));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(texts, ["encore", "un", "deux", "trois"], "only the first level, the oldest first");
    let seen = world.social.publication(conn, &viewer, made.id).unwrap();
    assert_eq!(seen.comments, 53);
}

#[test]
fn an_answer_belongs_to_its_publication() {
    let world = World::new(1);
    let author = world.people[0];
    let (one, other) = (world.publish(author, "un"), world.publish(author, "deux"));
    let said = world.say(author, one.id, None, "ici").unwrap();
    let astray = world.say(author, other.id, Some(said.id), "là").unwrap_err();
    assert_eq!(code(&astray), "social.comment_unknown");
    let nowhere = world.say(author, one.id, Some(one.id), "là").unwrap_err();
    assert_eq!(code(&nowhere), "social.comment_unknown");
}

#[test]
fn what_is_taken_back_holds_its_answers_together_and_says_nothing() {
    let world = World::new(2);
    let (one, other, conn) = (world.people[0], world.people[1], &mut world.conn());
    let viewer = Viewer::new(other);
    let made = world.publish(one, "Bonjour");
    let said = world.say(one, made.id, None, "un secret").unwrap();
    let alone = world.say(one, made.id, None, "sans réponse").unwrap();
    let answer = world.say(other, made.id, Some(said.id), "réponse").unwrap();
    for id in [said.id, alone.id] {
        let stranger = world.social.delete_comment(conn, id, &actor(other)).unwrap_err();
        assert_eq!(code(&stranger), "social.comment_unknown");
        world.social.delete_comment(conn, id, &actor(one)).unwrap();
    }
    let page = world.social.comments(conn, &viewer, made.id, None, Limit::MAX).unwrap();
    let kept: Vec<_> = page.items.iter().map(|found| (found.id, found.text.as_str(), found.state)).collect();
    assert_eq!(kept, [(said.id, "", State::Deleted)]);
    assert_eq!(
        world.social.replies(conn, &viewer, said.id, None, Limit::MAX).unwrap().items[0].id,
        answer.id
    );
    assert_eq!(world.social.publication(conn, &viewer, made.id).unwrap().comments, 1);
    let edit = world.social.edit_comment(conn, &Viewer::new(one), said.id, &words("autre"), &actor(one));
    assert_eq!(code(&edit.unwrap_err()), "social.comment_unknown");
    assert_eq!(
        code(&world.social.like_comment(conn, &viewer, said.id).unwrap_err()),
        "social.comment_unknown"
    );
    world.social.restore_comment(conn, said.id, &actor(one)).unwrap();
    let back = world.social.one_comment(conn, &viewer, said.id).unwrap();
    assert_eq!((back.text.as_str(), back.replies), ("un secret", 1));
    // After a month the words are gone for good.
    world.clock.advance(Duration::from_secs(31 * 86_400));
    world.social.tidy(conn, 10).unwrap();
    assert_eq!(world.count("SELECT count(*) AS count FROM commentaire WHERE texte = ''"), 1);
    assert_eq!(
        code(&world.social.restore_comment(conn, alone.id, &actor(one)).unwrap_err()),
        "social.too_late"
    );
    assert_eq!(hostolink_social::recount(conn).unwrap(), []);
}

#[test]
fn comments_are_liked_once_and_their_author_is_told() {
    let world = World::new(2);
    let (one, other, conn) = (world.people[0], world.people[1], &mut world.conn());
    let made = world.publish(one, "Bonjour");
    let said = world.say(one, made.id, None, "oui").unwrap();
    for _ in 0..2 {
        world.social.like_comment(conn, &Viewer::new(other), said.id).unwrap();
    }
    let seen = world.social.one_comment(conn, &Viewer::new(other), said.id).unwrap();
    assert_eq!((seen.likes, seen.liked), (1, true));
    assert_eq!(world.told("social.liked").len(), 1);
    for _ in 0..2 {
        world.social.unlike_comment(conn, other, said.id).unwrap();
    }
    assert_eq!(world.social.one_comment(conn, &Viewer::new(one), said.id).unwrap().likes, 0);
}

#[test]
fn nobody_floods_a_publication_with_comments() {
    let world = World::new(1);
    let made = world.publish(world.people[0], "Bonjour");
    for n in 0..60 {
        world.say(world.people[0], made.id, None, &format!("{n}")).unwrap();
    }
    let new = NewComment {
        publication: made.id,
        parent: None,
        text: words("de trop"),
        key: None,
        actor: actor(world.people[0]),
    };
    let viewer = Viewer::new(world.people[0]);
    let refused = world.social.comment(&mut world.conn(), &viewer, &new).unwrap_err();
    assert_eq!(code(&refused), "social.too_often");
}
